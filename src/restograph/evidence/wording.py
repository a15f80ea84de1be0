"""What the wording of a summary says as a whole, by small linear models trained by training/sources.py.

Whether it is about restoring pictures at all, and then which operation: for works that never use a word for it. And which
of its sentences shows best what the work takes and gives. Judge and checker both ask here, so that what was heard and what
was shown can be found again.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

from restograph.evidence.cues import denies, is_background, is_result
from restograph.evidence.sentences import Range
from restograph.task.lexicon import hits, section
from restograph.task.linear import grams, hashed, letters, parts, words
from restograph.task.vote import operation_scores

BUCKETS = 1 << 15
RESTORES, ASTRAY = 2.2, -0.5  # logarithms of odds: from here on an operation is heard; below, a work does not restore
VOTED = 0.5  # what the vote for the operation against all that is no restoring adds to the odds that a work restores
FAINT, FIRM = 4.0, 2.5  # weights: of an object, and of words for other operations, up to which the whole is believed
MUCH = 4.0  # weight of the words for an operation from which they are believed, whatever the whole sounds like
LIKELY, CLOSE = 0.0, 2.5  # odds that a work restores, and votes behind the first, up to which it is close to a task
BROUGHT = 0.5  # votes ahead for the operations needed, because the source was brought for the question
SURE = 0.5  # share of an operation among all that restore, from which it is heard
SHARPER = 2.0  # the votes were made for short questions: on a long text they count twice
BASIS = 0.6  # what the words of the verdict add to a sentence
WISHED = 1.0  # what each wish of the user adds that a sentence serves, of two at most
_NAME = re.compile(r"\b\w*[a-z0-9]\w*[A-Z]\w*")  # "DehazeNet": how a work is called says nothing of its sentence
_FAR = 6  # from here on the place of a sentence counts the same


def sentence_pieces(sentence: str, number: int, last: int, verdict: str) -> list[int]:
    """Hashed words, pairs and pieces of words, and marks of the place: sentence `number` of `last`, the title being 0.

    The marks count once by themselves and once for the verdict: what fits is shown elsewhere than what does not.
    """
    found = words(_NAME.sub("Name", sentence))
    marks = [f"#{min(number, _FAR)}", f"-{min(last - number, 4)}", f"~{min(len(found) // 6, 6)}"]
    marks += ["background"] * is_background(sentence) + ["result"] * is_result(sentence)
    marks += ["denies"] * (number > 0 and denies(sentence))
    by_verdict = [f"{verdict}:{mark}" for mark in marks]
    return hashed(grams(found) + letters(found) + by_verdict + (marks if number else ["#0"]), BUCKETS)


def shown(text: str, ranges: Sequence[Range], basis: Range, verdict: str, wishes: Sequence[str] = ()) -> Range:
    """The sentence, of title and summary in order, that shows best why the verdict is what it is.

    `basis` is the one whose words the verdict rests on: it has an advantage, as has one that serves the constraints `wishes`.
    """
    scores = shown_scores(text, ranges, verdict)

    def score(place: Range) -> float:
        served = sum(bool(hits(text, f"constraint.{wish}", ("serves",), *place)) for wish in wishes)
        return scores[place] + BASIS * (place == basis) + WISHED * min(served, 2) * (place != ranges[0])

    return max(ranges, key=lambda r: (round(score(r), 6), -r[0]))


def shown_scores(text: str, ranges: Sequence[Range], verdict: str) -> Mapping[Range, float]:
    """How well each sentence, of title and summary in order, shows why the verdict is what it is; only differences count."""
    return _scores(text, tuple(ranges), verdict)


@lru_cache(maxsize=2048)
def _scores(text: str, ranges: tuple[Range, ...], verdict: str) -> dict[Range, float]:
    model, last = parts("restograph.evidence", "wording.bin")["shows"], len(ranges) - 1
    return {r: model.scores(sentence_pieces(text[slice(*r)], n, last, verdict))["shows"] for n, r in enumerate(ranges)}


def summary_pieces(title: str, summary: str) -> list[int]:
    """Hashed words, pairs of words and pieces of words; those of the title also as such."""
    head, body = words(title), words(summary)
    return hashed([f"title {w}" for w in head] + grams(head) + grams(body) + letters(head + body), BUCKETS)


def heard_in(text: str, ranges: Sequence[Range], needed: Iterable[str] = ()) -> str | None:
    """The operation that title and summary (sentences in order) are about as a whole, without regard to single words.

    One of the operations `needed` is heard a little sooner: the source was brought for this question. None when they do not
    seem to restore pictures, when no operation is clear, or when the title speaks of another.
    """
    return _heard_in(text, tuple(ranges), frozenset(needed))


def close_to(text: str, ranges: Sequence[Range], needed: Iterable[str]) -> bool:
    """True if title and summary (sentences in order) seem to restore pictures, and a needed operation is not far from what is heard."""
    return (
        len(ranges) > 1 and _restores(text, tuple(ranges)) >= LIKELY and _behind(text, tuple(ranges), needed) <= CLOSE
    )


def restores(text: str, ranges: Sequence[Range]) -> bool:
    """True if title and summary (sentences in order) surely are about restoring pictures, whichever way."""
    return len(ranges) > 1 and _restores(text, tuple(ranges)) >= RESTORES


def is_astray(text: str, ranges: Sequence[Range]) -> bool:
    """True if title and summary (sentences in order) are clearly not about restoring pictures, whatever words they use."""
    return len(ranges) > 1 and _restores(text, tuple(ranges)) < ASTRAY


@lru_cache(maxsize=2048)
def _restores(text: str, ranges: tuple[Range, ...]) -> float:
    title, summary = text[slice(*ranges[0])], " ".join(text[slice(*r)] for r in ranges[1:])
    model = parts("restograph.evidence", "wording.bin")["restores"]
    return round(model.scores(summary_pieces(title, summary))["restores"], 6)


@lru_cache(maxsize=2048)
def _votes(text: str, ranges: tuple[Range, ...]) -> Mapping[str, float]:
    return MappingProxyType(operation_scores(". ".join(text[slice(*r)] for r in ranges)))


def _behind(text: str, ranges: tuple[Range, ...], needed: Iterable[str]) -> float:
    """How far the best of the operations needed is behind the one with most votes."""
    votes = {name: vote for name, vote in _votes(text, ranges).items() if name != "other"}
    return max(votes.values()) - max((votes[n] for n in needed if n in votes), default=-math.inf)


@lru_cache(maxsize=2048)
def _heard_in(text: str, ranges: tuple[Range, ...], needed: frozenset[str]) -> str | None:
    if len(ranges) < 2:
        return None
    scores = {name: vote + BROUGHT * (name in needed) for name, vote in _votes(text, ranges).items()}
    other = scores.pop("other")
    best = max(scores, key=lambda n: (scores[n], n))
    if _restores(text, ranges) + VOTED * (scores[best] - other) < RESTORES:
        return None
    share = 1 / math.fsum(math.exp(SHARPER * (s - scores[best])) for s in scores.values())
    titled = {name.split(".")[1] for name in section("operation") if hits(text, name, ("terms", "sources"), *ranges[0])}
    return best if share >= SURE and titled <= {best} else None
