"""Milliseconds of a training step of each network, step by step and recorded, in float32 and bfloat16.

    python benchmarks/training/measure.py --data PHOTOS

Writes benchmarks/results/training.json. Without a GPU there is nothing to record and one number for each network.
"""

import argparse
import sys
import time
from pathlib import Path
from typing import Any

import torch

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "benchmarks"))
from record import write  # noqa: E402

from restograph.training import stepper as module  # noqa: E402
from restograph.training.data import load_photographs, photographs  # noqa: E402
from restograph.training.feed import Steps  # noqa: E402
from restograph.training.objectives import OBJECTIVES, Inputs  # noqa: E402
from restograph.training.recipe import Recipe, load_recipe  # noqa: E402
from restograph.training.train import prepared_device  # noqa: E402

RECIPES = ("safmn-x2-further", "liif-safmn-any", "mssnet-tiny-further")
STEPS = 25


def milliseconds(recipe: Recipe, data: list[Inputs], device: torch.device, half: bool, recorded: bool) -> float:
    """Of one step, after those that choose algorithms and record."""
    torch.manual_seed(0)
    objective, layout = OBJECTIVES[recipe.network], torch.channels_last if half else torch.contiguous_format
    net = objective.build(recipe).to(device).to(memory_format=layout)
    step = module.Stepper(net, lambda n, inputs: objective.loss(n, inputs, recipe), 1e-4, device, layout)
    eager = module.EAGER
    steps = STEPS if device.type == "cuda" else 2
    try:
        module.EAGER = eager if recorded else 10**9
        for number in range(eager + 2 if device.type == "cuda" else 1):
            step(data[number % len(data)], 1e-4, half)
        synchronize(device)
        begun = time.perf_counter()
        for number in range(steps):
            step(data[number % len(data)], 1e-4, half)
        synchronize(device)
    finally:
        module.EAGER = eager
    return round(1000 * (time.perf_counter() - begun) / steps, 2)


def synchronize(device: torch.device) -> None:
    """Wait for the device."""
    if device.type == "cuda":
        torch.cuda.synchronize()


def main() -> None:
    """Every recipe in every way that the device has."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="a folder of photographs")
    device, files = prepared_device(), photographs(parser.parse_args().data)[:3]
    rows: list[dict[str, Any]] = []
    for name in RECIPES:
        recipe = load_recipe(name)
        steps = Steps(load_photographs(files, recipe), recipe, 0)
        data = [steps[number] for number in range(3)]
        row = {"recipe": name, "batch": recipe.batch, "patch": recipe.patch}
        row["step_by_step_ms"] = milliseconds(recipe, data, device, False, False)
        if device.type == "cuda":
            row["recorded_ms"] = milliseconds(recipe, data, device, False, True)
            row["recorded_bfloat16_ms"] = milliseconds(recipe, data, device, True, True)
        rows.append(row)
        print(row)
    name = torch.cuda.get_device_name() if device.type == "cuda" else "processor"
    write("training", "python benchmarks/training/measure.py --data PHOTOS", {"device": name, "rows": rows})


if __name__ == "__main__":
    main()
