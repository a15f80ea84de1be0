"""`models add`: what is recognised, under which names and licence it is installed, and that nothing wrong ever is."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="checkpoints need the train extra")
pytest.importorskip("onnx", reason="checkpoints are exported with the train extra")
pytestmark = pytest.mark.train

from restograph.errors import MissingExtra, ModelError, OutputExists  # noqa: E402
from restograph.models import convert, store  # noqa: E402
from restograph.models.add import Added, add  # noqa: E402
from restograph.models.runtime import Session  # noqa: E402
from restograph.networks import load  # noqa: E402
from restograph.networks.liif import LIIF, EDSRConfig, LIIFConfig  # noqa: E402
from restograph.networks.mssnet import MSSNet, MSSNetConfig  # noqa: E402
from restograph.networks.safmn import SAFMN, SAFMNConfig, SAFMNNtire, SAFMNNtireConfig  # noqa: E402
from restograph.networks.safmnpp import SAFMNPP, LightSAFMNPP, LightSAFMNPPConfig, SAFMNPPConfig  # noqa: E402

LIIF_TINY = LIIFConfig(EDSRConfig(4, 1), (8, 8))
NETWORKS = {
    "SAFMN": lambda: SAFMN(SAFMNConfig(8, 1, 2.0, 3)),
    "SAFMN-NTIRE2023": lambda: SAFMNNtire(SAFMNNtireConfig(8, 1, 2.0, 2)),
    "SAFMN++": lambda: SAFMNPP(SAFMNPPConfig(9, 1, 1.5, 2)),
    "Light-SAFMN++": lambda: LightSAFMNPP(LightSAFMNPPConfig(8, 1, 1.5, 4)),
    "LIIF": lambda: LIIF(LIIF_TINY),
    "MSSNet": lambda: MSSNet(MSSNetConfig(4, 2, 2)),
}


@pytest.fixture(autouse=True)
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(store.HOME_VARIABLE, str(tmp_path / "home"))
    return tmp_path / "home" / "models"


def _saved(path: Path, net: Any, wrapper: str = "params") -> Path:
    torch.save({wrapper: net.state_dict()}, path)
    return path


def _add(
    path: Path, name: str | None = None, kind: Any = None, licence: str | None = None, force: bool = False
) -> Added:
    return add(path, name, licence, kind, force)


def _is_empty(folder: Path) -> bool:
    return not folder.exists() or not list(folder.iterdir())


# ── every known network ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("family", NETWORKS)
def test_every_network_is_installed_and_runs_as_in_pytorch(tmp_path: Path, own: Path, family: str) -> None:
    torch.manual_seed(3)
    net = NETWORKS[family]()
    added = _add(_saved(tmp_path / f"My {family} net.pth", net))
    card = store.find(added.card.name)
    assert card == added.card and card.family == family and store.verify(card).exists()
    assert card.licence == "NOASSERTION" and card.aliases == () and added.identified is None
    assert "keys and shapes match under 'params'" in added.converted.sure
    assert "ONNX equals PyTorch within" in added.converted.checked
    if card.any_factor:
        from command_line import call, photo, size_of

        picture, line = photo(tmp_path / "in.png", 20, 24), f"upscale 2.5 model={card.name}"
        done = call("run", line, picture, "-o", tmp_path / "out.png", home=own.parent)
        assert done.code == 0 and size_of(tmp_path / "out.png") == (60, 50), done.err
    else:
        x = np.random.default_rng(0).random((1, 3, 32, 48), dtype=np.float32)
        with torch.no_grad():
            wanted = net.eval()(torch.from_numpy(x)).numpy()
        assert np.abs(Session(card, "cpu").run(x) - wanted).max() <= 1e-4
    (weights,) = added.path.parent.glob("*.safetensors")
    again, _ = load(weights)
    assert all(torch.equal(weight, net.state_dict()[key]) for key, weight in again.state_dict().items())


def test_global_statistics_are_on_the_card(tmp_path: Path) -> None:
    cards = {f: _add(_saved(tmp_path / f"{n}.pth", NETWORKS[f]())).card for n, f in enumerate(NETWORKS)}
    assert [f for f, card in cards.items() if card.tiling.global_statistics] == ["SAFMN-NTIRE2023"]
    assert cards["SAFMN-NTIRE2023"].size.minimum == 16
    assert (cards["MSSNet"].size.multiple, cards["MSSNet"].kind) == (16, "deblur")
    assert cards["LIIF"].any_factor is not None and cards["LIIF"].input.low == 0


def test_a_network_that_keeps_the_size_needs_its_kind(tmp_path: Path) -> None:
    path = _saved(tmp_path / "x1.pth", SAFMN(SAFMNConfig(8, 1, 2.0, 1)))
    with pytest.raises(ModelError, match="say --kind clean or --kind deblur"):
        _add(path)
    with pytest.raises(ModelError, match="use --kind clean or --kind deblur"):
        _add(path, kind="upscale")
    card = _add(path, kind="deblur").card
    assert (card.kind, card.operations) == ("deblur", ("motion_deblurring",))
    with pytest.raises(ModelError, match="leave --kind out"):
        _add(_saved(tmp_path / "m.pth", NETWORKS["MSSNet"]()), kind="clean")


def test_a_liif_without_ensemble_is_for_pytorch_only(tmp_path: Path, own: Path) -> None:
    spec = {"name": "liif", "args": {"local_ensemble": False}}
    torch.save({"model": {**spec, "sd": LIIF(LIIF_TINY).state_dict()}}, tmp_path / "x.pth")
    with pytest.raises(ModelError, match="without local ensemble"):
        _add(tmp_path / "x.pth")
    assert _is_empty(own)


def test_the_checkpoint_of_a_training_is_added_like_any_other(tmp_path: Path) -> None:
    net = NETWORKS["SAFMN"]()
    torch.save(
        {"net": SAFMN(net.config).state_dict(), "average": net.state_dict(), "step": 5}, tmp_path / "checkpoint.pt"
    )
    added = _add(tmp_path / "checkpoint.pt", "mine-x3")
    assert "under 'average'; 'net' left unused" in added.converted.sure and store.find("mine-x3").scale == 3


# ── names and licences ───────────────────────────────────────────────────────────────────────────


def test_a_file_called_as_published_gets_the_names_of_briefs(tmp_path: Path) -> None:
    path = _saved(tmp_path / "SAFMN_DF2K_x3.pth", SAFMN(SAFMNConfig(upscaling_factor=3)))
    added = _add(path)
    assert added.card.name == "safmn-df2k-x3" and added.card.aliases == ("SISR-SAFMN-x3",)
    assert added.card.licence == "Apache-2.0" and added.card.licence_note.startswith("If these are the published")
    assert added.identified is not None and "by name" in added.identified.why
    assert store.find("sisr-safmn-x3") == added.card


def test_of_an_unnamed_file_candidates_are_told(tmp_path: Path) -> None:
    added = _add(_saved(tmp_path / "weights.pth", SAFMN(SAFMNConfig(upscaling_factor=3))))
    assert added.identified is None and [one.name for one in added.maybe] == ["sisr-safmn-x3"]
    assert added.card.aliases == () and added.card.licence == "NOASSERTION"


def test_a_stated_licence_wins(tmp_path: Path, own: Path) -> None:
    path = _saved(tmp_path / "a.pth", NETWORKS["SAFMN"]())
    card = _add(path, licence="CC-BY-NC-4.0").card
    assert (card.licence, card.licence_note) == ("CC-BY-NC-4.0", "As whoever added the weights says.")
    with pytest.raises(ModelError, match="no SPDX licence identifier"):
        _add(path, "b", licence="do what you want!")
    with pytest.raises(ModelError, match=r"no name for a model.*like 'a-b'"):
        _add(path, "A b")


# ── what goes wrong ──────────────────────────────────────────────────────────────────────────────


def test_an_existing_name_needs_force(tmp_path: Path, own: Path) -> None:
    path = _saved(tmp_path / "a.pth", NETWORKS["SAFMN"]())
    first = _add(path).card
    other = _saved(tmp_path / "b.pth", NETWORKS["MSSNet"]())
    with pytest.raises(OutputExists, match="--force"):
        _add(other, "a")
    assert store.find("a") == first
    assert _add(other, "a", force=True).card == store.find("a") and store.find("a").family == "MSSNet"
    assert len(list(own.iterdir())) == 3


def test_an_export_that_differs_is_not_installed(tmp_path: Path, own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _saved(tmp_path / "a.pth", NETWORKS["SAFMN"]())
    for difference in (2e-4, float("nan")):
        monkeypatch.setattr(convert, "worst_difference", lambda *_, d=difference: (((8, 8),), d))
        with pytest.raises(ModelError, match="nothing was installed"):
            _add(path)
    assert _is_empty(own)


def test_what_is_refused_leaves_nothing(tmp_path: Path, own: Path) -> None:
    (tmp_path / "cut.pth").write_bytes(_saved(tmp_path / "a.pth", NETWORKS["SAFMN"]()).read_bytes()[:999])
    for path in (tmp_path / "cut.pth", tmp_path / "none.pth", tmp_path / "none.onnx"):
        with pytest.raises(ModelError):
            _add(path)
    assert _is_empty(own)


@pytest.mark.parametrize(("package", "name"), [("torch", "a.pth"), ("safetensors", "a.pth"), ("onnx", "a.onnx")])
def test_without_the_train_extra_the_command_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, package: str, name: str
) -> None:
    monkeypatch.setattr("restograph.models.add.find_spec", lambda wanted: None if wanted == package else object())
    with pytest.raises(MissingExtra, match=r"pip install 'restograph\[train\]'"):
        _add(tmp_path / name)


# ── the published checkpoints, rebuilt from the parity vectors ───────────────────────────────────

PARITY = Path(__file__).parents[2].parent / "shared" / "parity"
PUBLISHED = {
    "safmn_ntire_x4": ("team15_SAFMN", "params", "SISR-SAFMN-NTIRE2023-x4", "MIT"),
    "safmnpp": ("team23_safmnpp", "params_ema", "SISR-SAFMNPP-x4", "Apache-2.0"),
    "light_safmnpp": ("light_safmnpp", "params", "SISR-Light-SAFMNPP-x4", "Apache-2.0"),
}


def rebuilt(vectors: str, folder: Path) -> Path:
    """A published file in its authors' format; skips the test where the vectors are not at hand."""
    safetensors = pytest.importorskip("safetensors.torch", reason="needs the train extra")
    if not (PARITY / f"{vectors}.safetensors").is_file():
        pytest.skip("needs the parity vectors in ../shared/parity")
    tensors = safetensors.load_file(PARITY / f"{vectors}.safetensors")
    state = {key.removeprefix("weight."): t.float() for key, t in tensors.items() if key.startswith("weight.")}
    file, used, _, _ = PUBLISHED[vectors]
    other = {"params": "params_ema", "params_ema": "params"}[used]
    beside = {} if vectors == "safmn_ntire_x4" else {other: {key: weight * 0 for key, weight in state.items()}}
    torch.save({used: state, **beside}, folder / f"{file}.pth")
    return folder / f"{file}.pth"


@pytest.mark.parametrize("vectors", PUBLISHED)
def test_published_weights_are_known_by_their_numbers(tmp_path: Path, vectors: str) -> None:
    from safetensors.numpy import load_file

    path = rebuilt(vectors, tmp_path)
    name, licence = PUBLISHED[vectors][2:]
    added = _add(path.rename(tmp_path / "renamed.pth"))
    assert added.identified is not None and added.identified.certain and name in added.card.aliases
    assert added.card.licence == licence and added.card.name == "renamed"
    within = re.search(r"within ([\d.e-]+) on", added.converted.checked)
    assert (
        within and float(within[1]) <= 1e-5
    )  # of the largest value, which is that of a picture and not of an explosion
    given = load_file(PARITY / f"{vectors}.safetensors")
    session = Session(store.find(name), "cpu")
    for odd in ("", "_odd"):
        made = session.run(given[f"input{odd}"].astype(np.float32))
        assert np.abs(made - given[f"output{odd}"].astype(np.float32)).max() <= 1e-4


def test_the_page_on_models_shows_what_adding_prints(tmp_path: Path) -> None:
    from command_line import call

    page = (Path(__file__).parents[2] / "docs" / "models.md").read_text("utf-8").splitlines()
    printed = call("models", "add", rebuilt("safmnpp", tmp_path), home=tmp_path / "home").out.splitlines()
    assert len(printed) == 10
    for line in printed:
        known = line.rpartition(", in ")[0] if line.startswith("installed") else line.partition(" within ")[0]
        assert any(shown.startswith(known) for shown in page), line


@pytest.mark.parametrize("vectors", PUBLISHED)
def test_a_brief_that_names_them_is_run_with_them(tmp_path: Path, vectors: str) -> None:
    from command_line import COMPRESSED, call, photo, size_of

    path, home = rebuilt(vectors, tmp_path), tmp_path / "home"
    brief_name = PUBLISHED[vectors][2]
    done = call("models", "add", path, home=home)
    assert done.code == 0 and brief_name in done.out and "every number is the published one" in done.out, done.err
    picture = photo(tmp_path / "in.png", 24, 32)
    own_name = json.loads(call("models", "show", brief_name, "--json", home=home).out)["name"]
    line = f"upscale 4 model={brief_name}"
    assert call("run", line, picture, "-o", tmp_path / "a.png", home=home).code == 0
    brief = tmp_path / "brief.txt"
    text = COMPRESSED.read_text("utf-8").replace("SISR-SAFMN-x3", brief_name).replace("3×", "4×")
    brief.write_text(text, "utf-8")
    done = call("ask", "--brief", brief, picture, "-o", tmp_path / "b.png", home=home)
    assert done.code == 0, done.err
    for record in ("a.run.json", "b.run.json"):
        run = json.loads((tmp_path / record).read_text("utf-8"))
        assert [(used["name"], used["called"]) for used in run["weights"]] == [(own_name, brief_name)]
        assert brief_name in [node["model"] for node in run["workflow"]["nodes"]]
        assert not any("stands in" in told for told in run["disclosures"])
    assert "stand-in" not in done.out and re.search(rf"(by|recommended) {re.escape(brief_name)} \[M1\]", done.out)
    assert size_of(tmp_path / "a.png") == size_of(tmp_path / "b.png") == (128, 96)
    for document in ("b.answer.json", "b.run.json"):
        assert call("check", tmp_path / document, home=home).code == 0
    assert call("run", tmp_path / "b.run.json", home=home).code == 0
    call("models", "remove", own_name, home=home)
    done = call("ask", "--brief", brief, picture, "-o", tmp_path / "c.png", home=home)
    assert "stand-in" in done.out
    run = json.loads((tmp_path / "c.run.json").read_text("utf-8"))
    assert any(f"{brief_name!r} is not installed" in told and "stands in" in told for told in run["disclosures"])


FIGURES = {"safmn_ntire_x4": (32.168, 0.8943), "safmnpp": (32.019, 0.8918)}  # Set5 x4, PSNR-Y and SSIM-Y, border 4


@pytest.mark.parametrize("vectors", FIGURES)
def test_published_weights_reach_their_figures_once_added(tmp_path: Path, vectors: str) -> None:
    from PIL import Image

    from restograph.image.quality import psnr_y, ssim_y
    from restograph.run.apply_model import apply_model

    folder = PARITY.parent / "data" / "set5" / "x4"
    path = rebuilt(vectors, tmp_path)
    if not folder.is_dir():
        pytest.skip("needs the Set5 pictures in ../shared/data/set5")
    card = _add(path).card
    session, scores = Session(card, "cpu"), []
    for small in sorted(folder.glob("*_LR.png")):
        truth, given = (
            np.asarray(Image.open(p).convert("RGB")) for p in (Path(str(small).replace("_LR", "_HR")), small)
        )
        pixels = apply_model(session.run, card, given.astype(np.float32) / 255, 4 * 2**30).pixels
        made = np.clip(np.rint(pixels * 255), 0, 255).astype(np.uint8)
        scores.append((psnr_y(made, truth, 4), ssim_y(made, truth, 4)))
    decibel, similarity = np.mean(scores, axis=0)
    assert len(scores) == 5
    assert decibel == pytest.approx(FIGURES[vectors][0], abs=0.005)
    assert similarity == pytest.approx(FIGURES[vectors][1], abs=0.0005)
