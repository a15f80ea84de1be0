"""What the wording of a summary says as a whole, by small linear models trained by training/sources.py.

Which of its sentences shows best what the work takes and gives: judge and checker both ask here, so that the evidence
shown beside a verdict can be found again.
"""

from collections.abc import Sequence
from functools import lru_cache

from restograph.evidence.cues import is_background, is_result
from restograph.evidence.sentences import Range
from restograph.task.linear import grams, hashed, parts, words

BUCKETS = 1 << 14
BASIS = 0.6  # what the words of the verdict add to a sentence
_FAR = 6  # from here on the place of a sentence counts the same


def sentence_pieces(sentence: str, number: int, last: int) -> list[int]:
    """Hashed words and pairs of words, and marks of the place: sentence `number` of `last`, the title being 0."""
    found = words(sentence)
    marks = [f"#{min(number, _FAR)}", f"-{min(last - number, 4)}", f"~{min(len(found) // 6, 6)}"]
    marks += ["background"] * is_background(sentence) + ["result"] * is_result(sentence)
    return hashed(grams(found) + (marks if number else ["#0"]), BUCKETS)


def shown(text: str, ranges: Sequence[Range], basis: Range) -> Range:
    """The sentence, of title and summary in order, that shows best what the work is about.

    `basis` is the one whose words the verdict rests on: it has an advantage.
    """
    scores = _scores(text, tuple(ranges))
    return max(ranges, key=lambda r: (round(scores[r] + BASIS * (r == basis), 6), -r[0]))


@lru_cache(maxsize=2048)
def _scores(text: str, ranges: tuple[Range, ...]) -> dict[Range, float]:
    model, last = parts("restograph.evidence", "wording.bin")["shows"], len(ranges) - 1
    return {r: model.scores(sentence_pieces(text[slice(*r)], n, last))["shows"] for n, r in enumerate(ranges)}
