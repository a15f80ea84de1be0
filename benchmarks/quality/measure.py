"""Measure the installed networks: benchmarks of enlarging, and damaged holdout photographs.

    python benchmarks/quality/measure.py [--set5 DIR] [--holdout DIR] [--benchmark DIR ...] [--only NAME ...]

Writes benchmarks/results/quality.json and quality.md. Conventions: output rounded to 8 bits as in a file;
enlarging: whole picture, PSNR and SSIM of luma (BasicSR) with a border as wide as the factor, rounded up;
the holdout: the middle 640 pixels of each photograph, PSNR over RGB, no border, fixed seeds that no training run has.
Set5 and the holdout serve for measurement only: nothing is chosen with them.
"""

import argparse
import json
import sys
from collections.abc import Callable
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from restograph.image.quality import psnr, psnr_liif_benchmark, psnr_y, ssim_y
from restograph.image.resample import bicubic
from restograph.models.card import Card
from restograph.models.store import installed
from restograph.run.engine import Engine
from restograph.training.degrade import to_bytes, to_float
from restograph.workflow.graph import Node

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "benchmarks"), str(ROOT / "benchmarks" / "quality")]
from pictures import benchmark_pairs, grainy, middles, shaken, squeezed  # noqa: E402
from record import write  # noqa: E402

Bytes = NDArray[np.uint8]
Rows = list[dict[str, Any]]
ANY_FACTORS = (2.0, 2.5, 3.0, 3.7, 4.0, 6.0)
QUALITIES, SIGMAS, LENGTHS = (10, 20, 40, 80, 95), (5, 15, 25), (3, 6, 10)
PUBLISHED = {"Set5 x2": 38.00, "Set5 x3": 34.34, "Set5 x4": 32.18}  # SAFMN, arXiv 2302.13800, table 1: PSNR-Y
Y = "luma (BasicSR), border = factor, whole picture, 8 bit"
LIIF = "LIIF: unrounded, shave = factor"
RGB = "RGB, no border, 8 bit"


class Runner:
    """Runs cards as `restograph run` does, on whole pictures."""

    def __init__(self) -> None:
        self.engine = Engine(installed(), "cpu", 2**40)

    def __call__(self, card: Card, picture: Bytes, factor: float = 1.0) -> NDArray[np.float32]:
        """What the network makes of 8-bit RGB, in [0, 1]."""
        params: dict[str, int | float | str] = {"factor": factor} if card.kind == "upscale" else {}
        return self.engine.restore(Node(id="n", kind=card.kind, params=params, model=card.name), to_float(picture))


def enlarging(card: Card, name: str, folder: Path, factor: float, run: Runner) -> Rows:
    """Mean figures of the network and of bicubic on one benchmark at one factor."""
    border, scores = ceil(factor), []
    for lr, truth in benchmark_pairs(folder, factor):
        made = run(card, lr, factor)
        height, width = (min(sides) for sides in zip(made.shape[:2], truth.shape[:2], strict=True))
        plain = to_bytes(bicubic(to_float(lr), truth.shape[1], truth.shape[0]))
        made, hr, plain = (side[:height, :width] for side in (made, truth, plain))
        liif = [psnr_liif_benchmark(side, to_float(hr), factor) for side in (made, to_float(plain))]
        eight = to_bytes(made)
        scores.append(
            [
                psnr_y(eight, hr, border),
                psnr_y(plain, hr, border),
                ssim_y(eight, hr, border),
                ssim_y(plain, hr, border),
                *liif,
            ]
        )
    means = np.mean(scores, axis=0)
    benchmark = f"{name} x{factor:g}"
    rows = [
        row(card, benchmark, "PSNR-Y (dB)", means[0], means[1], Y, 2),
        row(card, benchmark, "SSIM-Y", means[2], means[3], Y, 4),
    ]
    if card.any_factor:
        rows.append(row(card, benchmark, "PSNR, LIIF (dB)", means[4], means[5], LIIF, 2))
    if benchmark in PUBLISHED:
        rows[0]["published"] = PUBLISHED[benchmark]
    return rows


def damaged(card: Card, photos: list[tuple[str, Bytes]], run: Runner) -> Rows:
    """Mean RGB PSNR of restored and of damaged photographs, at every strength of what the network is for."""
    damages: dict[str, Callable[[str, Bytes], Bytes]] = {}
    if card.kind == "clean":
        damages |= {f"JPEG {q}": lambda n, p, q=q: squeezed(p, q) for q in QUALITIES}  # type: ignore[misc]
        damages |= {f"noise {s}": lambda n, p, s=s: grainy(p, n, s) for s in SIGMAS}  # type: ignore[misc]
    else:
        damages |= {f"blur {length}": lambda n, p, s=length: shaken(p, n, s) for length in LENGTHS}  # type: ignore[misc]
    rows = []
    for label, damage in damages.items():
        pairs = [(damage(name, photo), photo) for name, photo in photos]
        ours = [psnr(to_bytes(run(card, bad)), good) for bad, good in pairs]
        plain = [psnr(bad, good) for bad, good in pairs]
        rows.append(row(card, f"holdout {label}", "PSNR (dB)", float(np.mean(ours)), float(np.mean(plain)), RGB, 2))
    return rows


def row(
    card: Card, benchmark: str, metric: str, value: float, base: float, convention: str, digits: int
) -> dict[str, Any]:
    """One figure beside its baseline (bicubic, or the damaged picture)."""
    value, base = round(float(value), digits), round(float(base), digits)
    return {
        "model": card.name, "sha256": card.sha256, "benchmark": benchmark, "metric": metric, "value": value, "baseline": base,
        "convention": convention,
    }  # fmt: skip


def measured(card: Card, benchmarks: dict[str, Path], photos: list[tuple[str, Bytes]], run: Runner) -> Rows:
    """All rows of one card."""
    if card.kind != "upscale":
        return damaged(card, photos, run)
    factors = ANY_FACTORS if card.any_factor else (float(card.scale),)
    return [r for name, folder in benchmarks.items() for f in factors for r in enlarging(card, name, folder, f, run)]


def table(rows: Rows) -> str:
    """Markdown table of all rows."""
    head = "| model | benchmark | metric | baseline | ours | gain | published SAFMN |\n|---|---|---|---|---|---|---|\n"
    body = "".join(
        f"| {r['model']} | {r['benchmark']} | {r['metric']} | {r['baseline']} | **{r['value']}** | "
        f"{r['value'] - r['baseline']:+.4g} | {r.get('published', '')} |\n"
        for r in rows
    )
    return (
        "# Quality of the shipped networks\n\nBaseline: bicubic, or the damaged picture itself. Conventions, machine and "
        f"digests: `quality.json`. Made by `benchmarks/quality/measure.py`.\n\n{head}{body}"
    )


def main() -> None:
    """Measure the cards and write the results; rows of cards that are left out stay if their weights are the same."""
    data = ROOT.parent / "shared" / "data"
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--set5", type=Path, default=data / "set5")
    parser.add_argument("--holdout", type=Path, default=data / "photos" / "holdout")
    parser.add_argument("--benchmark", type=Path, action="append", default=[], help="another folder of pictures")
    parser.add_argument("--only", action="append", default=[], help="names of the cards to measure")
    args = parser.parse_args()
    cards, run, photos = installed(), Runner(), middles(args.holdout)
    benchmarks = {"Set5": args.set5} | {folder.name: folder for folder in args.benchmark}
    path = ROOT / "benchmarks" / "results" / "quality.json"
    before: Rows = json.loads(path.read_text("utf-8"))["results"]["rows"] if path.exists() else []
    rows: Rows = []
    for card in cards:
        if args.only and card.name not in args.only:
            rows += [r for r in before if r["model"] == card.name and r["sha256"] == card.sha256]
            continue
        found = measured(card, benchmarks, photos, run)
        print(table(found).partition("|---|---|---|---|---|---|---|\n")[2], end="", flush=True)
        rows += found
    write("quality", "python benchmarks/quality/measure.py", {"rows": rows})
    path.with_suffix(".md").write_text(table(rows), "utf-8")


if __name__ == "__main__":
    main()
