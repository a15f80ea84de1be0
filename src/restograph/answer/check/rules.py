"""The rules that a proof may apply: pure predicates over facts and the document.

Each returns what it concludes, or raises Failed. The verdict rules re-read what the judge found and
refute what it did not; none of them knows how the judge or the composer work.
"""

import re
from collections.abc import Callable

from restograph.answer.check.document import (
    Applied,
    Cited,
    Document,
    Fact,
    Failed,
    ForEach,
    Json,
    Measured,
    NotFound,
    Reading,
    Step,
)
from restograph.evidence.cues import EXPLAINS, mechanism_score
from restograph.evidence.sentences import told_range
from restograph.task.lexicon import concept, hits, name_operation

Rule = Callable[[Document, tuple[Fact, ...]], Json]
_SOURCE = ("terms", "sources")
_SHAPES = {"spatial": "super_resolution", "temporal": "video_frame_interpolation"}
FINE_JPEG = 90  # as in task/agree.py, which the trusted base does not import


def _demand(holds: bool, message: str) -> None:
    if not holds:
        raise Failed(message)


def _reading(premises: tuple[Fact, ...], part: str, *, lists: tuple[str, ...] | None = None) -> Reading:
    """The first premise, as a reading of a concept of this section."""
    first = premises[0] if premises else None
    _demand(isinstance(first, Reading) and (first.concept or "").startswith(part + "."), f"expected a reading of {part}")
    assert isinstance(first, Reading)
    _demand(lists is None or set(first.lists) <= set(lists), f"read through {first.lists!r}, expected {lists!r}")
    return first


def _name(concept_id: str | None) -> str:
    return (concept_id or "").split(".")[-1]


# --- the task ---------------------------------------------------------------------------------


def task(doc: Document, premises: tuple[Fact, ...]) -> Json:
    """Every operation of the task is read in the question, by its words or by the type of its number."""
    read = [_operation_of(p) for p in premises if _operation_of(p)]
    _demand(bool(doc.needed) and read == doc.needed, f"the question was read as {read!r}, the task says {doc.needed!r}")
    return {"operations": read}


def hints(doc: Document, premises: tuple[Fact, ...]) -> Json:
    """The readings rest on hints only: no term and no symptom of the first operation is in the question."""
    _demand(bool(doc.needed), "there is no reading")
    strong = hits(doc.brief.text, f"operation.{doc.needed[0]}", ("terms", "symptoms"), *doc.brief.question)
    _demand(not strong, "the first reading rests on more than hints")
    return task(doc, premises)


def _operation_of(fact: Fact) -> str | None:
    if not isinstance(fact, Reading) or fact.cited.key != "Q":
        return None
    if fact.concept:
        return _name(fact.concept) if fact.concept.startswith("operation.") else None
    return _SHAPES.get(fact.kind or "")


def unread(doc: Document, _: tuple[Fact, ...]) -> Json:
    _demand(not doc.needed, "the task has operations")
    return {}


def outside(doc: Document, premises: tuple[Fact, ...]) -> Json:
    found = _reading(premises, "operation")
    _demand(doc.needed == ["other"] and found.concept == "operation.other", "the task is one of the field")
    return {}


def constraints(doc: Document, premises: tuple[Fact, ...]) -> Json:
    """The constraints of the task, all of them and no other, re-read in the question."""
    listed = doc.task["constraints"]
    read = [_name(p.concept) if isinstance(p, Reading) and p.concept else _of_scale(p) for p in premises]
    _demand(sorted(read) == sorted(listed) and len(listed) > 0, f"{read!r} were read, {listed!r} are listed")
    return {"constraints": read}


def _of_scale(fact: Fact) -> str:
    _demand(isinstance(fact, Reading) and fact.kind == "spatial" and fact.value is not None, "not a size")
    assert isinstance(fact, Reading) and fact.value is not None
    if fact.value == 1:
        return "keep_size"
    _demand(abs(fact.value - round(fact.value)) > 1e-3, "a whole number")
    return "non_integer_scale"


def conflict(doc: Document, premises: tuple[Fact, ...]) -> Json:
    a, b = premises
    good = isinstance(a, Reading) and isinstance(b, Reading) and a.cited.key == b.cited.key == "Q"
    _demand(good and a.value != b.value and a.kind == b.kind, "the two do not disagree")  # type: ignore[union-attr]
    return {}


def measured_conflict(doc: Document, premises: tuple[Fact, ...]) -> Json:
    """The words complain of compression in a fine file, or name a size that the file does not have."""
    words, value = premises
    _demand(isinstance(words, Cited) and words.key == "Q" and isinstance(value, Measured), "expected words and a measurement")
    assert isinstance(words, Cited) and isinstance(value, Measured)
    if value.pointer == "/look/jpeg_quality":
        _demand(value.value >= FINE_JPEG and "compression" in doc.task["degradations"], "the file agrees with the words")
    else:
        sizes = [int(n) for n in re.findall(r"\d+", words.text)[:2]]
        _demand(value.pointer == "/input", f"{value.pointer} disagrees with nothing")
        _demand(sorted(sizes) != sorted((value.value["width"], value.value["height"])), "the file has this size")
    return {}


def measured_beyond(doc: Document, premises: tuple[Fact, ...]) -> Json:
    """Damage that was measured and that the question does not mention."""
    (value,) = premises
    _demand(isinstance(value, Measured) and value.pointer.startswith("/look/damages/"), "expected a measured damage")
    assert isinstance(value, Measured)
    _demand(value.value not in doc.task["degradations"], "the question does mention it")
    return {}


# --- verdicts ----------------------------------------------------------------------------------


def _verdict(rule: str, doc: Document, key: str, found: str | None, constraint: str | None = None) -> Json:
    entry = concept(f"reason.{rule}").data
    return {"rule": rule, "verdict": entry["verdict"], "axis": entry["axis"], "key": key, "found": found, "constraint": constraint}


def _named(doc: Document, premises: tuple[Fact, ...]) -> tuple[Reading, str]:
    found = _reading(premises, "operation", lists=("names",))
    source = doc.source(found.cited.key)
    _demand(source.kind == "model" and source.name_only, f"{source.key} is not known by its name only")
    return found, _name(found.concept)


def fit_by_name(doc: Document, premises: tuple[Fact, ...]) -> Json:
    found, name = _named(doc, premises)
    _demand(name in doc.needed, f"{name} is not needed")
    return _verdict("fit_by_name", doc, found.cited.key, found.concept)


def mismatch_by_name(doc: Document, premises: tuple[Fact, ...]) -> Json:
    found, name = _named(doc, premises)
    _demand(name not in doc.needed and not _is_near(doc, name), f"{name} is needed, or close to it")
    return _verdict("mismatch_by_name", doc, found.cited.key, found.concept)


def near_by_name(doc: Document, premises: tuple[Fact, ...]) -> Json:
    found, name = _named(doc, premises)
    _demand(name not in doc.needed and _is_near(doc, name), f"{name} is not close to the task")
    return _verdict("near_by_name", doc, found.cited.key, found.concept)


def unknown_name(doc: Document, premises: tuple[Fact, ...]) -> Json:
    (cited,) = premises
    _demand(isinstance(cited, Cited), "expected the name")
    assert isinstance(cited, Cited)
    source = doc.source(cited.key)
    _demand(source.name_only and (cited.start, cited.end) == source.ranges["Model"], "not a bare name")
    _demand(name_operation(doc.brief.text, cited.start, cited.end) is None, "the name does say what it does")
    return _verdict("unknown_name", doc, cited.key, None)


def fit(doc: Document, premises: tuple[Fact, ...]) -> Json:
    if premises and isinstance(premises[0], Reading) and (premises[0].concept or "").startswith("object."):
        found = _reading(premises, "object")
        shared = hits(doc.brief.text, str(found.concept), ("patterns",), *doc.brief.question)
        _demand(doc.needed == ["other"] and bool(shared), "the question does not name this object")
        return _verdict("fit", doc, found.cited.key, found.concept)
    found = _reading(premises, "operation", lists=_SOURCE)
    _demand(_name(found.concept) in doc.needed, f"{found.concept} is not needed")
    return _verdict("fit", doc, found.cited.key, found.concept)


def other_operation(doc: Document, premises: tuple[Fact, ...]) -> Json:
    """No needed operation is mentioned; the first premise says what the source is about instead."""
    first = premises[0]
    _demand(isinstance(first, Reading | Cited), "expected evidence of the source")
    cited = first.cited if isinstance(first, Reading) else first
    assert isinstance(cited, Cited)
    refuted = {p.concept for p in premises[1:] if isinstance(p, NotFound) and p.scope == (cited.key,) and p.lists == _SOURCE}
    needed = {f"operation.{n}" for n in doc.needed if n != "other"}
    _demand(needed <= refuted, f"{sorted(needed - refuted)!r} is not refuted for {cited.key}")
    return _verdict("other_operation", doc, cited.key, first.concept if isinstance(first, Reading) else None)


def _thing(rule: str, part: str, far: bool | None = None) -> Rule:
    """Rules whose one premise is a reading of another object, direction or need."""

    def predicate(doc: Document, premises: tuple[Fact, ...]) -> Json:
        found = _reading(premises, part)
        _demand(far is None or concept(str(found.concept)).data["far"] is far, f"{found.concept} is not of this kind")
        return _verdict(rule, doc, found.cited.key, found.concept)

    return predicate


def near_object(doc: Document, premises: tuple[Fact, ...]) -> Json:
    if premises and isinstance(premises[0], Reading) and (premises[0].concept or "").startswith("operation."):
        found = _reading(premises, "operation", lists=_SOURCE)
        _demand(_is_near(doc, _name(found.concept)), f"{found.concept} is not close to the task")
        return _verdict("near_object", doc, found.cited.key, found.concept)
    return _thing("near_object", "object", far=False)(doc, premises)


def contradicted_constraint(doc: Document, premises: tuple[Fact, ...]) -> Json:
    found, against = premises
    _reading((found,), "operation", lists=_SOURCE)
    spoken = _reading((against,), "constraint", lists=("against",))
    name = _name(spoken.concept)
    _demand(name in doc.task["constraints"], f"{name} is not asked for")
    assert isinstance(found, Reading)
    _demand(found.cited.key == spoken.cited.key, "the two premises are of different sources")
    return _verdict("contradicted_constraint", doc, spoken.cited.key, found.concept, name)


def unserved_constraint(doc: Document, premises: tuple[Fact, ...]) -> Json:
    found, absent = premises
    read = _reading((found,), "operation", lists=_SOURCE)
    good = isinstance(absent, NotFound) and absent.scope == (read.cited.key,) and absent.lists == ("serves",)
    _demand(good, "expected that nothing in this source serves the constraint")
    assert isinstance(absent, NotFound)
    name = _name(absent.concept)
    _demand(name in doc.task["constraints"] and bool(concept(absent.concept).data.get("hard")), f"{name} does not decide")
    return _verdict("unserved_constraint", doc, read.cited.key, read.concept, name)


def unread_task(doc: Document, premises: tuple[Fact, ...]) -> Json:
    (cited,) = premises
    _demand(isinstance(cited, Cited) and not doc.needed, "the task was read")
    assert isinstance(cited, Cited)
    return _verdict("unread_task", doc, cited.key, None)


def _is_near(doc: Document, name: str) -> bool:
    return any(name in concept(f"operation.{need}").data.get("near", ()) for need in doc.needed)


VERDICTS: dict[str, Rule] = {
    "fit_by_name": fit_by_name, "mismatch_by_name": mismatch_by_name, "near_by_name": near_by_name, "unknown_name": unknown_name,
    "fit": fit, "other_operation": other_operation, "other_object": _thing("other_object", "object", far=True),
    "near_object": near_object, "other_direction": _thing("other_direction", "direction"), "extra_input": _thing("extra_input", "needs"),
    "contradicted_constraint": contradicted_constraint, "unserved_constraint": unserved_constraint, "unread_task": unread_task,
}  # fmt: skip


# --- the plan ----------------------------------------------------------------------------------


def _step_operations(doc: Document, node: Json) -> set[str]:
    """The needed operations that a node stands for."""
    names = {n for n in doc.needed if concept(f"operation.{n}").data["node"] == node["kind"]}
    removes = str(node["params"].get("remove", ""))
    if node["kind"] == "clean" and removes:
        parts = {"compression": "compression_artifact_removal", "noise": "denoising"}
        names &= {parts[p] for p in removes.split("+") if p in parts}
    return names


def serves(doc: Document, verdict: Fact, node: Json) -> bool:
    """A fit verdict serves a node when its source does one of the node's operations."""
    if not isinstance(verdict, Applied) or verdict.gives.get("verdict") != "fit":
        return False
    names, key = _step_operations(doc, node), verdict.gives["key"]
    if verdict.rule == "fit_by_name":
        return _name(verdict.gives["found"]) in names
    return any(hits(doc.brief.text, f"operation.{n}", _SOURCE, a, b) for n in names for a, b in doc.usable(key))


def slot_filled(doc: Document, premises: tuple[Fact, ...]) -> Json:
    step, *fits = premises
    _demand(isinstance(step, Step), "expected a node")
    assert isinstance(step, Step)
    keys = [f.gives["key"] for f in fits if serves(doc, f, step.node) and isinstance(f, Applied)]
    _demand(len(fits) > 0 and len(keys) == len(fits), "a source does not serve this step")
    _demand(set(keys) <= set(step.node["sources"]) and not step.node["missing"], "the workflow says otherwise")
    return {"keys": keys, "node": step.node["id"]}


def slot_missing(doc: Document, premises: tuple[Fact, ...]) -> Json:
    """One refutation per source: none of their verdicts serves the node."""
    step, each = premises
    _demand(isinstance(step, Step) and isinstance(each, ForEach), "expected a node and a proof for each source")
    assert isinstance(step, Step) and isinstance(each, ForEach)
    _demand(set(each.keys) == set(doc.keys), "a source was left out")
    for key, fact in zip(each.keys, each.facts, strict=True):
        _demand(isinstance(fact, Applied) and fact.rule in VERDICTS and fact.gives["key"] == key, f"no verdict for {key}")
        _demand(not serves(doc, fact, step.node), f"{key} does serve this step")
    _demand(bool(step.node["missing"]) and not step.node["sources"], "the workflow says that the step is filled")
    return {"node": step.node["id"], "operations": sorted(_step_operations(doc, step.node))}


def assumed(doc: Document, premises: tuple[Fact, ...]) -> Json:
    (step,) = premises
    _demand(isinstance(step, Step) and "factor" in step.node["params"] and doc.task["scale"] is None, "a factor is named")  # type: ignore[union-attr]
    return {}


def output(doc: Document, premises: tuple[Fact, ...]) -> Json:
    """What leaves the plan: its kind and its factor follow from the task and the nodes."""
    kinds = {n["kind"] for n in doc.nodes}
    scale = doc.task["scale"]
    if "save_video" in kinds:
        return {"output": "video"}
    if {"upscale", "resize"} & kinds:
        factor = next((p.value for p in premises if isinstance(p, Reading)), None)
        if factor is None:
            factor = next((p.node["params"].get("factor") for p in premises if isinstance(p, Step)), None)
            _demand(scale is None, "the question names a factor")
        else:
            _demand(scale is not None and factor == scale["value"], "this is not the factor of the task")
        _demand(isinstance(factor, int | float), "no factor is proved")
        return {"output": "factor", "factor": factor}
    return {"output": "same"}


def output_sized(doc: Document, premises: tuple[Fact, ...]) -> Json:
    """The plan ends with a resize to the very numbers that the question names."""
    (cited,) = premises
    sizes = [str(n["params"].get("size", "")) for n in doc.nodes if n["kind"] == "resize"]
    _demand(isinstance(cited, Cited) and cited.key == "Q" and len(sizes) == 1, "no size is asked for")
    assert isinstance(cited, Cited)
    _demand(re.findall(r"\d+", sizes[0]) == re.findall(r"\d{3,}", cited.text), "the plan makes another size")
    return {"output": "sized"}


def undelivered(doc: Document, premises: tuple[Fact, ...]) -> Json:
    _demand(len(premises) > 0, "no step is missing")
    for step in premises:
        _demand(isinstance(step, Step) and step.node["missing"], "the step is not missing")
    return {"nodes": [s.node["id"] for s in premises if isinstance(s, Step)]}


def stand_in(doc: Document, premises: tuple[Fact, ...]) -> Json:
    (step,) = premises
    _demand(isinstance(step, Step) and bool(step.node["model"]) and doc.executed, "nothing was executed")
    return {}


def stand_in_for(doc: Document, premises: tuple[Fact, ...]) -> Json:
    """A step that a recommended model fits was executed by another one."""
    step, cited = premises
    stand_in(doc, (step,))
    assert isinstance(step, Step)
    good = isinstance(cited, Cited) and cited.key in step.node["sources"] and doc.source(cited.key).kind == "model"
    _demand(good and cited.text != step.node["model"], "the executed model is the recommended one")  # type: ignore[union-attr]
    return {}


def skipped(doc: Document, premises: tuple[Fact, ...]) -> Json:
    (step,) = premises
    _demand(isinstance(step, Step) and bool(step.node["skipped"]), "the step was not skipped")
    return {}


# --- sentences ---------------------------------------------------------------------------------


def mechanism(doc: Document, premises: tuple[Fact, ...]) -> Json:
    """A told sentence that explains, of a source whose verdict is fit."""
    cited, verdict = premises
    _demand(isinstance(cited, Cited) and isinstance(verdict, Applied), "expected a sentence and a verdict")
    assert isinstance(cited, Cited) and isinstance(verdict, Applied)
    _demand(verdict.gives.get("key") == cited.key and verdict.gives.get("verdict") == "fit", "the source does not fit")
    place = sentence_of(doc, cited)
    _demand(mechanism_score(doc.brief.text, place) >= EXPLAINS, "the sentence explains nothing")
    return {"key": cited.key}


def sentence_of(doc: Document, cited: Cited) -> tuple[int, int]:
    """The usable sentence whose tellable part the span is; telling any other part is refused."""
    for place in doc.usable(cited.key):
        if told_range(doc.brief.text, place) == (cited.start, cited.end):
            return place
    raise Failed(f"{cited.text[:60]!r} is not the tellable part of a sentence of {cited.key}")


def not_the_zoom(doc: Document, premises: tuple[Fact, ...]) -> Json:
    (found,) = premises
    good = isinstance(found, Reading) and found.cited.key != "Q" and found.kind not in (None, "spatial", "contradicted")
    _demand(good, "the number is not of another type")
    return {}


def contradiction(doc: Document, premises: tuple[Fact, ...]) -> Json:
    a, b = premises
    good = isinstance(a, Reading) and isinstance(b, Reading) and a.kind == b.kind == "contradicted"
    _demand(good and a.cited.key == b.cited.key and a.cited.start < b.cited.start, "no contradiction")  # type: ignore[union-attr]
    return {}


def not_in_evidence(doc: Document, premises: tuple[Fact, ...]) -> Json:
    """Concepts with no hit in any source, each searched with all of its words."""
    for fact in premises:
        _demand(isinstance(fact, NotFound) and fact.scope == doc.keys, "not searched in every source")
        assert isinstance(fact, NotFound)
        part = fact.concept.split(".")[0]
        full = {"constraint": ("terms", "serves"), "operation": _SOURCE, "subject": ("patterns",)}[part]
        _demand(fact.lists == full, f"{fact.concept} was not searched with all of its words")
    _demand(len(premises) > 0, "nothing was searched")
    return {"concepts": [p.concept for p in premises if isinstance(p, NotFound)]}


def verdicts(doc: Document, premises: tuple[Fact, ...]) -> Json:
    good = all(isinstance(p, Applied) and p.rule in VERDICTS and p.gives["verdict"] != "fit" for p in premises)
    _demand(good and len(premises) > 0, "expected verdicts other than fit")
    return {"keys": [p.gives["key"] for p in premises if isinstance(p, Applied)]}


def not_explained(doc: Document, premises: tuple[Fact, ...]) -> Json:
    told = [k for k, v in doc.data["verdicts"].items() if v["explains"] != "no"]
    _demand(not told, f"{told!r} explain something")
    return {}


def in_part(doc: Document, premises: tuple[Fact, ...]) -> Json:
    levels = {v["explains"] for v in doc.data["verdicts"].values()}
    _demand("in part" in levels and "yes" not in levels, "a source explains it, or none does")
    return {"keys": [k for k, v in doc.data["verdicts"].items() if v["explains"] == "in part"]}


def delicate(doc: Document, premises: tuple[Fact, ...]) -> Json:
    found = _reading(premises, "subject")
    _demand(found.cited.key == "Q" and bool(concept(str(found.concept)).data["delicate"]), "no delicate subject")
    return {}


def flagged(doc: Document, premises: tuple[Fact, ...]) -> Json:
    found = [(s.key, len(s.flagged)) for s in doc.brief.sources if s.flagged]
    _demand(len(found) > 0, "nothing is flagged")
    return {"keys": [k for k, _ in found], "count": sum(n for _, n in found)}


def no_sources(doc: Document, _: tuple[Fact, ...]) -> Json:
    _demand(not doc.brief.sources, "there are sources")
    return {}


RULES: dict[str, Rule] = VERDICTS | {
    rule.__name__: rule
    for rule in (
        task, hints, unread, outside, constraints, conflict, measured_conflict, measured_beyond, slot_filled, slot_missing, assumed, output, output_sized, undelivered,
        stand_in, stand_in_for, skipped, mechanism, not_the_zoom, contradiction, not_in_evidence, verdicts, not_explained, in_part, delicate, flagged, no_sources,
    )
}  # fmt: skip
