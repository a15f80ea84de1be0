"""Writing: the same kind out as came in, or a stated reason; whole or not at all."""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from picture_files import exif_block, gradient, noise16, png16, rgb_profile, save, tiff
from PIL import Image

from restograph.errors import ImageError, OutputExists, RestographError
from restograph.image.picture import Format, Kind, Picture, to_float, to_uint8, to_uint16
from restograph.image.read import read_picture
from restograph.image.write import SUFFIXES, format_of, write_picture


def _picture(kind: Kind = "rgb", channels: int = 3, alpha: bool = False, stored: Format = "PNG") -> Picture:
    pixels = to_float(gradient(channels=channels))
    return Picture(pixels, to_float(gradient()[..., 1]) if alpha else None, 8, kind, stored)


@pytest.mark.parametrize("suffix", [".png", ".tif", ".webp"])
@pytest.mark.parametrize("alpha", [False, True])
@pytest.mark.parametrize(("kind", "channels"), [("gray", 1), ("rgb", 1), ("rgb", 3)])
def test_lossless_formats_give_back_every_value(
    tmp_path: Path, suffix: str, alpha: bool, kind: Kind, channels: int
) -> None:
    picture = _picture(kind, channels, alpha)
    reasons = write_picture(picture, tmp_path / f"a{suffix}")
    back = read_picture(tmp_path / f"a{suffix}")
    assert np.array_equal(back.pixels, picture.pixels)
    assert (back.alpha is None) == (picture.alpha is None)
    if alpha:
        assert np.array_equal(back.alpha, picture.alpha)
    if suffix != ".webp" or kind != "gray":
        assert (back.kind, reasons) == (kind, ())
    else:
        assert "WEBP has no gray" in reasons[0]


@pytest.mark.parametrize("suffix", [".jpg", ".avif"])
@pytest.mark.parametrize(("kind", "channels"), [("gray", 1), ("rgb", 1), ("rgb", 3)])
def test_lossy_formats_stay_close_and_keep_the_kind(tmp_path: Path, suffix: str, kind: Kind, channels: int) -> None:
    picture = _picture(kind, channels)
    assert write_picture(picture, tmp_path / f"a{suffix}") == ()
    back = read_picture(tmp_path / f"a{suffix}")
    assert back.kind == kind
    assert back.pixels.shape == picture.pixels.shape
    assert np.abs(back.pixels - picture.pixels).max() * 255 <= 8


def test_transparency_survives_avif_and_lies_on_white_in_jpeg(tmp_path: Path) -> None:
    picture = _picture(alpha=True)
    assert write_picture(picture, tmp_path / "a.avif") == ()
    back = read_picture(tmp_path / "a.avif")
    assert back.alpha is not None
    assert np.abs(back.alpha - picture.alpha).max() * 255 <= 8
    invisible = picture.with_pixels(picture.pixels, np.zeros((24, 36), np.float32))
    assert write_picture(invisible, tmp_path / "a.jpg") == ("transparency was laid on white because JPEG has none",)
    assert read_picture(tmp_path / "a.jpg").pixels.min() == 1.0


@pytest.mark.parametrize("suffix", [".png", ".tif"])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_sixteen_bits_stay_exact(tmp_path: Path, suffix: str, channels: int) -> None:
    samples = noise16(13, 11, channels)
    picture = read_picture(png16(tmp_path / "in.png", samples))
    assert write_picture(picture, tmp_path / f"a{suffix}") == ()
    back = read_picture(tmp_path / f"a{suffix}")
    assert back.depth == 16
    assert np.array_equal(to_uint16(back.pixels), samples[..., :3])
    if channels == 4:
        assert back.alpha is not None
        assert np.array_equal(to_uint16(back.alpha), samples[..., 3])


def test_sixteen_bit_gray_with_alpha_becomes_colour_in_tiff_alone(tmp_path: Path) -> None:
    samples = noise16(13, 11, 2)
    picture = read_picture(png16(tmp_path / "in.png", samples))
    assert write_picture(picture, tmp_path / "a.png") == ()
    assert "equal channels" in write_picture(picture, tmp_path / "a.tif")[0]
    for name in ("a.png", "a.tif"):
        back = read_picture(tmp_path / name)
        assert np.array_equal(to_uint16(back.pixels), samples[..., :1])
        assert back.alpha is not None
        assert np.array_equal(to_uint16(back.alpha), samples[..., 1])


@pytest.mark.parametrize("suffix", [".jpg", ".webp", ".avif"])
def test_sixteen_bits_become_eight_with_a_reason(tmp_path: Path, suffix: str) -> None:
    picture = read_picture(png16(tmp_path / "in.png", noise16(8, 8, 3)))
    reasons = write_picture(picture, tmp_path / f"a{suffix}")
    assert reasons == (f"16 bit became 8 bit because {SUFFIXES[suffix]} holds 8",)


@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_a_palette_stays_one_while_its_colours_suffice(tmp_path: Path, suffix: str) -> None:
    Image.fromarray(gradient()).quantize(200).save(tmp_path / "in.png")
    picture = read_picture(tmp_path / "in.png")
    assert write_picture(picture, tmp_path / f"a{suffix}") == ()
    with Image.open(tmp_path / f"a{suffix}") as image:
        assert image.mode == "P"
    back = read_picture(tmp_path / f"a{suffix}")
    assert np.array_equal(back.pixels, picture.pixels)
    many = picture.with_pixels(to_float(np.random.default_rng(0).integers(0, 256, (24, 36, 3)).astype(np.uint8)), None)
    reasons = write_picture(many, tmp_path / f"b{suffix}")
    assert reasons == ("the palette became RGB because the result has more than 256 colours",)
    assert read_picture(tmp_path / f"b{suffix}").kind == "rgb"


def test_a_palette_keeps_its_transparency_in_png(tmp_path: Path) -> None:
    Image.fromarray(gradient()).quantize(9).save(tmp_path / "in.png", transparency=bytes(range(0, 252, 28)))
    picture = read_picture(tmp_path / "in.png")
    assert write_picture(picture, tmp_path / "a.png") == ()
    back = read_picture(tmp_path / "a.png")
    assert back.kind == "palette"
    assert np.array_equal(back.pixels, picture.pixels)
    assert np.array_equal(back.alpha, picture.alpha)
    assert "no transparency" in write_picture(picture, tmp_path / "a.tif")[0]
    assert "no palettes" in write_picture(picture, tmp_path / "a.webp")[0]


def test_colour_in_a_gray_picture_is_kept_and_said(tmp_path: Path) -> None:
    picture = _picture("gray", 1).with_pixels(to_float(gradient()), None)
    assert write_picture(picture, tmp_path / "a.png") == ("gray became RGB because the result has colours",)
    neutral = picture.with_pixels(to_float(gradient(channels=1)).repeat(3, axis=2), None)
    assert write_picture(neutral, tmp_path / "b.png") == ()
    assert read_picture(tmp_path / "b.png").kind == "gray"


@pytest.mark.parametrize("suffix", sorted(SUFFIXES))
def test_the_same_picture_gives_the_same_bytes(tmp_path: Path, suffix: str) -> None:
    path = save(tmp_path / "in.jpg", gradient(), exif=b"Exif\x00\x00" + exif_block(6), icc_profile=rgb_profile())
    for name in ("a", "b"):
        write_picture(read_picture(path), tmp_path / f"{name}{suffix}")
    assert (tmp_path / f"a{suffix}").read_bytes() == (tmp_path / f"b{suffix}").read_bytes()


@pytest.mark.parametrize("suffix", [".jpg", ".webp", ".avif"])
def test_quality_is_honoured_by_lossy_formats(tmp_path: Path, suffix: str) -> None:
    pixels = to_float(np.random.default_rng(0).integers(0, 256, (64, 64, 3)).astype(np.uint8))
    picture = Picture(pixels, None, 8, "rgb", "PNG")
    for quality in (20, 90):
        write_picture(picture, tmp_path / f"{quality}{suffix}", quality=quality)
    small, large = ((tmp_path / f"{q}{suffix}").stat().st_size for q in (20, 90))
    assert small < large


def test_jpeg_is_written_at_quality_95_with_full_colour(tmp_path: Path) -> None:
    write_picture(_picture(), tmp_path / "a.jpg")
    with Image.open(tmp_path / "a.jpg") as image:
        assert image.quantization[0][0] == 2  # 16 scaled by quality 95
        assert [layer[1:3] for layer in image.layer] == [(1, 1)] * 3


@pytest.mark.parametrize(("name", "quality"), [("a.png", 90), ("a.tif", 90), ("a.jpg", 0), ("a.jpg", 101)])
def test_quality_that_means_nothing_is_refused(tmp_path: Path, name: str, quality: int) -> None:
    with pytest.raises(ImageError, match="does not apply"):
        write_picture(_picture(), tmp_path / name, quality=quality)


def test_unknown_suffixes_name_the_known_ones(tmp_path: Path) -> None:
    assert format_of(Path("A.JPeG")) == "JPEG"
    for name in ("a", "a.gif", "a.heic", ".png"):
        with pytest.raises(ImageError, match=r"\.jpg, \.jpeg, \.png, \.webp, \.avif, \.tif, \.tiff"):
            write_picture(_picture(), tmp_path / name)


def test_existing_outputs_and_the_input_are_safe(tmp_path: Path) -> None:
    path = save(tmp_path / "in.png", gradient())
    before = path.read_bytes()
    picture = read_picture(path)
    with pytest.raises(OutputExists, match="--force"):
        write_picture(picture, path)
    (tmp_path / "link.png").symlink_to(path)
    for name in ("in.png", "link.png"):
        with pytest.raises(OutputExists, match="the input itself"):
            write_picture(picture, tmp_path / name, force=True, source=path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_values_that_are_no_numbers_are_refused(tmp_path: Path, value: float) -> None:
    pixels = np.full((4, 4, 3), value, np.float32)
    with pytest.raises(ImageError, match="no numbers"):
        write_picture(_picture().with_pixels(pixels, None), tmp_path / "a.png")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("suffix", "side"), [(".webp", 16384), (".jpg", 65501)])
def test_sizes_beyond_a_format_are_refused(tmp_path: Path, suffix: str, side: int) -> None:
    long = _picture().with_pixels(np.zeros((1, side, 3), np.float32), None)
    with pytest.raises(ImageError, match="write PNG or TIFF"):
        write_picture(long, tmp_path / f"a{suffix}")
    assert list(tmp_path.iterdir()) == []
    write_picture(long, tmp_path / "a.png")
    assert read_picture(tmp_path / "a.png").width == side


@pytest.mark.parametrize("suffix", sorted(SUFFIXES))
def test_a_failing_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(RestographError, match="No space left"):
        write_picture(_picture(), path, force=True)
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("suffix", sorted(SUFFIXES))
def test_constant_pictures_stay_constant(tmp_path: Path, suffix: str) -> None:
    for level in (0, 1, 128, 254, 255):
        picture = _picture().with_pixels(np.full((17, 19, 3), level / 255, np.float32), None)
        path = tmp_path / f"{level}{suffix}"
        write_picture(picture, path)
        assert np.unique(to_uint8(read_picture(path).pixels)).tolist() == [level]


def test_one_pixel_pictures_work_everywhere(tmp_path: Path) -> None:
    for suffix in SUFFIXES:
        picture = _picture().with_pixels(np.full((1, 1, 3), 0.2, np.float32), np.ones((1, 1), np.float32))
        write_picture(picture, tmp_path / f"a{suffix}")
        assert read_picture(tmp_path / f"a{suffix}").pixels.shape[:2] == (1, 1)


def test_big_endian_exif_makes_a_big_endian_tiff(tmp_path: Path) -> None:
    samples = noise16(9, 8, 3)
    picture = read_picture(png16(tmp_path / "in.png", samples))
    block = exif_block(1)
    assert block.startswith(b"MM")
    write_picture(replace(picture, exif=block), tmp_path / "a.tif")
    assert (tmp_path / "a.tif").read_bytes().startswith(b"MM")
    assert np.array_equal(to_uint16(read_picture(tmp_path / "a.tif").pixels), samples)


def test_tiff_to_tiff_keeps_sixteen_bits_upright(tmp_path: Path) -> None:
    samples = noise16(9, 8, 3)
    picture = read_picture(tiff(tmp_path / "in.tif", samples, t274=8))
    write_picture(picture, tmp_path / "a.tif")
    back = read_picture(tmp_path / "a.tif")
    assert back.orientation == 1
    assert np.array_equal(to_uint16(back.pixels), np.rot90(samples))
