"""Reads lexicon.toml and finds its concepts in a text. The pattern language stands at the top of that file.

A concept is named "section.name" ("operation.denoising"); a hit is a half-open range of code points.
Composer and checker use this same module, so a claim "the span speaks of noise" can be re-read.
"""

import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from restograph.task.lookup import Reader, Seq, Words, keys

Range = tuple[int, int]
Keys = tuple[list[int], dict[str, list[int]]]  # patterns that need no word, and patterns by beginnings, by number

# Up to N words that stay within the sentence: no full stop but inside a number or an abbreviation.
_GAP = r"(?:[^\w.!?]+(?:e\.g\.|i\.e\.|[\w'’%&-]+(?:\.\d+)?)){0,%s}?[^\w.!?]+"
_DENIAL = re.compile(
    r"\b(?:no|not|never|without|nor|instead of|rather than|unlike)\s(?:\w+\s)?$"
    r"|\b(?:inspired by|motivated by|borrow(?:ed|ing|s)? \w* ?from|adapted from|analogous to|popular in|success (?:of|in)|as in|known from)\s(?:[\w()-]+\s){0,7}$",
    re.I,
)
_SPARED = re.compile(
    r"(?:\b(?:not|never|no|without|neither|nor|free (?:of|from)|instead of|rather than|unlike|no longer|avoid\w*|eliminat\w*|obviat\w*|dispens\w* with|remov\w* the need)|n['’]t)"
    r"\b(?:[^\w.;:!?]+[\w-]+){0,5}?[^\w.;:!?]+$",
    re.I,
)
_NOT_DONE = re.compile(r"[\w'’]*(?:[ -][\w'’-]+){0,4}? (?:is|are|was|were) (?:not|never|left to|neither)\b", re.I)
_NO_PATTERNS = {"names", "known", "near", "not_for"}  # lists of an entry that hold other things


@dataclass(frozen=True)
class Concept:
    """One entry of the lexicon; `lists` holds its pattern lists by name."""

    id: str
    label: str
    data: MappingProxyType[str, Any]

    def patterns(self, *lists: str) -> tuple[str, ...]:
        return tuple(p for name in lists for p in self.data.get(name, ()))


@cache
def _read() -> tuple[dict[str, Any], Keys | None]:
    """The tables of lexicon.toml, from the copy that tools/lexicon_copy.py made if it is one of this very file.

    The copy is read ten times faster and holds the keys of all patterns; the file alone decides what is in it.
    """
    folder = resources.files("restograph.task")
    source, copy = folder / "lexicon.toml", folder / "lexicon.json"
    content = source.read_bytes()
    if copy.is_file():
        kept = json.loads(copy.read_bytes())
        if kept["sha256"] == hashlib.sha256(content).hexdigest():
            return kept["tables"], (kept["always"], kept["keys"])
    return tomllib.loads(content.decode("utf-8")), None


def _entries(tables: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for part in (name for name in tables if name != "words"):
        for name, entry in tables[part].items():
            yield f"{part}.{name}", entry


@cache
def lexicon() -> MappingProxyType[str, Concept]:
    """All concepts by id, in the order of the file."""
    return MappingProxyType({i: Concept(i, e["label"], MappingProxyType(e)) for i, e in _entries(_read()[0])})


def concept(concept_id: str) -> Concept:
    return lexicon()[concept_id]


@cache
def section(name: str) -> tuple[str, ...]:
    """Ids of all concepts of a section, in the order of the file."""
    return tuple(c for c in lexicon() if c.startswith(name + "."))


@cache
def compiled(concept_id: str, lists: tuple[str, ...]) -> re.Pattern[str] | None:
    """One pattern for the named lists of a concept; None when they are all empty."""
    patterns = concept(concept_id).patterns(*lists)
    return re.compile("|".join(_regex(p) for p in patterns)) if patterns else None


@lru_cache(maxsize=20000)
def hits(text: str, concept_id: str, lists: tuple[str, ...], start: int, end: int) -> tuple[Range, ...]:
    """Where the named lists of a concept match in text[start:end], without what its `not` list covers at either end.

    Of what a source does (the list `sources`), denials are no hits: "no dehazing is applied", "restoring is not tried"; nor of
    what speaks against it (the list `against`): "it does not need any paired data".
    """
    found = _matches(text, concept_id, lists, start, end)
    if not found:
        return ()
    vetoed = _matches(text, concept_id, ("not",), start, end)
    left = (r for r in found if not any(v[0] <= r[0] < v[1] or v[0] < r[1] <= v[1] for v in vetoed))
    if "against" in lists:
        return tuple(r for r in left if not _SPARED.search(text[max(start, r[0] - 60) : r[0]]))
    return tuple(r for r in left if "sources" not in lists or not _denied(text, r, end))


def candidates(text: str, ranges: Iterable[Range], part: str, lists: tuple[str, ...]) -> list[str]:
    """Concepts of a section, in its order, that the named lists may find in some range: `hits` finds none of the others."""
    near = {c for r in ranges for c, name in _possible(text[slice(*r)]) if name in lists}
    return [c for c in section(part) if c in near]


def damages(text: str, start: int, end: int, operations: Iterable[str]) -> tuple[str, ...]:
    """The damage that each operation answers to, sorted; one with a list `damage_words` only where these are said.

    A colour cast is corrected like faded colours, but nothing has faded. Damage is unknown only where no other is said.
    """
    found = set()
    for name in operations:
        data = concept(f"operation.{name}").data
        if "damage_words" not in data or hits(text, f"operation.{name}", ("damage_words",), start, end):
            found.add(data["damage"])
    found -= {""}
    return tuple(sorted(found - {"unknown"} or found))


def _denied(text: str, place: Range, end: int) -> bool:
    before = text[max(0, place[0] - 90) : place[0]]
    return bool(_DENIAL.search(before) or _NOT_DONE.match(text, place[1], end))


def _matches(text: str, concept_id: str, lists: tuple[str, ...], start: int, end: int) -> list[Range]:
    """The matches in order; of those that overlap, the first and longest."""
    possible = _possible(text[start:end])
    patterns = [p for name in lists for p in possible.get((concept_id, name), ())]
    if not patterns:
        return []
    found = [m.span() for p in patterns for m in _compiled(p).finditer(text, start, end)]
    kept: list[Range] = []
    for place in sorted(found, key=lambda r: (r[0], -r[1])):
        if not kept or place[0] >= kept[-1][1]:
            kept.append(place)
    return kept


@lru_cache(maxsize=4096)
def _possible(text: str) -> dict[tuple[str, str], list[str]]:
    """The patterns that can match in a text, as far as its words and their order tell; only they are compiled."""
    words = Words(text)
    index = _index()
    near = set(index.always).union(*(index.by_key[key] for key in words.places.keys() & index.by_key.keys()))
    found: dict[tuple[str, str], list[str]] = {}
    for number in sorted(near):
        place, pattern = index.rows[number]
        if words.holds(tree(pattern)):
            found.setdefault(place, []).append(pattern)
    return found


@dataclass(frozen=True)
class _Index:
    rows: list[tuple[tuple[str, str], str]]  # where each pattern belongs, and the pattern
    always: list[int]  # numbers of those that need no word
    by_key: dict[str, list[int]]  # numbers by beginnings of words, one of which each match holds


@cache
def _index() -> _Index:
    tables, made = _read()
    rows = list(patterns_of(tables))
    return _Index(rows, *(made or keys_of(pattern for _, pattern in rows)))


def patterns_of(tables: dict[str, Any]) -> Iterator[tuple[tuple[str, str], str]]:
    """All patterns of a lexicon in order, each with its concept and list."""
    for concept_id, entry in _entries(tables):
        for name in sorted(n for n, v in entry.items() if isinstance(v, list) and n not in _NO_PATTERNS):
            for pattern in entry[name]:
                yield (concept_id, name), pattern


def keys_of(patterns: Iterable[str]) -> Keys:
    """Numbers of the patterns that need no word, and numbers by the beginnings of which each needs one."""
    always: list[int] = []
    by_key: dict[str, list[int]] = {}
    for number, pattern in enumerate(patterns):
        for needed in keys(tree(pattern)):
            if not needed:
                always.append(number)
            for key in sorted(needed):
                by_key.setdefault(key, []).append(number)
    return always, by_key


@cache
def tree(pattern: str) -> tuple[Seq, ...]:
    """The words of a pattern as task/lookup.py reads them."""
    return Reader(pattern.removeprefix("="), _group).choice()


@cache
def _group(name: str) -> tuple[Seq, ...]:
    return Reader("|".join(_read()[0]["words"][name]), _group).choice()


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(_regex(pattern))


def _expanded(pattern: str) -> str:
    return re.sub(r"<(\w+)>", lambda m: "(" + "|".join(_read()[0]["words"][m[1]]) + ")", pattern)


def _regex(pattern: str) -> str:
    flag = "" if pattern.startswith("=") else "i"
    body = re.sub(r"\((?!\?)", "(?:", _expanded(pattern.removeprefix("=")))
    body = re.sub(r"\s*~(\d+)\s*", r"\0\1\0", body)
    body = body.replace("*", r"[\w'’]*")
    body = re.sub(r" (\??)(?![^\[]*\])", lambda m: r"[\s-]*" if m[1] else r"[\s-]+", body)
    body = re.sub("\0(\\d+)\0", lambda m: _GAP.replace("%s", m[1]), body)
    return rf"(?{flag}:(?<!\w)(?:{body})(?!\w))"


def reason_text(rule: str, found: str | None, needed: tuple[str, ...], constraint: str | None) -> str:
    """Why a verdict fell: the rule's phrase with the labels of what was found and needed."""
    return concept(f"reason.{rule}").label.format(
        found=concept(found).label if found else "something else",
        needed=" and ".join(concept(f"operation.{n}").label for n in needed),
        constraint=concept(f"constraint.{constraint}").label if constraint else "",
    )
