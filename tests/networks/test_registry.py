"""Every known network: told apart from the others, built from shapes alone, and equal to its authors' outputs."""

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="networks need the train extra")
safetensors = pytest.importorskip("safetensors", reason="networks need the train extra")
pytestmark = pytest.mark.train

from restograph.errors import ModelError  # noqa: E402
from restograph.networks import load  # noqa: E402
from restograph.networks.checkpoint import recognise  # noqa: E402
from restograph.networks.liif import LIIF, EDSRConfig, LIIFConfig  # noqa: E402
from restograph.networks.mssnet import PRELU, MSSNet, MSSNetConfig  # noqa: E402
from restograph.networks.registry import ARCHITECTURES, Architecture, meta  # noqa: E402

PARITY = Path(__file__).parents[2].parent / "shared" / "parity"
TINY_MSSNET = MSSNetConfig(4, 2, 2)
TINY_LIIF = LIIFConfig(EDSRConfig(4, 1), (8, 8))
State = dict[str, Any]


def _saved(path: Path, content: object) -> Path:
    torch.save(content, path)
    return path


# ── the table ────────────────────────────────────────────────────────────────────────────────────


def test_landmarks_tell_the_networks_apart() -> None:
    for one in ARCHITECTURES:
        state = meta(one, one.default).state_dict()
        assert [other.family for other in ARCHITECTURES if other.fits(state)] == [one.family]
        assert one.config_of(state) == one.default


@pytest.mark.parametrize("one", ARCHITECTURES, ids=lambda one: one.family)
def test_facts_are_complete(one: Architecture) -> None:
    facts = one.facts(one.default)
    assert facts.paper.startswith("https://arxiv.org/abs/") and facts.github.startswith("https://github.com/")
    assert facts.code_licence in {"Apache-2.0", "BSD-3-Clause", "NONE"} and one.sizes(one.default)
    assert facts.tiling.global_statistics == (one.family == "SAFMN-NTIRE2023")


@pytest.mark.parametrize("one", ARCHITECTURES, ids=lambda one: one.family)
def test_exporters_exist(one: Architecture) -> None:
    pytest.importorskip("onnx")
    for exporter in one.exporters:
        module, _, function = exporter.partition(":")
        assert callable(getattr(import_module(module), function))


# ── the authors' outputs, through files in the authors' format ───────────────────────────────────

TOLERANCE = {"mssnet_small": 1e-5, "liif_edsr": 1e-5, "safmn_x2": 1e-4, "safmn_x3": 1e-4, "safmn_x4": 1e-4}
FAMILY = {
    "mssnet_small": "MSSNet", "liif_edsr": "LIIF", "safmn_x2": "SAFMN", "safmn_x3": "SAFMN", "safmn_x4": "SAFMN",
    "safmn_ntire_x4": "SAFMN-NTIRE2023", "safmnpp": "SAFMN++", "light_safmnpp": "Light-SAFMN++",
}  # fmt: skip


def _wrapped(name: str, state: State, metadata: dict[str, str]) -> object:
    """As the authors' own training code saves it; what they do not load is there too, with other numbers."""
    wrong = {key: weight.float() + 1 for key, weight in state.items()}
    if name == "mssnet_small":
        return {"model_state_dict": {f"module.{k}": v for k, v in state.items()}, "epoch": 3000, "all_step": 396_000}
    if name == "liif_edsr":
        return {"model": {**json.loads(metadata["spec"]), "sd": state}, "optimizer": {"name": "adam", "sd": {}}}
    if name == "safmnpp":
        return {"params": wrong, "params_ema": state}
    return {"params": state, "params_ema": wrong}


@pytest.mark.parametrize("name", FAMILY)
def test_it_equals_the_authors_outputs(tmp_path: Path, name: str) -> None:
    vectors = PARITY / f"{name}.safetensors"
    if not vectors.is_file():
        pytest.skip("needs the parity vectors in ../shared/parity")
    with safetensors.safe_open(vectors, "pt") as file:
        tensors, metadata = {key: file.get_tensor(key) for key in file.keys()}, file.metadata()  # noqa: SIM118
    state = {key.removeprefix("weight."): t for key, t in tensors.items() if key.startswith("weight.")}
    net, card = load(_saved(tmp_path / f"{name}.pth", _wrapped(name, state, metadata)))
    assert card.family == FAMILY[name]
    given = {key: tensor.float() for key, tensor in tensors.items() if not key.startswith("weight.")}
    with torch.no_grad():
        for odd in ("", "_odd") if "input_odd" in given else ("",):
            beside = [given["coord"], given["cell"]] if name == "liif_edsr" else []
            out = net(given[f"input{odd}"], *beside)
            assert (out - given[f"output{odd}"]).abs().max() <= TOLERANCE.get(name, 1e-5)


# ── MSSNet: one PReLU under many keys ────────────────────────────────────────────────────────────


def test_aliases_of_the_shared_number_must_be_equal(tmp_path: Path) -> None:
    state = {key: weight.clone() for key, weight in MSSNet(TINY_MSSNET).state_dict().items()}
    assert sum(key.endswith(PRELU) for key in state) == 87
    state["E3_2.encoder_level2.1.body.1.weight"] += 0.5
    with pytest.raises(ModelError, match=r"x\.pth.*E3_2\.encoder_level2\.1\.body\.1\.weight.* \[0\.75\].*one PReLU"):
        load(_saved(tmp_path / "x.pth", {"model_state_dict": state}))


def test_one_key_for_the_shared_number_is_enough(tmp_path: Path) -> None:
    """safetensors refuses shared tensors, so that files in this format often hold one of them only."""
    state = dict(MSSNet(TINY_MSSNET).state_dict())
    for key in [key for key in state if key.endswith(PRELU)][1:]:
        del state[key]
    net, _ = load(_saved(tmp_path / "x.pth", state))
    assert isinstance(net, MSSNet) and len(net.state_dict()) == 328
    assert len({weight.data_ptr() for key, weight in net.state_dict().items() if key.endswith(PRELU)}) == 1
    del state[next(key for key in state if key.endswith(PRELU))]
    with pytest.raises(ModelError, match="87 keys differ"):
        load(_saved(tmp_path / "x.pth", state))


# ── LIIF: the specification beside the weights ───────────────────────────────────────────────────


def _spec(encoder: str = "edsr-baseline", res_scale: object = None, **flags: object) -> State:
    said = {} if res_scale is None else {"res_scale": res_scale}
    parts = {"encoder_spec": {"name": encoder, "args": said}, "imnet_spec": {"name": "mlp", "args": {}}}
    return {"name": "liif", "args": {**parts, **flags}}


def _liif(path: Path, spec: State) -> Path:
    return _saved(path, {"model": {**spec, "sd": LIIF(TINY_LIIF).state_dict()}, "epoch": 1000})


@pytest.mark.parametrize(
    ("encoder", "said", "weighs"), [("edsr-baseline", None, 1.0), ("edsr-baseline", 0.5, 0.5), ("edsr", None, 0.1), ("edsr", 1, 1.0)]
)  # fmt: skip
def test_how_much_a_block_of_edsr_adds_stands_beside_the_weights(
    tmp_path: Path, encoder: str, said: object, weighs: float
) -> None:
    found = recognise(_liif(tmp_path / "x.pth", _spec(encoder, said)))
    assert found.config.encoder.res_scale == weighs
    body, x = found.net.encoder.body[0], torch.zeros(1, TINY_LIIF.encoder.dim, 3, 3)  # type: ignore[union-attr, index, operator]
    assert torch.equal(body(x), weighs * body.body(x))  # type: ignore[operator, union-attr]


def test_the_specification_tells_the_ensemble_only(tmp_path: Path) -> None:
    for given, wanted in ((True, True), (False, False)):
        found = recognise(_liif(tmp_path / "x.pth", _spec(local_ensemble=given)))
        assert found.config.local_ensemble is wanted and found.config.encoder == TINY_LIIF.encoder
    assert recognise(_liif(tmp_path / "x.pth", {})).config == TINY_LIIF


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        (_spec("rdn"), "'rdn', but its weights are those of EDSR"),
        (_spec("os.system"), "names 'os.system', known are edsr-baseline"),
        ({**_spec(), "name": "metasr"}, "says that it is a 'metasr'"),
        (_spec(cell_decode=False), "cell_decode=False"),
        (_spec("edsr", res_scale="0.1"), "res_scale='0.1'"),
    ],
)
def test_a_specification_that_contradicts_the_weights_is_refused(tmp_path: Path, spec: State, told: str) -> None:
    with pytest.raises(ModelError, match=told):
        load(_liif(tmp_path / "x.pth", spec))


def test_the_means_that_liif_never_applies_may_be_absent(tmp_path: Path) -> None:
    state = LIIF(TINY_LIIF).state_dict()
    bare = {key: weight for key, weight in state.items() if "_mean" not in key}
    net, _ = load(_saved(tmp_path / "x.pth", bare))
    assert len(bare) == len(state) - 4
    assert all(torch.equal(weight, state[key]) for key, weight in net.state_dict().items())
