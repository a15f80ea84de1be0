"""Weights from files of several habits; what is not known is refused with the first keys that differ."""

from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="checkpoints need the train extra")
pytestmark = pytest.mark.train

from restograph.errors import ModelError  # noqa: E402
from restograph.networks.checkpoint import load_checkpoint  # noqa: E402
from restograph.networks.safmn import SAFMN, SAFMNConfig  # noqa: E402
from restograph.training.ship import ship  # noqa: E402

SMALL = SAFMNConfig(8, 2, 2.0, 3)


@pytest.fixture
def state() -> dict[str, "torch.Tensor"]:
    torch.manual_seed(1)
    return SAFMN(SMALL).state_dict()


def _same(path: Path, state: dict[str, "torch.Tensor"]) -> None:
    net, family = load_checkpoint(path)
    assert family == "SAFMN" and isinstance(net, SAFMN) and net.config == SMALL and not net.training
    assert all(torch.equal(weight, state[key]) for key, weight in net.state_dict().items())


@pytest.mark.parametrize("wrapper", [None, "average", "params", "params_ema", "state_dict"])
@pytest.mark.parametrize("prefix", ["", "module."])
def test_habits_of_checkpoints(
    tmp_path: Path, state: dict[str, "torch.Tensor"], wrapper: str | None, prefix: str
) -> None:
    content: object = {prefix + key: weight for key, weight in state.items()}
    path = tmp_path / "x.pth"
    torch.save({wrapper: content, "step": 3} if wrapper else content, path)
    _same(path, state)


def test_our_average_comes_before_the_last_weights(tmp_path: Path, state: dict[str, "torch.Tensor"]) -> None:
    path = tmp_path / "checkpoint.pt"
    last = {key: weight + 1 for key, weight in state.items()}
    torch.save({"net": last, "average": state, "recipe": "{}"}, path)
    _same(path, state)


def test_half_precision_weights_become_float32(tmp_path: Path, state: dict[str, "torch.Tensor"]) -> None:
    torch.save({key: weight.half() for key, weight in state.items()}, tmp_path / "x.pth")
    net, _ = load_checkpoint(tmp_path / "x.pth")
    assert {weight.dtype for weight in net.parameters()} == {torch.float32}


def test_safetensors(tmp_path: Path, state: dict[str, "torch.Tensor"]) -> None:
    safetensors = pytest.importorskip("safetensors.torch")
    safetensors.save_file(state, tmp_path / "x.safetensors")
    _same(tmp_path / "x.safetensors", state)
    (tmp_path / "y.safetensors").write_bytes(b"garbage")
    with pytest.raises(ModelError, match="cannot be read as safetensors"):
        load_checkpoint(tmp_path / "y.safetensors")


def test_another_network_is_refused_with_its_keys(tmp_path: Path, state: dict[str, "torch.Tensor"]) -> None:
    without_norms = {key: weight for key, weight in state.items() if "norm" not in key}
    torch.save(without_norms, tmp_path / "ntire.pth")
    with pytest.raises(ModelError, match=r"'feats\.0\.norm1\.weight'.*to_feat\.weight"):
        load_checkpoint(tmp_path / "ntire.pth")


def test_the_first_differing_keys_are_named(tmp_path: Path, state: dict[str, "torch.Tensor"]) -> None:
    del state["feats.1.safm.aggr.bias"]
    state["extra.weight"] = torch.zeros(2)
    torch.save(state, tmp_path / "x.pth")
    with pytest.raises(ModelError, match=r"2 keys differ: extra\.weight: nothing wanted.*feats\.1\.safm\.aggr\.bias"):
        load_checkpoint(tmp_path / "x.pth")


@pytest.mark.parametrize("content", [{}, {"params": {}}, {"step": 3}, [1, 2], 5])
def test_files_without_weights_are_refused(tmp_path: Path, content: object) -> None:
    torch.save(content, tmp_path / "x.pth")
    with pytest.raises(ModelError, match="holds"):
        load_checkpoint(tmp_path / "x.pth")


def test_an_absent_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="there is no checkpoint"):
        load_checkpoint(tmp_path / "none.pth")


def test_ship_says_what_the_card_needs(tmp_path: Path, state: dict[str, "torch.Tensor"]) -> None:
    import hashlib

    pytest.importorskip("onnx")
    torch.save({"average": state}, tmp_path / "checkpoint.pt")
    shipped = ship(tmp_path / "checkpoint.pt", "safmn-x3", tmp_path / "out")
    data = (tmp_path / "out" / "safmn-x3.onnx").read_bytes()
    assert (shipped.sha256, shipped.bytes, shipped.scale) == (hashlib.sha256(data).hexdigest(), len(data), 3)
    assert 'weights = "safmn-x3.onnx"' in shipped.toml()
