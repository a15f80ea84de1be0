"""Generated pages: text, thin lines and flat shapes, which photographs hardly show and JPEG damages most.

Every page depends on (seed, number) alone. Drawn at twice the size and shrunk, so that edges are smooth.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from restograph.image.resample import bicubic

SIZE = 512  # pixels of a finished page
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,;:!?-()&%"
Colour = tuple[int, int, int]


def page(seed: int, number: int) -> NDArray[np.uint8]:
    """One page as 8-bit RGB (SIZE, SIZE, 3)."""
    rng = np.random.default_rng([seed, number])
    image = Image.fromarray(_ground(rng))
    draw = ImageDraw.Draw(image)
    for _ in range(int(rng.integers(2, 7))):
        _shape(draw, rng)
    for _ in range(int(rng.integers(2, 6))):
        _paragraph(draw, rng)
    large = np.asarray(image, dtype=np.float32)
    return np.clip(np.rint(bicubic(large, SIZE, SIZE)), 0, 255).astype(np.uint8)


def _ground(rng: np.random.Generator) -> NDArray[np.uint8]:
    """A smooth slope between two light or dark colours."""
    first, second = (np.array(_colour(rng), dtype=np.float64) for _ in range(2))
    mixed = 0.7 * first + 0.3 * second
    slope = np.linspace(0, 1, 2 * SIZE)[:, None, None]
    rows = first + (mixed - first) * slope
    return np.broadcast_to(rows, (2 * SIZE, 2 * SIZE, 3)).astype(np.uint8)


def _colour(rng: np.random.Generator) -> Colour:
    """Half of the colours are nearly black or white, as print is."""
    if rng.random() < 0.5:
        level = int(rng.choice([rng.integers(0, 60), rng.integers(200, 256)]))
        return (level, level, level)
    r, g, b = (int(v) for v in rng.integers(0, 256, 3))
    return (r, g, b)


def _shape(draw: ImageDraw.ImageDraw, rng: np.random.Generator) -> None:
    x, y = (int(v) for v in rng.integers(0, 2 * SIZE, 2))
    w, h = (int(v) for v in rng.integers(20, SIZE, 2))
    kind, width = int(rng.integers(4)), int(rng.integers(1, 7))
    if kind == 0:
        draw.rectangle((x, y, x + w, y + h), fill=_colour(rng))
    elif kind == 1:
        draw.ellipse((x, y, x + w, y + h), outline=_colour(rng), width=width)
    else:
        colour = _colour(rng)
        for step in range(int(rng.integers(1, 24))):  # a fan, or parallel lines
            end = (x + w, y + step * h // 8) if kind == 2 else (x + step * 9, y + h)
            start = (x, y) if kind == 2 else (x + step * 9, y)
            draw.line((*start, *end), fill=colour, width=width)


def _paragraph(draw: ImageDraw.ImageDraw, rng: np.random.Generator) -> None:
    """Some lines of random words in one size and colour."""
    size = int(rng.integers(14, 64))
    font = ImageFont.load_default(size)
    x, y = (int(v) for v in rng.integers(0, 3 * SIZE // 2, 2))
    colour = _colour(rng)
    for line in range(int(rng.integers(1, 7))):
        words = ["".join(rng.choice(list(LETTERS), int(rng.integers(1, 10)))) for _ in range(6)]
        draw.text((x, y + line * int(1.3 * size)), " ".join(words), fill=colour, font=font)
