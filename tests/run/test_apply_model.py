"""One network on one picture: sizes, gray, constants, refusals."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from restograph.errors import RunError
from restograph.models.card import Card, InputSpec, SizeRule, read_card
from restograph.run.apply_model import BadOutput, apply_model, pad

TOYS = Path(__file__).parents[1] / "data" / "models"
CLEAN, X2 = read_card(TOYS / "identity-x1.toml"), read_card(TOYS / "nearest-x2.toml")
PLENTY = 2**30


def _noise(height: int, width: int, channels: int = 3) -> np.ndarray:
    return np.random.default_rng(height * 100 + width).random((height, width, channels), dtype=np.float32)


def _with(card: Card, **changes: object) -> Card:
    return card.model_copy(update=changes)


@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 20), st.sampled_from([1, 2, 8, 16]))
def test_padding_reaches_the_rule_and_keeps_the_picture(height: int, width: int, least: int, multiple: int) -> None:
    image = _noise(height, width)
    rule = SizeRule(minimum=least, multiple=multiple)
    out = pad(image, rule)
    assert np.array_equal(out[:height, :width], image)
    for before, after in zip(image.shape[:2], out.shape[:2], strict=True):
        assert after >= least and after % multiple == 0 and after < max(before, least) + multiple


@pytest.mark.parametrize(
    ("mode", "wide", "tall"),
    [
        ("symmetric", [0, 1, 2, 3, 4, 5, 5, 4], [0, 0, 0, 0]),
        ("reflect", [0, 1, 2, 3, 4, 5, 4, 3], [0, 0, 0, 0]),  # one row cannot be reflected: it is repeated
        ("edge", [0, 1, 2, 3, 4, 5, 5, 5], [0, 0, 0, 0]),
    ],
)
def test_modes_of_padding(mode: Any, wide: list[int], tall: list[int]) -> None:
    row = np.arange(6, dtype=np.float32).reshape(1, 6, 1)
    out = pad(row, SizeRule(multiple=4, pad=mode))
    assert out[0, :, 0].tolist() == wide and out[:, 0, 0].tolist() == tall


def test_gray_goes_in_as_three_planes_and_comes_out_as_one() -> None:
    shapes = []

    def infer(batch: np.ndarray) -> np.ndarray:
        shapes.append(batch.shape)
        return batch

    image = _noise(9, 7, 1)
    out = apply_model(infer, CLEAN, image, PLENTY).pixels
    assert shapes == [(1, 3, 9, 7)] and out.shape == (9, 7, 1)
    assert np.abs(out - image).max() < 1e-6


def test_gray_takes_the_luma_of_a_tinted_result() -> None:
    tint = np.array([0.1, -0.1, 0.0], np.float32).reshape(1, 3, 1, 1)
    image = _noise(5, 5, 1) * np.float32(0.5) + np.float32(0.2)
    out = apply_model(lambda batch: batch + tint, CLEAN, image, PLENTY).pixels
    assert np.abs(out - image - (0.0299 - 0.0587)).max() < 1e-6


@pytest.mark.parametrize("value", [0.0, 1.0, 0.3])
def test_a_constant_picture_stays_constant(value: float) -> None:
    image = np.full((6, 4, 3), value, np.float32)
    out = apply_model(lambda batch: batch.repeat(2, 2).repeat(2, 3) * 0.99, X2, image, PLENTY).pixels
    assert out.shape == (12, 8, 3) and (out == np.float32(value)).all()


def test_one_colour_for_a_picture_is_refused() -> None:
    with pytest.raises(BadOutput, match="one colour"):
        apply_model(lambda batch: batch * 0, CLEAN, _noise(8, 8), PLENTY)
    with pytest.raises(BadOutput, match="one colour"):  # white after clipping is one colour as well
        apply_model(lambda batch: batch + 5, CLEAN, _noise(8, 8), PLENTY)


def test_a_picture_of_nearly_one_colour_may_become_one() -> None:
    image = np.full((8, 8, 3), 1.0, np.float32)
    image[0, 0] = 254 / 255
    assert (apply_model(lambda batch: batch * 0 + 1, CLEAN, image, PLENTY).pixels == 1).all()


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_single_bad_value_is_refused(bad: float) -> None:
    def infer(batch: np.ndarray) -> np.ndarray:
        out = batch.copy()
        out[0, 1, 3, 2] = bad
        return out

    with pytest.raises(BadOutput, match="NaN or infinite"):
        apply_model(infer, CLEAN, _noise(8, 8), PLENTY)


def test_results_are_clipped() -> None:
    out = apply_model(lambda batch: batch * 3 - 1, CLEAN, _noise(8, 8), PLENTY).pixels
    assert out.min() == 0 and out.max() == 1


def test_input_range_of_the_card_is_used() -> None:
    card = _with(CLEAN, input=InputSpec(low=-1.0, high=1.0))
    ranges = []

    def infer(batch: np.ndarray) -> np.ndarray:
        ranges.append((float(batch.min()), float(batch.max())))
        return batch

    image = np.linspace(0, 1, 48, dtype=np.float32).reshape(4, 4, 3)
    out = apply_model(infer, card, image, PLENTY).pixels
    assert ranges == [(-1.0, 1.0)] and np.abs(out - image).max() < 1e-6


def test_a_factor_that_is_not_whole_is_refused() -> None:
    with pytest.raises(RunError, match=r"2\.5"):
        apply_model(lambda batch: batch, _with(X2, scale=2.5), _noise(8, 8), PLENTY)
