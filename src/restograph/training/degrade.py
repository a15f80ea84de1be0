"""Degradations that make training inputs: noise, then compression; each one seeded.

The order follows how damage arises in a camera and on the web: blur -> down -> noise -> compression.
Downscaling happens once per photograph (data.py); this module damages crops of it.
"""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Bytes = NDArray[np.uint8]

BLOCK = 8  # JPEG works on 8 x 8 blocks


def gaussian_noise(crop: Bytes, sigma: float, rng: np.random.Generator) -> Bytes:
    """Add white Gaussian noise of `sigma` (in 1/255) to 8-bit RGB and round back to 8 bits."""
    noisy = crop + rng.normal(0.0, sigma, crop.shape)
    return np.clip(np.rint(noisy), 0, 255).astype(np.uint8)


def jpeg(crop: Bytes, quality: int, subsampling: int) -> Bytes:
    """Round trip through JPEG; subsampling 0 is 4:4:4, 2 is 4:2:0 (Pillow's numbers)."""
    buffer = io.BytesIO()
    Image.fromarray(crop).save(buffer, "JPEG", quality=quality, subsampling=subsampling)
    with Image.open(buffer) as image:
        return np.asarray(image.convert("RGB"))


def damage(crop: Bytes, noise: tuple[float, float], quality: tuple[int, int], rng: np.random.Generator) -> Bytes:
    """Damage one 8-bit crop: mild noise in half of the cases, JPEG in nine of ten.

    A tenth stays uncompressed and half stays noise-free, so that the network learns to leave
    clean input alone.
    """
    out = crop
    if rng.random() < 0.5:
        out = gaussian_noise(out, rng.uniform(*noise), rng)
    if rng.random() < 0.9:
        out = jpeg(out, int(rng.integers(quality[0], quality[1] + 1)), int(rng.choice([0, 2, 2])))
    return out
