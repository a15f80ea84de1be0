"""PSNR and SSIM against closed forms, a slow definition, and published figures of Set5."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from restograph.image.quality import crop, luma, psnr, psnr_y, ssim, ssim_y

SET5 = Path(__file__).parents[2].parent / "shared" / "data" / "set5"


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


@pytest.mark.skipif(not SET5.is_dir(), reason="needs the Set5 pictures in ../shared/data/set5")
def test_bicubic_on_set5_has_the_known_figures() -> None:
    """Pillow's bicubic on Set5 x4: 28.430 dB and 0.8111, the figures that BasicSR gives."""
    scores = []
    for path in sorted((SET5 / "x4").glob("*_LR.png")):
        with Image.open(path) as low, Image.open(path.with_name(path.name.replace("_LR", "_HR"))) as high:
            made = np.asarray(low.convert("RGB").resize(high.size, Image.Resampling.BICUBIC))
            truth = np.asarray(high.convert("RGB"))
        scores.append((psnr_y(made, truth, 4), ssim_y(made, truth, 4)))
    assert len(scores) == 5
    assert np.mean(scores, axis=0) == pytest.approx([28.430, 0.8111], abs=6e-4)
