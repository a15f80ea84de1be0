"""The exported SAFMN variants equal PyTorch for every size, and their bytes depend on their weights alone."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

torch = pytest.importorskip("torch", reason="export needs the train extra")
onnx = pytest.importorskip("onnx", reason="export needs the train extra")
safetensors = pytest.importorskip("safetensors.torch", reason="export needs the train extra")
pytestmark = pytest.mark.train

import onnxruntime  # noqa: E402

from restograph.networks.export.safmn import ntire_bytes  # noqa: E402
from restograph.networks.export.safmnpp import light_bytes, safmnpp_bytes  # noqa: E402
from restograph.networks.safmn import SAFMNNtire, SAFMNNtireConfig  # noqa: E402
from restograph.networks.safmnpp import SAFMNPP, LightSAFMNPP, LightSAFMNPPConfig, SAFMNPPConfig  # noqa: E402

TOLERANCE = 1e-4
PARITY = Path(__file__).parents[2].parent / "shared" / "parity"
LEAST = {"ntire": 16, "plus": 8, "light": 8}
FILES = {"ntire": "safmn_ntire_x4", "plus": "safmnpp", "light": "light_safmnpp"}
NETS: dict[str, tuple[Any, Any, Callable[[Any], bytes]]] = {
    "ntire": (SAFMNNtire, SAFMNNtireConfig, ntire_bytes),
    "plus": (SAFMNPP, SAFMNPPConfig, safmnpp_bytes),
    "light": (LightSAFMNPP, LightSAFMNPPConfig, light_bytes),
}
Session = onnxruntime.InferenceSession
each = pytest.mark.parametrize("name", list(NETS))


def random_net(name: str, *sizes: float, seed: int = 0) -> Any:
    torch.manual_seed(seed)
    kind, config, _ = NETS[name]
    net = kind(config(*sizes)).eval()
    for key, weight in net.named_parameters():
        if key.startswith("norm."):
            torch.nn.init.normal_(weight, 0.5, 0.5)  # a fresh response normalisation passes its input on
    return net


def session(data: bytes) -> Session:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return Session(data, options, providers=["CPUExecutionProvider"])


def difference(net: Any, run: Session, height: int, width: int) -> float:
    x = np.random.default_rng(height * 100 + width).random((1, 3, height, width), dtype=np.float32)
    with torch.no_grad():
        wanted = net(torch.from_numpy(x)).numpy()
    (found,) = run.run(None, {"image": x})
    assert found.shape == wanted.shape
    return float(np.abs(found - wanted).max())


@pytest.fixture(scope="module")
def small() -> dict[str, tuple[Any, Session]]:
    nets = {name: random_net(name, 8, 2, 1.5, 2) for name in NETS}
    return {name: (net, session(NETS[name][2](net))) for name, net in nets.items()}


@each
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_any_size_equals_pytorch(small: dict[str, tuple[Any, Session]], name: str, data: st.DataObject) -> None:
    height, width = (data.draw(st.integers(LEAST[name], 90)) for _ in range(2))
    assert difference(*small[name], height, width) <= TOLERANCE


@each
def test_every_height_to_80_equals_pytorch(small: dict[str, tuple[Any, Session]], name: str) -> None:
    least = LEAST[name]
    assert max(difference(*small[name], side, 80 + least - side) for side in range(least, 81)) <= TOLERANCE


@each
@pytest.mark.parametrize("scale", [1, 2, 3, 4])
def test_the_full_network_equals_pytorch(name: str, scale: int) -> None:
    config = NETS[name][1]()
    net = random_net(name, config.dim, config.n_blocks, config.ffn_scale, scale)
    run = session(NETS[name][2](net))
    assert max(difference(net, run, *size) for size in [(16, 16), (31, 17), (37, 45), (48, 64)]) <= TOLERANCE


@each
@pytest.mark.parametrize("suffix", ["", "_odd"])
def test_it_equals_the_authors_outputs(name: str, suffix: str) -> None:
    path = PARITY / f"{FILES[name]}.safetensors"
    if not path.is_file():
        pytest.skip("needs the parity vectors in ../shared/parity")
    tensors = safetensors.load_file(path)
    net = NETS[name][0]().eval()
    net.load_state_dict({key.removeprefix("weight."): t for key, t in tensors.items() if key.startswith("weight.")})
    (found,) = session(NETS[name][2](net)).run(None, {"image": tensors[f"input{suffix}"].numpy()})
    assert np.abs(found - tensors[f"output{suffix}"].numpy()).max() <= TOLERANCE


@each
def test_a_batch_of_pictures_equals_pytorch(small: dict[str, tuple[Any, Session]], name: str) -> None:
    net, run = small[name]
    x = np.random.default_rng(3).random((3, 3, 33, 18), dtype=np.float32)
    with torch.no_grad():
        wanted = net(torch.from_numpy(x)).numpy()
    assert np.abs(run.run(None, {"image": x})[0] - wanted).max() <= TOLERANCE


@each
def test_bytes_depend_on_the_weights_alone(name: str) -> None:
    to_bytes = NETS[name][2]
    first, again, other = (random_net(name, 8, 1, 1.5, 3) for _ in range(3))
    with torch.no_grad():
        other.to_feat.weight[0, 0, 0, 0] += 1
    assert to_bytes(first) == to_bytes(again) != to_bytes(other)


@each
def test_the_graph_has_free_sides_and_no_foreign_operators(name: str) -> None:
    model = onnx.load_from_string(NETS[name][2](random_net(name, 8, 1)))
    assert {(entry.domain, entry.version) for entry in model.opset_import} == {("", 20)}
    assert [d.dim_param for d in model.graph.input[0].type.tensor_type.shape.dim] == ["n", "", "h", "w"]
    used = {each for node in model.graph.node for each in node.input}
    assert {constant.name for constant in model.graph.initializer} <= used  # nothing lies about
    assert {end for node in model.graph.node for end in node.output} - used == {"restored"}
