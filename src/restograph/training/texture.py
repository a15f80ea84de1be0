"""Colours and textures of generated leaves: one formula for all pixels, its numbers looked up by leaf.

Achddou et al. (VibrantLeaves, arXiv 2504.10201; settings in the README of github.com/rachddou/DeadLeavesPlus) give
leaves colour gradients, coloured noise, mixes of textures, warps and perspective, with colours out of photographs.
Here no photograph is needed: palettes are generated. The formula and all numbers below are our choice, made by eye
and held to natural statistics by the tests.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
TILE = 512  # side of a noise field, which repeats
SLOPES = (0.5, 0.9, 1.4, 1.0)  # amplitude falls by f^-slope; the last field is folded into ridges
BAND = 64  # rows painted at once: their arrays stay in the cache


@dataclass(frozen=True)
class Places:
    """Where the leaves lie, in pixels: x, y, radius, each (N,). Leaf 0 is in front."""

    x: Floats
    y: Floats
    radius: Floats


@dataclass(frozen=True)
class Looks:
    """What each leaf looks like."""

    first: Floats  # (N, 3) main colour
    second: Floats  # (N, 3) what the texture adds at its crest and takes away in its trough
    field: NDArray[np.int64]  # (N,) which noise field
    numbers: dict[str, Floats]  # (N,) each, see `looks`


def noise(rng: np.random.Generator) -> Floats:
    """Fields of coloured noise (len(SLOPES), TILE, TILE), mean 0 and deviation 1, which repeat without a seam."""
    v, u = np.fft.fftfreq(TILE)[:, None], np.fft.rfftfreq(TILE)[None, :]
    distance = np.hypot(u, v)
    distance[0, 0] = np.inf  # no mean
    fields = []
    for slope in SLOPES:
        spectrum = np.fft.rfft2(rng.standard_normal((TILE, TILE), dtype=np.float32)) * distance**-slope
        fields.append(np.fft.irfft2(spectrum, s=(TILE, TILE)))
    fields[-1] = -np.abs(fields[-1])
    stack = np.stack(fields)
    stack -= stack.mean(axis=(1, 2), keepdims=True)
    return np.asarray(stack / stack.std(axis=(1, 2), keepdims=True), np.float32)


def palette(rng: np.random.Generator, count: int) -> Floats:
    """Colours (count, 3) of one image in [0, 1]: few hues, mostly dull, brightness spread widely.

    Chroma lies around one axis per image, mostly the one from warm to cool along which daylight changes.
    """
    axis = rng.normal(0.35, 0.3) if rng.random() < 0.8 else rng.uniform(-np.pi / 2, np.pi / 2)
    hue = axis + np.pi * (rng.random(count) < 0.25) + rng.normal(0, 0.3, count)
    light = np.clip(rng.normal(rng.uniform(0.3, 0.55), rng.uniform(0.15, 0.28), count), 0.03, 0.97)
    chroma = rng.rayleigh(np.exp(rng.uniform(np.log(0.02), np.log(0.12))), count) * np.sqrt(light * (1 - light)) * 2
    warm, green = chroma * np.cos(hue), chroma * np.sin(hue)
    # both steps keep 0.3 R + 0.6 G + 0.1 B at `light`: from blue to red, and from purple to green
    rgb = light[:, None] + np.stack([warm - 0.6 * green, 0.4 * green - 0.35 * warm, -warm - 0.6 * green], axis=1)
    return np.clip(rgb, 0, 1).astype(np.float32)


def looks(rng: np.random.Generator, colours: Floats, count: int) -> Looks:
    """Random looks of `count` leaves in the given colours."""
    pick = rng.integers(0, len(colours), (2, count))
    first = colours[pick[0]] * rng.normal(1, 0.15, (count, 1)) + rng.normal(0, 0.012, (count, 3))
    other = np.where(rng.random((count, 1)) < 0.3, colours[pick[1]] - first, rng.normal(0, 0.45, (count, 1)) * first)
    strength = _spread(rng, 0.12, 1, (count, 1))  # most textures are weak
    turn = rng.random(count) * 2 * np.pi
    numbers = {
        "cos": np.cos(turn),
        "sin": np.sin(turn),
        "tilt": rng.normal(0, 0.3, count),  # perspective: the texture shrinks towards one side
        "waves": (rng.random(count) < 0.3) * rng.uniform(0.5, 1.5, count),  # weight of the stripes
        "frequency": 1 / _spread(rng, 5, 60, count),  # of the stripes, per canvas pixel
        "warp": rng.uniform(0, 2.5, count),  # of the stripes, in radians
        "rough": rng.uniform(0.2, 1, count) * (rng.random(count) < 0.9),  # weight of the noise
        "stretch": np.exp(np.abs(rng.normal(0, 0.8, count))),  # of the noise along the leaf
        "sharp": _spread(rng, 0.4, 8, count),  # from nearly linear to two-valued
        "grain": rng.exponential(0.02, count),
        "ramp": rng.normal(0, 0.18, count),  # light falls off along the leaf
        "bulge": rng.exponential(0.1, count),  # and from its middle
        "shift_x": rng.uniform(0, TILE, count),
        "shift_y": rng.uniform(0, TILE, count),
    }
    field = rng.integers(0, len(SLOPES), count)
    table = {name: column.astype(np.float32) for name, column in numbers.items()}
    return Looks(first.astype(np.float32), (strength * other).astype(np.float32), field, table)


def _spread(rng: np.random.Generator, low: float, high: float, shape: int | tuple[int, ...]) -> NDArray[np.float64]:
    """Every octave between `low` and `high` is as likely."""
    return np.exp(rng.uniform(np.log(low), np.log(high), shape))


def paint(labels: NDArray[np.int32], places: Places, look: Looks, fields: Floats) -> Floats:
    """Colours (H, W, 3) of a map of leaf numbers (H, W); values may leave [0, 1] a little."""
    out = np.empty((*labels.shape, 3), np.float32)
    for top in range(0, len(labels), BAND):
        out[top : top + BAND] = _band(labels[top : top + BAND], top, places, look, fields)
    return out


def _band(labels: NDArray[np.int32], top: int, places: Places, look: Looks, fields: Floats) -> Floats:
    """Rows from `top`: first + second * squash(sharp * (waves + noise)), times light."""
    at = {name: column[labels] for name, column in look.numbers.items()}
    rows, columns = (np.arange(n, dtype=np.float32) for n in labels.shape)
    dx, dy = columns - places.x[labels], (rows[:, None] + np.float32(top)) - places.y[labels]
    along, across = at["cos"] * dx + at["sin"] * dy, at["cos"] * dy - at["sin"] * dx
    radius = places.radius[labels]
    depth = 1 / np.clip(1 + at["tilt"] * across / radius, 0.4, 2.5)
    signal = _signal(at, look.field[labels], along * depth, across * depth, fields)
    fine = _sample(fields, 0, dx + at["shift_y"], dy + at["shift_x"])
    light = 1 + at["ramp"] * (along / radius) - at["bulge"] * (dx * dx + dy * dy) / (radius * radius)
    light = np.clip(light, 0.3, 1.6) + at["grain"] * fine
    return np.asarray((look.first[labels] + signal[..., None] * look.second[labels]) * light[..., None])


def _signal(at: dict[str, Floats], field: NDArray[np.int64], u: Floats, v: Floats, fields: Floats) -> Floats:
    """The texture in (-1, 1) at leaf coordinates (u, v): warped waves and stretched noise, squashed."""
    rough = _sample(fields, field, u / at["stretch"] + at["shift_x"], v * np.sqrt(at["stretch"]) + at["shift_y"])
    soft = _sample(fields, 2, 0.3 * u + at["shift_y"], 0.3 * v + at["shift_x"])
    wave = np.sin(2 * np.pi * at["frequency"] * u + at["warp"] * soft)
    signal = at["sharp"] * (at["waves"] * wave + at["rough"] * rough)
    return np.asarray(signal / np.sqrt(1 + signal * signal))


def _sample(fields: Floats, which: NDArray[np.int64] | int, x: Floats, y: Floats) -> Floats:
    """The nearest value of the chosen noise field at (x, y): the canvas is shrunk afterwards, which smooths it."""
    column, row = x.astype(np.int32) % TILE, y.astype(np.int32) % TILE
    return np.asarray(fields[which, row, column])
