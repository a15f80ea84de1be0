"""Trap 12: decompression bombs, addresses taken for files, and paths compared before they are resolved."""

import struct
import tracemalloc
import zlib
from pathlib import Path

import pytest
from PIL import Image

from restograph.errors import ImageError, LimitExceeded, OutputExists
from restograph.image.limits import Limits
from restograph.image.read import read_picture
from restograph.image.write import write_picture


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _png(path: Path, width: int, height: int, *extra: bytes) -> Path:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    idat = zlib.compress(b"\x00" * 10_000_000)  # ten kilobytes that want to be ten megabytes
    chunks = (_chunk(b"IHDR", header), *extra, _chunk(b"IDAT", idat), _chunk(b"IEND", b""))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(chunks))
    return path


def test_a_pixel_bomb_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    bomb = _png(tmp_path / "bomb.png", 50_000, 50_000)
    tracemalloc.start()
    with pytest.raises(LimitExceeded, match="2500000000 pixels"):
        read_picture(bomb)
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "avif", "tif"])
def test_the_limit_is_the_users(tmp_path: Path, suffix: str) -> None:
    Image.new("RGB", (40, 30)).save(tmp_path / f"a.{suffix}")
    with pytest.raises(LimitExceeded, match=r"raise Limits\.max_pixels"):
        read_picture(tmp_path / f"a.{suffix}", Limits(max_pixels=40 * 30 - 1))
    with pytest.raises(LimitExceeded, match=r"raise Limits\.max_bytes"):
        read_picture(tmp_path / f"a.{suffix}", Limits(max_bytes=50))


def test_a_file_is_weighed_before_it_is_read(tmp_path: Path) -> None:
    """A terabyte that takes no space on the disk: reading it would never end."""
    with (tmp_path / "huge.png").open("wb") as file:
        file.truncate(2**40)
    with pytest.raises(LimitExceeded, match=str(2**40)):
        read_picture(tmp_path / "huge.png")


@pytest.mark.parametrize("name", [b"zTXt", b"iCCP", b"iTXt"])
def test_compressed_metadata_cannot_explode(tmp_path: Path, name: bytes) -> None:
    """Two hundred megabytes of zeros in a text or profile chunk: the file is read without them or refused."""
    packed = zlib.compress(b"\x00" * 200_000_000, 9)
    head = {b"zTXt": b"k\x00\x00", b"iCCP": b"k\x00\x00", b"iTXt": b"k\x00\x01\x00\x00\x00"}[name]
    bomb = _png(tmp_path / "bomb.png", 4, 4, _chunk(name, head + packed))
    tracemalloc.start()
    try:
        read_picture(bomb)
    except ImageError as error:
        assert "bomb.png" in str(error)
    assert tracemalloc.get_traced_memory()[1] < 50_000_000
    tracemalloc.stop()


@pytest.mark.parametrize("address", ["http://169.254.169.254/a.png", "https://example.org/a.jpg", "FTP://x/y.png"])
def test_addresses_are_not_fetched(address: str) -> None:
    with pytest.raises(ImageError, match="read from files only"):
        read_picture(Path(address))


def test_the_input_is_protected_under_every_name(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    Image.new("RGB", (4, 4)).save(tmp_path / "a.png")
    (tmp_path / "link.png").symlink_to("a.png")
    (tmp_path / "hard.png").hardlink_to(tmp_path / "a.png")
    before = (tmp_path / "a.png").read_bytes()
    picture = read_picture(tmp_path / "a.png")
    for name in ("a.png", "link.png", "hard.png", "folder/../a.png"):
        with pytest.raises(OutputExists, match="input itself"):
            write_picture(picture, tmp_path / name, force=True, source=tmp_path / "a.png")
    assert (tmp_path / "a.png").read_bytes() == before
