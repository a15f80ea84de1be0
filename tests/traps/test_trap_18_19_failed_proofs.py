"""Traps 18 and 19: a sentence whose proof fails makes the answer fail; every citation is a span of the brief."""

import json
from typing import Any

from restograph.answer.check import check
from restograph.ask import ask
from restograph.evidence.brief import parse
from restograph.find import find_brief


def _data() -> dict[str, Any]:
    answer = ask(find_brief("remove the grain from my night photo, how does the network learn it?")).answer
    return json.loads(json.dumps(answer.model_dump(mode="json", by_alias=True)))


def test_a_sentence_without_its_proof_is_refused() -> None:
    data = _data()
    told = next(s for s in data["statements"] if s["template"].startswith("mechanism"))
    old, told["text"] = told["text"], told["text"].replace("[", "by all measures [", 1)
    data["markdown"] = data["markdown"].replace(old, told["text"])
    report = check(data)
    assert not report.ok and "its proof says" in report.problems[0]


def test_every_citation_is_a_span_of_the_brief() -> None:
    data = _data()
    brief = parse(data["brief"])
    for proof in data["proofs"]:
        if proof["op"] == "cite" and proof["key"] != "Q":
            source = brief.source(proof["key"])
            assert source is not None and source.start <= proof["start"] < proof["end"] <= source.end


def test_a_citation_of_a_source_that_does_not_exist_is_refused() -> None:
    data = _data()
    next(p for p in data["proofs"] if p["op"] == "cite" and p["key"] != "Q")["key"] = "P9"
    assert not check(data).ok
