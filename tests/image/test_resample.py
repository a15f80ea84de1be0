"""Antialiased bicubic against its definition, and what must pass through it unchanged."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from restograph.image.resample import bicubic, matlab_bicubic

Float = NDArray[np.float32]
SET5 = Path(__file__).parents[2].parent / "shared" / "data" / "set5"


def noise(height: int, width: int, channels: int = 3, seed: int = 0) -> Float:
    return np.random.default_rng(seed).random((height, width, channels), dtype=np.float32)


def weights(before: int, after: int) -> NDArray[np.float64]:
    """(after, before): Keys' kernel with a = -0.5, widened when shrinking, cut at the edge and normalised."""
    step = before / after
    width = max(1.0, step)
    centres = (np.arange(after) + 0.5) * step
    x = np.abs((np.arange(before)[None] + 0.5 - centres[:, None]) / width)
    near, far = 1.5 * x**3 - 2.5 * x**2 + 1, -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2
    table = np.where(x < 1, near, np.where(x < 2, far, 0.0))
    return np.asarray(table / table.sum(axis=1, keepdims=True))


@given(st.integers(4, 24), st.integers(4, 24), st.integers(1, 40), st.integers(1, 40))
def test_it_is_the_definition(height: int, width: int, tall: int, wide: int) -> None:
    image = noise(height, width, 2, seed=height)
    wanted = np.einsum("yh,hwc,xw->yxc", weights(height, tall), image, weights(width, wide))
    made = bicubic(image, wide, tall)
    assert made.shape == (tall, wide, 2) and made.dtype == np.float32
    assert np.abs(made - wanted).max() < 2e-5


def test_the_same_size_is_the_same_picture() -> None:
    image = noise(7, 9)
    assert bicubic(image, 9, 7) is image


@given(st.floats(-3, 3, width=32), st.integers(1, 30), st.integers(1, 30))
def test_a_constant_stays_constant_beyond_black_and_white(value: float, wide: int, tall: int) -> None:
    made = bicubic(np.full((11, 13, 1), value, np.float32), wide, tall)
    assert np.abs(made - np.float32(value)).max() <= 1e-5


def test_a_ramp_stays_a_ramp() -> None:
    ramp = np.broadcast_to(np.arange(16, dtype=np.float32)[None, :, None], (4, 16, 1))
    made = bicubic(np.ascontiguousarray(ramp), 48, 4)[0, :, 0]
    assert made[6:-6] == pytest.approx((np.arange(48)[6:-6] + 0.5) / 3 - 0.5, abs=1e-5)


def test_overshoot_is_kept_for_the_caller_to_clip() -> None:
    edge = np.zeros((8, 8, 1), np.float32)
    edge[:, 4:] = 1
    made = bicubic(edge, 32, 8)
    assert made.min() < -0.02 and made.max() > 1.02


def test_shrinking_does_not_alias() -> None:
    board = np.indices((64, 64)).sum(axis=0)[..., None] % 2
    made = bicubic(board.astype(np.float32), 16, 16)
    assert np.abs(made - 0.5).max() < 0.02  # picking pixels would give 0 or 1


def test_fine_steps_are_not_rounded() -> None:
    steps = (np.arange(64, dtype=np.float32) / 65535).reshape(8, 8, 1)
    assert len(np.unique(bicubic(steps, 16, 16))) > 64


def test_channels_do_not_mix() -> None:
    image = noise(10, 12)
    alone = np.stack([bicubic(image[..., c : c + 1], 31, 25)[..., 0] for c in range(3)], axis=-1)
    assert np.array_equal(bicubic(image, 31, 25), alone)


@pytest.mark.skipif(not SET5.is_dir(), reason="needs the Set5 pictures in ../shared/data/set5")
@pytest.mark.parametrize("scale", [2, 3, 4])
def test_shrinking_is_that_of_the_super_resolution_benchmarks(scale: int) -> None:
    """Set5's small pictures were made by Matlab's imresize: ours are the same, bit for bit; plain bicubic nearly."""
    for path in sorted((SET5 / f"x{scale}").glob("*_LR.png")):
        with Image.open(path) as low, Image.open(path.with_name(path.name.replace("_LR", "_HR"))) as high:
            wanted, truth = np.asarray(low.convert("RGB")), np.asarray(high.convert("RGB"))
        height, width = wanted.shape[:2]
        assert np.array_equal(matlab_bicubic(truth, width, height), wanted)
        difference = np.clip(np.rint(bicubic(truth.astype(np.float32), width, height)), 0, 255) - wanted
        assert np.sqrt(np.mean(difference**2)) < 0.6  # of 255; a Lanczos kernel is 0.9 to 3.6 away


@given(st.integers(1, 9), st.integers(1, 9), st.integers(1, 4))
def test_the_benchmarks_shrinking_at_any_size(height: int, width: int, factor: int) -> None:
    flat = np.full((height * factor, width * factor, 3), 77, np.uint8)
    assert (matlab_bicubic(flat, width, height) == 77).all()
    picture = (noise(height * factor, width * factor, seed=factor) * 255).astype(np.uint8)
    made, plain = matlab_bicubic(picture, width, height), bicubic(picture.astype(np.float32), width, height)
    assert made.shape == (height, width, 3)
    assert factor > 1 or np.array_equal(made, picture)
    assert np.abs(made - np.clip(plain, 0, 255))[1:-1, 1:-1].max(initial=0) < 60  # the same filter but for edges


def test_a_factor_that_is_no_whole_number_is_refused() -> None:
    with pytest.raises(ValueError, match="crop it first"):
        matlab_bicubic(np.zeros((9, 10, 3), np.uint8), 5, 5)
