import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from restograph.image.alpha import fill_under_alpha, resize_alpha


def _scene(height: int, width: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    alpha = rng.choice([0.0, 0.0, 0.3, 1.0], (height, width)).astype(np.float32)
    return rng.random((height, width, 3), dtype=np.float32), alpha


@settings(max_examples=60)
@given(st.integers(1, 33), st.integers(1, 33), st.integers(0, 99))
def test_visible_pixels_stay_and_hidden_ones_forget_what_they_were(height: int, width: int, seed: int) -> None:
    pixels, alpha = _scene(height, width, seed)
    garbage = np.where(alpha[..., None] == 0, np.float32(1) - pixels, pixels)
    filled = fill_under_alpha(pixels, alpha)
    assert np.array_equal(filled, fill_under_alpha(garbage, alpha))
    assert np.array_equal(filled[alpha > 0], pixels[alpha > 0])
    assert filled.dtype == np.float32
    assert filled.min() >= 0
    assert filled.max() <= 1 + 1e-6


@settings(max_examples=30)
@given(st.integers(1, 20), st.integers(1, 20), st.integers(0, 99))
def test_one_visible_colour_fills_everything(height: int, width: int, seed: int) -> None:
    _, alpha = _scene(height, width, seed)
    alpha[0, 0] = 1
    pixels = np.where(alpha[..., None] > 0, np.float32([0.2, 0.4, 0.6]), np.float32(0.9))
    assert np.allclose(fill_under_alpha(pixels.astype(np.float32), alpha), [0.2, 0.4, 0.6], atol=1e-5)


def test_holes_take_the_colour_of_their_side() -> None:
    pixels = np.zeros((8, 32, 3), np.float32)
    pixels[:, :4], pixels[:, 28:] = 0.25, 0.75
    alpha = np.zeros((8, 32), np.float32)
    alpha[:, :4] = alpha[:, 28:] = 1
    filled = fill_under_alpha(pixels, alpha)
    assert np.allclose(filled[:, 4:8], 0.25)
    assert np.allclose(filled[:, 24:28], 0.75)


def test_opaque_pictures_are_returned_as_they_are() -> None:
    pixels = np.ones((2, 2, 3), np.float32)
    assert fill_under_alpha(pixels, None) is pixels
    assert fill_under_alpha(pixels, np.full((2, 2), 0.1, np.float32)) is pixels


def test_nothing_visible_becomes_black() -> None:
    assert fill_under_alpha(np.ones((3, 5, 1), np.float32), np.zeros((3, 5), np.float32)).max() == 0


@pytest.mark.parametrize("level", [0.0, 1.0])
@pytest.mark.parametrize("size", [(1, 1), (7, 30), (64, 5)])
def test_full_and_no_cover_stay_exact(level: float, size: tuple[int, int]) -> None:
    resized = resize_alpha(np.full((13, 17), level, np.float32), *size)
    assert resized is not None
    assert resized.shape == size[::-1]
    assert np.unique(resized).tolist() == [level]


def test_edges_are_resized_without_overshoot() -> None:
    alpha = np.zeros((10, 10), np.float32)
    alpha[:, 5:] = 1
    resized = resize_alpha(alpha, 30, 30)
    assert resized is not None
    assert (resized.min(), resized.max()) == (0.0, 1.0)
    assert ((resized > 0) & (resized < 1)).any()
    assert resize_alpha(None, 3, 3) is None
