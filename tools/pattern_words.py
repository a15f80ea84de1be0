"""Write src/restograph/task/patterns.json: the letters without which the program's patterns match nothing.

    python tools/pattern_words.py [--check]

The standard library's own parser of expressions tells them, so this tool may need a look when Python changes.
"""

import importlib
import json
import pkgutil
import sys
from collections.abc import Iterator
from pathlib import Path
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from types import ModuleType
from typing import Any

import restograph.evidence
import restograph.task
from restograph.task.patterns import Either, Lazy, Needs, key_of

FILE = Path(__file__).parents[1] / "src" / "restograph" / "task" / "patterns.json"
SHORTEST, MOST = 2, 3  # letters that are worth asking for; rows that are kept of each pattern
DIGITS = frozenset("0123456789")


def needs(pattern: str, flags: int = 0) -> Needs:
    """Rows of letters, of each of which every match holds one; the most telling first."""
    found = _rows(_parser.parse(pattern, flags))
    return [sorted(row) for row in sorted(found, key=lambda r: (-min(map(len, r)), len(r), sorted(r)))[:MOST]]


def _rows(parsed: Any) -> list[frozenset[str]]:
    rows: list[frozenset[str]] = []
    run = ""
    for sign, value in [*parsed, (None, None)]:
        if sign is sre.LITERAL and value < 128:
            run += chr(value).lower()
            continue
        if len(run) >= SHORTEST:
            rows.append(frozenset([run]))
        run = ""
        if sign is sre.SUBPATTERN:
            rows += _rows(value[3])
        elif sign in (sre.MAX_REPEAT, sre.MIN_REPEAT) and value[0] > 0:
            rows += _rows(value[2])
        elif sign is sre.IN and value == [(sre.CATEGORY, sre.CATEGORY_DIGIT)]:
            rows.append(DIGITS)
        elif sign is sre.BRANCH:
            rows += _choice([_rows(one) for one in value[1]])
    return rows


def _choice(alternatives: list[list[frozenset[str]]]) -> list[frozenset[str]]:
    """What is needed of a choice: one of the best of each alternative; nothing if one of them needs nothing."""
    if not all(alternatives):
        return []
    best = (max(rows, key=lambda r: (min(map(len, r)), -len(r))) for rows in alternatives)
    return [frozenset().union(*best)]


def modules() -> Iterator[ModuleType]:
    """The modules whose patterns are looked up."""
    for package in (restograph.task, restograph.evidence):
        for found in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
            yield importlib.import_module(found.name)


def patterns(value: object) -> Iterator[Lazy]:
    """The patterns within a value of a module, in rows and choices too."""
    if isinstance(value, Lazy):
        yield value
    elif isinstance(value, Either):
        yield from value.forms
    elif isinstance(value, list | tuple):
        for one in value:
            yield from patterns(one)


def made() -> str:
    """The file's content."""
    found = {
        key_of(p.pattern, p.flags): rows
        for module in modules()
        for value in vars(module).values()
        for p in patterns(value)
        if (rows := needs(p.pattern, p.flags))
    }
    return json.dumps(dict(sorted(found.items())), separators=(",", ":")) + "\n"


def main() -> int:
    """Write the file, or say whether it is up to date."""
    if "--check" not in sys.argv:
        FILE.write_text(made(), "utf-8")
    elif not FILE.is_file() or FILE.read_text("utf-8") != made():
        print("patterns.json is out of date: run python tools/pattern_words.py")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
