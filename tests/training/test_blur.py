"""Kernels of a shaken camera and of a soft lens, and blurring with them, against their definitions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from restograph.training.blur import blurred, gaussian_kernel, motion_kernel

Float = NDArray[np.float32]


def centre(kernel: Float) -> tuple[float, float]:
    """Centre of mass, from the middle."""
    radius = kernel.shape[0] // 2
    y, x = np.mgrid[-radius : radius + 1, -radius : radius + 1]
    return float((kernel * y).sum()), float((kernel * x).sum())


@settings(max_examples=60)
@given(st.floats(0.5, 40), st.integers(0, 2**32))
def test_a_path_keeps_the_light_and_the_place(length: float, seed: int) -> None:
    kernel = motion_kernel(length, np.random.default_rng(seed))
    assert kernel.shape[0] == kernel.shape[1] and kernel.shape[0] % 2 == 1
    assert kernel.min() >= 0 and kernel.sum() == pytest.approx(1, abs=1e-5)
    assert np.abs(centre(kernel)).max() < 1e-3
    assert kernel.shape[0] // 2 <= np.ceil(length) + 1  # a path of that length cannot lead further
    assert np.array_equal(kernel, motion_kernel(length, np.random.default_rng(seed)))


def test_paths_are_long_as_asked_and_differ() -> None:
    kernels = [motion_kernel(20, np.random.default_rng(seed)) for seed in range(40)]
    extents = [np.ptp(np.argwhere(k > 1e-4), axis=0).max() for k in kernels]
    assert 12 < np.mean(extents) <= 22 and len(set(extents)) > 5
    angles = [np.linalg.eigh(np.cov(np.argwhere(k > 0.01).T))[1][:, -1] for k in kernels]
    assert np.std([abs(a[0]) for a in angles]) > 0.15  # no favoured direction


def test_a_gaussian_has_its_width() -> None:
    for sigma in (0.6, 1.5, 3.0):
        kernel = gaussian_kernel(sigma)
        radius = kernel.shape[0] // 2
        y = np.mgrid[-radius : radius + 1, -radius : radius + 1][0]
        assert kernel.sum() == pytest.approx(1, abs=1e-5)
        assert float((kernel * y**2).sum()) == pytest.approx(sigma**2, rel=0.06)


@settings(max_examples=25)
@given(st.integers(3, 12), st.integers(3, 12), st.integers(0, 4))
def test_blurring_is_convolution_with_the_edge_going_on(height: int, width: int, radius: int) -> None:
    rng = np.random.default_rng(height * 16 + width)
    picture = rng.random((height, width, 2), dtype=np.float32)
    kernel = rng.random((2 * radius + 1, 2 * radius + 1), dtype=np.float32)
    padded = np.pad(picture, ((radius, radius), (radius, radius), (0, 0)), mode="edge")
    views = np.lib.stride_tricks.sliding_window_view(padded, kernel.shape, axis=(0, 1))
    wanted = np.einsum("hwcyx,yx->hwc", views, kernel[::-1, ::-1])
    assert np.abs(blurred(picture, kernel) - wanted).max() < 1e-4


def test_a_flat_picture_stays_flat() -> None:
    flat = np.full((20, 20, 3), 0.37, np.float32)
    assert blurred(flat, motion_kernel(9, np.random.default_rng(4))) == pytest.approx(flat, abs=1e-5)
