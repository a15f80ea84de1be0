"""Checkpoints of several habits become networks; what is not known is refused with the first keys that differ."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="checkpoints need the train extra")
pytestmark = pytest.mark.train

import restograph.networks  # noqa: E402
from restograph.errors import MissingExtra, ModelError  # noqa: E402
from restograph.networks.checkpoint import load, recognise  # noqa: E402
from restograph.networks.safmn import SAFMN, SAFMNConfig  # noqa: E402
from restograph.networks.safmnpp import SAFMNPP, LightSAFMNPP, LightSAFMNPPConfig, SAFMNPPConfig  # noqa: E402
from restograph.training.ship import ship  # noqa: E402

SMALL = SAFMNConfig(8, 2, 2.0, 3)
State = dict[str, Any]


@pytest.fixture
def state() -> State:
    torch.manual_seed(1)
    return dict(SAFMN(SMALL).state_dict())


def _same(path: Path, state: State) -> None:
    net, card = load(path)
    assert card.family == "SAFMN" and isinstance(net, SAFMN) and net.config == SMALL and not net.training
    assert all(torch.equal(weight, state[key]) for key, weight in net.state_dict().items())


def _saved(path: Path, content: object) -> Path:
    torch.save(content, path)
    return path


# ── wrappers ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "place",
    [
        "", "average", "params", "params_ema", "state_dict", "model_state_dict", "model", "model.sd", "net",
        "net_g", "weights", "model_ema", "state_dict_ema", "ema", "state_dict.params", "state_dict.model.params_ema",
    ],
)  # fmt: skip
@pytest.mark.parametrize("prefix", ["", "module.", "_orig_mod.module.", "module._orig_mod.", "net_g.", "model.module."])
def test_habits_of_checkpoints(tmp_path: Path, state: State, place: str, prefix: str) -> None:
    content: dict[str, Any] = {prefix + key: weight for key, weight in state.items()}
    for key in reversed(place.split(".") if place else []):
        content = {key: content, "epoch": 3, "optimizer_state_dict": {"state": {0: torch.zeros(3)}}}
    path = _saved(tmp_path / "x.pth", content)
    _same(path, state)
    assert recognise(path).place == place


def test_our_average_comes_before_the_last_weights(tmp_path: Path, state: State) -> None:
    last = {key: weight + 1 for key, weight in state.items()}
    path = _saved(tmp_path / "checkpoint.pt", {"net": last, "average": state, "recipe": "{}"})
    _same(path, state)
    assert "'average'" in recognise(path).sure and "'net' left unused" in recognise(path).sure


@pytest.mark.parametrize(
    ("net", "used"),
    [
        (SAFMN(SMALL), "params"),
        (SAFMNPP(SAFMNPPConfig(9, 1, 1.5, 2)), "params_ema"),
        (LightSAFMNPP(LightSAFMNPPConfig(8, 1, 1.5, 2)), "params"),
    ],
)
def test_of_two_state_dicts_the_one_of_the_authors_demo_is_used_and_both_are_named(
    tmp_path: Path, net: Any, used: str
) -> None:
    other = ({"params", "params_ema"} - {used}).pop()
    content = {used: net.state_dict(), other: {key: weight * 0 for key, weight in net.state_dict().items()}}
    for order in (content, dict(reversed(content.items()))):
        found = recognise(_saved(tmp_path / "x.pth", order))
        assert (found.place, found.others) == (used, (other,))
        assert all(torch.equal(weight, net.state_dict()[key]) for key, weight in found.net.state_dict().items())
        assert f"under {used!r}; {other!r} left unused" in found.sure


def test_a_second_network_beside_the_known_one_does_not_disturb(tmp_path: Path, state: State) -> None:
    path = _saved(tmp_path / "x.pth", {"params_ema": {"conv_first.weight": torch.zeros(3)}, "params": state})
    _same(path, state)


def test_half_precision_weights_become_float32(tmp_path: Path, state: State) -> None:
    for kind in (torch.float16, torch.bfloat16, torch.float64):
        path = _saved(tmp_path / "x.pth", {key: weight.to(kind) for key, weight in state.items()})
        net, _ = load(path)
        assert {weight.dtype for weight in net.parameters()} == {torch.float32}


def test_safetensors(tmp_path: Path, state: State) -> None:
    safetensors = pytest.importorskip("safetensors.torch")
    safetensors.save_file(state, tmp_path / "x.safetensors")
    _same(tmp_path / "x.safetensors", state)
    (tmp_path / "y.safetensors").write_bytes(b"garbage")
    with pytest.raises(ModelError, match="cannot be read as safetensors"):
        load(tmp_path / "y.safetensors")


# ── what is not known ────────────────────────────────────────────────────────────────────────────


def test_another_network_is_refused_with_the_closest_one_and_its_keys(tmp_path: Path, state: State) -> None:
    without_norms = {key: weight for key, weight in state.items() if "norm" not in key}
    path = _saved(tmp_path / "x.pth", without_norms)
    with pytest.raises(ModelError, match=r"closest is SAFMN, but 8 keys differ: feats\.0\.norm1\.bias: \(8,\) wanted"):
        load(path)


def test_a_stranger_is_refused_with_what_is_known(tmp_path: Path) -> None:
    path = _saved(tmp_path / "x.pth", {"conv_first.weight": torch.zeros(4, 3, 3, 3)})
    with pytest.raises(ModelError, match=r"begins with conv_first\.weight.*no key with SAFMN, .*MSSNet"):
        load(path)


def test_the_first_differing_keys_are_named(tmp_path: Path, state: State) -> None:
    del state["feats.1.safm.aggr.bias"]
    state["extra.weight"] = torch.zeros(2)
    with pytest.raises(ModelError, match=r"2 keys differ: extra\.weight: nothing wanted.*feats\.1\.safm\.aggr\.bias"):
        load(_saved(tmp_path / "x.pth", state))


def test_channels_that_cannot_be_cut_into_levels_are_refused(tmp_path: Path, state: State) -> None:
    odd = {**state, "to_feat.weight": torch.zeros(9, 3, 3, 3)}
    with pytest.raises(ModelError, match=r"9 channels cannot be: they are cut into 4 equal parts"):
        load(_saved(tmp_path / "x.pth", odd))
    del odd["to_img.0.weight"]  # no landmark, so only the closest network is told
    with pytest.raises(ModelError, match="is no network known here"):
        load(_saved(tmp_path / "x.pth", odd))


def test_a_file_whose_name_is_no_text_gets_a_card(tmp_path: Path, state: State) -> None:
    path = tmp_path / b"\xff.pth".decode("utf-8", "surrogateescape")
    try:
        path.touch()
    except OSError:
        pytest.skip("this file system takes text only")
    assert load(_saved(path, state))[1].title.endswith("from ?.pth")


def test_a_differing_shape_is_named(tmp_path: Path, state: State) -> None:
    state["feats.1.ccm.ccm.2.weight"] = torch.zeros(8, 17, 1, 1)
    with pytest.raises(ModelError, match=r"1 key differs: .*\(8, 16, 1, 1\) wanted, \(8, 17, 1, 1\) found"):
        load(_saved(tmp_path / "x.pth", state))


@pytest.mark.parametrize("content", [{}, {"params": {}}, {"step": 3}, [1, 2], 5, {3: torch.zeros(1)}])
def test_files_without_weights_are_refused(tmp_path: Path, content: object) -> None:
    with pytest.raises(ModelError, match="holds"):
        load(_saved(tmp_path / "x.pth", content))


def test_an_absent_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="there is no checkpoint"):
        load(tmp_path / "none.pth")
    with pytest.raises(ModelError, match="is a folder"):
        load(tmp_path)


# ── what comes back ──────────────────────────────────────────────────────────────────────────────


def test_load_gives_the_bare_network_and_a_card_of_the_file(tmp_path: Path, state: State) -> None:
    path = _saved(tmp_path / "SAFMN_own x3.pth", {"params": state})
    net, card = restograph.networks.load(str(path))
    assert net(torch.zeros(1, 3, 9, 11)).shape == (1, 3, 27, 33)
    assert (card.name, card.family, card.kind, card.scale) == ("safmn-own-x3", "SAFMN", "upscale", 3)
    assert (card.bytes, card.licence, card.size.minimum) == (path.stat().st_size, "NOASSERTION", 8)
    assert not any(weight.requires_grad for weight in net.parameters())


def test_ship_says_what_the_card_needs(tmp_path: Path, state: State) -> None:
    pytest.importorskip("onnx")
    _saved(tmp_path / "checkpoint.pt", {"average": state})
    shipped = ship(tmp_path / "checkpoint.pt", "safmn-x3")
    data, card = shipped.files["safmn-x3.onnx"], shipped.card
    assert (card.weights, card.sha256, card.bytes) == ("safmn-x3.onnx", hashlib.sha256(data).hexdigest(), len(data))
    assert (card.name, card.scale, card.licence) == ("safmn-x3", 3, "Apache-2.0")


def test_without_torch_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("restograph.networks.find_spec", lambda _: None)
    with pytest.raises(MissingExtra, match=r"pip install 'restograph\[train\]'"):
        restograph.networks.load(tmp_path / "x.pth")
