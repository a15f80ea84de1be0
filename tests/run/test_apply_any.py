"""A network for any factor on one picture: sizes, tiles, blocks, memory, gray, constants, refusals."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from restograph.errors import OutOfMemory, RunError
from restograph.models import store
from restograph.models.anyfactor import AnyFactorSession
from restograph.models.card import Card, SizeRule, Tiling
from restograph.run import apply_any as module
from restograph.run.apply_any import QUERY_BYTES, apply_any
from restograph.run.apply_model import BadOutput

HOME = Path(__file__).parents[1] / "data" / "any"
PLENTY = 2**31
PER_PIXEL = 2**20  # bytes that a card claims, so that a budget makes small tiles
Array = np.ndarray
relaxed = settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
factors = st.fractions(min_value=Fraction(11, 10), max_value=7, max_denominator=12)
sides = st.integers(1, 33)
Load = Callable[[str], AnyFactorSession]


@pytest.fixture(scope="module")
def load() -> Load:
    """Sessions of the toy networks by name, opened once."""
    opened: dict[str, AnyFactorSession] = {}

    def get(name: str) -> AnyFactorSession:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(store.HOME_VARIABLE, str(HOME))
            return opened.setdefault(name, AnyFactorSession(store.find(name), "cpu", threads=1))

    return get


class Counting:
    """A session whose calls are counted and may be made to fail."""

    def __init__(self, session: AnyFactorSession, fail: Callable[[int, str], None] = lambda number, what: None) -> None:
        self.session, self.fail, self.calls = session, fail, 0
        self.taps: list[int] = []

    def encode(self, batch: Array) -> Array:
        self.calls += 1
        self.fail(self.calls, "encode")
        return self.session.encode(batch)

    def query(self, hidden: Array, grid: Mapping[str, Array]) -> Array:
        self.calls += 1
        self.taps.append(len(grid["rows"]) * len(grid["columns"]))
        self.fail(self.calls, "query")
        return self.session.query(hidden, grid)


def noise(height: int, width: int, channels: int = 3) -> Array:
    return np.random.default_rng(height * 100 + width).random((height, width, channels), dtype=np.float32)


def sized(picture: Array, factor: Fraction) -> tuple[int, int]:
    height, width = (floor(n * factor + Fraction(1, 2)) for n in picture.shape[:2])
    return height, width


def tiling(card: Card, side: int) -> tuple[Card, int]:
    """The card with tiles of at most `side`, and a budget that allows no larger ones."""
    rule = card.tiling.model_copy(update={"tile": side, "bytes_per_pixel": PER_PIXEL})
    budget = QUERY_BYTES + (side + 2 * rule.halo) ** 2 * PER_PIXEL
    return card.model_copy(update={"tiling": rule}), budget


def bilinear(picture: Array, size: tuple[int, int]) -> Array:
    """Linear between pixel centres, the outermost ones held beyond them."""
    for axis in (0, 1):
        n = picture.shape[axis]
        place = np.clip((np.arange(size[axis]) + 0.5) * n / size[axis] - 0.5, 0, n - 1)
        low = np.floor(place).astype(int)
        share = (place - low).reshape((-1, 1, 1) if axis == 0 else (1, -1, 1))
        high = np.minimum(low + 1, n - 1)
        picture = picture.take(low, axis) * (1 - share) + picture.take(high, axis) * share
    return picture


@relaxed
@given(sides, sides, factors)
def test_a_known_function_at_any_size_and_factor(load: Load, height: int, width: int, factor: Fraction) -> None:
    session, image = load("bilinear-any"), noise(height, width)
    out = apply_any(session, session.card, image, sized(image, factor), PLENTY).pixels
    assert out.shape[:2] == sized(image, factor)
    assert np.abs(out - bilinear(image, out.shape[:2])).max() <= 1e-5


@pytest.mark.parametrize("factor", [2, 3, 5, 16])
def test_whole_factors_up_to_the_edges(load: Load, factor: int) -> None:
    session, image = load("bilinear-any"), noise(7, 9)
    out = apply_any(session, session.card, image, (7 * factor, 9 * factor), PLENTY).pixels
    assert np.abs(out - bilinear(image, out.shape[:2])).max() <= 1e-5


@relaxed
@given(sides, sides, factors, st.integers(1, 20))
def test_tiles_change_nothing_where_the_halo_covers_all(
    load: Load, height: int, width: int, factor: Fraction, side: int
) -> None:
    session, image = load("edsr-any"), noise(height, width)
    size = sized(image, factor)
    whole = apply_any(session, session.card, image, size, PLENTY)
    cut = apply_any(session, *_with(image, size, tiling(session.card, side)))
    assert not whole.tiled and (cut.tiled or height * width <= (side + 2 * session.card.tiling.halo) ** 2)
    assert np.abs(cut.pixels - whole.pixels).max() <= 1e-6


def _with(image: Array, size: tuple[int, int], cut: tuple[Card, int]) -> tuple[Card, Array, tuple[int, int], int]:
    return cut[0], image, size, cut[1]


@pytest.mark.parametrize("size", [(61, 47), (64, 48), (33, 70)])
def test_seams_of_a_pooling_network_stay_within_a_bound(load: Load, size: tuple[int, int]) -> None:
    """Tiles begin on the pooling grid; what is left comes from beyond the halo."""
    session, image = load("safmn-any"), noise(*size)
    wanted = sized(image, Fraction(5, 2))
    whole = apply_any(session, session.card, image, wanted, PLENTY).pixels
    cut = apply_any(session, *_with(image, wanted, tiling(session.card, 16)))
    assert cut.tiled and cut.tile == 16
    assert np.abs(cut.pixels - whole).max() <= 5e-4 < whole.std()


def test_blocks_change_nothing_and_bound_the_memory(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    session, image = load("edsr-any"), noise(19, 23)
    whole = Counting(session)
    expected = apply_any(whole, session.card, image, (53, 64), PLENTY).pixels
    monkeypatch.setattr(module, "BLOCK_BYTES", 8 * 4 * 100)  # a hundred taps
    monkeypatch.setattr(module, "BLOCK_COLUMNS", 5)
    small = Counting(session)
    out = apply_any(small, session.card, image, (53, 64), PLENTY).pixels
    assert len(small.taps) > len(whole.taps) and max(small.taps) <= 100
    assert np.abs(out - expected).max() <= 1e-6


@pytest.mark.parametrize("error", [MemoryError, OutOfMemory])
def test_trap_01_memory_error_at_every_call_changes_nothing(load: Load, error: type[Exception]) -> None:
    session, image = load("edsr-any"), noise(26, 31)
    card, budget = tiling(session.card, 12)
    expected = apply_any(session, session.card, image, (65, 78), PLENTY).pixels
    counted = Counting(session)
    apply_any(counted, card, image, (65, 78), budget)
    assert counted.calls > 10
    for bad in range(1, counted.calls + 1):

        def fail(number: int, what: str, bad: int = bad) -> None:
            if number == bad:
                raise error("full")

        seen: list[tuple[int, int]] = []
        out = apply_any(
            Counting(session, fail), card, image, (65, 78), budget, lambda done, total, seen=seen: seen.append((done, total))
        )  # fmt: skip
        assert np.abs(out.pixels - expected).max() <= 1e-6
        assert out.tile == 6 and seen[-1] == (65 * 78, 65 * 78) and seen == sorted(set(seen))


def test_trap_02_a_failing_block_fails_the_run(load: Load) -> None:
    def fail(number: int, what: str) -> None:
        if what == "query":
            raise RunError("no")

    session = load("edsr-any")
    with pytest.raises(RunError, match="no"):
        apply_any(Counting(session, fail), session.card, noise(9, 9), (20, 20), PLENTY)


def test_trap_15_cancelling_stops_within_a_block(load: Load) -> None:
    def cancel(done: int, total: int) -> None:
        raise KeyboardInterrupt

    counted = Counting(load("edsr-any"))
    with pytest.raises(KeyboardInterrupt):
        apply_any(counted, counted.session.card, noise(9, 9), (20, 20), PLENTY, cancel)
    assert counted.calls == 2


def test_too_little_memory_is_an_error(load: Load) -> None:
    session = load("edsr-any")
    with pytest.raises(OutOfMemory, match="raise --memory"):
        apply_any(session, tiling(session.card, 5)[0], noise(30, 30), (60, 60), QUERY_BYTES + PER_PIXEL)


@pytest.mark.parametrize("channels", [1, 3])
def test_gray_stays_gray(load: Load, channels: int) -> None:
    session, image = load("bilinear-any"), noise(9, 7, channels)
    out = apply_any(session, session.card, image, (20, 15), PLENTY).pixels
    assert out.shape == (20, 15, channels) and np.abs(out - bilinear(image, (20, 15))).max() <= 1e-5


@pytest.mark.parametrize("value", [0.0, 1.0, 0.3])
def test_a_constant_picture_stays_constant(load: Load, value: float) -> None:
    session = load("edsr-any")
    out = apply_any(session, session.card, np.full((6, 4, 3), value, np.float32), (15, 10), PLENTY).pixels
    assert out.shape == (15, 10, 3) and (out == np.float32(value)).all()


@pytest.mark.parametrize(("made", "message"), [(np.nan, "NaN"), (np.inf, "NaN"), (0.5, "one colour")])
def test_a_result_that_is_no_picture_is_refused(load: Load, made: float, message: str) -> None:
    class Broken(Counting):
        def query(self, hidden: Array, grid: Mapping[str, Any]) -> Array:
            return np.full_like(super().query(hidden, grid), made)

    session = load("edsr-any")
    with pytest.raises(BadOutput, match=message):
        apply_any(Broken(session), session.card, noise(9, 9), (20, 20), PLENTY)


def test_padding_to_the_rule_is_cut_off_again(load: Load) -> None:
    session, image = load("bilinear-any"), noise(11, 5)
    card = session.card.model_copy(update={"size": SizeRule(minimum=16, multiple=8), "tiling": Tiling(halo=3)})
    out = apply_any(session, card, image, (27, 13), PLENTY).pixels
    assert np.abs(out - bilinear(image, (27, 13))).max() <= 1e-5
