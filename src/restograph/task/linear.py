"""Small linear models over hashed pieces of words: how the shipped ones are read. training/linear.py makes them.

A file is one line of JSON with `buckets` and `parts` (name, columns, and what one unit of a weight counts), then the
weights of all columns as bytes around 128, packed by zlib. Whole numbers are added, so that no processor and no
order changes a last digit.
"""

import json
import re
import zlib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from operator import itemgetter
from types import MappingProxyType

MIDDLE = 128
WORD = re.compile(r"[a-z']+|[0-9]+|[×→&%/-]")


@dataclass(frozen=True)
class Part:
    """One model of a file: a column of weights for each thing that it scores."""

    columns: MappingProxyType[str, bytes]
    step: float
    buckets: int

    def scores(self, found: list[int]) -> dict[str, float]:
        """The sum of the weights of the pieces over the root of their number, for each column."""
        if len(found) < 2:
            found = [*found, *found] or [0, 0]
        pick, less, scale = itemgetter(*found), MIDDLE * len(found), self.step / len(found) ** 0.5
        return {name: (sum(pick(column)) - less) * scale for name, column in self.columns.items()}


@cache
def parts(package: str, name: str) -> MappingProxyType[str, Part]:
    """The models of a file beside the code of `package`."""
    head, _, packed = (resources.files(package) / name).read_bytes().partition(b"\n")
    known = json.loads(head)
    flat, size, found, at = zlib.decompress(packed), int(known["buckets"]), {}, 0
    for part in known["parts"]:
        columns = {}
        for column in part["columns"]:
            columns[column] = flat[at : at + size]
            at += size
        found[part["name"]] = Part(MappingProxyType(columns), float(part["step"]), size)
    return MappingProxyType(found)


def words(text: str) -> list[str]:
    """Words and signs in small letters; every run of digits is one sign."""
    return WORD.findall(re.sub(r"[0-9]+(?:[.,][0-9]+)*", "0", text.lower().replace("’", "'")))


def grams(found: list[str]) -> list[str]:
    """The words, and pairs of them: side by side, or one apart."""
    beside = [f"{a} {b}" for a, b in zip(["^", *found], [*found, "$"], strict=True)]
    return found + beside + [f"{a}_{b}" for a, b in zip(found, found[2:], strict=False)]


def letters(found: list[str]) -> list[str]:
    """Pieces of 3 to 5 letters of each word, its ends marked."""
    marked = [f"<{word}>" for word in found if len(word) > 2]
    return [m[i : i + n] for m in marked for n in (3, 4, 5) for i in range(len(m) - n + 1)]


def hashed(pieces: list[str], buckets: int) -> list[int]:
    """The bucket of each piece, each once, in order."""
    return sorted({number % buckets for number in set(map(zlib.crc32, map(str.encode, pieces)))})
