"""SAFMN++ and its light variant: the authors' outputs where they are at hand, the equations in NumPy anywhere."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from equations import Array, Weights, bilinear, conv, gelu, pooled, shuffled
from hypothesis import given, settings
from hypothesis import strategies as st

torch = pytest.importorskip("torch", reason="networks need the train extra")
safetensors = pytest.importorskip("safetensors.torch", reason="networks need the train extra")
pytestmark = pytest.mark.train

from restograph.networks.safmn import widening  # noqa: E402
from restograph.networks.safmnpp import (  # noqa: E402
    SAFMNPP,
    LightSAFMNPP,
    LightSAFMNPPConfig,
    SAFMNPPConfig,
    config_of,
    light_config_of,
)

PARITY = Path(__file__).parents[2].parent / "shared" / "parity"
TOLERANCE = 1e-5
Net = SAFMNPP | LightSAFMNPP
CONFIGS: dict[Any, Any] = {SAFMNPP: SAFMNPPConfig, LightSAFMNPP: LightSAFMNPPConfig}
READERS: dict[Any, Any] = {SAFMNPP: config_of, LightSAFMNPP: light_config_of}
both = pytest.mark.parametrize("kind", [SAFMNPP, LightSAFMNPP])


def modulation(x: Array, weights: Weights, name: str) -> Array:
    height, width = x.shape[1:]
    x = conv(x, weights, f"{name}.proj")
    seen = len(weights[f"{name}.dwconv.weight"])
    small = pooled(pooled(x[:seen], height // 8, 1), width // 8, 2)
    wide = bilinear(conv(small, weights, f"{name}.dwconv"), height, width)
    return conv(gelu(np.concatenate([x[seen:], gelu(wide) * x[:seen]])), weights, f"{name}.out")


def reference(x: Array, weights: Weights, net: Net) -> Array:
    feat = first = conv(x, weights, "to_feat")
    light = isinstance(net, LightSAFMNPP)
    wide, narrow = ("conv.0", "conv.2") if light else ("conv1", "conv2")
    for block in range(net.config.n_blocks):
        name = f"feats.{block}"
        hidden = gelu(conv(modulation(feat, weights, f"{name}.conv1"), weights, f"{name}.conv2.{wide}"))
        feat = conv(hidden, weights, f"{name}.conv2.{narrow}") + (0 if light else feat)
    detail = shuffled(conv(feat + (first if light else 0), weights, "to_img.0"), net.config.upscaling_factor)
    return detail if light else detail + bilinear(x, *detail.shape[1:])


def parameters(net: Net) -> Weights:
    return {name: weight.double().numpy() for name, weight in net.state_dict().items()}


def random_net(kind: Any, *sizes: float, seed: int = 0) -> Any:
    torch.manual_seed(seed)
    return kind(CONFIGS[kind](*sizes)).eval()


def run(net: Net, x: Array) -> Array:
    with torch.no_grad():
        out = net(torch.from_numpy(x).float()[None])[0]
    return np.asarray(out.double().numpy())


@both
@pytest.mark.parametrize("scale", [1, 2, 3, 4])
@pytest.mark.parametrize("size", [(8, 8), (9, 15), (23, 17), (32, 24)])
def test_it_computes_its_equations(kind: Any, scale: int, size: tuple[int, int]) -> None:
    net = random_net(kind, 10, 2, 1.5, scale, seed=scale)  # 10 is no multiple of 3: 3 channels see, 7 pass
    x = np.random.default_rng(scale).random((3, *size))
    made = run(net, x)
    assert made.shape == (3, size[0] * scale, size[1] * scale)
    assert np.abs(made - reference(x, parameters(net), net)).max() <= TOLERANCE


@both
@settings(max_examples=25)
@given(height=st.integers(8, 60), width=st.integers(8, 60))
def test_it_computes_them_at_any_size(kind: Any, height: int, width: int) -> None:
    net, x = random_net(kind, 6, 1, 1.0, 2), np.random.default_rng(height * 99 + width).random((3, height, width))
    assert np.abs(run(net, x) - reference(x, parameters(net), net)).max() <= TOLERANCE


@both
@pytest.mark.parametrize("suffix", ["", "_odd"])
def test_it_equals_the_authors_outputs(kind: Any, suffix: str) -> None:
    path = PARITY / ("safmnpp.safetensors" if kind is SAFMNPP else "light_safmnpp.safetensors")
    if not path.is_file():
        pytest.skip("needs the parity vectors in ../shared/parity")
    tensors = safetensors.load_file(path)
    state = {name.removeprefix("weight."): t.float() for name, t in tensors.items() if name.startswith("weight.")}
    config = READERS[kind](state)
    assert config == CONFIGS[kind]()  # the defaults are the published networks
    net = kind(config).eval()
    net.load_state_dict(state)
    x, wanted = (tensors[f"{end}{suffix}"][0].double().numpy() for end in ("input", "output"))
    assert np.abs(run(net, x) - wanted).max() <= TOLERANCE
    assert np.abs(reference(x, parameters(net), net) - wanted).max() <= TOLERANCE  # the yardstick itself


@pytest.mark.parametrize(("kind", "count", "keys"), [(SAFMNPP, 211_572, 32), (LightSAFMNPP, 66_176, 12)])
def test_it_has_as_many_parameters_as_the_authors_network(kind: Any, count: int, keys: int) -> None:
    net = kind()
    assert sum(p.numel() for p in net.parameters()) == count and len(net.state_dict()) == keys
    assert all(name.endswith("weight") for name in net.state_dict())


@both
@settings(max_examples=20)
@given(dim=st.integers(3, 24), blocks=st.integers(1, 3), hidden=st.integers(1, 60), scale=st.integers(1, 4))
def test_sizes_are_read_off_the_weights(kind: Any, dim: int, blocks: int, hidden: int, scale: int) -> None:
    config = CONFIGS[kind](dim, blocks, widening(hidden, dim), scale)
    assert READERS[kind](kind(config).state_dict()) == config


@both
@pytest.mark.parametrize("size", [(7, 16), (16, 7)])
def test_below_eight_pixels_it_refuses(kind: Any, size: tuple[int, int]) -> None:
    with pytest.raises(RuntimeError):
        run(random_net(kind, 6, 1), np.zeros((3, *size)))


@both
def test_pictures_of_a_batch_do_not_mix(kind: Any) -> None:
    net, x = random_net(kind, 6, 1, 1.5, 2), torch.rand(2, 3, 18, 9)
    with torch.no_grad():
        assert torch.allclose(net(x)[1:], net(x[1:]), atol=1e-6)
