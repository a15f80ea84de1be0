"""PSNR and SSIM with the conventions of the super-resolution literature.

The Y figures follow BasicSR: the output is rounded to 8 bits, luma is ITU-R BT.601 in [16, 235],
and a border as wide as the scale is cut off. SSIM: Wang et al. 2004, Gaussian window 11, sigma 1.5.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]

_BT601 = np.array([65.481, 128.553, 24.966])  # luma weights for RGB in [0, 1]


def luma(rgb: NDArray[np.generic]) -> NDArray[np.float64]:
    """8-bit RGB (H, W, 3) -> BT.601 luma (H, W) in [16, 235], not rounded."""
    return np.asarray(rgb.astype(np.float64) / 255.0 @ _BT601 + 16.0)


def crop(image: NDArray[np.generic], border: int) -> NDArray[np.generic]:
    """Cut `border` pixels from every side; 0 keeps the picture."""
    return image[border:-border, border:-border] if border else image


def psnr(a: Array, b: Array, peak: float = 255.0) -> float:
    """Peak signal-to-noise ratio in dB of two arrays of one shape; inf when they are equal."""
    error = float(np.mean((a.astype(np.float64) - b.astype(np.float64)) ** 2))
    return float("inf") if error == 0 else 10 * float(np.log10(peak**2 / error))


def psnr_y(a: NDArray[np.uint8], b: NDArray[np.uint8], border: int) -> float:
    """PSNR of the luma of two 8-bit RGB pictures without their border, in dB."""
    return psnr(crop(luma(a), border), crop(luma(b), border))  # type: ignore[arg-type]


def ssim(a: Array, b: Array, peak: float = 255.0) -> float:
    """Mean structural similarity of two (H, W) arrays over the fully covered windows, in [-1, 1]."""
    x, y = a.astype(np.float64), b.astype(np.float64)
    c1, c2 = (0.01 * peak) ** 2, (0.03 * peak) ** 2
    mx, my = _window(x), _window(y)
    vx, vy, cov = _window(x * x) - mx**2, _window(y * y) - my**2, _window(x * y) - mx * my
    score = ((2 * mx * my + c1) * (2 * cov + c2)) / ((mx**2 + my**2 + c1) * (vx + vy + c2))
    return float(score.mean())


def ssim_y(a: NDArray[np.uint8], b: NDArray[np.uint8], border: int) -> float:
    """SSIM of the luma of two 8-bit RGB pictures without their border."""
    return ssim(crop(luma(a), border), crop(luma(b), border))  # type: ignore[arg-type]


def _window(x: NDArray[np.float64]) -> NDArray[np.float64]:
    taps = np.exp(-((np.arange(11) - 5.0) ** 2) / (2 * 1.5**2))
    taps /= taps.sum()
    rows = np.lib.stride_tricks.sliding_window_view(x, 11, axis=0) @ taps
    return np.asarray(np.lib.stride_tricks.sliding_window_view(rows, 11, axis=1) @ taps)
