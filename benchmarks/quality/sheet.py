"""Before/after sheet: photographs made small and squeezed by JPEG, restored by the command line, side by side.

    python benchmarks/quality/sheet.py FOLDER -o SHEET.png [--quality 20] [--photos 4]

Each row: truth, input, bicubic, restored; a crop of the middle. The sheet is for looking at, not for
committing: photographs stay where they are.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageDraw

CROP = 300  # pixels of the output that a cell shows
SCALE = 3
LINE = "clean | upscale 3"
TITLES = ("truth", "input: 1/3 size, JPEG {}", "bicubic x3", "restograph run '" + LINE + "'")


def cells(photo: Path, quality: int, folder: Path) -> list[Image.Image]:
    """Truth, input, bicubic and restored crops of one photograph."""
    with Image.open(photo) as image:
        truth = image.convert("RGB")
    width, height = (n // SCALE * SCALE for n in truth.size)
    truth = truth.crop((0, 0, width, height))
    small = folder / f"{photo.stem}.jpg"
    truth.resize((width // SCALE, height // SCALE), Image.Resampling.BICUBIC).save(small, quality=quality)
    restored = folder / f"{photo.stem}.png"
    subprocess.run(
        [sys.executable, "-m", "restograph", "run", LINE, str(small), "-o", str(restored), "--force"], check=True
    )
    with Image.open(small) as image:
        damaged = image.convert("RGB")
    with Image.open(restored) as image:
        ours = image.convert("RGB")
    sides = [
        truth,
        damaged.resize((width, height), Image.Resampling.NEAREST),
        damaged.resize((width, height), Image.Resampling.BICUBIC),
        ours,
    ]
    left, top = (width - CROP) // 2, (height - CROP) // 2
    return [side.crop((left, top, left + CROP, top + CROP)) for side in sides]


def main() -> None:
    """Draw the sheet."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("-o", "--out", type=Path, required=True)
    parser.add_argument("--quality", type=int, default=20)
    parser.add_argument("--photos", type=int, default=4)
    args = parser.parse_args()
    photos = sorted(args.folder.glob("*.jpg"))[: args.photos]
    sheet = Image.new("RGB", (CROP * len(TITLES), (CROP + 4) * len(photos) + 22), "white")
    draw = ImageDraw.Draw(sheet)
    for column, title in enumerate(TITLES):
        draw.text((column * CROP + 4, 4), title.format(args.quality), fill="black")
    with tempfile.TemporaryDirectory() as folder:
        for row, photo in enumerate(photos):
            for column, cell in enumerate(cells(photo, args.quality, Path(folder))):
                sheet.paste(cell, (column * CROP, 22 + row * (CROP + 4)))
    sheet.save(args.out)
    print(args.out)


if __name__ == "__main__":
    main()
