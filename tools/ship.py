"""Put a trained network into the package: ONNX files, and a card with what was measured.

    python tools/ship.py runs/safmn-x2-long --name safmn-x2 --data PHOTOS

If the package has a model of that name, both are compared on the validation photographs (never on Set5 or
the holdout), and the better one stays. Quality figures of the card come from benchmarks/results/quality.json
when it speaks of these very weights: run benchmarks/quality/measure.py after this, then this with --figures.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "restograph" / "models"
TITLES = {
    "safmn-x2": "Enlarges by 2 (super-resolution)",
    "safmn-x3": "Enlarges by 3 (super-resolution)",
    "safmn-x4": "Enlarges by 4 (super-resolution)",
    "safmn-clean-x1": "Removes JPEG damage and noise at the same size",
    "liif-safmn-any": "Enlarges by any factor, 2.5 or 3.7 as well",
    "mssnet-tiny-deblur": "Removes the blur of a shaken camera at the same size",
}
KINDS = {"safmn-clean-x1": "clean", "mssnet-tiny-deblur": "deblur"}
MULTIPLES = {"SAFMN": 8, "MSSNet": 16, "LIIF": 8}  # padding to these was measured better than none
VALIDATION_BATCHES = 40
MEMORY = """
import resource, sys
import numpy as np
from restograph.models.store import find
from restograph.run.engine import Engine
from restograph.workflow.graph import Node
card = find(sys.argv[1])
params = {"factor": 2.5 if card.any_factor else card.scale} if card.kind == "upscale" else {}
node = Node(id="n", kind=card.kind, params=params, model=card.name)
side = int(sys.argv[2])
Engine((card,), "cpu", 2**40).restore(node, np.random.default_rng(0).random((side, side, 3), dtype=np.float32))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
"""


def bytes_per_pixel(name: str) -> int:
    """Peak memory per input pixel beyond that of a small picture, rounded up to a hundred."""
    small, large = 256, 640
    peaks = [
        int(subprocess.run([sys.executable, "-c", MEMORY, name, str(side)], check=True, capture_output=True).stdout)
        for side in (small, large)
    ]
    return -(-(peaks[1] - peaks[0]) // (large**2 - small**2) // 100) * 100


def tile_bound(card: Any) -> float:
    """Twice the largest difference between tiled and whole on pictures of noise and one of leaves, with the card's halo."""
    from restograph.run.engine import applied, loaded
    from restograph.training.degrade import to_float
    from restograph.training.leaves import leaves

    session, worst = loaded(card, "cpu"), 0.0
    factor = 2.5 if card.any_factor else card.scale
    random = np.random.default_rng(0)
    for image in (random.random((272, 240, 3)), random.random((151, 90, 3)), to_float(leaves(1, 1, 288))):
        picture, size = image.astype(np.float32), tuple(int(side * factor + 0.5) for side in image.shape[:2])
        session.card = card
        whole = applied(session, picture, size, 2**40)  # type: ignore[arg-type]
        for side in (32, 64):
            cut = card.tiling.model_copy(update={"tile": side, "bytes_per_pixel": 2**20})
            session.card = card.model_copy(update={"tiling": cut})
            limit = (side + 2 * card.tiling.halo) ** 2 * 2**20 + 2**26
            parts = applied(session, picture, size, limit)  # type: ignore[arg-type]
            worst = max(worst, float(np.abs(whole.pixels - parts.pixels).max()))
    return 2 * worst


def figures(card: Any) -> list[dict[str, Any]]:
    """Quality rows of the benchmark for these very weights."""
    results = ROOT / "benchmarks" / "results" / "quality.json"
    rows = json.loads(results.read_text("utf-8"))["results"]["rows"] if results.exists() else []
    kept = ("benchmark", "metric", "value", "convention")
    return [
        {k: row[k] for k in kept} | {"command": "python benchmarks/quality/measure.py"}
        for row in rows
        if row["model"] == card.name and row["sha256"] == card.sha256
    ]


def write(card: Any) -> None:
    """The card as a file of the package."""
    from restograph.models.install import card_toml

    head = "# Written by tools/ship.py; quality by benchmarks/quality/measure.py.\n"
    (PACKAGE / "catalog" / f"{card.name}.toml").write_text(head + card_toml(card), "utf-8")


def better(run: Path, name: str, recipe: Any, pictures: Any) -> bool:
    """Whether the run beats what the package has under this name; prints both."""
    from restograph.networks.checkpoint import recognise
    from restograph.networks.export.readback import state_of
    from restograph.networks.liif import config_of
    from restograph.training.objectives import OBJECTIVES
    from restograph.training.start import take_over
    from restograph.training.validate import validation

    recipe = recipe.model_copy(update={"batch": min(recipe.batch, 8)})  # enough crops, in minutes
    new = validation(recognise(run / "checkpoint.pt").net, recipe, pictures, VALIDATION_BATCHES)
    old_files = sorted((PACKAGE / "weights").glob(f"{name}*.onnx"))
    if not old_files:
        print(f"validation {new:.3f} dB; nothing to compare with")
        return True
    state = state_of(old_files)
    if recipe.network.startswith("liif"):  # the decoder may have become wider
        recipe = recipe.model_copy(update={"sizes": {**recipe.sizes, "hidden": config_of(state).hidden}})
    net = OBJECTIVES[recipe.network].build(recipe).eval()
    taken = take_over(net, state)
    old = validation(net, recipe, pictures, VALIDATION_BATCHES) if taken else float("-inf")
    print(f"validation {new:.3f} dB, so far {old:.3f} dB")
    return new > old


def main() -> None:
    """Compare, export, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", type=Path, nargs="?", help="folder of a training run")
    parser.add_argument("--name", help="name of the model; that of the run when left out")
    parser.add_argument("--data", type=Path, help="the photographs that it was trained on")
    parser.add_argument("--licences", default="CC0, Unsplash and Pexels licences", help="of the photographs")
    parser.add_argument("--force", action="store_true", help="ship it even if the one so far is better")
    parser.add_argument("--figures", action="store_true", help="only take the measured quality into all cards")
    args = parser.parse_args()
    if args.figures:
        from restograph.models.store import installed

        for card in installed():
            if card.name in TITLES:
                write(type(card).model_validate(card.model_dump() | {"quality": figures(card)}))
        return
    put(args.run, args.name or args.run.name, args.data, args.licences, args.force)


def put(run: Path, name: str, data: Path, licences: str, force: bool) -> None:
    """One run into the package."""
    import torch

    from restograph.models.card import Measured
    from restograph.models.names import OPERATIONS
    from restograph.models.store import find, installed
    from restograph.networks.checkpoint import recognise
    from restograph.training.data import load_photographs, photographs
    from restograph.training.ship import bf16_fidelity, origin, ship, stage_of

    torch.set_num_threads(1)
    recipe, _ = stage_of(run / "checkpoint.pt")
    files = photographs(data)
    keep = max(1, len(files) // 10)
    pictures = load_photographs(files[-keep:], recipe)
    if not better(run, name, recipe, pictures) and not force:
        sys.exit("the model in the package is better; it stays (--force ships this one)")
    shipped = ship(run / "checkpoint.pt", name)
    for file, content in shipped.files.items():
        (PACKAGE / "weights" / file).write_bytes(content)
    known = {card.name: card for card in installed()}
    sizes = " and ".join(f"{share:g}" for share in recipe.shrink)
    made = [
        f"{n} generated {what}" for n, what in ((recipe.pages, "pages"), (recipe.leaves, "dead-leaves pictures")) if n
    ]
    sentence = (
        f"{len(files)} photographs ({licences}) at up to 1536 pixels, the last {keep} by name kept for validation; "
        f"each used at {sizes} of its size{'; and ' + ' and '.join(made) if made else ''}"
    )
    multiple = MULTIPLES[shipped.card.family]
    size = shipped.card.size.model_copy(update={"minimum": multiple, "multiple": multiple, "pad": "symmetric"})
    update = {
        "stands_in_for": ("*",), "title": TITLES[name], "kind": KINDS.get(name, "upscale"), "size": size,
        "training": origin(run / "checkpoint.pt", sentence, known),
        "bf16": round(bf16_fidelity(recognise(run / "checkpoint.pt").net, recipe, pictures), 1),
    }  # fmt: skip
    card = shipped.card.model_copy(update=update)
    card = card.model_copy(update={"operations": OPERATIONS[card.kind], "quality": ()})
    write(card)
    most = max(card.tiling.bytes_per_pixel, bytes_per_pixel(name))  # what is reused between layers hides some of it
    tiling = card.tiling.model_copy(update={"bytes_per_pixel": most})
    write(card := find(name).model_copy(update={"tiling": tiling}))
    bound = float(f"{tile_bound(find(name)):.1e}")
    write(
        card.model_copy(
            update={
                "tiling": tiling.model_copy(update={"bound": bound}),
                "quality": tuple(Measured(**row) for row in figures(card)),
            }
        )
    )
    print(f"{name}: {sum(map(len, shipped.files.values()))} bytes, tiles differ by at most {bound:g}")


if __name__ == "__main__":
    main()
