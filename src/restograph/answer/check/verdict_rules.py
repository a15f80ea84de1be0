"""The verdict rules: each re-reads what the judge found, refutes what it did not, and concludes.

A verdict cannot be claimed by another rule than the one whose premises hold: names by their grammar,
summaries by what they speak of, and the absence of what they do not.
"""

from restograph.answer.check.document import Applied, Cited, Document, Fact, Json, NotFound, Reading
from restograph.answer.check.premises import SOURCE, Rule, demand, name_of, reading
from restograph.evidence.cues import decides
from restograph.evidence.twins import twin
from restograph.task.lexicon import concept, hits
from restograph.task.names import named_operations


def _verdict(rule: str, doc: Document, key: str, found: str | None, constraint: str | None = None) -> Json:
    entry = concept(f"reason.{rule}").data
    return {
        "rule": rule,
        "verdict": entry["verdict"],
        "axis": entry["axis"],
        "key": key,
        "found": found,
        "constraint": constraint,
    }


def _named(doc: Document, premises: tuple[Fact, ...]) -> tuple[Reading, str, set[str]]:
    """The reading of a bare name, its operation, and all operations that the name promises."""
    found = reading(premises, "operation", lists=("names",))
    source = doc.source(found.cited.key)
    demand(source.kind == "model" and source.name_only, f"{source.key} is not known by its name only")
    return found, name_of(found.concept), {n for n, _ in named_operations(doc.brief.text, *source.ranges["Model"])}


def fit_by_name(doc: Document, premises: tuple[Fact, ...]) -> Json:
    found, name, _ = _named(doc, premises)
    demand(name in doc.needed, f"{name} is not needed")
    return _verdict("fit_by_name", doc, found.cited.key, found.concept)


def mismatch_by_name(doc: Document, premises: tuple[Fact, ...]) -> Json:
    found, _, names = _named(doc, premises)
    close = [n for n in names if n in doc.needed or _is_near(doc, n)]
    demand(not close, f"{', '.join(sorted(close))} is needed, or close to it")
    return _verdict("mismatch_by_name", doc, found.cited.key, found.concept)


def near_by_name(doc: Document, premises: tuple[Fact, ...]) -> Json:
    found, name, names = _named(doc, premises)
    demand(not names & set(doc.needed) and _is_near(doc, name), f"{name} is not close to the task")
    return _verdict("near_by_name", doc, found.cited.key, found.concept)


def unknown_name(doc: Document, premises: tuple[Fact, ...]) -> Json:
    (cited,) = premises
    demand(isinstance(cited, Cited), "expected the name")
    assert isinstance(cited, Cited)
    source = doc.source(cited.key)
    demand(source.name_only and (cited.start, cited.end) == source.ranges["Model"], "not a bare name")
    demand(not named_operations(doc.brief.text, cited.start, cited.end), "the name does say what it does")
    demand(twin(doc.brief, source) is None, "another entry describes the same work")
    return _verdict("unknown_name", doc, cited.key, None)


def _by_paper(rule: str) -> Rule:
    """A name that says nothing is judged like the entry that describes the same work: the second premise."""

    def predicate(doc: Document, premises: tuple[Fact, ...]) -> Json:
        cited, judged = premises
        demand(isinstance(cited, Cited) and isinstance(judged, Applied), "expected a name and a verdict")
        assert isinstance(cited, Cited) and isinstance(judged, Applied)
        source = doc.source(cited.key)
        described = twin(doc.brief, source)
        demand((cited.start, cited.end) == source.ranges["Model"], "not a bare name")
        demand(not named_operations(doc.brief.text, cited.start, cited.end), "the name does say what it does")
        demand(described is not None and judged.gives.get("key") == described.key, "not the entry on the same work")
        wanted = concept(f"reason.{rule}").data["verdict"]
        demand(judged.gives.get("verdict") == wanted, "that entry is judged otherwise")
        given = _verdict(rule, doc, cited.key, judged.gives["found"])
        return {**given, "axis": judged.gives["axis"]}

    return predicate


def fit(doc: Document, premises: tuple[Fact, ...]) -> Json:
    if premises and isinstance(premises[0], Reading) and (premises[0].concept or "").startswith("object."):
        found = reading(premises, "object")
        shared = hits(doc.brief.text, str(found.concept), ("patterns",), *doc.brief.question)
        demand(doc.needed == ["other"] and bool(shared), "the question does not name this object")
        return _verdict("fit", doc, found.cited.key, found.concept)
    found = reading(premises, "operation", lists=SOURCE)
    demand(name_of(found.concept) in doc.needed, f"{found.concept} is not needed")
    return _verdict("fit", doc, found.cited.key, found.concept)


def fit_by_wording(doc: Document, premises: tuple[Fact, ...]) -> Json:
    """No word for a needed operation, but title and summary as a whole are about one."""
    found = reading(premises[:1], "operation", lists=("heard",))
    demand(name_of(found.concept) in doc.needed, f"{found.concept} is not needed")
    _refuted(doc, found.cited, premises[1:])
    return _verdict("fit_by_wording", doc, found.cited.key, found.concept)


def other_by_wording(doc: Document, premises: tuple[Fact, ...]) -> Json:
    """A needed operation is spoken of, but title and summary as a whole are about something else."""
    found = reading(premises, "operation", lists=SOURCE)
    demand(name_of(found.concept) in doc.needed, f"{found.concept} is not needed")
    return _verdict("other_by_wording", doc, found.cited.key, found.concept)


def in_passing(doc: Document, premises: tuple[Fact, ...]) -> Json:
    """A needed operation is spoken of as background only; the premise says what the work is about."""
    found = reading(premises, "operation", lists=SOURCE)
    demand(name_of(found.concept) not in doc.needed, f"{found.concept} is needed")
    return _verdict("in_passing", doc, found.cited.key, found.concept)


def other_operation(doc: Document, premises: tuple[Fact, ...]) -> Json:
    """No needed operation is mentioned; the first premise says what the source is about instead."""
    first = premises[0]
    demand(isinstance(first, Reading | Cited), "expected evidence of the source")
    cited = first.cited if isinstance(first, Reading) else first
    assert isinstance(cited, Cited)
    _refuted(doc, cited, premises[1:])
    return _verdict("other_operation", doc, cited.key, first.concept if isinstance(first, Reading) else None)


def _refuted(doc: Document, cited: Cited, absent: tuple[Fact, ...]) -> None:
    """No word for any needed operation is in the source: each is refuted once."""
    refuted = {p.concept for p in absent if isinstance(p, NotFound) and p.scope == (cited.key,) and p.lists == SOURCE}
    needed = {f"operation.{n}" for n in doc.needed if n != "other"}
    demand(needed == refuted, f"{sorted(needed ^ refuted)!r} is not refuted for {cited.key}, or without need")
    demand(len(absent) == len(refuted), "a premise that proves nothing")


def _thing(rule: str, part: str, far: bool | None = None) -> Rule:
    """Rules whose one premise is a reading of another object, direction or need."""

    def predicate(doc: Document, premises: tuple[Fact, ...]) -> Json:
        found = reading(premises, part)
        demand(far is None or concept(str(found.concept)).data["far"] is far, f"{found.concept} is not of this kind")
        return _verdict(rule, doc, found.cited.key, found.concept)

    return predicate


def near_object(doc: Document, premises: tuple[Fact, ...]) -> Json:
    if premises and isinstance(premises[0], Reading) and (premises[0].concept or "").startswith("operation."):
        found = reading(premises, "operation", lists=SOURCE)
        demand(_is_near(doc, name_of(found.concept)), f"{found.concept} is not close to the task")
        return _verdict("near_object", doc, found.cited.key, found.concept)
    return _thing("near_object", "object", far=False)(doc, premises)


def contradicted_constraint(doc: Document, premises: tuple[Fact, ...]) -> Json:
    found, against = premises
    reading((found,), "operation", lists=SOURCE)
    spoken = reading((against,), "constraint", lists=("against",))
    name = name_of(spoken.concept)
    demand(name in doc.task["constraints"], f"{name} is not asked for")
    assert isinstance(found, Reading)
    demand(found.cited.key == spoken.cited.key, "the two premises are of different sources")
    return _verdict("contradicted_constraint", doc, spoken.cited.key, found.concept, name)


def unserved_constraint(doc: Document, premises: tuple[Fact, ...]) -> Json:
    found, absent = premises
    read = reading((found,), "operation", lists=SOURCE)
    good = isinstance(absent, NotFound) and absent.scope == (read.cited.key,) and absent.lists == ("serves",)
    demand(good, "expected that nothing in this source serves the constraint")
    assert isinstance(absent, NotFound)
    name = name_of(absent.concept)
    demand(name in doc.task["constraints"] and decides(absent.concept, doc.needed), f"{name} does not decide")
    return _verdict("unserved_constraint", doc, read.cited.key, read.concept, name)


def unread_task(doc: Document, premises: tuple[Fact, ...]) -> Json:
    (cited,) = premises
    demand(isinstance(cited, Cited) and not doc.needed, "the task was read")
    assert isinstance(cited, Cited)
    return _verdict("unread_task", doc, cited.key, None)


def _is_near(doc: Document, name: str) -> bool:
    return any(name in concept(f"operation.{need}").data.get("near", ()) for need in doc.needed)


VERDICTS: dict[str, Rule] = {
    "fit_by_name": fit_by_name, "mismatch_by_name": mismatch_by_name, "near_by_name": near_by_name, "unknown_name": unknown_name,
    "fit_by_paper": _by_paper("fit_by_paper"), "near_by_paper": _by_paper("near_by_paper"), "mismatch_by_paper": _by_paper("mismatch_by_paper"),
    "fit": fit, "fit_by_wording": fit_by_wording, "other_by_wording": other_by_wording, "in_passing": in_passing, "other_operation": other_operation, "other_object": _thing("other_object", "object", far=True),
    "near_object": near_object, "other_direction": _thing("other_direction", "direction"), "extra_input": _thing("extra_input", "needs"),
    "contradicted_constraint": contradicted_constraint, "unserved_constraint": unserved_constraint, "unread_task": unread_task,
}  # fmt: skip
