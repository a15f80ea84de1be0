"""models show, add, remove: what they print about published and own models, and how they end."""

import json
import shutil
from pathlib import Path

import pytest

from command_line import call
from restograph.models.published import published

TOYS = Path(__file__).parent / "data" / "models"


@pytest.mark.parametrize("name", ["deblur-mssnet-gopro", "Deblur-MSSNet-GoPro", "DEBLUR-MSSNET-GOPRO"])
def test_show_tells_how_to_get_what_is_not_installed(name: str) -> None:
    done = call("models", "show", name)
    assert (done.code, done.err) == (0, "")
    for told in (
        "not installed", "drive.google.com", "no licence file", "model_state_dict", "kky7/MSSNet",
        "restograph models add model_03000E.pt --name deblur-mssnet-gopro",
    ):  # fmt: skip
        assert told in done.out, told


def test_show_of_a_published_model_as_json() -> None:
    told = json.loads(call("models", "show", "sisr-safmn-x3", "--json").out)
    assert told["installed"] is False and told["stand_in"] == "safmn-x3" and told["names"] == ["SISR-SAFMN-x3"]
    assert told["add"].startswith("restograph models add ")


def test_show_names_the_stand_in_of_a_published_and_of_an_unknown_name() -> None:
    assert "'safmn-x4' stands in for it" in call("models", "show", "SISR-SAFMN-x4").out
    done = call("models", "show", "SISR-RFDN-x2")
    assert done.code == 1 and "'safmn-x2' would stand in for it" in done.err
    done = call("models", "show", "LowLight-KinD-LOL")
    assert done.code == 1 and "stand in" not in done.err


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def test_the_page_on_models_shows_what_is_printed() -> None:
    page = _squeezed((Path(__file__).parents[1] / "docs" / "models.md").read_text("utf-8"))
    assert _squeezed(call("models", "show", "SISR-SAFMNPP-x4").out) in page
    for one in published():
        licence = "none" if one.licence == "NONE" else one.licence
        names = ", ".join(f"`{name}`" for name in one.names)
        assert f"| {one.family} | `{one.file}` | {licence} | {names} |" in page


def test_wrong_options_end_with_2(tmp_path: Path) -> None:
    assert call("models", "add", tmp_path / "x.onnx", "--kind", "magic").code == 2
    assert call("models", "add").code == 2


@pytest.mark.train
def test_an_onnx_file_is_added_used_and_removed(tmp_path: Path) -> None:
    pytest.importorskip("onnx", reason="ONNX files are checked with the train extra")
    path = shutil.copy(TOYS / "nearest-x3.onnx", tmp_path / "Nice Net.onnx")
    done = call("models", "add", path, "--licence", "MIT", home=tmp_path)
    assert done.code == 0, done.err
    for told in ("unknown (ONNX)", "×3", "assumed", "MIT", "nice-net", "upscale 3 model=nice-net"):
        assert told in done.out, told
    assert "nice-net" in call("models", "list", home=tmp_path).out
    assert call("models", "verify", "nice-net", home=tmp_path).code == 0
    done = call("models", "add", path, home=tmp_path)
    assert done.code == 1 and "--force" in done.err
    card = json.loads(call("models", "add", path, "--force", "--json", home=tmp_path).out)
    assert (card["name"], card["licence"]) == ("nice-net", "NOASSERTION")
    assert call("models", "remove", "nice-net", home=tmp_path).code == 0
    assert list((tmp_path / "models").iterdir()) == []
    assert call("models", "remove", "nice-net", home=tmp_path).code == 1
