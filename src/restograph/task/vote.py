"""The second voter: a small linear classifier over hashed pieces of words, trained by training/reader.py.

It ranks what the lexicon has found a hint of; alone it is heard only when it is sure (task/weigh.py).
"""

import re
import zlib
from functools import cache, lru_cache
from importlib import resources
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

BUCKETS = 1 << 15
_WORD = re.compile(r"[a-z']+|[0-9]+|[×→&%/-]")


def pieces(text: str) -> list[int]:
    """Hashed words, pairs of words (side by side or one apart) and 3- to 5-letter pieces of words.

    Every run of digits is one sign.
    """
    plain = re.sub(r"[0-9]+(?:[.,][0-9]+)*", "0", text.lower().replace("’", "'"))
    words = _WORD.findall(plain)
    found = words + [f"{a} {b}" for a, b in zip(["^", *words], [*words, "$"], strict=True)]
    found += [f"{a}_{b}" for a, b in zip(words, words[2:], strict=False)]
    for word in words:
        marked = f"<{word}>"
        if len(word) > 2:
            found += [marked[i : i + n] for n in (3, 4, 5) for i in range(len(marked) - n + 1)]
    return sorted({zlib.crc32(piece.encode()) % BUCKETS for piece in found})


@cache
def _weights() -> tuple[tuple[str, ...], NDArray[np.float32]]:
    """Names of the operations and the weights, shape (BUCKETS, operations)."""
    with resources.as_file(resources.files("restograph.task") / "reader.npz") as path, np.load(path) as file:
        names = tuple(str(name) for name in file["names"])
        weights: NDArray[np.float32] = file["weights"].astype(np.float32) * file["step"]
    return names, weights


@lru_cache(maxsize=1024)
def vote(text: str) -> MappingProxyType[str, float]:
    """Share of the vote that each operation gets, by name; they add up to 1."""
    names, weights = _weights()
    found = pieces(text)
    scores = weights[found].sum(axis=0) / max(len(found), 1) ** 0.5
    shares = np.exp(scores - scores.max())
    shares /= shares.sum()
    return MappingProxyType({name: round(float(p), 6) for name, p in zip(names, shares, strict=True)})
