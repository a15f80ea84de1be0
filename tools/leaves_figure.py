"""Draw docs/leaves.jpg, six generated scenes in a row, 256 pixels each: `python tools/leaves_figure.py`."""

from pathlib import Path

import numpy as np
from PIL import Image

from restograph.training.leaves import leaves

FIGURE = Path(__file__).parents[1] / "docs" / "leaves.jpg"
SEED, NUMBERS = 7, range(6)

row = np.concatenate([leaves(SEED, number, 256) for number in NUMBERS], axis=1)
Image.fromarray(row).save(FIGURE, quality=85, optimize=True)
print(f"{FIGURE}: {FIGURE.stat().st_size // 1000} kB")
