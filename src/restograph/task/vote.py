"""The second voter: a small linear classifier over hashed pieces of words, trained by training/reader.py.

Words and votes are joined as a product of evidence: the logarithm of the vote, plus a share of what the lexicon and the
numbers count. What is heard without any word of the lexicon needs a clear vote, and the answer says that it is a hint.
"""

import json
import math
import re
import zlib
from functools import cache, lru_cache
from importlib import resources
from types import MappingProxyType

BUCKETS = 1 << 15
WORDS = 0.7  # what a point of lexicon and numbers adds to the logarithm of the vote
MOST = 8.0  # points that count
HEARD, HEARD_OTHER = 0.3, 0.5  # shares of the vote that carry a reading without a word of the lexicon
FEWEST_WORDS = 7
LEAST = 1e-4  # no vote is taken for less
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
def _weights() -> tuple[tuple[str, ...], memoryview, float]:
    """Names of the operations, the weights (BUCKETS * operations) as whole numbers, and what one of them counts.

    The file: a line of JSON with `names` and `step`, then the weights as signed bytes, row by row, packed by zlib.
    """
    head, _, packed = (resources.files("restograph.task") / "reader.bin").read_bytes().partition(b"\n")
    known = json.loads(head)
    return tuple(known["names"]), memoryview(zlib.decompress(packed)).cast("b"), float(known["step"])


@lru_cache(maxsize=1024)
def vote(text: str) -> MappingProxyType[str, float]:
    """Share of the vote that each operation gets, by name; they add up to 1.

    Whole numbers are added, so that no processor and no order changes a last digit.
    """
    names, weights, step = _weights()
    found = pieces(text)
    count = len(names)
    sums = [sum(row) for row in zip(*(weights[n * count : (n + 1) * count] for n in found), strict=True)] or [0] * count
    scores = [s * step / max(len(found), 1) ** 0.5 for s in sums]
    powers = [math.exp(score - max(scores)) for score in scores]
    return MappingProxyType({n: round(p / math.fsum(powers), 6) for n, p in zip(names, powers, strict=True)})


def pull(points: float, share: float) -> float:
    """How much speaks for a reading: points of words and numbers, and its share of the vote."""
    return WORDS * min(points, MOST) + math.log(max(share, LEAST))


def heard(name: str, text: str) -> bool:
    """True if the vote alone carries a reading: not of a few words, and to send somebody away ("other") takes more."""
    share = vote(text).get(name, 0.0)
    return share >= (HEARD_OTHER if name == "other" else HEARD) and len(_WORD.findall(text.lower())) >= FEWEST_WORDS
