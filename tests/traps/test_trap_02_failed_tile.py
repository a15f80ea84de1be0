"""Trap 2: a failed tile is printed and the previous tile is pasted instead."""

from pathlib import Path

import numpy as np
import pytest

from restograph.errors import RunError
from restograph.models.card import Tiling, read_card
from restograph.run.apply_model import apply_model
from restograph.run.tiles import Cut, tiled

CARD = read_card(Path(__file__).parents[1] / "data" / "models" / "identity-x1.toml")
IMAGE = np.random.default_rng(5).random((40, 40, 3), dtype=np.float32)


@pytest.mark.parametrize("number", range(1, 10))
@pytest.mark.parametrize("error", [RuntimeError, RunError, ValueError])
def test_any_failing_tile_fails_the_run(number: int, error: type[Exception]) -> None:
    calls = 0

    def apply(part: np.ndarray) -> np.ndarray:
        nonlocal calls
        calls += 1
        if calls == number:
            raise error("broken")
        return part

    with pytest.raises(error, match="broken"):
        tiled(apply, IMAGE, Cut(16))
    assert calls == number


def test_one_broken_tile_of_a_model_is_not_covered_up() -> None:
    calls = 0

    def infer(batch: np.ndarray) -> np.ndarray:
        nonlocal calls
        calls += 1
        return batch * np.nan if calls == 5 else batch

    card = CARD.model_copy(update={"tiling": Tiling(tile=16, bytes_per_pixel=1000)})
    with pytest.raises(RunError, match="NaN"):
        apply_model(infer, card, IMAGE, 16 * 16 * 1000)
