"""Damage for training: seeded, of the strength that was asked for, in its order, and often enough none at all."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from pydantic import ValidationError

from restograph.image.quality import psnr
from restograph.image.resample import bicubic, matlab_bicubic
from restograph.training.degrade import Damage, damaged, in_light, jpeg, noisy, to_bytes, to_float, webp

Bytes = NDArray[np.uint8]
HARSH = Damage(motion=(4, 9), lens=(0.5, 1.5), noise=(2, 20), jpeg=(10, 60), webp=(10, 60))


def scene(height: int = 48, width: int = 64) -> Bytes:
    y, x = np.mgrid[0:height, 0:width]
    waves = 90 * np.sin(x / 5) * np.cos(y / 7) + 128
    return np.stack([waves, waves.T[:1].mean() + 0 * waves, 255 - waves], axis=-1).astype(np.uint8)


def rng(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.mark.parametrize("sigma", [2.0, 8.0, 25.0])
def test_noise_has_its_strength(sigma: float) -> None:
    middle = np.full((120, 160, 3), 0.5, np.float32)
    made = noisy(middle, sigma, False, rng()) * 255 - 127.5
    assert made.std() == pytest.approx(sigma, rel=0.03) and abs(made.mean()) < 0.2


def test_shot_noise_grows_with_the_light() -> None:
    spread = [noisy(np.full((90, 90, 3), level, np.float32), 20, True, rng()).std() * 255 for level in (0.0, 0.5, 1.0)]
    assert spread == pytest.approx([20 * 0.1**0.5, 20 * 0.55**0.5, 20], rel=0.05)  # variance: 0.1 + 0.9 x


def test_noise_is_clipped_not_wrapped() -> None:
    white = np.full((40, 40, 3), 250, np.uint8)
    made = damaged(white, 1, Damage(noise=(15, 15), noise_share=1), rng(2))
    assert made.min() > 150


@pytest.mark.parametrize("codec", [lambda p, q: jpeg(p, q, 0), webp])
def test_a_lower_quality_loses_more(codec: object) -> None:
    values = [psnr(codec(scene(), quality), scene()) for quality in (10, 40, 95)]  # type: ignore[operator]
    assert values == sorted(values) and values[0] < 35 < values[-1]


def test_coarser_colour_loses_more() -> None:
    assert psnr(jpeg(scene(), 90, 2), scene()) < psnr(jpeg(scene(), 90, 0), scene())


@settings(max_examples=25)
@given(st.integers(0, 2**32), st.integers(8, 40), st.integers(8, 40), st.integers(1, 4))
def test_the_same_seed_gives_the_same_damage_of_the_right_size(seed: int, height: int, width: int, scale: int) -> None:
    crop = scene(height * scale, width * scale)
    before = crop.copy()
    made = [damaged(crop, scale, HARSH, rng(seed)) for _ in range(2)]
    assert np.array_equal(*made) and made[0].shape == (height, width, 3) and made[0].dtype == np.uint8
    assert np.array_equal(crop, before)


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_without_further_damage_only_the_size_changes(scale: int) -> None:
    crop = scene(12 * scale, 16 * scale)
    assert np.array_equal(damaged(crop, scale, Damage(filter="matlab"), rng()), matlab_bicubic(crop, 16, 12))
    assert np.array_equal(damaged(crop, scale, Damage(), rng()), to_bytes(bicubic(to_float(crop), 16, 12)))
    assert np.array_equal(damaged(crop, 1, Damage(), rng()), crop)


def test_a_share_of_the_crops_stays_clean() -> None:
    """JPEG keeps a gray crop as it is, so there only noise shows; a noise of 0 leaves JPEG alone."""
    source, gray = rng(3), np.full((8, 8, 3), 128, np.uint8)
    half = Damage(noise=(5, 15), jpeg=(90, 95))
    assert 160 <= sum(np.array_equal(damaged(gray, 1, half, source), gray) for _ in range(400)) <= 240
    tenth = Damage(noise=(0, 0), jpeg=(10, 20))
    assert 20 <= sum(np.array_equal(damaged(scene(16, 16), 1, tenth, source), scene(16, 16)) for _ in range(400)) <= 65


def test_noise_comes_after_shrinking_and_before_compression() -> None:
    """Shrinking first would average the noise away; compression of it leaves blocks of 8."""
    gray = np.full((96, 96, 3), 128, np.uint8)
    noisy_only = damaged(gray, 3, Damage(noise=(20, 20), noise_share=1), rng()).astype(float)
    assert noisy_only.std() == pytest.approx(20, rel=0.06)
    squeezed = damaged(gray, 3, Damage(noise=(20, 20), noise_share=1, jpeg=(10, 10), compression_share=1), rng())
    assert squeezed.astype(float).std() < 15


def test_blur_happens_in_linear_light() -> None:
    """Half black, half white under an even kernel: the mean of the light, not of the file's numbers."""
    edge = np.zeros((9, 9, 3), np.float32)
    edge[:, :5] = 1.0
    line = np.zeros((3, 3), np.float32)
    line[1] = [0.5, 0.0, 0.5]
    assert in_light(edge, line)[4, 4, 0] == pytest.approx(0.5 ** (1 / 2.2), abs=1e-4)


def test_the_reach_covers_all_that_blur_moves() -> None:
    for seed in range(20):
        far = damaged(_lamp(101), 1, Damage(motion=(20, 20), lens=(2, 2), lens_share=1), rng(seed))
        lit = np.argwhere(far[..., 0] > 0)
        assert np.abs(lit - 50).max() <= Damage(motion=(20, 20), lens=(2, 2)).reach


def _lamp(side: int) -> Bytes:
    picture = np.zeros((side, side, 3), np.uint8)
    picture[side // 2, side // 2] = 255
    return picture


@pytest.mark.parametrize("wrong", [{"jpeg": 90}, {"noise": [1]}, {"filter": "lanczos"}, {"noise_share": 2}, {"fog": 1}])
def test_wrong_damage_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Damage.model_validate(wrong)
