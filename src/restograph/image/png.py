"""PNG files (W3C PNG, third edition) of every kind we keep, 16-bit colour included, which Pillow cannot write.

Each row is stored as its difference to the row above (filter "Up") and compressed at zlib level 1:
the difference is one numpy operation, so photographs take half the time that Pillow needs at the
same level, for files that are 2 % larger.
"""

import struct
import zlib

import numpy as np

from restograph.image.fit import Layout, Sheet
from restograph.image.metadata import Tags

_COLOUR_TYPES: dict[Layout, int] = {"gray": 0, "rgb": 2, "palette": 3, "gray_alpha": 4, "rgb_alpha": 6}
_UP, _NONE = 2, 0
_LEVEL = 1
_PIECE = 2**30  # a chunk holds less than 2**31 bytes
_INCH = 0.0254  # metres


def png_bytes(sheet: Sheet, tags: Tags) -> bytes:
    """The file for a sheet (any layout but cmyk) with its metadata; equal input gives equal bytes."""
    height, width = sheet.samples.shape[:2]
    header = struct.pack(">IIBBBBB", width, height, sheet.depth, _COLOUR_TYPES[sheet.layout], 0, 0, 0)
    pixels = zlib.compress(_filtered(sheet), _LEVEL)
    chunks = [
        _chunk(b"IHDR", header),
        *(_chunk(name, data) for name, data in tags.png_colour),
        *_described(sheet, tags),
        *_table(sheet),
        *(_chunk(b"IDAT", pixels[at : at + _PIECE]) for at in range(0, len(pixels), _PIECE)),
        _chunk(b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(data, zlib.crc32(name)))


def _filtered(sheet: Sheet) -> bytes:
    """Rows as bytes, big end first, each behind its filter number."""
    big = np.ascontiguousarray(sheet.samples, dtype=">u2" if sheet.depth == 16 else np.uint8)
    rows = big.view(np.uint8).reshape(big.shape[0], -1)
    out = np.empty((rows.shape[0], rows.shape[1] + 1), np.uint8)
    if sheet.layout == "palette":  # differences of indices mean nothing
        out[:, 0], out[:, 1:] = _NONE, rows
        return out.tobytes()
    out[:, 0], out[0, 1:] = _UP, rows[0]
    np.subtract(rows[1:], rows[:-1], out=out[1:, 1:])
    return out.tobytes()


def _table(sheet: Sheet) -> list[bytes]:
    if sheet.palette is None:
        return []
    chunks = [_chunk(b"PLTE", sheet.palette[:, :3].tobytes())]
    if (sheet.palette[:, 3] < 255).any():
        chunks.append(_chunk(b"tRNS", sheet.palette[:, 3].tobytes()))
    return chunks


def _described(sheet: Sheet, tags: Tags) -> list[bytes]:
    chunks = []
    if sheet.icc:
        chunks.append(_chunk(b"iCCP", b"icc\x00\x00" + zlib.compress(sheet.icc)))
    if tags.exif:
        chunks.append(_chunk(b"eXIf", tags.exif))
    if tags.dpi:
        across, down = (min(round(dpi / _INCH), 2**31 - 1) for dpi in tags.dpi)
        chunks.append(_chunk(b"pHYs", struct.pack(">IIB", across, down, 1)))
    if tags.xmp:
        chunks.append(_chunk(b"iTXt", b"XML:com.adobe.xmp\x00\x00\x00\x00\x00" + tags.xmp))
    return chunks + [_text(key, text) for key, text in tags.texts]


def _text(key: str, text: str) -> bytes:
    """Plain Latin-1 where it suffices, else UTF-8."""
    keyword = key.encode("latin-1", "replace")[:79]
    try:
        return _chunk(b"tEXt", keyword + b"\x00" + text.encode("latin-1"))
    except UnicodeEncodeError:
        return _chunk(b"iTXt", keyword + b"\x00\x00\x00\x00\x00" + text.encode("utf-8"))
