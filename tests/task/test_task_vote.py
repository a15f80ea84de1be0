"""The second voter: shares that add up, the same for the same words, and weights that its script makes again."""

import json
from importlib import resources
from pathlib import Path

import numpy as np
import pytest

from restograph.task.lexicon import section
from restograph.task.linear import MIDDLE, parts
from restograph.task.vote import pieces, vote
from restograph.training import reader

QUESTIONS = Path(__file__).parents[2] / "benchmarks/answers/corpus/train/questions.txt"


def test_shares_add_up_and_name_every_operation() -> None:
    shares = vote("The sky fell into little squares after I sent it.")
    assert sum(shares.values()) == pytest.approx(1, abs=1e-4)
    assert {f"operation.{name}" for name in shares} == set(section("operation"))


def test_numbers_of_one_shape_are_one_piece() -> None:
    assert pieces("from 480 to 1080") == pieces("from 12.5 to 7")


def test_empty_words_are_voted_on_too() -> None:
    assert sum(vote("").values()) == pytest.approx(1, abs=1e-4)


@pytest.mark.skipif(not QUESTIONS.is_file(), reason="the labelled questions are not part of an installed package")
def test_the_shipped_weights_are_those_of_the_training_script() -> None:
    read, lines = reader.tables(), QUESTIONS.read_text("utf-8")
    operations = reader.fit([*reader.frames(read), *reader.questions(lines)], sorted(read["frames"]))
    with resources.as_file(resources.files("restograph.task") / "reader.bin") as path:
        assert path.stat().st_size < 800_000
    for name, model in {"operation": operations, "constraint": reader.fit_constraints(lines)}.items():
        part = parts("restograph.task", "reader.bin")[name]
        assert tuple(part.columns) == model.names
        shipped = np.array([list(column) for column in part.columns.values()]).T - MIDDLE
        difference = np.abs(shipped - np.round(model.weights / model.step))
        assert (difference <= 1).mean() > 0.999 and difference.max() <= 3  # last bits of the exponentials


@pytest.mark.skipif(not QUESTIONS.is_file(), reason="the labelled questions are not part of an installed package")
def test_the_labelled_questions_keep_to_their_format_and_off_the_test_half() -> None:
    lines = QUESTIONS.read_text("utf-8").splitlines()
    texts = [line.split("|", 3)[3] for line in lines]
    assert len(set(texts)) == len(texts) > 4000
    known = set(section("operation"))
    assert all(f"operation.{name}" in known for line in lines for name in line.split("|", 1)[0].split(","))
    for half in ("dev", "test"):
        asked = {row["q"] for row in json.loads((QUESTIONS.parents[1] / half / "questions.json").read_text("utf-8"))}
        assert not asked & set(texts)


def test_every_operation_has_hundreds_of_frames_and_words() -> None:
    read = reader.tables()
    for name, frames in read["frames"].items():
        assert len(set(frames)) == len(frames) >= 90, name
        assert len(read["words"][name].split()) >= 60, name
