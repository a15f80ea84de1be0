"""Reading 8-bit files of every format and kind, and refusing what cannot be read well."""

import io
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from picture_files import chunk, exif_block, gradient, gray_profile, pillow_bytes, rgb_profile, save
from PIL import Image, ImageOps, PngImagePlugin

from restograph.errors import ImageError, UnsupportedImage
from restograph.image.picture import to_uint8
from restograph.image.read import oriented, read_picture

LOSSLESS = {"png": {}, "tif": {}, "webp": {"lossless": True, "exact": True}}


@pytest.mark.parametrize("suffix", LOSSLESS)
@pytest.mark.parametrize("channels", [3, 4])
def test_lossless_colour_is_exact(tmp_path: Path, suffix: str, channels: int) -> None:
    array = gradient(channels=3)
    if channels == 4:
        array = np.dstack([array, gradient()[..., 1]])
    picture = read_picture(save(tmp_path / f"a.{suffix}", array, **LOSSLESS[suffix]))
    assert np.array_equal(to_uint8(picture.pixels), array[..., :3])
    assert (picture.kind, picture.depth, picture.frames, picture.notes) == ("rgb", 8, 1, ())
    if channels == 4:
        assert picture.alpha is not None
        assert np.array_equal(to_uint8(picture.alpha), array[..., 3])
    else:
        assert picture.alpha is None


@pytest.mark.parametrize("suffix", ["png", "tif"])
@pytest.mark.parametrize("channels", [1, 2])
def test_lossless_gray_is_exact(tmp_path: Path, suffix: str, channels: int) -> None:
    array = gradient(channels=2)[..., :channels]
    picture = read_picture(save(tmp_path / f"a.{suffix}", array))
    assert picture.kind == "gray"
    assert np.array_equal(to_uint8(picture.pixels), array[..., :1])
    assert (picture.alpha is not None) == (channels == 2)


@pytest.mark.parametrize(("suffix", "kind"), [("jpg", "gray"), ("avif", "gray"), ("webp", "rgb")])
def test_lossy_gray_has_one_channel(tmp_path: Path, suffix: str, kind: str) -> None:
    """WebP knows no gray, yet a gray picture in it is worked on as one channel, so that it cannot get a tint."""
    picture = read_picture(save(tmp_path / f"a.{suffix}", gradient(channels=1), quality=95))
    assert picture.pixels.shape == (24, 36, 1)
    assert picture.kind == kind
    assert np.abs(to_uint8(picture.pixels).astype(int) - gradient(channels=1)).max() <= 6


def test_gray_stored_as_rgb_has_one_channel_and_says_rgb(tmp_path: Path) -> None:
    picture = read_picture(save(tmp_path / "a.png", np.repeat(gradient(channels=1), 3, axis=2)))
    assert (picture.pixels.shape[2], picture.kind) == (1, "rgb")


def test_jpeg_tells_its_tables(tmp_path: Path) -> None:
    picture = read_picture(save(tmp_path / "a.jpg", gradient(), quality=50))
    assert picture.quantization is not None
    assert picture.quantization[0][:4] == (16, 11, 10, 16)
    assert read_picture(save(tmp_path / "a.png", gradient())).quantization is None


def test_palettes_become_their_colours(tmp_path: Path) -> None:
    image = Image.fromarray(gradient()).quantize(16)
    image.save(tmp_path / "a.png")
    picture = read_picture(tmp_path / "a.png")
    assert picture.kind == "palette"
    assert np.array_equal(to_uint8(picture.pixels), np.asarray(image.convert("RGB")))


@pytest.mark.parametrize("transparency", [3, bytes([0, 80, 160, 255])])
def test_palettes_with_transparency_have_alpha(tmp_path: Path, transparency: int | bytes) -> None:
    image = Image.fromarray(gradient()).quantize(4)
    image.save(tmp_path / "a.png", transparency=transparency)
    picture = read_picture(tmp_path / "a.png")
    with Image.open(tmp_path / "a.png") as reopened:
        expected = np.asarray(reopened.convert("RGBA"))
    assert picture.alpha is not None
    assert np.array_equal(to_uint8(picture.alpha), expected[..., 3])
    assert len(np.unique(picture.alpha)) > 1


def test_one_colour_may_be_transparent(tmp_path: Path) -> None:
    array = gradient()
    key = tuple(int(v) for v in array[3, 4])
    picture = read_picture(save(tmp_path / "a.png", array, transparency=key))
    assert picture.alpha is not None
    assert np.array_equal(picture.alpha == 0, (array == key).all(axis=2))


@pytest.mark.parametrize("bits", [1, 2, 4])
def test_few_bits_of_gray_spread_over_eight(tmp_path: Path, bits: int) -> None:
    """Written by hand: a row of all values, the second of them declared transparent."""
    count = 2**bits
    packed = np.packbits(np.unpackbits(np.arange(count, dtype=np.uint8)[:, None], axis=1)[:, 8 - bits :].ravel())
    header = count.to_bytes(4, "big") + (1).to_bytes(4, "big") + bytes([bits, 0, 0, 0, 0])
    body = zlib.compress(b"\x00" + packed.tobytes())
    parts = (chunk(b"IHDR", header), chunk(b"tRNS", b"\x00\x01"), chunk(b"IDAT", body), chunk(b"IEND", b""))
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(parts))
    picture = read_picture(tmp_path / "a.png")
    assert to_uint8(picture.pixels)[0, :, 0].tolist() == [value * 255 // (count - 1) for value in range(count)]
    assert picture.alpha is not None
    assert picture.alpha[0].tolist() == [0.0 if value == 1 else 1.0 for value in range(count)]
    assert any(f"{bits} bit per pixel" in note for note in picture.notes)
    assert (picture.kind, picture.depth) == ("gray", 8)


@pytest.mark.parametrize("value", range(1, 9))
@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "avif", "tif"])
def test_orientation_is_applied_once(tmp_path: Path, suffix: str, value: int) -> None:
    """Pillow's own way of turning a picture upright is the yardstick."""
    options = {"quality": 95} if suffix in {"jpg", "avif"} else LOSSLESS[suffix]
    path = save(tmp_path / f"a.{suffix}", gradient(), exif=b"Exif\x00\x00" + exif_block(value), **options)
    picture = read_picture(path)
    with Image.open(path) as image:
        expected = np.asarray(ImageOps.exif_transpose(image).convert("RGB"))
    assert np.array_equal(to_uint8(picture.pixels), expected)
    assert picture.orientation == value
    assert picture.stored_size == (36, 24)
    assert (picture.width, picture.height) == ((24, 36) if value >= 5 else (36, 24))


def test_orientation_values_as_the_standard_draws_them() -> None:
    """The letter F stored in each of the eight ways becomes an F again."""
    upright = np.array([[1, 1, 1], [1, 0, 0], [1, 1, 0], [1, 0, 0]], np.float32)
    stored = {
        1: upright,
        2: upright[:, ::-1],
        3: upright[::-1, ::-1],
        4: upright[::-1],
        5: upright.T,
        6: np.rot90(upright),
        7: np.rot90(upright, 2).T,
        8: np.rot90(upright, -1),
    }
    for value, array in stored.items():
        assert np.array_equal(oriented(array, value), upright), value


def test_orientation_of_xmp_counts_where_exif_is_silent(tmp_path: Path) -> None:
    packet = b'<x xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6"/>'
    for suffix in ("jpg", "tif"):
        path = tmp_path / f"a.{suffix}"
        options = {"xmp": packet} if suffix == "jpg" else {"tiffinfo": {700: packet}}
        picture = read_picture(save(path, gradient(), **options))
        assert (picture.width, picture.height, picture.orientation) == (24, 36, 6)
        assert picture.xmp == packet


@pytest.mark.parametrize("frames", [2, 5])
@pytest.mark.parametrize("suffix", ["webp", "png", "avif", "tif"])
def test_animations_and_pages_are_refused(tmp_path: Path, suffix: str, frames: int) -> None:
    images = [Image.fromarray(np.roll(gradient(), i, axis=1)) for i in range(frames)]
    images[0].save(tmp_path / f"a.{suffix}", save_all=True, append_images=images[1:])
    with pytest.raises(UnsupportedImage, match=rf"holds {frames} .*export the one you want"):
        read_picture(tmp_path / f"a.{suffix}")


def test_a_tiff_with_smaller_versions_of_itself_is_one_picture(tmp_path: Path) -> None:
    full, small = Image.fromarray(gradient()), Image.fromarray(gradient(12, 18))
    small.encoderinfo = {"tiffinfo": {254: 1}}
    full.save(tmp_path / "a.tif", save_all=True, append_images=[small])
    picture = read_picture(tmp_path / "a.tif")
    assert (picture.width, picture.frames) == (36, 2)
    assert any("smaller versions" in note for note in picture.notes)


def test_a_jpeg_with_a_second_picture_says_so(tmp_path: Path) -> None:
    images = [Image.fromarray(gradient()), Image.fromarray(gradient(12, 18))]
    images[0].save(tmp_path / "a.jpg", format="MPO", save_all=True, append_images=images[1:])
    picture = read_picture(tmp_path / "a.jpg")
    assert (picture.format, picture.frames, picture.width) == ("JPEG", 2, 36)
    assert any("only the first" in note for note in picture.notes)


def test_a_raw_preview_does_not_pass_for_the_picture(tmp_path: Path) -> None:
    """Raw files begin with a small preview, marked as reduced; DNG files carry a version tag."""
    for tags in ({254: 1}, {50706: bytes([1, 4, 0, 0])}):
        save(tmp_path / "a.tif", gradient(), tiffinfo=tags)
        with pytest.raises(UnsupportedImage, match="camera raw"):
            read_picture(tmp_path / "a.tif")


@pytest.mark.parametrize("mode", ["F", "I", "LAB"])
def test_kinds_without_an_exact_way_are_refused(tmp_path: Path, mode: str) -> None:
    Image.new(mode, (8, 8)).save(tmp_path / "a.tif")
    with pytest.raises(UnsupportedImage, match="export it"):
        read_picture(tmp_path / "a.tif")


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "avif", "tif"])
@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.9])
def test_files_cut_off_are_refused(tmp_path: Path, suffix: str, share: float) -> None:
    array = np.random.default_rng(0).integers(0, 256, (64, 64, 3)).astype(np.uint8)
    data = save(tmp_path / f"a.{suffix}", array).read_bytes()
    (tmp_path / f"b.{suffix}").write_bytes(data[: int(len(data) * share)])
    with pytest.raises(ImageError, match=r"b\.") as caught:
        read_picture(tmp_path / f"b.{suffix}")
    assert any(way in str(caught.value) for way in ("copy or export it again", "export it as PNG", "export it again"))


_SEEDS = {
    kind: pillow_bytes(Image.fromarray(gradient()), kind, exif=b"Exif\x00\x00" + exif_block(6, thumbnail=True))
    for kind in ("JPEG", "PNG", "WEBP", "TIFF", "AVIF")
}


@settings(max_examples=150)
@given(
    kind=st.sampled_from(sorted(_SEEDS)),
    edits=st.lists(st.tuples(st.integers(0, 10**6), st.binary(min_size=1, max_size=6)), min_size=1, max_size=6),
)
def test_damaged_bytes_give_a_picture_or_an_image_error(
    tmp_path_factory: pytest.TempPathFactory, kind: str, edits: list[tuple[int, bytes]]
) -> None:
    data = bytearray(_SEEDS[kind])
    for at, piece in edits:
        start = at % len(data)
        data[start : start + len(piece)] = piece
    path = tmp_path_factory.mktemp("fuzz") / "a.bin"
    path.write_bytes(bytes(data))
    try:
        picture = read_picture(path)
    except ImageError:
        return
    assert picture.pixels.dtype == np.float32
    assert 0.0 <= picture.pixels.min() <= picture.pixels.max() <= 1.0


def test_profiles_that_do_not_fit_are_left_out(tmp_path: Path) -> None:
    picture = read_picture(save(tmp_path / "a.png", gradient(), icc_profile=gray_profile()))
    assert picture.icc is None
    assert any("profile does not describe RGB" in note for note in picture.notes)


def test_the_name_of_the_profile_is_read(tmp_path: Path) -> None:
    picture = read_picture(save(tmp_path / "a.jpg", gradient(), icc_profile=rgb_profile(name="My Screen")))
    assert picture.profile == "My Screen"
    assert picture.notes == ()


def test_linear_light_is_mentioned(tmp_path: Path) -> None:
    picture = read_picture(save(tmp_path / "a.png", gradient(), icc_profile=rgb_profile(gamma=1.0)))
    assert any("linearly" in note for note in picture.notes)


def test_texts_and_comments_are_kept_apart_from_exif(tmp_path: Path) -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("Title", "A picture")
    info.add_itxt("Author", "Zoë 🦊")
    lines = exif_block(3).hex()
    info.add_text("Raw profile type exif", f"\nexif\n{len(lines) // 2}\n{lines}\n")
    picture = read_picture(save(tmp_path / "a.png", gradient(), pnginfo=info))
    assert picture.texts == (("Title", "A picture"), ("Author", "Zoë 🦊"))
    assert picture.orientation == 3
    assert read_picture(save(tmp_path / "a.jpg", gradient(), comment=b"caf\xe9")).texts == (("Comment", "café"),)


def test_gain_maps_are_mentioned(tmp_path: Path) -> None:
    packet = b'<x xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" hdrgm:Version="1.0"/>'
    picture = read_picture(save(tmp_path / "a.jpg", gradient(), xmp=packet))
    assert any("gain map" in note for note in picture.notes)


def test_damaged_exif_is_mentioned_and_left_out(tmp_path: Path) -> None:
    broken = b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x02\x01\x0f\x00\x02\x00\xff\xff\xff\x00\x00\x00\x00"
    buffer = io.BytesIO()
    Image.fromarray(gradient()).save(buffer, "JPEG")
    segment = b"\xff\xe1" + (len(broken) + 2).to_bytes(2, "big") + broken
    (tmp_path / "a.jpg").write_bytes(b"\xff\xd8" + segment + buffer.getvalue()[2:])
    picture = read_picture(tmp_path / "a.jpg")
    assert picture.exif is None
    assert any("EXIF data cannot be read" in note for note in picture.notes)
