"""How much a source speaks of what: the counter-evidence that a verdict has to survive.

A rule proves that its words are there; this asks whether other words weigh more. A title says what a
work is about, a sentence on the method what it does, the rest is context, and background is not the work.
The margins leave room for another judgement of close cases; a verdict beyond them is refused.
"""

import re
from functools import lru_cache

from restograph.answer.check.document import Document, Json
from restograph.answer.check.premises import SOURCE, demand, name_of
from restograph.evidence.brief import Source
from restograph.evidence.cues import asks_nothing, at_home, decides, is_background, passing, short_name
from restograph.evidence.sentences import Range
from restograph.evidence.wording import FAINT, FIRM, MUCH, close_to, heard_in, is_astray, restores
from restograph.task.lexicon import candidates, concept, hits, section
from restograph.task.names import named_operations

_TITLE, _HEAD, _BODY, _BACKGROUND = 3.0, 2.0, 1.0, 0.5
_ABOUT_TASK = ("fit", "other_by_wording", "contradicted_constraint", "unserved_constraint")
_MARGIN = 1.5  # how many times heavier the words against a verdict must be
_ABOUT = re.compile(
    r"\b(?:we|our|here|the authors?|this (?:paper|work|study|article|thesis)|the (?:paper|method|proposed|approach|framework|"
    r"system|technique|module|model|network|pipeline))\b",
    re.I,
)


def check_weight(doc: Document, key: str, gives: Json) -> None:
    """Failed if the source speaks much more of something that would decide otherwise."""
    rule, found, source = gives["rule"], gives["found"], doc.source(key)
    if not doc.needed:
        demand(rule == "unread_task", f"{key} is judged by a task that nobody read")
    elif doc.needed == ["other"]:
        _check_outside(doc, source, gives)
    elif source.kind == "model" and source.name_only:
        demand(
            rule.endswith(("_by_name", "_by_paper")) or rule == "unknown_name",
            f"{key} is only a name and must be judged by it",
        )
    else:
        weights = _operations(doc, source)
        needed = max(weights.get(f"operation.{n}", 0.0) for n in doc.needed)
        wholly = not needed and _heard(doc, source, weights)
        turned = wholly and _turned(doc, source)
        demand((rule == "fit_by_wording") == (wholly and not turned), f"{key}: its wording as a whole decides")
        aside = passing({name_of(c): w for c, w in weights.items()}, doc.needed) is not None
        demand((rule == "in_passing") == aside, f"{key}: whether it speaks of the task only in passing decides")
        demand(not turned or rule == "other_direction", f"{key} goes the other way")
        if rule != "fit_by_wording":
            _check_found(doc, source, gives, weights, needed, turned)
        if rule in ("fit", "other_by_wording"):
            astray = needed < MUCH and is_astray(doc.brief.text, doc.usable(key))
            demand(astray == (rule == "other_by_wording"), f"{key}: its wording as a whole decides")
            _check_fit(doc, source, needed)
        elif found and rule in ("other_object", "near_object", "other_direction"):
            lists = SOURCE if found.startswith("operation.") else ("patterns",)
            weight = _weight(doc, source, found, lists)
            demand(not _at_home(doc, found), f"{key}: {concept(found).label} is what the task is about")
            enough = _in_title(doc, source, found, lists) or _MARGIN * weight >= 0.6 * needed
            demand(enough, f"{key} speaks more of the task than of {concept(found).label}")
        elif rule == "extra_input":
            demand(_weight(doc, source, str(found), ("patterns",)) >= _BODY, f"{key} needs nothing but in passing")
        elif rule == "contradicted_constraint":
            name = f"constraint.{gives['constraint']}"
            against, serves = (_weight(doc, source, name, (part,)) for part in ("against", "serves"))
            demand(_MARGIN * against >= serves, f"{key} serves {concept(name).label} more than it speaks against it")


def _heard(doc: Document, source: Source, weights: dict[str, float]) -> bool:
    """Nothing but the wording as a whole is about a needed operation, and it decides."""
    if sum(weight for name, weight in weights.items() if name != "operation.other") >= FIRM:
        return False
    far = {name: weight for name, weight in _objects(doc, source).items() if concept(name).data["far"]}
    if far and _in_title(doc, source, max(far, key=lambda name: (far[name], name)), ("patterns",)):
        return False
    return _wholly(doc, source)


def _turned(doc: Document, source: Source) -> bool:
    """It plainly goes another way than from damaged to restored."""
    titled = any(_in_title(doc, source, name, ("patterns",)) for name in section("direction"))
    return titled or any(_weight(doc, source, name, ("patterns",)) >= _HEAD for name in section("direction"))


def _wholly(doc: Document, source: Source) -> bool:
    """The wording as a whole is about a needed operation, and one picture is enough."""
    return _alone(doc, source) and heard_in(doc.brief.text, doc.usable(source.key), doc.needed) in doc.needed


def _incidental(doc: Document, source: Source, needed: float) -> bool:
    """An object of little weight is only where pictures are taken: the whole is about restoring them."""
    surely = needed >= _HEAD and restores(doc.brief.text, doc.usable(source.key))
    return _wholly(doc, source) or (surely and _alone(doc, source)) or _close(doc, source)


def _close(doc: Document, source: Source) -> bool:
    """More than one picture is needed, and with it the wording as a whole comes close to a needed operation."""
    return not _alone(doc, source) and close_to(doc.brief.text, doc.usable(source.key), doc.needed)


def _alone(doc: Document, source: Source) -> bool:
    """One picture is enough for it."""
    things = [n for n in section("needs") if not _at_home(doc, n)]
    return not any(_weight(doc, source, n, ("patterns",)) >= _BODY for n in things)


def _check_outside(doc: Document, source: Source, gives: Json) -> None:
    """A task outside the vocabulary: only a shared object fits, and a shared object does fit."""
    text, question, found = doc.brief.text, doc.brief.question, gives["found"]
    spoken = _operations(doc, source)
    if source.kind == "model" and source.name_only:
        by_name = any(name != "other" for name, _ in named_operations(text, *source.ranges["Model"]))
        demand(gives["rule"] == ("mismatch_by_name" if by_name else "other_operation"), f"{source.key} is only a name")
        return
    objects = [c for c in section("object") if hits(text, c, ("patterns",), *question)]
    shared = any(_weight(doc, source, c, ("patterns",)) for c in objects)
    demand(
        gives["rule"] == ("fit" if shared else "other_operation"), f"{source.key}: a shared object decides this task"
    )
    demand(shared or found in spoken or (not spoken and found is None), f"{source.key} says what it is about")


def _check_found(
    doc: Document, source: Source, gives: Json, weights: dict[str, float], needed: float, turned: bool
) -> None:
    """What a source is said to be about is what it speaks of most; a neighbour of the task is none of the others.

    `turned`: its wording as a whole is about the task, and it goes the other way.
    """
    rule, found, key = gives["rule"], str(gives["found"]), source.key
    far = {c: w for c, w in _objects(doc, source).items() if concept(c).data["far"]}
    most, main = max(far.values(), default=0.0), max(weights.values(), default=0.0)
    if found.startswith("operation."):
        wanted = needed if rule in _ABOUT_TASK else main
        demand(_MARGIN * weights.get(found, 0.0) >= wanted, f"{key} speaks more of another operation")
    if rule == "other_object":
        aside = most <= FAINT and not _in_title(doc, source, found, ("patterns",)) and _incidental(doc, source, needed)
        demand(not aside, f"{key}: its wording as a whole decides")
        demand(_MARGIN * far.get(found, 0.0) >= most, f"{key} speaks more of another object")
    if rule == "near_object":
        demand(
            (needed == 0) == found.startswith("operation."), f"{key}: a neighbour counts where the task is not named"
        )
    if rule in ("other_direction", "extra_input"):
        close = turned if rule == "other_direction" else _close(doc, source)
        demand(needed > 0 or close, f"{key} does not speak of the task at all")
    if rule == "other_operation":
        near = [
            w
            for c, w in weights.items()
            if any(name_of(c) in concept(f"operation.{n}").data.get("near", ()) for n in doc.needed)
        ]
        distant = max(near, default=0.0) <= _MARGIN * weights.get(found, 0.0) and not _close(doc, source)
        demand(distant, f"{key} is close to the task")
        demand(found in weights or (not weights and found not in far), f"{key} says what it is about")
        demand(most < _HEAD or most <= main, f"{key} speaks more of another object")


def _operations(doc: Document, source: Source) -> dict[str, float]:
    """Operations that a source speaks of; a model whose summary names none is known by its name."""
    spoken = candidates(doc.brief.text, doc.usable(source.key), "operation", SOURCE)
    found = {c: w for c in spoken if (w := _weight(doc, source, c, SOURCE))}
    if found or source.kind != "model":
        return found
    return {f"operation.{name}": _TITLE for name, _ in named_operations(doc.brief.text, *source.ranges["Model"])}


def _objects(doc: Document, source: Source) -> dict[str, float]:
    """Objects other than an ordinary picture that a source speaks of, but for those the task is about."""
    spoken = candidates(doc.brief.text, doc.usable(source.key), "object", ("patterns",))
    found = {c: _weight(doc, source, c, ("patterns",)) for c in spoken if not _at_home(doc, c)}
    return {c: w for c, w in found.items() if w}


def _check_fit(doc: Document, source: Source, needed: float) -> None:
    """Nothing that a rule before "fit" would have caught."""
    text, key = doc.brief.text, source.key
    things = _objects(doc, source)
    for far in (True, False):  # the weightiest of each sort speaks for it
        weight, name = max(((w, c) for c, w in things.items() if concept(c).data["far"] is far), default=(0.0, ""))
        titled = bool(name) and _in_title(doc, source, name, ("patterns",))
        if not name or (far and weight <= FAINT and not titled and _incidental(doc, source, needed)):
            continue
        alone = titled and not any(_in_title(doc, source, f"operation.{n}", SOURCE) for n in doc.needed)
        heavy = (alone or weight > _MARGIN * needed) if far else titled or weight > max(_TITLE, _MARGIN * needed)
        demand(not heavy, f"{key} speaks more of {concept(name).label} than of the task")
    for name in section("direction"):
        demand(_weight(doc, source, name, ("patterns",)) <= needed, f"{key} {concept(name).label}")
    for name in (n for n in section("needs") if not _at_home(doc, n)):
        demand(_weight(doc, source, name, ("patterns",)) < _BODY, f"{key} {concept(name).label}")
    for name in (f"constraint.{c}" for c in doc.task["constraints"]):
        against, serves = (_weight(doc, source, name, (part,)) for part in ("against", "serves"))
        demand(against <= _MARGIN * serves, f"{key} speaks against {concept(name).label}")
        hard = decides(name, doc.needed) and not any(hits(text, name, ("serves",), *r) for r in doc.usable(key))
        demand(not hard, f"{key} says nothing about {concept(name).label}")


def _ranges(doc: Document, source: Source) -> tuple[tuple[float, Range], ...]:
    """Usable ranges with their weights: the title first."""
    return _weighed(doc.brief.text, source.title, (source.ranges["Model"], *doc.usable(source.key)[1:]))


@lru_cache(maxsize=64)
def _weighed(text: str, title: str, places: tuple[Range, ...]) -> tuple[tuple[float, Range], ...]:
    name, found = short_name(title), [(_TITLE, places[0])]
    for place in places[1:]:
        sentence = text[slice(*place)]
        about = _ABOUT.search(sentence) or (name != title and name in sentence)
        found.append((_BACKGROUND if is_background(sentence) else _HEAD if about else _BODY, place))
    return tuple(found)


def _weight(doc: Document, source: Source, name: str, lists: tuple[str, ...]) -> float:
    text, need = doc.brief.text, name.startswith("needs.")
    ranges = [(w, r) for w, r in _ranges(doc, source) if not (need and asks_nothing(text[slice(*r)]))]
    spoken = [(w, len(hits(text, name, lists, *r))) for w, r in ranges]
    return sum(w * (1 + 0.25 * min(count - 1, 2)) for w, count in spoken if count)


def _in_title(doc: Document, source: Source, name: str, lists: tuple[str, ...]) -> bool:
    return bool(hits(doc.brief.text, name, lists, *source.ranges["Model"]))


def _at_home(doc: Document, name: str) -> bool:
    return at_home(doc.brief.text, doc.brief.question, name, doc.needed, doc.task["subject"])
