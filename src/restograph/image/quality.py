"""PSNR and SSIM with the conventions of the restoration literature: figures compare within one convention only.

| function | space | values | border | who |
|---|---|---|---|---|
| `psnr_y`, `ssim_y` | luma, +16 | rounded to 8 bits | the scale | BasicSR: SAFMN and most papers on super-resolution |
| `psnr_rgb`, `ssim_rgb` | RGB | rounded to 8 bits | as told | BasicSR; NTIRE challenges at x4: border 4 |
| `psnr_liif_benchmark` | luma of the difference | clamped, not rounded | the scale | LIIF on Set5, Set14, B100, Urban100 |
| `psnr_liif_div2k` | RGB | clamped, not rounded | the scale + 6 | LIIF on DIV2K |
| `psnr_mssnet` | RGB | neither clamped nor rounded | none | MSSNet on GoPro |

Luma is ITU-R BT.601. SSIM: Wang et al. 2004, Gaussian window 11, sigma 1.5. Pictures of different sizes, and
ones of which the border or the window leaves nothing, raise ImageError.
"""

from math import ceil
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from restograph.errors import ImageError

Array = NDArray[np.floating]
Bytes = NDArray[np.uint8]
Value = TypeVar("Value", bound=np.generic)

_BT601 = np.array([65.481, 128.553, 24.966])  # luma weights for RGB in [0, 1]
_LIIF = np.array([65.738, 129.057, 25.064]) / 256  # the same weights over 255, as LIIF rounds them
_WINDOW = 11  # side of SSIM's window


def luma(rgb: NDArray[np.generic]) -> NDArray[np.float64]:
    """8-bit RGB (H, W, 3) -> BT.601 luma (H, W) in [16, 235], not rounded.

    A grey (H, W) or (H, W, 1) is its own luma in [0, 255], as in BasicSR. Read as RGB the same picture gains
    20 log10(255 / 219) = 1.32 dB, so say which was done where a benchmark has grey pictures (Set14 has one).
    """
    if not _coloured(rgb):
        return rgb.reshape(rgb.shape[:2]).astype(np.float64)
    return np.asarray(rgb.astype(np.float64) / 255.0 @ _BT601 + 16.0)


def eight_bits(pixels: Array) -> Bytes:
    """Float values in [0, 1] as a file would hold them: clamped, then rounded (BasicSR's tensor2img)."""
    return np.rint(np.clip(pixels, 0, 1) * 255).astype(np.uint8)


def crop(image: NDArray[Value], border: int) -> NDArray[Value]:
    """Cut `border` pixels from every side; 0 keeps the picture."""
    return image[border:-border, border:-border] if border else image


def psnr(a: NDArray[np.generic], b: NDArray[np.generic], peak: float = 255.0) -> float:
    """Peak signal-to-noise ratio in dB of two arrays of one shape; inf when they are equal."""
    _refuse_unlike(a, b)
    return _decibels(a.astype(np.float64) - b.astype(np.float64), peak)


def psnr_y(a: Bytes, b: Bytes, border: int) -> float:
    """PSNR of the luma of two 8-bit RGB pictures without their border, in dB (BasicSR, test_y_channel)."""
    _refuse_unlike(a, b)
    return psnr(crop(luma(a), border), crop(luma(b), border))


def psnr_rgb(a: Bytes, b: Bytes, border: int = 0) -> float:
    """PSNR over all values of two 8-bit pictures without their border, in dB (BasicSR; NTIRE: border 4).

    With border 0 it is also what MSSNet's Matlab script takes of saved GoPro pictures.
    """
    return psnr(crop(a, border), crop(b, border))


def psnr_liif_benchmark(made: Array, truth: Array, scale: float) -> float:
    """LIIF's `benchmark-s`: PSNR in dB of RGB (H, W, 3) in [0, 1] on the luma of the difference.

    `made` is clamped but not rounded; `scale` pixels are shaved off each side, a fraction counts whole.
    Chen, Liu, Wang, CVPR 2021, https://arxiv.org/abs/2012.09161, evaluation of the published code.
    """
    shaved = crop(_difference(made, truth), ceil(scale))
    return _decibels(shaved @ _LIIF if _coloured(shaved) else shaved, 1.0)  # grey stays grey there too


def psnr_liif_div2k(made: Array, truth: Array, scale: float) -> float:
    """LIIF's `div2k-s`: PSNR in dB of RGB (H, W, 3) in [0, 1] over all channels, scale + 6 pixels shaved.

    `made` is clamped but not rounded. Source as for `psnr_liif_benchmark`.
    """
    return _decibels(crop(_difference(made, truth), ceil(scale) + 6), 1.0)


def psnr_mssnet(made: Array, truth: Array) -> float:
    """MSSNet's test: PSNR in dB of RGB in [0, 1], of the whole picture, neither clamped nor rounded.

    Kim, Lee, Cho, ECCV 2022 workshops, https://arxiv.org/abs/2202.09652: scikit-image with data_range 1.
    """
    return psnr(made, truth, peak=1.0)


def ssim(a: NDArray[np.generic], b: NDArray[np.generic], peak: float = 255.0) -> float:
    """Mean structural similarity of two (H, W) arrays over the fully covered windows, in [-1, 1]."""
    _refuse_unlike(a, b)
    if min(a.shape) < _WINDOW:
        raise ImageError(f"SSIM of {a.shape!r} pixels has no window of {_WINDOW}; take larger pictures or less border")
    x, y = a.astype(np.float64), b.astype(np.float64)
    c1, c2 = (0.01 * peak) ** 2, (0.03 * peak) ** 2
    mx, my = _window(x), _window(y)
    vx, vy, cov = _window(x * x) - mx**2, _window(y * y) - my**2, _window(x * y) - mx * my
    score = ((2 * mx * my + c1) * (2 * cov + c2)) / ((mx**2 + my**2 + c1) * (vx + vy + c2))
    return float(score.mean())


def ssim_y(a: Bytes, b: Bytes, border: int) -> float:
    """SSIM of the luma of two 8-bit RGB pictures without their border (BasicSR, test_y_channel)."""
    _refuse_unlike(a, b)
    return ssim(crop(luma(a), border), crop(luma(b), border))


def ssim_rgb(a: Bytes, b: Bytes, border: int = 0) -> float:
    """Mean over the channels of the SSIM of two 8-bit RGB pictures without their border (BasicSR)."""
    _refuse_unlike(a, b)
    a, b = crop(a, border), crop(b, border)
    return float(np.mean([ssim(a[..., c], b[..., c]) for c in range(a.shape[-1])]))


def _coloured(image: NDArray[np.generic]) -> bool:
    return image.ndim == 3 and image.shape[2] == 3


def _difference(made: Array, truth: Array) -> NDArray[np.float64]:
    _refuse_unlike(made, truth)
    return np.asarray(np.clip(made.astype(np.float64), 0, 1) - truth)


def _decibels(difference: NDArray[np.float64], peak: float) -> float:
    if not difference.size:
        raise ImageError(f"nothing is left to compare, shape {difference.shape!r}; take larger pictures or less border")
    error = float(np.mean(difference**2))
    return float("inf") if error == 0 else 10 * float(np.log10(peak**2 / error))


def _refuse_unlike(a: NDArray[np.generic], b: NDArray[np.generic]) -> None:
    """Arrays that merely broadcast would give a figure, and a wrong one."""
    if a.shape != b.shape:
        raise ImageError(f"pictures of {a.shape!r} and {b.shape!r} cannot be compared; crop or resize one to the other")


def _window(x: NDArray[np.float64]) -> NDArray[np.float64]:
    taps = np.exp(-((np.arange(_WINDOW) - 5.0) ** 2) / (2 * 1.5**2))
    taps /= taps.sum()
    rows = np.lib.stride_tricks.sliding_window_view(x, _WINDOW, axis=0) @ taps
    return np.asarray(np.lib.stride_tricks.sliding_window_view(rows, _WINDOW, axis=1) @ taps)
