"""Restograph: cited answers about restoring pictures, and the workflow they recommend, executed.

Public names load on first use, so that importing the package costs nothing.
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_HOMES = {
    "answer_brief": "restograph.ask:ask",
    "find_brief": "restograph.find",
    "parse_brief": "restograph.evidence.brief:parse",
    "render_brief": "restograph.evidence.brief:render",
    "check_answer": "restograph.answer.check:check",
    "render_answer": "restograph.answer.render:render",
    "load_workflow": "restograph.workflow.file",
    "draw_svg": "restograph.workflow.svg",
    "execute": "restograph.run.execute",
    "replay": "restograph.run.replay",
    "see": "restograph.run.seen",
    "installed_models": "restograph.models.store:installed",
    "RestographError": "restograph.errors",
}
__all__ = ["__version__", *sorted(_HOMES)]  # noqa: PLE0604


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"restograph has no {name!r}; it has {', '.join(sorted(_HOMES))}")
    module, _, attribute = _HOMES[name].partition(":")
    return getattr(import_module(module), attribute or name)


def __dir__() -> list[str]:
    return sorted(__all__)
