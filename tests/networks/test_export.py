"""The exported SAFMN equals PyTorch for every size, and its bytes depend on its weights alone."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

torch = pytest.importorskip("torch", reason="export needs the train extra")
onnx = pytest.importorskip("onnx", reason="export needs the train extra")
pytestmark = pytest.mark.train

import onnxruntime  # noqa: E402

from restograph.networks.export.safmn import export_safmn, safmn_bytes  # noqa: E402
from restograph.networks.safmn import SAFMN, SAFMNConfig, config_of  # noqa: E402

TOLERANCE = 1e-4
SHIPPED = Path(__file__).parents[2] / "src" / "restograph" / "models" / "weights"


def _net(scale: int, dim: int = 8, blocks: int = 2) -> SAFMN:
    torch.manual_seed(scale)
    net = SAFMN(SAFMNConfig(dim, blocks, 2.0, scale)).eval()
    for weight in net.parameters():
        if weight.ndim == 1:
            torch.nn.init.normal_(weight, 0.5, 0.5)  # a fresh layer norm has weights of 1, which would hide mistakes
    return net


def _session(data: bytes) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])


def _difference(net: SAFMN, session: onnxruntime.InferenceSession, height: int, width: int) -> float:
    x = np.random.default_rng(height * 100 + width).random((1, 3, height, width), dtype=np.float32)
    with torch.no_grad():
        wanted = net(torch.from_numpy(x)).numpy()
    (found,) = session.run(None, {"image": x})
    assert found.shape == wanted.shape
    return float(np.abs(found - wanted).max())


@pytest.fixture(scope="module")
def small() -> tuple[SAFMN, onnxruntime.InferenceSession]:
    net = _net(2)
    return net, _session(safmn_bytes(net))


@settings(max_examples=60, deadline=None)
@given(height=st.integers(8, 70), width=st.integers(8, 70))
def test_any_size_equals_pytorch(small: tuple[SAFMN, onnxruntime.InferenceSession], height: int, width: int) -> None:
    assert _difference(*small, height, width) <= TOLERANCE


def test_every_height_from_8_to_70_equals_pytorch(small: tuple[SAFMN, onnxruntime.InferenceSession]) -> None:
    assert max(_difference(*small, side, 78 - side) for side in range(8, 71)) <= TOLERANCE


@pytest.mark.parametrize("scale", [1, 2, 3, 4])
def test_the_full_network_equals_pytorch(scale: int) -> None:
    net = _net(scale, dim=36, blocks=8)
    session = _session(safmn_bytes(net))
    assert max(_difference(net, session, *size) for size in [(8, 8), (15, 23), (37, 45), (48, 64)]) <= TOLERANCE


def test_a_batch_of_pictures_equals_pytorch(small: tuple[SAFMN, onnxruntime.InferenceSession]) -> None:
    x = np.random.default_rng(3).random((3, 3, 17, 12), dtype=np.float32)
    with torch.no_grad():
        wanted = small[0](torch.from_numpy(x)).numpy()
    assert np.abs(small[1].run(None, {"image": x})[0] - wanted).max() <= TOLERANCE


def test_bytes_depend_on_the_weights_alone(tmp_path: Path) -> None:
    first, again, other = _net(3), _net(3), _net(3)
    with torch.no_grad():
        other.to_feat.weight[0, 0, 0, 0] += 1
    assert safmn_bytes(first) == safmn_bytes(again) != safmn_bytes(other)
    export_safmn(first, tmp_path / "a.onnx")
    assert (tmp_path / "a.onnx").read_bytes() == safmn_bytes(first)


@pytest.mark.parametrize("name", ["safmn-clean-x1", "safmn-x2", "safmn-x3", "safmn-x4"])
def test_shipped_weights_give_the_shipped_bytes(name: str) -> None:
    """What is written today is what was shipped: the hashes in the cards stay true."""
    data = (SHIPPED / f"{name}.onnx").read_bytes()
    constants = onnx.load_from_string(data).graph.initializer
    state = {c.name: torch.from_numpy(onnx.numpy_helper.to_array(c).copy()) for c in constants if "." in c.name}
    net = SAFMN(config_of(state))
    net.load_state_dict(state)
    assert safmn_bytes(net) == data


def test_the_graph_has_fused_norms_and_no_foreign_operators() -> None:
    model = onnx.load_from_string(safmn_bytes(_net(2)))
    kinds = [node.op_type for node in model.graph.node]
    assert kinds.count("LayerNormalization") == 4  # two per block
    assert {entry.domain for entry in model.opset_import} == {""}
    assert [d.dim_param for d in model.graph.input[0].type.tensor_type.shape.dim] == ["n", "", "h", "w"]
