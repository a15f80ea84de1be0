"""Draw docs/sheets/NAME.png for every shipped network: input, what plain means give, ours, truth, side by side.

    python tools/model_sheets.py [NAME ...]

The pictures are the project's own: the example scene, dead leaves, a generated page. None of them was
trained on: their seeds are not those of any recipe.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from restograph.image.resample import bicubic, matlab_bicubic
from restograph.models.card import Card
from restograph.models.store import installed
from restograph.run.engine import Engine
from restograph.training.blur import motion_kernel
from restograph.training.degrade import in_light, jpeg, noisy, to_bytes, to_float
from restograph.training.leaves import leaves
from restograph.training.pages import page
from restograph.workflow.graph import Node

ROOT = Path(__file__).parents[1]
SHEETS = ROOT / "docs" / "sheets"
SEED = 4242
CELL, ENLARGED = 96, 2  # pixels of the truth in a cell, and how large each of them is drawn
FACTOR = 2.5  # at which the network for any factor is shown

Bytes = NDArray[np.uint8]
Cells = list[tuple[str, Bytes]]


def scene() -> Bytes:
    """The undamaged example scene, 960 x 720."""
    sys.path.insert(0, str(ROOT / "examples"))
    drawing: ModuleType = __import__("make_picture")
    truth: Bytes = np.asarray(drawing.reduced(drawing.scene(), 3).convert("RGB"))
    return truth


def cuts() -> list[Bytes]:
    """Truths around the places that are shown; every factor here divides their sides."""
    side, drawing = 240, scene()
    places = ((drawing, 60, 560), (drawing, 480, 690), (leaves(SEED, 1), 120, 120), (page(SEED, 5), 130, 130))
    return [picture[top : top + side, left : left + side] for picture, top, left in places]


def enlarged(card: Card, run: Callable[[Bytes], Bytes], truth: Bytes, factor: float) -> Cells:
    """Cells of one row: the small picture, bicubic, the network, the truth."""
    size = int(truth.shape[0] / factor)
    small = (
        matlab_bicubic(truth, size, size) if factor == int(factor) else to_bytes(bicubic(to_float(truth), size, size))
    )
    plain = to_bytes(bicubic(to_float(small), truth.shape[1], truth.shape[0]))
    blocks = np.asarray(Image.fromarray(small).resize(truth.shape[1::-1], Image.Resampling.NEAREST))
    return [(f"input, 1/{factor:g}", blocks), ("bicubic", plain), (card.name, run(small)), ("truth", truth)]


def restored(card: Card, run: Callable[[Bytes], Bytes], truth: Bytes, number: int) -> Cells:
    """Cells of one row: two kinds of damage, each before and after, and the truth."""
    if card.kind == "deblur":
        kernel = motion_kernel(4.0 + 2 * number, np.random.default_rng([SEED, number]))
        bad = to_bytes(noisy(in_light(to_float(truth), kernel), 1.0, False, np.random.default_rng(number)))
        return [(f"shaken, {4 + 2 * number} pixels", bad), (card.name, run(bad)), ("truth", truth)]
    squeezed = jpeg(truth, 15, 2)
    grainy = to_bytes(noisy(to_float(truth), 25.0, False, np.random.default_rng(number)))
    return [
        ("JPEG 15", squeezed), (card.name, run(squeezed)), ("noise 25", grainy), (card.name, run(grainy)), ("truth", truth),
    ]  # fmt: skip


def sheet(card: Card) -> Image.Image:
    """All rows of a network."""
    factor = FACTOR if card.any_factor else float(card.scale)
    params: dict[str, int | float | str] = {"factor": factor} if card.kind == "upscale" else {}
    engine, node = Engine((card,), "cpu", 2**40), Node(id="n", kind=card.kind, params=params, model=card.name)

    def run(picture: Bytes) -> Bytes:
        return to_bytes(engine.restore(node, to_float(picture)))

    truths = cuts()
    if card.kind == "upscale":
        rows = [enlarged(card, run, truth, factor) for truth in truths]
    else:
        rows = [restored(card, run, truth, number) for number, truth in enumerate(truths)]
    return drawn(rows)


def drawn(rows: list[Cells]) -> Image.Image:
    """The middles of all cells in a grid, their titles on top."""
    step, head, font = CELL * ENLARGED + 4, 20, ImageFont.load_default(13)
    image = Image.new("RGB", (step * len(rows[0]) - 4, step * len(rows) + head - 4), "white")
    draw = ImageDraw.Draw(image)
    for column, (title, _) in enumerate(rows[0]):
        draw.text((column * step + 2, 2), title.partition(",")[0] if "shaken" in title else title, "black", font)
    for number, row in enumerate(rows):
        for column, (_, picture) in enumerate(row):
            top, left = ((side - CELL) // 2 for side in picture.shape[:2])
            cell = Image.fromarray(picture[top : top + CELL, left : left + CELL])
            large = cell.resize((CELL * ENLARGED, CELL * ENLARGED), Image.Resampling.NEAREST)
            image.paste(large, (column * step, head + number * step))
    return image


def main() -> None:
    """Draw the sheets of the named networks, or of all that are shipped."""
    SHEETS.mkdir(exist_ok=True)
    for card in installed():
        if len(sys.argv) == 1 or card.name in sys.argv[1:]:
            path = SHEETS / f"{card.name}.png"
            sheet(card).save(path, optimize=True)
            print(f"{path}: {path.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
