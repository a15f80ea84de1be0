"""The picture that networks are tried on: in range, the same every time, and not flat."""

import numpy as np
import pytest

from restograph.models.convert_picture import picture


@pytest.mark.parametrize("size", [(8, 8), (37, 45), (64, 48)])
def test_it_is_a_picture(size: tuple[int, int]) -> None:
    made = picture(*size)
    assert made.shape == (1, 3, *size) and made.dtype == np.float32
    assert made.min() >= 0 and made.max() <= 1 and made.std() > 0.05
    assert np.array_equal(made, picture(*size))
    assert np.abs(np.diff(made)).mean() < 0.1  # neighbours resemble each other, unlike in noise
