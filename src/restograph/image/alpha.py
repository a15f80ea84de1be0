"""Transparency: what lies under fully transparent pixels must never be seen."""

import numpy as np
from numpy.typing import NDArray

from restograph.image.picture import Pixels
from restograph.image.resample import bicubic

Weights = NDArray[np.float32]


def fill_under_alpha(pixels: Pixels, alpha: Pixels | None) -> Pixels:
    """Replace the colours (H, W, C) where alpha (H, W) is 0 by ones that continue the visible colours.

    Editors leave anything there, often black or white. A network or a resize would mix it into the
    visible edge, so it is thrown away first. The filling is push-pull (Gortler et al., "The
    Lumigraph", SIGGRAPH 1996, section 3.4): visible colours, weighted by alpha, are averaged down a
    pyramid, and each hole takes the value of the finest level that knows one. Visible pixels stay
    exactly as they are; without any visible pixel the result is 0.
    """
    if alpha is None or bool((alpha > 0).all()):
        return pixels
    filled = _pull(pixels * alpha[..., np.newaxis], alpha)
    return np.where(alpha[..., np.newaxis] > 0, pixels, filled).astype(np.float32)


def resize_alpha(alpha: Pixels | None, width: int, height: int) -> Pixels | None:
    """Alpha (h, w) resized by the antialiased bicubic filter and clipped to [0, 1]; None stays None.

    The filter rounds off at the seventh digit, so values that close to 0 and 1 are set to them:
    opaque stays opaque.
    """
    if alpha is None:
        return None
    resized = np.clip(bicubic(alpha[..., np.newaxis], width, height)[..., 0], 0.0, 1.0)
    resized[resized > 1 - 1e-5] = 1.0
    resized[resized < 1e-5] = 0.0
    return resized


def _pull(weighted: Pixels, weights: Weights) -> Pixels:
    """Colours (H, W, C) for every pixel from sums of weighted colours and weights (H, W)."""
    known = weights > 0
    here = np.asarray(weighted / np.where(known, weights, 1.0)[..., np.newaxis], dtype=np.float32)
    if bool(known.all()) or weights.shape == (1, 1):
        return here
    coarse = _pull(_halved(weighted), _halved(weights))
    above = coarse.repeat(2, axis=0).repeat(2, axis=1)[: weights.shape[0], : weights.shape[1]]
    return np.where(known[..., np.newaxis], here, above)


def _halved(values: Pixels) -> Pixels:
    """Sums over 2 x 2 pixels; an odd last row or column stands alone."""
    rows = values[0::2].copy()
    rows[: values.shape[0] // 2] += values[1::2]
    columns = rows[:, 0::2].copy()
    columns[:, : values.shape[1] // 2] += rows[:, 1::2]
    return columns
