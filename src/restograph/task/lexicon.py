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

# Up to N words that stay within the sentence: no full stop but inside a number.
_GAP = r"(?:[\s,;:()\"'’“”/–—-]+[\w'’%&-]+(?:\.\d+)?){0,%s}?[\s,;:()\"'’“”/–—-]+"
_DENIAL = re.compile(r"\b(?:no|not|never|without|nor|instead of|rather than|unlike)\s(?:\w+\s)?$", re.I)
_NOT_DONE = re.compile(r"[\w'’]*(?:[ -][\w'’-]+){0,4}? (?:is|are|was|were) (?:not|never|left to|neither)\b", re.I)
_RECOGNISES = re.compile(
    r"(?<![A-Za-z])(?:Detect(?:ion|or)?|Recogni[sz]\w*|Recognition|Classif\w*|Track(?:ing|er)|Segment(?:ation|er)|Landmarks?|Retrieval|Counting|Verification|Caption(?:ing)?)(?![a-z])",
    re.I,
)
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
    """Where the named lists of a concept match in text[start:end], without what its `not` list covers.

    Of what a source does (the list `sources`), denials are no hits: "no dehazing is applied", "restoring is not tried".
    """
    found = _matches(text, concept_id, lists, start, end)
    if not found:
        return ()
    vetoed = _matches(text, concept_id, ("not",), start, end)
    left = (r for r in found if not any(r[0] < v[1] and v[0] < r[1] for v in vetoed))
    return tuple(r for r in left if "sources" not in lists or not _denied(text, r, end))


def damages(text: str, start: int, end: int, operations: Iterable[str]) -> tuple[str, ...]:
    """The damage that each operation answers to, sorted; one with a list `damage_words` only where these are said.

    A colour cast is corrected like faded colours, but nothing has faded.
    """
    found = set()
    for name in operations:
        data = concept(f"operation.{name}").data
        if "damage_words" not in data or hits(text, f"operation.{name}", ("damage_words",), start, end):
            found.add(data["damage"])
    return tuple(sorted(found - {""}))


def _denied(text: str, place: Range, end: int) -> bool:
    before = text[max(0, place[0] - 40) : place[0]]
    return bool(_DENIAL.search(before) or _NOT_DONE.match(text, place[1], end))


def _matches(text: str, concept_id: str, lists: tuple[str, ...], start: int, end: int) -> list[Range]:
    """The matches in order; of those that overlap, the first and longest."""
    found = [m.span() for p in _possible(text, concept_id, lists) for m in p.finditer(text, start, end)]
    kept: list[Range] = []
    for place in sorted(found, key=lambda r: (r[0], -r[1])):
        if not kept or place[0] >= kept[-1][1]:
            kept.append(place)
    return kept


@lru_cache(maxsize=2000)
def _possible(text: str, concept_id: str, lists: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    """The patterns that can match, as far as the beginnings of the text's words tell; only they are compiled."""
    begun = _beginnings(text)
    return tuple(_compiled(p) for p, keys in _keyed(concept_id, lists) if keys is None or not begun.isdisjoint(keys))


@lru_cache(maxsize=16)
def _beginnings(text: str) -> frozenset[str]:
    words = set(re.findall(r"\w+", text.lower()))
    return frozenset(word[:n] for word in words for n in range(1, _KEY + 1))


@cache
def _keyed(concept_id: str, lists: tuple[str, ...]) -> tuple[tuple[str, frozenset[str] | None], ...]:
    return tuple((p, _keys(p)) for p in concept(concept_id).patterns(*lists))


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(_regex(pattern))


def _keys(pattern: str) -> frozenset[str] | None:
    """Word beginnings of which a match must hold one: those of the pattern's choosiest part; None if there is none."""
    found = [_choosiest(one) for one in _alternatives(_expanded(pattern.removeprefix("=")))]
    return frozenset(word for words in found for word in words) if all(found) else None


def _choosiest(pattern: str) -> list[str]:
    best: list[str] = []
    for part in _parts(pattern):
        words = [_literal(word) for word in part]
        if all(words) and (not best or min(map(len, words)) > min(map(len, best))):
            best = words
    return best


def _alternatives(pattern: str) -> list[str]:
    """What a `|` outside all brackets separates."""
    return re.findall(r"(?:\((?:[^()]|\([^()]*\))*\)|[^()|])+", pattern)


def _parts(pattern: str) -> list[list[str]]:
    """The alternatives of each mandatory word of a pattern."""
    found: list[list[str]] = []
    for token in re.findall(r"[^\s()]*\((?:[^()]|\([^()]*\))*\)\S*|\S+", pattern):
        group = re.fullmatch(r"\(([^()]*)\)(\S*)", token)
        if group and not group[2].startswith("?"):
            found.append(group[1].split("|"))
        elif not token.startswith(("~", "(")):
            found.append([token])
    return found


def _literal(word: str) -> str:
    """The letters with which every match of a word begins."""
    plain = re.match(r"\w*", word)
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


def operation_of_token(token: str) -> str | None:
    """The operation that a token of a model's name promises: longest prefix first, then 'SR' inside it."""
    best: tuple[int, str] | None = None
    for concept_id in section("operation"):
        for prefix in concept(concept_id).data["names"]:
            if name_fits_prefix(prefix, token) and (best is None or len(prefix) > best[0]):
                best = (len(prefix), concept_id.split(".")[1])
    if best is None and re.search(r"SR(?![a-z])", token):
        return "video_super_resolution" if token.startswith("V") else "super_resolution"
    return best[1] if best else None


def name_fits_prefix(prefix: str, token: str) -> bool:
    """Short prefixes are whole tokens ("SR", "DN"), longer ones open words ("Deblur")."""
    return token == prefix if len(prefix) <= 3 else token.lower().startswith(prefix.lower())


def reason_text(rule: str, found: str | None, needed: tuple[str, ...], constraint: str | None) -> str:
    """Why a verdict fell: the rule's phrase with the labels of what was found and needed."""
    return concept(f"reason.{rule}").label.format(
        found=concept(found).label if found else "something else",
        needed=" and ".join(concept(f"operation.{n}").label for n in needed),
        constraint=concept(f"constraint.{constraint}").label if constraint else "",
    )


def name_operation(text: str, start: int, end: int) -> tuple[str, Range] | None:
    """What a model's name promises: the first token that names a task, else a technical term in the name.

    "Face-Detection" finds faces and restores none: a later word of recognition decides.
    """
    recognises = _RECOGNISES.search(text, start, end)
    for match in re.compile(r"[A-Za-z0-9^+.]+").finditer(text, start, end):
        if found := operation_of_token(match.group()):
            return ("other", recognises.span()) if recognises else (found, match.span())
    for concept_id in section("operation"):
        if spoken := hits(text, concept_id, ("terms",), start, end):
            return concept_id.split(".")[1], spoken[0]
    return None
