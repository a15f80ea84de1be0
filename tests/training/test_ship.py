"""What a shipped card says of its training, and the figure by which the better weights are chosen."""

import math
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs the train extra")
pytestmark = pytest.mark.train

from torch import nn  # noqa: E402

from restograph.models.store import installed  # noqa: E402
from restograph.training.degrade import Damage  # noqa: E402
from restograph.training.recipe import load_recipe  # noqa: E402
from restograph.training.ship import origin  # noqa: E402
from restograph.training.validate import EXACT, validation  # noqa: E402


def checkpoint(folder: Path, name: str, start: str) -> Path:
    """A run that ended, with nothing in it but what the card tells."""
    recipe = load_recipe(name).model_copy(update={"start_from": start})
    path = folder / name / "checkpoint.pt"
    path.parent.mkdir(parents=True)
    torch.save({"recipe": recipe.model_dump_json(), "step": 7, "seconds": 120.0, "device": "cuda"}, path)
    return path


@pytest.mark.parametrize(
    ("start", "before"),
    [
        ("safmn-clean-noise", ["safmn-x2", "safmn-clean-photos", "safmn-clean-x1", "safmn-clean-noise"]),
        ("safmn-clean-x1", ["safmn-x2", "safmn-clean-photos", "safmn-clean-x1"]),  # the recipe, not the model
        ("safmn-clean-photos", ["safmn-x2", "safmn-clean-photos"]),
    ],
)
def test_a_stage_that_a_card_knows_brings_those_before_it_and_none_after(
    tmp_path: Path, start: str, before: list[str]
) -> None:
    cards = {card.name: card for card in installed()}
    told = origin(checkpoint(tmp_path, "safmn-clean-final", start), "photographs", cards)
    assert [stage.recipe for stage in told.stages] == [*before, "safmn-clean-final"]
    assert (told.stages[-1].steps, told.minutes, told.stages[-1].device) == (7, 2, "cuda")
    assert told.command.count("restograph train") == len(told.stages)


def test_a_crop_that_comes_back_exactly_does_not_make_the_mean_infinite() -> None:
    pictures = [np.random.default_rng(n).integers(0, 256, (64, 64, 3), dtype=np.uint8) for n in (1, 2)]
    recipe = load_recipe("safmn-clean-x1").model_copy(update={"batch": 4, "patch": 16, "damage": Damage()})

    class Same(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.nothing = nn.Parameter(torch.zeros(1))

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x + self.nothing

    assert validation(Same(), recipe, pictures, 2) == EXACT and math.isfinite(EXACT)
