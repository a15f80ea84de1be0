"""Regular expressions that are compiled when a text may hold a match, not when a module is imported.

Those that read numbers, kept sizes and orders are needed for few texts, and compiling them all takes longer than answering.
patterns.json, made by tools/pattern_words.py, holds for each the letters that every match contains; a pattern that is not
in it (it was just changed) is compiled at the first question.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from functools import cache, cached_property, lru_cache
from importlib import resources

Needs = list[list[str]]  # of each row of small letters, every match holds one


class Lazy:
    """A pattern with the methods of a compiled one that are used here; `end` None is the end of the text."""

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self.pattern, self.flags = pattern, flags

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        return re.compile(self.pattern, self.flags)

    @cached_property
    def needs(self) -> Needs:
        return _needs().get(key_of(self.pattern, self.flags), [])

    def near(self, text: str, start: int = 0, end: int | None = None) -> bool:
        """False if text[start:end] surely holds no match."""
        if not self.needs:
            return True
        letters = folded(text[start:end])
        return all(any(part in letters for part in row) for row in self.needs)

    def search(self, text: str, start: int = 0, end: int | None = None) -> re.Match[str] | None:
        return self.compiled.search(text, start, _end(text, end)) if self.near(text, start, end) else None

    def match(self, text: str, start: int = 0, end: int | None = None) -> re.Match[str] | None:
        return self.compiled.match(text, start, _end(text, end)) if self.near(text, start, end) else None

    def fullmatch(self, text: str, start: int = 0, end: int | None = None) -> re.Match[str] | None:
        return self.compiled.fullmatch(text, start, _end(text, end)) if self.near(text, start, end) else None

    def finditer(self, text: str, start: int = 0, end: int | None = None) -> Iterator[re.Match[str]]:
        return self.compiled.finditer(text, start, _end(text, end)) if self.near(text, start, end) else iter(())


class Either:
    """Several patterns that search as one with `|` between them would, each compiled only where it may match.

    None of them may match nothing. `frame` stands around each, its `%` being the place.
    """

    def __init__(self, forms: tuple[str, ...], flags: int = 0, frame: str = "%") -> None:
        before, after = frame.split("%")
        self.forms = tuple(Lazy(f"{before}{form}{after}", flags) for form in forms)

    def search(self, text: str, start: int = 0, end: int | None = None) -> re.Match[str] | None:
        return next(self.finditer(text, start, end), None)

    def finditer(self, text: str, start: int = 0, end: int | None = None) -> Iterator[re.Match[str]]:
        """The matches from left to right; where two forms begin at one place, that of the earlier form."""
        stop, at = _end(text, end), start
        found = {n: m for n, form in enumerate(self.forms) if (m := form.search(text, at, stop))}
        while found:
            match = found[min(found, key=lambda n: (found[n].start(), n))]
            yield match
            at = match.end()
            for number in [n for n, m in found.items() if m.start() < at]:
                if again := self.forms[number].search(text, at, stop):
                    found[number] = again
                else:
                    del found[number]


def _end(text: str, end: int | None) -> int:
    return len(text) if end is None else end


@lru_cache(maxsize=1024)
def folded(text: str) -> str:
    """Small letters, as a search without regard to case compares them; a zero stands for digits of other scripts."""
    if text.isascii():
        return text.lower()
    digit = " 0" if any(map(str.isdecimal, text)) else ""
    return text.lower().replace("\u0131", "i").replace("\u017f", "s") + digit


def key_of(pattern: str, flags: int) -> str:
    """The name of a pattern in patterns.json."""
    return hashlib.blake2b(f"{int(flags)} {pattern}".encode(), digest_size=8).hexdigest()


@cache
def _needs() -> dict[str, Needs]:
    file = resources.files("restograph.task") / "patterns.json"
    return json.loads(file.read_bytes()) if file.is_file() else {}
