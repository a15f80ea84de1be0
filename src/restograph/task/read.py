"""Words -> Task: reads the change that is wanted from symptoms and results, not from task names alone.

Voters: the lexicon (technical terms and lay symptoms) and the shape of the numbers (sizes, frame
rates). Negated and kept properties cancel a reading. Everything found carries its span.
"""

import re
from functools import partial

from restograph.evidence.brief import Span
from restograph.evidence.sentences import sentences
from restograph.task.lexicon import Range, concept, hits, section
from restograph.task.quantity import Quantity, factors, same_size
from restograph.task.target import target_of
from restograph.task.task import Ask, Conflict, Operation, Scale, Task

WEIGHTS = {"terms": (3.0, 2), "symptoms": (2.0, 3), "weak": (0.75, 2)}  # weight of a hit, hits that count
STRONG = 2.0  # score from which a reading stands on its own
SHAPE = 2.5  # what a typed number adds

# "not blurry", "without noise" cancel; "no longer blurry", "not noisy any more" tell what was wrong.
_NEGATED = re.compile(
    r"(?:\b(?:without|not|isn't|wasn't|aren't|weren't|no need (?:to|for)|don't|didn't|doesn't|do not|did not|never|instead of|"
    r"rather than|other than|nor|neither|avoid\w*|no)\s+(?:\w+\s+){0,2})$",
    re.I,
)
_STILL_A_SYMPTOM = re.compile(r"\b(?:no longer|no more|not \w+ any ?more|hardly|barely|not only|not just)\s+(?:\w+\s+){0,2}$", re.I)
_VIDEO = re.compile(r"\b(?:videos?|clips?|footage|movies?|dvds?|vhs|episodes?|camcorder|animation|recordings?|reels?|film(?! (?:scan|grain|photo|negative|camera))s?)\b", re.I)
_MONO = re.compile(r"\b(?:black[- ](?:and|&)[- ]white|b ?& ?w|monochrome|gr[ae]y ?scale|bw)\b", re.I)
_ASKS: tuple[tuple[Ask, str], ...] = (
    ("trust", r"\b(?:can|may|should|could) (?:i|we|one|you|they|anyone|a \w+) (?:really |still |actually )?(?:trust|rely|believe|use it as)\b|\btrust\w*\b|\breliabl[ey]\b|\bis (?:it|this|that|the \w+) (?:still )?(?:real|true|genuine|honest|evidence)\b|\bmade up\b|\bhallucinat"),
    ("why", r"\bwhy\b|\bwhat (?:is|was) the reason\b|\bhow come\b"),
    ("which", r"\b(?:which|what) (?:\w+ ){0,2}(?:model|method|tool|network|software|paper|algorithm|approach|program|app)s?\b|\bwhich\b|\brecommend\b|\bwhat (?:should|can|could) i use\b"),
    ("how", r"\bhow\b|\bwhat (?:makes|lets|allows|enables|happens|does|goes on|trick)\b|\bin what way\b|\bby what\b|\bexplain\b|\bwhat is going on\b|\bworks?\b"),
)  # fmt: skip


def read_task(text: str, start: int = 0, end: int | None = None) -> Task:
    """Read the question text[start:end]; spans are absolute and carry the source Q."""
    stop = len(text) if end is None else end
    span = partial(_span)
    numbers = factors(text, start, stop)
    scores = _scores(text, start, stop, numbers)
    operations = _rank(scores)
    names = [op.name for op in operations]
    scale, conflicts = _scale(text, start, stop, numbers, names)
    constraints = _constraints(text, start, stop, scale)
    damages = {n: concept(f"operation.{n}").data["damage"] for n in names}
    subject = _first(text, start, stop, "subject", ("patterns",))
    spans = {f"operation.{op.name}": op.span for op in operations if op.span}
    spans |= {f"constraint.{name}": span(*place) for name, place in constraints.items()}
    if subject:
        spans[f"subject.{subject[0]}"] = span(*subject[1])
    return Task(
        operations=operations,
        scale=scale,
        target=target_of(text, start, stop, scale),
        degradations=tuple(sorted({d for d in damages.values() if d})),
        constraints=tuple(sorted(constraints)),
        subject=subject[0] if subject else None,
        asks=tuple(name for name, pattern in _ASKS if re.search(pattern, text[start:stop], re.I)),
        claims_by_user=tuple(span(a, b) for a, b in sentences(text, start, stop) if text[b - 1] != "?"),
        conflicts=conflicts,
        spans=spans,
    )


def _span(start: int, end: int) -> Span:
    return Span(source="Q", start=start, end=end)


Score = tuple[float, Range | None]


def _scores(text: str, start: int, stop: int, numbers: list[Quantity]) -> dict[str, Score]:
    """Score of each operation and the range that decided it."""
    found = {name.split(".")[1]: _score(text, start, stop, name) for name in section("operation")}
    for quantity in numbers:
        name = {"spatial": "super_resolution", "temporal": "video_frame_interpolation"}.get(quantity.kind)
        if name and quantity.value != 1:
            found[name] = (found[name][0] + SHAPE, found[name][1] or (quantity.start, quantity.end))
    return _settle(text, start, stop, found)


def _score(text: str, start: int, stop: int, name: str) -> Score:
    total, best = 0.0, None
    for kind, (weight, most) in WEIGHTS.items():
        places = [r for r in hits(text, name, (kind,), start, stop) if not _negated(text, start, r)]
        total += weight * min(len(places), most)
        best = best or (places[0] if places else None)
    return total, best


def _negated(text: str, start: int, place: Range) -> bool:
    before = text[max(start, place[0] - 40) : place[0]]
    return bool(_NEGATED.search(before)) and not _STILL_A_SYMPTOM.search(before)


def _settle(text: str, start: int, stop: int, found: dict[str, Score]) -> dict[str, Score]:
    """Neighbours that share words: one of the two gives way."""
    question = text[start:stop]
    if _VIDEO.search(question) and (found["video_super_resolution"][0] >= STRONG):
        _give_way(found, "super_resolution", "video_super_resolution", share=1.0)
    else:
        found["video_super_resolution"] = (min(found["video_super_resolution"][0], 1.0), None)
    if found["video_frame_interpolation"][0] < STRONG and not _VIDEO.search(question):
        found["video_frame_interpolation"] = (0.0, None)
    if _MONO.search(question) and found["colorization"][0] >= STRONG:
        _give_way(found, "color_correction", "colorization", share=0.0)
    elif found["color_correction"][0] >= STRONG:
        _give_way(found, "colorization", "color_correction", share=0.0)
    if found["face_restoration"][0] >= 3 and found["face_restoration"][0] >= found["motion_deblurring"][0]:
        _give_way(found, "motion_deblurring", "face_restoration", share=0.0)
    for weaker, stronger in (("inpainting", "background_removal"), ("inpainting", "scratch_removal"), ("exposure_correction", "low_light_enhancement"), ("exposure_correction", "hdr_reconstruction"), ("low_light_enhancement", "hdr_reconstruction"), ("motion_deblurring", "defocus_deblurring"), ("defocus_deblurring", "motion_deblurring"), ("dehazing", "deraining"), ("dehazing", "desnowing"), ("low_light_enhancement", "exposure_correction")):  # fmt: skip
        if found[stronger][0] > found[weaker][0]:
            _give_way(found, weaker, stronger, share=0.0)
    return found


def _give_way(found: dict[str, Score], weaker: str, stronger: str, share: float) -> None:
    moved = found[weaker][0] * share
    found[stronger] = (found[stronger][0] + moved, found[stronger][1])
    found[weaker] = (0.0, None)


def _rank(scores: dict[str, Score]) -> tuple[Operation, ...]:
    """Operations that stand on their own, best first; when none does, the two best hints."""
    order = {name: i for i, name in enumerate(scores)}
    ranked = sorted(scores.items(), key=lambda item: (-item[1][0], order[item[0]]))
    other = scores["other"][0]
    if other >= 3 and other >= ranked[0][1][0]:
        ranked = [item for item in ranked if item[0] == "other"]
    else:
        ranked = [item for item in ranked if item[0] != "other"]
    strong = [item for item in ranked if item[1][0] >= STRONG]
    chosen = strong[:3] or [item for item in ranked[:2] if item[1][0] > 0]
    total = sum(score for _, (score, _) in ranked[:3]) + 1.0
    return tuple(
        Operation(name=name, confidence=round(score / total, 2), span=_span(*place) if place else None)
        for name, (score, place) in chosen
    )


def _scale(
    text: str, start: int, stop: int, numbers: list[Quantity], names: list[str]
) -> tuple[Scale | None, tuple[Conflict, ...]]:
    """The factor wanted; several that differ are a conflict, and the plainest (a pair of sizes) counts."""
    kind = "temporal" if "video_frame_interpolation" in names[:1] else "spatial"
    fitting = [q for q in numbers if q.kind == kind]
    if not fitting and kind == "spatial" and {"super_resolution", "video_super_resolution"} & set(names):
        fitting = [q for q in numbers if q.kind == "bare" and 1 < q.value <= 16]
    same = same_size(text, start, stop)
    if same and kind == "spatial" and not any(q.value != 1 for q in fitting):
        fitting = [same]
    if not fitting:
        return None, ()
    best = max(fitting, key=lambda q: (_is_pair(text, q), -q.start))
    value = Scale(value=best.value, kind="temporal" if kind == "temporal" else "spatial", span=_span(best.start, best.end))
    others = [q for q in [*fitting, *([same] if same else [])] if abs(q.value - best.value) > 0.05 * best.value]
    clash = tuple(
        Conflict(kind="scale", a=_span(best.start, best.end), b=_span(q.start, q.end)) for q in others[:1]
    )
    return value, clash


def _is_pair(text: str, quantity: Quantity) -> bool:
    return len(re.findall(r"\d+(?:[.,]\d+)?", text[quantity.start : quantity.end])) >= 2


def _constraints(text: str, start: int, stop: int, scale: Scale | None) -> dict[str, Range]:
    found: dict[str, Range] = {}
    for name in section("constraint"):
        if places := hits(text, name, ("terms",), start, stop):
            found[name.split(".")[1]] = places[0]
    if scale and scale.kind == "spatial":
        place = (scale.span.start, scale.span.end)
        if scale.value == 1:
            found["keep_size"] = place
        elif abs(scale.value - round(scale.value)) > 1e-3:
            found.setdefault("non_integer_scale", place)
    if "low_power" in found or "low_memory" in found or "efficient_architecture" in found:
        found.pop("fast", None) if found.get("fast") in found.values() and len(found) > 3 else None
    return found


def _first(text: str, start: int, stop: int, name: str, lists: tuple[str, ...]) -> tuple[str, Range] | None:
    """The concept of a section with the most hits (the earlier on a tie), with its first range."""
    found = [(hits(text, c, lists, start, stop), c.split(".")[1]) for c in section(name)]
    best = max(found, key=lambda item: len(item[0]), default=((), ""))
    return (best[1], best[0][0]) if best[0] else None
