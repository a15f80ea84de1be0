"""Damage for training: seeded, of the strength that was asked for, and often enough none at all."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from restograph.image.quality import psnr
from restograph.training.degrade import damage, gaussian_noise, jpeg

Bytes = NDArray[np.uint8]


def scene(height: int = 48, width: int = 64) -> Bytes:
    y, x = np.mgrid[0:height, 0:width]
    waves = 90 * np.sin(x / 5) * np.cos(y / 7) + 128
    return np.stack([waves, waves.T[:1].mean() + 0 * waves, 255 - waves], axis=-1).astype(np.uint8)


@pytest.mark.parametrize("sigma", [2.0, 8.0, 15.0])
def test_noise_has_its_strength(sigma: float) -> None:
    middle = np.full((120, 160, 3), 128, np.uint8)
    made = gaussian_noise(middle, sigma, np.random.default_rng(1)).astype(float) - 128
    assert made.std() == pytest.approx(sigma, rel=0.03) and abs(made.mean()) < 0.2


def test_noise_is_clipped_not_wrapped() -> None:
    white = np.full((40, 40, 3), 250, np.uint8)
    assert gaussian_noise(white, 15, np.random.default_rng(2)).min() > 150


def test_a_lower_quality_loses_more_and_so_does_coarser_colour() -> None:
    values = [psnr(jpeg(scene(), quality, 0), scene()) for quality in (10, 30, 60, 95)]
    assert values == sorted(values) and values[0] < 35 < values[-1]
    assert psnr(jpeg(scene(), 90, 2), scene()) < psnr(jpeg(scene(), 90, 0), scene())
    assert np.array_equal(jpeg(scene(), 50, 2), jpeg(scene(), 50, 2))


@given(st.integers(0, 2**32), st.integers(8, 40), st.integers(8, 40))
def test_the_same_seed_gives_the_same_damage_of_the_same_size(seed: int, height: int, width: int) -> None:
    crop = scene(height, width)
    before = crop.copy()
    made = [damage(crop, (0, 15), (10, 95), np.random.default_rng(seed)) for _ in range(2)]
    assert np.array_equal(*made) and made[0].shape == crop.shape and made[0].dtype == np.uint8
    assert np.array_equal(crop, before)


def test_a_share_of_the_crops_stays_clean() -> None:
    rng = np.random.default_rng(3)
    crop = np.full((8, 8, 3), 128, np.uint8)  # JPEG keeps gray as it is, so only noise shows
    quiet = sum(np.array_equal(damage(crop, (5, 15), (90, 95), rng), crop) for _ in range(400))
    assert 160 <= quiet <= 240
    untouched = sum(np.array_equal(damage(scene(16, 16), (0, 0), (10, 20), rng), scene(16, 16)) for _ in range(400))
    assert 20 <= untouched <= 65
