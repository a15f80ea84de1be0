"""EXIF blocks: read the orientation, and make a block true again for the picture that is written.

A block is changed in place, value by value. Rebuilding it would move the maker note, whose inner
offsets count from the start of the block, and break it.
"""

import struct

from restograph.image import ifd

_WIDTH, _HEIGHT, _ORIENTATION = 0x0100, 0x0101, 0x0112
_EXIF_IFD, _GPS_IFD, _INTEROP_IFD = 0x8769, 0x8825, 0xA005
_PIXEL_X, _PIXEL_Y, _MAKER_NOTE = 0xA002, 0xA003, 0x927C
_THUMB_AT, _THUMB_SIZE = 0x0201, 0x0202
_PREFIX = b"Exif\x00\x00"
# Tags of a TIFF file that describe the scene and the shot; the others describe how its pixels lie in the file.
_KEPT_FROM_TIFF = frozenset(
    {0x010E, 0x010F, 0x0110, 0x0131, 0x0132, 0x013B, 0x8298, 0x9C9B, 0x9C9C, 0x9C9D, 0x9C9E, 0x9C9F}
)


def bare(block: bytes | None) -> bytes | None:
    """The block without the "Exif" prefix that some formats put before it; None if nothing is left."""
    while block and block.startswith(_PREFIX):
        block = block[len(_PREFIX) :]
    return block or None


def orientation_of(block: bytes | None) -> int | None:
    """The orientation tag, 1 to 8; None if the block has none or is damaged."""
    if block is None:
        return None
    try:
        entry = ifd.find(block, ifd.first_offset(block), _ORIENTATION)
        found = ifd.value(block, entry) if entry else 0
    except ifd.Malformed:
        return None
    return found if 1 <= found <= 8 else None


def for_output(block: bytes, width: int, height: int, keep_location: bool, keep_orientation: bool = True) -> bytes:
    """The block for an upright picture of `width` x `height` pixels.

    Orientation becomes 1 (or goes, for formats that turn the picture by other means), the declared
    pixel sizes become the real ones, the old thumbnail goes. Without `keep_location` the GPS
    directory goes, and the maker note with it, since some makers write places into theirs.
    Raises ifd.Malformed if the block is damaged.
    """
    data = bytearray(block)
    first = ifd.first_offset(data)
    _set(data, first, _ORIENTATION, 1)
    _set(data, first, _WIDTH, width)
    _set(data, first, _HEIGHT, height)
    sub = _child(data, first, _EXIF_IFD)
    if sub is not None:
        _set(data, sub, _PIXEL_X, width)
        _set(data, sub, _PIXEL_Y, height)
    if not keep_location:
        _drop_location(data, first, sub)
    if not keep_orientation:
        _remove(data, first, _ORIENTATION)
    data = _without_thumbnail(data, first)
    ifd.entries(data, first)  # offsets that overlap on purpose may have erased the directory itself
    return bytes(data)


def from_tiff(file: bytes) -> bytes | None:
    """An EXIF block with what a TIFF file says about scene and shot; None if it says nothing.

    Raises ifd.Malformed for damaged directories and for BigTIFF.
    """
    order, first = ifd.byte_order(file), ifd.first_offset(file)
    root = [ifd.field(file, entry) for entry in ifd.entries(file, first) if entry.tag in _KEPT_FROM_TIFF]
    children = {tag: _fields(file, first, tag) for tag in (_EXIF_IFD, _GPS_IFD)}
    found = {tag: fields for tag, fields in children.items() if fields}
    if not root and not found:
        return None
    size = len(ifd.pack([*root, *(ifd.numbers_field(tag, ifd.LONG, (0,), order) for tag in found)], 8, order))
    body, pointers = b"", []
    for tag, fields in found.items():
        pointers.append(ifd.numbers_field(tag, ifd.LONG, (8 + size + len(body),), order))
        body += ifd.pack(fields, 8 + size + len(body), order)
    header = b"II*\x00" if order == "<" else b"MM\x00*"
    return header + struct.pack(order + "I", 8) + ifd.pack([*root, *pointers], 8, order) + body


def _fields(file: bytes, first: int, tag: int) -> list[ifd.Field]:
    at = _child(file, first, tag)
    if at is None:
        return []
    return [ifd.field(file, entry) for entry in ifd.entries(file, at) if entry.tag != _INTEROP_IFD]


def _child(data: bytes | bytearray, parent: int, tag: int) -> int | None:
    entry = ifd.find(data, parent, tag)
    return None if entry is None else ifd.value(data, entry)


def _set(data: bytearray, directory: int, tag: int, number: int) -> None:
    """Overwrite a SHORT or LONG in place; a SHORT too small for the number becomes a LONG, which fits as well."""
    entry = ifd.find(data, directory, tag)
    if entry is None or entry.type not in {ifd.SHORT, ifd.LONG} or entry.count != 1:
        return
    order = ifd.byte_order(data)
    kind = ifd.LONG if number > 0xFFFF else entry.type
    packed = struct.pack(order + ("H" if kind == ifd.SHORT else "I"), number).ljust(4, b"\x00")
    struct.pack_into(order + "HHI4s", data, entry.at, tag, kind, 1, packed)


def _remove(data: bytearray, directory: int, tag: int) -> None:
    """Take an entry out, erase its value, and close the gap; the successor pointer moves along."""
    entry = ifd.find(data, directory, tag)
    if entry is None:
        return
    order = ifd.byte_order(data)
    if not entry.inline:
        data[entry.start : entry.start + entry.size] = bytes(entry.size)
    count = ifd.number(data, directory, 2, order)
    end = min(directory + 2 + 12 * count + 4, len(data))
    data[entry.at : end - 12] = data[entry.at + 12 : end]
    data[end - 12 : end] = bytes(12)
    struct.pack_into(order + "H", data, directory, count - 1)


def _drop_location(data: bytearray, first: int, sub: int | None) -> None:
    gps = _child(data, first, _GPS_IFD)
    if gps is not None:
        _erase_directory(data, gps)
    _remove(data, first, _GPS_IFD)
    if sub is not None:
        _remove(data, sub, _MAKER_NOTE)


def _erase_directory(data: bytearray, directory: int) -> None:
    found = ifd.entries(data, directory)
    for entry in found:
        data[entry.start : entry.start + entry.size] = bytes(entry.size)
    end = min(directory + 2 + 12 * len(found) + 4, len(data))
    data[directory:end] = bytes(end - directory)


def _without_thumbnail(data: bytearray, first: int) -> bytearray:
    order = ifd.byte_order(data)
    pointer = first + 2 + 12 * len(ifd.entries(data, first))
    if pointer + 4 > len(data):  # some writers leave the successor out
        return data
    second = ifd.number(data, pointer, 4, order)
    if second == 0:
        return data
    struct.pack_into(order + "I", data, pointer, 0)
    at, size = ifd.find(data, second, _THUMB_AT), ifd.find(data, second, _THUMB_SIZE)
    if at is None or size is None:
        return data
    start, length = ifd.value(data, at), ifd.value(data, size)
    if start + length > len(data):
        raise ifd.Malformed(f"the thumbnail at {start} leaves the {len(data)} bytes of the block")
    _erase_directory(data, second)
    if start + length == len(data):  # the usual place: nothing of value follows
        return data[:start]
    data[start : start + length] = bytes(length)
    return data
