"""Which budget an answer is written with: the richest that stays within the words, found without writing each answer.

What the moves would say with a budget is only worded and counted here. All budgets share one growing list of proofs, and a
sentence that was worded once is not worded again; the answer itself is then written with proofs of its own.
"""

from collections.abc import Callable

from restograph.answer import moves
from restograph.answer.check.dag import fold
from restograph.answer.check.document import Document, Fact, Json
from restograph.answer.check.forms import render_statement
from restograph.answer.check.obligations import SECTIONS, is_bullet
from restograph.answer.content import Content, Said
from restograph.answer.length import RATHER, Budget

Statement = Callable[[Said], Json]


class Counter:
    """Words and explanations of the answers that several budgets would give."""

    def __init__(self, content: Callable[[Budget], Content], doc: Document, statement: Statement) -> None:
        """`content` gives contents that share their proofs, which `doc` holds; `statement` gives the term of what is said."""
        self.content, self.doc, self.statement = content, doc, statement
        self.facts: list[Fact] = []
        self.known: dict[str, int] = {}
        self.counted: dict[Budget, tuple[int, int]] = {}

    def __call__(self, budget: Budget) -> tuple[int, int]:
        """Words of the answer, without a note on planted orders, and how many sentences explain."""
        if budget not in self.counted:
            content = self.content(budget)
            said = [one for move in moves.MOVES for one in move(content)]
            self.facts = fold(self.doc, self.facts)
            words = sum(self._words(one) for one in said if one.template != "flagged")
            heads = sum(len(heading.split()) for heading in SECTIONS.values())
            explained = sum(one.template.startswith("mechanism") for one in said)
            self.counted[budget] = (words + heads, explained)
        return self.counted[budget]

    def _words(self, one: Said) -> int:
        key = f"{one.template} {sorted(one.args.items())}"
        if key not in self.known:
            statement = self.statement(one)
            text = render_statement(self.doc, self.facts, statement)
            self.known[key] = len(text.split()) + is_bullet(statement)
        return self.known[key]


def longest(count: Callable[[Budget], tuple[int, int]], budgets: tuple[Budget, ...], most: int) -> Budget:
    """The richest budget of at most so many words: planted text moves nothing, since the note on it is not counted.

    Budgets go from the richest to the barest, so halves are tried; the barest one is taken when none is short enough.
    """
    low, high = 0, len(budgets) - 1
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if count(budgets[middle])[0] <= most else (middle + 1, high)
    chosen = budgets[low]
    if chosen.asides:
        _, explained = count(chosen)
        for other in (b for b in RATHER if b.mechanisms > explained):
            words, more = count(other)
            if words <= most and more > explained:
                return other
    return chosen
