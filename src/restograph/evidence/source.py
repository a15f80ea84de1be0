"""The Source noun: a model or a paper that an answer may cite, as the brief gives it."""

from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field


class Source(BaseModel):
    """One source with its links, letter for letter; null when the brief gives none."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    schema_version: ClassVar[int] = 1

    key: str = Field(description="M1, M2, ... for recommended models, P1, P2, ... for related papers.")
    kind: Literal["model", "paper"] = Field(description="A model is known by its name, a paper by its summary.")
    title: str = Field(description="Name of the model or title of the paper.")
    paper: str | None = Field(description="Link of the paper.")
    github: str | None = Field(description="Link of the code.")
