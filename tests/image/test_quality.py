"""PSNR and SSIM against closed forms, a slow definition, and published figures of Set5."""

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from restograph.errors import ImageError
from restograph.image.quality import (
    crop,
    eight_bits,
    luma,
    psnr,
    psnr_liif_benchmark,
    psnr_liif_div2k,
    psnr_mssnet,
    psnr_rgb,
    psnr_y,
    ssim,
    ssim_rgb,
    ssim_y,
)

SHARED = Path(__file__).parents[2].parent / "shared"
SET5 = SHARED / "data" / "set5"


def noise(height: int, width: int, seed: int, channels: int = 3) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (height, width, channels), dtype=np.uint8)


def gray(value: int) -> NDArray[np.uint8]:
    return np.full((24, 30, 3), value, np.uint8)


@pytest.mark.parametrize(
    ("colour", "value"),
    [((0, 0, 0), 16.0), ((255, 255, 255), 235.0), ((255, 0, 0), 81.481), ((0, 255, 0), 144.553), ((0, 0, 255), 40.966)],
)
def test_luma_is_bt601_with_headroom(colour: tuple[int, int, int], value: float) -> None:
    assert luma(np.full((2, 3, 3), colour, np.uint8)) == pytest.approx(np.full((2, 3), value), abs=1e-3)


@pytest.mark.parametrize("step", [1, 5, 100])
def test_psnr_of_a_constant_step(step: int) -> None:
    assert psnr(gray(40), gray(40 + step)) == pytest.approx(20 * math.log10(255 / step))
    assert psnr_y(gray(40), gray(40 + step), 2) == pytest.approx(20 * math.log10(255 / (step * 219 / 255)), abs=1e-3)


def test_psnr_of_equal_pictures_and_of_another_peak() -> None:
    assert psnr(gray(7), gray(7)) == math.inf
    assert psnr(np.zeros((4, 4)), np.full((4, 4), 0.1), peak=1.0) == pytest.approx(20)


def test_the_border_does_not_count() -> None:
    a, b = noise(30, 30, 1), noise(30, 30, 2)
    b[4:-4, 4:-4] = a[4:-4, 4:-4]
    assert psnr_y(a, b, 4) == math.inf and ssim_y(a, b, 4) == pytest.approx(1)
    assert psnr_y(a, b, 3) < 100
    assert crop(a, 0) is a and crop(a, 4).shape == (22, 22, 3)


def test_bytes_do_not_wrap_around() -> None:
    assert psnr(gray(0), gray(255)) == pytest.approx(0)


@pytest.mark.parametrize(("a", "b"), [(0, 0), (100, 100), (100, 110), (0, 255)])
def test_ssim_of_constants_is_their_luminance_term(a: int, b: int) -> None:
    c1 = (0.01 * 255) ** 2
    sides = (np.full((16, 20), float(v)) for v in (a, b))
    assert ssim(*sides) == pytest.approx((2 * a * b + c1) / (a * a + b * b + c1), abs=1e-9)


def test_ssim_of_a_negative_is_negative() -> None:
    pattern = noise(40, 40, 3, 1)[..., 0].astype(float)
    assert ssim(pattern, 255 - pattern) < -0.8


def test_ssim_is_its_definition() -> None:
    a, b = (noise(13, 15, seed, 1)[..., 0].astype(float) for seed in (4, 5))
    b = 0.7 * a + 0.3 * b
    taps = np.exp(-((np.arange(11) - 5.0) ** 2) / (2 * 1.5**2))
    window = np.outer(taps, taps) / np.outer(taps, taps).sum()
    scores = []
    for y in range(3):
        for x in range(5):
            p, q = a[y : y + 11, x : x + 11], b[y : y + 11, x : x + 11]
            mp, mq = (window * p).sum(), (window * q).sum()
            vp, vq = (window * (p - mp) ** 2).sum(), (window * (q - mq) ** 2).sum()
            cov = (window * (p - mp) * (q - mq)).sum()
            c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
            scores.append((2 * mp * mq + c1) * (2 * cov + c2) / ((mp**2 + mq**2 + c1) * (vp + vq + c2)))
    assert ssim(a, b) == pytest.approx(np.mean(scores), abs=1e-9)


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 3))
def test_both_are_symmetric_and_bounded(first: int, second: int, border: int) -> None:
    a, b = noise(18, 19, first), noise(18, 19, second)
    assert psnr_y(a, b, border) == psnr_y(b, a, border) > 0
    assert ssim_y(a, b, border) == pytest.approx(ssim_y(b, a, border), abs=1e-12)
    assert -1 <= ssim_y(a, b, border) <= 1 + 1e-12


def flat(*colour: float, side: int = 24) -> NDArray[np.float64]:
    return np.full((side, side, 3), colour)


def test_a_grey_picture_is_its_own_luma_and_loses_against_itself_read_as_rgb() -> None:
    a, b = noise(30, 30, 8, 1), noise(30, 30, 9, 1)
    assert luma(a).tolist() == a[..., 0].tolist() == luma(a[..., 0]).tolist()
    as_rgb = psnr_y(np.repeat(a, 3, axis=2), np.repeat(b, 3, axis=2), 4)
    assert as_rgb - psnr_y(a, b, 4) == pytest.approx(20 * math.log10(255 / 219), abs=1e-3)


def test_eight_bits_clamps_then_rounds_half_to_even() -> None:
    values = np.array([-0.1, 0.0, 0.5 / 255, 1.4 / 255, 1.6 / 255, 2.5 / 255, 0.999, 1.7])
    assert eight_bits(values).tolist() == [0, 0, 0, 1, 2, 2, 255, 255]  # torch and NumPy round 0.5 and 2.5 alike
    assert eight_bits(values).dtype == np.uint8


def test_liif_weighs_the_difference_as_luma() -> None:
    """A step of 0.1 in one channel counts 0.1 times its weight: 65.738 / 256 for red."""
    for channel, weight in enumerate((65.738, 129.057, 25.064)):
        step = np.zeros(3)
        step[channel] = 0.1
        wanted = -20 * math.log10(0.1 * weight / 256)
        assert psnr_liif_benchmark(flat(*(0.3 + step)), flat(0.3, 0.3, 0.3), 2) == pytest.approx(wanted)
    opposed = flat(0.3 + 0.129057, 0.3 - 0.065738, 0.3)  # red and green errors whose luma cancels out
    assert psnr_liif_benchmark(opposed, flat(0.3, 0.3, 0.3), 2) > 200
    assert psnr_liif_div2k(opposed, flat(0.3, 0.3, 0.3), 2) < 25


@pytest.mark.parametrize(("scale", "border"), [(2, 2), (4, 4), (2.5, 3), (3.7, 4)])
def test_liif_shaves_the_scale_and_on_div2k_six_more(scale: float, border: int) -> None:
    truth = flat(0.5, 0.5, 0.5, side=40)
    for metric, shaved in ((psnr_liif_benchmark, border), (psnr_liif_div2k, border + 6)):
        outside, inside = truth.copy(), truth.copy()
        outside[:shaved] = outside[:, -shaved:] = 0.9
        inside[shaved, shaved] = 0.9
        assert metric(outside, truth, scale) == math.inf > metric(inside, truth, scale)


def test_what_lies_outside_the_range_counts_for_mssnet_alone() -> None:
    made, truth = flat(1.1, 1.1, 1.1), flat(1.0, 1.0, 1.0)
    assert psnr_liif_benchmark(made, truth, 2) == psnr_liif_div2k(made, truth, 2) == math.inf
    assert psnr_mssnet(made, truth) == pytest.approx(20)
    assert psnr_rgb(eight_bits(made), eight_bits(truth)) == math.inf


def test_mssnet_counts_every_pixel_and_does_not_round() -> None:
    truth = flat(0.5, 0.5, 0.5, side=10)
    made = truth.copy()
    made[0, 0, 0] += 0.3
    assert psnr_mssnet(made, truth) == pytest.approx(-10 * math.log10(0.09 / 300))
    assert psnr_mssnet(truth + 0.1 / 255, truth) == pytest.approx(20 * math.log10(2550))  # would round to equality


def test_rgb_figures_are_over_all_channels() -> None:
    a, b = noise(20, 24, 10), noise(20, 24, 11)
    b[..., 1:] = a[..., 1:]
    assert psnr_rgb(a, b, 4) == pytest.approx(psnr(crop(a, 4)[..., 0], crop(b, 4)[..., 0]) + 10 * math.log10(3))
    red = ssim(crop(a, 4)[..., 0], crop(b, 4)[..., 0])
    assert ssim_rgb(a, b, 4) == pytest.approx((red + 2) / 3)


@given(st.integers(0, 10**6), st.integers(1, 4))
def test_the_two_lumas_agree_but_for_rounding(seed: int, scale: int) -> None:
    """BasicSR's luma of 8-bit pictures and LIIF's of their difference are the same up to the last figures."""
    a, b = noise(24, 26, seed), noise(24, 26, seed + 1)
    assert psnr_liif_benchmark(a / 255, b / 255, scale) == pytest.approx(psnr_y(a, b, scale), abs=0.001)
    assert psnr_mssnet(a / 255, b / 255) == pytest.approx(psnr_rgb(a, b))
    assert psnr_liif_div2k(a / 255, b / 255, scale) == pytest.approx(psnr_rgb(a, b, scale + 6))


@given(st.integers(0, 10**6), st.floats(0.05, 0.9))
def test_less_error_is_more_decibels_everywhere(seed: int, part: float) -> None:
    truth, other = noise(28, 28, seed) / 255, noise(28, 28, seed + 1) / 255
    nearer = truth + part * (other - truth)
    for metric in (lambda x, y: psnr_liif_benchmark(x, y, 3), lambda x, y: psnr_liif_div2k(x, y, 3), psnr_mssnet):
        gain = metric(nearer, truth) - metric(other, truth)
        assert gain == pytest.approx(-20 * math.log10(part))


@pytest.mark.parametrize("metric", [psnr, psnr_rgb, psnr_mssnet, ssim, ssim_rgb])
def test_pictures_of_different_shapes_are_refused(metric: object) -> None:
    with pytest.raises(ImageError, match="cannot be compared"):
        metric(noise(20, 20, 1), noise(20, 20, 1, 1))  # type: ignore[operator]


def test_too_small_pictures_are_refused() -> None:
    small = noise(8, 8, 1)
    for attempt in (
        lambda: psnr_y(small, small, 4),
        lambda: ssim_y(small, small, 0),
        lambda: psnr_liif_div2k(small / 255, small / 255, 2),
    ):
        with pytest.raises(ImageError, match="larger pictures"):
            attempt()


def set5_x4(enlarge: Callable[[NDArray[np.uint8]], NDArray[np.uint8]]) -> tuple[float, ...]:
    """Mean PSNR-Y, SSIM-Y and RGB PSNR of enlarged low-resolution files, border 4."""
    scores = []
    for path in sorted((SET5 / "x4").glob("*_LR.png")):
        with Image.open(path) as low, Image.open(path.with_name(path.name.replace("_LR", "_HR"))) as high:
            made, truth = enlarge(np.asarray(low.convert("RGB"))), np.asarray(high.convert("RGB"))
        scores.append((psnr_y(made, truth, 4), ssim_y(made, truth, 4), psnr_rgb(made, truth, 4)))
    assert len(scores) == 5
    return tuple(float(mean) for mean in np.mean(scores, axis=0))


@pytest.mark.skipif(not SET5.is_dir(), reason="needs the Set5 pictures in ../shared/data/set5")
def test_bicubic_on_set5_has_the_known_figures() -> None:
    """Pillow's bicubic on Set5 x4: 28.430 dB and 0.8111, the figures that BasicSR gives."""

    def enlarged(low: NDArray[np.uint8]) -> NDArray[np.uint8]:
        size = (low.shape[1] * 4, low.shape[0] * 4)
        return np.asarray(Image.fromarray(low).resize(size, Image.Resampling.BICUBIC))

    decibels, similarity, rgb = set5_x4(enlarged)
    assert decibels == pytest.approx(28.430, abs=0.0006) and similarity == pytest.approx(0.8111, abs=0.0001)
    assert rgb == pytest.approx(26.694, abs=0.0006)


@pytest.mark.train
@pytest.mark.skipif(not (SET5.is_dir() and (SHARED / "parity").is_dir()), reason="needs ../shared/data and /parity")
@pytest.mark.parametrize(
    ("name", "wanted"),
    [("safmn_ntire_x4", (32.168, 0.8943, 30.240)), ("safmnpp", (32.019, 0.8918, 30.116))],
)
def test_published_weights_reach_their_known_figures_on_set5(name: str, wanted: tuple[float, float, float]) -> None:
    """Whole picture, no padding, rounded: the figures that BasicSR's own code gave for these two networks."""
    torch = pytest.importorskip("torch", reason="networks need the train extra")
    load_file = pytest.importorskip("safetensors.torch", reason="networks need the train extra").load_file
    from restograph.networks.safmn import SAFMNNtire
    from restograph.networks.safmnpp import SAFMNPP

    net = (SAFMNPP() if name == "safmnpp" else SAFMNNtire()).eval()
    tensors = load_file(SHARED / "parity" / f"{name}.safetensors")
    net.load_state_dict({key.removeprefix("weight."): t for key, t in tensors.items() if key.startswith("weight.")})

    def restored(low: NDArray[np.uint8]) -> NDArray[np.uint8]:
        x = torch.from_numpy(low.astype(np.float32).transpose(2, 0, 1)[None] / 255)
        with torch.no_grad():
            return eight_bits(net(x)[0].numpy().transpose(1, 2, 0))

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        decibels, similarity, rgb = set5_x4(restored)
    finally:
        torch.set_num_threads(threads)
    assert decibels == pytest.approx(wanted[0], abs=0.005) and similarity == pytest.approx(wanted[1], abs=0.0001)
    assert rgb == pytest.approx(wanted[2], abs=0.005)
