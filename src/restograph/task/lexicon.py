"""Reads lexicon.toml and finds its concepts in a text. The pattern language stands at the top of that file.

A concept is named "section.name" ("operation.denoising"); a hit is a half-open range of code points.
Composer and checker use this same module, so a claim "the span speaks of noise" can be re-read.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Any

Range = tuple[int, int]

# Up to N words that stay within the sentence: no full stop but inside a number.
_GAP = r"(?:[\s,;:()\"'’“”/-]+[\w'’%&-]+(?:\.\d+)?){0,%s}?[\s,;:()\"'’“”/-]+"


@dataclass(frozen=True)
class Concept:
    """One entry of the lexicon; `lists` holds its pattern lists by name."""

    id: str
    label: str
    data: MappingProxyType[str, Any]

    def patterns(self, *lists: str) -> tuple[str, ...]:
        return tuple(p for name in lists for p in self.data.get(name, ()))


@cache
def lexicon() -> MappingProxyType[str, Concept]:
    """All concepts by id, in the order of the file."""
    text = (resources.files("restograph.task") / "lexicon.toml").read_text("utf-8")
    found = {
        f"{section}.{name}": Concept(f"{section}.{name}", entry["label"], MappingProxyType(entry))
        for section, entries in tomllib.loads(text).items()
        for name, entry in entries.items()
    }
    return MappingProxyType(found)


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
    """Where the named lists of a concept match in text[start:end], without what its `not` list covers."""
    pattern = compiled(concept_id, lists)
    if pattern is None:
        return ()
    found = [m.span() for m in pattern.finditer(text, start, end)]
    if not found:
        return ()
    vetoed = [] if (no := compiled(concept_id, ("not",))) is None else [m.span() for m in no.finditer(text, start, end)]
    return tuple(r for r in found if not any(r[0] < v[1] and v[0] < r[1] for v in vetoed))


def _regex(pattern: str) -> str:
    flag = "" if pattern.startswith("=") else "i"
    body = re.sub(r"\((?!\?)", "(?:", pattern.removeprefix("="))
    body = re.sub(r"\s*~(\d+)\s*", r"\0\1\0", body)
    body = body.replace("*", r"[\w'’]*")
    body = re.sub(r" (?![^\[]*\])", lambda _: r"[\s-]+", body)
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
    """What a model's name promises: the first token that names a task, else a technical term in the name."""
    for match in re.compile(r"[A-Za-z0-9^+.]+").finditer(text, start, end):
        if found := operation_of_token(match.group()):
            return found, match.span()
    for concept_id in section("operation"):
        if spoken := hits(text, concept_id, ("terms",), start, end):
            return concept_id.split(".")[1], spoken[0]
    return None
