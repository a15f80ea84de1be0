"""Trains the small linear models of the readers; numpy only, no chance, the same weights each time.

Regression over hashed pieces of words with a ridge penalty, by Adam on all examples at once: multinomial (one thing of
many) or logistic (each thing for itself). Kept in eight bits for each weight, as task/linear.py reads them.
"""

import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from restograph.task.linear import MIDDLE

Floats = NDArray[np.float32]
Link = Callable[[Floats], Floats]


@dataclass(frozen=True)
class Fit:
    """How a model is fitted: penalty, rate, and how many times over all examples."""

    ridge: float = 1e-5
    rate: float = 0.1
    rounds: int = 50


@dataclass(frozen=True)
class Trained:
    """Weights (buckets, columns) with the names of the columns."""

    names: tuple[str, ...]
    weights: Floats

    @property
    def step(self) -> float:
        """What one unit of a weight counts when it is kept in eight bits."""
        return float(np.abs(self.weights).max() / (MIDDLE - 1))


def shares(scores: Floats) -> Floats:
    """Multinomial link: each row adds up to 1."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    out: Floats = powers / powers.sum(axis=1, keepdims=True)
    return out


def chances(usual: float) -> Link:
    """Logistic link: each column for itself, around the usual odds (their logarithm)."""

    def link(scores: Floats) -> Floats:
        out: Floats = 1 / (1 + np.exp(-(scores + np.float32(usual))))
        return out

    return link


def among(starts: Sequence[int], count: int) -> Link:
    """One of each group of texts: the shares of a group add up to 1. `starts` are the first texts of the groups."""
    first = np.array(starts)
    sizes = np.diff(np.r_[first, count])

    def link(scores: Floats) -> Floats:
        powers = np.exp(scores - np.repeat(np.maximum.reduceat(scores, first, axis=0), sizes, axis=0))
        out: Floats = powers / np.repeat(np.add.reduceat(powers, first, axis=0), sizes, axis=0)
        return out

    return link


@dataclass(frozen=True)
class Sparse:
    """Pieces of all texts, end to end: which ones (n,), of which text, and the same sorted by piece."""

    piece: NDArray[np.intp]
    start: NDArray[np.intp]  # of each text
    row: NDArray[np.intp]
    value: Floats  # (n,1): one over the root of the number of pieces of the text
    order: NDArray[np.intp]
    first: NDArray[np.intp]  # of each piece, in the sorted order

    def scores(self, weights: Floats) -> Floats:
        out: Floats = np.add.reduceat(weights[self.piece] * self.value, self.start, axis=0)
        return out

    def gradient(self, errors: Floats, into: Floats) -> None:
        """Add what each piece got from the errors (texts, columns) to `into` (buckets, columns)."""
        sums = np.add.reduceat((errors[self.row] * self.value)[self.order], self.first, axis=0)
        into[self.piece[self.order[self.first]]] += sums


def sparse(texts: Sequence[Sequence[int]]) -> Sparse:
    """The pieces of each text, by bucket."""
    found = [np.array(text or [0]) for text in texts]
    lengths = np.array([len(f) for f in found])
    piece, row = np.concatenate(found), np.repeat(np.arange(len(found)), lengths)
    order = np.argsort(piece, kind="stable")
    first = np.flatnonzero(np.r_[True, np.diff(piece[order]) != 0])
    value = (1 / np.sqrt(lengths))[row][:, None].astype(np.float32)
    return Sparse(piece, np.r_[0, np.cumsum(lengths)[:-1]], row, value, order, first)


def descend(texts: Sparse, wanted: Floats, counts: Floats, buckets: int, link: Link, how: Fit) -> Floats:
    """Weights (buckets, columns) by Adam; `counts` (texts, 1) is what each text weighs, adding up to 1."""
    weights = np.zeros((buckets, wanted.shape[1]), np.float32)
    mean, square = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, how.rounds + 1):
        gradient = how.ridge * weights
        texts.gradient((link(texts.scores(weights)) - wanted) * counts, gradient)
        mean += 0.1 * (gradient - mean)
        square += 0.01 * (gradient**2 - square)
        weights -= how.rate * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.99**step)) + 1e-6)
    return weights


def save(path: Path, models: Mapping[str, Trained]) -> None:
    """All models of one file, by name, in the format of task/linear.py."""
    rows = [{"name": name, "columns": list(m.names), "step": m.step} for name, m in models.items()]
    buckets = {len(m.weights) for m in models.values()}
    head = json.dumps({"buckets": buckets.pop(), "parts": rows}).encode()
    flat = b"".join(_bytes(m) for m in models.values())
    path.write_bytes(head + b"\n" + zlib.compress(flat, 9))


def _bytes(model: Trained) -> bytes:
    """Column after column, around the middle."""
    whole = np.round(model.weights.T / model.step).astype(np.int16) + MIDDLE
    return whole.astype(np.uint8).tobytes()
