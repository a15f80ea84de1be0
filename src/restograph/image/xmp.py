"""XMP packets: small corrections in place, and places taken out on request."""

import re
from xml.dom import minidom
from xml.parsers.expat import ExpatError

_ORIENTATION = re.compile(rb"""(tiff:Orientation(?:\s*=\s*["']|>)\s*)([1-8])""")
_SIZES = (
    (re.compile(rb"""((?:exif:PixelXDimension|tiff:ImageWidth)(?:\s*=\s*["']|>)\s*)(\d+)"""), 0),
    (re.compile(rb"""((?:exif:PixelYDimension|tiff:ImageLength)(?:\s*=\s*["']|>)\s*)(\d+)"""), 1),
)
# One leading space only: "\s+" would try every start of a long run of padding, which takes quadratic time.
_GAIN_MAP = re.compile(rb"""\shdrgm:Version\s*=\s*(?:"[^"]*"|'[^']*')""")
_PLACES = frozenset(
    {"Location", "LocationCreated", "LocationShown", "CountryCode", "City", "State", "Country", "lat", "long", "alt"}
)


def orientation_of(packet: bytes | None) -> int | None:
    """The tiff:Orientation property, 1 to 8, or None."""
    match = _ORIENTATION.search(packet or b"")
    return int(match[2]) if match else None


def has_gain_map(packet: bytes | None) -> bool:
    """True if the packet announces an HDR gain map, a second picture that is not carried over."""
    return bool(_GAIN_MAP.search(packet or b""))


def for_output(packet: bytes, width: int, height: int) -> bytes:
    """The packet for an upright picture of `width` x `height` pixels without a gain map; all else byte for byte."""
    packet = _ORIENTATION.sub(rb"\g<1>1", packet)
    for pattern, axis in _SIZES:
        packet = pattern.sub(rb"\g<1>%d" % (width, height)[axis], packet)
    return _GAIN_MAP.sub(b"", packet)


def without_location(packet: bytes) -> bytes | None:
    """The packet without GPS and place properties; None if it cannot be read, so that nothing slips through."""
    if b"<!DOCTYPE" in packet or b"<!ENTITY" in packet:  # no XMP needs them, and entities can be bombs
        return None
    try:
        document = minidom.parseString(packet.strip(b"\x00 \r\n\t"))
    except (ExpatError, ValueError, LookupError):
        return None
    _prune(document)
    return "".join(node.toxml() for node in document.childNodes).encode("utf-8")


def _is_place(name: str) -> bool:
    local = name.rpartition(":")[2]
    return local in _PLACES or local.lower().startswith("gps")


def _prune(node: minidom.Document | minidom.Element) -> None:
    for child in list(node.childNodes):
        if not isinstance(child, minidom.Element):
            continue
        if _is_place(child.nodeName):
            node.removeChild(child)
            child.unlink()
            continue
        for name in [name for name, _ in child.attributes.items() if _is_place(name)]:
            child.removeAttribute(name)
        _prune(child)
