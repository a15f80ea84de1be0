"""Three lengths of an answer: all hold, none leaves out what is owed, and the short one is short."""

import copy
import json
from typing import Any

import pytest
from brief_factory import CASES

from restograph.answer.check import check, sha256
from restograph.answer.check.document import document
from restograph.answer.check.obligations import markdown
from restograph.answer.compose import reworded
from restograph.answer.content import Draft
from restograph.answer.length import BUDGETS, Length
from restograph.ask import ask
from restograph.evidence.brief import parse

ASIDES = {"question", "others", "other_source", "other_source_short"}


def told(name: str, length: Length) -> Any:
    answer = ask(parse(CASES[name].text), length=length).answer
    return json.loads(json.dumps(answer.model_dump(mode="json", by_alias=True)))


def words(data: Any) -> int:
    return len(data["markdown"].split())


def settled(data: Any) -> Any:
    """Text and counts as they follow from the statements."""
    data["markdown"] = markdown(document(data), data["statements"])
    data["links"] = list(dict.fromkeys(link for link in data["links"] if link in data["markdown"]))
    data["check"]["statements"] = len(data["statements"])
    assert data["brief_sha256"] == sha256(data["brief"])
    return data


@pytest.mark.parametrize("name", sorted(CASES))
def test_all_lengths_hold_and_grow(name: str) -> None:
    answers = [told(name, length) for length in BUDGETS]
    assert [check(a).problems for a in answers] == [()] * 3
    assert words(answers[0]) <= words(answers[1]) <= words(answers[2])
    listed = [[s["text"] for s in a["statements"] if s["section"] == 3] for a in answers]
    assert listed[0] == listed[1] == listed[2]
    assert all(a["missing_slots"] == answers[1]["missing_slots"] for a in answers)


def test_a_short_answer_is_shorter_by_its_asides() -> None:
    short, normal = told("jpeg_3x", "short"), told("jpeg_3x", "normal")
    assert not ASIDES & {s["template"] for s in short["statements"]}
    assert {"question", "others"} <= {s["template"] for s in normal["statements"]}
    assert words(short) < 0.8 * words(normal)


@pytest.mark.parametrize("template", sorted(ASIDES - {"other_source_short"}))
def test_one_aside_alone_cannot_be_left_out(template: str) -> None:
    data = told("jpeg_3x", "normal")
    kept = [s for s in data["statements"] if s["template"] != template]
    assert len(kept) < len(data["statements"])
    assert not check(settled({**copy.deepcopy(data), "statements": kept})).ok


def test_drafted_sentences_are_announced() -> None:
    answer = ask(parse(CASES["enlarge_3x"].text)).answer
    place = next(s for s in answer.statements if s.template.startswith("mechanism"))
    proof = answer.proofs[answer.proofs[place.proof]["premises"][0]]
    brief = parse(answer.brief)
    source = brief.source(proof["key"])
    assert source is not None
    whole = next(r for r in brief.usable(source) if r[0] <= proof["start"] and proof["end"] <= r[1])
    text = " ".join(brief.text[slice(*whole)].rstrip(".").split())
    made = reworded(answer, (Draft(text, source.key, (whole,)),))
    data = json.loads(json.dumps(made.model_dump(mode="json", by_alias=True)))
    assert check(data).ok and [s["kind"] for s in data["statements"]].count("DRAFTED") == 1
    hidden = [s for s in data["statements"] if s["template"] != "drafted_note"]
    assert not check(settled({**copy.deepcopy(data), "statements": hidden})).ok
    lying = copy.deepcopy(data)
    next(p for p in lying["proofs"] if p["op"] == "drafted")["text"] = text + " on 512 cards of Nvidia"
    assert not check(lying).ok
    assert reworded(answer, (Draft("This contradicts everything that is not there", source.key, (whole,)),)) == answer
