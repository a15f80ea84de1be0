"""The second voter: shares that add up, the same for the same words, and weights that its script makes again."""

from importlib import resources

import numpy as np
import pytest

from restograph.task.lexicon import section
from restograph.task.vote import pieces, vote
from restograph.training import reader


def test_shares_add_up_and_name_every_operation() -> None:
    shares = vote("The sky fell into little squares after I sent it.")
    assert sum(shares.values()) == pytest.approx(1, abs=1e-4)
    assert {f"operation.{name}" for name in shares} == set(section("operation"))


def test_numbers_of_one_shape_are_one_piece() -> None:
    assert pieces("from 480 to 1080") == pieces("from 12.5 to 7")


def test_empty_words_are_voted_on_too() -> None:
    assert sum(vote("").values()) == pytest.approx(1, abs=1e-4)


def test_the_shipped_weights_are_those_of_the_training_script() -> None:
    read = reader.tables()
    names = sorted(read["frames"])
    weights = reader.fit(read, names)
    with resources.as_file(resources.files("restograph.task") / "reader.npz") as path, np.load(path) as shipped:
        assert path.stat().st_size < 400_000
        assert list(shipped["names"]) == names
        step = np.abs(weights).max() / 127
        assert np.abs(shipped["weights"] - np.round(weights / step)).max() <= 1  # a last bit of the logarithm


def test_every_operation_has_hundreds_of_frames_and_words() -> None:
    read = reader.tables()
    for name, frames in read["frames"].items():
        assert len(set(frames)) == len(frames) >= 90, name
        assert len(read["words"][name].split()) >= 60, name
