"""What an AVIF header says that its decoder does not pass on: bits per channel and the coded colour space."""

from dataclasses import dataclass

_HDR_TRANSFERS = {16: "PQ", 18: "HLG"}  # ITU-T H.273, transfer characteristics
_COMMON_PRIMARIES = {1, 2}  # BT.709 (that of sRGB) and "unspecified"


@dataclass(frozen=True)
class AvifHeader:
    """Facts of the AV1 configuration and of the colour box; neutral values where a box is absent."""

    bits: int = 8  # bits per channel: 8, 10 or 12
    primaries: int = 2  # H.273 number; 2 is "unspecified"
    transfer: int = 2

    @property
    def hdr(self) -> str | None:
        """Name of the high dynamic range transfer, or None."""
        return _HDR_TRANSFERS.get(self.transfer)

    @property
    def wide(self) -> bool:
        """True if the coded primaries are not those of sRGB."""
        return self.primaries not in _COMMON_PRIMARIES


def read_header(data: bytes) -> AvifHeader:
    """Search the `meta` box of an AVIF file; damaged boxes give neutral values, since the decoder judges the file."""
    meta = _meta_box(data)
    bits = 8
    config = meta.find(b"av1C")
    if 0 <= config <= len(meta) - 8:
        flags = meta[config + 6]  # bits: tier, high_bitdepth, twelve_bit, monochrome, subsampling
        bits = 8 if not flags & 0x40 else (12 if flags & 0x20 else 10)
    colour = meta.find(b"colrnclx")
    if not 0 <= colour <= len(meta) - 12:
        return AvifHeader(bits)
    primaries, transfer = (int.from_bytes(meta[colour + i : colour + i + 2], "big") for i in (8, 10))
    return AvifHeader(bits, primaries, transfer)


def _meta_box(data: bytes) -> bytes:
    position = 0
    while position + 8 <= len(data):
        size = int.from_bytes(data[position : position + 4], "big")
        if data[position + 4 : position + 8] == b"meta":
            return data[position : position + max(size, 8)]
        if size < 8:  # 0: to the end, 1: a 64-bit size; both only for pixel data, which comes after meta
            break
        position += size
    return b""
