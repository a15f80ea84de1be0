"""The third voter: what a clause of its own says of a further change ("lines away, then colour").

A question that wants two things tells the second in a clause, which the vote on the whole hardly hears. What the whole, the
plainest clause, words and numbers say is joined with weights that did best on labelled questions (benchmarks/answers/corpus/dev).
"""

import math
import re

from restograph.task.lexicon import Range
from restograph.task.vote import LEAST, vote

WHOLE, CLAUSE, POINTS, RIVAL, USUAL = 0.9, 4.4, 0.9, -1.2, -3.6  # weights of what is joined
MOST = 6.0  # points of words and numbers that count
LIKELY, BROUGHT = -0.5, -1.5  # logarithms of the odds that are enough: by itself, and where a source was brought for it
CERTAIN = 0.9  # share of a clause's vote from which words in the question are enough, whatever the whole says
HINTED = 0.2  # the same for a word that means nothing else
SPOKEN = 0.3  # share of a clause's vote that carries a reading without a word of the lexicon

_BREAK = re.compile(
    r"[.;:!?,)–—]+(?:\s+|$)|\s*[(–—]|\s+-\s+|\b(?:and|then|plus|but|also|besides|as well as|while|so)\b", re.I
)
# What is to stay, and what is denied, is no wish: such a clause has no say.
_STAYS = re.compile(
    r"\b(?:as (?:before|ever|it (?:was|is)|they (?:were|are))|stay(?:s|ed)?|remain(?:s|ed)?|untouched|unchanged|unaltered|let (?:it|them|this|that) be|"
    r"leav(?:e|es|ing)|left alone|spare[sd]?|(?:is|are|was|were) (?:fine|all right|ok(?:ay)?)|don['’]t|do not|not to|must not|mustn['’]t|should not|shouldn['’]t|"
    r"isn['’]t|wasn['’]t|aren['’]t|weren['’]t|not (?:a|an|the)|no need|instead of|rather than|without)\b",
    re.I,
)


def clauses(text: str, start: int, stop: int) -> list[Range]:
    """Ranges of text[start:stop] between stops, commas and joining words, without the blanks around them."""
    found, at = [], start
    for match in [*_BREAK.finditer(text, start, stop), None]:
        end = match.start() if match else stop
        while at < end and not text[at].isalnum():
            at += 1
        while end > at and text[end - 1].isspace():
            end -= 1
        if at < end:
            found.append((at, end))
        at = match.end() if match else stop
    return found


def spoken(text: str, start: int, stop: int, name: str) -> tuple[float, Range]:
    """The clause that speaks most for an operation (the earlier on a tie), with its share of that clause's vote."""
    places = [r for r in clauses(text, start, stop) if not _STAYS.search(text, *r)] or [(start, stop)]
    best = max(places, key=lambda r: (vote(text[slice(*r)])[name], -r[0]))
    return vote(text[slice(*best)])[name], best


def odds_of(text: str, start: int, stop: int, name: str, points: float, rival: bool) -> float:
    """Logarithm of the odds that the operation is wanted beside the first one.

    `points` of words and numbers; `rival`: it shares its words with the first. (Where it enlarges and a factor is named,
    there is nothing to weigh.)
    """
    whole = math.log(max(vote(text[start:stop])[name], LEAST))
    clause, _ = spoken(text, start, stop, name)
    return WHOLE * whole + CLAUSE * clause + POINTS * min(points, MOST) + RIVAL * rival + USUAL
