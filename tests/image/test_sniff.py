from pathlib import PurePath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restograph.errors import ImageError, UnsupportedImage
from restograph.image.sniff import RAW_SUFFIXES, sniff


def _box(major: bytes, *others: bytes) -> bytes:
    brands = major + b"\x00\x00\x00\x00" + b"".join(others)
    return (len(brands) + 8).to_bytes(4, "big") + b"ftyp" + brands


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"\xff\xd8\xff\xe0", "JPEG"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8L", "WEBP"),
        (b"II*\x00\x08\x00\x00\x00", "TIFF"),
        (b"MM\x00*\x00\x00\x00\x08", "TIFF"),
        (b"II+\x00\x08\x00\x00\x00", "TIFF"),
        (_box(b"avif", b"mif1"), "AVIF"),
        (_box(b"mif1", b"avif", b"miaf"), "AVIF"),
    ],
)
def test_content_decides_whatever_the_suffix(head: bytes, expected: str) -> None:
    assert sniff(head, PurePath("a.txt")) == expected


@pytest.mark.parametrize("brand", [b"heic", b"heix", b"hevc", b"mif1"])
def test_heic_is_refused_with_the_way_out(brand: bytes) -> None:
    with pytest.raises(UnsupportedImage, match=r"HEIC.*JPEG, PNG or TIFF"):
        sniff(_box(brand, b"mif1", b"heic"), PurePath("IMG_0001.jpg"))


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"II*\x00\x10\x00\x00\x00CR\x02\x00", "a.tif"),
        (_box(b"crx ", b"isom"), "a.cr3"),
        (b"FUJIFILMCCD-RAW 0201", "a.bin"),
        (b"IIRO\x08\x00\x00\x00", "a.orf"),
        (b"IIU\x00\x08\x00\x00\x00", "a.rw2"),
        *[(b"II*\x00\x08\x00\x00\x00", f"a{suffix.upper()}") for suffix in sorted(RAW_SUFFIXES)],
        (b"anything at all", "a.kdc"),
    ],
)
def test_camera_raw_is_refused_with_the_way_out(head: bytes, name: str) -> None:
    with pytest.raises(UnsupportedImage, match=r"camera raw.*export"):
        sniff(head, PurePath(name))


def test_a_jpeg_with_a_raw_suffix_is_a_jpeg() -> None:
    assert sniff(b"\xff\xd8\xff\xe1", PurePath("a.nef")) == "JPEG"


@pytest.mark.parametrize(
    ("head", "named"),
    [(b"GIF89a", "GIF"), (b"8BPS\x00\x01", "Photoshop"), (b"%PDF-1.7", "PDF"), (b"\xff\x0a\x00", "JPEG XL")],
)
def test_other_known_formats_are_named(head: bytes, named: str) -> None:
    with pytest.raises(UnsupportedImage, match=f"is {named}.*export it as PNG"):
        sniff(head, PurePath("a"))


def test_films_and_empty_files() -> None:
    with pytest.raises(UnsupportedImage, match="one frame"):
        sniff(_box(b"isom", b"mp42"), PurePath("a.mp4"))
    with pytest.raises(ImageError, match="empty"):
        sniff(b"", PurePath("a.png"))


@given(st.binary(max_size=80))
def test_any_bytes_give_a_format_or_a_clear_refusal(head: bytes) -> None:
    try:
        assert sniff(head, PurePath("a.jpg")) in {"JPEG", "PNG", "WEBP", "AVIF", "TIFF"}
    except ImageError as error:
        assert "'a.jpg'" in str(error)
