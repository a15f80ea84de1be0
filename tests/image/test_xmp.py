import time
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from picture_files import XMP

from restograph.image import xmp


@pytest.mark.parametrize(
    "packet",
    [b'<a tiff:Orientation="6"/>', b"<a tiff:Orientation = '6'/>", b"<tiff:Orientation>6</tiff:Orientation>"],
)
def test_orientation_in_its_spellings(packet: bytes) -> None:
    assert xmp.orientation_of(packet) == 6
    assert xmp.orientation_of(xmp.for_output(packet, 1, 1)) == 1


def test_no_orientation() -> None:
    assert xmp.orientation_of(None) is None
    assert xmp.orientation_of(b'<a tiff:Orientation="0"/>') is None


def test_only_stale_values_change() -> None:
    after = xmp.for_output(XMP, 108, 72)
    expected = XMP.replace(b'Orientation="6"', b'Orientation="1"').replace(b'Dimension="36"', b'Dimension="108"')
    assert after == expected


def test_gain_maps_are_announced_no_longer() -> None:
    packet = b'<a xmlns:hdrgm="x" hdrgm:Version="1.0" b="c"/>'
    assert xmp.has_gain_map(packet)
    assert xmp.for_output(packet, 1, 1) == b'<a xmlns:hdrgm="x" b="c"/>'


def test_places_go_and_the_rest_stays() -> None:
    after = xmp.without_location(XMP)
    assert after is not None
    assert b"GPS" not in after
    assert b"Paris" not in after
    assert b'xmp:Rating="4"' in after
    assert after.startswith(b"<?xpacket begin=")
    assert after.endswith(b'<?xpacket end="w"?>')
    ElementTree.fromstring(after[after.index(b"<x:xmpmeta") : after.index(b"<?xpacket end")])


@pytest.mark.parametrize(
    "packet",
    [
        b"not xml",
        b"<a>",
        b'<!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>',
        b'<?xml version="1.0" encoding="klingon"?><a/>',
        b"\xff\xfe<\x00",
    ],
)
def test_what_cannot_be_searched_is_dropped(packet: bytes) -> None:
    assert xmp.without_location(packet) is None


def test_long_padding_takes_no_time() -> None:
    """Editors pad packets with kilobytes of spaces; a careless pattern needs minutes for a megabyte of them."""
    packet = b"<a>" + b" " * 1_000_000 + b"</a>"
    started = time.process_time()
    assert xmp.for_output(packet, 1, 1) == packet
    assert not xmp.has_gain_map(packet)
    assert time.process_time() - started < 5


@given(st.binary(max_size=200))
def test_any_bytes_are_survived(packet: bytes) -> None:
    xmp.for_output(packet, 3, 4)
    after = xmp.without_location(packet)
    assert after is None or b"GPS" not in after
