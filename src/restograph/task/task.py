"""The Task noun: what the words ask for, each reading with its span. Vocabularies are closed."""

from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from restograph.evidence.brief import Span
from restograph.task.lexicon import concept

Scales = Literal["spatial", "temporal"]
Ask = Literal["how", "why", "which", "trust"]


class Frozen(BaseModel):
    """Base of the small values below."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Operation(Frozen):
    """One change that is wanted: name of the closed vocabulary, confidence in [0, 1], deciding span."""

    name: str
    confidence: float = Field(ge=0, le=1)
    span: Span | None


class Scale(Frozen):
    """A typed factor: linear per side (spatial) or frames per second (temporal)."""

    value: float = Field(gt=0)
    kind: Scales
    span: Span


class Target(Frozen):
    """How large the result should be: a factor, pixels, a print, or a limit of bytes."""

    type: Literal["factor", "size", "print", "bytes"]
    value: float | None = None
    width: float | None = None
    height: float | None = None
    unit: str | None = None
    dpi: float | None = None
    span: Span


class Conflict(Frozen):
    """Two readings that cannot both hold, as spans of the question or pointers to measurements."""

    kind: Literal["scale", "size", "degradation"]
    a: Span | str
    b: Span | str


class Task(Frozen):
    """What is wanted. Empty `operations` means that the words do not tell."""

    schema_version: ClassVar[int] = 1

    operations: tuple[Operation, ...] = ()
    scale: Scale | None = None
    target: Target | None = None
    degradations: tuple[str, ...] = ()
    constraints: tuple[str, ...] = ()
    subject: str | None = None
    asks: tuple[Ask, ...] = ()
    claims_by_user: tuple[Span, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    spans: dict[str, Span] = Field(default_factory=dict, description="Deciding span of each reading, by concept id.")

    @property
    def primary(self) -> str:
        """First operation, or "other" when the words do not tell."""
        return self.operations[0].name if self.operations else "other"


def narrowed(task: Task) -> Task:
    """The task with its first operation only."""
    first = task.operations[:1]
    names = {f"operation.{op.name}" for op in first}
    damages = {concept(name).data["damage"] for name in names} & set(task.degradations)
    spans = {c: span for c, span in task.spans.items() if not c.startswith("operation.") or c in names}
    return task.model_copy(update={"operations": first, "degradations": tuple(sorted(damages)), "spans": spans})
