"""Files that are damaged, forged, or hold what is no number: refused before they cost memory."""

import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="checkpoints need the train extra")
pytestmark = pytest.mark.train

from restograph.errors import ModelError  # noqa: E402
from restograph.networks import load  # noqa: E402
from restograph.networks.safmn import SAFMN, SAFMNConfig  # noqa: E402

State = dict[str, Any]


@pytest.fixture
def state() -> State:
    return dict(SAFMN(SAFMNConfig(8, 1, 2.0, 2)).state_dict())


def _saved(path: Path, content: object) -> Path:
    torch.save(content, path)
    return path


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.99])
def test_truncated_files_are_refused(tmp_path: Path, state: State, share: float) -> None:
    data = _saved(tmp_path / "whole.pth", {"params": state}).read_bytes()
    for suffix in (".pth", ".pt", ".ckpt", ".safetensors"):
        path = tmp_path / f"cut{suffix}"
        path.write_bytes(data[: int(len(data) * share)])
        with pytest.raises(ModelError, match=r"cut\..*(fetch it again|plain data)"):
            load(path)


def test_onnx_is_for_another_command(tmp_path: Path) -> None:
    (tmp_path / "x.onnx").write_bytes(b"anything")
    with pytest.raises(ModelError, match="restograph models add"):
        load(tmp_path / "x.onnx")


def test_legacy_files_load(tmp_path: Path, state: State) -> None:
    torch.save({"params": state}, tmp_path / "old.pth", _use_new_zipfile_serialization=False)
    assert load(tmp_path / "old.pth")[1].family == "SAFMN"


def test_a_declared_shape_larger_than_the_file_is_refused(tmp_path: Path, state: State) -> None:
    """A stride of 0 gives one number any shape: nothing may be allocated for it."""
    huge = 10**7
    for key, shape in (("to_feat.weight", (huge, 3, 3, 3)), ("to_feat.bias", (huge,))):
        state[key] = torch.zeros(1).expand(shape)
    path = _saved(tmp_path / "x.pth", state)
    assert path.stat().st_size < 100_000
    with pytest.raises(ModelError, match="keys differ"):
        load(path)


def test_a_whole_network_of_declared_shapes_is_refused(tmp_path: Path) -> None:
    with torch.device("meta"):
        shapes = {key: weight.shape for key, weight in SAFMN(SAFMNConfig(40_000, 1, 2.0, 2)).state_dict().items()}
    path = _saved(tmp_path / "x.pth", {key: torch.zeros(1).expand(shape) for key, shape in shapes.items()})
    with pytest.raises(ModelError, match="more than the file holds"):
        load(path)


@pytest.mark.parametrize("side", [10**12, 0])
def test_shapes_that_no_network_has_are_refused(tmp_path: Path, state: State, side: int) -> None:
    state["feats.0.ccm.ccm.0.weight"] = torch.zeros(1).expand(side, 8, 3, 3)
    with pytest.raises(ModelError, match="SAFMN"):
        load(_saved(tmp_path / "x.pth", state))


def test_weights_without_memory_or_of_other_kinds_are_refused(tmp_path: Path, state: State) -> None:
    key = "feats.0.safm.aggr.weight"
    for weight in (
        torch.empty(8, 8, 1, 1, device="meta"),
        torch.zeros(8, 8, 1, 1, dtype=torch.int64),
        torch.zeros(8, 8, 1, 1, dtype=torch.complex64),
        torch.zeros(8, 8, 1, 1).to_sparse(),
    ):
        with pytest.raises(ModelError, match=r"safm\.aggr\.weight.*not plain numbers"):
            load(_saved(tmp_path / "x.pth", {**state, key: weight}))


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_broken_numbers_are_refused(tmp_path: Path, state: State, value: float) -> None:
    state["to_img.0.bias"] = state["to_img.0.bias"].index_fill(0, torch.tensor([2]), value)
    with pytest.raises(ModelError, match=r"'to_img\.0\.bias' holds NaN or infinite"):
        load(_saved(tmp_path / "x.pth", state))


def test_numbers_that_half_precision_held_are_finite_again(tmp_path: Path, state: State) -> None:
    load(_saved(tmp_path / "x.pth", {key: weight.half() for key, weight in state.items()}))
    state["to_img.0.bias"] = torch.full_like(state["to_img.0.bias"], 1e300, dtype=torch.float64)
    with pytest.raises(ModelError, match="infinite"):
        load(_saved(tmp_path / "x.pth", state))


def test_packed_archives_are_refused(tmp_path: Path) -> None:
    plain = _saved(tmp_path / "plain.pth", {"to_feat.weight": torch.zeros(1000, 1000)})
    with (
        zipfile.ZipFile(plain) as source,
        zipfile.ZipFile(tmp_path / "packed.pth", "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        for name in source.namelist():
            packed.writestr(name, source.read(name))
    with pytest.raises(ModelError, match=r"packed\.pth.*compressed archive"):
        load(tmp_path / "packed.pth")


def test_the_name_of_the_file_does_not_matter(tmp_path: Path, state: State) -> None:
    path = _saved(tmp_path / "x.pth", state)
    for name in ("weights.bin", "weights.ckpt", "weights"):
        shutil.copy(path, tmp_path / name)
        assert load(tmp_path / name)[1].family == "SAFMN"
