"""TIFF 6.0 files of every kind we keep, 16-bit colour included, which Pillow cannot write.

The file starts with the EXIF block, because such a block is a small TIFF file: all offsets inside it,
those of the maker note too, stay true. The new directory lies at the end and repeats its entries.
"""

import struct
import zlib
from fractions import Fraction

import numpy as np

from restograph.errors import ImageError
from restograph.image import ifd
from restograph.image.fit import Layout, Sheet
from restograph.image.metadata import Tags

_PHOTOMETRIC: dict[Layout, int] = {"gray": 1, "gray_alpha": 1, "rgb": 2, "rgb_alpha": 2, "palette": 3, "cmyk": 5}
_STRIP_BYTES = 2**18  # large enough to compress, small enough to read a part
_DEFLATE, _DIFFERENCES, _INCH, _STRAIGHT_ALPHA, _CMYK_INKS = 8, 2, 2, 2, 1
_LEVEL = 1
_BYTE, _UNDEFINED, _RATIONAL = 1, 7, 5
# Entries of an EXIF block that say how pixels lie in a file: the new file has its own.
_STRUCTURE = frozenset(
    {254, 255, 256, 257, 258, 259, 262, 266, 273, 274, 277, 278, 279, 282, 283, 284, 296, 317, 320, 322, 323, 324, 325}
    | {330, 332, 338, 339, 347, 513, 514, 529, 530, 531, 532, 700, 33723, 34377, 34675}
)


def tiff_bytes(sheet: Sheet, tags: Tags) -> bytes:
    """The file for a sheet with its metadata, compressed without loss; equal input gives equal bytes.

    Raises ImageError beyond 4 GB, the limit of the format.
    """
    order = ifd.byte_order(tags.exif) if tags.exif else "<"
    file = bytearray(tags.exif or b"II*\x00\x00\x00\x00\x00")
    inherited = _inherited(tags.exif) if tags.exif else []
    rows = max(1, _STRIP_BYTES // max(1, sheet.samples[0].nbytes))
    offsets, counts = [], []
    for strip in _strips(sheet, rows, order):
        file += b"\x00" * (len(file) % 2)
        offsets.append(len(file))
        counts.append(len(strip))
        file += strip
    if len(file) > 2**32 - 2**20:
        raise ImageError(f"the TIFF file would need {len(file)} bytes, more than the format holds; write PNG instead")
    file += b"\x00" * (len(file) % 2)
    fields = [*inherited, *_layout(sheet, rows, offsets, counts, order), *_described(sheet, tags, order)]
    struct.pack_into(order + "I", file, 4, len(file))
    return bytes(file + ifd.pack(fields, len(file), order))


def _inherited(block: bytes) -> list[ifd.Field]:
    """The entries of the block's main directory; its sub-directories stay where they are."""
    found = ifd.entries(block, ifd.first_offset(block))
    return [ifd.field(block, entry) for entry in found if entry.tag not in _STRUCTURE]


def _strips(sheet: Sheet, rows: int, order: ifd.Order) -> list[bytes]:
    samples = sheet.samples
    if sheet.layout != "palette":
        samples = samples.copy()
        samples[:, 1:] -= sheet.samples[:, :-1]  # wraps around, as the format wants
    stored = samples.astype(samples.dtype.newbyteorder(order))
    return [zlib.compress(stored[at : at + rows].tobytes(), _LEVEL) for at in range(0, len(stored), rows)]


def _layout(sheet: Sheet, rows: int, offsets: list[int], counts: list[int], order: ifd.Order) -> list[ifd.Field]:
    height, width, channels = sheet.samples.shape

    def numbers(tag: int, *values: int, kind: int = ifd.SHORT) -> ifd.Field:
        return ifd.numbers_field(tag, kind, values, order)

    fields = [
        numbers(256, width, kind=ifd.LONG),
        numbers(257, height, kind=ifd.LONG),
        numbers(258, *[sheet.depth] * channels),
        numbers(259, _DEFLATE),
        numbers(262, _PHOTOMETRIC[sheet.layout]),
        numbers(273, *offsets, kind=ifd.LONG),
        numbers(274, 1),
        numbers(277, channels),
        numbers(278, rows, kind=ifd.LONG),
        numbers(279, *counts, kind=ifd.LONG),
        numbers(284, 1),
    ]
    if sheet.palette is not None:
        table = np.zeros((3, 256), np.uint16)
        table[:, : len(sheet.palette)] = sheet.palette[:, :3].T.astype(np.uint16) * 257
        return [*fields, numbers(320, *(int(value) for value in table.ravel()))]
    fields.append(numbers(317, _DIFFERENCES))
    if sheet.layout == "cmyk":
        fields.append(numbers(332, _CMYK_INKS))
    if sheet.layout.endswith("_alpha"):
        fields.append(numbers(338, _STRAIGHT_ALPHA))
    return fields


def _described(sheet: Sheet, tags: Tags, order: ifd.Order) -> list[ifd.Field]:
    fields = []
    if tags.dpi:
        fields += [
            ifd.Field(tag, _RATIONAL, 1, _rational(dpi, order)) for tag, dpi in zip((282, 283), tags.dpi, strict=True)
        ]
        fields.append(ifd.numbers_field(296, ifd.SHORT, (_INCH,), order))
    for tag, kind, data in ((700, _BYTE, tags.xmp), (33723, _UNDEFINED, tags.iptc), (34675, _UNDEFINED, sheet.icc)):
        if data:
            fields.append(ifd.Field(tag, kind, len(data), data))
    return fields


def _rational(value: float, order: ifd.Order) -> bytes:
    fraction = Fraction(value).limit_denominator(10**6)
    return struct.pack(order + "II", min(fraction.numerator, 2**32 - 1), fraction.denominator)
