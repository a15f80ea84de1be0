"""What survives a whole trip: read, enlarge, write, read."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from picture_files import XMP, chunk, exif_block, gradient, pillow_bytes, rgb_profile, save
from PIL import Image, PngImagePlugin

from restograph.image.picture import Picture
from restograph.image.read import read_picture
from restograph.image.write import write_picture

SUFFIXES = [".jpg", ".png", ".webp", ".avif", ".tif"]


def _source(folder: Path, suffix: str) -> Path:
    """A file with everything in it; Pillow takes XMP in another way for each of two formats."""
    exif: bytes | Image.Exif = b"Exif\x00\x00" + exif_block(6, thumbnail=True)
    options: dict[str, Any] = {"lossless": True} if suffix == ".webp" else {}
    if suffix == ".tif":
        with_packet = Image.Exif()
        with_packet.load(exif)
        with_packet[700] = XMP
        exif = with_packet
    if suffix == ".png":
        options["pnginfo"] = PngImagePlugin.PngInfo()
        options["pnginfo"].add_itxt("XML:com.adobe.xmp", XMP.decode("utf-8"))
    return save(
        folder / f"in{suffix}", gradient(), exif=exif, icc_profile=rgb_profile(), xmp=XMP, dpi=(300, 150), **options
    )


def _enlarged(picture: Picture) -> Picture:
    return picture.with_pixels(picture.pixels.repeat(3, axis=0).repeat(3, axis=1), None)


def _exif(path: Path) -> Image.Exif:
    with Image.open(path) as image:
        image.load()
        exif = image.getexif()
        for tag in (0x8769, 0x8825):
            exif.get_ifd(tag)
    return exif


@pytest.mark.parametrize("source", SUFFIXES)
@pytest.mark.parametrize("target", SUFFIXES)
def test_profile_exif_and_xmp_survive(tmp_path: Path, source: str, target: str) -> None:
    picture = _enlarged(read_picture(_source(tmp_path, source)))
    out = tmp_path / f"out{target}"
    reasons = write_picture(picture, out)
    assert all("resolution" in reason for reason in reasons)
    back = read_picture(out)
    assert (back.width, back.height, back.orientation) == (72, 108, 1)
    assert back.icc == rgb_profile()
    assert back.profile == "Wide Test RGB"
    exif = _exif(out)
    assert exif[0x010F] == "Acme"
    assert exif.get(0x0112, 1) == 1
    shot = exif.get_ifd(0x8769)
    assert (shot[0x9003], shot[0xA002], shot[0xA003]) == ("2020:01:02 03:04:05", 72, 108)
    assert shot[0x927C] == b"maker note of some length"
    assert exif.get_ifd(0x8825)[2] == (48.0, 51.0, 29.6)
    assert back.xmp is not None
    assert b'tiff:Orientation="1"' in back.xmp
    assert b'exif:PixelXDimension="72"' in back.xmp
    assert b"GPSLatitude" in back.xmp
    assert b"old small picture" not in out.read_bytes()


@pytest.mark.parametrize("target", SUFFIXES)
def test_places_can_be_stripped(tmp_path: Path, target: str) -> None:
    picture = read_picture(_source(tmp_path, ".jpg"))
    texts = (("exif:GPSLatitude", "48/1"), ("Title", "kept"))
    picture = replace(picture, iptc=b"\x1c\x02\x5a\x00\x05Paris", texts=texts)
    out = tmp_path / f"out{target}"
    reasons = write_picture(picture, out, strip_location=True)
    assert any("IPTC" in reason for reason in reasons)
    data = out.read_bytes()
    assert b"GPS" not in data
    assert b"Paris" not in data
    assert _exif(out).get_ifd(0x8825) == {}
    back = read_picture(out)
    assert back.xmp is not None
    assert b'xmp:Rating="4"' in back.xmp
    assert _exif(out)[0x010F] == "Acme"
    assert back.icc == rgb_profile()


@pytest.mark.parametrize("target", SUFFIXES)
def test_metadata_can_be_stripped_but_not_the_look(tmp_path: Path, target: str) -> None:
    picture = replace(read_picture(_source(tmp_path, ".jpg")), iptc=b"\x1c\x02\x78\x00\x01a", texts=(("Title", "x"),))
    out = tmp_path / f"out{target}"
    write_picture(picture, out, strip_metadata=True)
    back = read_picture(out)
    assert (back.exif, back.xmp, back.iptc, back.texts) == (None, None, None, ())
    assert back.icc == rgb_profile()
    assert (back.width, back.height) == (24, 36)
    assert b"Acme" not in out.read_bytes()


@pytest.mark.parametrize("target", [".jpg", ".png", ".tif"])
def test_the_print_resolution_survives(tmp_path: Path, target: str) -> None:
    picture = read_picture(_source(tmp_path, ".png"))
    write_picture(picture, tmp_path / f"out{target}")
    assert read_picture(tmp_path / f"out{target}").dpi == pytest.approx((300, 150), abs=0.02)


def test_a_resolution_without_a_place_is_mentioned(tmp_path: Path) -> None:
    picture = read_picture(save(tmp_path / "in.png", gradient(), dpi=(300, 300)))
    assert write_picture(picture, tmp_path / "a.webp") == (
        "the print resolution was left out because WEBP has no place for it",
    )


def test_texts_survive_in_png_and_are_mentioned_elsewhere(tmp_path: Path) -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("Title", "A")
    info.add_text("Comment", "café")
    info.add_itxt("Author", "Zoë 🦊")
    picture = read_picture(save(tmp_path / "in.png", gradient(), pnginfo=info))
    assert write_picture(picture, tmp_path / "a.png") == ()
    assert read_picture(tmp_path / "a.png").texts == picture.texts
    assert write_picture(picture, tmp_path / "a.jpg") == ("2 text entries were left out because JPEG has no room",)
    assert read_picture(tmp_path / "a.jpg").texts == (("Comment", "café"),)
    assert write_picture(picture, tmp_path / "a.tif") == ("3 text entries were left out because TIFF has no room",)


def test_the_iptc_record_survives_in_jpeg(tmp_path: Path) -> None:
    record = b"\x1c\x02\x78\x00\x05Hello"
    block = b"Photoshop 3.0\x008BIM\x04\x04\x00\x00" + len(record).to_bytes(4, "big") + record
    segment = b"\xff\xed" + (len(block) + 2).to_bytes(2, "big") + block
    save(tmp_path / "in.jpg", gradient(), extra=segment)
    picture = read_picture(tmp_path / "in.jpg")
    assert picture.iptc == record
    write_picture(picture, tmp_path / "a.jpg")
    assert read_picture(tmp_path / "a.jpg").iptc == record
    assert write_picture(picture, tmp_path / "a.png") == (
        "the IPTC record was left out because PNG has no room for it",
    )


def test_colour_chunks_of_png_stay_in_png_and_are_mentioned_elsewhere(tmp_path: Path) -> None:
    data = pillow_bytes(Image.fromarray(gradient()), "PNG")
    gamma = chunk(b"gAMA", (100_000).to_bytes(4, "big"))
    (tmp_path / "in.png").write_bytes(data[:33] + gamma + data[33:])
    picture = read_picture(tmp_path / "in.png")
    assert write_picture(picture, tmp_path / "a.png") == ()
    assert gamma in (tmp_path / "a.png").read_bytes()
    assert "gAMA" in write_picture(picture, tmp_path / "a.jpg")[0]


def test_blocks_too_large_for_jpeg_are_mentioned(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010E] = "x" * 70_000
    picture = read_picture(save(tmp_path / "in.png", gradient(), exif=exif))
    picture = replace(picture, xmp=b"<x>" + b" " * 70_000 + b"</x>")
    reasons = write_picture(picture, tmp_path / "a.jpg")
    assert ["EXIF" in reasons[0], "XMP" in reasons[1]] == [True, True]
    assert read_picture(tmp_path / "a.jpg").exif is None
    write_picture(picture, tmp_path / "b.png")
    assert _exif(tmp_path / "b.png")[0x010E] == "x" * 70_000
