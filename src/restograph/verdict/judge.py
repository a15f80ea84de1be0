"""Frames and task -> verdicts. Ordered rules, the first that holds decides; each has a reason and a span."""

from collections.abc import Iterable
from typing import get_args

from restograph.evidence.brief import Brief, Span
from restograph.evidence.cues import at_home, decides, explains, mechanism_score, passing
from restograph.evidence.sentences import Range
from restograph.evidence.twins import twin
from restograph.evidence.wording import FAINT, FIRM, MUCH, close_to, heard_in, is_astray, restores, shown
from restograph.task.lexicon import concept, hits, reason_text, section
from restograph.task.task import Task
from restograph.verdict.frame import BODY, HEAD, Frame, Hit, frame_of
from restograph.verdict.verdict import Axis, Label, Rule, Verdict


def judge(brief: Brief, task: Task) -> dict[str, Verdict]:
    """A verdict for every source of the brief, by key, in the brief's order."""
    found = {s.key: judge_one(brief, task, frame_of(brief, s)) for s in brief.sources}
    for source in brief.sources:
        described = twin(brief, source)
        if described and found[source.key].rule == "unknown_name":
            found[source.key] = _by_paper(found[source.key], found[described.key])
    return found


_BY_PAPER: dict[Label, Rule] = {"fit": "fit_by_paper", "partial": "near_by_paper", "off_topic": "mismatch_by_paper"}


def _by_paper(name: Verdict, described: Verdict) -> Verdict:
    """The verdict of a name that says nothing, by the entry that describes the same work."""
    rule = _BY_PAPER[described.verdict]
    reason = reason_text(rule, described.found, described.needed, None)
    return name.model_copy(
        update={
            "verdict": described.verdict, "rule": rule, "found": described.found, "serves": described.serves,
            "reason": reason, "axes": described.axes,
        }
    )  # fmt: skip


def judge_one(brief: Brief, task: Task, frame: Frame) -> Verdict:
    """The verdict of one source: names by their grammar, summaries by their frame."""
    needed = tuple(op.name for op in task.operations)
    made = _Maker(brief, task, frame, needed)
    if not needed:
        return made.verdict("unread_task", None, _title(frame))
    if needed[0] == "other":
        return _judge_other(made)
    if frame.name_only and frame.source.kind == "model":
        return _judge_name(made)
    return _judge_summary(made)


class _Maker:
    """What the rules share: the task, the frame, and how a verdict is put together."""

    def __init__(self, brief: Brief, task: Task, frame: Frame, needed: tuple[str, ...]) -> None:
        self.brief, self.task, self.frame, self.needed = brief, task, frame, needed

    def at_home(self, thing: str) -> bool:
        return at_home(self.brief.text, self.brief.question, thing, self.needed, self.task.subject)

    def verdict(
        self, rule: Rule, found: str | None, hit: Hit, constraint: str | None = None, serves: Iterable[str] = ()
    ) -> Verdict:
        key, usable = self.frame.source.key, self.brief.usable(self.frame.source)
        label = concept(f"reason.{rule}").data["verdict"]
        wishes = self.task.constraints if label == "fit" else ()
        best = hit.sentence if self.frame.name_only else shown(self.brief.text, usable, hit.sentence, label, wishes)
        return Verdict(
            verdict=label,
            name_only=self.frame.name_only,
            explains=explains(
                self.brief.text, self.frame.sentences, label != "off_topic", label == "fit", self.task.constraints
            ),
            axes=_axes(rule),
            reason=reason_text(rule, found, self.needed, constraint),
            span=_span(key, best),
            basis=_span(key, hit.sentence),
            rule=rule,
            found=found,
            serves=tuple(serves),
            needed=self.needed,
            constraint=constraint,
        )


def _span(key: str, place: Range) -> Span:
    return Span(source=key, start=place[0], end=place[1])


def _title(frame: Frame) -> Hit:
    place = frame.source.ranges["Model"]
    return Hit(0.0, place, place, True)


def _judge_name(made: _Maker) -> Verdict:
    found = made.frame.operations
    serves = [name for name in made.needed if name in found]
    for name in serves[:1]:
        return made.verdict("fit_by_name", f"operation.{name}", found[name], serves=serves)
    for name, hit in found.items():
        if _near(name, made.needed):
            return made.verdict("near_by_name", f"operation.{name}", hit)
    if found:
        name, hit = next(iter(found.items()))
        return made.verdict("mismatch_by_name", f"operation.{name}", hit)
    return made.verdict("unknown_name", None, _title(made.frame))


def _judge_summary(made: _Maker) -> Verdict:
    frame = made.frame
    serves = [n for n in made.needed if n in frame.operations]
    far = _strongest(frame, made, far=True)
    if (
        far
        and far[1].score <= FAINT
        and not far[1].in_title
        and (_heard(made) in made.needed or _restores(made) or _close(made))
    ):
        far = None  # a place where pictures are taken ("the bridge", "the clinic"), not what is worked on
    if not serves:
        return _without_operation(made, far)
    if main := passing({n: hit.score for n, hit in frame.operations.items()}, made.needed):
        return made.verdict("in_passing", f"operation.{main}", frame.operations[main])
    best = max(serves, key=lambda n: frame.operations[n].score)
    operation = frame.operations[best]
    if turned := _turned(frame, made):
        return made.verdict("other_direction", *turned)
    if far and _dominates(far[1], operation):
        return made.verdict("other_object", far[0], far[1])
    near = _strongest(frame, made, far=False)
    if near and (near[1].in_title or near[1].score >= operation.score) and near[1].score >= BODY + HEAD:
        return made.verdict("near_object", near[0], near[1])
    if extra := _needs(made):
        return made.verdict("extra_input", *extra)
    if refused := _constraint(made):
        name, hit, rule = refused
        return made.verdict(rule, f"operation.{best}", hit or operation, constraint=name, serves=serves)
    if operation.score < MUCH and is_astray(made.brief.text, made.brief.usable(frame.source)):
        return made.verdict("other_by_wording", f"operation.{best}", operation)
    return made.verdict("fit", f"operation.{best}", _evidence(made, best), serves=serves)


def _without_operation(made: _Maker, far: tuple[str, Hit] | None) -> Verdict:
    """No word for a needed operation: heard in the whole it fits, a neighbour or a further input is partial, all else off-topic."""
    frame = made.frame
    firm = sum(hit.score for name, hit in frame.operations.items() if name != "other") >= FIRM
    heard = None if firm or (far and far[1].in_title) else _heard(made)
    if heard in made.needed and (turned := _turned(frame, made)):
        return made.verdict("other_direction", *turned)
    if heard in made.needed:
        place = shown(made.brief.text, made.brief.usable(frame.source)[1:], _title(frame).place, "fit")
        return made.verdict("fit_by_wording", f"operation.{heard}", Hit(0.0, place, place), serves=[heard])
    near = [n for n in frame.operations if _near(n, made.needed)]
    main = max(frame.operations, key=lambda n: frame.operations[n].score, default=None)
    if far and (main is None or _dominates(far[1], frame.operations[main])):
        return made.verdict("other_object", far[0], far[1])
    if (extra := _needs(made)) and _close(made):
        return made.verdict("extra_input", *extra)
    if main and main in near:
        return made.verdict("near_object", f"operation.{main}", frame.operations[main])
    if main:
        return made.verdict("other_operation", f"operation.{main}", frame.operations[main])
    thing = _strongest(frame, made, far=False)
    if thing:
        return made.verdict("other_operation", thing[0], thing[1])
    first = frame.sentences[0] if frame.sentences else frame.source.ranges["Model"]
    return made.verdict("other_operation", None, Hit(0.0, first, first))


def _heard(made: _Maker) -> str | None:
    """What the wording as a whole is about, if one picture is enough for it."""
    return None if _needs(made) else heard_in(made.brief.text, made.brief.usable(made.frame.source), made.needed)


def _close(made: _Maker) -> bool:
    """More than one picture is needed, and with it the wording as a whole comes close to a needed operation."""
    return bool(_needs(made)) and close_to(made.brief.text, made.brief.usable(made.frame.source), made.needed)


def _restores(made: _Maker) -> bool:
    """The wording as a whole is about restoring, a sentence on the method about a needed operation, one picture is enough."""
    named = any(made.frame.operations[n].score >= HEAD for n in made.needed if n in made.frame.operations)
    return named and not _needs(made) and restores(made.brief.text, made.brief.usable(made.frame.source))


def _judge_other(made: _Maker) -> Verdict:
    """A task outside the vocabulary: a source fits when it acts on an object that the question names."""
    a, b = made.brief.question
    named = {c for c in section("object") if hits(made.brief.text, c, ("patterns",), a, b)}
    for concept_id in sorted(named):
        if hit := made.frame.objects.get(concept_id.split(".")[1]):
            return made.verdict("fit", concept_id, hit)
    others = [
        n for n in made.frame.operations if n != "other" or not made.frame.name_only
    ]  # a name alone shows no object
    hit = made.frame.operations[others[0]] if others else _title(made.frame)
    found = f"operation.{others[0]}" if others else None
    rule: Rule = "mismatch_by_name" if made.frame.name_only and found else "other_operation"
    return made.verdict(rule, found, hit)


def _strongest(frame: Frame, made: _Maker, far: bool) -> tuple[str, Hit] | None:
    """The strongest object other than an ordinary picture, unless the user works on it."""
    found = [
        (f"object.{name}", hit)
        for name, hit in frame.objects.items()
        if concept(f"object.{name}").data["far"] is far and not made.at_home(f"object.{name}")
    ]
    return max(found, key=lambda item: (item[1].score, item[0]), default=None)


def _needs(made: _Maker) -> tuple[str, Hit] | None:
    """What the source needs beside one photograph, and the user does not have; what it says itself of one picture tells most."""
    found = [
        (f"needs.{name}", hit)
        for name, hit in made.frame.needs.items()
        if hit.score >= BODY and not made.at_home(f"needs.{name}")
    ]
    return max(found, key=lambda item: (item[0] == "needs.more", item[1].score, item[0]), default=None)


def _dominates(thing: Hit, operation: Hit) -> bool:
    """The work is about `thing`, not about the operation: by title, or clearly by the summary."""
    if thing.in_title and not operation.in_title:
        return thing.score >= BODY + HEAD
    if operation.in_title and not thing.in_title:
        return thing.score >= operation.score
    return thing.score >= 0.6 * operation.score and thing.score >= HEAD


def _turned(frame: Frame, made: _Maker) -> tuple[str, Hit] | None:
    for name, hit in frame.directions.items():
        strong = hit.in_title or hit.score >= HEAD
        if strong and hit.score * 2 >= max(
            (frame.operations[n].score for n in made.needed if n in frame.operations), default=0
        ):
            return f"direction.{name}", hit
    return None


def _constraint(made: _Maker) -> tuple[str, Hit | None, Rule] | None:
    """A needed constraint that the source contradicts, or a hard one that it does not serve."""
    asked = [f"constraint.{c}" for c in made.task.constraints]
    for concept_id in asked:
        name = concept_id.split(".")[1]
        if (
            name in made.frame.against
            and made.frame.against[name].score >= made.frame.serves.get(name, Hit(0, (0, 0), (0, 0))).score
        ):
            return name, made.frame.against[name], "contradicted_constraint"
    for concept_id in asked:
        name = concept_id.split(".")[1]
        if decides(concept_id, made.needed) and name not in made.frame.serves:
            return name, None, "unserved_constraint"
    return None


def _evidence(made: _Maker, operation: str) -> Hit:
    """The sentence that best shows the fit: the operation, the constraints asked for, the mechanism."""
    text, frame = made.brief.text, made.frame
    best = frame.operations[operation]
    top = -9.0
    for place in frame.sentences:
        spoken = hits(text, f"operation.{operation}", ("terms", "sources"), *place)
        if not spoken:
            continue
        served = sum(bool(hits(text, f"constraint.{c}", ("serves",), *place)) for c in made.task.constraints)
        score = 1.5 * served + 0.5 * mechanism_score(text, place)
        if score > top:
            top, best = score, Hit(best.score, place, spoken[0], best.in_title)
    return best


def _axes(rule: Rule) -> dict[Axis, bool]:
    """Every axis with whether the source agrees on it; the rule names the one that does not."""
    return {name: concept(f"reason.{rule}").data["axis"] != name for name in get_args(Axis)}


def _near(name: str, needed: tuple[str, ...]) -> bool:
    return any(name in concept(f"operation.{need}").data.get("near", ()) for need in needed)
