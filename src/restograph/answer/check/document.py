"""What the checker looks at: the answer's JSON, the brief inside it, and the tables. Nothing else."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from restograph.evidence.brief import Brief, Source, parse
from restograph.evidence.sentences import Range

Json = dict[str, Any]


class Failed(Exception):
    """A proof, a rendering or an obligation does not hold; the message says which."""


@dataclass(frozen=True)
class Cited:
    """Text of one block (or of the question, key Q)."""

    key: str
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Reading:
    """A cited span in which a concept or a quantity was found again."""

    cited: Cited
    concept: str | None
    lists: tuple[str, ...] = ()
    value: float | None = None
    kind: str | None = None


@dataclass(frozen=True)
class NotFound:
    """A concept with no hit in the usable text of some sources."""

    concept: str
    lists: tuple[str, ...]
    scope: tuple[str, ...]


@dataclass(frozen=True)
class ForEach:
    """One fact for each of the keys."""

    keys: tuple[str, ...]
    facts: tuple["Fact", ...]


@dataclass(frozen=True)
class Applied:
    """A rule that held for its premises, with what it concludes."""

    rule: str
    premises: tuple["Fact", ...]
    gives: Json


@dataclass(frozen=True)
class Measured:
    """A value of the run record."""

    pointer: str
    value: Any


@dataclass(frozen=True)
class Step:
    """A node of the workflow."""

    node: Json


@dataclass(frozen=True)
class Drafted:
    """A sentence of a language model that its cited spans, all of one source, do not contradict."""

    text: str
    cites: tuple[Cited, ...]


Fact = Cited | Reading | NotFound | ForEach | Applied | Measured | Step | Drafted


@dataclass(frozen=True)
class Document:
    """An answer with its parsed brief."""

    data: Json
    brief: Brief

    @property
    def task(self) -> Json:
        found: Json = self.data["task"]
        return found

    @property
    def needed(self) -> list[str]:
        return [op["name"] for op in self.task["operations"]]

    @property
    def nodes(self) -> list[Json]:
        found: list[Json] = self.data["workflow"]["nodes"]
        return found

    @property
    def executed(self) -> bool:
        """True if a picture was made: the run record has an output."""
        return bool((self.data["run"] or {}).get("output"))

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(s.key for s in self.brief.sources)

    def source(self, key: str) -> Source:
        found = self.brief.source(key)
        if found is None:
            raise Failed(f"there is no source {key!r} in the brief")
        return found

    def usable(self, key: str) -> list[Range]:
        return self.brief.usable(self.source(key))

    def node(self, node_id: str) -> Json:
        for node in self.nodes:
            if node["id"] == node_id:
                return node
        raise Failed(f"there is no node {node_id!r} in the workflow")


def document(data: Json) -> Document:
    """Wrap an answer's JSON; BriefError when the brief in it does not parse."""
    return Document(data, parse(data["brief"]))


@cache
def templates() -> Json:
    """rules.toml: the templates by name."""
    return tomllib.loads((resources.files("restograph.answer") / "rules.toml").read_text("utf-8"))
