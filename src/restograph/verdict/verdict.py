"""The Verdict noun: is a source fit, partial or off-topic for the task, along which axes, and why."""

from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from restograph.evidence.brief import Span

Label = Literal["fit", "partial", "off_topic"]
Explains = Literal["yes", "in part", "no"]
Axis = Literal["operation", "object", "direction", "constraint", "input"]
Rule = Literal[
    "fit_by_name", "mismatch_by_name", "near_by_name", "unknown_name", "fit_by_paper", "near_by_paper", "mismatch_by_paper", "fit", "fit_by_wording", "other_by_wording", "in_passing", "other_operation", "other_object", "near_object",
    "other_direction", "extra_input", "contradicted_constraint", "unserved_constraint", "unread_task",
]  # fmt: skip


class Verdict(BaseModel):
    """Judgement of one source. `span` is the sentence that shows it best; `rule`, `found` and `basis` carry the proof.

    `basis` is the sentence in which the rule finds its words, and `found` the concept read in it ("operation.denoising", "object.microscopy" ...); `needed`
    are the operations of the task that were compared; `constraint` the one that decided, if any.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    schema_version: ClassVar[int] = 1

    verdict: Label
    name_only: bool
    explains: Explains
    axes: dict[Axis, bool]
    reason: str
    span: Span
    basis: Span
    rule: Rule
    found: str | None = None
    serves: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    constraint: str | None = None
