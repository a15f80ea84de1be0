"""Blur kernels for training: the path of a shaken camera, and a soft lens."""

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.float32]

STEPS = 200  # points of a path: dense enough that no pixel of the longest one is skipped


def motion_kernel(length: float, rng: np.random.Generator) -> Pixels:
    """A camera's path of `length` pixels as a kernel (K, K) that adds up to 1, its centre of mass in the middle.

    The direction drifts, now and then it jerks, and the speed changes on the way, as hands do; a path can
    cross itself. The laws are our choice; the idea of drawing random paths instead of straight lines is
    that of Boracchi and Foi, IEEE TIP 2012.
    """
    turn = rng.normal(0.0, rng.uniform(0.0, 0.12), STEPS)  # radians per step
    jerks = rng.random(STEPS) < 2.0 / STEPS
    turn[jerks] += rng.normal(0.0, 1.2, int(jerks.sum()))
    angle = rng.uniform(0, 2 * np.pi) + np.cumsum(turn)
    speed = np.exp(np.cumsum(rng.normal(0.0, 0.1, STEPS)))
    pace = speed * (length / speed.sum())
    path = np.stack([np.cumsum(pace * np.sin(angle)), np.cumsum(pace * np.cos(angle))])
    path -= path.mean(axis=1, keepdims=True)  # equal times, so the mean is the centre of mass
    return _splatted(path)


def _splatted(path: NDArray[np.float64]) -> Pixels:
    """Points (2, n) around the origin -> kernel: each point shared among its four nearest pixels."""
    radius = int(np.ceil(np.abs(path).max())) + 1
    kernel = np.zeros((2 * radius + 1, 2 * radius + 1))
    low = np.floor(path).astype(int)
    part = path - low
    for dy in (0, 1):
        for dx in (0, 1):
            share = np.abs(1 - dy - part[0]) * np.abs(1 - dx - part[1])
            np.add.at(kernel, (low[0] + dy + radius, low[1] + dx + radius), share)
    return np.asarray(kernel / kernel.sum(), dtype=np.float32)


def gaussian_kernel(sigma: float) -> Pixels:
    """Gaussian of standard deviation `sigma` pixels, cut at three of them, adding up to 1."""
    radius = max(1, int(np.ceil(3 * sigma)))
    line = np.exp(-(np.arange(-radius, radius + 1) ** 2) / (2 * max(sigma, 1e-3) ** 2))
    kernel = np.outer(line, line)
    return np.asarray(kernel / kernel.sum(), dtype=np.float32)


def blurred(pixels: Pixels, kernel: Pixels) -> Pixels:
    """(H, W, C) convolved with (K, K), the same size; beyond the edge the edge goes on."""
    radius, (height, width) = kernel.shape[0] // 2, pixels.shape[:2]
    shape = (quick(height + 2 * radius), quick(width + 2 * radius))
    beyond = [(radius, s - n - radius) for s, n in zip(shape, (height, width), strict=True)]
    planes = np.pad(pixels.transpose(2, 0, 1), ((0, 0), *beyond), mode="edge")  # C,H,W: transforms along memory
    full = np.fft.irfft2(np.fft.rfft2(planes) * np.fft.rfft2(kernel, s=shape), s=shape)
    inside = full[:, 2 * radius : 2 * radius + height, 2 * radius : 2 * radius + width]
    return np.ascontiguousarray(inside.transpose(1, 2, 0), dtype=np.float32)


def quick(side: int) -> int:
    """The next number that has no prime factor above 5: transforms of other lengths take far longer."""
    rest = side
    for prime in (2, 3, 5):
        while rest % prime == 0:
            rest //= prime
    return side if rest == 1 else quick(side + 1)
