"""How long an answer is: for each length the most words, and budgets from the richest to the barest.

The first budget whose answer stays within the words is taken, unless one of `RATHER` does too and explains more; a note on
planted orders comes on top, so that it moves nothing else (a normal answer is to have at most 350 words with it). What
an answer owes (verdicts, links, missing steps, planted orders) is said at any length.
"""

from dataclasses import dataclass
from typing import Literal

Length = Literal["short", "normal", "long"]


@dataclass(frozen=True)
class Budget:
    """How much is told: mechanism sentences, of each source at most `each`; sentences with figures; and of the sources
    that do not fit, sentences of at most `aside` words from the first `asides` of them. `terse` leaves out the question
    and the sources that do not fit, but for their line in the list.
    """

    mechanisms: int
    figures: int
    aside: int
    asides: int
    each: int = 3
    terse: bool = False


_BARE = (Budget(2, 1, 0, 0), Budget(2, 0, 0, 0), Budget(1, 0, 0, 0))
_NORMAL = tuple(
    Budget(*told)
    for told in (
        (8, 3, 28, 9), (6, 2, 26, 9), (5, 2, 26, 9), (4, 2, 24, 9), (4, 1, 24, 3), (3, 1, 24, 3), (3, 1, 24, 2), (3, 1, 24, 1), (2, 1, 24, 1),
    )
)  # fmt: skip
_TERSE = (
    Budget(5, 1, 0, 0, 3, True),
    Budget(3, 1, 0, 0, 3, True),
    Budget(2, 0, 0, 0, 1, True),
    Budget(1, 0, 0, 0, 1, True),
)  # for very many sources
_LONG = (Budget(16, 6, 40, 9, 6), Budget(12, 5, 34, 9, 5), Budget(10, 4, 30, 9, 4), Budget(8, 3, 28, 9, 4))

RATHER = (Budget(4, 1, 0, 0), Budget(3, 1, 0, 0))  # an explanation is worth more than a sentence on what does not fit
BUDGETS: dict[Length, tuple[int, tuple[Budget, ...]]] = {
    "short": (200, (Budget(2, 1, 0, 0, 1, True), Budget(2, 0, 0, 0, 1, True), Budget(1, 0, 0, 0, 1, True))),
    "normal": (338, (*_NORMAL, *_BARE, *_TERSE)),
    "long": (650, (*_LONG, *_NORMAL, *_BARE)),
}
