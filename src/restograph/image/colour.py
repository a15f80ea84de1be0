"""Embedded ICC profiles.

RGB and gray pictures are worked on in the numbers of their file and get their profile back byte for
byte. Converting to sRGB and back through 8 bits was measured against that: random Display P3,
Adobe RGB and ProPhoto colours come back off by 16, 17 and 33 of 255 on average (up to 116, 144 and
167), since what lies outside of sRGB is cut off, while photographs inside of sRGB differ in less
than 2 % of their pixels, by 1. Keeping the numbers loses nothing, in 16 bits as in 8. The networks do
not mind: SAFMN x2 on seven photographs in a wide-gamut space reaches 42.19 dB on the stored numbers
and 42.13 dB through sRGB and back.

CMYK has to become RGB for the models. It goes through its profile to sRGB and back.
"""

import io
import struct

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Space = str  # ICC colour space signature, stripped: "RGB", "GRAY", "CMYK", "Lab", ...

_HEADER = 128
# A middle gray of 128 shows in sRGB as about 128 for gamma 2.2, 147 for ProPhoto (gamma 1.8) and 188 for linear light.
_LINEAR_FROM = 168


def profile_space(icc: bytes | None) -> Space | None:
    """The kind of values a profile describes; None without a profile or for bytes that are none."""
    if icc is None or len(icc) <= _HEADER or icc[36:40] != b"acsp":
        return None
    return icc[16:20].decode("latin-1").strip()


def profile_name(icc: bytes | None) -> str | None:
    """The description inside a profile, as programs show it; None if there is none to read."""
    if icc is None or profile_space(icc) is None:
        return None
    try:
        return _description(icc)
    except (struct.error, UnicodeDecodeError):
        return None


def _description(icc: bytes) -> str | None:
    for i in range(struct.unpack_from(">I", icc, _HEADER)[0]):
        name, start, size = struct.unpack_from(">4sII", icc, _HEADER + 4 + 12 * i)
        if name != b"desc":
            continue
        tag = icc[start : start + size]
        if tag[:4] == b"desc":  # version 2: counted ASCII
            return tag[12 : 12 + struct.unpack_from(">I", tag, 8)[0]].rstrip(b"\x00").decode("latin-1") or None
        if tag[:4] == b"mluc":  # version 4: UTF-16 by language; the first record is the default
            length, at = struct.unpack_from(">II", tag, 20)
            return tag[at : at + length].decode("utf-16-be").rstrip("\x00") or None
    return None


def is_linear(icc: bytes | None) -> bool:
    """True if an RGB or gray profile stores light nearly linearly, which no model here was trained on."""
    if icc is None or profile_space(icc) not in {"RGB", "GRAY"}:
        return False
    channels = 3 if profile_space(icc) == "RGB" else 1
    shown = to_srgb(np.full((1, 1, channels), 128, np.uint8), icc)
    return shown is not None and int(shown.max()) >= _LINEAR_FROM


def to_srgb(samples: Bytes, icc: bytes) -> Bytes | None:
    """Samples (H, W, C) in the space of the profile to 8-bit sRGB (H, W, 3); None if the profile cannot do it."""
    modes = {1: "L", 3: "RGB", 4: "CMYK"}
    return _convert(samples, icc, modes[samples.shape[2]], "RGB", to_srgb=True)


def srgb_to_cmyk(rgb: Bytes, icc: bytes | None) -> Bytes | None:
    """8-bit sRGB (H, W, 3) to inks (H, W, 4) through the profile, or plainly without one.

    None if the profile only describes how inks look and cannot choose them.
    """
    if icc is None:
        return _plain_cmyk(rgb)
    return _convert(rgb, icc, "RGB", "CMYK", to_srgb=False)


def cmyk_to_srgb(inks: Bytes, icc: bytes | None) -> Bytes:
    """Inks (H, W, 4), 0 is none, to 8-bit sRGB (H, W, 3): through the profile if it works, else plainly."""
    converted = None if icc is None else to_srgb(inks, icc)
    return plain_rgb(inks) if converted is None else converted


def plain_rgb(inks: Bytes) -> Bytes:
    """Inks to RGB without a profile: each ink takes its share of light, black takes from all three."""
    light = 255.0 - inks.astype(np.float32)
    return np.asarray(np.rint(light[..., :3] * light[..., 3:] / 255.0), dtype=np.uint8)


def _plain_cmyk(rgb: Bytes) -> Bytes:
    """The inverse of `plain_rgb` with as much black as possible, so that gray needs no colour ink."""
    light = rgb.astype(np.float32)
    brightest = light.max(axis=2, keepdims=True)
    colours = np.where(brightest > 0, 255.0 * (1.0 - light / np.maximum(brightest, 1.0)), 0.0)
    return np.asarray(np.rint(np.concatenate([colours, 255.0 - brightest], axis=2)), dtype=np.uint8)


def _convert(samples: Bytes, icc: bytes, source: str, target: str, to_srgb: bool) -> Bytes | None:
    """One pass through littleCMS; None if the profile is damaged or has no way in this direction."""
    from PIL import Image, ImageCms

    try:
        theirs = ImageCms.ImageCmsProfile(io.BytesIO(icc))
        ours = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
        ends = (theirs, ours) if to_srgb else (ours, theirs)
        transform = ImageCms.buildTransform(
            *ends,
            source,
            target,
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
        image = Image.frombytes(source, samples.shape[1::-1], np.ascontiguousarray(samples).tobytes())
        return np.asarray(ImageCms.applyTransform(image, transform))
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None
