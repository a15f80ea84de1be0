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


def _plane(plane: NDArray[np.float32], width: int, height: int) -> NDArray[np.float32]:
    image = Image.fromarray(np.ascontiguousarray(plane, dtype=np.float32))
    return np.asarray(image.resize((width, height), Image.Resampling.BICUBIC), dtype=np.float32)
