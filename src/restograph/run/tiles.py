"""Cutting a picture into tiles and putting the results together: pure geometry, any function per tile.

A tile has a core, whose pixels it alone writes, and reads a halo around it that is thrown away after.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from restograph.errors import OutOfMemory, RunError

Pixels = NDArray[np.float32]
R = TypeVar("R")
Apply = Callable[[Pixels], Pixels]  # (h, w, C) -> (h*s, w*s, C)
Tick = Callable[[int, int], None]  # pixels done, pixels in all


@dataclass(frozen=True)
class Cut:
    """How to cut, in input pixels: core size, halo, grid on which everything begins, least side of what is read."""

    tile: int
    halo: int = 0
    align: int = 1
    minimum: int = 1


@dataclass(frozen=True)
class Span:
    """Half-open ranges along one axis: `start:stop` is written, `low:high` around it is read."""

    start: int
    stop: int
    low: int
    high: int


@dataclass(frozen=True)
class Tile:
    """One rectangle of the picture."""

    rows: Span
    columns: Span


def spans(start: int, stop: int, length: int, cut: Cut) -> tuple[Span, ...]:
    """Cut `start:stop` of an axis of `length` pixels; cores follow each other without gap or overlap.

    Everything that is read begins on the grid and is at least `minimum` long where the axis is.
    """
    step = on_grid(cut.tile, cut.align)
    halo = _up(cut.halo, cut.align)
    found = []
    for begin in range(start, stop, step):
        end = min(begin + step, stop)
        low, high = max(0, begin - halo), min(length, _up(end + halo, cut.align))
        if high - low < cut.minimum:
            low = max(0, (high - cut.minimum) // cut.align * cut.align)
            high = min(length, _up(max(high, low + cut.minimum), cut.align))
        found.append(Span(begin, end, low, high))
    return tuple(found)


def tiles(height: int, width: int, cut: Cut) -> Iterator[Tile]:
    """All tiles of a picture, row by row."""
    for rows in spans(0, height, height, cut):
        for columns in spans(0, width, width, cut):
            yield Tile(rows, columns)


def on_grid(tile: int, align: int) -> int:
    """The tile size that is really used: the largest multiple of the grid within `tile`, at least one cell."""
    return max(align, tile // align * align)


def _up(length: int, align: int) -> int:
    return -(-length // align) * align


def tiled(apply: Apply, image: Pixels, cut: Cut, scale: int = 1, tick: Tick | None = None) -> tuple[Pixels, int]:
    """Run `apply` over (H, W, C) tile by tile -> (H*s, W*s, C) and the smallest tile size that was used.

    Raises what `each_tile` raises.
    """
    picture = _Picture(apply, image, scale, tick)
    tile = each_tile(picture.read, picture.write, image.shape[0], image.shape[1], cut)
    assert picture.out is not None
    return picture.out, tile


def each_tile(work: Callable[[Tile], R], keep: Callable[[Tile, R], None], height: int, width: int, cut: Cut) -> int:
    """Do `work` for every tile and `keep` what it gives; returns the smallest tile size that was used.

    A tile whose work runs out of memory is cut smaller and its region done again; the rest follows in that size.
    Any other error of a tile ends the run. Raises OutOfMemory when the smallest tile does not fit either.
    """
    whole = _Work(work, keep, height, width, cut)
    whole.region(0, height, 0, width)
    return whole.cut.tile


class _Work(Generic[R]):
    """The tiles still to be done; `cut` shrinks when memory runs out."""

    def __init__(
        self, work: Callable[[Tile], R], keep: Callable[[Tile, R], None], height: int, width: int, cut: Cut
    ) -> None:
        self.work, self.keep, self.height, self.width = work, keep, height, width
        self.cut = Cut(on_grid(cut.tile, cut.align), cut.halo, cut.align, cut.minimum)

    def region(self, top: int, bottom: int, left: int, right: int) -> None:
        size = self.cut.tile
        for rows in spans(top, bottom, self.height, self.cut):
            for columns in spans(left, right, self.width, self.cut):
                if self.cut.tile < size:  # memory ran out in an earlier tile of this region
                    self.region(rows.start, rows.stop, columns.start, columns.stop)
                else:
                    self.one(Tile(rows, columns))

    def one(self, tile: Tile) -> None:
        try:
            result = self.work(tile)
        except (MemoryError, OutOfMemory) as error:
            self.shrink(error)
            self.region(tile.rows.start, tile.rows.stop, tile.columns.start, tile.columns.stop)
            return
        self.keep(tile, result)

    def shrink(self, error: BaseException) -> None:
        """Halve the tile size, counted from the picture when the tile is larger than it."""
        size = min(self.cut.tile, max(self.height, self.width))
        smaller = on_grid(size // 2, self.cut.align)
        if smaller >= size or size <= self.cut.align:
            raise OutOfMemory(
                f"tiles of {size!r} pixels do not fit into memory and cannot be smaller; "
                "close other programs or give a smaller picture"
            ) from error
        self.cut = Cut(smaller, self.cut.halo, self.cut.align, self.cut.minimum)


class _Picture:
    """The picture being put together from the results of a function of its tiles."""

    def __init__(self, apply: Apply, image: Pixels, scale: int, tick: Tick | None) -> None:
        self.apply, self.image, self.scale, self.tick = apply, image, scale, tick
        self.out: Pixels | None = None
        self.done = 0

    def read(self, tile: Tile) -> Pixels:
        return self.apply(self.image[tile.rows.low : tile.rows.high, tile.columns.low : tile.columns.high])

    def write(self, tile: Tile, result: Pixels) -> None:
        s, rows, columns = self.scale, tile.rows, tile.columns
        wanted = ((rows.high - rows.low) * s, (columns.high - columns.low) * s)
        if result.shape[:2] != wanted:
            raise RunError(f"a tile came back as {result.shape[:2]!r} instead of {wanted!r}; the model's card is wrong")
        if self.out is None:
            height, width = self.image.shape[:2]
            self.out = np.empty((height * s, width * s, result.shape[2]), dtype=np.float32)
        core = result[
            (rows.start - rows.low) * s : (rows.stop - rows.low) * s,
            (columns.start - columns.low) * s : (columns.stop - columns.low) * s,
        ]
        self.out[rows.start * s : rows.stop * s, columns.start * s : columns.stop * s] = core
        self.done += (rows.stop - rows.start) * (columns.stop - columns.start)
        if self.tick:
            self.tick(self.done, self.image.shape[0] * self.image.shape[1])
