"""The exported LIIF equals PyTorch's plain reference at any factor, and its bytes depend on its weights alone."""

from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

torch = pytest.importorskip("torch", reason="export needs the train extra")
onnx = pytest.importorskip("onnx", reason="export needs the train extra")
pytestmark = pytest.mark.train

import onnxruntime  # noqa: E402

from restograph.errors import ModelError  # noqa: E402
from restograph.networks.export.liif import export_liif, liif_bytes  # noqa: E402
from restograph.networks.liif import (  # noqa: E402
    LIIF,
    EDSRConfig,
    LIIFConfig,
    RDNConfig,
    SAFMNBodyConfig,
    make_coord,
)
from restograph.run.taps import taps  # noqa: E402

TOLERANCE = 1e-5
ENCODERS = {"safmn": SAFMNBodyConfig(8, 2, 1.5), "edsr": EDSRConfig(6, 2), "rdn": RDNConfig(5, 2, 3, 4)}
Sessions = tuple[onnxruntime.InferenceSession, onnxruntime.InferenceSession]


def made(config: LIIFConfig) -> tuple[LIIF, Sessions]:
    torch.manual_seed(len(config.hidden))
    net = LIIF(config).eval()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    encoder, query = (
        onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"]) for data in liif_bytes(net)
    )
    return net, (encoder, query)


def enlarged(sessions: Sessions, image: Any, size: tuple[int, int], rows: tuple[int, int]) -> Any:
    """Output rows of an image (3,h,w), by the two models alone."""
    hidden = sessions[0].run(None, {"image": image[None]})[0][0]
    given_: dict[str, Any] = {"hidden": hidden, "cell": np.float32([2 * n / m for n, m in zip(hidden.shape, size)])}  # noqa: B905
    for side, length, wanted, part in zip(("row", "column"), hidden.shape, size, (rows, (0, size[1]))):  # noqa: B905
        found = taps(length, wanted, *part)
        given_ |= {f"{side}s": found.index, f"{side}_offsets": found.offset}
        given_ |= {f"{side}_pairs": found.pairs, f"{side}_weights": found.weights}
    return sessions[1].run(None, given_)[0]


def difference(net: LIIF, sessions: Sessions, height: int, width: int, factor: float) -> float:
    image = np.random.default_rng(height * 100 + width).random((3, height, width), dtype=np.float32)
    size = int(height * factor + 0.5), int(width * factor + 0.5)
    coord = make_coord(*size)[None]
    with torch.no_grad():
        feat = net.encode((torch.from_numpy(image)[None] - 0.5) / 0.5)
        colours = net.query_plain(feat, coord, (2 / torch.tensor(size)).expand_as(coord))
    wanted = colours.view(*size, 3).numpy() * 0.5 + 0.5
    found = enlarged(sessions, image, size, (0, size[0]))
    assert found.shape == wanted.shape
    return float(np.abs(found - wanted).max())


@pytest.fixture(scope="module", params=list(ENCODERS))
def small(request: pytest.FixtureRequest) -> tuple[LIIF, Sessions]:
    return made(LIIFConfig(ENCODERS[request.param], (12, 10)))


factors = st.one_of(st.floats(1.1, 6), st.sampled_from([2, 3, 4, 5, 6, 1.5, 2.5, 7 / 3]))


@settings(max_examples=40)
@given(height=st.integers(16, 80), width=st.integers(16, 80), factor=factors)
def test_any_size_and_factor_equals_pytorch(
    small: tuple[LIIF, Sessions], height: int, width: int, factor: float
) -> None:
    assert difference(*small, height, width, factor) <= TOLERANCE


@pytest.mark.parametrize("factor", [2, 3, 4, 5, 7, 16])
def test_whole_factors_equal_pytorch_up_to_the_edges(small: tuple[LIIF, Sessions], factor: int) -> None:
    assert max(difference(*small, 8, width, factor) for width in range(8, 14)) <= TOLERANCE


def test_the_full_network_equals_pytorch() -> None:
    net, sessions = made(LIIFConfig())
    cases = [(16, 23, 2), (37, 45, 2.5), (48, 33, 3), (29, 40, np.pi), (31, 17, 4)]
    assert max(difference(net, sessions, *case) for case in cases) <= TOLERANCE


@pytest.mark.parametrize(("unfold", "cell"), list(product((True, False), repeat=2)))
def test_the_papers_switches(unfold: bool, cell: bool) -> None:
    net, sessions = made(LIIFConfig(ENCODERS["edsr"], (12,), True, unfold, cell))
    assert max(difference(net, sessions, 9, 11, factor) for factor in (2, 3, 2.5)) <= TOLERANCE


def test_blocks_that_add_a_share_only() -> None:
    net, sessions = made(LIIFConfig(EDSRConfig(4, 3, res_scale=0.1), (12,)))
    assert difference(net, sessions, 9, 11, 2.5) <= TOLERANCE


def test_rows_asked_for_apart_are_the_rows_of_the_whole(small: tuple[LIIF, Sessions]) -> None:
    image = np.random.default_rng(5).random((3, 12, 10), dtype=np.float32)
    whole = enlarged(small[1], image, (31, 25), (0, 31))
    parts = [enlarged(small[1], image, (31, 25), part) for part in ((0, 1), (1, 14), (14, 31))]
    assert np.abs(np.concatenate(parts) - whole).max() <= 1e-6


def test_without_the_local_ensemble_it_is_refused() -> None:
    with pytest.raises(ModelError, match="local_ensemble=False"):
        liif_bytes(LIIF(LIIFConfig(ENCODERS["edsr"], (12,), local_ensemble=False)))


def test_without_a_hidden_layer_it_is_refused() -> None:
    with pytest.raises(ModelError, match="no hidden layer"):
        liif_bytes(LIIF(LIIFConfig(ENCODERS["edsr"], ())))


def test_bytes_depend_on_the_weights_alone(tmp_path: Path) -> None:
    torch.manual_seed(1)
    net = LIIF(LIIFConfig(ENCODERS["edsr"], (12,)))
    first = liif_bytes(net)
    export_liif(net, tmp_path / "a.onnx", tmp_path / "b.onnx")
    assert ((tmp_path / "a.onnx").read_bytes(), (tmp_path / "b.onnx").read_bytes()) == first
    with torch.no_grad():
        net.first.weight += 1
    other = liif_bytes(net)
    assert other[0] != first[0] and other[1] != first[1]


def test_graphs_have_no_foreign_operators_and_no_unused_weights() -> None:
    for data in liif_bytes(LIIF(LIIFConfig(ENCODERS["edsr"], (12,)))):
        model = onnx.load_from_string(data)
        used = {name for node in model.graph.node for name in node.input}
        assert {constant.name for constant in model.graph.initializer} <= used
        assert {entry.domain for entry in model.opset_import} == {""}
