"""The map: a brief in, an answer out; the run that the caller hands in is done once, with the very plan."""

import json
import os
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

import restograph.ask
from command_line import COMPRESSED, NOWHERE, SCAN, photo
from restograph.answer.check import check
from restograph.answer.check.document import templates
from restograph.answer.check.terms import TERMS
from restograph.answer.render import to_json
from restograph.ask import ask
from restograph.errors import MissingSlot, RunError
from restograph.evidence.brief import Brief, parse, render
from restograph.evidence.library import catalogue
from restograph.find import find_brief
from restograph.models.store import HOME_VARIABLE, installed
from restograph.run.execute import execute
from restograph.run.provenance import RunRecord
from restograph.run.seen import see
from restograph.workflow.graph import Workflow, validate


def brief_of(path: Path) -> Brief:
    return parse(path.read_text("utf-8"))


def test_the_map_fits_on_a_screen() -> None:
    assert len(Path(restograph.ask.__file__).read_text("utf-8").splitlines()) <= 60


def test_without_a_picture_nothing_is_executed() -> None:
    asked = ask(brief_of(SCAN))
    assert asked.record is None and asked.missing is None and asked.answer.run is None
    validate(asked.answer.workflow)
    assert ask(brief_of(SCAN)) == asked


def test_the_plan_that_is_answered_is_the_plan_that_is_executed(tmp_path: Path) -> None:
    plans: list[Workflow] = []
    image = photo(tmp_path / "a.png")

    def run(plan: Workflow) -> RunRecord:
        plans.append(plan)
        with patch.dict(os.environ, {HOME_VARIABLE: str(NOWHERE)}):
            return execute(plan, image, tmp_path / "b.png", cards=installed())

    asked = ask(brief_of(SCAN), see(image), run)
    assert plans == [ask(brief_of(SCAN)).answer.workflow]
    assert asked.record is not None and asked.answer.workflow == asked.record.workflow
    assert asked.answer.run is not None and asked.answer.run["output"]["sha256"] == asked.record.output.sha256
    assert asked.answer.markdown.count(f"{asked.record.output.width}×{asked.record.output.height}") == 1


def test_a_missing_slot_keeps_the_answer_and_says_why(tmp_path: Path) -> None:
    def refuse(plan: Workflow) -> RunRecord:
        raise MissingSlot("node 'up': nothing")

    asked = ask(brief_of(SCAN), see(photo(tmp_path / "a.png")), refuse)
    assert asked.record is None and str(asked.missing) == "node 'up': nothing"
    assert asked.answer.run is not None and asked.answer.run["output"] is None
    assert asked.answer.check.ok


def test_any_other_fault_of_a_run_is_not_swallowed(tmp_path: Path) -> None:
    def fail(plan: Workflow) -> RunRecord:
        raise RunError("broken")

    with pytest.raises(RunError, match="broken"):
        ask(brief_of(SCAN), see(photo(tmp_path / "a.png")), fail)


def test_what_is_seen_and_not_said_is_a_conflict(tmp_path: Path) -> None:
    image = photo(tmp_path / "a.jpg", 200, 240, quality=15)
    asked = ask(brief_of(SCAN), see(image))
    assert [(c.kind, c.b) for c in asked.answer.task.conflicts] == [("degradation", "/look/damages/0")]
    assert ask(brief_of(COMPRESSED), see(image)).answer.task.conflicts == ()


PLAIN = (Phase.explicit, Phase.reuse, Phase.generate)  # an answer takes a while: a fault is shown as it was found

QUESTIONS = (
    "How do I make my holiday photo 3x bigger?",
    "Remove the noise and the JPEG blocks from this picture",
    "The picture is blurred because I moved; can it be saved at the same size?",
    "Turn my 640x480 scan into 1920x1440, please.",
    "Make it 20 times bigger",
    "What is the capital of France?",
    "Why?",
)


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_open_question_becomes_a_checked_answer_from_the_catalogue(question: str) -> None:
    found = find_brief(question)
    assert found == find_brief(question) and render(found) == found.text and found.asked == question
    titles = {entry.title for entry in catalogue()}
    assert {source.title for source in found.sources} <= titles
    answer = ask(found).answer
    assert answer.check.ok, answer.check.problems
    assert check(answer.model_dump(mode="json", by_alias=True)).ok


def test_a_factor_beyond_the_largest_step_is_told() -> None:
    answer = ask(find_brief("Make it 20 times bigger")).answer
    (step,) = [node for node in answer.workflow.nodes if node.kind == "upscale"]
    assert step.params["factor"] == 16
    assert any("at most" in node.reason for node in answer.workflow.nodes)


@settings(max_examples=40, phases=PLAIN)
@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=60))
def test_any_question_finds_a_brief_that_holds_it(question: str) -> None:
    words = " ".join(question.split())
    found = find_brief(f"enlarge {words} twice")
    assert found.asked == f"enlarge {words} twice".replace("  ", " ") and found.original is None
    assert found.sources


@pytest.mark.parametrize(
    ("question", "operations"),
    [
        ("Rain streaks off, the scratches repaired, and the haze gone.", {"scratch_removal", "deraining", "dehazing"}),
        ("No stabiliser on the lens and a cold hand: the owl has two outlines in each picture.", {"motion_deblurring"}),
        ("Blocky video of a gig, 176x144, is now 704x576 and the squares haven't grown along. How?", {"compression_artifact_removal", "video_super_resolution"}),
        ("1 x poster from the attached scan, sixteen-fold area please.", {"super_resolution"}),
        ("The screen shows our 1x banner at double density; make a genuine double density file.", {"super_resolution"}),
        ("Make it twice as large. Keep the same size. Remove the noise.", {"super_resolution", "denoising"}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("model", ["AirNet", "TransWeather", "Restormer-B", "EDVR-L"])
def test_wishes_that_share_words_or_models_give_an_answer_that_holds(
    question: str, operations: set[str], model: str
) -> None:
    text = (
        f'A user has asked the following question:\n"{question}"\n\n### Recommended AI Models:\nModel: {model}\n'
        "Paper: https://arxiv.org/pdf/2001.00001\n\n### Related Papers:\n\n\nAnswer:\n"
    )
    answer = ask(parse(text)).answer
    assert answer.check.ok and {op.name for op in answer.task.operations} == operations


WISHES = (
    "remove the noise", "get rid of the JPEG blocks", "sharpen the motion blur", "fix the out of focus blur",
    "enlarge it 3x", "make it twice as large", "keep the same size", "do not enlarge it", "shrink it by half",
    "make it 1920x1080", "scale it to 250%", "remove the haze", "remove the rain streaks", "remove the snow",
    "brighten the dark shadows", "fix the exposure", "recover HDR", "colourise it", "fill the scratches",
    "restore the face", "cut out the background", "upscale the video 4x", "interpolate to 60 fps", "no more noise",
)  # fmt: skip
JOINTS = (" and ", " but ", ", then ", ". ")


@settings(max_examples=40, phases=PLAIN)
@given(st.lists(st.sampled_from(WISHES), min_size=1, max_size=3, unique=True), st.sampled_from(JOINTS))
@example(["remove the rain streaks", "brighten the dark shadows", "no more noise"], " and ")
@example(["recover HDR", "remove the haze", "fill the scratches"], ", then ")
@example(["fix the exposure", "upscale the video 4x", "do not enlarge it"], " and ")
@example(["sharpen the motion blur", "restore the face"], " but ")
@example(["do not enlarge it", "shrink it by half"], ". ")
def test_any_wishes_together_give_an_answer_that_holds(wishes: list[str], joint: str) -> None:
    """An answer that fails its own check is an error: then the user would get none at all."""
    answer = ask(find_brief(f"My photo: {joint.join(wishes)}?")).answer
    assert answer.check.ok, answer.check.problems
    validate(answer.workflow)
    assert json.loads(to_json(answer))["markdown"] == answer.markdown


@pytest.mark.parametrize(
    ("question", "factor", "conflicts"),
    [
        ("Factor one point six. Are implicit representations the answer?", 1.6, 0),
        ("1080p stays 1080p, only 30 turns into 60 per second.", 2.0, 0),
        ("Line-double a 288-line interlaced field sequence to 576, but learned rather than copied.", 2.0, 0),
        ("Make the logo three times, at the same size.", 3.0, 1),
        ("Enlarge my photo fourfold, but keep the size", 4.0, 1),
    ],
)
def test_factors_beside_kept_sizes_give_answers_that_hold(question: str, factor: float, conflicts: int) -> None:
    answer = ask(find_brief(question)).answer
    assert answer.check.ok and answer.task.scale is not None
    assert (answer.task.scale.value, len(answer.task.conflicts)) == (factor, conflicts)


@pytest.mark.parametrize(
    ("question", "size"),
    [("Fill the hole; I need it 12,000 pixels wide.", "12000x"), ("The photos are faultless, 2,400 pixels wide. Colour them.", None),
     ("My scan is 8000 pixels wide, fill the hole.", None), ("Fill the hole and make it 2400 px high.", "x2400")],
)  # fmt: skip
def test_a_size_that_is_wanted_is_made_and_one_that_is_there_is_not(question: str, size: str | None) -> None:
    answer = ask(find_brief(question)).answer
    sizes = [n.params.get("size") for n in answer.workflow.nodes if n.kind == "resize"]
    assert answer.check.ok and sizes == ([size] if size else [])


def test_every_template_says_what_its_arguments_are() -> None:
    assert set(TERMS) == set(templates())
