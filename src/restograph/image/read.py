"""Files to pictures: checked, decoded, turned upright once."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from restograph.errors import ImageError
from restograph.image import colour, exif, ifd, xmp
from restograph.image.limits import Limits, check_bytes
from restograph.image.picture import Format, Picture, Pixels, is_neutral, to_float
from restograph.image.sniff import HEAD_BYTES, sniff

_COLOUR_CHUNKS = (b"gAMA", b"cHRM", b"sRGB", b"cICP")
_IPTC_RESOURCE, _IPTC_TAG = 0x0404, 33723
_EXTENDED_XMP = b"http://ns.adobe.com/xmp/extension/"


def read_picture(path: Path, limits: Limits = Limits()) -> Picture:
    """Read a JPEG, PNG, WebP, AVIF or TIFF file.

    Byte and pixel limits are checked before decoding. Raises ImageError for missing, damaged or
    empty files, UnsupportedImage for HEIC, camera raw, animations and kinds that cannot be read
    exactly, LimitExceeded for too large ones; each message says what to do.
    """
    data = _read(path, check_bytes(path, limits))
    kind = sniff(data[:HEAD_BYTES], path)
    from restograph.image.decode import decode  # Pillow loads only when there is something to decode

    decoded = decode(data, kind, limits, str(path))
    notes = list(decoded.notes)
    slack = 1 if kind == "WEBP" and _is_lossy_webp(data) else 0
    pixels, icc = _colours(decoded.samples, decoded.info.get("icc_profile"), slack, notes)
    block = _exif(data, kind, decoded.info, dict(decoded.texts), notes)
    packet = _packet(decoded.info)
    tagged = exif.orientation_of(data if kind == "TIFF" else block)
    orientation = tagged or xmp.orientation_of(packet) or 1
    turn = 1 if decoded.upright else orientation
    alpha = None if decoded.alpha is None else oriented(to_float(decoded.alpha), turn)
    notes += _warnings_about(data, packet)
    return Picture(
        pixels=oriented(pixels, turn),
        alpha=alpha,
        depth=decoded.depth,
        kind=decoded.kind,
        format=kind,
        icc=icc,
        exif=block,
        xmp=packet,
        iptc=_iptc(decoded.info),
        texts=tuple((key, text) for key, text in decoded.texts if not key.startswith("Raw profile type ")),
        png_colour=_png_colour(data) if kind == "PNG" else (),
        dpi=_dpi(decoded.info),
        orientation=orientation,
        quantization=decoded.quantization,
        frames=decoded.frames,
        stored_size=decoded.stored_size,
        profile=colour.profile_name(icc),
        notes=tuple(notes),
    )


def oriented(array: Pixels, orientation: int) -> Pixels:
    """Turn (H, W) or (H, W, C) upright: the EXIF orientation says where row 0 and column 0 belong."""
    if orientation >= 5:  # 5 to 8 swap rows and columns
        array = array.swapaxes(0, 1)
    flip_rows, flip_columns = orientation in {3, 4, 7, 8}, orientation in {2, 3, 6, 7}
    return np.ascontiguousarray(array[:: -1 if flip_rows else 1, :: -1 if flip_columns else 1])


def _read(path: Path, size: int) -> bytes:
    """The whole file of `size` bytes, and never more: it may be growing."""
    try:
        with path.open("rb") as file:
            data = file.read(size + 1)
    except OSError as error:
        raise ImageError(f"cannot read {str(path)!r}: {error.strerror}; check its permissions") from error
    if len(data) != size:
        raise ImageError(f"{str(path)!r} changed while it was read; try again when it is complete")
    return data


def _colours(samples: NDArray[Any], icc: Any, slack: int, notes: list[str]) -> tuple[Pixels, bytes | None]:
    """Samples to pixels in [0, 1], with one channel where all differ by `slack` at most, and the profile if it fits."""
    profile = icc if isinstance(icc, bytes) and icc else None
    needed = {1: "GRAY", 3: "RGB", 4: "CMYK"}[samples.shape[2]]
    if profile is not None and colour.profile_space(profile) != needed:
        notes.append(f"the embedded profile does not describe {needed} and was left out")
        profile = None
    if needed == "CMYK":
        notes.append(
            "CMYK became sRGB " + ("through its profile" if profile else "without a profile: colours are a guess")
        )
        return to_float(colour.cmyk_to_srgb(samples, profile)), profile
    if colour.is_linear(profile):
        notes.append("the profile stores light linearly; the models were trained on ordinary pictures, look closely")
    if samples.shape[2] == 3 and is_neutral(samples, slack):
        samples = samples[..., 1:2]
    return to_float(samples), profile


def _is_lossy_webp(data: bytes) -> bool:
    """Lossy WebP has no gray, and its rounding makes gray uneven by 1 in a hundredth of the pixels."""
    at = 12
    while at + 8 <= len(data):
        if data[at : at + 4] in {b"VP8 ", b"VP8L"}:
            return data[at : at + 4] == b"VP8 "
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        at += 8 + size + size % 2
    return False


def _exif(data: bytes, kind: Format, info: dict[str, Any], texts: dict[str, str], notes: list[str]) -> bytes | None:
    """The EXIF block of the file; damaged ones are named and left out, so that nothing false is written."""
    try:
        if kind == "TIFF":
            return exif.from_tiff(data)
        block = exif.bare(info.get("exif")) or _old_png_profile(texts)
        if block is not None:
            ifd.entries(block, ifd.first_offset(block))
    except (ifd.Malformed, ValueError) as error:
        notes.append(f"the EXIF data cannot be read ({error}) and was left out")
        return None
    return block


def _old_png_profile(texts: dict[str, str]) -> bytes | None:
    """EXIF as ImageMagick wrote it before PNG had a place for it: hexadecimal text after three lines."""
    text = texts.get("Raw profile type exif") or texts.get("Raw profile type APP1")
    return exif.bare(bytes.fromhex("".join(text.split("\n")[3:]))) if text else None


def _packet(info: dict[str, Any]) -> bytes | None:
    packet = info.get("xmp")
    if isinstance(packet, str):
        packet = packet.encode("utf-8")
    return packet if isinstance(packet, bytes) and packet.strip(b"\x00 \r\n\t") else None


def _warnings_about(data: bytes, packet: bytes | None) -> list[str]:
    notes = []
    if xmp.has_gain_map(packet):
        notes.append("the HDR gain map is not carried over; the standard range picture is used")
    if data.startswith(b"\xff\xd8") and _EXTENDED_XMP in data:
        notes.append("the extended part of the XMP metadata is not carried over")
    return notes


def _iptc(info: dict[str, Any]) -> bytes | None:
    resources = info.get("photoshop")
    record = resources.get(_IPTC_RESOURCE) if isinstance(resources, dict) else None
    return record if isinstance(record, bytes) and record else None


def _dpi(info: dict[str, Any]) -> tuple[float, float] | None:
    try:
        across, down = (float(value) for value in info["dpi"])
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    return (across, down) if 0 < across < np.inf and 0 < down < np.inf else None


def _png_colour(data: bytes) -> tuple[tuple[bytes, bytes], ...]:
    """The colour chunks before the pixels, except those that Pillow hands over itself."""
    found, at = [], 8
    while at + 12 <= len(data):
        size, name = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if name == b"IDAT":
            break
        if name in _COLOUR_CHUNKS:
            found.append((name, data[at + 8 : at + 8 + size]))
        at += 12 + size
    return tuple(found)
