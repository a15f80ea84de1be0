"""Trains the second voter of the task reader on the sentences and words of reader.toml; numpy only, fixed seed.

A naive Bayes voter: the weight of a piece of a word is how much more often it stands in what people say
about one change of a picture than in what they say about all the others.

Usage: python -m restograph.training.reader OUTPUT.npz
"""

import random
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from restograph.task.vote import BUCKETS, pieces

SEED = 20260728
COPIES = 3  # fillings of a frame that has slots
WORD = 2.0  # what a single word of [words] counts, in frames
SMOOTH = 0.3  # frames that every piece is taken to stand in

Tables = dict[str, Any]


def tables() -> Tables:
    """reader.toml: `slots`, `frames` (lists of sentences) and `words` (one string of words) by operation."""
    return tomllib.loads((resources.files("restograph.training") / "reader.toml").read_text("utf-8"))


def examples(read: Tables, seed: int = SEED) -> Iterator[tuple[str, str, float]]:
    """(text, operation, weight): every frame once, or in COPIES fillings that share its weight; every word."""
    draw = random.Random(seed)
    for name, frames in read["frames"].items():
        for frame in frames:
            copies = COPIES if "{" in frame else 1
            for _ in range(copies):
                yield _filled(frame, read["slots"], draw), name, 1 / copies
        for word in read["words"][name].split():
            yield word.replace("-", " "), name, WORD


def _filled(frame: str, slots: dict[str, list[str]], draw: random.Random) -> str:
    return re.sub(r"\{(\w+)\}", lambda m: draw.choice(slots[m[1]]), frame)


def fit(read: Tables, names: list[str], seed: int = SEED) -> NDArray[np.float64]:
    """Log odds of every piece for every operation against all others, shape (BUCKETS, operations)."""
    counts = np.zeros((BUCKETS, len(names)))
    for text, name, weight in examples(read, seed):
        counts[pieces(text), names.index(name)] += weight
    inside = counts + SMOOTH
    outside = counts.sum(axis=1, keepdims=True) - counts + SMOOTH
    odds: NDArray[np.float64] = np.log(inside / inside.sum(axis=0)) - np.log(outside / outside.sum(axis=0))
    return odds


def save(path: Path, names: list[str], weights: NDArray[np.float64]) -> None:
    """Eight bits for each weight; `step` is what one of them counts."""
    step = np.float32(np.abs(weights).max() / 127)
    np.savez_compressed(path, names=np.array(names), weights=np.round(weights / step).astype(np.int8), step=step)


def main() -> int:
    """Train on everything in reader.toml and write the weights."""
    read = tables()
    names = sorted(read["frames"])
    save(Path(sys.argv[1]), names, fit(read, names))
    return 0


if __name__ == "__main__":
    sys.exit(main())
