"""Tiles: every output pixel written once, everything read on the grid, errors never swallowed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from restograph.errors import OutOfMemory, RunError
from restograph.run.tiles import Cut, on_grid, spans, tiled, tiles

sides = st.integers(1, 70)
cuts = st.builds(
    Cut,
    tile=st.integers(1, 80),
    halo=st.integers(0, 20),
    align=st.sampled_from([1, 2, 3, 8]),
    minimum=st.integers(1, 9),
)


def _noise(height: int, width: int, channels: int = 3) -> np.ndarray:
    return np.random.default_rng(height * 100 + width).random((height, width, channels), dtype=np.float32)


@given(sides, sides, cuts)
def test_every_pixel_is_written_exactly_once(height: int, width: int, cut: Cut) -> None:
    written = np.zeros((height, width), int)
    for tile in tiles(height, width, cut):
        written[tile.rows.start : tile.rows.stop, tile.columns.start : tile.columns.stop] += 1
    assert (written == 1).all()


@given(sides, cuts)
def test_reading_covers_the_halo_and_keeps_to_the_grid(length: int, cut: Cut) -> None:
    for span in spans(0, length, length, cut):
        assert span.low <= max(0, span.start - cut.halo) and span.high >= min(length, span.stop + cut.halo)
        assert 0 <= span.low <= span.start < span.stop <= span.high <= length
        assert span.low % cut.align == 0
        assert span.high % cut.align == 0 or span.high == length
        assert span.high - span.low >= min(length, cut.minimum)


@given(sides, sides, cuts, st.sampled_from([1, 2, 3]))
def test_a_local_function_does_not_see_the_tiles(height: int, width: int, cut: Cut, scale: int) -> None:
    image = _noise(height, width)
    out, _ = tiled(lambda part: part.repeat(scale, 0).repeat(scale, 1), image, cut, scale)
    assert np.array_equal(out, image.repeat(scale, 0).repeat(scale, 1))


def test_tile_size_is_rounded_to_the_grid() -> None:
    assert [on_grid(n, 8) for n in (1, 8, 15, 16, 519)] == [8, 8, 8, 16, 512]


def test_ticks_count_every_pixel_once() -> None:
    seen: list[tuple[int, int]] = []
    tiled(lambda part: part, _noise(20, 30), Cut(7), tick=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (600, 600)
    assert [done for done, _ in seen] == sorted({done for done, _ in seen})


def test_a_tick_that_raises_stops_within_one_tile() -> None:
    calls = 0

    def count(part: np.ndarray) -> np.ndarray:
        nonlocal calls
        calls += 1
        return part

    def cancel(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tiled(count, _noise(40, 40), Cut(8), tick=cancel)
    assert calls == 1


def test_a_tile_of_the_wrong_size_is_refused() -> None:
    with pytest.raises(RunError, match="card is wrong"):
        tiled(lambda part: part[:-1], _noise(9, 9), Cut(4))


def test_the_smallest_tile_that_does_not_fit_ends_the_run() -> None:
    def full(part: np.ndarray) -> np.ndarray:
        raise MemoryError

    with pytest.raises(OutOfMemory, match="tiles of 8 pixels"):
        tiled(full, _noise(50, 50), Cut(32, align=8))


def test_what_does_not_fit_is_cut_until_it_does() -> None:
    image = _noise(50, 70)

    def small_only(part: np.ndarray) -> np.ndarray:
        if part.shape[0] * part.shape[1] > 400:
            raise OutOfMemory("too large")
        return part

    out, tile = tiled(small_only, image, Cut(1000, halo=1))
    assert np.array_equal(out, image)
    assert tile <= 20
