"""Draw the example picture: a reading scene with what restoration finds hard, then damage it by JPEG.

    python examples/make_picture.py compressed.jpg                    320 x 240, JPEG quality 20
    python examples/make_picture.py compressed.jpg --truth truth.png  and the undamaged scene at 960 x 720

Everything is drawn by this file with a fixed seed and Pillow's built-in font: a face with soft
gradients, hair strands, knitted texture, print in several sizes, a fan of thin lines. It belongs to
no one and shows no real person.
"""

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

Floats = NDArray[np.float64]

WIDTH, HEIGHT = 320, 240
MASTER = 6  # drawn six times larger, so that the 3x truth is antialiased too
QUALITY = 20
SEED = 7

PRINT = (
    ("THE RIVER MILL", 13, True),
    ("a reading lamp, page 43", 8, False),
    ("", 4, False),
    ("At noon the wheel stood still,", 9, False),
    ("and every drop was heard as", 9, False),
    ("it fell from the 48 paddles.", 9, False),
    ("", 4, False),
    ("Nobody in the village knew who", 7, False),
    ("had closed the upper sluice; the", 7, False),
    ("key hung where it always hung,", 7, False),
    ("behind the door, 2.5 m above the", 7, False),
    ("floor, next to a faded map.", 7, False),
)


def scene() -> Image.Image:
    """The whole scene as RGB, 1920 x 1440."""
    rng = np.random.default_rng(SEED)
    image = Image.fromarray(np.uint8(np.clip(_wall(rng), 0, 255)))
    _hair(image, rng, count=700, reach=(14, 46))
    _jumper(image, rng)
    _face(image)
    _hair(image, rng, count=420, reach=(37, 47))
    _page(image)
    _fan(image)
    return image


def reduced(image: Image.Image, factor: int) -> Image.Image:
    """The scene at `factor` times 320 x 240, by averaging."""
    return image.resize((WIDTH * factor, HEIGHT * factor), Image.Resampling.BOX)


def _wall(rng: np.random.Generator) -> Floats:
    """Lamp light on plaster: a warm radial gradient with fine grain of several sizes, h x w x 3."""
    y, x = np.mgrid[0 : HEIGHT * MASTER, 0 : WIDTH * MASTER] / MASTER
    light = np.exp(-(((x - 120) / 190) ** 2 + ((y + 10) / 170) ** 2))
    wall = 52 + 150 * light[..., None] * np.array([1.0, 0.86, 0.66])
    for size, strength in ((2, 5.0), (6, 4.0), (20, 3.0)):
        coarse = rng.normal(0, 1, (HEIGHT * MASTER // (size * 3) + 2, WIDTH * MASTER // (size * 3) + 2))
        grain = Image.fromarray(coarse.astype(np.float32)).resize(
            (WIDTH * MASTER, HEIGHT * MASTER), Image.Resampling.BICUBIC
        )
        wall += strength * np.asarray(grain, dtype=np.float64)[..., None]
    return np.asarray(wall, dtype=np.float64)


def _shaded(mask: Image.Image, colour: Floats, image: Image.Image) -> None:
    """Paste an h x w x 3 array of colours through a mask."""
    image.paste(Image.fromarray(np.uint8(np.clip(colour, 0, 255))), (0, 0), mask)


def _jumper(image: Image.Image, rng: np.random.Generator) -> None:
    """Shoulders in a knitted jumper: V-shaped stitches, four pixels wide in the small picture."""
    y, x = np.mgrid[0 : HEIGHT * MASTER, 0 : WIDTH * MASTER] / MASTER
    stitch = np.sin((y + 1.6 * np.abs((x % 5) - 2.5)) * 2 * np.pi / 4.0)
    column = np.cos((x % 5 - 2.5) * 2 * np.pi / 5)
    rows = np.where(((y // 9) % 3 == 0), 1.0, 0.0)
    base = np.array([44.0, 92.0, 104.0]) + rows[..., None] * np.array([120.0, 62.0, 10.0])
    shade = 1 + 0.22 * stitch + 0.12 * column - 0.35 * np.clip((x - 60) / 150, -0.4, 1)
    shade = shade + rng.normal(0, 0.02, x.shape)
    mask = Image.new("L", image.size)
    draw = ImageDraw.Draw(mask)
    draw.ellipse(_box(2, 158, 172, 330), fill=255)
    _shaded(mask, base * shade[..., None], image)
    neck = Image.new("L", image.size)
    ImageDraw.Draw(neck).rounded_rectangle(_box(70, 130, 104, 180), radius=15 * MASTER, fill=255)
    _shaded(neck, _skin(x, y) * (0.78 - 0.1 * np.clip((x - 87) / 20, -1, 1))[..., None], image)


def _skin(x: Floats, y: Floats) -> Floats:
    """Skin tones lit from the upper left, with a blush: smooth gradients that compression turns into steps."""
    light = 1.05 - 0.0042 * (x - 70) - 0.0022 * (y - 80)
    blush = np.exp(-(((x - 66) / 11) ** 2 + ((y - 118) / 8) ** 2)) + np.exp(
        -(((x - 108) / 11) ** 2 + ((y - 118) / 8) ** 2)
    )
    tone = np.array([224.0, 172.0, 142.0]) * light[..., None]
    return np.asarray(tone + blush[..., None] * np.array([8.0, -22.0, -16.0]), dtype=np.float64)


def _face(image: Image.Image) -> None:
    """An oval face with eyes, brows, nose, mouth and a few freckles."""
    y, x = np.mgrid[0 : HEIGHT * MASTER, 0 : WIDTH * MASTER] / MASTER
    mask = Image.new("L", image.size)
    ImageDraw.Draw(mask).ellipse(_box(48, 48, 126, 156), fill=255)
    _shaded(mask.filter(ImageFilter.GaussianBlur(MASTER / 2)), _skin(x, y), image)
    draw = ImageDraw.Draw(image)
    for centre in (70, 104):
        draw.ellipse(_box(centre - 8, 92, centre + 8, 101), fill=(246, 240, 232))
        draw.ellipse(_box(centre - 4.5, 92, centre + 4.5, 101), fill=(62, 104, 88))
        draw.ellipse(_box(centre - 2, 94.5, centre + 2, 98.5), fill=(12, 14, 16))
        draw.ellipse(_box(centre + 0.6, 94, centre + 1.9, 95.3), fill=(255, 255, 255))
        draw.arc(_box(centre - 9, 89, centre + 9, 104), 190, 350, fill=(58, 34, 26), width=int(1.2 * MASTER))
        draw.arc(_box(centre - 11, 80, centre + 11, 98), 205, 335, fill=(74, 46, 32), width=2 * MASTER)
        for lash in range(-7, 8, 2):
            draw.line(
                _points((centre + lash, 91.5), (centre + lash * 1.25, 88.6)), fill=(48, 30, 24), width=MASTER // 2
            )
    draw.line(_points((88, 94), (92, 117), (84, 119)), fill=(176, 118, 94), width=MASTER, joint="curve")
    draw.chord(_box(74, 124, 101, 139), 0, 180, fill=(182, 84, 84))
    draw.chord(_box(74, 128, 101, 136), 180, 360, fill=(160, 66, 70))
    rng = np.random.default_rng(SEED + 1)
    for px, py in zip(rng.normal(87, 17, 26), rng.normal(112, 4, 26), strict=True):
        draw.ellipse(_box(px - 0.6, py - 0.6, px + 0.6, py + 0.6), fill=(188, 126, 98))


def _hair(image: Image.Image, rng: np.random.Generator, *, count: int, reach: tuple[float, float]) -> None:
    """Strands less than a pixel wide, each in its own tone; `reach` is how far they fall from the parting."""
    draw = ImageDraw.Draw(image)
    for _ in range(count):
        side = rng.choice((-1.0, 1.0))
        root = 87 + rng.normal(0, 2)
        fall = side * rng.uniform(*reach)
        t = np.linspace(0, 1, 14)
        x = root + fall * np.sin(t * np.pi / 2) ** 0.55 + 1.6 * np.sin(t * 9 + rng.uniform(0, 6))
        y = 50 + rng.normal(0, 3) - 13 * np.sin(t * np.pi) + t**1.6 * rng.uniform(62, 108)
        tone = rng.uniform(0.55, 1.5) * np.array([92, 50, 26])
        draw.line(
            _points(*zip(x, y, strict=True)), fill=tuple(int(min(c, 255)) for c in tone), width=int(rng.integers(2, 5))
        )


def _page(image: Image.Image) -> None:
    """A printed page with a thin double frame, text from 13 down to 7 pixels and a small ruler."""
    draw = ImageDraw.Draw(image)
    draw.rectangle(_box(181, 17, 317, 172), fill=(30, 26, 24))
    draw.rectangle(_box(178, 14, 314, 169), fill=(240, 233, 214))
    draw.rectangle(_box(181, 17, 311, 166), outline=(96, 40, 36), width=MASTER // 2)
    draw.rectangle(_box(183, 19, 309, 164), outline=(96, 40, 36), width=MASTER // 3)
    top = 23.0
    for text, size, heading in PRINT:
        font = ImageFont.load_default(size * MASTER)
        draw.text((188 * MASTER, top * MASTER), text, font=font, fill=(120, 30, 30) if heading else (34, 32, 36))
        top += size * 1.28
    for tick in range(61):
        length = 6 if tick % 10 == 0 else 4 if tick % 5 == 0 else 2.5
        draw.line(_points((188 + 2 * tick, 161), (188 + 2 * tick, 161 - length)), fill=(34, 32, 36), width=MASTER // 3)


def _fan(image: Image.Image) -> None:
    """A fan of thin lines that run together, a checkerboard that fades, and concentric rings."""
    draw = ImageDraw.Draw(image)
    draw.rectangle(_box(178, 178, 314, 234), fill=(226, 230, 226))
    for angle in np.linspace(0.03, np.pi / 2 - 0.03, 34):
        end = (182 + 62 * np.cos(angle), 231 - 50 * np.sin(angle))
        draw.line(_points((182, 231), end), fill=(28, 44, 84), width=MASTER // 2)
    for ring in range(1, 13):
        draw.ellipse(
            _box(268 - 2 * ring, 206 - 2 * ring, 268 + 2 * ring, 206 + 2 * ring),
            outline=(28, 44, 84),
            width=MASTER // 2,
        )
    for row in range(9):
        for column in range(3):
            if (row + column) % 2:
                tone = 40 + 18 * row
                draw.rectangle(
                    _box(299 + 4 * column, 182 + 5 * row, 303 + 4 * column, 187 + 5 * row), fill=(tone, 40, 60)
                )


def _box(left: float, top: float, right: float, bottom: float) -> tuple[int, int, int, int]:
    """Corners in pixels of the small picture, on the large drawing."""
    return round(left * MASTER), round(top * MASTER), round(right * MASTER), round(bottom * MASTER)


def _points(*pairs: tuple[float, float]) -> list[tuple[float, float]]:
    return [(float(x) * MASTER, float(y) * MASTER) for x, y in pairs]


def main() -> None:
    """Write the damaged picture and, if asked, the undamaged one three times as large."""
    parser = argparse.ArgumentParser(description="Draw the example picture and damage it by JPEG.")
    parser.add_argument("picture", type=Path, help="JPEG to write, 320 x 240")
    parser.add_argument("--truth", type=Path, help="PNG to write, the undamaged scene at 960 x 720")
    arguments = parser.parse_args()
    whole = scene()
    reduced(whole, 1).save(arguments.picture, "JPEG", quality=QUALITY, subsampling=2)
    if arguments.truth:
        reduced(whole, 3).save(arguments.truth, "PNG")


if __name__ == "__main__":
    main()
