"""The Question noun: the user's words, and where they stand in the brief."""

from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field


class Question(BaseModel):
    """A question in plain words."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    schema_version: ClassVar[int] = 1

    text: str = Field(min_length=1, description="The words, without the quotation marks.")
    start: int = Field(ge=0, description="First code point in the brief.")
    end: int = Field(ge=1, description="One past the last code point.")
