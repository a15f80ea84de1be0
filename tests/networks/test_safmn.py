"""SAFMN: the authors' outputs where they are at hand, and the paper's equations in NumPy anywhere."""

from pathlib import Path

import numpy as np
import pytest
from equations import Array, Weights, conv, gelu, pooled, shuffled
from hypothesis import given, settings
from hypothesis import strategies as st

torch = pytest.importorskip("torch", reason="networks need the train extra")
safetensors = pytest.importorskip("safetensors.torch", reason="networks need the train extra")
pytestmark = pytest.mark.train

from restograph.networks.safmn import SAFMN, SAFMNConfig, config_of  # noqa: E402

PARITY = Path(__file__).parents[2].parent / "shared" / "parity"
TOLERANCE = 1e-4


# ── the paper's equations, one picture (C, H, W) at a time ───────────────────────────────────────


def norm(x: Array, weights: Weights, name: str) -> Array:
    x = (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-6)
    return x * weights[f"{name}.weight"][:, None, None] + weights[f"{name}.bias"][:, None, None]


def modulation(x: Array, weights: Weights, name: str) -> Array:
    height, width = x.shape[1:]
    seen = []
    for level, part in enumerate(np.split(x, 4)):
        small = pooled(pooled(part, height >> level, 1), width >> level, 2) if level else part
        small = conv(small, weights, f"{name}.mfr.{level}")
        rows, columns = (np.arange(n) * (n >> level) // n for n in (height, width))
        seen.append(small[:, rows][:, :, columns])
    return gelu(conv(np.concatenate(seen), weights, f"{name}.aggr")) * x


def reference(x: Array, weights: Weights, config: SAFMNConfig) -> Array:
    feat = first = conv(x, weights, "to_feat")
    for block in range(config.n_blocks):
        name = f"feats.{block}"
        feat = modulation(norm(feat, weights, f"{name}.norm1"), weights, f"{name}.safm") + feat
        hidden = gelu(conv(norm(feat, weights, f"{name}.norm2"), weights, f"{name}.ccm.ccm.0"))
        feat = conv(hidden, weights, f"{name}.ccm.ccm.2") + feat
    return shuffled(conv(feat + first, weights, "to_img.0"), config.upscaling_factor)


def parameters(net: SAFMN) -> Weights:
    return {name: weight.double().numpy() for name, weight in net.state_dict().items()}


# ── the tests ────────────────────────────────────────────────────────────────────────────────────


def random_net(config: SAFMNConfig, seed: int = 0) -> SAFMN:
    """Weights that hide nothing: also the layer norms' differ from one and zero."""
    torch.manual_seed(seed)
    net = SAFMN(config).eval()
    for weight in net.parameters():
        if weight.ndim == 1:
            torch.nn.init.normal_(weight, 0.5, 0.5)
    return net


def run(net: SAFMN, x: Array) -> Array:
    with torch.no_grad():
        out = net(torch.from_numpy(x).float()[None])[0]
    return np.asarray(out.double().numpy())


@pytest.mark.parametrize("scale", [1, 2, 3, 4])
@pytest.mark.parametrize("size", [(8, 8), (9, 15), (23, 17), (32, 24)])
def test_it_computes_the_papers_equations(scale: int, size: tuple[int, int]) -> None:
    config = SAFMNConfig(dim=8, n_blocks=2, ffn_scale=2.0, upscaling_factor=scale)
    net, x = random_net(config, scale), np.random.default_rng(scale).random((3, *size))
    made, wanted = run(net, x), reference(x, parameters(net), config)
    assert made.shape == (3, size[0] * scale, size[1] * scale)
    assert np.abs(made - wanted).max() <= 1e-5 * max(1, np.abs(wanted).max())


@settings(max_examples=25)
@given(st.integers(8, 40), st.integers(8, 40))
def test_it_computes_them_at_any_size(height: int, width: int) -> None:
    config = SAFMNConfig(dim=4, n_blocks=1, ffn_scale=1.0, upscaling_factor=2)
    net, x = random_net(config, 7), np.random.default_rng(height * 64 + width).random((3, height, width))
    assert np.abs(run(net, x) - reference(x, parameters(net), config)).max() <= TOLERANCE


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_it_equals_the_authors_outputs(scale: int) -> None:
    path = PARITY / f"safmn_x{scale}.safetensors"
    if not path.is_file():
        pytest.skip("needs the parity vectors in ../shared/parity")
    tensors = {name: tensor.float() for name, tensor in safetensors.load_file(path).items()}
    state = {name.removeprefix("weight."): t for name, t in tensors.items() if name.startswith("weight.")}
    config = config_of(state)
    assert config == SAFMNConfig(36, 8, 2.0, scale)
    net = SAFMN(config).eval()
    net.load_state_dict(state)
    with torch.no_grad():
        for suffix in ("", "_odd"):
            out = net(tensors[f"input{suffix}"])
            assert (out - tensors[f"output{suffix}"]).abs().max() <= TOLERANCE
    odd = tensors["input_odd"][0].double().numpy()
    wanted = tensors["output_odd"][0].double().numpy()
    assert np.abs(reference(odd, parameters(net), config) - wanted).max() <= TOLERANCE  # the yardstick itself


@pytest.mark.parametrize(("scale", "count"), [(2, 227_820), (3, 232_695), (4, 239_520)])
def test_it_has_as_many_parameters_as_the_papers_network(scale: int, count: int) -> None:
    net = SAFMN(SAFMNConfig(upscaling_factor=scale))
    assert sum(p.numel() for p in net.parameters()) == count and len(net.state_dict()) == 148


def test_sizes_are_read_off_the_weights() -> None:
    for config in (SAFMNConfig(8, 2, 1.5, 3), SAFMNConfig(36, 8, 2.0, 1), SAFMNConfig(16, 1, 2.0, 4)):
        assert config_of(SAFMN(config).state_dict()) == config


def test_below_eight_pixels_it_refuses() -> None:
    with pytest.raises(RuntimeError):
        run(random_net(SAFMNConfig(8, 1)), np.zeros((3, 7, 16)))


def test_pictures_of_a_batch_do_not_mix() -> None:
    net = random_net(SAFMNConfig(8, 1, 2.0, 2))
    x = torch.rand(2, 3, 12, 9)
    with torch.no_grad():
        assert torch.allclose(net(x)[1:], net(x[1:]), atol=1e-6)
