"""The Answer noun: what `--format json` shows and `restograph check` verifies. Fields: docs/answers.md."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from restograph.answer.check import Report
from restograph.evidence.brief import Span
from restograph.evidence.source import Source
from restograph.task.task import Task
from restograph.verdict.verdict import Verdict
from restograph.workflow.graph import Workflow

Kind = Literal["QUOTE", "NAME-ONLY", "QUESTION", "RULE", "MEASURED", "PLAN", "DRAFTED"]


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ProvedVerdict(Verdict):
    """A verdict with the index of its proof."""

    proof: int


class Argument(Frozen):
    """One argument of a template: its form, and the proofs that it rests on."""

    form: str
    of: int | list[int]


class Statement(Frozen):
    """One sentence: a term (template, variant, arguments), its rendering, and the root of its proof."""

    section: Literal[1, 2, 3]
    template: str
    variant: int
    args: dict[str, Argument]
    text: str
    kind: Kind
    proof: int


class AbsentRow(Frozen):
    """A concept that no source mentions: the words searched, and where."""

    concept: str
    label: str
    terms: list[str]
    hits: int
    scope: list[str]


class Answer(Frozen):
    """An answer with its proofs. `brief` is the text it was made from, so that a checker needs nothing else."""

    schema_: int = Field(default=1, alias="schema")
    versions: dict[str, str]
    question: str
    brief: str
    brief_sha256: str
    rules_sha256: str
    task: Task
    sources: list[Source]
    verdicts: dict[str, ProvedVerdict]
    workflow: Workflow
    statements: list[Statement]
    proofs: list[dict[str, Any]]
    missing_slots: list[str]
    absent: list[AbsentRow]
    flagged: list[Span]
    links: list[str]
    markdown: str
    check: Report
    run: dict[str, Any] | None = None

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)
