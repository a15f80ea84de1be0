"""THE MAP: question → task → evidence → verdict → workflow → run → answer.

Every stop is a pure function of typed values; `execute`, which the caller hands in, alone touches a picture.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from restograph.answer.answer import Answer
from restograph.answer.compose import compose
from restograph.answer.length import Length
from restograph.errors import AnswerError, MissingSlot
from restograph.evidence.brief import Brief
from restograph.evidence.brought import brought
from restograph.task.agree import disagreements
from restograph.task.read import read_task
from restograph.task.task import Task, narrowed
from restograph.verdict.judge import judge
from restograph.workflow.graph import Workflow
from restograph.workflow.plan import plan

if TYPE_CHECKING:  # without a picture nothing of them is needed
    from restograph.run.record import RunRecord
    from restograph.run.seen import Seen

Execute = Callable[[Workflow], "RunRecord"]


@dataclass(frozen=True)
class Asked:
    """An answer; the record of its run, if there was one; why there was none, if a step was missing."""

    answer: Answer
    record: "RunRecord | None" = None
    missing: MissingSlot | None = None


def ask(brief: Brief, seen: "Seen | None" = None, execute: Execute | None = None, length: Length = "normal") -> Asked:
    """Answer a brief, with a picture that was looked at; `execute` runs the workflow on it."""
    task = read_task(brief.text, *brief.question, brought(brief))
    if seen:
        task = task.model_copy(update={"conflicts": task.conflicts + disagreements(brief.text, task, seen.look)})
    try:
        return _answered(brief, task, seen, execute, length)
    except AnswerError:  # of several wishes whose answer does not hold together, the first is answered alone
        return _answered(brief, narrowed(task), seen, execute, length)


def _answered(brief: Brief, task: Task, seen: "Seen | None", execute: Execute | None, length: Length) -> Asked:
    verdicts = judge(brief, task)
    workflow = plan(brief, task, verdicts)
    answer = compose(brief, task, verdicts, workflow, seen.facts() if seen else None, length)
    if not (seen and execute):
        return Asked(answer)
    try:
        record = execute(workflow)
    except MissingSlot as missing:
        return Asked(answer, None, missing)
    return Asked(compose(brief, task, verdicts, record.workflow, seen.facts(record), length), record)
