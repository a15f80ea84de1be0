"""The checker against lies: every mutation is applied consistently, with all digests recomputed, and must be refused."""

import json
from itertools import islice
from typing import Any

import mutants_fields  # noqa: F401  (registers its edits)
import mutants_said  # noqa: F401
import pytest
from brief_factory import CASES, answer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mutants import EDITS

from restograph.answer.check import check

SOME = ("enlarge_3x", "denoise", "dehaze", "jpeg_same_size")
# How sure the reader was is not proved by anything; only its range and order are checked.
UNCHECKED = {"operation.confidence = 0.99"}
MOST = 25  # mutants of one kind and one answer that are tried


def made(name: str) -> dict[str, Any]:
    return json.loads(json.dumps(answer(CASES[name].text)))


@pytest.fixture(scope="module")
def answers() -> dict[str, dict[str, Any]]:
    return {name: made(name) for name in CASES}


def test_every_honest_answer_holds(answers: dict[str, dict[str, Any]]) -> None:
    assert {name: check(data).problems for name, data in answers.items()} == dict.fromkeys(answers, ())


@pytest.mark.parametrize("kind", sorted(EDITS))
def test_a_lie_is_refused(kind: str, answers: dict[str, dict[str, Any]]) -> None:
    survivors, tried = [], 0
    for name in SOME:
        for what, data in islice(EDITS[kind](answers[name]), MOST):
            if data == answers[name]:
                continue
            tried += 1
            if check(data).ok and what not in UNCHECKED:
                survivors.append(f"{name}: {what}")
    assert survivors == [], f"{len(survivors)} of {tried} survive"


def test_there_are_enough_kinds_of_lies() -> None:
    assert len(EDITS) >= 14


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=8), lambda x: st.lists(x, max_size=3) | st.dictionaries(st.text(max_size=8), x, max_size=3)))
def test_arbitrary_json_is_refused_without_raising(data: Any) -> None:
    assert not check(data if isinstance(data, dict) else {"x": data}).ok


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_damaged_answer_is_refused_without_raising(answers: dict[str, dict[str, Any]], data: st.DataObject) -> None:
    broken = json.loads(json.dumps(answers["dehaze"]))
    place: Any = broken
    key: Any = data.draw(st.sampled_from(sorted(set(broken) - {"run", "versions"})))
    for _ in range(data.draw(st.integers(0, 3))):
        inner = place[key]
        if isinstance(inner, dict) and inner:
            place, key = inner, data.draw(st.sampled_from(sorted(inner)))
        elif isinstance(inner, list) and inner:
            place, key = inner, data.draw(st.integers(0, len(inner) - 1))
    value = data.draw(st.none() | st.integers(-5, 5) | st.text(max_size=5) | st.lists(st.integers(), max_size=2))
    if place[key] == value:
        return
    place[key] = value
    check(broken)
