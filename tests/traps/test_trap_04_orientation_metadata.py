"""Trap 4: orientation ignored or applied twice; EXIF, XMP and profiles dropped; colours shifted."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageOps

from restograph.image.read import read_picture
from restograph.image.write import write_picture

XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/" xmlns:a="urn:a" a:GPSLatitude="48,51N" a:Rating="4"/>'
SUFFIXES = [".jpg", ".png", ".webp", ".avif", ".tif"]
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()  # carries its time: made once


def _photo(path: Path, orientation: int) -> Path:
    """Four quarters in four colours, so that each of the eight orientations looks different."""
    array = np.zeros((32, 48, 3), np.uint8)
    array[:16, :24], array[:16, 24:], array[16:, :24], array[16:, 24:] = 40, 100, 160, 220
    array[:16, :24, 0] = 90
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = orientation, "Acme"
    exif.get_ifd(0x8825)[2] = (48.0, 51.0, 29.6)
    Image.fromarray(array).save(path, quality=95, subsampling=0, exif=exif, xmp=XMP, icc_profile=PROFILE)
    return path


def _upright(path: Path) -> np.ndarray:
    """What a viewer shows that follows the orientation tag."""
    with Image.open(path) as image:
        return np.asarray(ImageOps.exif_transpose(image).convert("RGB")).astype(int)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_viewers_show_input_and_output_alike(tmp_path: Path, orientation: int, suffix: str) -> None:
    source = _photo(tmp_path / "in.jpg", orientation)
    write_picture(read_picture(source), tmp_path / f"out{suffix}")
    shown, expected = _upright(tmp_path / f"out{suffix}"), _upright(source)
    assert shown.shape == expected.shape
    assert np.abs(shown - expected).mean() < 2


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_second_trip_changes_nothing_more(tmp_path: Path, suffix: str) -> None:
    """Applied once: an output fed in again stays as it is."""
    write_picture(read_picture(_photo(tmp_path / "in.jpg", 6)), tmp_path / f"once{suffix}")
    once = read_picture(tmp_path / f"once{suffix}")
    write_picture(once, tmp_path / f"twice{suffix}")
    twice = read_picture(tmp_path / f"twice{suffix}")
    assert (once.orientation, twice.orientation) == (1, 1)
    assert once.pixels.shape == twice.pixels.shape
    assert (twice.icc, twice.exif, twice.xmp) == (once.icc, once.exif, once.xmp)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_profile_camera_and_xmp_are_still_there(tmp_path: Path, suffix: str) -> None:
    write_picture(read_picture(_photo(tmp_path / "in.jpg", 6)), tmp_path / f"out{suffix}")
    with Image.open(tmp_path / f"out{suffix}") as image:
        assert image.info["icc_profile"] == PROFILE
        assert image.getexif()[0x010F] == "Acme"
        assert image.getexif().get_ifd(0x8825)[2] == (48.0, 51.0, 29.6)
    assert read_picture(tmp_path / f"out{suffix}").xmp == XMP


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_location_and_metadata_can_be_stripped(tmp_path: Path, suffix: str) -> None:
    picture = read_picture(_photo(tmp_path / "in.jpg", 6))
    write_picture(picture, tmp_path / f"nowhere{suffix}", strip_location=True)
    write_picture(picture, tmp_path / f"bare{suffix}", strip_metadata=True)
    nowhere, bare = read_picture(tmp_path / f"nowhere{suffix}"), read_picture(tmp_path / f"bare{suffix}")
    assert nowhere.xmp is not None
    assert (b"GPS" in nowhere.xmp, b"Rating" in nowhere.xmp) == (False, True)
    with Image.open(tmp_path / f"nowhere{suffix}") as image:
        assert image.getexif().get_ifd(0x8825) == {}
        assert image.getexif()[0x010F] == "Acme"
    assert (bare.exif, bare.xmp) == (None, None)
    assert nowhere.icc == bare.icc == PROFILE
    assert nowhere.pixels.shape == bare.pixels.shape == picture.pixels.shape
