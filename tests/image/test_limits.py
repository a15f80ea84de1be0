from pathlib import Path

import numpy as np
import pytest
from picture_files import chunk, save

from restograph.errors import ImageError, LimitExceeded
from restograph.image.limits import Limits, check_bytes, check_pixels
from restograph.image.read import read_picture


def test_size_of_a_file_within_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"12345")
    assert check_bytes(path, Limits(max_bytes=5)) == 5
    with pytest.raises(LimitExceeded, match="5 bytes, the limit is 4"):
        check_bytes(path, Limits(max_bytes=4))


@pytest.mark.parametrize(("size", "refused"), [((100, 100), False), ((101, 100), True)])
def test_pixel_limit_is_inclusive(size: tuple[int, int], refused: bool) -> None:
    limits = Limits(max_pixels=10_000)
    if not refused:
        check_pixels(*size, limits, "x")
        return
    with pytest.raises(LimitExceeded, match="10100 pixels"):
        check_pixels(*size, limits, "x")


def test_empty_sizes_are_damage_not_a_limit() -> None:
    with pytest.raises(ImageError, match="0 x 5") as caught:
        check_pixels(0, 5, Limits(), "x")
    assert not isinstance(caught.value, LimitExceeded)


@pytest.mark.parametrize("kind", ["png", "jpg", "webp", "avif", "tif"])
def test_pixel_limit_holds_for_every_format(tmp_path: Path, kind: str) -> None:
    path = save(tmp_path / f"a.{kind}", np.zeros((20, 30, 3), np.uint8))
    assert read_picture(path, Limits(max_pixels=600)).width == 30
    with pytest.raises(LimitExceeded, match="30 x 20"):
        read_picture(path, Limits(max_pixels=599))


def test_the_header_alone_decides(tmp_path: Path) -> None:
    """A PNG that declares 60000 x 60000 pixels and holds none is refused for its size, not for its damage."""
    header = (60_000).to_bytes(4, "big") * 2 + bytes([8, 2, 0, 0, 0])
    path = tmp_path / "bomb.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"x") + chunk(b"IEND", b""))
    with pytest.raises(LimitExceeded, match="3600000000 pixels"):
        read_picture(path)


def test_pictures_between_pillows_warning_and_our_limit_do_not_warn(tmp_path: Path) -> None:
    """Pillow warns from 89 million pixels; ours go to 134 million. Warnings are errors here, so silence is proven."""
    path = tmp_path / "large.png"
    save(path, np.zeros((10_000, 9_000, 1), np.uint8), mode="L", compress_level=1)
    assert read_picture(path).width == 9_000


@pytest.mark.parametrize("address", ["https://example.org/a.png", "http://x/y.jpg", "file:///etc/passwd"])
def test_addresses_are_not_opened(address: str) -> None:
    with pytest.raises(ImageError, match="address"):
        read_picture(Path(address))


def test_what_is_no_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="is a folder"):
        read_picture(tmp_path)
    with pytest.raises(ImageError, match="there is no file"):
        read_picture(tmp_path / "missing.png")
    with pytest.raises(ImageError, match="not a regular file"):
        read_picture(Path("/dev/null"))
    with pytest.raises(ImageError, match="cannot open"):
        read_picture(Path("a\0b.png"))
