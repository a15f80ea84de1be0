"""Generated scenes for training: dead leaves, which share the statistics of photographs and come from nobody.

Leaves of all sizes fall on each other until they hide the ground: the dead leaves model of Matheron, made
scale-invariant by Lee, Mumford and Huang (Occlusion models for natural images, IJCV 41, 2001).
Shapes, textures and a simple camera on top follow Achddou, Gousseau, Ladjal, Suesstrunk (VibrantLeaves,
arXiv 2504.10201), whose generator sets exponent 3, radii 10 to 1000 on a canvas of 1000 that is shrunk
afterwards, and lens blur (README of github.com/rachddou/DeadLeavesPlus). Numbers below are our choice.

Every image depends on (seed, number) alone. Three layers: one in focus, drawn at twice the size and shrunk, so
that edges are smooth; one behind and one in front, drawn at its own size because the lens blurs them anyway.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from restograph.image.resample import bicubic
from restograph.training.outlines import mask, outline, radii
from restograph.training.texture import Floats, Places, looks, noise, paint, palette

SIZE = 512  # pixels of a finished image
MOST = 20_000  # leaves that fall in one layer at most
Labels = NDArray[np.int32]


@dataclass(frozen=True)
class Stock:
    """What all layers of one image share."""

    fields: Floats  # noise
    colours: Floats


def leaves(seed: int, number: int, size: int = SIZE) -> NDArray[np.uint8]:
    """One scene as 8-bit RGB (size, size, 3)."""
    rng = np.random.default_rng([seed, number])
    stock = Stock(noise(rng), palette(rng, int(rng.integers(6, 14))))
    if rng.random() < 0.4:  # all is in focus
        image = _focus(rng, stock, size, rng.uniform(0.75, 0.995), True)[..., :3]
    else:
        image = _behind(rng, stock, size)
        image = _over(_focus(rng, stock, size, rng.uniform(0.3, 0.95), False), image)
        image = _over(_front(rng, stock, size), image) if rng.random() < 0.4 else image
    return _exposed(rng, image)


def _focus(rng: np.random.Generator, stock: Stock, size: int, cover: float, ground: bool) -> Floats:
    least = float(np.exp(rng.uniform(np.log(4), np.log(64))))  # 2 to 32 pixels once shrunk
    layer = _layer(rng, stock, 2 * size, cover, least)
    if ground:
        layer[..., 3] = 1
    layer[..., :3] *= layer[..., 3:]
    return np.asarray(bicubic(layer, size, size))


def _behind(rng: np.random.Generator, stock: Stock, size: int) -> Floats:
    layer = _layer(rng, stock, size, rng.uniform(0.5, 0.98), rng.uniform(4, 20))
    return _lens(layer[..., :3], float(np.exp(rng.uniform(np.log(0.8), np.log(10)))))


def _front(rng: np.random.Generator, stock: Stock, size: int) -> Floats:
    layer = _layer(rng, stock, size, rng.uniform(0.02, 0.15), size / 20)
    layer[..., :3] *= layer[..., 3:]
    return _lens(layer, rng.uniform(1.5, 7))


def _layer(rng: np.random.Generator, stock: Stock, size: int, cover: float, least: float) -> Floats:
    """Leaves that hide `cover` of a square, and what is below them: colour and opacity (size, size, 4)."""
    labels, places = fall(rng, size, cover, least, max(rng.uniform(0.3, 1) * size, 2 * least))
    look = looks(rng, stock.colours, len(places.x))
    colour = np.clip(paint(labels, places, look, stock.fields), 0, 1)  # -1 looks up the last, which is the ground
    colour *= _shade(labels, len(places.x), rng.uniform(0, 0.6))[..., None]
    return np.concatenate([colour, (labels >= 0)[..., None].astype(np.float32)], axis=2)


def fall(rng: np.random.Generator, size: int, cover: float, least: float, most: float) -> tuple[Labels, Places]:
    """Leaves from front to back until `cover` of a square is hidden: leaf numbers (size, size), -1 where none lies.

    Each leaf is kept only where nothing lies yet; so it is known when to end. The last place is that of the ground.
    """
    labels = np.full((size, size), -1, np.int32)
    places: list[tuple[float, float, float]] = []
    free = size * size
    sizes = iter(radii(rng, MOST, least, most).tolist())
    while free > (1 - cover) * size * size and (radius := next(sizes, None)) is not None:
        x, y = rng.uniform(-radius, size + radius, 2)
        new = _drop(rng, labels, len(places), (x, y, radius))
        free -= new
        if new:
            places.append((x, y, radius))
    return labels, Places(*np.array([*places, (size / 2, size / 2, size / 2)], np.float32).T)


def _drop(rng: np.random.Generator, labels: Labels, index: int, place: tuple[float, float, float]) -> int:
    """Slip one leaf under those that lie there; how many pixels of it are seen."""
    x, y, radius = place
    points = outline(rng, radius) + np.array([x, y])
    low = np.clip(np.floor(points.min(axis=0)).astype(int), 0, labels.shape[::-1])
    high = np.clip(np.ceil(points.max(axis=0)).astype(int) + 1, 0, labels.shape[::-1])
    view = labels[low[1] : high[1], low[0] : high[0]]
    if not view.size or view.min() >= 0:
        return 0
    new = mask(rng, points - low, view.shape[1], view.shape[0], radius) & (view < 0)
    view[new] = index
    return int(np.count_nonzero(new))


def _shade(labels: Labels, count: int, strength: float) -> Floats:
    """Light (H, W) that reaches each pixel: less where the neighbourhood lies in front of it."""
    height, width = labels.shape
    order = np.asarray(np.where(labels < 0, count, labels)[..., None] / count, np.float32)
    coarse = bicubic(order, -(-width // 32), -(-height // 32))
    hidden = np.clip(order - bicubic(coarse, width, height), 0, 1)
    return np.asarray(1 - strength * hidden[..., 0])


def _over(near: Floats, far: Floats) -> Floats:
    return near[..., :3] + (1 - near[..., 3:]) * far


def _lens(layer: Floats, radius: float) -> Floats:
    """Blur by a disc, as a lens out of focus does, with mirrored borders."""
    pad = min(int(np.ceil(radius)) + 1, len(layer) - 1)
    wide = np.pad(layer, ((pad, pad), (pad, pad), (0, 0)), mode="reflect")
    height, width = wide.shape[:2]
    y, x = np.fft.fftfreq(height, 1 / height)[:, None], np.fft.fftfreq(width, 1 / width)[None, :]
    disc = np.clip(radius + 0.5 - np.hypot(x, y), 0, 1).astype(np.float32)
    window = np.fft.rfft2(disc / disc.sum())[..., None]
    blurred = np.fft.irfft2(np.fft.rfft2(wide, axes=(0, 1)) * window, s=(height, width), axes=(0, 1))
    return np.asarray(blurred[pad : height - pad, pad : width - pad], np.float32)


def _exposed(rng: np.random.Generator, image: Floats) -> NDArray[np.uint8]:
    """Stretched so that a little is clipped, as cameras expose, and rounded to 8 bits."""
    low, high = (float(np.percentile(image, share)) for share in (rng.uniform(0.05, 1), rng.uniform(99, 99.95)))
    stretched = (image - low) * (255 / max(high - low, 0.2))
    rounded: NDArray[np.uint8] = np.clip(np.rint(stretched), 0, 255).astype(np.uint8)
    return rounded
