"""Fit a picture to what an output format can hold, and say each thing that has to change."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from restograph.image import colour
from restograph.image.picture import Depth, Format, Picture, Pixels, is_neutral, to_uint8, to_uint16

Layout = Literal["gray", "gray_alpha", "rgb", "rgb_alpha", "palette", "cmyk"]

_DEEP: frozenset[Format] = frozenset({"PNG", "TIFF"})  # the formats that hold 16 bits
_INKS: frozenset[Format] = frozenset({"JPEG", "TIFF"})
_PALETTE_SIZE = 256


@dataclass(frozen=True, eq=False)
class Sheet:
    """Samples ready to be encoded."""

    layout: Layout
    samples: NDArray[np.uint8] | NDArray[np.uint16]  # (H, W, C); C = 1 index for palettes, 4 inks for cmyk
    icc: bytes | None  # describes exactly these samples
    palette: NDArray[np.uint8] | None = None  # (N, 4) RGBA, at most 256 rows

    @property
    def depth(self) -> Depth:
        """Bits per sample."""
        return 16 if self.samples.dtype == np.uint16 else 8


def fit(picture: Picture, kind: Format) -> tuple[Sheet, tuple[str, ...]]:
    """The samples that `kind` stores for `picture`, and one sentence per unavoidable change.

    The aim is the kind that came in: gray stays gray, a palette stays one if its colours suffice,
    CMYK goes back to inks through its profile, 16 bits stay 16, alpha stays.
    """
    reasons: list[str] = []
    pixels, alpha = _visible(picture, kind, reasons)
    if picture.kind == "cmyk":
        return _cmyk(picture, pixels, alpha, kind, reasons), tuple(reasons)
    deep = picture.depth == 16 and kind in _DEEP
    if picture.depth == 16 and not deep:
        reasons.append(f"16 bit became 8 bit because {kind} holds 8")
    samples = (to_uint16 if deep else to_uint8)(_joined(pixels, alpha))
    if picture.kind == "palette":
        sheet = _palette(samples, picture.icc, kind, alpha is not None, reasons)
        return sheet or _colour(samples, picture.icc, alpha is not None), tuple(reasons)
    if picture.kind == "gray":
        return _gray(samples, picture.icc, kind, alpha is not None, reasons), tuple(reasons)
    return _colour(samples, picture.icc, alpha is not None), tuple(reasons)


def _visible(picture: Picture, kind: Format, reasons: list[str]) -> tuple[Pixels, Pixels | None]:
    """Pixels and alpha; JPEG has no transparency, so there the picture lies on white."""
    if picture.alpha is None or kind != "JPEG":
        return picture.pixels, picture.alpha
    reasons.append("transparency was laid on white because JPEG has none")
    cover = picture.alpha[..., np.newaxis]
    return picture.pixels * cover + (1 - cover), None


def _joined(pixels: Pixels, alpha: Pixels | None) -> Pixels:
    return pixels if alpha is None else np.concatenate([pixels, alpha[..., np.newaxis]], axis=2)


def _colour(samples: NDArray[np.uint8] | NDArray[np.uint16], icc: bytes | None, see_through: bool) -> Sheet:
    """RGB or RGBA; a single gray channel is written three times."""
    if samples.shape[2] <= 2:
        samples = samples[..., [0, 0, 0, 1] if see_through else [0, 0, 0]]
    return Sheet("rgb_alpha" if see_through else "rgb", samples, icc)


def _gray(
    samples: NDArray[np.uint8] | NDArray[np.uint16],
    icc: bytes | None,
    kind: Format,
    see_through: bool,
    reasons: list[str],
) -> Sheet:
    if samples.shape[2] >= 3 and not is_neutral(samples[..., :3]):
        reasons.append("gray became RGB because the result has colours")
        profile = icc if colour.profile_space(icc) == "RGB" else None
        return _colour(samples, profile, see_through)
    if samples.shape[2] >= 3:
        samples = samples[..., [0, 3] if see_through else [0]]
    deep = samples.dtype == np.uint16
    if kind != "WEBP" and not (see_through and (kind == "AVIF" or (kind == "TIFF" and deep))):
        return Sheet("gray_alpha" if see_through else "gray", samples, icc)
    what = "has no gray" if kind == "WEBP" else "readers seldom know gray with transparency of this depth"
    reasons.append(f"gray is stored as RGB with equal channels because {kind} {what}")
    return _gray_as_colour(samples, icc, see_through, reasons)


def _gray_as_colour(
    samples: NDArray[np.uint8] | NDArray[np.uint16], icc: bytes | None, see_through: bool, reasons: list[str]
) -> Sheet:
    """A gray profile cannot describe RGB: its tones are converted to sRGB, which the converter does in 8 bits only."""
    sheet = _colour(samples, None, see_through)
    if icc is None:
        return sheet
    shown = colour.to_srgb(samples[..., :1].astype(np.uint8), icc) if samples.dtype == np.uint8 else None
    if shown is None:
        reasons.append("the gray profile was left out because its tones cannot be converted to sRGB without loss")
        return sheet
    reasons.append("the tones of the gray profile became sRGB because it cannot describe RGB")
    return Sheet(sheet.layout, np.concatenate([shown, samples[..., 1:].astype(np.uint8)], axis=2), None)


def _palette(
    samples: NDArray[np.uint8] | NDArray[np.uint16],
    icc: bytes | None,
    kind: Format,
    see_through: bool,
    reasons: list[str],
) -> Sheet | None:
    """Indices and colours, or None with the reason why a palette cannot be kept."""
    if kind not in _DEEP:
        reasons.append(f"the palette became RGB because {kind} has no palettes")
        return None
    if kind == "TIFF" and see_through:
        reasons.append("the palette became RGB because palettes of TIFF have no transparency")
        return None
    rgba = _colour(samples, icc, see_through).samples.astype(np.uint32)
    packed = rgba[..., 0] << 24 | rgba[..., 1] << 16 | rgba[..., 2] << 8 | (rgba[..., 3] if see_through else 255)
    few = len(np.unique(packed.ravel()[:: max(1, packed.size // 65536)])) <= _PALETTE_SIZE  # saves the full sort
    colours, indices = np.unique(packed, return_inverse=True) if few else (None, None)
    if colours is None or indices is None or len(colours) > _PALETTE_SIZE:
        reasons.append(f"the palette became RGB because the result has more than {_PALETTE_SIZE} colours")
        return None
    table = np.stack([colours >> shift & 255 for shift in (24, 16, 8, 0)], axis=1).astype(np.uint8)
    return Sheet("palette", indices.reshape(*packed.shape, 1).astype(np.uint8), icc, table)


def _cmyk(picture: Picture, pixels: Pixels, alpha: Pixels | None, kind: Format, reasons: list[str]) -> Sheet:
    """Back to inks where the format has them; elsewhere the sRGB that the models saw."""
    sheet = _colour(to_uint8(_joined(pixels, alpha)), None, alpha is not None)
    if kind not in _INKS:
        reasons.append(f"CMYK became RGB because {kind} has no CMYK")
        return sheet
    if alpha is not None:
        reasons.append("CMYK became RGB because CMYK with transparency is not written")
        return sheet
    rgb = sheet.samples.astype(np.uint8)
    inks = colour.srgb_to_cmyk(rgb, picture.icc)
    if inks is None:
        reasons.append("CMYK became RGB because its profile does not say which inks make a colour")
        return sheet
    return Sheet("cmyk", inks, picture.icc)
