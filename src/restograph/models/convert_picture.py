"""A made-up photograph to try networks on: ramps, waves, one hard edge and a little grain.

Plain noise will not do: it is nothing that a network has seen, and the published SAFMN++ makes numbers near 1e29 of it.
"""

import numpy as np
from numpy.typing import NDArray


def picture(height: int, width: int) -> NDArray[np.float32]:
    """RGB (1,3,H,W) in [0,1], the same for the same size."""
    random = np.random.default_rng(height * 65_536 + width)
    y, x = np.mgrid[0:height, 0:width]
    planes = []
    for _ in range(3):
        ramp = 0.5 + 0.5 * (y * random.uniform(-1, 1) / height + x * random.uniform(-1, 1) / width)
        wave = np.sin(2 * np.pi * (y * random.uniform(0.01, 0.12) + x * random.uniform(0.01, 0.12)))
        planes.append(ramp + 0.15 * wave)
    pixels = np.stack(planes)
    pixels[:, height // 3 : 2 * height // 3, width // 4 : width // 2] = random.uniform(0, 1, (3, 1, 1))
    pixels += random.normal(0, 0.02, pixels.shape)
    made: NDArray[np.float32] = np.clip(pixels, 0, 1)[None].astype(np.float32)
    return made
