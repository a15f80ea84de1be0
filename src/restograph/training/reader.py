"""Trains the second voter of the task reader on sentences made from reader.toml; numpy only, fixed seed.

Usage: python -m restograph.training.reader OUTPUT.npz
"""

import random
import re
import sys
import tomllib
from importlib import resources
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from restograph.task.vote import BUCKETS, pieces

SEED = 20260728
COPIES = 10  # sentences made of each frame
EPOCHS, BATCH, RATE, DECAY = 14, 128, 0.02, 2e-4

Example = tuple[str, str]


def frames() -> dict[str, dict[str, list[str]]]:
    """The tables of reader.toml."""
    return tomllib.loads((resources.files("restograph.training") / "reader.toml").read_text("utf-8"))


def sentences(tables: dict[str, dict[str, list[str]]], copies: int, seed: int) -> list[Example]:
    """(sentence, operation) pairs: every frame, filled and wrapped `copies` times."""
    draw = random.Random(seed)
    made = []
    for name, entries in tables["frames"].items():
        for entry in entries:
            for _ in range(copies):
                made.append((_wrapped(_filled(entry, tables["slots"], draw), tables, draw), name))
    return made


def _filled(entry: str, slots: dict[str, list[str]], draw: random.Random) -> str:
    return re.sub(r"\{(\w+)\}", lambda m: draw.choice(slots[m[1]]), entry)


def _wrapped(text: str, tables: dict[str, dict[str, list[str]]], draw: random.Random) -> str:
    head, tail, ask = (draw.choice(tables[t]["none"]) for t in ("heads", "tails", "asks"))
    end = draw.choice([".", ".", "", "!", "?", ","])
    parts = [head, text + end, tail, ask]
    return " ".join(p for p in parts if p)


def matrix(texts: list[str]) -> list[NDArray[np.int64]]:
    return [np.array(pieces(t), dtype=np.int64) for t in texts]


def fit(examples: list[Example], names: list[str], seed: int) -> NDArray[np.float32]:
    """Multinomial logistic regression by Adam; weights of shape (BUCKETS + 1, operations)."""
    order = np.random.default_rng(seed)
    rows = matrix([t for t, _ in examples])
    labels = np.array([names.index(n) for _, n in examples])
    share = 1.0 / np.bincount(labels, minlength=len(names))[labels]
    share *= len(labels) / share.sum()
    weights = np.zeros((BUCKETS + 1, len(names)), np.float32)
    first, second, step = np.zeros_like(weights), np.zeros_like(weights), 0
    for _ in range(EPOCHS):
        shuffled = order.permutation(len(rows))
        for begin in range(0, len(rows), BATCH):
            batch = shuffled[begin : begin + BATCH]
            inputs = np.zeros((len(batch), BUCKETS + 1), np.float32)
            for i, j in enumerate(batch):
                inputs[i, rows[j]] = len(rows[j]) ** -0.5
            inputs[:, -1] = 1
            scores = inputs @ weights
            shares = np.exp(scores - scores.max(axis=1, keepdims=True))
            shares /= shares.sum(axis=1, keepdims=True)
            shares[np.arange(len(batch)), labels[batch]] -= 1
            slope = inputs.T @ (shares * share[batch, None].astype(np.float32)) / len(batch) + DECAY * weights
            step += 1
            first = 0.9 * first + 0.1 * slope
            second = 0.999 * second + 0.001 * slope**2
            weights -= RATE * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
    return weights


def save(path: Path, names: list[str], weights: NDArray[np.float32]) -> None:
    """Eight bits for each weight, with one step per operation."""
    step = np.abs(weights).max(axis=0) / 127
    np.savez_compressed(path, names=np.array(names), weights=np.round(weights / step).astype(np.int8), step=step.astype(np.float32))


def main() -> int:
    """Train and write; prints the accuracy on the sentences it was trained on."""
    tables = frames()
    names = sorted(tables["frames"])
    weights = fit(sentences(tables, COPIES, SEED), names, SEED)
    save(Path(sys.argv[1]), names, weights)
    return 0


if __name__ == "__main__":
    sys.exit(main())
