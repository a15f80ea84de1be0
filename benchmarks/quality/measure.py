"""Measure the installed networks: Set5 for enlarging, compressed holdout photographs for cleaning.

    python benchmarks/quality/measure.py [--set5 DIR] [--holdout DIR]

Writes benchmarks/results/quality.json and quality.md. Conventions: whole picture, output rounded to
8 bits; on Set5 PSNR and SSIM of luma (BasicSR) with a border as wide as the factor; on the holdout PSNR
over RGB, no border. Set5 serves for measurement only: nothing was chosen with it.
"""

import argparse
import io
import json
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from restograph.image.quality import psnr, psnr_y, ssim_y
from restograph.image.resample import bicubic
from restograph.models.card import Card
from restograph.models.runtime import Session
from restograph.models.store import installed
from restograph.run.apply_model import apply_model

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "benchmarks"))
from record import write  # noqa: E402

Bytes = NDArray[np.uint8]
BUDGET = 4 * 2**30  # bytes: no picture here is cut into tiles
QUALITIES = (10, 20, 40, 80)
Y = "luma (BasicSR), border = factor, whole picture, 8 bit"
RGB = "RGB, no border, 8 bit, JPEG 4:2:0"


def restored(card: Card, session: Session, picture: Bytes) -> Bytes:
    """The network's output as `restograph run` would write it, 8-bit RGB."""
    pixels = picture.astype(np.float32) / 255.0
    return as_bytes(apply_model(session.run, card, pixels, BUDGET).pixels * 255.0)


def as_bytes(values: NDArray[np.floating]) -> Bytes:
    """Round and clip to 8 bits."""
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def read(path: Path) -> Bytes:
    """8-bit RGB."""
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def set5(card: Card, folder: Path) -> list[dict[str, object]]:
    """Mean PSNR-Y and SSIM-Y of the network and of bicubic."""
    scale, session = int(card.scale), Session(card)
    ours, plain = [], []
    for low in sorted((folder / f"x{scale}").glob("*_LR.png")):
        lr, hr = read(low), read(low.with_name(low.name.replace("_LR", "_HR")))
        up = as_bytes(bicubic(lr.astype(np.float32), hr.shape[1], hr.shape[0]))
        ours.append(_pair(restored(card, session, lr), hr, scale))
        plain.append(_pair(up, hr, scale))
    rows = []
    for name, index, digits in (("PSNR-Y (dB)", 0, 2), ("SSIM-Y", 1, 4)):
        value, base = (round(float(np.mean([p[index] for p in side])), digits) for side in (ours, plain))
        rows.append(row(card, f"Set5 x{scale}", name, value, base, Y))
    return rows


def _pair(a: Bytes, b: Bytes, border: int) -> tuple[float, float]:
    return psnr_y(a, b, border), ssim_y(a, b, border)


def holdout(card: Card, folder: Path) -> list[dict[str, object]]:
    """Mean RGB PSNR of cleaned and of damaged photographs, by JPEG quality; and of clean input."""
    session, rows = Session(card), []
    photos = [read(p) for p in sorted(folder.glob("*.jpg"))]
    for quality in QUALITIES:
        pairs = [(squeezed(photo, quality), photo) for photo in photos]
        ours = [psnr(restored(card, session, damaged), photo) for damaged, photo in pairs]
        plain = [psnr(damaged, photo) for damaged, photo in pairs]
        rows.append(
            row(
                card,
                f"holdout JPEG {quality}",
                "PSNR (dB)",
                round(float(np.mean(ours)), 2),
                round(float(np.mean(plain)), 2),
                RGB,
            )
        )
    return rows


def squeezed(photo: Bytes, quality: int) -> Bytes:
    """Through JPEG at a quality, with 4:2:0 chroma."""
    buffer = io.BytesIO()
    Image.fromarray(photo).save(buffer, "JPEG", quality=quality, subsampling=2)
    return np.asarray(Image.open(buffer).convert("RGB"))


def row(card: Card, benchmark: str, metric: str, value: float, base: float, convention: str) -> dict[str, object]:
    """One figure beside its baseline (bicubic, or the damaged picture)."""
    return {
        "model": card.name, "sha256": card.sha256, "benchmark": benchmark, "metric": metric, "value": value, "baseline": base,
        "convention": convention,
    }  # fmt: skip


def table(rows: list[dict[str, object]]) -> str:
    """Markdown table of all rows."""
    head = "| model | benchmark | metric | baseline | ours |\n|---|---|---|---|---|\n"
    body = "".join(
        f"| {r['model']} | {r['benchmark']} | {r['metric']} | {r['baseline']} | **{r['value']}** |\n" for r in rows
    )
    return f"# Quality of the shipped networks\n\nBaseline: bicubic, or the damaged picture itself. Made by `benchmarks/quality/measure.py`.\n\n{head}{body}"


def main() -> None:
    """Measure all cards and write the results."""
    data = ROOT.parent / "shared" / "data"
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--set5", type=Path, default=data / "set5")
    parser.add_argument("--holdout", type=Path, default=data / "photos" / "holdout")
    args = parser.parse_args()
    rows: list[dict[str, object]] = []
    for card in installed():
        rows += set5(card, args.set5) if card.kind == "upscale" else holdout(card, args.holdout)
    write("quality", "python benchmarks/quality/measure.py", {"rows": rows})
    (ROOT / "benchmarks" / "results" / "quality.md").write_text(table(rows), "utf-8")
    print(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
