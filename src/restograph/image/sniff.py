"""Which format a file really has, from its first bytes; the suffix only helps to name camera raw files."""

from pathlib import PurePath

from restograph.errors import ImageError, UnsupportedImage
from restograph.image.picture import Format

HEAD_BYTES = 64  # enough for every signature below

RAW_SUFFIXES = frozenset(
    {".3fr", ".arw", ".cr2", ".cr3", ".crw", ".dcr", ".dng", ".erf", ".iiq", ".kdc", ".mef", ".mos", ".mrw", ".nef"}
    | {".nrw", ".orf", ".pef", ".raf", ".raw", ".rw2", ".rwl", ".sr2", ".srf", ".srw", ".x3f"}
)
_HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"hevm", b"hevs")
_RAW_STARTS = (
    b"FUJIFILMCCD-RAW",
    b"IIU\x00",
    b"IIRO",
    b"IIRS",
    b"MMOR",
    b"\x00MRM",
    b"FOVb",
    b"II\x1a\x00\x00\x00HEAP",
)
_TIFF_STARTS = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
_OTHERS = (
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (b"8BPS", "Photoshop"),
    (b"%PDF", "PDF"),
    (b"\xff\x0a", "JPEG XL"),
    (b"\x00\x00\x00\x0cJXL ", "JPEG XL"),
    (b"\x00\x00\x00\x0cjP  ", "JPEG 2000"),
    (b"<svg", "SVG"),
    (b"<?xml", "XML or SVG"),
    (b"<!DOCTYPE", "HTML"),
    (b"<html", "HTML"),
)
KNOWN = "JPEG, PNG, WebP, AVIF and TIFF"


def sniff(head: bytes, path: PurePath) -> Format:
    """The format that the first `HEAD_BYTES` bytes of a file announce.

    Raises ImageError for an empty file, UnsupportedImage with the way out for HEIC, camera raw and everything else.
    """
    name = str(path)
    if not head:
        raise ImageError(f"{name!r} is empty (0 bytes); copy or download it again")
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "WEBP"
    if head[4:8] == b"ftyp":
        return _boxed(head, name)
    if head.startswith(_TIFF_STARTS) and head[8:10] != b"CR" and path.suffix.lower() not in RAW_SUFFIXES:
        return "TIFF"
    if head.startswith((*_RAW_STARTS, *_TIFF_STARTS)) or path.suffix.lower() in RAW_SUFFIXES:
        raise refuse_raw(name)
    raise _refuse_other(head, name)


def refuse_raw(name: str) -> UnsupportedImage:
    """The error for camera raw files, which hold sensor values and no finished picture."""
    return UnsupportedImage(
        f"{name!r} is a camera raw file; develop it first (darktable, RawTherapee or the maker's program) "
        "and export it as 16-bit TIFF, PNG or JPEG"
    )


def _boxed(head: bytes, name: str) -> Format:
    """AVIF, HEIC, Canon raw and films share one container; its brands tell them apart."""
    size = int.from_bytes(head[:4], "big")
    brands = [head[8:12], *(head[i : i + 4] for i in range(16, min(size, len(head)), 4))]
    if b"avif" in brands or b"avis" in brands:
        return "AVIF"
    if brands[0] == b"crx ":
        raise refuse_raw(name)
    if any(brand in _HEIC_BRANDS for brand in brands) or brands[0] in {b"mif1", b"msf1"}:
        raise UnsupportedImage(
            f"{name!r} is HEIC/HEIF, which is not read here; export it as JPEG, PNG or TIFF "
            "(on an iPhone: Settings > Camera > Formats > Most Compatible)"
        )
    raise UnsupportedImage(f"{name!r} is a film or another boxed file (brand {brands[0]!r}); export one frame as PNG")


def _refuse_other(head: bytes, name: str) -> UnsupportedImage:
    found = next((label for start, label in _OTHERS if head.startswith(start)), None)
    what = f"is {found}" if found else f"is no picture known here (it starts with {head[:8]!r})"
    return UnsupportedImage(f"{name!r} {what}; {KNOWN} are read: export it as PNG")
