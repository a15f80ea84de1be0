"""Layers that several networks share, in NumPy and from their definitions: one picture (C, H, W) at a time."""

from math import erf

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Weights = dict[str, Array]


def conv(x: Array, weights: Weights, name: str) -> Array:
    kernel = weights[f"{name}.weight"]
    bias = weights.get(f"{name}.bias", np.zeros(len(kernel)))[:, None, None]
    side, per_group = kernel.shape[-1], kernel.shape[1]
    padded = np.pad(x, ((0, 0), (side // 2,) * 2, (side // 2,) * 2))
    views = np.lib.stride_tricks.sliding_window_view(padded, (side, side), axis=(1, 2))
    if per_group == 1 and len(kernel) == len(x):
        return np.einsum("chwyx,cyx->chw", views, kernel[:, 0]) + bias
    return np.einsum("chwyx,ocyx->ohw", views, kernel, optimize=True) + bias


def gelu(x: Array) -> Array:
    return x * 0.5 * (1 + np.vectorize(erf)(x / np.sqrt(2)))


def pooled(x: Array, cells: int, axis: int) -> Array:
    """Adaptive maximum: cell j covers floor(j n / o) up to ceil((j + 1) n / o)."""
    n = x.shape[axis]
    parts = [x.take(range(j * n // cells, -(-(j + 1) * n // cells)), axis).max(axis) for j in range(cells)]
    return np.stack(parts, axis)


def shuffled(x: Array, s: int) -> Array:
    """Pixel shuffle: (3 s s, H, W) -> (3, H s, W s)."""
    height, width = x.shape[1:]
    return x.reshape(-1, s, s, height, width).transpose(0, 3, 1, 4, 2).reshape(-1, height * s, width * s)


def bilinear(x: Array, height: int, width: int) -> Array:
    """Linear interpolation between pixel centres; beyond the outermost centres the edge goes on."""
    return _along(_along(x, height, 1), width, 2)


def _along(x: Array, m: int, axis: int) -> Array:
    n = x.shape[axis]
    at = np.clip((np.arange(m) + 0.5) * n / m - 0.5, 0, n - 1)
    low = np.floor(at).astype(int)
    part = (at - low).reshape([-1 if a == axis else 1 for a in range(3)])
    return x.take(low, axis) * (1 - part) + x.take(np.minimum(low + 1, n - 1), axis) * part
