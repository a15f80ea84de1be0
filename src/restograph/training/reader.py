"""Trains the second voter of the task reader; numpy only, fixed seed, the same weights each time.

Multinomial logistic regression over hashed pieces of words (task/vote.py), with a ridge penalty, by Adam on all
examples at once. It learns from two sources: the frames and words of reader.toml, and labelled questions, one a
line, as in benchmarks/answers/corpus/train/questions.txt.

Usage: python -m restograph.training.reader QUESTIONS.txt OUTPUT.bin
"""

import json
import random
import re
import sys
import tomllib
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from restograph.task.vote import BUCKETS, pieces

SEED = 20260728
COPIES = 3  # fillings of a frame that has slots
WORD = 0.5  # what a single word of [words] counts, in frames
QUESTION = 2.0  # what a labelled question counts, in frames
SECOND = 0.6  # what the second operation of a question counts against the first
RIDGE, RATE, ROUNDS = 1e-5, 0.1, 50

Tables = dict[str, Any]
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Example:
    """One text, the operations that it speaks of with their shares (adding up to 1), and what it counts."""

    text: str
    shares: tuple[tuple[str, float], ...]
    weight: float


def tables() -> Tables:
    """reader.toml: `slots`, `frames` (lists of sentences) and `words` (one string of words) by operation."""
    return tomllib.loads((resources.files("restograph.training") / "reader.toml").read_text("utf-8"))


def frames(read: Tables, seed: int = SEED) -> Iterator[Example]:
    """Every frame once, or in COPIES fillings that share its weight; every word."""
    draw = random.Random(seed)
    for name, lines in read["frames"].items():
        for frame in lines:
            copies = COPIES if "{" in frame else 1
            for _ in range(copies):
                yield Example(_filled(frame, read["slots"], draw), ((name, 1.0),), 1 / copies)
        for word in read["words"][name].split():
            yield Example(word.replace("-", " "), ((name, 1.0),), WORD)


def questions(lines: str) -> Iterator[Example]:
    """Examples of lines `operations|constraints|scale|text`, the main operation first."""
    for line in lines.splitlines():
        names, _, _, text = line.split("|", 3)
        listed = names.split(",")
        parts = [1.0] + [SECOND] * (len(listed) - 1)
        shares = tuple((name, part / sum(parts)) for name, part in zip(listed, parts, strict=True))
        yield Example(text, shares, QUESTION)


def _filled(frame: str, slots: dict[str, list[str]], draw: random.Random) -> str:
    return re.sub(r"\{(\w+)\}", lambda m: draw.choice(slots[m[1]]), frame)


@dataclass(frozen=True)
class _Sparse:
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
        """Add what each piece got from the errors (texts, operations) to `into` (BUCKETS, operations)."""
        sums = np.add.reduceat((errors[self.row] * self.value)[self.order], self.first, axis=0)
        into[self.piece[self.order[self.first]]] += sums


def _sparse(texts: Sequence[str]) -> _Sparse:
    found = [np.array(pieces(text) or [0]) for text in texts]
    lengths = np.array([len(f) for f in found])
    piece, row = np.concatenate(found), np.repeat(np.arange(len(found)), lengths)
    order = np.argsort(piece, kind="stable")
    first = np.flatnonzero(np.r_[True, np.diff(piece[order]) != 0])
    value = (1 / np.sqrt(lengths))[row][:, None].astype(np.float32)
    return _Sparse(piece, np.r_[0, np.cumsum(lengths)[:-1]], row, value, order, first)


def fit(examples: Sequence[Example], names: list[str]) -> Floats:
    """Weights of every piece for every operation, shape (BUCKETS, operations)."""
    texts = _sparse([e.text for e in examples])
    wanted = np.zeros((len(examples), len(names)), np.float32)
    for number, example in enumerate(examples):
        for name, part in example.shares:
            wanted[number, names.index(name)] = part
    counts = np.array([e.weight for e in examples], np.float32)[:, None]
    counts /= counts.sum()
    weights = np.zeros((BUCKETS, len(names)), np.float32)
    mean, square = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, ROUNDS + 1):
        gradient = RIDGE * weights
        texts.gradient((_shares(texts.scores(weights)) - wanted) * counts, gradient)
        mean += 0.1 * (gradient - mean)
        square += 0.01 * (gradient**2 - square)
        weights -= RATE * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.99**step)) + 1e-6)
    return weights


def _shares(scores: Floats) -> Floats:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    out: Floats = powers / powers.sum(axis=1, keepdims=True)
    return out


def save(path: Path, names: list[str], weights: Floats) -> None:
    """Eight bits for each weight, in the format that task/vote.py reads; `step` is what one of them counts."""
    step = float(np.abs(weights).max() / 127)
    head = json.dumps({"names": names, "step": step}).encode()
    path.write_bytes(head + b"\n" + zlib.compress(np.round(weights / step).astype(np.int8).tobytes(), 9))


def main() -> int:
    """Train on reader.toml and a file of questions, and write the weights."""
    read = tables()
    names = sorted(read["frames"])
    examples = [*frames(read), *questions(Path(sys.argv[1]).read_text("utf-8"))]
    save(Path(sys.argv[2]), names, fit(examples, names))
    return 0


if __name__ == "__main__":
    sys.exit(main())
