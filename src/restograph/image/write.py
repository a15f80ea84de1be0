"""Pictures to files: the same kind out as came in, whole or not at all."""

import io
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from restograph.errors import ImageError, OutputExists
from restograph.image.files import atomic_write_bytes, refuse_existing, same_file
from restograph.image.fit import Layout, Sheet, fit
from restograph.image.metadata import Tags, for_output
from restograph.image.picture import Format, Picture
from restograph.image.png import png_bytes
from restograph.image.tiff import tiff_bytes

SUFFIXES: dict[str, Format] = {
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".png": "PNG",
    ".webp": "WEBP",
    ".avif": "AVIF",
    ".tif": "TIFF",
    ".tiff": "TIFF",
}
_LOSSY: frozenset[Format] = frozenset({"JPEG", "WEBP", "AVIF"})
_MODES: dict[Layout, str] = {"gray": "L", "gray_alpha": "LA", "rgb": "RGB", "rgb_alpha": "RGBA", "cmyk": "CMYK"}
_QUALITY = 95  # of JPEG and AVIF; measured on photographs: 44.9 and 46.4 dB against the pixels handed over
_AVIF_SPEED = 8  # a quarter of the time of the default 6, for 9 % more bytes
_AVIF_THREADS = 2  # one thread gives other bytes than two, and more than two the same as two: the number is fixed
_IPTC_RESOURCE = b"8BIM\x04\x04\x00\x00"


def format_of(path: Path) -> Format:
    """The format that the suffix of an output asks for. Raises ImageError naming the known suffixes."""
    found = SUFFIXES.get(path.suffix.lower())
    if found is None:
        raise ImageError(f"cannot tell a format from {path.name!r}; end the name in one of {', '.join(SUFFIXES)}")
    return found


def write_picture(
    picture: Picture,
    path: Path,
    *,
    force: bool = False,
    strip_metadata: bool = False,
    strip_location: bool = False,
    quality: int | None = None,
    source: Path | None = None,
) -> tuple[str, ...]:
    """Write `picture` in the format of the suffix; return a sentence for each thing that had to change.

    JPEG and AVIF are written at quality 95 without colour subsampling, WebP without loss; `quality`
    (1 to 100, lossy formats only) overrides that. `source` is a file that must survive, `force` or
    not: the input. Raises OutputExists for a taken name without `force`, ImageError for suffixes,
    sizes and values that the format cannot take. Nothing is left behind on failure.
    """
    kind = format_of(path)
    if source is not None and same_file(path, source):
        raise OutputExists(f"{str(path)!r} is the input itself, which is never overwritten; choose another name")
    refuse_existing(path, force)
    if quality is not None and (kind not in _LOSSY or not 1 <= quality <= 100):
        raise ImageError(f"quality {quality!r} does not apply to {kind}; give 1 to 100, for JPEG, WebP or AVIF")
    if not np.isfinite(picture.pixels).all():
        raise ImageError(f"the picture for {str(path)!r} holds values that are no numbers; the model run went wrong")
    sheet, changes = fit(picture, kind)
    tags, left_out = for_output(picture, kind, strip_metadata, strip_location)
    atomic_write_bytes(path, encode(sheet, tags, kind, quality), force)
    return (*changes, *left_out)


def encode(sheet: Sheet, tags: Tags, kind: Format, quality: int | None) -> bytes:
    """The bytes of the file. Raises ImageError if the encoder refuses, mostly for too large sizes."""
    try:
        if kind == "PNG":
            return png_bytes(sheet, tags)
        if kind == "TIFF":
            return tiff_bytes(sheet, tags)
        options = {"JPEG": _jpeg, "WEBP": _webp, "AVIF": _avif}[kind](sheet, tags, quality)
        buffer = io.BytesIO()
        _image(sheet).save(buffer, kind, **options)
        return buffer.getvalue()
    except (OSError, ValueError, OverflowError) as error:
        height, width = sheet.samples.shape[:2]
        raise ImageError(
            f"{kind} cannot hold this picture of {width} x {height}: {error}; write PNG or TIFF"
        ) from error


def _image(sheet: Sheet) -> Image.Image:
    height, width = sheet.samples.shape[:2]
    return Image.frombytes(_MODES[sheet.layout], (width, height), np.ascontiguousarray(sheet.samples).tobytes())


def _jpeg(sheet: Sheet, tags: Tags, quality: int | None) -> dict[str, Any]:
    options: dict[str, Any] = {"quality": quality or _QUALITY, "icc_profile": sheet.icc, "xmp": tags.xmp}
    if sheet.layout == "rgb":
        options["subsampling"] = "4:4:4"
    if tags.exif:
        options["exif"] = b"Exif\x00\x00" + tags.exif
    if tags.dpi:
        options["dpi"] = tags.dpi
    if tags.texts:
        options["comment"] = tags.texts[0][1].encode("utf-8")
    if tags.iptc:
        padded = tags.iptc + b"\x00" * (len(tags.iptc) % 2)
        block = b"Photoshop 3.0\x00" + _IPTC_RESOURCE + len(tags.iptc).to_bytes(4, "big") + padded
        options["extra"] = b"\xff\xed" + (len(block) + 2).to_bytes(2, "big") + block
    return options


def _webp(sheet: Sheet, tags: Tags, quality: int | None) -> dict[str, Any]:
    """Lossless unless a quality is asked for: lossy WebP halves the colour resolution (43.1 dB at quality 95)."""
    options: dict[str, Any] = {"icc_profile": sheet.icc, "exif": tags.exif or b"", "xmp": tags.xmp or b""}
    if quality is None:
        return {**options, "lossless": True, "exact": True, "method": 0, "quality": 0}  # effort, not fidelity
    return {**options, "quality": quality, "exact": True}


def _avif(sheet: Sheet, tags: Tags, quality: int | None) -> dict[str, Any]:
    return {
        "quality": quality or _QUALITY,
        "subsampling": "4:0:0" if sheet.layout == "gray" else "4:4:4",
        "speed": _AVIF_SPEED,
        "max_threads": _AVIF_THREADS,
        "icc_profile": sheet.icc,
        "exif": tags.exif or b"",
        "xmp": tags.xmp or b"",
    }
