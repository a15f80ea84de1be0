"""What accompanies the pixels into the output file, cleaned for it, and what cannot come along."""

from dataclasses import dataclass

from restograph.image import exif, ifd, xmp
from restograph.image.picture import Format, Picture

_JPEG_SEGMENT = 65533  # bytes after the length field of a JPEG marker
_PLACE_WORDS = ("gps", "location", "latitude", "longitude")


@dataclass(frozen=True)
class Tags:
    """Metadata of one output file, each part ready to be embedded; empty where the format has no place."""

    exif: bytes | None = None  # without the "Exif" prefix
    xmp: bytes | None = None
    iptc: bytes | None = None
    texts: tuple[tuple[str, str], ...] = ()
    png_colour: tuple[tuple[bytes, bytes], ...] = ()
    dpi: tuple[float, float] | None = None


def for_output(picture: Picture, kind: Format, strip_metadata: bool, strip_location: bool) -> tuple[Tags, list[str]]:
    """The metadata that `kind` holds for `picture`, and a sentence for each part that stays behind.

    `strip_metadata` drops EXIF, XMP, IPTC and texts; what decides how the picture looks (profile,
    colour chunks, resolution) stays. `strip_location` drops GPS data, places and everything that
    may hide them.
    """
    reasons: list[str] = []
    dpi = _dpi(picture, kind, reasons)
    chunks = _colour_chunks(picture, kind, reasons)
    if strip_metadata:
        return Tags(png_colour=chunks, dpi=dpi), reasons
    tags = Tags(
        exif=_exif(picture, kind, strip_location, reasons),
        xmp=_xmp(picture, kind, strip_location, reasons),
        iptc=_iptc(picture, kind, strip_location, reasons),
        texts=_texts(picture, kind, strip_location, reasons),
        png_colour=chunks,
        dpi=dpi,
    )
    return tags, reasons


def _exif(picture: Picture, kind: Format, strip_location: bool, reasons: list[str]) -> bytes | None:
    if picture.exif is None:
        return None
    try:
        block = exif.for_output(
            picture.exif,
            picture.width,
            picture.height,
            keep_location=not strip_location,
            keep_orientation=kind != "AVIF",  # AVIF turns pictures by a property of its own
        )
    except ifd.Malformed as error:
        reasons.append(f"the EXIF data was left out because it is damaged ({error})")
        return None
    if kind == "JPEG" and len(block) > _JPEG_SEGMENT - 6:
        reasons.append(f"the EXIF data ({len(block)} bytes) was left out because JPEG holds 64 kB of it")
        return None
    return block


def _xmp(picture: Picture, kind: Format, strip_location: bool, reasons: list[str]) -> bytes | None:
    if picture.xmp is None:
        return None
    packet: bytes | None = xmp.for_output(picture.xmp, picture.width, picture.height)
    if strip_location and packet is not None:
        packet = xmp.without_location(packet)
        if packet is None:
            reasons.append("the XMP metadata was left out because places in it cannot be found safely")
            return None
    if packet is not None and kind == "JPEG" and len(packet) > _JPEG_SEGMENT - 29:
        reasons.append(f"the XMP metadata ({len(packet)} bytes) was left out because JPEG holds 64 kB of it")
        return None
    return packet


def _iptc(picture: Picture, kind: Format, strip_location: bool, reasons: list[str]) -> bytes | None:
    if picture.iptc is None:
        return None
    if strip_location:
        reasons.append("the IPTC record was left out because it may name places")
        return None
    if kind not in {"JPEG", "TIFF"} or (kind == "JPEG" and len(picture.iptc) > _JPEG_SEGMENT - 32):
        reasons.append(f"the IPTC record was left out because {kind} has no room for it")
        return None
    return picture.iptc


def _texts(picture: Picture, kind: Format, strip_location: bool, reasons: list[str]) -> tuple[tuple[str, str], ...]:
    texts = picture.texts
    if strip_location:
        texts = tuple((key, text) for key, text in texts if not any(word in key.lower() for word in _PLACE_WORDS))
    if kind == "JPEG":
        kept = tuple(
            (key, text) for key, text in texts if key == "Comment" and len(text.encode("utf-8")) <= _JPEG_SEGMENT
        )
    else:
        kept = texts if kind == "PNG" else ()
    if lost := len(texts) - len(kept):
        reasons.append(
            f"{lost} text {'entry was' if lost == 1 else 'entries were'} left out because {kind} has no room"
        )
    return kept


def _dpi(picture: Picture, kind: Format, reasons: list[str]) -> tuple[float, float] | None:
    if picture.dpi is None:
        return None
    if kind in {"PNG", "TIFF"} or (kind == "JPEG" and max(picture.dpi) < 65535):  # JFIF counts in 16 bits
        return picture.dpi
    if picture.exif is None:
        reasons.append(f"the print resolution was left out because {kind} has no place for it")
    return None


def _colour_chunks(picture: Picture, kind: Format, reasons: list[str]) -> tuple[tuple[bytes, bytes], ...]:
    if kind == "PNG":
        return picture.png_colour
    names = [name.decode("ascii") for name, _ in picture.png_colour]
    if names and "sRGB" not in names and picture.icc is None:
        reasons.append(f"the colour description in {', '.join(names)} was left out because only PNG has it")
    return ()
