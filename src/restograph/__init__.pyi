from restograph.answer.check import check as check_answer
from restograph.answer.render import render as render_answer
from restograph.ask import ask as answer_brief
from restograph.errors import RestographError as RestographError
from restograph.evidence.brief import parse as parse_brief
from restograph.evidence.brief import render as render_brief
from restograph.find import find_brief as find_brief
from restograph.models.store import installed as installed_models
from restograph.run.execute import execute as execute
from restograph.run.replay import replay as replay
from restograph.run.seen import see as see
from restograph.workflow.file import load_workflow as load_workflow
from restograph.workflow.svg import draw_svg as draw_svg

__version__: str
__all__ = [
    "RestographError",
    "__version__",
    "answer_brief",
    "check_answer",
    "draw_svg",
    "execute",
    "find_brief",
    "installed_models",
    "load_workflow",
    "parse_brief",
    "render_answer",
    "render_brief",
    "replay",
    "see",
]
