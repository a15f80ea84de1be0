"""MSSNet: the authors' outputs, the description's arithmetic in NumPy, and the exported graph."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

torch = pytest.importorskip("torch", reason="networks need the train extra")
safetensors = pytest.importorskip("safetensors.torch", reason="networks need the train extra")
pytest.importorskip("onnx", reason="exports need the train extra")
pytestmark = pytest.mark.train

from equations import Array, Weights, conv  # noqa: E402

from restograph.networks.export.mssnet import UNUSED, mssnet_bytes  # noqa: E402
from restograph.networks.mssnet import PRELU, MSSNet, MSSNetConfig, config_of  # noqa: E402

VECTORS = Path(__file__).parents[1] / "data" / "parity" / "mssnet_small.safetensors"
SMALL = MSSNetConfig(4, 2, 2)


# ── the description, one picture (C, H, W) at a time ─────────────────────────────────────────────


def resized(x: Array, size: int, axis: int, corners: bool) -> Array:
    """Bilinear along one axis, between pixel centres or with corners on corners."""
    n = x.shape[axis]
    at = np.arange(size) * ((n - 1) / (size - 1)) if corners else (np.arange(size) + 0.5) * n / size - 0.5
    at = np.clip(at, 0, n - 1)
    low = np.minimum(np.floor(at).astype(int), n - 1)
    high = np.minimum(low + 1, n - 1)
    part = (at - low).reshape([-1 if a == axis else 1 for a in range(3)])
    return x.take(low, axis) * (1 - part) + x.take(high, axis) * part


def scaled(x: Array, factor: float, corners: bool = False) -> Array:
    height, width = (int(side * factor) for side in x.shape[1:])
    return resized(resized(x, height, 1, corners), width, 2, corners)


def unshuffled(x: Array) -> Array:
    c, h, w = x.shape
    return x.reshape(c, h // 2, 2, w // 2, 2).transpose(0, 2, 4, 1, 3).reshape(4 * c, h // 2, w // 2)


def block(x: Array, weights: Weights, name: str) -> Array:
    inner = conv(x, weights, f"{name}.body.0")
    slope = float(weights[f"{name}.body.1.weight"][0])
    return conv(np.where(inner > 0, inner, slope * inner), weights, f"{name}.body.2") + x


def blocks(x: Array, weights: Weights, name: str) -> Array:
    return block(block(x, weights, f"{name}.0"), weights, f"{name}.1")


def u_net(feat: Array, weights: Weights, name: str, before: list[list[Array]]) -> tuple[list[Array], list[Array]]:
    """Features of encoder and decoder, finest first; `before`: those of the U-Net before, at this size."""
    enc: list[Array] = []
    for level in (1, 2, 3):
        if level > 1:
            feat = conv(scaled(enc[-1], 0.5), weights, f"E{name}.down{level - 1}{level}.down.1")
        feat = blocks(feat, weights, f"E{name}.encoder_level{level}")
        for kind, features in zip(("enc", "dec"), before, strict=False):
            feat = feat + conv(features[level - 1], weights, f"E{name}.csff_{kind}{level}")
        enc.append(feat)
    dec = [blocks(enc[2], weights, f"D{name}.decoder_level3")]
    for level in (2, 1):
        up = conv(scaled(dec[0], 2), weights, f"D{name}.up{level + 1}{level}.up.1")
        joined = up + block(enc[level - 1], weights, f"D{name}.skip_attn{level}")
        dec.insert(0, blocks(joined, weights, f"D{name}.decoder_level{level}"))
    return enc, dec


def reference(x: Array, weights: Weights) -> Array:
    before: list[list[Array]] = []
    inputs = [unshuffled(scaled(x, 0.5, corners=True)), unshuffled(x), x]
    for scale, given_ in enumerate(inputs, start=1):
        feat = block(conv(given_, weights, f"shallow_feat{scale}.0"), weights, f"shallow_feat{scale}.1")
        if before:
            coarse = conv(scaled(before[1][0], 2), weights, f"up_scale{scale - 1}_feat.scaleUp.1")
            feat = conv(np.concatenate([feat, coarse]), weights, f"fusion{scale - 1}{scale}")
            before = [[scaled(f, 2) for f in features] for features in before]
        for stage in range(1, scale + 1):
            before = list(u_net(feat, weights, f"{scale}_{stage}", before))
            feat = before[1][0]
    return conv(feat, weights, "tail3_3") + x


# ── the tests ────────────────────────────────────────────────────────────────────────────────────


def random_net(config: MSSNetConfig = SMALL, seed: int = 0) -> MSSNet:
    torch.manual_seed(seed)
    return MSSNet(config).eval()


def parameters(net: MSSNet) -> Weights:
    return {name: weight.double().numpy() for name, weight in net.state_dict().items()}


def run(net: MSSNet, x: Array) -> Array:
    with torch.no_grad():
        out = net(torch.from_numpy(x).float()[None])[0]
    return np.asarray(out.double().numpy())


def test_it_equals_the_authors_outputs_at_every_stage() -> None:
    tensors = {name: tensor.float() for name, tensor in safetensors.load_file(VECTORS).items()}
    state = {name.removeprefix("weight."): t for name, t in tensors.items() if name.startswith("weight.")}
    assert config_of(state) == MSSNetConfig(8, 6, 4)
    net = MSSNet(config_of(state)).eval()
    net.load_state_dict(state)
    with torch.no_grad():
        assert (net(tensors["input"]) - tensors["output"]).abs().max() <= 1e-5
        for name, made in zip(("1_1", "2_1", "2_2", "3_1", "3_2", "3_3"), net.stages(tensors["input"]), strict=True):
            assert (made - tensors[f"output.res{name}"]).abs().max() <= 1e-5
    wanted = tensors["output"][0].double().numpy()
    assert np.abs(reference(tensors["input"][0].double().numpy(), parameters(net)) - wanted).max() <= 1e-5


@pytest.mark.parametrize("size", [(16, 16), (32, 48), (64, 16)])
def test_it_computes_the_description(size: tuple[int, int]) -> None:
    net, x = random_net(), np.random.default_rng(size[0]).random((3, *size))
    assert np.abs(run(net, x) - reference(x, parameters(net))).max() <= 1e-5


@pytest.mark.parametrize(
    ("config", "count"),
    [(MSSNetConfig(), 15_614_497), (MSSNetConfig(20, 40, 40), 6_756_161), (MSSNetConfig(80, 50, 50), 28_182_041)],
)
def test_it_has_as_many_parameters_as_the_published_networks(config: MSSNetConfig, count: int) -> None:
    with torch.device("meta"):
        net = MSSNet(config)
    assert sum(p.numel() for p in net.parameters()) == count and len(net.state_dict()) == 328
    assert sum(key.endswith(PRELU) for key in net.state_dict()) == 87


def test_one_prelu_is_shared_by_all() -> None:
    net = random_net()
    net.load_state_dict({"E3_2.encoder_level1.0.body.1.weight": torch.tensor([0.123])}, strict=False)
    slopes = [weight for key, weight in net.state_dict().items() if key.endswith(PRELU)]
    assert all(float(slope) == pytest.approx(0.123) for slope in slopes)


def test_sizes_are_read_off_the_weights() -> None:
    for config in (SMALL, MSSNetConfig(6, 1, 5), MSSNetConfig(16, 12, 12)):
        assert config_of(MSSNet(config).state_dict()) == config


@pytest.mark.parametrize("side", [24, 40, 72])
def test_sides_that_are_no_multiple_of_16_fail(side: int) -> None:
    with pytest.raises(RuntimeError):
        run(random_net(), np.zeros((3, side, 32)))


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 6), st.integers(1, 6), st.integers(0, 9))
def test_the_exported_graph_is_the_network(height: int, width: int, seed: int) -> None:
    import onnxruntime

    onnxruntime.disable_telemetry_events()
    net = random_net(seed=seed)
    session = onnxruntime.InferenceSession(mssnet_bytes(net), providers=["CPUExecutionProvider"])
    x = np.random.default_rng(seed).random((1, 3, 16 * height, 16 * width), dtype=np.float32)
    (made,) = session.run(None, {"image": x})
    with torch.no_grad():
        wanted = net(torch.from_numpy(x)).numpy()
    assert made.shape == x.shape and np.abs(made - wanted).max() <= 1e-4


def test_the_export_holds_every_weight_of_the_last_picture_once() -> None:
    import onnx

    net = random_net()
    model = onnx.load_from_string(mssnet_bytes(net))
    held = {c.name: onnx.numpy_helper.to_array(c) for c in model.graph.initializer}
    for name, weight in net.state_dict().items():
        if not name.endswith(PRELU) and not name.startswith(UNUSED):
            assert np.array_equal(held[name], weight.numpy())
    assert not any(name.startswith(UNUSED) for name in held)
    assert mssnet_bytes(net) == mssnet_bytes(random_net())
