"""Figures from counted rows, each with a 95 % interval from resampled rows (a fixed seed: the same each time)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SEED, DRAWS = 20261126, 1000


@dataclass(frozen=True)
class Figure:
    """A value between 0 and 1, its 95 % interval, and the number of rows behind it."""

    value: float
    low: float
    high: float
    rows: int


def ratio(rows: Sequence[tuple[float, float]]) -> Figure | None:
    """Sum of the first numbers over the sum of the second ones: a share, or an F1 of (2 hits, found + expected)."""
    return macro({"": rows})


def macro(classes: Mapping[str, Sequence[tuple[float, float]]]) -> Figure | None:
    """Mean over classes of their ratios; all classes count the same rows, in the same order."""
    table = np.array([list(rows) for rows in classes.values()], float)  # classes, rows, 2
    if table.size == 0 or not table[..., 1].sum():
        return None
    count = table.shape[1]
    draws = np.random.default_rng(SEED).integers(0, count, (DRAWS, count))
    values = np.sort([_mean_ratio(table[:, draw]) for draw in draws])
    low, high = values[int(0.025 * DRAWS)], values[int(0.975 * DRAWS) - 1]
    value, low, high = (round(float(x), 3) for x in (_mean_ratio(table), low, high))
    return Figure(value, low, high, count)


def _mean_ratio(table: NDArray[np.float64]) -> float:
    hits, totals = table[..., 0].sum(axis=1), table[..., 1].sum(axis=1)
    there = totals > 0
    return float((hits[there] / totals[there]).mean()) if there.any() else 1.0


def share(rows: Iterable[bool]) -> Figure | None:
    """Share of what holds."""
    return ratio([(float(row), 1.0) for row in rows])


def f1(pairs: Iterable[tuple[set[str], set[str]]]) -> Figure | None:
    """Micro-averaged F1 of found against expected sets."""
    return ratio([(2.0 * len(a & b), float(len(a) + len(b))) for a, b in pairs])


def verdict_f1(pairs: Sequence[tuple[str, str, set[str]]]) -> Figure | None:
    """Macro F1 over the three verdicts of (given, preferred, accepted): an accepted verdict counts as the preferred one."""
    true = [(given, given if given in accepted else preferred) for given, preferred, accepted in pairs]
    return macro(
        {
            name: [(2.0 * (a == b == name), float((a == name) + (b == name))) for a, b in true]
            for name in ("fit", "partial", "off_topic")
        }
    )
