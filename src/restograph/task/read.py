"""Words -> Task: reads the change that is wanted from symptoms and results, not from task names alone.

The voters stand in weigh.py; here scale, constraints, subject and what is asked. Everything found carries its span.
"""

import re
from collections.abc import Collection

from restograph.evidence.brief import Span
from restograph.evidence.sentences import sentences
from restograph.task.lexicon import Range, damages, hits, section
from restograph.task.quantity import Quantity, factors, kept_by_sizes, same_size
from restograph.task.target import target_of
from restograph.task.task import Ask, Conflict, Scale, Task
from restograph.task.weigh import ranked
from restograph.task.wishes import wishes

_ASKS: tuple[tuple[Ask, str], ...] = (
    ("trust", r"\b(?:can|may|should|could) (?:i|we|one|you|they|anyone|a \w+) (?:really |still |actually )?(?:trust|rely|believe|use it as)\b|\btrust\w*\b|\breliabl[ey]\b|\bis (?:it|this|that|the \w+) (?:still )?(?:real|true|genuine|honest|evidence)\b|\bmade up\b|\bhallucinat"),
    ("why", r"\bwhy\b|\bwhat (?:is|was) the reason\b|\bhow come\b"),
    ("which", r"\b(?:which|what) (?:\w+ ){0,2}(?:model|method|tool|network|software|paper|algorithm|approach|program|app)s?\b|\bwhich\b|\brecommend\b|\bwhat (?:should|can|could) i use\b"),
    ("how", r"\bhow\b|\bwhat (?:makes|lets|allows|enables|happens|does|goes on|trick)\b|\bin what way\b|\bby what\b|\bexplain\b|\bwhat is going on\b|\bworks?\b"),
)  # fmt: skip


_ENLARGING = {"super_resolution", "video_super_resolution"}


def read_task(text: str, start: int = 0, end: int | None = None, brought: Collection[str] = ()) -> Task:
    """Read the question text[start:end]; spans are absolute and carry the source Q.

    `brought`: operations for which there is a source; a further wish is heard a little sooner when it is one of them.
    """
    stop = len(text) if end is None else end
    numbers = factors(text, start, stop)
    operations = ranked(text, start, stop, numbers, brought)
    names = [op.name for op in operations]
    scale, conflicts = _scale(text, start, stop, numbers, names)
    constraints = _constraints(text, start, stop, scale)
    subject = _first(text, start, stop, "subject", ("patterns",))
    spans = {f"operation.{op.name}": op.span for op in operations if op.span}
    spans |= {f"constraint.{name}": _span(*place) for name, place in constraints.items()}
    if subject:
        spans[f"subject.{subject[0]}"] = _span(*subject[1])
    return Task(
        operations=operations,
        scale=scale,
        target=target_of(text, start, stop, scale),
        degradations=damages(text, start, stop, names),
        constraints=tuple(sorted(constraints)),
        subject=subject[0] if subject else None,
        asks=tuple(name for name, pattern in _ASKS if re.search(pattern, text[start:stop], re.I)),
        claims_by_user=tuple(_span(a, b) for a, b in sentences(text, start, stop) if text[b - 1] != "?"),
        conflicts=conflicts,
        spans=spans,
    )


def _span(start: int, end: int) -> Span:
    return Span(source="Q", start=start, end=end)


def _scale(
    text: str, start: int, stop: int, numbers: list[Quantity], names: list[str]
) -> tuple[Scale | None, tuple[Conflict, ...]]:
    """The factor wanted; several that differ are a conflict, and the plainest (a pair of sizes) counts."""
    kind = "temporal" if "video_frame_interpolation" in names[:1] else "spatial"
    fitting = [q for q in numbers if q.kind == kind]
    if not any(q.value != 1 for q in fitting) and kind == "spatial" and _ENLARGING & set(names):
        fitting = [q for q in numbers if q.kind == "bare" and 1 < q.value <= 16] or fitting
    same = same_size(text, start, stop)
    claims = [q for q in fitting if q.value != 1]
    shown = same and kept_by_sizes(text, same) and not any(_is_pair(text, q.start, q.end) for q in claims)
    fitting = claims or fitting  # "1 x poster" counts posters
    if same and kind == "spatial" and (shown or not claims):
        fitting = [same, *claims]
    if not fitting:
        return None, ()
    best = fitting[0] if fitting[0] is same else max(fitting, key=lambda q: (_is_pair(text, q.start, q.end), -q.start))
    value = Scale(
        value=best.value, kind="temporal" if kind == "temporal" else "spatial", span=_span(best.start, best.end)
    )
    typed = [q for q in fitting if q.kind == kind]
    kept = [same] if same and kind == "spatial" else []
    others = [q for q in [*typed, *kept] if abs(q.value - best.value) > 0.05 * best.value]
    clash = tuple(Conflict(kind="scale", a=_span(best.start, best.end), b=_span(q.start, q.end)) for q in others[:1])
    return value, clash


def _is_pair(text: str, start: int, end: int) -> bool:
    """Two sizes rather than one factor."""
    return len(re.findall(r"\d+(?:[.,]\d+)?|\bHD\b", text[start:end])) >= 2


def _constraints(text: str, start: int, stop: int, scale: Scale | None) -> dict[str, Range]:
    found = dict(wishes(text, start, stop))
    if scale and scale.kind == "spatial":
        place = (scale.span.start, scale.span.end)
        if scale.value == 1:
            found["keep_size"] = place
        elif abs(scale.value - round(scale.value)) > 1e-3 and not _is_pair(text, *place):
            found.setdefault("non_integer_scale", place)  # said as a factor, not just what two sizes come to
    return found


def _first(text: str, start: int, stop: int, name: str, lists: tuple[str, ...]) -> tuple[str, Range] | None:
    """The concept of a section with the most hits (the earlier on a tie), with its first range."""
    found = [(hits(text, c, lists, start, stop), c.split(".")[1]) for c in section(name)]
    best = max(found, key=lambda item: len(item[0]), default=((), ""))
    return (best[1], best[0][0]) if best[0] else None
