"""Measurements compare input and output at one size."""

import numpy as np
import pytest

from restograph.image.picture import Picture
from restograph.image.resample import bicubic
from restograph.run.measure import measure


def _picture(pixels: np.ndarray) -> Picture:
    return Picture(pixels=pixels.astype(np.float32), alpha=None, depth=8, kind="rgb", format="PNG")


def _scene(side: int = 96) -> np.ndarray:
    y, x = np.mgrid[:side, :side] / side
    waves = np.stack([np.sin(9 * x + 5 * y), np.cos(7 * y), np.sin(11 * x * y)], axis=-1)
    return 0.5 + 0.3 * waves


def test_an_untouched_picture_agrees_completely() -> None:
    found = measure(_picture(_scene()), _picture(_scene()))
    assert found.consistency_psnr is None and found.before == found.after


def test_a_shift_of_one_level_is_known_in_decibel() -> None:
    found = measure(_picture(_scene()), _picture(_scene() + 1 / 255))
    assert found.consistency_psnr == pytest.approx(20 * np.log10(255), abs=0.01)


def test_sizes_are_width_and_height() -> None:
    found = measure(_picture(_scene()[:40]), _picture(bicubic(_scene()[:40].astype(np.float32), 192, 80)))
    assert (found.size_before, found.size_after) == ((96, 40), (192, 80))
    assert found.consistency_psnr is not None and found.consistency_psnr > 40


def test_noise_that_was_taken_away_is_seen() -> None:
    noisy = _scene() + np.random.default_rng(1).normal(0, 8 / 255, (96, 96, 3))
    found = measure(_picture(np.clip(noisy, 0, 1)), _picture(_scene()))
    assert found.before.noise_sigma > 6 and found.after.noise_sigma < 1
    assert found.before.sharpness > found.after.sharpness


def test_blocks_are_found_at_the_size_of_the_input_whatever_the_output() -> None:
    blocky = _scene().reshape(12, 8, 12, 8, 3).mean(axis=(1, 3)).repeat(8, 0).repeat(8, 1)
    enlarged = blocky.repeat(3, 0).repeat(3, 1)
    found = measure(_picture(blocky), _picture(enlarged))
    assert found.before.blockiness > 2 and found.after.blockiness > 2
    cleaned = measure(_picture(blocky), _picture(_scene(288)))
    assert cleaned.after.blockiness < 1.5
