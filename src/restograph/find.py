"""The open door: a bare question becomes a brief of the shipped catalogue."""

from restograph.evidence.brief import Brief, parse
from restograph.evidence.library import catalogue
from restograph.evidence.search import brief_text, search
from restograph.task.read import read_task


def find_brief(question: str) -> Brief:
    """A brief for a bare question; its sections are empty when nothing in the catalogue has to do with it."""
    task = read_task(question)
    scale = task.scale.value if task.scale else None
    return parse(brief_text(question, search(question, [op.name for op in task.operations], catalogue(), scale)))
