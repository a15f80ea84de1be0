import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from picture_files import cmyk_profile, gradient, gray_profile, rgb_profile, save
from PIL import Image, ImageCms

from restograph.image import colour
from restograph.image.picture import to_float, to_uint8
from restograph.image.read import read_picture
from restograph.image.write import write_picture


def _inks(height: int = 24, width: int = 36) -> np.ndarray:
    y, x = np.mgrid[0:height, 0:width]
    black = np.where(x < 6, 255 * y // height, 0)
    return np.stack([x * 255 // width, y * 255 // height, (x + y) * 2, black], axis=-1).astype(np.uint8)


def _shown(path: Path) -> np.ndarray:
    """The picture as littleCMS shows it in sRGB."""
    with Image.open(path) as image:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(image.info["icc_profile"]))
        transform = ImageCms.buildTransform(
            profile,
            ImageCms.createProfile("sRGB"),
            image.mode,
            "RGB",
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
        return np.asarray(ImageCms.applyTransform(image, transform)).astype(int)


def test_names_and_spaces_of_profiles() -> None:
    assert (colour.profile_space(rgb_profile()), colour.profile_name(rgb_profile())) == ("RGB", "Wide Test RGB")
    assert colour.profile_space(gray_profile()) == "GRAY"
    assert colour.profile_space(cmyk_profile(both_ways=False)) == "CMYK"
    modern = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()  # version 4: names in UTF-16
    assert colour.profile_name(modern) == "sRGB built-in"
    assert colour.profile_space(None) is None


@given(st.binary(max_size=400), st.integers(0, 600))
def test_damaged_profiles_have_no_name_and_do_no_harm(tail: bytes, cut: int) -> None:
    for data in (tail, rgb_profile()[:cut], rgb_profile()[:140] + tail):
        name = colour.profile_name(data)
        assert name is None or isinstance(name, str)
        assert colour.is_linear(data) in {True, False}


@pytest.mark.parametrize(("gamma", "linear"), [(1.0, True), (1.8, False), (2.2, False)])
def test_linear_light_is_told_from_ordinary_curves(gamma: float, linear: bool) -> None:
    assert colour.is_linear(rgb_profile(gamma)) is linear
    assert colour.is_linear(gray_profile(gamma)) is linear
    assert colour.is_linear(None) is False


@pytest.mark.parametrize("suffix", [".png", ".tif", ".webp"])
def test_wide_gamut_colours_come_back_as_they_were(tmp_path: Path, suffix: str) -> None:
    """Through sRGB most of these random colours would be cut off; here none changes."""
    wild = np.random.default_rng(0).integers(0, 256, (32, 32, 3)).astype(np.uint8)
    picture = read_picture(save(tmp_path / "in.png", wild, icc_profile=rgb_profile()))
    write_picture(picture, tmp_path / f"a{suffix}")
    back = read_picture(tmp_path / f"a{suffix}")
    assert np.array_equal(to_uint8(back.pixels), wild)
    assert back.icc == rgb_profile()


def test_gray_profiles_stay_with_gray_and_are_converted_for_webp(tmp_path: Path) -> None:
    picture = read_picture(save(tmp_path / "in.png", gradient(channels=1), icc_profile=gray_profile(1.0)))
    assert picture.icc == gray_profile(1.0)
    for suffix in (".jpg", ".png", ".tif", ".avif"):
        assert write_picture(picture, tmp_path / f"a{suffix}") == ()
        assert read_picture(tmp_path / f"a{suffix}").icc == gray_profile(1.0)
    reasons = write_picture(picture, tmp_path / "a.webp")
    assert "tones of the gray profile became sRGB" in reasons[1]
    back = read_picture(tmp_path / "a.webp")
    assert back.icc is None
    with Image.open(tmp_path / "in.png") as image:
        expected = colour.to_srgb(np.asarray(image)[..., None], gray_profile(1.0))
    assert np.array_equal(to_uint8(back.pixels)[..., 0], expected[..., 0])


@pytest.mark.parametrize("suffix", [".jpg", ".tif"])
def test_inks_come_back_as_inks_that_look_the_same(tmp_path: Path, suffix: str) -> None:
    profile = cmyk_profile()
    path = save(tmp_path / "in.tif", _inks(), mode="CMYK", icc_profile=profile)
    picture = read_picture(path)
    assert picture.kind == "cmyk"
    assert np.array_equal(to_uint8(picture.pixels), _shown(path))
    assert write_picture(picture, tmp_path / f"a{suffix}") == ()
    with Image.open(tmp_path / f"a{suffix}") as image:
        assert image.mode == "CMYK"
        assert image.info["icc_profile"] == profile
    difference = np.abs(_shown(tmp_path / f"a{suffix}") - _shown(path))
    assert difference.mean() < 3  # the tables of the test profile are coarse
    assert np.quantile(difference, 0.99) < 20


def test_paper_white_stays_white_through_inks(tmp_path: Path) -> None:
    blank = np.zeros((8, 8, 4), np.uint8)
    for options in ({}, {"icc_profile": cmyk_profile()}):
        picture = read_picture(save(tmp_path / "in.tif", blank, mode="CMYK", **options))
        assert to_uint8(picture.pixels).min() == 255
        write_picture(picture, tmp_path / "a.tif", force=True)
        with Image.open(tmp_path / "a.tif") as image:
            assert np.asarray(image).max() == 0


@pytest.mark.parametrize("suffix", [".png", ".webp", ".avif"])
def test_inks_become_colours_where_a_format_has_none(tmp_path: Path, suffix: str) -> None:
    picture = read_picture(save(tmp_path / "in.jpg", _inks(), mode="CMYK", icc_profile=cmyk_profile(), quality=95))
    reasons = write_picture(picture, tmp_path / f"a{suffix}")
    assert "CMYK became RGB because" in reasons[0]
    assert read_picture(tmp_path / f"a{suffix}").icc is None


def test_profiles_without_a_way_back_give_colours(tmp_path: Path) -> None:
    picture = read_picture(save(tmp_path / "in.tif", _inks(), mode="CMYK", icc_profile=cmyk_profile(both_ways=False)))
    reasons = write_picture(picture, tmp_path / "a.tif")
    assert "which inks" in reasons[0]
    assert read_picture(tmp_path / "a.tif").kind == "rgb"


def test_inks_without_a_profile_are_said_to_be_a_guess(tmp_path: Path) -> None:
    picture = read_picture(save(tmp_path / "in.tif", _inks(), mode="CMYK"))
    assert any("a guess" in note for note in picture.notes)
    assert write_picture(picture, tmp_path / "a.tif") == ()
    assert np.abs(read_picture(tmp_path / "a.tif").pixels - picture.pixels).max() <= 1.01 / 255


@given(st.integers(0, 255), st.integers(0, 255), st.integers(0, 255))
def test_plain_inks_return_the_colour(red: int, green: int, blue: int) -> None:
    rgb = np.array([[[red, green, blue]]], np.uint8)
    inks = colour.srgb_to_cmyk(rgb, None)
    assert inks is not None
    assert np.abs(colour.plain_rgb(inks).astype(int) - rgb).max() <= 1
    if red == green == blue:
        assert inks[0, 0, :3].tolist() == [0, 0, 0]


def test_profiles_that_are_no_profiles_are_left_alone() -> None:
    assert colour.to_srgb(gradient(), b"nonsense" * 40) is None
    assert np.array_equal(colour.cmyk_to_srgb(_inks(), b"nonsense"), colour.plain_rgb(_inks()))
    assert to_float(gradient()).max() < 1
