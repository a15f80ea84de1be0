from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from picture_files import gradient, save

from restograph.errors import UnsupportedImage
from restograph.image.avif_header import AvifHeader, read_header
from restograph.image.read import read_picture


def _patched(path: Path, mark: bytes, offset: int, value: bytes) -> Path:
    """Overwrite bytes behind a marker of a real AVIF file, as another encoder would have set them."""
    data = bytearray(path.read_bytes())
    at = data.index(mark) + offset
    data[at : at + len(value)] = value
    path.write_bytes(bytes(data))
    return path


def test_ordinary_files_have_eight_bits_and_a_common_space(tmp_path: Path) -> None:
    header = read_header(save(tmp_path / "a.avif", gradient()).read_bytes())
    assert (header.bits, header.hdr, header.wide) == (8, None, False)


@pytest.mark.parametrize(("flags", "bits"), [(0x00, 8), (0x40, 10), (0x60, 12), (0xC0, 10)])
def test_bits_come_from_the_codec_configuration(tmp_path: Path, flags: int, bits: int) -> None:
    path = _patched(save(tmp_path / "a.avif", gradient()), b"av1C", 6, bytes([flags]))
    assert read_header(path.read_bytes()).bits == bits


@pytest.mark.parametrize(("transfer", "name"), [(16, "PQ"), (18, "HLG")])
def test_high_dynamic_range_is_refused(tmp_path: Path, transfer: int, name: str) -> None:
    path = _patched(save(tmp_path / "a.avif", gradient()), b"colrnclx", 10, transfer.to_bytes(2, "big"))
    with pytest.raises(UnsupportedImage, match=rf"{name}.*export it"):
        read_picture(path)


def test_wide_coded_primaries_are_mentioned(tmp_path: Path) -> None:
    path = _patched(save(tmp_path / "a.avif", gradient()), b"colrnclx", 8, (12).to_bytes(2, "big"))
    assert any("primaries 12" in note for note in read_picture(path).notes)


@given(st.binary(max_size=300))
def test_any_bytes_give_neutral_values_or_facts(data: bytes) -> None:
    assert isinstance(read_header(data), AvifHeader)
    assert read_header(b"\x00\x00\x01\x00meta" + data).bits in {8, 10, 12}
