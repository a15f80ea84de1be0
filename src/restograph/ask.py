"""THE MAP: question → task → evidence → verdict → workflow → run → answer.

Reads top to bottom as that arrow. Every stop is a pure function of typed values, but for `execute`,
which the caller hands in and which alone touches a picture.
"""

from collections.abc import Callable
from dataclasses import dataclass

from restograph.answer.answer import Answer
from restograph.answer.compose import compose
from restograph.errors import MissingSlot
from restograph.evidence.brief import Brief, parse
from restograph.evidence.library import catalogue
from restograph.evidence.search import brief_text, search
from restograph.run.provenance import RunRecord
from restograph.run.seen import Seen, facts
from restograph.task.agree import disagreements
from restograph.task.read import read_task
from restograph.verdict.judge import judge
from restograph.workflow.graph import Workflow
from restograph.workflow.plan import plan

Execute = Callable[[Workflow], RunRecord]


@dataclass(frozen=True)
class Asked:
    """An answer; the record of its run, if there was one; why there was none, if a step was missing."""

    answer: Answer
    record: RunRecord | None = None
    missing: MissingSlot | None = None


def ask(brief: Brief, seen: Seen | None = None, execute: Execute | None = None) -> Asked:
    """Answer a brief; with a picture that was looked at, and a way to execute, also run the workflow."""
    task = read_task(brief.text, *brief.question)
    if seen:
        task = task.model_copy(update={"conflicts": task.conflicts + disagreements(brief.text, task, seen.look)})
    verdicts = judge(brief, task)
    workflow = plan(brief, task, verdicts)
    record, missing = _executed(workflow, execute)
    shown = record.workflow if record else workflow
    answer = compose(brief, task, verdicts, shown, facts(seen, record) if seen else None)
    return Asked(answer, record, missing)


def find_brief(question: str) -> Brief:
    """The open door: a brief from the shipped catalogue for a bare question."""
    task = read_task(question)
    scale = task.scale.value if task.scale else None
    return parse(brief_text(question, search(question, [op.name for op in task.operations], catalogue(), scale)))


def _executed(workflow: Workflow, execute: Execute | None) -> tuple[RunRecord | None, MissingSlot | None]:
    try:
        return (execute(workflow) if execute else None), None
    except MissingSlot as missing:
        return None, missing
