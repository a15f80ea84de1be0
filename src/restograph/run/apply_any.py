"""A network for any factor on the pixels of one picture: encode a tile, then decode its output pixels in blocks.

The encoder's output is never held for more than a tile, and the decoder's never for more than a block, so
memory depends on the budget and not on the picture; only the result is there as a whole.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from restograph.models.card import Card
from restograph.run.apply_model import Applied, Pixels, batch_of, checked, is_constant, pad, to_channels
from restograph.run.memory import plan_cut
from restograph.run.taps import Taps, pixels_of, taps
from restograph.run.tiles import Span, Tick, Tile, each_tile

BLOCK_BYTES = 2**22  # of one tensor of the query; fastest of 2**20 to 2**25 for the light network
QUERY_BYTES = 4 * BLOCK_BYTES  # what a query needs at once, taken off the encoder's budget
BLOCK_COLUMNS = 128  # output pixels


class AnyFactor(Protocol):
    """What models.anyfactor.AnyFactorSession does."""

    def encode(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        """(1, 3, h, w) -> hidden (h, w, C)."""

    def query(self, hidden: NDArray[np.float32], grid: Mapping[str, NDArray[Any]]) -> NDArray[np.float32]:
        """Hidden rows and the taps of r x c output pixels -> colours (r, c, 3)."""


def apply_any(
    network: AnyFactor, card: Card, pixels: Pixels, size: tuple[int, int], limit: int, tick: Tick | None = None
) -> Applied:
    """Enlarge (H, W, C), C = 1 or 3, values in [0, 1], to the `size` (height, width), within `limit` bytes.

    A picture of one colour stays exactly that colour. Raises BadOutput when the network returns NaN,
    infinity or one colour for a picture that has more, OutOfMemory when no tile fits.
    """
    if is_constant(pixels):
        return Applied(np.tile(pixels[:1, :1], (*size, 1)), max(pixels.shape[:2]), tiled=False)
    padded = pad(pixels, card.size)
    cut = plan_cut(card, padded.shape[0], padded.shape[1], limit, QUERY_BYTES)
    cut = replace(cut, halo=max(cut.halo, 1))  # output pixels at the edge of a tile see the input pixel beyond
    work = _Enlarged(network, card, padded, (pixels.shape[0], pixels.shape[1]), size, tick)
    tile = each_tile(work.one, work.keep, padded.shape[0], padded.shape[1], cut)
    return Applied(
        to_channels(checked(work.out, pixels, card), pixels.shape[2]), tile, tiled=tile < max(padded.shape[:2])
    )


class _Enlarged:
    """The result being filled in. `inside` is the picture without what was padded."""

    def __init__(
        self,
        network: AnyFactor,
        card: Card,
        padded: Pixels,
        inside: tuple[int, int],
        size: tuple[int, int],
        tick: Tick | None,
    ) -> None:
        self.network, self.card, self.padded, self.inside, self.size, self.tick = (
            network, card, padded, inside, size, tick,
        )  # fmt: skip
        self.cell = np.array([2 * n / wanted for n, wanted in zip(inside, size, strict=True)], np.float32)
        self.out: Pixels = np.empty((*size, 3), np.float32)
        self.done = self.told = 0

    def one(self, tile: Tile) -> int:
        """Fill in the output pixels whose centres lie in the tile; returns how many these are."""
        (top, bottom), (left, right) = self.written(tile.rows, 0), self.written(tile.columns, 1)
        if top >= bottom or left >= right:  # a tile of padding
            return 0
        part = self.padded[tile.rows.low : tile.rows.high, tile.columns.low : tile.columns.high]
        hidden = self.network.encode(batch_of(self.card, part))  # h,w,C
        width = min(BLOCK_COLUMNS, right - left)
        height = max(1, BLOCK_BYTES // (hidden.shape[2] * 4 * 4 * width))  # up to 4 taps of C floats for each pixel
        for row in range(top, bottom, height):
            rows = (row, min(row + height, bottom))
            for column in range(left, right, width):
                self.block(hidden, tile, rows, (column, min(column + width, right)))
            self.say((rows[1] - top) * (right - left))
        return (bottom - top) * (right - left)

    def keep(self, tile: Tile, count: int) -> None:
        self.done += count

    def written(self, span: Span, axis: int) -> tuple[int, int]:
        stop = min(span.stop, self.inside[axis])
        return pixels_of(min(span.start, stop), stop, self.inside[axis], self.size[axis])

    def block(self, hidden: NDArray[np.float32], tile: Tile, rows: tuple[int, int], columns: tuple[int, int]) -> None:
        """Decode one block of output pixels from the input rows that it needs."""
        down, across = taps(self.inside[0], self.size[0], *rows), taps(self.inside[1], self.size[1], *columns)
        first, last = int(down.index.min()) - tile.rows.low, int(down.index.max()) - tile.rows.low
        grid = {
            "cell": self.cell,
            **_named("row", down, tile.rows.low + first),
            **_named("column", across, tile.columns.low),
        }
        self.out[slice(*rows), slice(*columns)] = self.network.query(hidden[first : last + 1], grid)

    def say(self, count: int) -> None:
        """Tell the progress, never backwards: a tile may be begun again, smaller."""
        now = self.done + count
        if self.tick and now > self.told:
            self.told = now
            self.tick(now, self.size[0] * self.size[1])


def _named(side: str, found: Taps, start: int) -> dict[str, NDArray[Any]]:
    """Taps under the names of the query's inputs, counted from the first input pixel that it is given."""
    return {
        f"{side}s": found.index - start,
        f"{side}_offsets": found.offset,
        f"{side}_pairs": found.pairs,
        f"{side}_weights": found.weights,
    }
