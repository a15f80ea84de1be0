"""The rules that a proof may apply: pure predicates over facts and the document.

Each returns what it concludes, or raises Failed. The verdict rules re-read what the judge found and
refute what it did not (verdict_rules.py); none knows how the judge or the composer work.
"""

import re

from restograph.answer.check.document import (
    Applied,
    Cited,
    Document,
    Drafted,
    Fact,
    Failed,
    ForEach,
    Json,
    Measured,
    NotFound,
    Reading,
    Step,
)
from restograph.answer.check.premises import SOURCE, Rule, demand, name_of, reading
from restograph.answer.check.verdict_rules import VERDICTS
from restograph.evidence.cues import tells_how
from restograph.evidence.sentences import told_range
from restograph.task.lexicon import concept, hits
from restograph.task.names import named_operations
from restograph.task.wishes import wishes

_SHAPES = {"spatial": "super_resolution", "temporal": "video_frame_interpolation"}
FINE_JPEG = 90  # as in task/agree.py, which the trusted base does not import


# --- the task ---------------------------------------------------------------------------------


def task(doc: Document, premises: tuple[Fact, ...]) -> Json:
    """Every operation of the task is read in the question, by its words or by the type of its number."""
    read = [_operation_of(doc, p) for p in premises]
    demand(bool(doc.needed) and read == doc.needed, f"the question was read as {read!r}, the task says {doc.needed!r}")
    return {"operations": read}


def hints(doc: Document, premises: tuple[Fact, ...]) -> Json:
    """The readings rest on hints only: no term and no symptom of the first operation is in the question."""
    demand(bool(doc.needed), "there is no reading")
    strong = hits(doc.brief.text, f"operation.{doc.needed[0]}", ("terms", "symptoms"), *doc.brief.question)
    demand(not strong, "the first reading rests on more than hints")
    return task(doc, premises)


def _operation_of(doc: Document, fact: Fact) -> str | None:
    if not isinstance(fact, Reading) or fact.cited.key != "Q":
        return None
    if fact.concept:
        return name_of(fact.concept) if fact.concept.startswith("operation.") else None
    moving = "video_super_resolution" in doc.needed  # a size says that something grows, not whether it moves
    return "video_super_resolution" if moving and fact.kind == "spatial" else _SHAPES.get(fact.kind or "")


def unread(doc: Document, _: tuple[Fact, ...]) -> Json:
    demand(not doc.needed, "the task has operations")
    return {}


def outside(doc: Document, premises: tuple[Fact, ...]) -> Json:
    found = reading(premises, "operation")
    demand(doc.needed == ["other"] and found.concept == "operation.other", "the task is one of the field")
    return {}


def constraints(doc: Document, premises: tuple[Fact, ...]) -> Json:
    """The constraints of the task that words say, or that the vote hears: all of them, each re-read in the question."""
    heard = [reading((p,), "constraint").lists == ("heard",) for p in premises]
    demand(bool(heard) and len(set(heard)) == 1, "words and votes are not told apart")
    read = [name_of(p.concept) for p in premises if isinstance(p, Reading)]
    places = wishes(doc.brief.text, *doc.brief.question)
    wanted = [n for n, place in places.items() if (place == doc.brief.question) == heard[0]]
    demand(sorted(read) == sorted(wanted), f"{read!r} were read, {wanted!r} are in the question")
    return {"constraints": read}


def conflict(doc: Document, premises: tuple[Fact, ...]) -> Json:
    a, b = premises
    demand(isinstance(a, Reading) and isinstance(b, Reading), "expected two sizes of the question")
    assert isinstance(a, Reading) and isinstance(b, Reading)
    kinds = {"spatial" if fact.kind == "bare" else fact.kind for fact in (a, b)}  # a bare "three times" is a size here
    asked = a.cited.key == b.cited.key == "Q"
    demand(asked and a.value != b.value and len(kinds) == 1, "the two do not disagree")
    return {}


def measured_conflict(doc: Document, premises: tuple[Fact, ...]) -> Json:
    """The words complain of compression in a fine file, or name a size that the file does not have."""
    words, value = premises
    demand(
        isinstance(words, Cited) and words.key == "Q" and isinstance(value, Measured),
        "expected words and a measurement",
    )
    assert isinstance(words, Cited) and isinstance(value, Measured)
    if value.pointer == "/look/jpeg_quality":
        demand(value.value >= FINE_JPEG and "compression" in doc.task["degradations"], "the file agrees with the words")
    else:
        sizes = [int(n) for n in re.findall(r"\d+", words.text)[:2]]
        demand(value.pointer == "/input", f"{value.pointer} disagrees with nothing")
        demand(sorted(sizes) != sorted((value.value["width"], value.value["height"])), "the file has this size")
    return {}


def measured_beyond(doc: Document, premises: tuple[Fact, ...]) -> Json:
    """Damage that was measured and that the question does not mention."""
    (value,) = premises
    demand(isinstance(value, Measured) and value.pointer.startswith("/look/damages/"), "expected a measured damage")
    assert isinstance(value, Measured)
    demand(value.value not in doc.task["degradations"], "the question does mention it")
    return {}


# --- the plan ----------------------------------------------------------------------------------


def step_operations(doc: Document, node: Json) -> set[str]:
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
    names, key = step_operations(doc, node), verdict.gives["key"]
    if verdict.rule == "fit_by_paper":  # what the entry on the same work serves
        return serves(doc, verdict.premises[1], node)
    if verdict.rule == "fit_by_name":  # an architecture may be known for several works
        return any(n in names for n, _ in named_operations(doc.brief.text, *doc.source(key).ranges["Model"]))
    if verdict.rule == "fit_by_wording":
        return name_of(verdict.gives["found"]) in names
    return any(hits(doc.brief.text, f"operation.{n}", SOURCE, a, b) for n in names for a, b in doc.usable(key))


def slot_filled(doc: Document, premises: tuple[Fact, ...]) -> Json:
    step, *fits = premises
    demand(isinstance(step, Step), "expected a node")
    assert isinstance(step, Step)
    keys = [f.gives["key"] for f in fits if serves(doc, f, step.node) and isinstance(f, Applied)]
    demand(len(fits) > 0 and len(keys) == len(fits), "a source does not serve this step")
    demand(set(keys) <= set(step.node["sources"]) and not step.node["missing"], "the workflow says otherwise")
    return {"keys": keys, "node": step.node["id"]}


def slot_missing(doc: Document, premises: tuple[Fact, ...]) -> Json:
    """One refutation per source: none of their verdicts serves the node."""
    step, each = premises
    demand(isinstance(step, Step) and isinstance(each, ForEach), "expected a node and a proof for each source")
    assert isinstance(step, Step) and isinstance(each, ForEach)
    demand(set(each.keys) == set(doc.keys), "a source was left out")
    for key, fact in zip(each.keys, each.facts, strict=True):
        demand(
            isinstance(fact, Applied) and fact.rule in VERDICTS and fact.gives["key"] == key, f"no verdict for {key}"
        )
        demand(not serves(doc, fact, step.node), f"{key} does serve this step")
    demand(bool(step.node["missing"]) and not step.node["sources"], "the workflow says that the step is filled")
    return {"node": step.node["id"], "operations": sorted(step_operations(doc, step.node))}


def drafting(doc: Document, premises: tuple[Fact, ...]) -> Json:
    """How many sentences a language model worded."""
    demand(len(premises) > 0 and all(isinstance(p, Drafted) for p in premises), "expected drafted sentences")
    return {"count": len(premises)}


def assumed(doc: Document, premises: tuple[Fact, ...]) -> Json:
    (step,) = premises
    demand(
        isinstance(step, Step) and "factor" in step.node["params"] and doc.task["scale"] is None, "a factor is named"
    )
    return {}


def output(doc: Document, premises: tuple[Fact, ...]) -> Json:
    """What leaves the plan: its kind and its factor follow from the task and the nodes."""
    demand(len(premises) <= 1, "more than one proof of the factor")
    kinds = {n["kind"] for n in doc.nodes}
    scale = doc.task["scale"]
    if "save_video" in kinds:
        return {"output": "video"}
    if {"upscale", "resize"} & kinds:
        factor = next((p.value for p in premises if isinstance(p, Reading)), None)
        if factor is None:
            factor = next((p.node["params"].get("factor") for p in premises if isinstance(p, Step)), None)
            demand(scale is None, "the question names a factor")
        else:
            demand(scale is not None and factor == scale["value"], "this is not the factor of the task")
        demand(isinstance(factor, int | float), "no factor is proved")
        return {"output": "factor", "factor": factor}
    return {"output": "same"}


def output_sized(doc: Document, premises: tuple[Fact, ...]) -> Json:
    """The plan ends with a resize to the very numbers that the question names."""
    (cited,) = premises
    sizes = [str(n["params"].get("size", "")) for n in doc.nodes if n["kind"] == "resize"]
    demand(isinstance(cited, Cited) and cited.key == "Q" and len(sizes) == 1, "no size is asked for")
    assert isinstance(cited, Cited)
    named = re.findall(r"\d{3,}", re.sub(r"(?<=\d),(?=\d{3})", "", cited.text))
    demand(re.findall(r"\d+", sizes[0]) == named, "the plan makes another size")
    return {"output": "sized"}


def undelivered(doc: Document, premises: tuple[Fact, ...]) -> Json:
    demand(len(premises) > 0, "no step is missing")
    for step in premises:
        demand(isinstance(step, Step) and step.node["missing"], "the step is not missing")
    return {"nodes": [s.node["id"] for s in premises if isinstance(s, Step)]}


def stand_in(doc: Document, premises: tuple[Fact, ...]) -> Json:
    (step,) = premises
    demand(isinstance(step, Step) and bool(step.node["model"]) and doc.executed, "nothing was executed")
    return {}


def executed_by(doc: Document, premises: tuple[Fact, ...]) -> Json:
    """A step was executed by a recommended model that fits it."""
    demand(_own(doc, premises), "the executed model is not the recommended one")
    return {}


def stand_in_for(doc: Document, premises: tuple[Fact, ...]) -> Json:
    """A step that a recommended model fits was executed by another one."""
    demand(not _own(doc, premises), "the executed model is the recommended one")
    return {}


def _own(doc: Document, premises: tuple[Fact, ...]) -> bool:
    """True if a step was executed by the model whose title is cited; Failed unless that model fits the step."""
    step, cited = premises
    stand_in(doc, (step,))
    assert isinstance(step, Step)
    good = isinstance(cited, Cited) and cited.key in step.node["sources"] and doc.source(cited.key).kind == "model"
    demand(good, "the cited model does not fit the step")
    assert isinstance(cited, Cited)
    return bool(cited.text == step.node["model"])


def skipped(doc: Document, premises: tuple[Fact, ...]) -> Json:
    (step,) = premises
    demand(isinstance(step, Step) and bool(step.node["skipped"]), "the step was not skipped")
    return {}


# --- sentences ---------------------------------------------------------------------------------


def mechanism(doc: Document, premises: tuple[Fact, ...]) -> Json:
    """A told sentence that explains, of a source whose verdict is fit."""
    cited, verdict = premises
    demand(isinstance(cited, Cited) and isinstance(verdict, Applied), "expected a sentence and a verdict")
    assert isinstance(cited, Cited) and isinstance(verdict, Applied)
    demand(verdict.gives.get("key") == cited.key and verdict.gives.get("verdict") == "fit", "the source does not fit")
    place = sentence_of(doc, cited)
    span = doc.data["verdicts"][cited.key]["span"]
    is_shown, told = place == (span["start"], span["end"]), (cited.start, cited.end)
    explaining = tells_how(doc.brief.text, place, told, is_shown, doc.task["constraints"])
    demand(explaining, "the sentence explains nothing")
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
    demand(good, "the number is not of another type")
    return {}


def contradiction(doc: Document, premises: tuple[Fact, ...]) -> Json:
    a, b = premises
    good = isinstance(a, Reading) and isinstance(b, Reading) and a.kind == b.kind == "contradicted"
    demand(good and a.cited.key == b.cited.key and a.cited.start < b.cited.start, "no contradiction")  # type: ignore[union-attr]
    return {}


def not_in_evidence(doc: Document, premises: tuple[Fact, ...]) -> Json:
    """Concepts with no hit in any source, each searched with all of its words."""
    for fact in premises:
        demand(isinstance(fact, NotFound) and fact.scope == doc.keys, "not searched in every source")
        assert isinstance(fact, NotFound)
        part = fact.concept.split(".")[0]
        full = {"constraint": ("terms", "serves"), "operation": SOURCE, "subject": ("patterns",)}[part]
        demand(fact.lists == full, f"{fact.concept} was not searched with all of its words")
    demand(len(premises) > 0, "nothing was searched")
    return {"concepts": [p.concept for p in premises if isinstance(p, NotFound)]}


def verdicts(doc: Document, premises: tuple[Fact, ...]) -> Json:
    good = all(isinstance(p, Applied) and p.rule in VERDICTS and p.gives["verdict"] != "fit" for p in premises)
    demand(good and len(premises) > 0, "expected verdicts other than fit")
    return {"keys": [p.gives["key"] for p in premises if isinstance(p, Applied)]}


def not_explained(doc: Document, premises: tuple[Fact, ...]) -> Json:
    told = [k for k, v in doc.data["verdicts"].items() if v["explains"] != "no"]
    demand(not premises, "it follows from the verdicts alone")
    demand(not told, f"{told!r} explain something")
    return {}


def in_part(doc: Document, premises: tuple[Fact, ...]) -> Json:
    levels = {v["explains"] for v in doc.data["verdicts"].values()}
    demand(not premises, "it follows from the verdicts alone")
    demand("in part" in levels and "yes" not in levels, "a source explains it, or none does")
    return {"keys": [k for k, v in doc.data["verdicts"].items() if v["explains"] == "in part"]}


def delicate(doc: Document, premises: tuple[Fact, ...]) -> Json:
    found = reading(premises, "subject")
    demand(found.cited.key == "Q" and bool(concept(str(found.concept)).data["delicate"]), "no delicate subject")
    return {}


def flagged(doc: Document, premises: tuple[Fact, ...]) -> Json:
    found = [(s.key, len(s.flagged)) for s in doc.brief.sources if s.flagged]
    demand(len(found) > 0, "nothing is flagged")
    return {"keys": [k for k, _ in found], "count": sum(n for _, n in found)}


def no_sources(doc: Document, _: tuple[Fact, ...]) -> Json:
    demand(not doc.brief.sources, "there are sources")
    return {}


RULES: dict[str, Rule] = VERDICTS | {
    rule.__name__: rule
    for rule in (
        task, hints, unread, outside, constraints, conflict, measured_conflict, measured_beyond, slot_filled, slot_missing, drafting, assumed, output, output_sized, undelivered,
        stand_in, executed_by, stand_in_for, skipped, mechanism, not_the_zoom, contradiction, not_in_evidence, verdicts, not_explained, in_part, delicate, flagged, no_sources,
    )
}  # fmt: skip
