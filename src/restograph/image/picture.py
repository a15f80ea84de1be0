"""The picture between reading and writing: pixels in [0, 1] and everything the file said about them."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from restograph.errors import ImageError

Pixels = NDArray[np.float32]
Depth = Literal[8, 16]
Kind = Literal["gray", "palette", "rgb", "cmyk"]
Format = Literal["JPEG", "PNG", "WEBP", "AVIF", "TIFF"]


@dataclass(frozen=True, eq=False)
class Picture:
    """A decoded picture, upright, with what must survive on the way to the output file.

    `pixels` keep the numbers of the file (see `colour.py` for why no conversion to sRGB happens);
    only CMYK arrives as sRGB. One channel means that red, green and blue are equal everywhere, so
    that no model can tint a gray picture; `kind` says how the file holds it.
    """

    pixels: Pixels  # (H, W, C), C = 1 or 3, values in [0, 1], orientation applied
    alpha: Pixels | None  # (H, W) in [0, 1], 1 is opaque
    depth: Depth  # bits per sample as the file declares them, never guessed from the values
    kind: Kind  # how the file stores colour
    format: Format  # Pillow's name of the format
    icc: bytes | None = None  # the embedded profile, byte for byte
    exif: bytes | None = None  # the TIFF structure without the "Exif" prefix, as found in the file
    xmp: bytes | None = None  # the XMP packet as found in the file
    iptc: bytes | None = None  # the IPTC-IIM record (captions, credits)
    texts: tuple[tuple[str, str], ...] = ()  # PNG text chunks and the JPEG comment, by keyword
    png_colour: tuple[tuple[bytes, bytes], ...] = ()  # gAMA, cHRM, sRGB, cICP chunks: name, data
    dpi: tuple[float, float] | None = None  # pixels per inch: across, down
    orientation: int = 1  # the EXIF value found in the file, 1 to 8; already applied to the pixels
    quantization: tuple[tuple[int, ...], ...] | None = None  # JPEG tables in row order; [0] is luma
    frames: int = 1  # pictures in the file; only the first one is here
    stored_size: tuple[int, int] = (0, 0)  # width, height in the file, before orientation
    profile: str | None = None  # the description inside `icc`
    notes: tuple[str, ...] = ()  # what a user has to know about the reading

    @property
    def width(self) -> int:
        """Width in pixels after orientation."""
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        """Height in pixels after orientation."""
        return int(self.pixels.shape[0])

    def with_pixels(self, pixels: Pixels, alpha: Pixels | None) -> "Picture":
        """The same picture with other pixels (H, W, C) and alpha (H, W); their sizes must agree.

        Raises ImageError for a shape that is no picture, or when one of pixels and alpha changed size alone.
        """
        if pixels.ndim != 3 or pixels.shape[2] not in {1, 3} or 0 in pixels.shape:
            raise ImageError(f"pixels of shape {pixels.shape!r} are no picture; give (H, W, 1) or (H, W, 3)")
        if alpha is not None and alpha.shape != pixels.shape[:2]:
            raise ImageError(f"alpha {alpha.shape!r} does not cover pixels {pixels.shape!r}; resize both")
        return replace(self, pixels=pixels, alpha=alpha)


def to_uint8(values: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Floats to bytes: clip to [0, 1], scale by 255, round to nearest. This is the only rounding to 8 bits."""
    return np.asarray(np.rint(np.clip(values, 0.0, 1.0) * 255.0), dtype=np.uint8)


def to_uint16(values: NDArray[np.floating]) -> NDArray[np.uint16]:
    """Floats to 16 bits: clip to [0, 1], scale by 65535, round to nearest; exact for values that came from 16 bits."""
    return np.asarray(np.rint(np.clip(values, 0.0, 1.0) * 65535.0), dtype=np.uint16)


def to_float(samples: NDArray[np.uint8] | NDArray[np.uint16]) -> Pixels:
    """8 or 16-bit samples to float32 in [0, 1]; the largest code becomes exactly 1."""
    return samples.astype(np.float32) / np.float32(np.iinfo(samples.dtype).max)


def is_neutral(samples: NDArray[np.uint8] | NDArray[np.uint16], slack: int = 0) -> bool:
    """True if the channels of (H, W, C) differ by `slack` codes at most in every pixel, so that one says it all."""
    if slack == 0:
        return all(bool(np.array_equal(samples[..., 0], samples[..., c])) for c in range(1, samples.shape[2]))
    return int((samples.max(axis=2) - samples.min(axis=2)).max()) <= slack
