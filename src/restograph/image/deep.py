"""16 bits per sample through a decoder that keeps 8.

Pillow reads 16-bit colour but keeps the upper byte only. Its raw modes "RGB;16B" and "RGB;16L" pick the
first or the second byte of each sample, so decoding the file once with each gives both bytes, and
together they are the exact sample. Gray with alpha is simpler: its four bytes per pixel are read as
if they were 8-bit RGBA.
"""

import sys
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import ImageFile

from restograph.errors import UnsupportedImage
from restograph.image.picture import Format

Wide = NDArray[np.uint16]
_WHITE_IS_ZERO, _PLANAR = 262, 284


def deep_samples(reopen: Callable[[], ImageFile.ImageFile], kind: Format, name: str) -> tuple[Wide, Wide | None]:
    """Exact 16-bit samples (H, W, C), C = 1 or 3, and alpha (H, W) of a PNG or TIFF that `reopen` opens anew.

    Raises UnsupportedImage for kinds that Pillow cannot give back exactly.
    """
    image = reopen()
    raw = _raw_mode(image)
    if raw.startswith("I;16"):
        return _gray(image, kind)
    if raw.startswith("LA;16"):
        return _gray_alpha(image)
    if not raw.startswith(("RGB;16", "RGBA;16")):
        raise UnsupportedImage(
            f"{name!r} stores 16-bit samples as {raw!r}, which cannot be read exactly; "
            "export it as 16-bit RGB or gray PNG or TIFF (without premultiplied alpha)"
        )
    if kind == "TIFF" and getattr(image, "tag_v2", {}).get(_PLANAR, 1) != 1:
        raise UnsupportedImage(f"{name!r} stores its colours in separate planes; export it with interleaved channels")
    both = _both_bytes(reopen, raw)
    if both.shape[2] == 4:
        return both[..., :3], both[..., 3]
    return both, _keyed(both, image)


def _raw_mode(image: ImageFile.ImageFile) -> str:
    arguments = image.tile[0].args
    return str(arguments[0] if isinstance(arguments, tuple) else arguments)


def _load_as(image: ImageFile.ImageFile, raw: str) -> NDArray[np.uint8]:
    """Decode with another raw mode of the same number of bits."""
    image.tile = [
        tile._replace(args=(raw, *tile.args[1:]) if isinstance(tile.args, tuple) else raw) for tile in image.tile
    ]
    image.load()
    return np.asarray(image)


def _both_bytes(reopen: Callable[[], ImageFile.ImageFile], raw: str) -> Wide:
    base, order = raw.split(";")
    first, second = (_load_as(reopen(), f"{base};16{letter}") for letter in "BL")
    big = order == "16B" or (order == "16N" and sys.byteorder == "big")  # libtiff hands over native order
    return _samples(first, second) if big else _samples(second, first)


def _samples(high: NDArray[np.generic], low: NDArray[np.generic]) -> Wide:
    return np.asarray(high, np.uint16) * np.uint16(256) + np.asarray(low, np.uint16)


def _gray(image: ImageFile.ImageFile, kind: Format) -> tuple[Wide, Wide | None]:
    image.load()
    samples = np.asarray(image).astype(np.uint16)[..., np.newaxis]
    if kind == "TIFF" and getattr(image, "tag_v2", {}).get(_WHITE_IS_ZERO) == 0:
        samples = np.uint16(65535) - samples
    return samples, _keyed(samples, image)


def _gray_alpha(image: ImageFile.ImageFile) -> tuple[Wide, Wide | None]:
    four = _load_as(image, "RGBA")
    return _samples(four[..., 0:1], four[..., 1:2]), _samples(four[..., 2], four[..., 3])


def _keyed(samples: Wide, image: ImageFile.ImageFile) -> Wide | None:
    """Alpha from the one colour that a PNG declares transparent, if it does."""
    key = image.info.get("transparency")
    if key is None:
        return None
    return np.where((samples != np.atleast_1d(key)).any(axis=2), 65535, 0).astype(np.uint16)
