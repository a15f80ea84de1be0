"""Bytes to samples through Pillow, without losing bits on the way.

The plugins are opened by class, not by `Image.open`: only the five known formats are tried, and the
limits are ours instead of Pillow's process-wide ones.
"""

import io
import struct
import warnings
import zlib
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import AvifImagePlugin, Image, ImageFile, JpegImagePlugin, PngImagePlugin, TiffImagePlugin, WebPImagePlugin

from restograph.errors import ImageError, LimitExceeded, UnsupportedImage
from restograph.image import avif_header
from restograph.image.deep import deep_samples
from restograph.image.limits import Limits, check_pixels
from restograph.image.picture import Depth, Format, Kind
from restograph.image.sniff import refuse_raw

Samples = NDArray[np.uint8] | NDArray[np.uint16]

# What Pillow's decoders let out on damaged files, beside OSError.
_DAMAGED = (OSError, SyntaxError, ValueError, EOFError, ArithmeticError, LookupError, TypeError, AttributeError)
_DAMAGED_TOO = (RuntimeError, MemoryError, struct.error, zlib.error)
_SUBFILE, _WIDTH, _HEIGHT, _BITS, _SAMPLE_FORMAT, _DNG = 254, 256, 257, 258, 339, 50706


@dataclass(frozen=True, eq=False)
class Decoded:
    """Samples as the decoder gives them; CMYK as inks with 0 = none."""

    samples: Samples  # (H, W, C), C = 1, 3, or 4 for inks
    alpha: Samples | None  # (H, W) of the same type
    depth: Depth
    kind: Kind
    frames: int
    upright: bool  # True if the decoder has applied the orientation already, as Pillow does for TIFF alone
    stored_size: tuple[int, int]  # width, height in the file
    info: dict[str, Any] = field(default_factory=dict)  # Pillow's info dictionary
    texts: tuple[tuple[str, str], ...] = ()
    quantization: tuple[tuple[int, ...], ...] | None = None
    notes: tuple[str, ...] = ()


def decode(data: bytes, kind: Format, limits: Limits, name: str) -> Decoded:
    """Decode the first picture of a file.

    Raises LimitExceeded before any pixel is decoded, UnsupportedImage for kinds that cannot be read
    exactly and for animations, ImageError for damaged files.
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            decoded = _decode(data, kind, limits, name)
        except Image.DecompressionBombError as error:
            raise LimitExceeded(
                f"{name!r} has more pixels than the decoder accepts: {error}; make it smaller"
            ) from None
        except (*_DAMAGED, *_DAMAGED_TOO) as error:
            raise _damaged(kind, name, error) from error
    said = sorted({str(w.message) for w in caught if not issubclass(w.category, Image.DecompressionBombWarning)})
    return replace(decoded, notes=(*decoded.notes, *(f"the decoder warned: {message}" for message in said)))


def _decode(data: bytes, kind: Format, limits: Limits, name: str) -> Decoded:
    image = _open(data, kind)
    check_pixels(image.width, image.height, limits, name)
    frames, notes = _frames(image, kind, name)
    if kind == "TIFF":
        _check_tiff(image, name)
    if kind == "AVIF":
        notes += _check_avif(data, name)
    bits, size, packet = _bits(image, data, kind), _stored_size(image), image.info.get("xmp")
    samples: Samples
    alpha: Samples | None
    if bits == 16:
        samples, alpha = deep_samples(lambda: _open(data, kind), kind, name)
        stored: Kind = "gray" if samples.shape[2] == 1 else "rgb"
    elif bits > 8:
        raise UnsupportedImage(f"{name!r} has {bits} bits per sample; export it with 8 or 16 bits per sample")
    else:
        image.load()
        samples, alpha, stored = _plain_samples(image, bits, name)
    if bits < 8 and stored == "gray":
        notes += (f"{bits} bit per pixel was read as 8-bit gray",)
    texts = _texts(image)  # before `info`, since chunks behind the pixels add to it
    info = {str(key): value for key, value in image.info.items()}
    if packet is not None:
        info["xmp"] = packet  # loading a TIFF edits it
    return Decoded(
        samples,
        alpha,
        depth=16 if bits == 16 else 8,
        kind=stored,
        frames=frames,
        upright=kind == "TIFF",
        stored_size=size,
        info=info,
        texts=texts,
        quantization=_tables(image),
        notes=notes,
    )


def _open(data: bytes, kind: Format) -> ImageFile.ImageFile:
    openers = {
        "JPEG": JpegImagePlugin.jpeg_factory,
        "PNG": PngImagePlugin.PngImageFile,
        "WEBP": WebPImagePlugin.WebPImageFile,
        "AVIF": AvifImagePlugin.AvifImageFile,
        "TIFF": TiffImagePlugin.TiffImageFile,
    }
    return openers[kind](io.BytesIO(data), None)


def _damaged(kind: Format, name: str, error: BaseException) -> ImageError:
    text = str(error) or type(error).__name__
    if kind == "TIFF" and "unknown pixel mode" in text:
        return UnsupportedImage(
            f"{name!r} is a TIFF of a kind that is not read exactly here (floating point, 16-bit gray with alpha, "
            "and the like); export it as PNG, or as 8 or 16-bit gray or RGB TIFF"
        )
    return ImageError(f"{name!r} is damaged or cut off: {text}; copy or export it again")


def _frames(image: ImageFile.ImageFile, kind: Format, name: str) -> tuple[int, tuple[str, ...]]:
    """How many pictures the file holds. Animations and page collections are refused: one result cannot replace them."""
    frames = int(getattr(image, "n_frames", 1))
    if frames == 1:
        return 1, ()
    if kind == "JPEG":
        return frames, (f"the file holds {frames} pictures (previews, stereo or a gain map); only the first is used",)
    if kind == "TIFF" and _only_thumbnails(image, frames):
        return frames, (f"the file holds {frames - 1} smaller versions of the picture, which are not used",)
    what = "pages" if kind == "TIFF" else "frames of an animation"
    raise UnsupportedImage(f"{name!r} holds {frames} {what}; export the one you want as a picture of its own")


def _only_thumbnails(image: ImageFile.ImageFile, frames: int) -> bool:
    """True if all pages after the first declare to be reduced versions of it (bit 0 of NewSubfileType)."""
    reduced = []
    for page in range(1, frames):
        image.seek(page)
        reduced.append(_tag(image, _SUBFILE, 0) & 1)
    image.seek(0)
    return all(reduced)


def _tag(image: ImageFile.ImageFile, tag: int, neutral: Any) -> Any:
    assert isinstance(image, TiffImagePlugin.TiffImageFile)
    return image.tag_v2.get(tag, neutral)


def _check_tiff(image: ImageFile.ImageFile, name: str) -> None:
    if _tag(image, _DNG, None) is not None or _tag(image, _SUBFILE, 0) & 1:  # raw files show a preview first
        raise refuse_raw(name)
    if any(value != 1 for value in _tag(image, _SAMPLE_FORMAT, (1,))):
        raise UnsupportedImage(f"{name!r} holds signed or floating point samples; export it as 8 or 16-bit TIFF or PNG")


def _check_avif(data: bytes, name: str) -> tuple[str, ...]:
    header = avif_header.read_header(data)
    if header.hdr:
        raise UnsupportedImage(
            f"{name!r} is a high dynamic range AVIF ({header.hdr}), which would come out dull; "
            "export it as a standard range picture (JPEG or 16-bit PNG)"
        )
    notes: tuple[str, ...] = ()
    if header.bits > 8:
        notes += (f"{header.bits} bits per channel were read as 8, which is all the AVIF decoder gives",)
    if header.wide:
        notes += (f"the coded colour space (primaries {header.primaries}) is not carried over; colours may look paler",)
    return notes


def _bits(image: ImageFile.ImageFile, data: bytes, kind: Format) -> int:
    """Bits per sample from the header."""
    if kind == "PNG":
        return data[24]
    if kind == "TIFF":
        return int(max(_tag(image, _BITS, (1,))))
    return 8


def _stored_size(image: ImageFile.ImageFile) -> tuple[int, int]:
    if isinstance(image, TiffImagePlugin.TiffImageFile):  # its `size` is that after orientation
        return int(image.tag_v2[_WIDTH]), int(image.tag_v2[_HEIGHT])
    return image.size


def _plain_samples(image: Image.Image, bits: int, name: str) -> tuple[Samples, Samples | None, Kind]:
    """Samples of a loaded picture of at most 8 bits, its alpha, and how the file stores colour."""
    stored: Kind = "palette" if image.mode in {"P", "PA"} else "cmyk" if image.mode == "CMYK" else "rgb"
    image, stored = _unfolded(image, stored, name)
    array = np.asarray(image)
    if array.ndim == 2:
        array = array[..., np.newaxis]
    if image.mode in {"LA", "RGBA"}:
        return array[..., :-1], array[..., -1], stored
    key = image.info.get("transparency")
    if key is None or stored == "cmyk":
        return array, None, stored
    scale = 255 // (2**bits - 1) if stored == "gray" and bits > 1 else 1  # the key counts in the bits of the file
    opaque = (array != np.atleast_1d(key) * scale).any(axis=2)
    return array, np.where(opaque, 255, 0).astype(np.uint8), stored


def _unfolded(image: Image.Image, stored: Kind, name: str) -> tuple[Image.Image, Kind]:
    """Palettes, premultiplied alpha and YCbCr become plain channels."""
    if image.mode in {"L", "LA", "1", "La"}:
        plain = {"1": "L", "La": "LA"}.get(image.mode)
        return (image.convert(plain) if plain else image), "gray"
    if image.mode in {"P", "PA"}:
        see_through = image.mode == "PA" or "transparency" in image.info
        return image.convert("RGBA" if see_through else "RGB"), stored
    if image.mode in {"RGBa", "RGBX", "YCbCr"}:
        return image.convert("RGBA" if image.mode == "RGBa" else "RGB"), stored
    if image.mode in {"RGB", "RGBA", "CMYK"}:
        return image, stored
    raise UnsupportedImage(f"{name!r} stores colour as {image.mode!r}; export it as RGB, gray or CMYK")


def _tables(image: ImageFile.ImageFile) -> tuple[tuple[int, ...], ...] | None:
    tables = getattr(image, "quantization", None)
    return tuple(tuple(tables[key]) for key in sorted(tables)) if tables else None


def _texts(image: ImageFile.ImageFile) -> tuple[tuple[str, str], ...]:
    """PNG text chunks, also those behind the pixels, and the JPEG comment."""
    if isinstance(image, PngImagePlugin.PngImageFile):
        return tuple((key, str(text)) for key, text in image.text.items() if key != "XML:com.adobe.xmp")
    comment = image.info.get("comment")
    if not isinstance(comment, bytes) or not comment.strip(b"\x00 "):
        return ()
    try:
        return (("Comment", comment.decode("utf-8")),)
    except UnicodeDecodeError:
        return (("Comment", comment.decode("latin-1")),)
