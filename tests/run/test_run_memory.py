"""The memory budget: constant unless asked, and tiles that keep within it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restograph.errors import OutOfMemory
from restograph.models.card import Card, Tiling, read_card
from restograph.run import memory

CARD = read_card(Path(__file__).parents[1] / "data" / "models" / "identity-x1.toml")


def _card(**tiling: int) -> Card:
    return CARD.model_copy(update={"tiling": Tiling(**tiling)})


@given(st.integers(memory.DEFAULT_BUDGET, 2**40))
def test_free_memory_does_not_matter_when_there_is_enough(free: int) -> None:
    assert memory.budget(None, free) == memory.DEFAULT_BUDGET


@given(st.integers(memory.SMALLEST_BUDGET, memory.DEFAULT_BUDGET))
def test_a_small_machine_gets_a_power_of_two_that_fits(free: int) -> None:
    found = memory.budget(None, free)
    assert found <= free < 2 * found or found == memory.DEFAULT_BUDGET
    assert found.bit_count() == 1


def test_what_was_asked_for_counts() -> None:
    assert memory.budget(123_456_789, 1) == 123_456_789
    with pytest.raises(OutOfMemory, match="at least"):
        memory.budget(1000, 2**40)


def test_available_is_a_plausible_number_of_bytes() -> None:
    assert 2**20 < memory.available() < 2**50


def test_available_without_proc(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(memory, "_MEMINFO", tmp_path / "absent")
    assert memory.available() > 2**20


def test_whole_picture_while_it_fits() -> None:
    card = _card(tile=64, halo=16, align=8, bytes_per_pixel=1000)
    assert memory.plan_cut(card, 100, 70, 7_000_000).tile == 104
    assert memory.plan_cut(card, 100, 70, 6_999_999).tile == 48


def test_what_is_needed_beside_the_tiles_counts() -> None:
    card = _card(tile=64, halo=16, align=8, bytes_per_pixel=1000)
    assert memory.plan_cut(card, 100, 70, 7_000_500, 500).tile == 104
    assert memory.plan_cut(card, 100, 70, 7_000_499, 500).tile == 48
    with pytest.raises(OutOfMemory, match="needs 1600500 bytes for its smallest tile, the budget is 1600499"):
        memory.plan_cut(card, 100, 70, 1_600_499, 500)
    assert memory.plan_cut(card, 100, 70, 1_600_500, 500).tile == 8


@given(st.integers(1, 3000), st.integers(1, 3000), st.integers(2**20, 2**32), st.sampled_from([1, 8]))
def test_what_is_read_keeps_within_the_budget(height: int, width: int, limit: int, align: int) -> None:
    card = _card(tile=512, halo=24, align=align, bytes_per_pixel=2000)
    try:
        cut = memory.plan_cut(card, height, width, limit)
    except OutOfMemory:
        assert (align + 48) ** 2 * 2000 > limit
        return
    side = min(cut.tile + 2 * cut.halo, max(height, width))
    assert min(side, height) * min(side, width) * 2000 <= limit
