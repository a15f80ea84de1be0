"""Image file directories (IFDs) of TIFF 6.0: the structure inside TIFF files and EXIF blocks.

Reading only looks: offsets stay those of the file, so that a block can be changed in place and
maker notes, whose inner offsets nobody documents, keep working.
"""

import struct
from dataclasses import dataclass
from typing import Literal

Order = Literal["<", ">"]

SHORT, LONG = 3, 4
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}  # bytes per value, by type
_MAX_ENTRIES = 4096  # far beyond any real directory; damaged counts stop here


class Malformed(ValueError):
    """The bytes are no valid directory."""


@dataclass(frozen=True)
class Entry:
    """One directory entry; `at` is where its 12 bytes lie, `start` and `size` where its value lies."""

    tag: int
    type: int
    count: int
    at: int
    start: int
    size: int

    @property
    def inline(self) -> bool:
        """True if the value sits inside the entry (4 bytes or less)."""
        return self.size <= 4


@dataclass(frozen=True)
class Field:
    """A value on its way into a new directory: `raw` is already in the byte order of the file."""

    tag: int
    type: int
    count: int
    raw: bytes


def byte_order(data: bytes | bytearray) -> Order:
    """Byte order of a classic TIFF header. Raises Malformed for anything else, BigTIFF included."""
    if data[:4] == b"II*\x00":
        return "<"
    if data[:4] == b"MM\x00*":
        return ">"
    raise Malformed(f"no TIFF header: {bytes(data[:4])!r}")


def number(data: bytes | bytearray, at: int, size: int, order: Order) -> int:
    """Unsigned integer of 2 or 4 bytes at `at`. Raises Malformed beyond the end."""
    if at < 0 or at + size > len(data):
        raise Malformed(f"offset {at} lies outside of {len(data)} bytes")
    return int(struct.unpack_from(order + ("H" if size == 2 else "I"), data, at)[0])


def first_offset(data: bytes | bytearray) -> int:
    """Where the first directory lies."""
    return number(data, 4, 4, byte_order(data))


def entries(data: bytes | bytearray, offset: int) -> list[Entry]:
    """All entries of the directory at `offset`. Raises Malformed if it, or a value, leaves the data."""
    order = byte_order(data)
    count = number(data, offset, 2, order)
    if count > _MAX_ENTRIES:
        raise Malformed(f"{count} entries in a directory")
    return [_entry(data, offset + 2 + 12 * i, order) for i in range(count)]


def _entry(data: bytes | bytearray, at: int, order: Order) -> Entry:
    tag, kind = number(data, at, 2, order), number(data, at + 2, 2, order)
    count = number(data, at + 4, 4, order)
    size = _SIZES.get(kind, 1) * count
    start = at + 8 if size <= 4 else number(data, at + 8, 4, order)
    if start + size > len(data):
        raise Malformed(f"tag {tag} points outside of {len(data)} bytes")
    return Entry(tag, kind, count, at, start, size)


def value(data: bytes | bytearray, entry: Entry) -> int:
    """The first value of a SHORT or LONG entry. Raises Malformed for other types."""
    if entry.type not in {SHORT, LONG, 13} or entry.count < 1:
        raise Malformed(f"tag {entry.tag} holds no number")
    return number(data, entry.start, 2 if entry.type == SHORT else 4, byte_order(data))


def find(data: bytes | bytearray, offset: int, tag: int) -> Entry | None:
    """The entry with `tag` in the directory at `offset`, or None."""
    return next((entry for entry in entries(data, offset) if entry.tag == tag), None)


def field(data: bytes, entry: Entry) -> Field:
    """A copy of an entry that can be written elsewhere."""
    return Field(entry.tag, entry.type, entry.count, data[entry.start : entry.start + entry.size])


def numbers_field(tag: int, kind: int, values: tuple[int, ...], order: Order) -> Field:
    """A field of SHORT or LONG values."""
    return Field(tag, kind, len(values), struct.pack(f"{order}{len(values)}{'H' if kind == SHORT else 'I'}", *values))


def pack(fields: list[Field], offset: int, order: Order) -> bytes:
    """A directory that will lie at `offset`, without successor: entries by tag, then the longer values."""
    table, tail = bytearray(struct.pack(order + "H", len(fields))), bytearray()
    tail_at = offset + 2 + 12 * len(fields) + 4
    for item in sorted(fields, key=lambda f: f.tag):
        table += struct.pack(order + "HHI", item.tag, item.type, item.count)
        if len(item.raw) <= 4:
            table += item.raw.ljust(4, b"\x00")
            continue
        table += struct.pack(order + "I", tail_at + len(tail))
        tail += item.raw + b"\x00" * (len(item.raw) % 2)
    return bytes(table + b"\x00" * 4 + tail)
