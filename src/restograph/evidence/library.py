"""The shipped catalogue of models and papers: TOML files with sources in this project's own words."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal


@dataclass(frozen=True)
class Entry:
    """One source of the catalogue; a model has no summary, as in a brief."""

    kind: Literal["model", "paper"]
    title: str
    paper: str | None
    github: str | None
    summary: str | None
    operations: tuple[str, ...]
    year: int


@cache
def catalogue() -> tuple[Entry, ...]:
    """All entries, sorted by title, so that file names and order do not matter."""
    found = []
    for file in (resources.files("restograph.evidence") / "catalog").iterdir():
        if file.name.endswith(".toml"):
            rows = tomllib.loads(file.read_text("utf-8"))["source"]
            found += [_entry(row) for row in rows]
    return tuple(sorted(found, key=lambda e: (e.kind, e.title)))


def _entry(row: dict[str, object]) -> Entry:
    operations = row["operations"]
    assert isinstance(operations, list) and isinstance(row["year"], int)
    text = {name: str(row[name]) if name in row else None for name in ("paper", "github", "summary")}
    kind: Literal["model", "paper"] = "model" if row["kind"] == "model" else "paper"
    return Entry(
        kind, str(row["title"]), text["paper"], text["github"], text["summary"], tuple(operations), row["year"]
    )
