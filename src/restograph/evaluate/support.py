"""Is what an answer says supported by what it cites? Counted from the answer as a reader of the JSON sees it.

The figures follow ALCE (Gao et al., 2023, arXiv 2305.14627): recall counts sentences that are wholly supported by their
citations, precision counts citations that support their sentence. Support is counted here, not judged by a model: all
numbers and quoted words of a sentence must stand in the spans below its proofs, or be derived there by a declared rule.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from restograph.answer.answer import Answer, Statement

_KEYS = re.compile(r"\b[MP]\d+\b")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_LINK = re.compile(r"https?://\S+")
_SUMS = ("flagged", "drafted_note", "in_part")  # they sum up the whole answer; the checker counts again


@dataclass(frozen=True)
class Spans:
    """What stands below a statement: cited spans as (key, start, end), sources searched or planned, and what is derived, as text."""

    cited: tuple[tuple[str, int, int], ...]
    searched: tuple[str, ...]
    derived: str


def below(answer: Answer, statement: Statement) -> Spans:
    """All that the statement's own proof and the proofs of its arguments rest on."""
    cited: dict[tuple[str, int, int], None] = {}
    searched: list[str] = []
    derived: list[str] = []
    seen: set[int] = set()
    waiting = [
        statement.proof,
        *(i for a in statement.args.values() for i in ([a.of] if isinstance(a.of, int) else a.of)),
    ]
    while waiting:
        index = waiting.pop()
        if index in seen:
            continue
        seen.add(index)
        proof = answer.proofs[index]
        if proof["op"] == "cite":
            cited[proof["key"], proof["start"], proof["end"]] = None
        elif proof["op"] in ("node", "measure") or "quantity" in proof:
            derived.append(json.dumps(_derived(answer, proof)))
        searched += proof.get("scope") or proof.get("keys") or []
        searched += [k for n in answer.workflow.nodes if n.id == proof.get("id") for k in n.sources]
        waiting += [proof["of"]] if "of" in proof else [*proof.get("premises", ()), *proof.get("proofs", ())]
    return Spans(tuple(cited), tuple(searched), " ".join(derived))


def _derived(answer: Answer, proof: dict[str, Any]) -> Any:
    """The node, the quantity or the measured value that a proof stands for."""
    if proof["op"] == "node":
        return [n.model_dump(mode="json") for n in answer.workflow.nodes if n.id == proof["id"]]
    if proof["op"] == "read":
        return proof["quantity"]
    found: Any = answer.run
    for part in proof["pointer"].strip("/").split("/"):
        found = found[int(part)] if isinstance(found, list) else found.get(part)
    return found


def numbers_supported(answer: Answer) -> Iterator[bool]:
    """For each number of the answer outside keys and links: is it cited, or derived from what is?"""
    for statement in answer.statements:
        if statement.template in _SUMS:
            continue
        spans = below(answer, statement)
        names = " ".join(s.title for s in answer.sources if s.key in _named(answer, statement))
        known = {_value(n) for n in _NUMBER.findall(f"{_texts(answer, spans)} {spans.derived} {names}")}
        for number in _NUMBER.findall(_KEYS.sub("", _LINK.sub("", statement.text))):
            yield _value(number) in known


def _value(number: str) -> float:
    plain = (
        number.replace(",", "") if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", number) else number.replace(",", ".")
    )
    try:
        return float(plain)
    except ValueError:  # 1.2.3
        return hash(plain)


def _texts(answer: Answer, spans: Spans) -> str:
    return " ".join(answer.brief[a:b] for _, a, b in spans.cited)


def recall(answer: Answer) -> Iterator[bool]:
    """For each statement that names a source: are all that it names cited, or searched in vain, below it?"""
    for statement in answer.statements:
        named = _named(answer, statement)
        if named:
            yield named <= _looked_at(answer, statement)


def precision(answer: Answer) -> Iterator[bool]:
    """For each source below a statement that names any: does the statement name it?

    Sources that were only searched in vain support "none of them", and are named together or not at all.
    """
    for statement in answer.statements:
        named = _named(answer, statement)
        for key in sorted({key for key, _, _ in below(answer, statement).cited} - {"Q"}) if named else ():
            yield key in named


def facts_told(answer: Answer, wanted: dict[str, str]) -> Iterator[bool]:
    """For each passage (by key) that shows what a source does: does a statement rest on it, or on a part of it?"""
    spans = [span for s in answer.statements for span in below(answer, s).cited]
    for key, passage in wanted.items():
        start = answer.brief.find(passage)
        yield any(k == key and a < start + len(passage) and start < b for k, a, b in spans)


def _named(answer: Answer, statement: Statement) -> set[str]:
    if statement.template in _SUMS:
        return set()
    return set(_KEYS.findall(_LINK.sub("", statement.text))) & {s.key for s in answer.sources}


def _looked_at(answer: Answer, statement: Statement) -> set[str]:
    spans = below(answer, statement)
    return {key for key, _, _ in spans.cited} | set(spans.searched)
