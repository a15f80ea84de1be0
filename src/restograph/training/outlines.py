"""Outlines of generated leaves: discs, polygons, blobs with bays, long bent ones; some with a hole.

Achddou et al. (VibrantLeaves, arXiv 2504.10201) name geometry as the first of their three principles and
draw other shapes than discs; the four families below and their shares are our choice.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Points = NDArray[np.float64]  # (N, 2) as x, y
SMALL = 5.0  # a leaf of this radius in pixels shows no bays, holes or bends


def radii(rng: np.random.Generator, count: int, least: float, most: float) -> NDArray[np.float64]:
    """Radii with density proportional to r^-3 between `least` and `most`, by inverting the distribution.

    With exponent 3 the model looks alike at every scale, the aim of Lee, Mumford, Huang (Occlusion models for natural
    images, 2001): enlarged s times, areas grow by s^2, and r^-3 dr leaves per area stay r^-3 dr. It is also the
    exponent of the published VibrantLeaves generator.
    """
    share = rng.random(count) * (1 - (least / most) ** 2)
    return least / np.sqrt(1 - share)


def outline(rng: np.random.Generator, radius: float) -> Points:
    """A closed outline around (0, 0), about as large in area as a disc of `radius`."""
    kind = rng.random()
    if kind < 0.15 or radius < SMALL:
        points = _star(np.ones(int(np.clip(2 * radius, 8, 96))))
    elif kind < 0.45:
        points = _polygon(rng)
    else:
        points = _star(_bays(rng, int(np.clip(radius, 16, 96))))
    if rng.random() < 0.45:
        points = _lengthened(rng, points)
    turn = rng.random() * 2 * np.pi
    c, s = radius * np.cos(turn), radius * np.sin(turn)
    x, y = points[:, 0], points[:, 1]
    return np.stack([c * x - s * y, s * x + c * y], axis=1)


def _star(reach: NDArray[np.float64]) -> Points:
    """Points at equal angles, `reach` from the middle."""
    angle = np.arange(len(reach)) * (2 * np.pi / len(reach))
    return np.stack([reach * np.cos(angle), reach * np.sin(angle)], axis=1)


def _polygon(rng: np.random.Generator) -> Points:
    """Three to nine corners; uneven reach makes some of them point inwards."""
    angle = np.sort(rng.random(int(rng.integers(3, 10)))) * 2 * np.pi
    reach = 1.3 * rng.uniform(rng.uniform(0.3, 1), 1, len(angle))
    return np.stack([reach * np.cos(angle), reach * np.sin(angle)], axis=1)


def _bays(rng: np.random.Generator, count: int) -> NDArray[np.float64]:
    """A smooth closed curve: few random harmonics, the higher the weaker."""
    angle = np.arange(count) * (2 * np.pi / count)
    order = np.arange(1, 8)[:, None]
    phase, height = rng.random((7, 1)) * 2 * np.pi, rng.normal(0, 1, (7, 1)) * rng.uniform(0.1, 0.6)
    return np.asarray(np.clip(1 + (height / order * np.cos(order * angle + phase)).sum(axis=0), 0.15, 3))


def _lengthened(rng: np.random.Generator, points: Points) -> Points:
    """Up to twelve times as long as wide at the same area, and bent like a blade or a twig."""
    ratio = np.exp(rng.uniform(0.2, 0.5 * np.log(12)))
    x, y = points[:, 0] * ratio, points[:, 1] / ratio
    return np.stack([x, y + rng.normal(0, 0.15) * x * x], axis=1)


def mask(rng: np.random.Generator, points: Points, width: int, height: int, radius: float) -> NDArray[np.bool_]:
    """The filled outline as booleans (height, width); a few of the larger leaves have a hole."""
    image = Image.new("L", (width, height))
    draw = ImageDraw.Draw(image)
    draw.polygon(points.ravel().tolist(), fill=255)
    if radius > 3 * SMALL and rng.random() < 0.15:
        middle = points.mean(axis=0) + rng.normal(0, 0.2 * radius, 2)
        inner = outline(rng, radius * rng.uniform(0.2, 0.5)) + middle
        draw.polygon(inner.ravel().tolist(), fill=0)
    return np.asarray(image) > 0
