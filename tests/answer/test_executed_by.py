"""Who executed a step: the recommended model itself, one that stands in for it, or one of the library; never another."""

from typing import Any

import pytest
from brief_factory import CASES, executed
from forge import forged

from restograph.answer.check import check

Json = dict[str, Any]
TEXT = CASES["names_only"].text
OWN, STAND_IN = executed(TEXT, own=True), executed(TEXT)


def _said(answer: Json) -> list[Json]:
    return [s for s in answer["statements"] if s["template"] in {"executed_by", "stand_in_for", "stand_in"}]


def test_a_recommended_model_that_is_installed_is_no_stand_in() -> None:
    assert check(OWN).ok and check(STAND_IN).ok
    (own,), (other,) = _said(OWN), _said(STAND_IN)
    assert (own["template"], other["template"]) == ("executed_by", "stand_in_for")
    title = next(n["model"] for n in OWN["workflow"]["nodes"] if n["model"])
    assert title in own["text"] and title in other["text"]
    assert "installed" in own["text"] and "library-up" in other["text"] and "library-up" not in own["text"]


def _template(name: str, like: Json) -> Any:
    def change(data: Json) -> None:
        statement = next(s for s in data["statements"] if s["template"] in {"executed_by", "stand_in_for"})
        wanted = _said(like)[0]
        statement["template"], statement["variant"] = name, wanted["variant"]
        statement["args"] = {key: statement["args"][key] for key in wanted["args"] if key in statement["args"]}
        if "model" in wanted["args"]:
            statement["args"]["model"] = {**statement["args"]["step"], "form": "model"}
        data["proofs"][statement["proof"]]["rule"] = name

    return change


@pytest.mark.parametrize(("answer", "like", "name"), [(OWN, STAND_IN, "stand_in_for"), (STAND_IN, OWN, "executed_by")])
def test_neither_can_be_said_for_the_other(answer: Json, like: Json, name: str) -> None:
    lie = forged(answer, _template(name, like))
    assert lie is not None and name in [s["template"] for s in lie["statements"]] and not check(lie).ok


def test_the_record_must_say_that_the_model_was_called_by_this_name() -> None:
    def uncalled(data: Json) -> None:
        for used in data["run"]["weights"]:
            used.pop("called", None)

    def renamed(data: Json) -> None:
        for node in data["workflow"]["nodes"]:
            if node["model"]:
                node["model"] = "library-up"

    for change in (uncalled, renamed):
        lie = forged(OWN, change)
        assert lie is not None and not check(lie).ok
