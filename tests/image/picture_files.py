"""Files and profiles for the tests, made without the code under test."""

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

RED_XYZ, GREEN_XYZ, BLUE_XYZ = (0.515, 0.241, -0.001), (0.292, 0.692, 0.042), (0.157, 0.067, 0.784)  # Display P3, D50


def gradient(height: int = 24, width: int = 36, channels: int = 3) -> NDArray[np.uint8]:
    """Smooth 8-bit colours that no flip or rotation maps onto themselves."""
    y, x = np.mgrid[0:height, 0:width]
    planes = (x * 200 // width + 20, y * 180 // height + 40, (x + 2 * y) * 120 // (width + 2 * height) + 60)
    return np.stack(planes[:channels], axis=-1).astype(np.uint8)


def noise16(height: int, width: int, channels: int, seed: int = 0) -> NDArray[np.uint16]:
    """Random 16-bit samples (H, W, C): every byte matters."""
    return np.random.default_rng(seed).integers(0, 65536, (height, width, channels)).astype(np.uint16)


def save(path: Path, array: NDArray[np.generic], mode: str | None = None, **options: Any) -> Path:
    """Write (H, W, C) through Pillow; C decides the mode unless `mode` does."""
    mode = mode or {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}[array.shape[2]]
    Image.frombytes(mode, (array.shape[1], array.shape[0]), np.ascontiguousarray(array).tobytes()).save(path, **options)
    return path


def chunk(name: bytes, data: bytes) -> bytes:
    """One PNG chunk."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png16(path: Path, samples: NDArray[np.uint16], *extra: bytes) -> Path:
    """A 16-bit PNG of 1, 2, 3 or 4 channels, unfiltered, with `extra` chunks before the pixels."""
    height, width, channels = samples.shape
    rows = samples.astype(">u2").reshape(height, -1).view(np.uint8)
    body = np.concatenate([np.zeros((height, 1), np.uint8), rows], axis=1).tobytes()
    header = struct.pack(">IIBBBBB", width, height, 16, {1: 0, 2: 4, 3: 2, 4: 6}[channels], 0, 0, 0)
    parts = (chunk(b"IHDR", header), *extra, chunk(b"IDAT", zlib.compress(body)), chunk(b"IEND", b""))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(parts))
    return path


def tiff(path: Path, samples: NDArray[Any], order: str = "<", **tags: int) -> Path:
    """An uncompressed TIFF of one strip; `tags` named t<number> replace or add SHORT entries."""
    height, width, channels = samples.shape
    data = samples.astype(samples.dtype.newbyteorder(order)).tobytes()
    bits = samples.dtype.itemsize * 8
    short = {256: [width], 257: [height], 258: [bits] * channels, 259: [1], 262: [2 if channels > 2 else 1]}
    short |= {277: [channels], 278: [height], 284: [1]}
    if channels in {2, 4}:
        short[338] = [2]
    short |= {int(name[1:]): [value] for name, value in tags.items()}
    entries = {tag: (3, values) for tag, values in short.items()} | {273: (4, [8]), 279: (4, [len(data)])}
    directory_at = 8 + len(data) + len(data) % 2
    table, tail = struct.pack(order + "H", len(entries)), b""
    for tag, (kind, values) in sorted(entries.items()):
        raw = struct.pack(f"{order}{len(values)}{'H' if kind == 3 else 'I'}", *values)
        table += struct.pack(order + "HHI", tag, kind, len(values))
        if len(raw) > 4:
            table += struct.pack(order + "I", directory_at + 2 + 12 * len(entries) + 4 + len(tail))
            tail += raw
        else:
            table += raw.ljust(4, b"\x00")
    header = (b"II*\x00" if order == "<" else b"MM\x00*") + struct.pack(order + "I", directory_at)
    path.write_bytes(header + data + b"\x00" * (len(data) % 2) + table + b"\x00" * 4 + tail)
    return path


def exif_block(orientation: int | None = 6, gps: bool = True, thumbnail: bool = False) -> bytes:
    """An EXIF block (without prefix) with camera, shot, maker note, sizes and, if wanted, place and thumbnail."""
    exif = Image.Exif()
    exif[0x010F] = "Acme"
    if orientation is not None:
        exif[0x0112] = orientation
    shot = exif.get_ifd(0x8769)
    shot[0x9003] = "2020:01:02 03:04:05"
    shot[0xA002], shot[0xA003] = 36, 24
    shot[0x927C] = b"maker note of some length"
    if gps:
        place = exif.get_ifd(0x8825)
        place[1], place[2] = "N", (48.0, 51.0, 29.6)
    block = exif.tobytes()[6:]
    return _with_thumbnail(block) if thumbnail else block


THUMBNAIL = b"\xff\xd8" + b"old small picture" * 4 + b"\xff\xd9"


def _with_thumbnail(block: bytes) -> bytes:
    """A second directory with a thumbnail behind everything else (Pillow writes big-endian blocks)."""
    first = struct.unpack_from(">I", block, 4)[0]
    pointer = first + 2 + 12 * struct.unpack_from(">H", block, first)[0]
    at = len(block)
    directory = struct.pack(">HHHIIHHIII", 2, 0x0201, 4, 1, at + 30, 0x0202, 4, 1, len(THUMBNAIL), 0)
    return block[:pointer] + struct.pack(">I", at) + block[pointer + 4 :] + directory + THUMBNAIL


XMP = (
    b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
    b'xmlns:tiff="http://ns.adobe.com/tiff/1.0/" xmlns:exif="http://ns.adobe.com/exif/1.0/" '
    b'xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" '
    b'tiff:Orientation="6" exif:PixelXDimension="36" exif:GPSLatitude="48,51.5N" photoshop:City="Paris" '
    b'xmp:Rating="4"><exif:GPSLongitude>2,17.7E</exif:GPSLongitude></rdf:Description></rdf:RDF></x:xmpmeta>'
    b'<?xpacket end="w"?>'
)


def _fixed(value: float) -> bytes:
    return struct.pack(">i", round(value * 65536))


def _xyz(values: tuple[float, ...]) -> bytes:
    return b"XYZ \x00\x00\x00\x00" + b"".join(_fixed(v) for v in values)


def _gamma(value: float) -> bytes:
    return b"curv\x00\x00\x00\x00" + struct.pack(">IH", 1, round(value * 256))


def _profile(space: bytes, pcs: bytes, name: str, tags: dict[bytes, bytes]) -> bytes:
    ascii_name = name.encode("ascii") + b"\x00"
    described = b"desc" + bytes(4) + struct.pack(">I", len(ascii_name)) + ascii_name + bytes(78)
    common = {b"desc": described, b"cprt": b"text" + bytes(4) + b"CC0\x00", b"wtpt": _xyz((0.9642, 1.0, 0.8249))}
    tags = {**common, **tags}
    table, body, start = struct.pack(">I", len(tags)), b"", 132 + 12 * len(tags)
    for tag, data in tags.items():
        table += tag + struct.pack(">II", start + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    head = struct.pack(">I", start + len(body)) + bytes(4) + bytes([2, 0x20, 0, 0])
    head += (b"prtr" if space == b"CMYK" else b"mntr") + space + pcs + struct.pack(">6H", 2020, 1, 1, 0, 0, 0) + b"acsp"
    head += bytes(28) + b"".join(_fixed(v) for v in (0.9642, 1.0, 0.8249))
    return head.ljust(128, b"\x00") + table + body


def rgb_profile(gamma: float = 2.2, name: str = "Wide Test RGB") -> bytes:
    """A matrix profile with the primaries of Display P3."""
    columns = {b"rXYZ": _xyz(RED_XYZ), b"gXYZ": _xyz(GREEN_XYZ), b"bXYZ": _xyz(BLUE_XYZ)}
    return _profile(b"RGB ", b"XYZ ", name, {**columns, **{t: _gamma(gamma) for t in (b"rTRC", b"gTRC", b"bTRC")}})


def gray_profile(gamma: float = 1.8, name: str = "Test Gray") -> bytes:
    """A gray profile with one gamma curve."""
    return _profile(b"GRAY", b"XYZ ", name, {b"kTRC": _gamma(gamma)})


def cmyk_profile(both_ways: bool = True, name: str = "Test Inks") -> bytes:
    """A table profile of ideal inks: each takes its share of light, black from all; with or without a way back."""
    inks = np.stack(np.meshgrid(*[np.linspace(0, 1, 9)] * 4, indexing="ij"), axis=-1).reshape(-1, 4)
    lab = _lab((1 - inks[:, :3]) * (1 - inks[:, 3:]))
    tags = {b"A2B0": _table(4, 3, 9, _lab_codes(lab), ramp=1.0)}
    if both_ways:
        steps = np.linspace(0, 1, 17)
        grid = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1).reshape(-1, 3)
        light = _rgb(np.stack([grid[:, 0] * 100, grid[:, 1] * 256 - 128, grid[:, 2] * 256 - 128], axis=1))
        black = 1 - light.max(axis=1, keepdims=True)
        colours = 1 - light / np.maximum(1 - black, 1e-9)
        codes = np.concatenate([np.where(black < 1, colours, 0), black], axis=1)
        tags[b"B2A0"] = _table(3, 4, 17, np.rint(codes * 65535), ramp=65535 / 65280)
    return _profile(b"CMYK", b"Lab ", name, tags)


def _table(inputs: int, outputs: int, points: int, codes: NDArray[Any], ramp: float) -> bytes:
    """A lut16 tag. `ramp` stretches the inputs, since Lab white is code 0xFF00 and should meet the last point."""
    identity = b"".join(_fixed(v) for v in (1, 0, 0, 0, 1, 0, 0, 0, 1))
    line = np.clip(np.rint(np.linspace(0, 65535, 256)), 0, 65535)
    stretched = np.clip(np.rint(line * ramp), 0, 65535)
    inlets = [stretched if i == 0 else line for i in range(inputs)]
    arrays = [*inlets, codes.ravel(), *[line] * outputs]
    head = b"mft2" + bytes(4) + bytes([inputs, outputs, points, 0]) + identity + struct.pack(">HH", 256, 256)
    return head + b"".join(a.astype(">u2").tobytes() for a in arrays)


_TO_XYZ = np.array([[0.4361, 0.3851, 0.1431], [0.2225, 0.7169, 0.0606], [0.0139, 0.0971, 0.7141]])  # sRGB to D50
_WHITE = _TO_XYZ.sum(axis=1)


def _lab(rgb: NDArray[Any]) -> NDArray[Any]:
    light = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    t = light @ _TO_XYZ.T / _WHITE
    f = np.where(t > 216 / 24389, np.cbrt(t), (24389 / 27 * t + 16) / 116)
    return np.stack([116 * f[:, 1] - 16, 500 * (f[:, 0] - f[:, 1]), 200 * (f[:, 1] - f[:, 2])], axis=1)


def _rgb(lab: NDArray[Any]) -> NDArray[Any]:
    fy = (lab[:, 0] + 16) / 116
    f = np.stack([fy + lab[:, 1] / 500, fy, fy - lab[:, 2] / 200], axis=1)
    t = np.where(f**3 > 216 / 24389, f**3, (116 * f - 16) * 27 / 24389)
    light = np.clip((t * _WHITE) @ np.linalg.inv(_TO_XYZ).T, 0, 1)
    return np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)


def _lab_codes(lab: NDArray[Any]) -> NDArray[Any]:
    return np.clip(np.rint((lab * (2.55, 1, 1) + (0, 128, 128)) * 256), 0, 65535)


def pillow_bytes(image: Image.Image, kind: str, **options: Any) -> bytes:
    """The file Pillow makes of an image."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()
