"""From a trained checkpoint to files and a card (tools/ship.py puts them into the package)."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn

from restograph.image.quality import psnr
from restograph.models.card import AnyFactor, Card, Stage, Training
from restograph.networks.checkpoint import card_of, recognise
from restograph.training.data import Bytes, batch
from restograph.training.objectives import OBJECTIVES
from restograph.training.recipe import Recipe
from restograph.training.recipe import load_recipe as shipped_recipe
from restograph.training.validate import FIRST

OWNERS = "Weights trained for this project, starting from random numbers; the network is that of the paper, the code is ours."

MOST_MEASURED = 6.0  # times: the largest factor of benchmarks/quality


@dataclass(frozen=True)
class Shipped:
    """The exported files by name, and a card that describes them; titles and measured figures are still to come."""

    files: Mapping[str, bytes]
    card: Card


def ship(checkpoint: Path, name: str) -> Shipped:
    """Export the averaged weights of `checkpoint` under a model's name; raises ModelError."""
    found = recognise(checkpoint)
    exported = found.architecture.export(found.net)
    names = (f"{name}.onnx", f"{name}-query.onnx")[: len(exported)]
    first, *rest = (hashlib.sha256(data).hexdigest() for data in exported)
    changes: dict[str, object] = {
        "name": name, "licence": "Apache-2.0", "licence_note": OWNERS, "weights": names[0], "sha256": first, "bytes": len(exported[0]),
        "input": {"output": "hidden"} if rest else {}, "stands_in_for": ("*",),
    }  # fmt: skip
    if rest:
        changes["any_factor"] = AnyFactor(weights=names[1], sha256=rest[0], bytes=len(exported[1]), most=MOST_MEASURED)
    fields = card_of(found, checkpoint).model_dump() | changes
    return Shipped(dict(zip(names, exported, strict=True)), Card.model_validate(fields))


def origin(checkpoint: Path, data: str, cards: Mapping[str, Card]) -> Training:
    """What the card says about the training: all stages, the last one being the run of this checkpoint.

    Earlier stages are read from the runs beside it, else from the cards of what they became, else only named.
    """
    recipe, last = stage_of(checkpoint)
    stages = (*_stages_before(recipe, checkpoint.parents[1], cards), last)
    return Training(
        data=data,
        command=" && ".join(f"restograph train {stage.recipe} --data PHOTOS" for stage in stages),
        recipe=recipe.name,
        seed=recipe.seed,
        steps=last.steps,
        minutes=last.minutes,
        stages=stages,
    )


def _stages_before(recipe: Recipe, runs: Path, cards: Mapping[str, Card]) -> tuple[Stage, ...]:
    name = recipe.start_from
    if not name:
        return ()
    if (run := runs / name / "checkpoint.pt").is_file():
        before, stage = stage_of(run)
        return (*_stages_before(before, runs, cards), stage)
    for stages in (card.training.stages for card in cards.values()):
        if name in (recipes := [stage.recipe for stage in stages]):
            return stages[: recipes.index(name) + 1]
    if name in cards:
        return cards[name].training.stages
    return (*_stages_before(shipped_recipe(name), runs, cards), Stage(recipe=name))


@torch.no_grad()
def bf16_fidelity(net: nn.Module, recipe: Recipe, pictures: Sequence[Bytes]) -> float:
    """PSNR in dB of what the network makes in bfloat16 against float32, on one batch."""
    low, truth = batch(pictures, recipe.model_copy(update={"batch": 2}), FIRST)
    size, restore = (truth.shape[2], truth.shape[3]), OBJECTIVES[recipe.network].restore
    with torch.autocast("cpu", torch.bfloat16):
        half = restore(net, low, size).float()
    return psnr(half.clamp(0, 1).numpy(), restore(net, low, size).clamp(0, 1).numpy(), peak=1.0)


def stage_of(checkpoint: Path) -> tuple[Recipe, Stage]:
    """The recipe of a run and how far it went; old recipes are read by name."""
    state = torch.load(checkpoint, weights_only=True)
    try:
        recipe = Recipe.model_validate_json(state.get("recipe", ""))
    except ValueError:
        recipe = shipped_recipe(checkpoint.parent.name)
    device = state.get("device", "")
    minutes = round(float(state["seconds"]) / 60)
    return recipe, Stage(
        recipe=recipe.name, steps=int(state["step"]), minutes=minutes, device="" if device == "cpu" else device
    )
