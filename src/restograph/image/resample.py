"""Resampling: antialiased bicubic (a = -0.5), the filter of Matlab's imresize and of Pillow.

It differs from ``torch.nn.functional.interpolate(mode="bicubic")``, which uses a = -0.75 and no
antialiasing: that one is wrong for making low-resolution pictures (docs/training.md).
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.float32]


def bicubic(pixels: Pixels, width: int, height: int) -> Pixels:
    """Resize float32 (H, W, C) to (height, width, C); values outside [0, 1] are kept, not clipped.

    Each channel goes through Pillow's 32-bit float mode, so nothing is rounded on the way.
    """
    if pixels.shape[:2] == (height, width):
        return pixels
    planes = [_plane(pixels[..., c], width, height) for c in range(pixels.shape[2])]
    return np.stack(planes, axis=-1)


def matlab_bicubic(picture: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    """Make an 8-bit picture (H, W, C) smaller by a whole factor as Matlab's imresize did for the benchmarks.

    The same kernel as `bicubic`, but the edge goes on beyond itself, rows come before columns, and 8 bits
    are kept in between. Gives the low-resolution files of Set5 x2, x3 and x4 to the last bit (measured;
    tests/image/test_resample.py). Raises ValueError when the factor is no whole number.
    """
    factor = picture.shape[1] // width
    if picture.shape[:2] != (height * factor, width * factor):
        raise ValueError(f"{picture.shape[:2]!r} is no whole multiple of {(height, width)!r}; crop it first")
    border = 4  # pixels of the result: the widened kernel covers less
    around = (border * factor, border * factor)
    wide = np.pad(picture, (around, around, (0, 0)), mode="edge")
    rows = _eight_bits(bicubic(wide.astype(np.float32), wide.shape[1], height + 2 * border))
    small = _eight_bits(bicubic(rows.astype(np.float32), width + 2 * border, rows.shape[0]))
    return np.ascontiguousarray(small[border:-border, border:-border])


def _eight_bits(pixels: Pixels) -> NDArray[np.uint8]:
    """Rounded as Matlab does: a half goes up."""
    return np.asarray(np.clip(np.floor(pixels + np.float32(0.5)), 0, 255), dtype=np.uint8)


def _plane(plane: NDArray[np.float32], width: int, height: int) -> NDArray[np.float32]:
    image = Image.fromarray(np.ascontiguousarray(plane, dtype=np.float32))
    return np.asarray(image.resize((width, height), Image.Resampling.BICUBIC), dtype=np.float32)
