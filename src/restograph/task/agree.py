"""Do the words and the picture agree? What the question says against what is measured in the file."""

import re
from typing import TYPE_CHECKING

from restograph.evidence.brief import Span
from restograph.task.task import Conflict, Task

if TYPE_CHECKING:
    from restograph.task.look import Look

FINE_JPEG = 90  # quality from which no compression damage is seen (task/look.py)


def disagreements(text: str, task: Task, look: "Look") -> tuple[Conflict, ...]:
    """Conflicts between question and picture, each with a span and a pointer into the run record.

    Compression complained of in a fine JPEG; a size that the file does not have; and damage in the
    file that the question does not mention.
    """
    found: list[Conflict] = []
    span = task.spans.get("operation.compression_artifact_removal")
    if span and look.jpeg_quality is not None and look.jpeg_quality >= FINE_JPEG and "compression" not in look.damages:
        found.append(Conflict(kind="degradation", a=span, b="/look/jpeg_quality"))
    if (
        task.scale
        and (size := _first_size(text, task.scale.span))
        and size not in ((look.width, look.height), (look.height, look.width))
    ):
        found.append(Conflict(kind="size", a=task.scale.span, b="/input"))
    said = [*(op.span for op in task.operations[:1]), *task.claims_by_user[:1]]
    anchor = next((place for place in said if place), None)
    for number, damage in enumerate(look.damages):
        if anchor and task.operations and damage not in task.degradations and damage in ("compression", "noise"):
            found.append(Conflict(kind="degradation", a=anchor, b=f"/look/damages/{number}"))
    return tuple(found)


def _first_size(text: str, span: Span) -> tuple[int, int] | None:
    """'640x480' of '640x480 → 1920x1440'."""
    match = re.match(r"(\d{2,5})\s*(?:px)?\s*(?:x|×|by)\s*(\d{2,5})\D.*\d", text[span.start : span.end])
    return (int(match[1]), int(match[2])) if match else None
