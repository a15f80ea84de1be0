"""The eight nouns of Restograph, in the order of the flow. Each is a frozen pydantic model with a JSON schema.

Question → Task → Source → Verdict → Workflow → Run → Answer, executed by a Model.
"""

from restograph.answer.answer import Answer
from restograph.evidence.source import Source
from restograph.models.card import Card as Model
from restograph.run.record import RunRecord as Run
from restograph.task.question import Question
from restograph.task.task import Task
from restograph.verdict.verdict import Verdict
from restograph.workflow.graph import Workflow

__all__ = ["Answer", "Model", "Question", "Run", "Source", "Task", "Verdict", "Workflow"]
