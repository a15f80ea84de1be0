"""Trap 6: gray pictures get a tint, and white becomes 254."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from restograph.image.picture import to_uint8
from restograph.image.read import read_picture
from restograph.image.resample import bicubic
from restograph.image.write import write_picture

SUFFIXES = [".jpg", ".png", ".webp", ".avif", ".tif"]


def _save(path: Path, array: np.ndarray) -> Path:
    options = {"lossless": True} if path.suffix == ".webp" else {}
    Image.fromarray(array).save(path, **options)
    return path


@pytest.mark.parametrize("source", SUFFIXES)
@pytest.mark.parametrize("target", SUFFIXES)
def test_gray_in_gray_out(tmp_path: Path, source: str, target: str) -> None:
    gray = np.random.default_rng(0).integers(0, 256, (40, 30)).astype(np.uint8)
    picture = read_picture(_save(tmp_path / f"in{source}", gray))
    assert picture.pixels.shape[2] == 1
    write_picture(picture.with_pixels(np.clip(bicubic(picture.pixels, 90, 120), 0, 1), None), tmp_path / f"out{target}")
    with Image.open(tmp_path / f"out{target}") as image:
        colours = np.asarray(image.convert("RGB"))
    assert (colours == colours[..., :1]).all()
    if source in {".jpg", ".png", ".tif"} and target != ".webp":  # WebP has no gray: it says RGB
        assert read_picture(tmp_path / f"out{target}").kind == "gray"


@pytest.mark.parametrize("source", SUFFIXES)
def test_gray_saved_as_colour_gets_no_tint_either(tmp_path: Path, source: str) -> None:
    gray = np.random.default_rng(0).integers(0, 256, (40, 30)).astype(np.uint8)
    picture = read_picture(_save(tmp_path / f"in{source}", np.stack([gray] * 3, axis=-1)))
    assert picture.pixels.shape[2] == 1
    write_picture(picture, tmp_path / "out.png")
    with Image.open(tmp_path / "out.png") as image:
        assert image.mode == "RGB"
        array = np.asarray(image)
    assert (array == array[..., :1]).all()


@pytest.mark.parametrize("source", SUFFIXES)
@pytest.mark.parametrize("target", SUFFIXES)
@pytest.mark.parametrize("level", [0, 127, 254, 255])
def test_constant_pictures_stay_constant(tmp_path: Path, source: str, target: str, level: int) -> None:
    """Also through an enlargement, which must not ripple on a flat field."""
    picture = read_picture(_save(tmp_path / f"in{source}", np.full((23, 31, 3), level, np.uint8)))
    larger = picture.with_pixels(bicubic(picture.pixels, 93, 69), None)
    write_picture(larger, tmp_path / f"out{target}")
    with Image.open(tmp_path / f"out{target}") as image:
        assert np.unique(np.asarray(image.convert("RGB"))).tolist() == [level]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK"])
def test_white_stays_255_from_every_kind(tmp_path: Path, mode: str) -> None:
    Image.new("RGB", (20, 20), "white").convert(mode).save(tmp_path / "in.tif")
    picture = read_picture(tmp_path / "in.tif")
    assert to_uint8(picture.pixels).min() == 255
    for suffix in SUFFIXES:
        write_picture(picture, tmp_path / f"out{suffix}")
        assert to_uint8(read_picture(tmp_path / f"out{suffix}").pixels).min() == 255
