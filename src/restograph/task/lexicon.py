"""Reads lexicon.toml and finds its concepts in a text. The pattern language stands at the top of that file.

A concept is named "section.name" ("operation.denoising"); a hit is a half-open range of code points.
Composer and checker use this same module, so a claim "the span speaks of noise" can be re-read.
"""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Any

Range = tuple[int, int]

# Up to N words that stay within the sentence: no full stop but inside a number or an abbreviation.
_GAP = r"(?:[^\w.!?]+(?:e\.g\.|i\.e\.|[\w'’%&-]+(?:\.\d+)?)){0,%s}?[^\w.!?]+"
_DENIAL = re.compile(
    r"\b(?:no|not|never|without|nor|instead of|rather than|unlike)\s(?:\w+\s)?$"
    r"|\b(?:inspired by|motivated by|borrow(?:ed|ing|s)? \w* ?from|adapted from|analogous to|popular in|success (?:of|in)|as in|known from)\s(?:[\w()-]+\s){0,7}$",
    re.I,
)
_NOT_DONE = re.compile(r"[\w'’]*(?:[ -][\w'’-]+){0,4}? (?:is|are|was|were) (?:not|never|left to|neither)\b", re.I)
_NO_PATTERNS = {"names", "known", "near", "not_for"}  # lists of an entry that hold other things
_LETTERS = re.compile(r"\w*")
_KEY = 5  # letters of a word by which a pattern is looked up before it is compiled


@dataclass(frozen=True)
class Concept:
    """One entry of the lexicon; `lists` holds its pattern lists by name."""

    id: str
    label: str
    data: MappingProxyType[str, Any]

    def patterns(self, *lists: str) -> tuple[str, ...]:
        return tuple(p for name in lists for p in self.data.get(name, ()))


@cache
def _tables() -> tuple[MappingProxyType[str, Concept], dict[str, str]]:
    text = (resources.files("restograph.task") / "lexicon.toml").read_text("utf-8")
    tables = tomllib.loads(text)
    groups = {name: "(" + "|".join(words) + ")" for name, words in tables.pop("words").items()}
    found = {
        f"{section}.{name}": Concept(f"{section}.{name}", entry["label"], MappingProxyType(entry))
        for section, entries in tables.items()
        for name, entry in entries.items()
    }
    return MappingProxyType(found), groups


def lexicon() -> MappingProxyType[str, Concept]:
    """All concepts by id, in the order of the file."""
    return _tables()[0]


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

    Of what a source does (the list `sources`), denials are no hits: "no dehazing is applied", "restoring is not tried".
    """
    found = _matches(text, concept_id, lists, start, end)
    if not found:
        return ()
    vetoed = _matches(text, concept_id, ("not",), start, end)
    left = (r for r in found if not any(v[0] <= r[0] < v[1] or v[0] < r[1] <= v[1] for v in vetoed))
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
    """The patterns that can match in a text, as far as the beginnings of its words tell; only they are compiled."""
    begun = {word[:n] for word in re.findall(r"\w+", text.lower()) for n in range(1, _KEY + 1)}
    rows, always, by_key = _index()
    found: dict[tuple[str, str], list[str]] = {}
    for number in sorted(always.union(*(by_key.get(key, ()) for key in begun))):
        place, pattern, alternatives = rows[number]
        if any(all(not begun.isdisjoint(keys) for keys in parts) for parts in alternatives):
            found.setdefault(place, []).append(pattern)
    return found


_Row = tuple[tuple[str, str], str, tuple[tuple[frozenset[str], ...], ...]]


@cache
def _index() -> tuple[list[_Row], frozenset[int], dict[str, list[int]]]:
    """All patterns: where they belong and which beginnings of words they need; those without one; numbers by beginning."""
    rows: list[_Row] = []
    always: set[int] = set()
    by_key: dict[str, list[int]] = {}
    for concept_id, entry in lexicon().items():
        for name in sorted(n for n, v in entry.data.items() if isinstance(v, list) and n not in _NO_PATTERNS):
            for pattern in entry.data[name]:
                alternatives = _needs(pattern)
                for parts in alternatives:
                    if not parts:
                        always.add(len(rows))
                    for key in max(parts, key=lambda keys: min(map(len, keys)), default=frozenset()):
                        by_key.setdefault(key, []).append(len(rows))
                rows.append(((concept_id, name), pattern, alternatives))
    return rows, frozenset(always), by_key


def _needs(pattern: str) -> tuple[tuple[frozenset[str], ...], ...]:
    """For each alternative the sets of word beginnings of which a match holds one each."""
    return tuple(_keys(one) for one in _alternatives(_expanded(pattern.removeprefix("="))))


def _keys(pattern: str) -> tuple[frozenset[str], ...]:
    found = (frozenset(_literal(word) for word in part) for part in _parts(pattern))
    return tuple(keys for keys in found if "" not in keys)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(_regex(pattern))


def _alternatives(pattern: str) -> list[str]:
    """What a `|` outside all brackets separates."""
    return _split(pattern, "|") if "|" in pattern else [pattern]


def _parts(pattern: str) -> list[list[str]]:
    """The alternatives of each mandatory word of a pattern, as far as it is plain which they are."""
    found: list[list[str]] = []
    for token in _split(pattern, " ") if "(" in pattern else pattern.split(" "):
        if "(" not in token:
            found += [] if token.startswith("~") else [[token]]
        elif token[0] == "(" and token[-1] == ")" and token.count("(") == 1:
            found.append(token[1:-1].split("|"))
        elif token[0] != "(":
            found.append([token])
    return found


def _split(pattern: str, sign: str) -> list[str]:
    """Split at a sign that stands outside all brackets."""
    found, depth, begin = [], 0, 0
    for at, letter in enumerate(pattern):
        if letter in "()":
            depth += 1 if letter == "(" else -1
        elif letter == sign and not depth:
            found.append(pattern[begin:at])
            begin = at + 1
    return [*found, pattern[begin:]]


@cache
def _literal(word: str) -> str:
    """The letters with which every match of a word begins."""
    plain = _LETTERS.match(word)
    assert plain is not None
    return plain[0][: -1 if word[plain.end() : plain.end() + 1] == "?" else None][:_KEY].lower()


def _expanded(pattern: str) -> str:
    return re.sub(r"<(\w+)>", lambda m: _tables()[1][m[1]], pattern)


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
