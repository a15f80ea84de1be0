"""The second voter: small linear classifiers over pieces of words, trained by training/reader.py.

Words and votes are joined as a product of evidence: the logarithm of the vote, plus a share of what the lexicon and the
numbers count. What is heard without any word of the lexicon needs a clear vote, and the answer says that it is a hint.
"""

import math
from functools import lru_cache
from types import MappingProxyType

from restograph.task.linear import Part, grams, hashed, letters, parts, words

BUCKETS = 1 << 15
WORDS = 0.7  # what a point of lexicon and numbers adds to the logarithm of the vote
MOST = 8.0  # points that count
HEARD, HEARD_OTHER = 0.3, 0.5  # shares of the vote that carry a reading without a word of the lexicon
FEWEST_WORDS = 7
LEAST = 1e-4  # no vote is taken for less
USUAL = -3.0  # logarithm of the odds of a constraint in a question that says nothing of it
SAID, MEANT = 5.3, 1.0  # what a word adds to the odds of a constraint, and the odds (logarithms) from which it is taken


def pieces(text: str) -> list[int]:
    """Hashed words, pairs of words (side by side or one apart) and 3- to 5-letter pieces of words."""
    found = words(text)
    return hashed(grams(found) + letters(found), BUCKETS)


def _part(name: str) -> Part:
    return parts("restograph.task", "reader.bin")[name]


def operation_scores(text: str) -> dict[str, float]:
    """What speaks for each operation, by name; only differences count."""
    return _part("operation").scores(pieces(text))


@lru_cache(maxsize=1024)
def vote(text: str) -> MappingProxyType[str, float]:
    """Share of the vote that each operation gets, by name; they add up to 1."""
    scores = operation_scores(text)
    most = max(scores.values())
    powers = {name: math.exp(score - most) for name, score in scores.items()}
    total = math.fsum(powers.values())
    return MappingProxyType({name: round(power / total, 6) for name, power in powers.items()})


@lru_cache(maxsize=1024)
def odds(text: str) -> MappingProxyType[str, float]:
    """Logarithm of the odds that each constraint is meant, by name."""
    scores = _part("constraint").scores(pieces(text))
    return MappingProxyType({name: round(score + USUAL, 6) for name, score in scores.items()})


def meant(name: str, text: str, said: bool) -> bool:
    """True if a constraint is meant, by the vote on the whole text and by whether a word of the lexicon says it."""
    return odds(text).get(name, USUAL) + SAID * said >= MEANT and (said or len(words(text)) >= FEWEST_WORDS)


def pull(points: float, share: float) -> float:
    """How much speaks for a reading: points of words and numbers, and its share of the vote."""
    return WORDS * min(points, MOST) + math.log(max(share, LEAST))


def heard(name: str, text: str) -> bool:
    """True if the vote alone carries a reading: not of a few words, and to send somebody away ("other") takes more."""
    share = vote(text).get(name, 0.0)
    return share >= (HEARD_OTHER if name == "other" else HEARD) and len(words(text)) >= FEWEST_WORDS
