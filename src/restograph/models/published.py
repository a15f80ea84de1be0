"""Weights that others have published: where their authors distribute them, and how to tell them. Nothing is fetched.

Data only, one TOML file each in `models/published/`. Their names are those under which briefs recommend them.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from restograph.models.card import ModelKind
from restograph.models.names import words


class Published(BaseModel):
    """One published checkpoint."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$", description="Name in commands.")
    names: tuple[str, ...] = Field(min_length=1, description="Names under which briefs recommend it.")
    title: str = Field(description="What it is, in one line.")
    family: str = Field(description="Architecture, as in cards.")
    kind: ModelKind = Field(description="Kind of step that it executes.")
    scale: int | None = Field(default=None, description="Output side / input side; null: any factor.")
    paper: str = Field(description="Address of the paper.")
    github: str = Field(description="Address of the authors' code.")
    where: tuple[str, ...] = Field(min_length=1, description="Where its authors distribute it.")
    file: str = Field(description="Name of the file there.")
    file_words: tuple[str, ...] = Field(min_length=1, description="Words that a name of the file holds if it is this.")
    format: str = Field(description="What the file is and holds.")
    tensors: int = Field(description="Keys of its state dict.")
    parameters: int = Field(description="Distinct numbers in it.")
    sha256: str = Field(default="", pattern=r"^[0-9a-f]*$", description="How the SHA-256 of the file begins, if known.")
    weights_sha256: str = Field(
        default="", pattern=r"^([0-9a-f]{64})?$", description="SHA-256 over sorted keys and float32 values, if known."
    )
    licence: str = Field(description="SPDX identifier of the weights' licence; NONE: nothing is granted.")
    licence_note: str = Field(description="Where that is said, and what it means.")

    @property
    def add(self) -> str:
        """The command that installs the file once it is here."""
        return f"restograph models add {self.file} --name {self.name}"


@dataclass(frozen=True)
class Facts:
    """What is known about a file of weights: its network, and what its bytes and its names are."""

    family: str
    scale: int | None
    tensors: int
    parameters: int
    sha256: str
    weights_sha256: str
    names: tuple[str, ...]  # of the file, and the one asked for


@dataclass(frozen=True)
class Identified:
    """A published checkpoint that a file is taken for, and why."""

    published: Published
    why: str
    certain: bool  # by a digest, not by a name


@cache
def published() -> tuple[Published, ...]:
    """All known ones, sorted by name."""
    folder = Path(str(resources.files("restograph.models"))) / "published"
    return tuple(Published.model_validate(tomllib.loads(f.read_text("utf-8"))) for f in sorted(folder.glob("*.toml")))


def find_published(name: str) -> Published | None:
    """The one that goes by this name, whatever its case."""
    wanted = name.casefold()
    return next((p for p in published() if wanted in {p.name, *(n.casefold() for n in p.names)}), None)


def identify(facts: Facts) -> Identified | None:
    """Which published checkpoint a file is: by its digest, or by a name whose network, factor and size agree."""
    for one in published():
        if one.weights_sha256 and one.weights_sha256 == facts.weights_sha256:
            return Identified(one, "every number is the published one (SHA-256 of the weights)", certain=True)
        if one.sha256 and facts.sha256.startswith(one.sha256):
            return Identified(one, f"the file's SHA-256 begins with {one.sha256}, as published", certain=True)
    for one in alike(facts):
        if any(_is_name(one, name) for name in facts.names):
            why = "by name; keys and number of parameters agree, no digest is known to compare with"
            return Identified(one, why, certain=False)
    return None


def alike(facts: Facts) -> tuple[Published, ...]:
    """The published checkpoints of the same network, factor and size: what a file may be by its shapes alone."""
    return tuple(one for one in published() if _same_network(one, facts))


def _same_network(one: Published, facts: Facts) -> bool:
    """False where the digest is known: then other numbers are other weights, whatever their shapes."""
    said = (one.family, one.scale, one.tensors, one.parameters)
    return said == (facts.family, facts.scale, facts.tensors, facts.parameters) and not one.weights_sha256


def _is_name(one: Published, name: str) -> bool:
    return find_published(name) == one or set(one.file_words) <= set(words(name))
