"""Which patterns of the lexicon may match a text, told from the beginnings and the order of its words alone.

Compiling a regular expression takes longer than most answers have, and of some six thousand patterns a question needs a few
dozen. So a pattern is first read into a tree of words: `Seq` is a row of items, each with whether anything may stand before
it, and an item is the letters with which a word begins or a choice of rows. What the tree does not understand (numbers,
optional words, signs) it skips: it may let a pattern pass that matches nothing, but stops none that matches.
"""

import re
from collections.abc import Callable, Iterator, Sequence

KEY = 12  # letters of a word that are compared

Item = tuple[bool, "str | tuple[Seq, ...]"]  # whether words may stand before it; a beginning, or a choice
Seq = tuple[tuple[Item, ...], bool]  # the items, and whether more may follow before the next one outside

_LETTERS = re.compile(r"\w+")
_REST = re.compile(r"(?:[\w'’*?]|\[[\w'’]*\])*")  # what keeps within one word, apostrophes included
_SIGN = re.compile(r"\\.|\[[^\]]*\]|.", re.S)
_NUMBER = re.compile(r"\d*")


class Words:
    """The words of a text by every beginning up to `KEY` letters, in order."""

    def __init__(self, text: str) -> None:
        self.places: dict[str, list[int]] = {}
        self.joined: set[int] = set()  # words that an apostrophe joins to the one before
        text, last = text.lower(), -9
        for number, found in enumerate(_LETTERS.finditer(text)):
            word = found[0]
            for size in range(1, min(KEY, len(word)) + 1):
                self.places.setdefault(word[:size], []).append(number)
            if found.start() == last + 1 and text[last] in "'’":
                self.joined.add(number)
            last = found.end()

    def holds(self, choice: Sequence[Seq]) -> bool:
        """True if the words of some row occur in its order."""
        return any(not row[0] or self._ends(row, None, True) for row in choice)

    def _ends(self, row: Seq, entry: set[int] | None, loose: bool) -> set[int]:
        """The places where a row with items can end that begins after one of `entry`, or anywhere."""
        now = entry
        for free, item in row[0]:
            if isinstance(item, str):
                places = self.places.get(item, ())
                now = set(places) if now is None else self._after(now, places, free or loose)
            else:
                now = set[int]().union(*(self._ends(one, now, free or loose) for one in item))
            loose = False
            if not now:
                break
        return now or set()

    def _after(self, before: set[int], places: Sequence[int], free: bool) -> set[int]:
        if free:
            first = min(before)
            return {p for p in places if p > first}
        return {p for p in places if any(q in before for q in self._left_of(p))}

    def _left_of(self, place: int) -> Iterator[int]:
        """The words that may stand right before one."""
        place -= 1
        yield place
        while place in self.joined:
            place -= 1
            yield place


class Reader:
    """Reads one pattern, without its leading `=`; `groups` gives the alternatives of <name>."""

    def __init__(self, pattern: str, groups: Callable[[str], tuple[Seq, ...]]) -> None:
        self.pattern, self.at, self.groups = pattern, 0, groups

    def choice(self) -> tuple[Seq, ...]:
        """The rows that `|` separates, up to the end or a closing bracket."""
        rows = [self._row()]
        while self._next() == "|":
            self.at += 1
            rows.append(self._row())
        return tuple(rows)

    def _next(self) -> str:
        return self.pattern[self.at : self.at + 1]

    def _row(self) -> Seq:
        items: list[Item] = []
        loose = glued = False  # words may stand here unseen; the last sign touches the next
        while (sign := self._next()) not in ("", "|", ")"):
            item: str | tuple[Seq, ...] | None = None
            if sign == " ":
                self.at += 1
                glued = self._next() == "?"
                loose, self.at = loose or glued, self.at + glued
                continue
            if sign == "~":
                self.at = _matched(_NUMBER, self.pattern, self.at + 1)
                loose, glued = True, False
                continue
            before = glued
            if sign in "(<":
                item, glued = self._bracket(before)
            elif _LETTERS.match(sign):
                item, glued = self._word(), True
            else:
                self.at, glued = _matched(_SIGN, self.pattern, self.at), True
            if item and not before:
                items.append((loose, item))
                loose = isinstance(item, tuple) and any(more for _, more in item)
            else:
                loose = True
        return tuple(items), loose

    def _bracket(self, glued: bool) -> tuple[tuple[Seq, ...] | None, bool]:
        """A choice or a group, None when it says nothing sure; and whether the next sign touches it."""
        begin = self.at
        if self._next() == "<":
            self.at = self.pattern.index(">", begin) + 1
            rows = self.groups(self.pattern[begin + 1 : self.at - 1])
        else:
            self.at += 1
            rows = self.choice()
            self.at += 1  # the closing bracket
        spaced = self.pattern[self.at - 2] == " "  # "(of )?the": the space is its own
        optional = self._next() == "?"
        self.at = self.at + 1 if optional else _matched(_REST, self.pattern, self.at)
        vague = optional or self.pattern[begin + 1] == "?" or any(not items for items, _ in rows)
        return (None if vague else rows), glued if optional and spaced else True

    def _word(self) -> str | None:
        """The letters with which a word surely begins; the rest of it is passed over."""
        end = _matched(_LETTERS, self.pattern, self.at)
        begin, self.at = self.pattern[self.at : end], _matched(_REST, self.pattern, end)
        if self.pattern[end : end + 1] == "?":
            begin = begin[:-1]
        return begin[:KEY].lower() or None


def _matched(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


def keys(choice: Sequence[Seq]) -> list[frozenset[str]]:
    """For each row the beginnings of which every match of it holds one; empty where none is sure."""
    return [max((_firsts(item) for _, item in items), key=_weight, default=frozenset()) for items, _ in choice]


def _firsts(item: str | tuple[Seq, ...]) -> frozenset[str]:
    return frozenset([item]) if isinstance(item, str) else frozenset().union(*keys(item))


def _weight(found: frozenset[str]) -> tuple[int, int]:
    return min(map(len, found)), -len(found)
