"""Trap 3: 16 bit guessed from the pixel maximum, so that a dark 16-bit picture becomes an 8-bit one."""

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from restograph.image.picture import to_uint16
from restograph.image.read import read_picture
from restograph.image.write import write_picture


def _png16(path: Path, samples: np.ndarray) -> Path:
    """A 16-bit PNG written by hand."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    height, width, channels = samples.shape
    rows = samples.astype(">u2").reshape(height, -1).view(np.uint8)
    body = zlib.compress(np.concatenate([np.zeros((height, 1), np.uint8), rows], axis=1).tobytes())
    header = struct.pack(">IIBBBBB", width, height, 16, {1: 0, 3: 2, 4: 6}[channels], 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b""))
    return path


@pytest.mark.parametrize("brightest", [0, 1, 7, 255, 256])
@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_a_dark_16_bit_picture_stays_one(tmp_path: Path, brightest: int, channels: int, suffix: str) -> None:
    samples = np.random.default_rng(0).integers(0, brightest + 1, (12, 10, channels)).astype(np.uint16)
    picture = read_picture(_png16(tmp_path / "dark.png", samples))
    assert picture.depth == 16
    assert write_picture(picture, tmp_path / f"out{suffix}") == ()
    back = read_picture(tmp_path / f"out{suffix}")
    assert back.depth == 16
    assert np.array_equal(np.broadcast_to(to_uint16(back.pixels), samples[..., :3].shape), samples[..., :3])


def test_a_bright_8_bit_picture_stays_one(tmp_path: Path) -> None:
    Image.new("RGB", (6, 4), (255, 254, 253)).save(tmp_path / "bright.png")
    picture = read_picture(tmp_path / "bright.png")
    assert picture.depth == 8
    write_picture(picture, tmp_path / "out.png")
    assert (tmp_path / "out.png").read_bytes()[24] == 8  # the bit depth in the header
