"""Our TIFF files against Pillow's reader (libtiff)."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from picture_files import exif_block
from PIL import Image

from restograph.image.fit import Layout, Sheet
from restograph.image.metadata import Tags
from restograph.image.tiff import tiff_bytes

_CHANNELS: dict[Layout, int] = {"gray": 1, "gray_alpha": 2, "rgb": 3, "rgb_alpha": 4, "cmyk": 4}


def _random(layout: Layout, height: int, width: int, seed: int = 0) -> np.ndarray:
    shape = (height, width, _CHANNELS[layout])
    return np.random.default_rng(seed).integers(0, 256, shape).astype(np.uint8)


@settings(max_examples=40)
@given(st.sampled_from(sorted(_CHANNELS)), st.integers(1, 24), st.integers(1, 24), st.integers(0, 99), st.booleans())
def test_eight_bits_read_back_by_pillow(layout: Layout, height: int, width: int, seed: int, with_exif: bool) -> None:
    samples = _random(layout, height, width, seed)
    tags = Tags(exif=exif_block(1) if with_exif else None)
    with Image.open(io.BytesIO(tiff_bytes(Sheet(layout, samples, None), tags))) as image:
        assert np.array_equal(np.asarray(image).reshape(samples.shape), samples)


@pytest.mark.parametrize("big_endian", [False, True])
def test_sixteen_bit_gray_read_back_by_pillow(big_endian: bool) -> None:
    samples = np.random.default_rng(0).integers(0, 65536, (9, 7, 1)).astype(np.uint16)
    tags = Tags(exif=exif_block(1) if big_endian else None)
    with Image.open(io.BytesIO(tiff_bytes(Sheet("gray", samples, None), tags))) as image:
        assert np.array_equal(np.asarray(image)[..., None], samples)


def test_many_strips_read_back() -> None:
    samples = _random("rgb", 700, 500)
    with Image.open(io.BytesIO(tiff_bytes(Sheet("rgb", samples, None), Tags()))) as image:
        assert len(image.tag_v2[273]) == 5
        assert np.array_equal(np.asarray(image), samples)


def test_palettes_read_back() -> None:
    palette = np.array([[255, 0, 0, 255], [0, 255, 7, 255]], np.uint8)
    indices = np.random.default_rng(0).integers(0, 2, (5, 6, 1)).astype(np.uint8)
    with Image.open(io.BytesIO(tiff_bytes(Sheet("palette", indices, None, palette), Tags()))) as image:
        assert image.mode == "P"
        assert np.array_equal(np.asarray(image.convert("RGB")), palette[indices[..., 0], :3])


def test_metadata_is_found_by_pillow() -> None:
    tags = Tags(exif=exif_block(1), xmp=b"<x/>", iptc=b"\x1c\x02\x05\x00\x01a", dpi=(300.0, 72.5))
    with Image.open(io.BytesIO(tiff_bytes(Sheet("rgb", _random("rgb", 4, 5), b"profile"), tags))) as image:
        exif = image.getexif()
        assert exif[0x010F] == "Acme"
        assert exif[0x0112] == 1
        assert exif.get_ifd(0x8769)[0x9003] == "2020:01:02 03:04:05"
        assert exif.get_ifd(0x8769)[0x927C] == b"maker note of some length"
        assert exif.get_ifd(0x8825)[1] == "N"
        assert image.info["icc_profile"] == b"profile"
        assert image.info["xmp"] == b"<x/>"
        assert image.tag_v2[33723] == b"\x1c\x02\x05\x00\x01a"
        assert tuple(float(v) for v in image.info["dpi"]) == (300.0, 72.5)
