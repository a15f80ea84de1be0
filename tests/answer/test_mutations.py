"""The checker against lies: each is applied consistently, with all digests recomputed, and must be refused.

Survivors are named here, with the reason; everything else must die.
"""

import json
import zlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import mutants_fields  # noqa: F401  (registers its edits)
import mutants_said  # noqa: F401
import pytest
from brief_factory import CASES, answer, executed
from mutants import EDITS
from retellings import RETELLINGS, retold

from restograph.answer.check import check

Json = dict[str, Any]
SHARED = Path(__file__).parents[3] / "shared" / "briefs"
TRIED, RETOLD = 45, 24  # mutants of one kind, spread over all answers

# How sure the reader was is not proved by anything; only range and order are checked.
UNPROVED = {"operation.confidence = 0.99"}
# Which of the operations that a question speaks of are listed, and in which order, is the reader's ranking: the
# trusted base bounds it (check/question.py) but does not hold the reader, so a forged ranking may survive.
RANKING = {"an_operation_dropped", "operations_in_another_order", "an_operation_added", "no_task_or_another"}


@pytest.fixture(scope="module")
def answers() -> dict[str, Json]:
    """Answers of the made-up briefs, of runs, and of the shared briefs where they are."""
    made = {name: answer(case.text) for name, case in CASES.items()}
    made["run"] = executed(CASES["enlarge_3x"].text, ["noise"])
    made["run_with_missing_step"] = executed(CASES["jpeg_3x"].text)
    made |= {path.stem: answer(path.read_bytes().decode("utf-8")) for path in sorted(SHARED.glob("*.txt"))}
    return {name: json.loads(json.dumps(data)) for name, data in made.items()}


def labels(data: Json) -> dict[str, str]:
    return {key: verdict["verdict"] for key, verdict in data["verdicts"].items()}


def turned(names: list[str], kind: str) -> list[str]:
    """The names from a place that the kind of lie decides, so that every answer comes first somewhere."""
    start = zlib.crc32(kind.encode()) % len(names)
    return names[start:] + names[:start]


def spread(streams: list[Iterator[Any]], most: int) -> Iterator[Any]:
    """One of each in turn, until all are empty."""
    found = 0
    while streams and found < most:
        for stream in list(streams):
            one = next(stream, None)
            if one is None:
                streams.remove(stream)
            elif found < most:
                found += 1
                yield one


def test_every_honest_answer_holds_after_a_round_trip(answers: dict[str, Json]) -> None:
    assert len(answers) >= 15
    assert {name: check(data).problems for name, data in answers.items()} == dict.fromkeys(answers, ())


@pytest.mark.parametrize("kind", sorted(EDITS))
def test_a_lie_is_refused(kind: str, answers: dict[str, Json]) -> None:
    streams = [((name, *made) for made in EDITS[kind](answers[name])) for name in turned(sorted(answers), kind)]
    tried = [(name, what, data) for name, what, data in spread(streams, TRIED) if data != answers[name]]
    survivors = [(name, what) for name, what, data in tried if what not in UNPROVED and check(data).ok]
    assert tried
    assert survivors == []


@pytest.mark.parametrize("kind", sorted(set(RETELLINGS) - RANKING))
def test_an_answer_written_for_a_forged_reading_is_refused(kind: str, answers: dict[str, Json]) -> None:
    streams = [((name, *made) for made in retold(CASES[name].text, kind)) for name in turned(sorted(CASES), kind)]
    tried = [(name, what, data) for name, what, data in spread(streams, RETOLD) if data != answers[name]]
    assert tried
    survivors = [(name, what, data) for name, what, data in tried if check(data).ok]
    if kind == "another_verdict":  # a close second reason for the same verdict may pass, another verdict never
        survivors = [(name, what, data) for name, what, data in survivors if labels(data) != labels(answers[name])]
    assert [(name, what) for name, what, _ in survivors] == []


@pytest.mark.parametrize("kind", sorted(RANKING))
def test_a_forged_ranking_is_bounded(kind: str, answers: dict[str, Json]) -> None:
    """At least the readings that no word of the question supports die."""
    outcomes = [
        check(data).ok
        for name in ("rain_with_order", "shake", "no_sources")
        for _, data in islice(retold(CASES[name].text, kind), 4)
    ]
    assert kind == "operations_in_another_order" or not all(outcomes)


def test_there_are_enough_kinds_of_lies() -> None:
    assert len(EDITS) + len(RETELLINGS) >= 14
