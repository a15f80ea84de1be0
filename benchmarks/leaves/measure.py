"""Photographs alone, dead leaves alone, or both: what a small SAFMN learns from each in the same number of steps.

    python benchmarks/leaves/measure.py --data PHOTOS [--steps 1500] [--leaves 200]

Writes benchmarks/results/leaves.json and leaves.md. One network (16 channels, 4 blocks, x2), the same steps, seed and
schedule; validation is on the last tenth of the photographs for all three, which none of them has trained on.
"""

import argparse
import sys
import time
from pathlib import Path

import torch

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "benchmarks"))
from record import write  # noqa: E402

from restograph.training.data import Bytes, generated, load_photographs, photographs  # noqa: E402
from restograph.training.degrade import Damage  # noqa: E402
from restograph.training.objectives import OBJECTIVES  # noqa: E402
from restograph.training.recipe import Recipe  # noqa: E402
from restograph.training.train import Run  # noqa: E402
from restograph.training.validate import validation  # noqa: E402

BATCHES = 60  # of 8 crops, for validation


def trained(recipe: Recipe, pictures: list[Bytes], held: list[Bytes], folder: Path) -> dict[str, float | int]:
    """Train on the pictures; PSNR-Y in dB on the held-out photographs."""
    begun = time.monotonic()
    folder.mkdir(parents=True, exist_ok=True)
    run = Run(recipe, folder, folder / "checkpoint.pt", lambda text: print(f"{recipe.name}: {text}", flush=True))
    run.loop(pictures, held, None)
    net = OBJECTIVES[recipe.network].build(recipe).eval()
    net.load_state_dict(run.average)
    quality = validation(net, recipe, held, BATCHES)
    return {
        "pictures": len(pictures),
        "psnr_y": round(quality, 2),
        "minutes": round((time.monotonic() - begun) / 60, 1),
    }


def table(results: dict[str, dict[str, float | int]], steps: int) -> str:
    """Markdown."""
    rows = "".join(f"| {name} | {r['pictures']} | {r['psnr_y']} |\n" for name, r in results.items())
    return (
        f"# Photographs or dead leaves\n\nA small SAFMN x2 (16 channels, 4 blocks) after {steps} steps of 8 crops. PSNR-Y in dB on "
        "photographs that none has seen. Made by `benchmarks/leaves/measure.py`.\n\n"
        f"| trained on | pictures | PSNR-Y |\n|---|---|---|\n{rows}"
    )


def main() -> None:
    """Three runs, one table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data" / "photos" / "train")
    parser.add_argument("--steps", type=int, default=1500)
    parser.add_argument("--leaves", type=int, default=200)
    parser.add_argument("--folder", type=Path, default=ROOT / "runs" / "leaves")
    args = parser.parse_args()
    torch.set_num_threads(1)
    base = Recipe(
        name="photographs", sizes={"dim": 16, "n_blocks": 4}, scale=2, steps=args.steps, every=args.steps, leaves=args.leaves,
        damage=Damage(filter="matlab"),
    )  # fmt: skip
    files = photographs(args.data)
    keep = max(1, len(files) // 10)
    real, held = load_photographs(files[:-keep], base), load_photographs(files[-keep:], base)
    drawn = generated(base)
    sets = {"photographs": real, "dead leaves": drawn, "both": real + drawn}
    results = {
        name: trained(base.model_copy(update={"name": name}), pictures, held, args.folder / name.replace(" ", "-"))
        for name, pictures in sets.items()
    }
    path = write("leaves", f"python benchmarks/leaves/measure.py --steps {args.steps} --leaves {args.leaves}", results)
    path.with_suffix(".md").write_text(table(results, args.steps), "utf-8")
    print(table(results, args.steps))


if __name__ == "__main__":
    main()
