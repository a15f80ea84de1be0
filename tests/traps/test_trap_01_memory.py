"""Trap 1: a retry with a smaller tile after out-of-memory restarts at the wrong row and leaves black rows."""

from pathlib import Path

import numpy as np
import pytest

from restograph.errors import OutOfMemory
from restograph.models.card import Tiling, read_card
from restograph.run.apply_model import apply_model
from restograph.run.tiles import Cut, tiled

CARD = read_card(Path(__file__).parents[1] / "data" / "models" / "identity-x1.toml")


class Failing:
    """The identity, out of memory at chosen call numbers."""

    def __init__(self, *numbers: int, error: type[BaseException] = MemoryError) -> None:
        self.numbers, self.error, self.calls = numbers, error, 0

    def __call__(self, part: np.ndarray) -> np.ndarray:
        self.calls += 1
        if self.calls in self.numbers:
            raise self.error("injected")
        return part


def _noise(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(5).random((height, width, 3), dtype=np.float32)


@pytest.mark.parametrize("error", [MemoryError, OutOfMemory])
@pytest.mark.parametrize(("height", "width"), [(37, 53), (64, 40), (7, 70)])
def test_a_memory_error_at_any_call_loses_no_pixel(height: int, width: int, error: type[BaseException]) -> None:
    image, cut = _noise(height, width), Cut(16, halo=3, align=2)
    count = Failing()
    tiled(count, image, cut)
    for number in range(1, count.calls + 1):
        out, tile = tiled(Failing(number, error=error), image, cut)
        assert np.array_equal(out, image), number
        assert tile < 16


def test_two_memory_errors_at_any_calls_lose_no_pixel() -> None:
    image, cut = _noise(30, 41), Cut(16, halo=1)
    count = Failing()
    tiled(count, image, cut)
    for first in range(1, count.calls + 1):
        for second in range(first + 1, count.calls + 3):
            assert np.array_equal(tiled(Failing(first, second), image, cut)[0], image), (first, second)


def test_the_engine_does_the_same_with_a_model() -> None:
    image = _noise(45, 33)
    card = CARD.model_copy(update={"tiling": Tiling(tile=16, halo=4, align=8, bytes_per_pixel=1000)})
    count = Failing()
    apply_model(count, card, image, 24 * 24 * 1000)
    assert count.calls > 4
    for number in range(1, count.calls + 1):
        applied = apply_model(Failing(number), card, image, 24 * 24 * 1000)
        assert np.array_equal(applied.pixels, image)
        assert applied.tiled and applied.tile == 8
