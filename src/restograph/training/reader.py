"""Trains the second voter of the task reader (task/vote.py): a fixed seed, the same weights each time.

The operations are learned from two sources: the frames and words of reader.toml, and labelled questions, one a line, as
in benchmarks/answers/corpus/train/questions.txt. The constraints are learned from the questions alone.

Usage: python -m restograph.training.reader QUESTIONS.txt OUTPUT.bin
"""

import random
import re
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from restograph.task.vote import BUCKETS, USUAL, pieces
from restograph.training.linear import Fit, Trained, chances, descend, save, shares, sparse

SEED = 20260728
COPIES = 3  # fillings of a frame that has slots
WORD = 0.5  # what a single word of [words] counts, in frames
QUESTION = 2.0  # what a labelled question counts, in frames
SECOND = 0.6  # what the second operation of a question counts against the first
OPERATIONS, CONSTRAINTS = Fit(rounds=50), Fit(rounds=100)
SIZED = {"keep_size", "non_integer_scale"}  # constraints that numbers decide, not words

Tables = dict[str, Any]


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


def fit(examples: Sequence[Example], names: list[str]) -> Trained:
    """The model that tells operations apart."""
    wanted = np.zeros((len(examples), len(names)), np.float32)
    for number, example in enumerate(examples):
        for name, part in example.shares:
            wanted[number, names.index(name)] = part
    counts = np.array([e.weight for e in examples], np.float32)[:, None]
    texts = sparse([pieces(e.text) for e in examples])
    return Trained(tuple(names), descend(texts, wanted, counts / counts.sum(), BUCKETS, shares, OPERATIONS))


def fit_constraints(lines: str) -> Trained:
    """The model that hears constraints: one for each, of questions `operations|constraints|scale|text`."""
    rows = [line.split("|", 3) for line in lines.splitlines()]
    heard = [set(row[1].split(",")) - {""} - SIZED for row in rows]
    names = sorted(set().union(*heard))
    wanted = np.array([[name in row for name in names] for row in heard], np.float32)
    counts = np.full((len(rows), 1), 1 / len(rows), np.float32)
    texts = sparse([pieces(row[3]) for row in rows])
    return Trained(tuple(names), descend(texts, wanted, counts, BUCKETS, chances(USUAL), CONSTRAINTS))


def main() -> int:
    """Train on reader.toml and a file of questions, and write the weights."""
    read, lines = tables(), Path(sys.argv[1]).read_text("utf-8")
    operations = fit([*frames(read), *questions(lines)], sorted(read["frames"]))
    save(Path(sys.argv[2]), {"operation": operations, "constraint": fit_constraints(lines)})
    return 0


if __name__ == "__main__":
    sys.exit(main())
