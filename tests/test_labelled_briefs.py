"""The labelled briefs: task, scale, verdicts, missing steps and links of every answer, against the labels."""

import json
from pathlib import Path
from typing import Any

import pytest

from restograph.answer.check import check
from restograph.ask import ask
from restograph.evidence.brief import parse, render

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared" / "briefs"
DEVELOPMENT = ROOT / "benchmarks" / "answers" / "corpus" / "dev"
REAL = ("phone_3x_efficiency", "snapshot_2x_noise", "compressed_3x_detail")


def _cases(folder: Path, briefs: Path) -> list[Any]:
    labels = folder / "labels.json"
    if not labels.exists():
        return [
            pytest.param(None, None, marks=pytest.mark.skip(reason=f"{folder.name}: the labelled briefs are not here"))
        ]
    found = json.loads(labels.read_text("utf-8"))["briefs"]
    return [pytest.param(briefs / label["file"], label, id=name) for name, label in found.items()]


SHARED_CASES = _cases(SHARED, SHARED)
DEVELOPMENT_CASES = _cases(DEVELOPMENT, DEVELOPMENT / "briefs")


def _answer(path: Path) -> Any:
    return ask(parse(path.read_bytes().decode("utf-8"))).answer


@pytest.mark.parametrize(("path", "label"), SHARED_CASES)
def test_task_scale_and_verdicts_are_those_of_the_labels(path: Path, label: dict[str, Any]) -> None:
    answer = _answer(path)
    assert answer.task.primary in label["tasks"]
    assert (answer.task.scale.value if answer.task.scale else None) == label["scale"]
    for key, expected in label["sources"].items():
        assert answer.verdicts[key].verdict in expected["accept"], (key, answer.verdicts[key].reason)


@pytest.mark.parametrize(("path", "label"), SHARED_CASES)
def test_missing_steps_are_those_of_the_labels(path: Path, label: dict[str, Any]) -> None:
    assert _answer(path).missing_slots == label["missing_slots"]


@pytest.mark.parametrize(("path", "label"), [*SHARED_CASES, *DEVELOPMENT_CASES])
def test_links_are_letter_for_letter_those_of_the_brief(path: Path, label: dict[str, Any]) -> None:
    text = path.read_bytes().decode("utf-8")
    brief, answer = parse(text), _answer(path)
    assert render(brief) == text
    assert set(brief.links) == set(label["allowed_links"])
    assert set(answer.links) <= set(label["allowed_links"])
    for row in answer.sources:
        expected = label["sources"][row.key]
        assert (row.paper, row.github) == (expected["paper"], expected["github"])
        assert not row.paper or row.paper in answer.markdown
    assert not any(link in answer.markdown for link in label["forbidden_links"])


@pytest.mark.parametrize(("path", "label"), [*SHARED_CASES, *DEVELOPMENT_CASES])
def test_the_answer_has_its_parts_holds_its_proofs_and_stays_short(path: Path, label: dict[str, Any]) -> None:
    answer = _answer(path)
    data = json.loads(json.dumps(answer.model_dump(mode="json", by_alias=True)))
    assert check(data).ok
    assert [part in answer.markdown for part in ("**1. Task.**", "**2. Workflow", "**3. Papers and tools.**")] == [
        True
    ] * 3
    assert 150 <= len(answer.markdown.split()) <= 380
    if label["injection"]:
        assert not any(text in answer.markdown for text in label["injection"]["forbidden"])


@pytest.mark.parametrize("name", REAL)
def test_the_real_briefs_never_take_another_number_for_the_zoom(name: str) -> None:
    if not SHARED.exists():
        pytest.skip("the shared briefs are not here")
    answer = _answer(SHARED / f"{name}.txt")
    factors = [n.params["factor"] for n in answer.workflow.nodes if n.kind == "upscale"]
    assert answer.task.scale is not None
    assert factors == [answer.task.scale.value]


def test_most_development_verdicts_are_accepted() -> None:
    """Not all: the misses are counted in benchmarks/results/answers.json."""
    rows = [(case.values[0], case.values[1]) for case in DEVELOPMENT_CASES]
    if rows[0][0] is None:
        pytest.skip("the corpus is not here")
    good = total = 0
    for path, label in rows:
        verdicts = _answer(path).verdicts
        good += sum(verdicts[k].verdict in s["accept"] for k, s in label["sources"].items())
        total += len(label["sources"])
    assert good / total >= 0.85, f"{good} of {total}"


def test_every_question_gets_an_answer_that_holds() -> None:
    """A sample of the development questions, each asked of another brief: an answer that fails its own check is an error."""
    path = DEVELOPMENT / "questions.json"
    if not path.exists():
        pytest.skip("the corpus is not here")
    texts = [p.read_bytes().decode("utf-8") for p in sorted((DEVELOPMENT / "briefs").glob("*.txt"))]
    asked = [row["q"] for row in json.loads(path.read_text("utf-8")) if '"' not in row["q"] and "\n" not in row["q"]]
    for number, question in enumerate(asked[::9]):
        text = texts[number % len(texts)]
        a, b = parse(text).question
        assert ask(parse(text[:a] + question + text[b:])).answer.check.ok, question
