"""look, brief, models, demo, train: what they print, and how they end."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from command_line import EXAMPLES, NOWHERE, Done, call, photo, shipped, size_of
from restograph.evidence.brief import parse, render

TOYS = Path(__file__).parent / "data" / "models"
QUESTION = "How can I enlarge a JPEG photo four times and keep its small text readable?"


# ── look ─────────────────────────────────────────────────────────────────────────────────────────


def test_look_names_the_damage_of_the_example() -> None:
    done = call("look", EXAMPLES / "compressed.jpg", "--json")
    seen = json.loads(done.out)
    assert (done.code, done.err) == (0, "")
    assert (seen["width"], seen["height"], seen["jpeg_quality"]) == (320, 240, 20)
    assert "compression" in seen["damages"]


def test_look_prints_a_line_for_each_measure() -> None:
    shown = call("look", EXAMPLES / "compressed.jpg").out.splitlines()
    keys = set(json.loads(call("look", EXAMPLES / "compressed.jpg", "--json").out)) - {"schema_version"}
    assert len(shown) == len(keys) and any("compression" in line for line in shown)


def test_look_sees_nothing_in_a_clean_picture(tmp_path: Path) -> None:
    y, x = np.mgrid[0:160, 0:200]
    smooth = np.stack([x, y, x // 2 + y // 2], axis=-1).astype(np.uint8)
    Image.fromarray(smooth).save(tmp_path / "smooth.png")
    assert json.loads(call("look", tmp_path / "smooth.png", "--json").out)["damages"] == []


def test_look_explains_what_it_cannot_read(tmp_path: Path) -> None:
    (tmp_path / "text.jpg").write_text("not a picture", "utf-8")
    for path in (tmp_path / "text.jpg", tmp_path / "none.jpg", tmp_path):
        done = call("look", path, "--json")
        assert (done.code, done.out) == (1, "") and done.err.startswith("restograph: ")


# ── brief ────────────────────────────────────────────────────────────────────────────────────────


def test_brief_prints_canonical_text() -> None:
    done = call("brief", QUESTION)
    found = parse(done.out)
    assert (done.code, done.err) == (0, "") and found.asked == QUESTION
    assert render(found) == done.out and found.original is None
    assert found.models and found.papers


@pytest.mark.parametrize("question", ['Say “no” to "noise"?', "  two\n lines {braces} 2x  ", "naïve ünïcödé ×2 🙂"])
def test_brief_keeps_odd_questions(question: str) -> None:
    found = parse(call("brief", question).out)
    assert found.asked == " ".join(question.split())


def test_brief_refuses_an_empty_question() -> None:
    done = call("brief", " ")
    assert (done.code, done.out) == (1, "") and "empty" in done.err


# ── models ───────────────────────────────────────────────────────────────────────────────────────


def test_models_list_as_lines_and_as_json() -> None:
    lines = call("models", "list").out.splitlines()
    cards = json.loads(call("models", "list", "--json").out)
    assert [line.split()[0] for line in lines] == [card["name"] for card in cards]
    assert "safmn-x2" in [card["name"] for card in cards]
    assert all(card["licence"] and len(card["sha256"]) == 64 for card in cards)


def test_models_show_a_card() -> None:
    done = call("models", "show", "safmn-x2")
    card = json.loads(call("models", "show", "SAFMN-X2", "--json").out)
    assert done.code == 0 and card["name"] == "safmn-x2"
    for value in (card["paper"], card["licence"], card["training"]["command"], "Set5 x2"):
        assert value in done.out


def test_an_unknown_model_is_answered_with_near_names() -> None:
    for command in ("show", "verify"):
        done = call("models", command, "safnm-x2")
        assert (done.code, done.out) == (1, "") and "did you mean" in done.err and "'safmn-x2'" in done.err


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A user with one model of their own."""
    (tmp_path / "models").mkdir()
    for suffix in (".toml", ".onnx"):
        shutil.copy(TOYS / f"nearest-x3{suffix}", tmp_path / "models")
    return tmp_path


def test_models_verify(home: Path) -> None:
    assert call("models", "verify", home=home).out.count(" ok ") == len(json.loads(_verified(home)))
    weights = home / "models" / "nearest-x3.onnx"
    weights.write_bytes(weights.read_bytes()[:-1] + b"!")
    done = call("models", "verify", home=home)
    assert done.code == 1 and "nearest-x3" in done.err and "safmn-x2" in done.out
    rows = {row["name"]: row["ok"] for row in json.loads(_verified(home))}
    assert rows["nearest-x3"] is False and rows["safmn-x2"] is True
    assert call("models", "verify", "safmn-x2", home=home).code == 0


def _verified(home: Path) -> str:
    return call("models", "verify", "--json", home=home).out


def test_a_broken_card_is_reported_and_hides_no_other(home: Path) -> None:
    (home / "models" / "broken.toml").write_text("name = ", "utf-8")
    done = call("models", "list", home=home)
    assert done.code == 0 and "broken.toml" in done.err and "nearest-x3" in done.out
    assert call("models", "verify", home=home).code == 1


# ── demo, train ──────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Done]:
    """The demo, run once into a folder with a space and a dot in its name."""
    out = tmp_path_factory.mktemp("demo") / "demo out.d"
    return out, call("demo", "-o", out)


def test_demo_writes_four_files_and_prints_where(shown: tuple[Path, Done]) -> None:
    out, done = shown
    assert done.code == 0, done.err
    files = sorted(out.iterdir())
    assert [p.name for p in files] == ["answer.json", "answer.md", "compressed-restored.jpg", "run.json"]
    assert size_of(out / "compressed-restored.jpg") == (960, 720)
    assert set(done.out.splitlines()[-4:]) == {str(p) for p in files}
    assert call("check", out / "answer.json").code == call("check", out / "run.json").code == 0
    again = call("demo", "-o", out)
    assert again.code == 1 and "--force" in again.err


@pytest.mark.skipif(not shipped("safmn-clean-x1"), reason="the weights of safmn-clean-x1 are not shipped yet")
def test_demo_cleans_the_picture(shown: tuple[Path, Done]) -> None:
    record = json.loads((shown[0] / "run.json").read_text("utf-8"))
    assert "safmn-clean-x1" in [w["name"] for w in record["weights"]]
    sides = record["measurements"]
    assert sides["after"]["block_step"] < 0.5 * sides["before"]["block_step"]


def test_demo_needs_a_folder(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("", "utf-8")
    done = call("demo", "-o", tmp_path / "taken")
    assert done.code == 1 and "taken" in done.err and "Traceback" not in done.err


def test_training_without_torch_names_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    done = call("train", "safmn-x2", "--data", photo(tmp_path / "a.png").parent)
    assert (done.code, done.out) == (1, "") and "pip install 'restograph[train]'" in done.err
    assert not NOWHERE.exists()
