import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from picture_files import THUMBNAIL, exif_block, tiff
from PIL import Image

from restograph.image import exif, ifd


def _read(block: bytes) -> Image.Exif:
    found = Image.Exif()
    found.load(b"Exif\x00\x00" + block)
    return found


def _little(block: bytes) -> bytes:
    """The same content in little-endian order, by Pillow."""
    found = _read(block)
    for tag in (0x8769, 0x8825):
        found.get_ifd(tag)
    found.endian = "<"
    return found.tobytes()[6:]


@pytest.mark.parametrize("value", range(1, 9))
def test_orientation_in_both_byte_orders(value: int) -> None:
    block = exif_block(value)
    assert exif.orientation_of(block) == value
    assert exif.orientation_of(_little(block)) == value


@pytest.mark.parametrize("value", [0, 9, 300])
def test_orientation_outside_of_the_standard_is_none(value: int) -> None:
    assert exif.orientation_of(exif_block(value)) is None
    assert exif.orientation_of(exif_block(None)) is None
    assert exif.orientation_of(None) is None


def test_prefixes_are_taken_off() -> None:
    assert exif.bare(b"Exif\x00\x00Exif\x00\x00MM") == b"MM"
    assert exif.bare(b"Exif\x00\x00") is None
    assert exif.bare(None) is None


@pytest.mark.parametrize("little", [False, True])
def test_a_block_is_made_true_for_the_output(little: bool) -> None:
    block = _little(exif_block(6)) if little else exif_block(6)
    found = _read(exif.for_output(block, 4000, 70_000, keep_location=True))
    assert found[0x0112] == 1
    assert found[0x010F] == "Acme"
    shot = found.get_ifd(0x8769)
    assert (shot[0xA002], shot[0xA003]) == (4000, 70_000)
    assert shot[0x927C] == b"maker note of some length"
    assert found.get_ifd(0x8825)[2] == (48.0, 51.0, 29.6)


def test_everything_else_stays_byte_for_byte() -> None:
    """Only the values that changed differ, so a maker note keeps its place."""
    block = exif_block(6)
    after = exif.for_output(block, 36, 24, keep_location=True)
    assert len(after) == len(block)
    assert sum(a != b for a, b in zip(block, after, strict=True)) == 1
    assert after.index(b"maker note") == block.index(b"maker note")


@pytest.mark.parametrize("little", [False, True])
def test_the_place_leaves_no_trace(little: bool) -> None:
    block = _little(exif_block(6)) if little else exif_block(6)
    assert _read(block).get_ifd(0x8825)[1] == "N"
    after = exif.for_output(block, 36, 24, keep_location=False)
    found = _read(after)
    assert 0x8825 not in found
    assert found.get_ifd(0x8825) == {}
    assert 0x927C not in found.get_ifd(0x8769)
    assert found.get_ifd(0x8769)[0x9003] == "2020:01:02 03:04:05"
    order = "<" if little else ">"
    assert struct.pack(order + "II", 48, 1) not in after
    assert b"maker note" not in after


def test_the_old_thumbnail_goes() -> None:
    block = exif_block(6, thumbnail=True)
    assert THUMBNAIL in block
    after = exif.for_output(block, 36, 24, keep_location=True)
    assert b"old small picture" not in after
    assert len(after) < len(block)
    assert _read(after)[0x010F] == "Acme"


def test_orientation_can_go_entirely() -> None:
    found = _read(exif.for_output(exif_block(6), 36, 24, keep_location=True, keep_orientation=False))
    assert 0x0112 not in found
    assert found[0x010F] == "Acme"
    assert found.get_ifd(0x8825)[1] == "N"


def test_what_a_tiff_says_about_the_shot(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("t")
    path = tiff(folder / "a.tif", np.zeros((2, 2, 1), np.uint8))
    assert exif.from_tiff(path.read_bytes()) is None
    Image.new("L", (2, 2)).save(folder / "b.tif", exif=b"Exif\x00\x00" + exif_block(6))
    block = exif.from_tiff((folder / "b.tif").read_bytes())
    assert block is not None
    found = _read(block)
    assert found[0x010F] == "Acme"
    assert 0x0100 not in found
    assert found.get_ifd(0x8769)[0x9003] == "2020:01:02 03:04:05"
    assert found.get_ifd(0x8825)[2] == (48.0, 51.0, 29.6)


def test_bigtiff_and_rubbish_are_malformed() -> None:
    for data in (b"", b"II", b"II+\x00\x08\x00\x00\x00", b"MM\x00*\x00\x00\x00\x08", b"MM\x00*\xff\xff\xff\xff"):
        with pytest.raises(ifd.Malformed):
            exif.for_output(data, 1, 1, keep_location=False)


@settings(max_examples=300)
@given(
    edits=st.lists(st.tuples(st.integers(0, 10**4), st.integers(0, 255)), max_size=8),
    cut=st.integers(0, 400),
    thumbnail=st.booleans(),
)
def test_damage_gives_a_readable_block_or_malformed(edits: list[tuple[int, int]], cut: int, thumbnail: bool) -> None:
    data = bytearray(exif_block(6, thumbnail=thumbnail))
    for at, value in edits:
        data[at % len(data)] = value
    del data[max(1, len(data) - cut) :]
    exif.orientation_of(bytes(data))
    try:
        after = exif.for_output(bytes(data), 36, 24, keep_location=False)
    except ifd.Malformed:
        return
    ifd.entries(after, ifd.first_offset(after))
    assert len(after) <= len(data)
