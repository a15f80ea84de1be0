"""Forges answers: after a change everything else is made to agree with it, as a careful liar would.

`settled` re-renders the texts, sorts the statements, rebuilds markdown, links, missing slots and the
absent section, copies into the verdicts what their proofs conclude, and recomputes every digest.
"""

import copy
from collections.abc import Callable
from typing import Any

from restograph.answer.check import rules_sha256, sha256
from restograph.answer.check.dag import fold
from restograph.answer.check.document import Applied, Document, Failed, document, templates
from restograph.answer.check.forms import cited_of, render_statement
from restograph.answer.check.obligations import kind_of, markdown, sources, statement_order
from restograph.evidence.brief import flagged_spans
from restograph.evidence.cues import explains
from restograph.task.lexicon import concept, reason_text

Json = dict[str, Any]
WRONG = (Failed, KeyError, IndexError, TypeError, ValueError, AttributeError)
_LISTS = {"constraint": ("terms", "serves"), "operation": ("terms", "sources"), "subject": ("patterns",)}


def forged(answer: Json, change: Callable[[Json], object], *, sort: bool = True, texts: bool = True) -> Json | None:
    """A changed copy with everything else settled; None when the change left the answer as it was."""
    data = copy.deepcopy(answer)
    change(data)
    try:
        settled(data, sort=sort, texts=texts)
    except WRONG:
        digests(data)
    return None if data == answer else data


def settled(data: Json, *, sort: bool = True, texts: bool = True) -> None:
    """Make everything that follows from proofs, arguments, verdicts and workflow agree, in place."""
    digests(data)
    _sort_proofs(data)
    doc = document(data)
    data["question"], data["sources"] = doc.brief.asked, sources(doc)
    data["flagged"] = [s.model_dump() for s in flagged_spans(doc.brief)]
    data["missing_slots"] = list(dict.fromkeys(n["kind"] for n in doc.nodes if n["missing"]))
    facts = fold(doc)
    _settle_verdicts(doc, facts)
    facts = fold(doc)
    for statement in data["statements"]:
        _settle_statement(doc, facts, statement, texts)
    if sort:
        data["statements"].sort(key=lambda s: statement_order(doc, facts, s))
    cited = [data["proofs"][a["of"]] for s in data["statements"] for a in s["args"].values() if a["form"] == "link"]
    data["links"] = list(dict.fromkeys(data["brief"][p["start"] : p["end"]] for p in cited))
    data["absent"] = [_absent_row(doc, c) for f in facts if isinstance(f, Applied) for c in f.gives.get("concepts", ())]
    data["markdown"] = markdown(doc, data["statements"])
    data["check"] = {"ok": True, "statements": len(data["statements"]), "proofs": len(data["proofs"]), "problems": []}


def _sort_proofs(data: Json) -> None:
    """Premises before what rests on them; a forger may have appended them later."""
    order: list[int] = []

    def visit(index: int) -> None:
        if index not in order:
            for below in _below(data["proofs"][index]):
                visit(below)
            order.append(index)

    for index in range(len(data["proofs"])):
        visit(index)
    place = {old: new for new, old in enumerate(order)}
    data["proofs"] = [_pointed(data["proofs"][old], place) for old in order]
    for verdict in data["verdicts"].values():
        verdict["proof"] = place[verdict["proof"]]
    for statement in data["statements"]:
        statement["proof"] = place[statement["proof"]]
        for arg in statement["args"].values():
            arg["of"] = [place[i] for i in arg["of"]] if isinstance(arg["of"], list) else place[arg["of"]]


def _below(proof: Json) -> list[int]:
    return [*([proof["of"]] if "of" in proof else []), *proof.get("premises", []), *proof.get("proofs", [])]


def _pointed(proof: Json, place: dict[int, int]) -> Json:
    new = dict(proof)
    if "of" in proof:
        new["of"] = place[proof["of"]]
    return new | {name: [place[i] for i in proof[name]] for name in ("premises", "proofs") if name in proof}


def digests(data: Json) -> None:
    data["brief_sha256"], data["rules_sha256"] = sha256(data["brief"]), rules_sha256()


def _settle_statement(doc: Document, facts: list[Any], statement: Json, texts: bool) -> None:
    statement["section"] = templates()[statement["template"]]["section"]
    statement["kind"] = kind_of(facts[statement["proof"]], doc)
    if texts:
        statement["text"] = render_statement(doc, facts, statement)


def _settle_verdicts(doc: Document, facts: list[Any]) -> None:
    for key, verdict in doc.data["verdicts"].items():
        fact = facts[verdict["proof"]]
        if not isinstance(fact, Applied) or "axis" not in fact.gives:
            continue
        gives, source = fact.gives, doc.source(key)
        cited = cited_of(fact.premises[1] if fact.rule == "contradicted_constraint" else fact)
        related, fits = gives["verdict"] != "off_topic", gives["verdict"] == "fit"
        ranges = [] if source.name_only else doc.usable(key)[1:]
        verdict |= {
            "verdict": gives["verdict"],
            "rule": fact.rule,
            "found": gives["found"],
            "constraint": gives["constraint"],
            "reason": reason_text(fact.rule, gives["found"], tuple(doc.needed), gives["constraint"]),
            "axes": {axis: axis != gives["axis"] for axis in verdict["axes"]},
            "span": {"source": cited.key, "start": cited.start, "end": cited.end},
            "explains": explains(doc.brief.text, ranges, related, fits, doc.task["constraints"]),
            "needed": doc.needed,
        }


def _absent_row(doc: Document, name: str) -> Json:
    terms = list(concept(name).patterns(*_LISTS[name.split(".", maxsplit=1)[0]]))
    return {"concept": name, "label": concept(name).label, "terms": terms, "hits": 0, "scope": list(doc.keys)}


# ── small moves of a forger ──────────────────────────────────────────────────────────────────────


def add(data: Json, **proof: Any) -> int:
    """A further proof; its index."""
    data["proofs"].append(proof)
    return len(data["proofs"]) - 1


def cite(data: Json, key: str, start: int, end: int) -> int:
    return add(data, op="cite", key=key, start=start, end=end)


def of_template(data: Json, *names: str) -> list[Json]:
    return [s for s in data["statements"] if s["template"] in names]


def keys_of(data: Json) -> list[str]:
    return list(data["verdicts"])
