"""The memory budget, and the tile size that keeps within it.

Where tiles are cut moves pixels a little, so the budget is a constant unless the user gives another or
the machine has less than that: the same picture gives the same bytes, however much memory happens to
be free. The budget used and the tile size stand in the run record.
"""

import contextlib
import os
from math import isqrt
from pathlib import Path

from restograph.errors import OutOfMemory
from restograph.models.card import Card
from restograph.run.tiles import Cut, on_grid

DEFAULT_BUDGET = 2 * 2**30  # bytes: an ordinary laptop with a browser open has them
SMALLEST_BUDGET = 2**26  # bytes: below this the runtime itself does not fit
UNKNOWN_AVAILABLE = 4 * 2**30  # bytes assumed where the system does not say
_MEMINFO = Path("/proc/meminfo")


def available() -> int:
    """Bytes of memory that can be used without swapping, as far as the system says."""
    with contextlib.suppress(OSError, ValueError):  # elsewhere than on Linux there is no such file
        for line in _MEMINFO.read_text("ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return UNKNOWN_AVAILABLE


def budget(asked: int | None, free: int) -> int:
    """Bytes that a network may use. What was asked for counts; else the default, halved until it fits into `free`.

    Halving keeps the number of different budgets, and so of different results, small.
    """
    if asked is not None:
        if asked < SMALLEST_BUDGET:
            raise OutOfMemory(f"a memory budget of {asked!r} bytes is too small; give at least {SMALLEST_BUDGET}")
        return asked
    size = DEFAULT_BUDGET
    while size > free and size > SMALLEST_BUDGET:
        size //= 2
    return size


def plan_cut(card: Card, height: int, width: int, limit: int, beside: int = 0) -> Cut:
    """The whole picture as one tile while it fits into `limit` bytes, else the card's tiles, smaller if need be.

    `beside` are bytes of the limit that are needed for something else than a tile.
    Raises OutOfMemory when not even the smallest tile with its halo fits.
    """
    rule, per_pixel = card.tiling, card.tiling.bytes_per_pixel
    if height * width * per_pixel <= limit - beside:
        return Cut(-(-max(height, width) // rule.align) * rule.align, rule.halo, rule.align, card.size.minimum)
    side = isqrt(max(0, limit - beside) // per_pixel) - 2 * rule.halo
    if side < max(1, rule.align):
        needed = (max(1, rule.align) + 2 * rule.halo) ** 2 * per_pixel + beside
        raise OutOfMemory(
            f"{card.name!r} needs {needed} bytes for its smallest tile, the budget is {limit!r}; raise --memory"
        )
    return Cut(on_grid(min(side, rule.tile), rule.align), rule.halo, rule.align, card.size.minimum)
