"""16 bits per sample: every bit of every kind that is read, and a refusal for the others."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from picture_files import chunk, noise16, png16, save, tiff
from PIL import Image

from restograph.errors import UnsupportedImage
from restograph.image.picture import to_uint16
from restograph.image.read import read_picture


@settings(max_examples=40)
@given(
    channels=st.integers(1, 4),
    height=st.integers(1, 20),
    width=st.integers(1, 20),
    seed=st.integers(0, 1000),
)
def test_png_is_exact(
    tmp_path_factory: pytest.TempPathFactory, channels: int, height: int, width: int, seed: int
) -> None:
    samples = noise16(height, width, channels, seed)
    picture = read_picture(png16(tmp_path_factory.mktemp("p") / "a.png", samples))
    colours = samples[..., : 1 if channels <= 2 else 3]
    found = to_uint16(picture.pixels)
    if found.shape[2] == 1:
        found = found.repeat(colours.shape[2], axis=2)
    assert np.array_equal(found, colours)
    assert picture.depth == 16
    assert picture.kind == ("gray" if channels <= 2 else "rgb")
    if channels in {2, 4}:
        assert picture.alpha is not None
        assert np.array_equal(to_uint16(picture.alpha), samples[..., -1])


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_tiff_is_exact_in_both_byte_orders(tmp_path: Path, order: str, channels: int) -> None:
    samples = noise16(15, 17, channels)
    picture = read_picture(tiff(tmp_path / "a.tif", samples, order))
    assert np.array_equal(to_uint16(picture.pixels), samples[..., :3] if channels >= 3 else samples)
    assert picture.depth == 16
    if channels == 4:
        assert picture.alpha is not None
        assert np.array_equal(to_uint16(picture.alpha), samples[..., 3])


@pytest.mark.parametrize("compression", ["tiff_lzw", "tiff_adobe_deflate", "packbits"])
def test_compressed_gray_tiff_is_exact(tmp_path: Path, compression: str) -> None:
    samples = noise16(15, 17, 1)
    Image.fromarray(samples[..., 0]).save(tmp_path / "a.tif", compression=compression)
    assert np.array_equal(to_uint16(read_picture(tmp_path / "a.tif").pixels), samples)


def test_gray_where_zero_is_white(tmp_path: Path) -> None:
    samples = noise16(9, 7, 1)
    picture = read_picture(tiff(tmp_path / "a.tif", samples, t262=0))
    assert np.array_equal(to_uint16(picture.pixels), 65535 - samples)


@pytest.mark.parametrize("order", ["<", ">"])
def test_orientation_is_applied_once(tmp_path: Path, order: str) -> None:
    samples = noise16(9, 7, 3)
    picture = read_picture(tiff(tmp_path / "a.tif", samples, order, t274=6))
    assert np.array_equal(to_uint16(picture.pixels), np.rot90(samples, -1))
    assert picture.stored_size == (7, 9)


@pytest.mark.parametrize("channels", [1, 3])
def test_one_colour_may_be_transparent(tmp_path: Path, channels: int) -> None:
    samples = noise16(9, 7, channels)
    key = chunk(b"tRNS", samples[2, 3].astype(">u2").tobytes())
    picture = read_picture(png16(tmp_path / "a.png", samples, key))
    assert picture.alpha is not None
    assert picture.alpha[2, 3] == 0
    assert picture.alpha.sum() == 9 * 7 - 1


def test_eight_bits_stay_eight(tmp_path: Path) -> None:
    assert read_picture(save(tmp_path / "a.png", np.full((4, 4, 3), 255, np.uint8))).depth == 8


def test_kinds_that_would_lose_bits_are_refused(tmp_path: Path) -> None:
    samples = noise16(8, 8, 3)
    refused = {
        "separate planes": tiff(tmp_path / "planes.tif", samples, t284=2),
        "premultiplied alpha": tiff(tmp_path / "premultiplied.tif", noise16(8, 8, 4), t338=1),
        "gray with alpha": tiff(tmp_path / "la.tif", noise16(8, 8, 2)),
        "signed": tiff(tmp_path / "signed.tif", noise16(8, 8, 1), t339=2),
        "inks": tiff(tmp_path / "inks.tif", noise16(8, 8, 4), t262=5, t338=0),
        "32 bits": tiff(tmp_path / "long.tif", np.zeros((8, 8, 1), np.uint32)),
    }
    for what, path in refused.items():
        with pytest.raises(UnsupportedImage, match="export") as caught:
            read_picture(path)
        assert path.name in str(caught.value), what
