"""`check` refuses whatever is no answer, and never raises."""

import copy
import json
from typing import Any

import pytest
from brief_factory import CASES, answer, executed
from hypothesis import given, settings
from hypothesis import strategies as st

from restograph.answer.answer import Answer
from restograph.answer.check import check

JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
ODD = st.sampled_from(
    [None, True, -1, 10**30, 1e400, float("nan"), "", "\ud800", "x" * 5000, [], {}, [[]], {"a": 1}, "🙂", 0.5]
)


@pytest.fixture(scope="module")
def honest() -> dict[str, Any]:
    return executed(CASES["jpeg_3x"].text, ["noise"])


@given(JUNK)
@settings(max_examples=150)
def test_any_json_is_refused(data: Any) -> None:
    report = check(data)
    assert not report.ok
    assert report.problems


@given(JUNK, st.sampled_from(sorted(Answer.model_fields)))
@settings(max_examples=60)
def test_any_field_may_hold_any_json(honest: dict[str, Any], value: Any, name: str) -> None:
    name = "schema" if name == "schema_" else name
    broken = {**honest, name: value}
    assert not check(broken).ok or json.dumps(value) == json.dumps(honest[name])


@given(st.data())
@settings(max_examples=150)
def test_damage_anywhere_is_survived(honest: dict[str, Any], data: st.DataObject) -> None:
    """A value replaced, a key lost, a row doubled, a string cut: the report says no, or nothing was changed that counts."""
    broken = copy.deepcopy(honest)
    place: Any = broken
    path: list[Any] = []
    while isinstance(place, dict | list) and place and (not path or data.draw(st.integers(0, 3))):
        key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else list(range(len(place)))))
        path.append(key)
        outer, place = place, place[key]
    how = data.draw(st.sampled_from(["replace", "drop", "double", "cut"]))
    if how == "drop":
        del outer[path[-1]]
    elif how == "double" and isinstance(outer, list):
        outer.append(outer[path[-1]])
    elif how == "cut" and isinstance(place, str):
        outer[path[-1]] = place[1:]
    else:
        outer[path[-1]] = data.draw(ODD)
    report = check(broken)
    measured = path[0] == "run" or path[:2] == ["task", "operations"] or path[:2] == ["task", "asks"]  # see docs/limits
    assert not report.ok or broken == honest or measured or path[0] == "versions", path


def test_deep_nesting_is_refused() -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    assert not check({"schema": 1, "statements": deep}).ok
    assert not check({**answer(CASES["denoise"].text), "run": {"input": deep, "look": {}, "output": None}}).ok


def test_an_answer_is_the_same_after_its_model_and_its_json(honest: dict[str, Any]) -> None:
    again = Answer.model_validate(json.loads(json.dumps(honest))).model_dump(mode="json", by_alias=True)
    assert again == honest
    assert check(again).ok
