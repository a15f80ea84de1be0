"""Our PNG files against Pillow's reader, and their chunks against the standard."""

import io
import struct
import zlib

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from restograph.image.fit import Layout, Sheet
from restograph.image.metadata import Tags
from restograph.image.png import png_bytes

_CHANNELS: dict[Layout, int] = {"gray": 1, "gray_alpha": 2, "rgb": 3, "rgb_alpha": 4}


def _chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    found, at = [], 8
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        name, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + size]
        assert int.from_bytes(data[at + 8 + size : at + 12 + size], "big") == zlib.crc32(name + body)
        found.append((name, body))
        at += 12 + size
    return found


@settings(max_examples=40)
@given(st.sampled_from(sorted(_CHANNELS)), st.integers(1, 24), st.integers(1, 24), st.integers(0, 99))
def test_eight_bits_read_back_by_pillow(layout: Layout, height: int, width: int, seed: int) -> None:
    shape = (height, width, _CHANNELS[layout])
    samples = np.random.default_rng(seed).integers(0, 256, shape).astype(np.uint8)
    with Image.open(io.BytesIO(png_bytes(Sheet(layout, samples, None), Tags()))) as image:
        back = np.asarray(image)
    assert np.array_equal(back.reshape(shape), samples)


def test_sixteen_bit_gray_read_back_by_pillow() -> None:
    samples = np.random.default_rng(0).integers(0, 65536, (9, 7, 1)).astype(np.uint16)
    with Image.open(io.BytesIO(png_bytes(Sheet("gray", samples, None), Tags()))) as image:
        assert np.array_equal(np.asarray(image)[..., None], samples)


def test_palettes_read_back_by_pillow() -> None:
    palette = np.array([[255, 0, 0, 255], [0, 255, 0, 128], [0, 0, 255, 0]], np.uint8)
    indices = np.random.default_rng(0).integers(0, 3, (5, 6, 1)).astype(np.uint8)
    with Image.open(io.BytesIO(png_bytes(Sheet("palette", indices, None, palette), Tags()))) as image:
        assert image.mode == "P"
        assert np.array_equal(np.asarray(image.convert("RGBA")), palette[indices[..., 0]])


def test_chunks_come_in_the_order_of_the_standard() -> None:
    tags = Tags(
        exif=b"MM\x00*\x00\x00\x00\x08\x00\x00\x00\x00\x00\x00",
        xmp=b"<x/>",
        texts=(("Title", "plain"), ("Author", "Zoë 🦊")),
        png_colour=((b"gAMA", struct.pack(">I", 45455)),),
        dpi=(300.0, 150.0),
    )
    palette = np.array([[0, 0, 0, 255], [9, 9, 9, 0]], np.uint8)
    sheet = Sheet("palette", np.zeros((2, 2, 1), np.uint8), b"profile bytes", palette)
    chunks = _chunks(png_bytes(sheet, tags))
    assert [name for name, _ in chunks] == [
        *(b"IHDR", b"gAMA", b"iCCP", b"eXIf", b"pHYs", b"iTXt", b"tEXt", b"iTXt"),
        *(b"PLTE", b"tRNS", b"IDAT", b"IEND"),
    ]
    by_name = dict(chunks)
    assert zlib.decompress(by_name[b"iCCP"].split(b"\x00\x00", 1)[1]) == b"profile bytes"
    assert struct.unpack(">IIB", by_name[b"pHYs"]) == (11811, 5906, 1)
    assert by_name[b"tEXt"] == b"Title\x00plain"
    assert by_name[b"iTXt"].endswith("Zoë 🦊".encode())
