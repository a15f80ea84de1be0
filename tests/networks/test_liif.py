"""LIIF: the authors' outputs where they are at hand, and the paper's equations in NumPy anywhere."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

torch = pytest.importorskip("torch", reason="networks need the train extra")
safetensors = pytest.importorskip("safetensors.torch", reason="networks need the train extra")
pytestmark = pytest.mark.train

from restograph.networks.liif import (  # noqa: E402
    LIIF,
    EDSRConfig,
    LIIFConfig,
    RDNConfig,
    SAFMNBodyConfig,
    config_of,
    make_coord,
)

PARITY = Path(__file__).parents[1] / "data" / "parity" / "liif_edsr.safetensors"
TOLERANCE = 1e-5
Array = NDArray[np.float64]

SMALL = (SAFMNBodyConfig(8, 2, 1.5), EDSRConfig(6, 2), RDNConfig(5, 2, 3, 4))


# ── the paper's equations, position by position ──────────────────────────────────────────────────


def nearest_pixel(position: float, n: int, towards: int) -> int:
    """Pixel i of n covers [i, i + 1) in (position + 1) n / 2; ties go to the larger index."""
    moved = position + towards / n + (1e-6 if towards else 0)
    return int(np.clip(np.floor((moved + 1) / 2 * n), 0, n - 1))


def decoded(weights: dict[str, Array], x: Array) -> Array:
    depth = sum(name.endswith(".weight") for name in weights if name.startswith("imnet."))
    for layer in range(depth):
        x = weights[f"imnet.layers.{2 * layer}.weight"] @ x + weights[f"imnet.layers.{2 * layer}.bias"]
        x = np.maximum(x, 0) if layer < depth - 1 else x
    return x


def reference(feat: Array, weights: dict[str, Array], config: LIIFConfig, where: Array, cell: Array) -> Array:
    """Colour (3,) at one position (2,) from features (C,H,W)."""
    _, height, width = feat.shape
    sides, padded = np.array([height, width]), np.pad(feat, ((0, 0), (1, 1), (1, 1)))
    colours, areas = {}, {}
    for towards in product((-1, 1), repeat=2) if config.local_ensemble else [(0, 0)]:
        row, column = (nearest_pixel(where[axis], sides[axis], towards[axis]) for axis in (0, 1))
        code = padded[:, row : row + 3, column : column + 3].ravel() if config.feat_unfold else feat[:, row, column]
        offset = (where - (-1 + (2 * np.array([row, column]) + 1) / sides)) * sides
        given_cell = cell * sides if config.cell_decode else []
        colours[towards] = decoded(weights, np.concatenate([code, offset, given_cell]))
        areas[-towards[0], -towards[1]] = abs(offset[0] * offset[1]) + 1e-9
    return np.asarray(sum(areas[t] * colours[t] for t in colours) / sum(areas.values()))


# ── the tests ────────────────────────────────────────────────────────────────────────────────────


def random_net(config: LIIFConfig, seed: int = 0) -> LIIF:
    torch.manual_seed(seed)
    return LIIF(config).eval()


def switches() -> Iterator[tuple[bool, bool, bool]]:
    yield from product((True, False), repeat=3)


@pytest.mark.parametrize(("ensemble", "unfold", "cell"), list(switches()))
def test_it_computes_the_papers_equations(ensemble: bool, unfold: bool, cell: bool) -> None:
    config = LIIFConfig(EDSRConfig(6, 1), (12, 10), ensemble, unfold, cell)
    net, generator = random_net(config), np.random.default_rng(1)
    feat, coord = generator.normal(size=(6, 7, 9)), generator.uniform(-1, 1, (40, 2))
    cells = generator.uniform(0.05, 0.3, (40, 2))
    weights = {name: weight.double().numpy() for name, weight in net.state_dict().items()}
    wanted = np.stack([reference(feat, weights, config, *pair) for pair in zip(coord, cells, strict=True)])
    given_ = [torch.from_numpy(a).float()[None] for a in (feat, coord, cells)]
    with torch.no_grad():
        for made in (net.query(*given_), net.query_plain(*given_)):
            assert made.shape == (1, 40, 3)
            assert np.abs(made[0].numpy() - wanted).max() <= TOLERANCE


@settings(max_examples=25)
@given(st.integers(8, 24), st.integers(8, 24), st.integers(8, 60), st.integers(8, 60), st.sampled_from(SMALL))
def test_folding_the_first_layer_changes_nothing(h: int, w: int, rows: int, columns: int, encoder: object) -> None:
    net = random_net(LIIFConfig(encoder, (12, 10)))  # type: ignore[arg-type]
    coord = make_coord(rows, columns)[None]
    cell = torch.tensor([2 / rows, 2 / columns]).expand_as(coord)
    with torch.no_grad():
        feat = net.encode(torch.rand(1, 3, h, w) * 2 - 1)
        assert feat.shape == (1, net.config.encoder.dim, h, w)
        folded, plain = net.query(feat, coord, cell), net.query_plain(feat, coord, cell)
    assert (folded - plain).abs().max() <= TOLERANCE


def test_it_equals_the_authors_outputs() -> None:
    tensors = {name: tensor.float() for name, tensor in safetensors.load_file(PARITY).items()}
    state = {name.removeprefix("weight."): t for name, t in tensors.items() if name.startswith("weight.")}
    config = config_of(state)
    assert config == LIIFConfig(EDSRConfig(16, 4), (32, 32, 32, 32))
    alone = LIIFConfig(config.encoder, config.hidden, local_ensemble=False)
    for settings_, name in ((config, "output"), (alone, "output.no_local_ensemble")):
        net = LIIF(settings_).eval()
        net.load_state_dict(state)
        with torch.no_grad():
            feat = net.encode(tensors["input"])
            assert (feat - tensors["feat"]).abs().max() <= TOLERANCE
            for query in (net.query, net.query_plain):
                made = query(feat, tensors["coord"], tensors["cell"])
                assert (made - tensors[name]).abs().max() <= TOLERANCE
    assert (make_coord(53, 67) - tensors["coord"][0]).abs().max() <= 1e-6


@pytest.mark.parametrize(
    ("encoder", "total", "trained", "keys"),
    [(EDSRConfig(), 1_567_323, 1_567_299, 82), (RDNConfig(), 22_320_835, 22_320_835, 306)],
)
def test_it_has_as_many_parameters_as_the_papers_network(
    encoder: EDSRConfig, total: int, trained: int, keys: int
) -> None:
    net = LIIF(LIIFConfig(encoder, (256,) * 4))
    assert sum(p.numel() for p in net.parameters()) == total
    assert sum(p.numel() for p in net.parameters() if p.requires_grad) == trained
    assert len(net.state_dict()) == keys


@pytest.mark.parametrize("encoder", SMALL)
def test_sizes_are_read_off_the_weights(encoder: EDSRConfig) -> None:
    for unfold, cell in product((True, False), repeat=2):
        config = LIIFConfig(encoder, (24, 16, 8), True, unfold, cell)
        assert config_of(LIIF(config).state_dict()) == config
    assert config_of(LIIF().state_dict()) == LIIFConfig()


def test_widths_that_round_one_short_are_read_off_too() -> None:
    state = LIIF(LIIFConfig(SAFMNBodyConfig(44, 1, 1.3666), (12,))).state_dict()
    assert len(state["encoder.feats.0.ccm.ccm.0.bias"]) == 60 and int(44 * (60 / 44)) == 59
    assert LIIF(config_of(state)).load_state_dict(state)


def test_pictures_of_a_batch_do_not_mix() -> None:
    net = random_net(LIIFConfig(SMALL[0], (12,)))
    x, coord, cell = torch.rand(2, 3, 12, 9), torch.rand(2, 30, 2) * 2 - 1, torch.full((2, 30, 2), 0.1)
    with torch.no_grad():
        assert torch.allclose(net(x, coord, cell)[1:], net(x[1:], coord[1:], cell[1:]), atol=1e-6)


def test_it_learns_through_the_fold() -> None:
    net = random_net(LIIFConfig(SMALL[0], (12,)))
    feat = net.encode(torch.rand(1, 3, 8, 8))
    coord, cell = torch.rand(1, 30, 2) * 2 - 1, torch.full((1, 30, 2), 0.1)
    grads = []
    for query in (net.query, net.query_plain):
        net.zero_grad()
        query(feat, coord, cell).square().sum().backward(retain_graph=True)
        grads.append([p.grad.clone() for p in net.parameters() if p.grad is not None])
    assert len(grads[0]) == len(list(net.parameters()))
    assert all(torch.allclose(a, b, atol=1e-4) for a, b in zip(*grads, strict=True))


@pytest.mark.parametrize("factor", [3, 5])
def test_on_the_last_centre_it_is_the_limit_from_both_sides(factor: int) -> None:
    """At odd factors some positions are centres of the last row or column: areas of zero, and no jump."""
    net = random_net(LIIFConfig(SMALL[1], (12,)))
    coord = make_coord(7 * factor, 9 * factor)[None]
    cell = torch.full_like(coord, 0.1)
    with torch.no_grad():
        feat = net.encode(torch.rand(1, 3, 7, 9))
        made = net.query(feat, coord, cell)
        for step in (-1e-4, 1e-4):
            assert (net.query(feat, coord + step, cell) - made).abs().max() < 2e-3
