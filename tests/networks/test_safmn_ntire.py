"""The NTIRE 2023 SAFMN: the authors' outputs where they are at hand, and its equations in NumPy anywhere."""

from pathlib import Path

import numpy as np
import pytest
from equations import Array, Weights, bilinear, conv, gelu, pooled, shuffled
from hypothesis import given, settings
from hypothesis import strategies as st

torch = pytest.importorskip("torch", reason="networks need the train extra")
safetensors = pytest.importorskip("safetensors.torch", reason="networks need the train extra")
pytestmark = pytest.mark.train

from restograph.networks.safmn import SAFMNNtire, SAFMNNtireConfig, ntire_config_of, widening  # noqa: E402

PARITY = Path(__file__).parents[2].parent / "shared" / "parity" / "safmn_ntire_x4.safetensors"
TOLERANCE = 1e-5


def response(x: Array, weights: Weights) -> Array:
    energy = np.sqrt((x**2).sum(axis=(1, 2), keepdims=True))
    gamma, beta = weights["norm.gamma"][0], weights["norm.beta"][0]
    return gamma * (x * energy / (energy.mean() + 1e-6)) + beta + x


def modulation(x: Array, weights: Weights, name: str) -> Array:
    height, width = x.shape[1:]
    seen = []
    for level, part in enumerate(np.split(x, 4)):
        cells = [n // (1, 4, 8, 16)[level] for n in (height, width)]
        small = conv(pooled(pooled(part, cells[0], 1), cells[1], 2), weights, f"{name}.mfr.{level}")
        rows, columns = (np.arange(n) * o // n for n, o in zip((height, width), cells, strict=True))
        seen.append(small[:, rows][:, :, columns])
    return gelu(conv(np.concatenate(seen), weights, f"{name}.aggr")) * x


def reference(x: Array, weights: Weights, config: SAFMNNtireConfig) -> Array:
    feat = response(conv(x, weights, "to_feat"), weights)
    for block in range(config.n_blocks):
        name = f"feats.{block}"
        feat = modulation(feat, weights, f"{name}.safm") + feat
        feat = conv(gelu(conv(feat, weights, f"{name}.ccm.ccm.0")), weights, f"{name}.ccm.ccm.2") + feat
    detail = shuffled(conv(feat, weights, "to_img.0"), config.upscaling_factor)
    return detail + bilinear(x, *detail.shape[1:])


def parameters(net: SAFMNNtire) -> Weights:
    return {name: weight.double().numpy() for name, weight in net.state_dict().items()}


def random_net(config: SAFMNNtireConfig, seed: int = 0) -> SAFMNNtire:
    """Weights that hide nothing: a fresh response normalisation would pass its input on."""
    torch.manual_seed(seed)
    net = SAFMNNtire(config).eval()
    torch.nn.init.normal_(net.norm.gamma, 0.5, 0.5)
    torch.nn.init.normal_(net.norm.beta, 0.5, 0.5)
    return net


def run(net: SAFMNNtire, x: Array) -> Array:
    with torch.no_grad():
        out = net(torch.from_numpy(x).float()[None])[0]
    return np.asarray(out.double().numpy())


@pytest.mark.parametrize("scale", [1, 2, 3, 4])
@pytest.mark.parametrize("size", [(16, 16), (17, 31), (37, 21), (48, 32)])
def test_it_computes_its_equations(scale: int, size: tuple[int, int]) -> None:
    config = SAFMNNtireConfig(dim=8, n_blocks=2, ffn_scale=2.0, upscaling_factor=scale)
    net, x = random_net(config, scale), np.random.default_rng(scale).random((3, *size))
    made, wanted = run(net, x), reference(x, parameters(net), config)
    assert made.shape == (3, size[0] * scale, size[1] * scale)
    assert np.abs(made - wanted).max() <= TOLERANCE * max(1, np.abs(wanted).max())


@settings(max_examples=25)
@given(st.integers(16, 70), st.integers(16, 70))
def test_it_computes_them_at_any_size(height: int, width: int) -> None:
    config = SAFMNNtireConfig(dim=4, n_blocks=1, ffn_scale=1.0, upscaling_factor=2)
    net, x = random_net(config, 7), np.random.default_rng(height * 99 + width).random((3, height, width))
    assert np.abs(run(net, x) - reference(x, parameters(net), config)).max() <= TOLERANCE


@pytest.mark.skipif(not PARITY.is_file(), reason="needs the parity vectors in ../shared/parity")
@pytest.mark.parametrize("suffix", ["", "_odd"])
def test_it_equals_the_authors_outputs(suffix: str) -> None:
    tensors = safetensors.load_file(PARITY)
    state = {name.removeprefix("weight."): t.float() for name, t in tensors.items() if name.startswith("weight.")}
    config = ntire_config_of(state)
    assert config == SAFMNNtireConfig()
    net = SAFMNNtire(config).eval()
    net.load_state_dict(state)
    x, wanted = (tensors[f"{end}{suffix}"][0].double().numpy() for end in ("input", "output"))
    assert np.abs(run(net, x) - wanted).max() <= TOLERANCE
    assert np.abs(reference(x, parameters(net), config) - wanted).max() <= TOLERANCE  # the yardstick itself


def test_it_has_as_many_parameters_as_the_authors_network() -> None:
    net = SAFMNNtire()
    assert sum(p.numel() for p in net.parameters()) == 237_000 and len(net.state_dict()) == 62
    assert {name for name in net.state_dict() if name.endswith("bias")} == {"to_feat.bias", "to_img.0.bias"}


@given(st.integers(1, 6), st.integers(1, 3), st.integers(1, 60), st.integers(1, 4))
@settings(max_examples=20)
def test_sizes_are_read_off_the_weights(quarter: int, blocks: int, hidden: int, scale: int) -> None:
    config = SAFMNNtireConfig(4 * quarter, blocks, widening(hidden, 4 * quarter), scale)
    state = SAFMNNtire(config).state_dict()
    assert state["feats.0.ccm.ccm.0.weight"].shape[0] == hidden
    assert ntire_config_of(state) == config


@given(st.integers(1, 512), st.integers(1, 2048))
def test_the_widening_gives_back_its_channels(dim: int, hidden: int) -> None:
    assert int(dim * widening(hidden, dim)) == hidden


@pytest.mark.parametrize("size", [(15, 16), (16, 15), (8, 64)])
def test_below_sixteen_pixels_it_refuses(size: tuple[int, int]) -> None:
    with pytest.raises(RuntimeError):
        run(random_net(SAFMNNtireConfig(8, 1)), np.zeros((3, *size)))


def test_pictures_of_a_batch_do_not_mix() -> None:
    net = random_net(SAFMNNtireConfig(8, 1, 2.0, 2))
    x = torch.rand(2, 3, 18, 16)
    with torch.no_grad():
        assert torch.allclose(net(x)[1:], net(x[1:]), atol=1e-6)


def test_black_pictures_give_numbers() -> None:
    net = random_net(SAFMNNtireConfig(8, 1))
    torch.nn.init.zeros_(net.to_feat.bias)  # no energy in any channel: the share is 0 / 1e-6
    assert np.isfinite(run(net, np.zeros((3, 16, 16)))).all()
