"""What the arguments of every template must be, given the root of its proof: nothing else may be put in.

A root that proves one thing beside an argument that shows another would make a sentence nobody proved.
Each row names, for a template of rules.toml, where its arguments come from; a template without a row is refused.
"""

from collections.abc import Callable

from restograph.answer.check.document import Applied, Cited, Document, Fact, Json, Measured, Reading, Step
from restograph.answer.check.forms import cited_of
from restograph.answer.check.premises import demand
from restograph.evidence.brief import field_link
from restograph.task.quantity import factors, same_size

_NAMED = {"title": "title", "key": "title"}
_BY_NAME = {**_NAMED, "found": "root", "does": "root"}
_FITS = {**_NAMED, "found": "root", "step": "its step"}
_OTHER = {"name": "title", "key": "title", "reason": "root"}
_LISTED = {**_NAMED, "verdict": "root"}

TERMS: dict[str, dict[str, str]] = {
    "task": {"labels": "premises", "wants": "premises"},
    "task_at_factor": {"labels": "premises and scale", "wants": "premises"},
    "task_same_size": {"labels": "premises", "wants": "premises", "words": "scale"},
    "task_unread": {},
    "task_outside": {"words": "first"},
    "two_readings": {"labels": "premises"},
    "one_reading": {},
    "question": {"words": "root"},
    "constraints": {"labels": "concepts"},
    "constraints_heard": {"labels": "concepts"},
    "conflict": {"first": "first", "second": "second"},
    "conflict_measured": {"words": "first", "value": "second"},
    "measured_beyond": {"damage": "first"},
    "chain": {"chain": "nodes"},
    "input_factor": {"medium": "root", "damages": "root", "factor": "scale"},
    "input": {"medium": "root", "damages": "root"},
    "input_plain": {"medium": "root"},
    "assumed_factor": {"factor": "first"},
    "mismatch_by_name": _BY_NAME,
    "near_by_name": _BY_NAME,
    "unknown_name": {**_NAMED, "does": "root"},
    "mismatch_by_paper": {**_NAMED, "twin": "second", "does": "root"},
    "near_by_paper": {**_NAMED, "twin": "second"},
    "fit_by_paper": {**_NAMED, "twin": "second", "step": "its step"},
    "summary_mismatch": {**_NAMED, "reason": "root"},
    "fit_by_name": _FITS,
    "fit_by_name_too": _FITS,
    "fit_papers": {"names": "rest", "step": "first"},
    "missing": {"step": "first", "labels": "root", "keys": "second"},
    "missing_without_sources": {"step": "first", "labels": "root"},
    "mechanism": {"key": "first", "told": "first"},
    "mechanism_named": {"name": "title", "told": "first"},
    "drafted_note": {"count": "root"},
    "drafted": {"key": "root", "text": "root"},
    "claim": {"key": "root", "told": "root"},
    "not_the_zoom": {"number": "first", "key": "first", "counts": "first"},
    "contradiction": {"key": "first", "first": "first", "second": "second"},
    "others": {"keys": "premises"},
    "other_source": {**_OTHER, "told": "a sentence"},
    "other_source_short": _OTHER,
    "not_explained": {},
    "in_part": {"keys": "root"},
    "absent": {"labels": "premises"},
    "output_factor": {"factor": "root"},
    "output_sized": {"words": "first"},
    "output_same": {},
    "output_video": {},
    "output_short": {"steps": "premises"},
    "delicate": {"subject": "first"},
    "stand_in": {"step": "first", "model": "first"},
    "executed_by": {"step": "first", "title": "second", "key": "second"},
    "stand_in_for": {"step": "first", "model": "first", "title": "second", "key": "second"},
    "skipped": {"step": "first"},
    "measured": {"before": "/input", "after": "/output", "consistency": "root"},
    "measured_blocks": {"before": "/measurements/before/blockiness", "after": "root"},
    "flagged": {"count": "root", "keys": "root"},
    "listed": {**_LISTED, "paper": "its Paper", "code": "its GitHub"},
    "listed_without_code": {**_LISTED, "paper": "its Paper"},
    "listed_code_only": {**_LISTED, "code": "its GitHub"},
    "listed_without_links": _LISTED,
    "nothing_listed": {},
}


def check_terms(doc: Document, facts: list[Fact], statement: Json) -> None:
    """Failed unless every argument is what the root of the statement demands."""
    name, root = statement["template"], facts[statement["proof"]]
    demand(name in TERMS, f"nothing says what the arguments of {name!r} must be")
    for arg, place in TERMS[name].items():
        of = statement["args"][arg]["of"]
        given = [facts[i] for i in (of if isinstance(of, list) else [of])]
        demand(_agrees(doc, root, place, given), f"argument {arg!r} is not what the proof of {name!r} speaks of")


def _agrees(doc: Document, root: Fact, place: str, given: list[Fact]) -> bool:
    if place == "a sentence":  # the form `told` sees to it that it is one, of the same source
        return True
    if place.startswith("/"):
        return [isinstance(f, Measured) and f.pointer == place for f in given] == [True]
    return given == _PLACES[place](doc, root)


def _premises(_: Document, root: Fact) -> list[Fact]:
    return list(root.premises) if isinstance(root, Applied) else []


def _scale(doc: Document, _: Fact) -> list[Fact]:
    """The reading of the task's factor."""
    text, (a, b), scale = doc.brief.text, doc.brief.question, doc.task["scale"]
    if not scale:
        return []
    numbers = [*factors(text, a, b), *filter(None, [same_size(text, a, b)])]
    place = (scale["span"]["start"], scale["span"]["end"], scale["value"])
    found = [q for q in numbers if (q.start, q.end, q.value) == place]
    return [Reading(Cited("Q", q.start, q.end, text[q.start : q.end]), None, (), q.value, q.kind) for q in found[:1]]


def key_of(root: Fact) -> str:
    """Key of the source that a statement is about."""
    found = root.gives.get("key") if isinstance(root, Applied) else None
    return str(found) if found else cited_of(root).key


def _title(doc: Document, root: Fact) -> list[Fact]:
    key = key_of(root)
    a, b = doc.source(key).ranges["Model"]
    return [Cited(key, a, b, doc.brief.text[a:b])]


def _its_step(doc: Document, root: Fact) -> list[Fact]:
    steps: list[Fact] = [Step(n) for n in doc.nodes if key_of(root) in n["sources"]]
    return steps[:1]


def _link(doc: Document, root: Fact, field: str) -> list[Fact]:
    key = key_of(root)
    place = field_link(doc.brief, doc.source(key), "Paper" if field == "Paper" else "GitHub")
    return [Cited(key, *place, doc.brief.text[slice(*place)])] if place else []


_PLACES: dict[str, Callable[[Document, Fact], list[Fact]]] = {
    "root": lambda _, root: [root],
    "premises": _premises,
    "premises and scale": lambda doc, root: [*_premises(doc, root), *_scale(doc, root)],
    "concepts": lambda doc, root: [p for p in _premises(doc, root) if isinstance(p, Reading) and p.concept],
    "first": lambda doc, root: _premises(doc, root)[:1],
    "second": lambda doc, root: _premises(doc, root)[1:2],
    "rest": lambda doc, root: _premises(doc, root)[1:],
    "scale": _scale,
    "nodes": lambda doc, _: [Step(n) for n in doc.nodes],
    "title": _title,
    "its step": _its_step,
    "its Paper": lambda doc, root: _link(doc, root, "Paper"),
    "its GitHub": lambda doc, root: _link(doc, root, "GitHub"),
}
