"""Export a trained checkpoint into the package: weights, and a card with what was measured.

    python tools/ship.py RUNS/safmn-x2 --kind upscale

Writes src/restograph/models/weights/NAME.onnx and src/restograph/models/catalog/NAME.toml. Quality
figures come from benchmarks/results/quality.json when it speaks of these very weights.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "restograph"
HALO, TILE = 32, 960  # input pixels; the bound that is measured belongs to this halo
DATA = (
    "37 photographs (CC0, Unsplash and Pexels licences) at up to 1536 pixels, the last 3 by name kept for validation; "
    "each used at full and half size"
)
CLEAN_DATA = DATA.replace("full and half size", "full, half and quarter size; and 32 generated pages of text and lines")
COMMANDS = {
    "upscale": "restograph train {0} --data PHOTOS",
    "clean": "restograph train safmn-clean-photos --data PHOTOS && restograph train {0} --data PHOTOS",
}
TITLES = {
    "upscale": "Enlarges by {0} (super-resolution)",
    "clean": "Removes JPEG damage and mild noise at the same size",
}
OPERATIONS = {"upscale": ["super_resolution"], "clean": ["compression_artifact_removal", "denoising"]}


def tile_bound(weights: Path, scale: int) -> float:
    """Largest difference between tiled and whole on pictures of noise, with the halo of the card."""
    import onnxruntime

    from restograph.run.tiles import Cut, tiled

    session = onnxruntime.InferenceSession(str(weights), providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name

    def apply(image: np.ndarray) -> np.ndarray:
        out = session.run(None, {name: np.ascontiguousarray(image.transpose(2, 0, 1)[None])})[0][0]
        return np.asarray(out.transpose(1, 2, 0))

    rng = np.random.default_rng(0)
    worst = 0.0
    for size in ((152, 96), (96, 200), (160, 160)):
        image = rng.random((*size, 3), dtype=np.float32)
        whole = apply(image)
        cut, _ = tiled(apply, image, Cut(tile=48, halo=HALO, align=8), scale)
        worst = max(worst, float(np.abs(whole - cut).max()))
    return worst


def card(name: str, kind: str, shipped: Any, recipe: Any, state: dict[str, Any], bound: float) -> str:
    """The card as TOML."""
    rows = [
        "# Written by tools/ship.py; quality by benchmarks/quality/measure.py.",
        f'name = "{name}"', 'family = "SAFMN"', f'kind = "{kind}"', f"operations = {json.dumps(OPERATIONS[kind])}",
        f'title = "{TITLES[kind].format(shipped.scale)}"', 'paper = "https://arxiv.org/abs/2302.13800"',
        'github = "https://github.com/sunny2109/SAFMN"', 'licence = "Apache-2.0"',
        'licence_note = "Weights trained for this project, starting from random numbers or from its own x2 weights; the network is that of the paper, the code is ours."',
        shipped.toml().strip(), 'stands_in_for = ["*"]', "",
        "[size]", "minimum = 8", "multiple = 8", 'pad = "symmetric"', "",
        "[tiling]", f"tile = {TILE}", f"halo = {HALO}", "align = 8", "exact = false", f"bound = {bound:.1e}", "bytes_per_pixel = 2000", "",
        "[training]", f'data = "{CLEAN_DATA if kind == "clean" else DATA}"', f'command = "{COMMANDS[kind].format(name)}"', f'recipe = "{name}"',
        f"seed = {recipe.seed}", f"steps = {state['step']}", f"minutes = {state['seconds'] / 60:.0f}", "",
    ]  # fmt: skip
    return "\n".join([*rows, *_quality(name, shipped.sha256)]) + "\n"


def _quality(name: str, sha256: str) -> list[str]:
    results = ROOT / "benchmarks" / "results" / "quality.json"
    if not results.exists():
        return []
    rows: list[str] = []
    for row in json.loads(results.read_text("utf-8"))["results"]["rows"]:
        if row["model"] == name and row["sha256"] == sha256:
            rows += [
                "[[quality]]",
                *(
                    f"{key} = {json.dumps(row[key], ensure_ascii=False)}"
                    for key in ("benchmark", "metric", "value", "convention")
                ),
            ]
            rows += ['command = "python benchmarks/quality/measure.py"', ""]
    return rows


def main() -> None:
    """Export, measure the tile bound, write the card."""
    import torch

    from restograph.training.recipe import load_recipe
    from restograph.training.ship import ship

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", type=Path, help="folder of a training run")
    parser.add_argument("--kind", choices=sorted(TITLES), required=True)
    args = parser.parse_args()
    name = args.run.name
    checkpoint = args.run / "checkpoint.pt"
    shipped = ship(checkpoint, name, PACKAGE / "models" / "weights")
    state = torch.load(checkpoint, weights_only=True)
    text = card(name, args.kind, shipped, load_recipe(name), state, 2 * tile_bound(shipped.path, shipped.scale))
    (PACKAGE / "models" / "catalog" / f"{name}.toml").write_text(text, "utf-8")
    print(shipped.toml())


if __name__ == "__main__":
    main()
