"""The second voter: a small linear classifier over hashed pieces of words, trained by training/reader.py.

It only ranks what the lexicon has found at least a hint of; what it says alone is never taken for a reading.
"""

import math
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
def _weights() -> tuple[tuple[str, ...], NDArray[np.int8], float]:
    """Names of the operations, the weights (BUCKETS, operations) as whole numbers, and what one of them counts."""
    with resources.as_file(resources.files("restograph.task") / "reader.npz") as path, np.load(path) as file:
        return tuple(str(name) for name in file["names"]), file["weights"], float(file["step"])


@lru_cache(maxsize=1024)
def vote(text: str) -> MappingProxyType[str, float]:
    """Share of the vote that each operation gets, by name; they add up to 1.

    Whole numbers are added, so that no processor and no order changes a last digit.
    """
    names, weights, step = _weights()
    found = pieces(text)
    sums = weights[found].sum(axis=0, dtype=np.int64)
    scores = [int(s) * step / max(len(found), 1) ** 0.5 for s in sums]
    powers = [math.exp(score - max(scores)) for score in scores]
    return MappingProxyType({n: round(p / math.fsum(powers), 6) for n, p in zip(names, powers, strict=True)})
