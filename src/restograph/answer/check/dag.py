"""Folds the proof DAG: every node becomes a fact, or the fold fails. Premises point backwards only."""

from collections.abc import Callable, Sequence

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
from restograph.answer.check.drafted import objections
from restograph.answer.check.premises import SOURCE
from restograph.answer.check.rules import RULES
from restograph.evidence.sentences import Range
from restograph.evidence.wording import heard_in
from restograph.task.further import SPOKEN, clauses, spoken
from restograph.task.lexicon import hits, lexicon
from restograph.task.names import named_operations
from restograph.task.quantity import factors, same_size, self_contradictions
from restograph.task.vote import heard
from restograph.task.wishes import wishes

# Where a concept may be read from: the user's words, a summary, or a name.
_QUESTION_LISTS = {
    "operation": {"terms", "symptoms", "weak", "heard"},
    "constraint": {"terms", "heard"},
    "subject": {"patterns"},
    "object": {"patterns"},
}
_SOURCE_LISTS = {
    "operation": {"terms", "sources", "names", "heard"}, "object": {"patterns"}, "direction": {"patterns"}, "needs": {"patterns"},
    "constraint": {"serves", "against", "terms"}, "subject": {"patterns"},
}  # fmt: skip
# How absence is searched: with all the words of an operation or a subject, with those that ask for or serve a constraint.
_ABSENT_LISTS = {"operation": (SOURCE,), "subject": (("patterns",),), "constraint": (("terms", "serves"), ("serves",))}


def fold(doc: Document, known: Sequence[Fact] = ()) -> list[Fact]:
    """Facts of all proofs, in order; Failed names the first one that does not hold. `known`: those of the first proofs."""
    facts = list(known)
    for number, proof in enumerate(doc.data["proofs"][len(facts) :], len(facts)):
        try:
            facts.append(_FOLDS[proof["op"]](doc, proof, facts))
        except (Failed, KeyError, IndexError, TypeError, ValueError) as error:
            raise Failed(f"proof {number} ({proof.get('op')!r}) does not hold: {error}") from None
    return facts


def _back(facts: list[Fact], index: object) -> Fact:
    if not isinstance(index, int) or not 0 <= index < len(facts):
        raise Failed(f"premise {index!r} does not point to an earlier proof")
    return facts[index]


def _cite(doc: Document, proof: Json, _: list[Fact]) -> Fact:
    key, start, end = proof["key"], proof["start"], proof["end"]
    if key == "Q":
        inside = doc.brief.question[0] <= start < end <= doc.brief.question[1]
    else:
        source = doc.source(key)
        inside = source.start <= start < end <= source.end
        if any(start < b and a < end for a, b in source.flagged):
            raise Failed(f"the span {start}:{end} of {key} lies in flagged text")
    if not inside:
        raise Failed(f"the span {start}:{end} is not inside {key}")
    return Cited(key, start, end, doc.brief.text[start:end])


def _read(doc: Document, proof: Json, facts: list[Fact]) -> Fact:
    cited = _back(facts, proof["of"])
    if not isinstance(cited, Cited):
        raise Failed("only a cited span can be read")
    if "quantity" in proof:
        return _quantity(doc, cited, proof["quantity"])
    concept, lists = proof["concept"], tuple(proof["lists"])
    allowed = (_QUESTION_LISTS if cited.key == "Q" else _SOURCE_LISTS).get(concept.split(".")[0], set())
    if concept not in lexicon() or not lists or not set(lists) <= allowed or len(set(lists)) < len(lists):
        raise Failed(f"{concept!r} cannot be read through {lists!r} in {cited.key}")
    if lists == ("names",):
        spoken = {f"operation.{name}" for name, _ in named_operations(doc.brief.text, cited.start, cited.end)}
        if (cited.start, cited.end) != doc.source(cited.key).ranges["Model"] or concept not in spoken:
            raise Failed(f"the name {cited.text!r} does not say {concept}")
    elif "heard" in lists:
        if lists != ("heard",) or not (
            _carried(doc, concept, cited) if cited.key == "Q" else _worded(doc, concept, cited)
        ):
            raise Failed(f"the wording of {cited.key} as a whole does not carry {concept}")
    elif not hits(doc.brief.text, concept, lists, cited.start, cited.end):
        raise Failed(f"{cited.text!r} does not speak of {concept}")
    elif (cited.start, cited.end) not in _whole(doc, cited.key, concept, lists):
        raise Failed(f"{cited.text!r} is neither the very words of {concept} in the question nor a whole sentence")
    return Reading(cited, concept, lists)


def _worded(doc: Document, concept: str, cited: Cited) -> bool:
    """True if title and summary as a whole are about the operation; the cited sentence is one of them."""
    ranges = doc.usable(cited.key)
    return (cited.start, cited.end) in ranges and f"operation.{heard_in(doc.brief.text, ranges, doc.needed)}" == concept


def _carried(doc: Document, concept: str, cited: Cited) -> bool:
    """True if the vote on the whole question, or on a clause of its own, carries a reading without any word for it."""
    (part, name), place = concept.split("."), (cited.start, cited.end)
    if part == "operation" and place in clauses(doc.brief.text, *doc.brief.question):
        share, plainest = spoken(doc.brief.text, *doc.brief.question, name)
        return place == plainest and share >= SPOKEN
    if place != doc.brief.question:
        return False
    if part == "operation":
        return heard(name, cited.text)
    return wishes(cited.text, 0, len(cited.text)).get(name) == (0, len(cited.text))


def _whole(doc: Document, key: str, concept: str, lists: tuple[str, ...]) -> Sequence[Range]:
    """Places that may be read: the hits themselves in a question, whole sentences or the title of a source."""
    if key == "Q":
        return hits(doc.brief.text, concept, lists, *doc.brief.question)
    return doc.usable(key)


def _quantity(doc: Document, cited: Cited, wanted: Json) -> Fact:
    """The number is typed within its whole sentence or question, then compared with the claim."""
    if wanted["kind"] == "contradicted":
        places = {place for pair in self_contradictions(doc.brief.text, doc.usable(cited.key)) for place in pair}
        if (cited.start, cited.end) not in places or wanted["value"] is not None:
            raise Failed(f"{cited.text!r} contradicts nothing in {cited.key}")
        return Reading(cited, None, (), None, "contradicted")
    ranges = [doc.brief.question] if cited.key == "Q" else doc.usable(cited.key)
    found = [q for a, b in ranges for q in factors(doc.brief.text, a, b)]
    if cited.key == "Q" and (same := same_size(doc.brief.text, *doc.brief.question)):
        found.append(same)
    for quantity in found:
        if (quantity.start, quantity.end, quantity.value, quantity.kind) == (
            cited.start,
            cited.end,
            wanted["value"],
            wanted["kind"],
        ):
            return Reading(cited, None, (), quantity.value, quantity.kind)
    raise Failed(f"{cited.text!r} is not the quantity {wanted!r}")


def _absent(doc: Document, proof: Json, _: list[Fact]) -> Fact:
    concept, lists, scope = proof["concept"], tuple(proof["lists"]), tuple(proof["scope"])
    if concept not in lexicon() or lists not in _ABSENT_LISTS.get(concept.split(".")[0], ()):
        raise Failed(f"{concept!r} cannot be searched through {lists!r}")
    for key in scope:
        for a, b in doc.usable(key):
            if spoken := hits(doc.brief.text, concept, lists, a, b):
                raise Failed(f"{key} does mention {concept}: {doc.brief.text[slice(*spoken[0])]!r}")
    return NotFound(concept, lists, scope)


def _each(_: Document, proof: Json, facts: list[Fact]) -> Fact:
    keys = tuple(proof["keys"])
    if len(keys) != len(proof["proofs"]):
        raise Failed("the keys and their proofs differ in number")
    return ForEach(keys, tuple(_back(facts, i) for i in proof["proofs"]))


def _apply(doc: Document, proof: Json, facts: list[Fact]) -> Fact:
    if len(set(proof["premises"])) != len(proof["premises"]):
        raise Failed(f"a premise of {proof['rule']!r} is named twice")
    premises = tuple(_back(facts, i) for i in proof["premises"])
    rule = RULES.get(proof["rule"])
    if rule is None:
        raise Failed(f"there is no rule {proof['rule']!r}")
    return Applied(proof["rule"], premises, rule(doc, premises))


def _measure(doc: Document, proof: Json, _: list[Fact]) -> Fact:
    value: object = doc.data["run"]
    for part in proof["pointer"].split("/")[1:]:
        if not isinstance(value, dict | list):
            raise Failed(f"there is no {proof['pointer']!r} in the run record")
        value = value[int(part)] if isinstance(value, list) else value[part]
    return Measured(proof["pointer"], value)


def _node(doc: Document, proof: Json, _: list[Fact]) -> Fact:
    return Step(doc.node(proof["id"]))


def _drafted(doc: Document, proof: Json, facts: list[Fact]) -> Fact:
    """A sentence of a language model: whole sentences of one source that fits, and nothing that speaks against it."""
    cites = tuple(f for f in (_back(facts, i) for i in proof["premises"]) if isinstance(f, Cited))
    keys = {c.key for c in cites}
    if len(cites) != len(proof["premises"]) or len(set(cites)) < len(cites) or len(keys) != 1:
        raise Failed("a drafted sentence cites spans of one source")
    key = cites[0].key
    if key not in doc.keys or any((c.start, c.end) not in doc.usable(key) for c in cites):
        raise Failed("a drafted sentence cites whole sentences of a source")
    if doc.data["verdicts"][key]["verdict"] != "fit":
        raise Failed(f"{key} does not fit, so nothing is drafted from it")
    if against := objections(proof["text"], doc.source(key).title, [c.text for c in cites]):
        raise Failed(f"{proof['text'][:60]!r}: {against[0]}")
    return Drafted(proof["text"], cites)


_FOLDS: dict[str, Callable[[Document, Json, list[Fact]], Fact]] = {
    "cite": _cite, "read": _read, "absent": _absent, "each": _each, "apply": _apply, "measure": _measure, "node": _node, "drafted": _drafted,
}  # fmt: skip
