import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from restograph.errors import ImageError
from restograph.image.picture import Picture, is_neutral, to_float, to_uint8, to_uint16


def _picture(channels: int = 3) -> Picture:
    return Picture(np.zeros((4, 6, channels), np.float32), None, 8, "rgb", "PNG")


def test_every_code_survives_the_way_through_floats() -> None:
    bytes_ = np.arange(256, dtype=np.uint8)
    words = np.arange(65536, dtype=np.uint16)
    assert np.array_equal(to_uint8(to_float(bytes_)), bytes_)
    assert np.array_equal(to_uint16(to_float(words)), words)
    assert to_float(bytes_).dtype == np.float32
    assert to_float(words).max() == 1.0


@given(st.floats(-10, 10, width=32))
def test_rounding_clips_and_takes_the_nearest_code(value: float) -> None:
    expected = min(max(value, 0.0), 1.0) * 255
    assert abs(int(to_uint8(np.array([value], np.float32))[0]) - expected) <= 0.5 + 1e-4


def test_size_is_that_of_the_pixels() -> None:
    assert (_picture().width, _picture().height) == (6, 4)


@pytest.mark.parametrize("shape", [(4, 6), (4, 6, 2), (4, 6, 4), (0, 6, 3)])
def test_other_shapes_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ImageError, match="no picture"):
        _picture().with_pixels(np.zeros(shape, np.float32), None)


def test_pixels_and_alpha_change_size_together() -> None:
    with pytest.raises(ImageError, match="resize both"):
        _picture().with_pixels(np.zeros((8, 12, 3), np.float32), np.ones((4, 6), np.float32))
    changed = _picture().with_pixels(np.zeros((8, 12, 3), np.float32), np.ones((8, 12), np.float32))
    assert (changed.width, changed.height, changed.format) == (12, 8, "PNG")


def test_neutral_means_equal_channels_everywhere() -> None:
    samples = np.full((3, 3, 3), 7, np.uint8)
    assert is_neutral(samples)
    samples[2, 2, 1] = 8
    assert not is_neutral(samples)
