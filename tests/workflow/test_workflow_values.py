"""Numbers and sizes of node parameters are exact and print back."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restograph.errors import WorkflowError
from restograph.workflow.values import as_fraction, exact_number, read_number, read_size, scaled, sized


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        (3, 3),
        ("3", 3),
        (3.0, 3),
        ("2.50", 2.5),
        ("5/6", "5/6"),
        ("6/3", 2),
        ("83.3%", "83.3%"),
        ("83.3 %", "83.3%"),
        ("x3", 3),
        ("3x", 3),
        ("×3", 3),
        ("3×", 3),
        ("x 2.5", 2.5),
        ("2.5 ×", 2.5),
    ],
)
def test_a_number_is_read_in_every_spelling(written: str | float, canonical: str | float) -> None:
    assert read_number(written, times_sign=True) == canonical


@pytest.mark.parametrize(
    "garbage", ["", "x", "×", "1/0", "-2", "nan", "inf", "٣", "1e9999", "1,5", "9" * 60, True, "3x3"]
)
def test_what_is_no_number_is_refused(garbage: str | bool) -> None:
    with pytest.raises(WorkflowError, match="number"):
        read_number(garbage, times_sign=True)


@given(st.fractions(min_value=Fraction(1, 1000), max_value=16, max_denominator=5000))
def test_exact_number_keeps_the_value(value: Fraction) -> None:
    assert as_fraction(exact_number(value)) == value
    assert as_fraction(read_number(str(exact_number(value)))) == value


@given(st.floats(min_value=1e-6, max_value=16, allow_nan=False))
def test_a_float_counts_as_the_decimal_it_prints_as(value: float) -> None:
    assert as_fraction(value) == Fraction(repr(value))


@pytest.mark.parametrize(
    ("written", "canonical"),
    [("2000x", "2000x"), ("x1500", "x1500"), ("2000x1500", "2000x1500"), ("2000×1500", "2000x1500"), ("0800X", "800x")],
)
def test_sizes(written: str, canonical: str) -> None:
    assert read_size(written) == canonical


@pytest.mark.parametrize(
    "garbage", ["x", "", "2000", "0x", "x0", "5x0", "300000x", "2x", "x15", "axb", "1.5x", "-4x", 12]
)
def test_what_is_no_size_is_refused(garbage: str | int) -> None:
    with pytest.raises(WorkflowError):
        read_size(garbage)


def test_a_small_one_sided_size_points_to_factor() -> None:
    with pytest.raises(WorkflowError, match="factor=2"):
        read_size("2x")


@given(st.integers(1, 5000), st.sampled_from([Fraction(5, 2), Fraction(7, 3), Fraction(37, 10)]))
def test_next_integer_factor_and_a_resize_give_the_exact_size(length: int, factor: Fraction) -> None:
    whole = -(-factor.numerator // factor.denominator)
    two_steps = scaled(scaled(length, whole), exact_number(factor / whole))
    assert two_steps == max(1, (2 * factor * length + 1) // 2)


def test_half_rounds_up() -> None:
    assert scaled(5, 0.5) == 3
    assert scaled(3, "5/2") == 8
    assert scaled(1, "1%") == 1


def test_sized_keeps_the_aspect_of_the_side_not_given() -> None:
    assert sized(300, 200, "600x") == (600, 400)
    assert sized(300, 200, "x100") == (150, 100)
    assert sized(300, 200, "64x64") == (64, 64)
    assert sized(10_000, 2, "100x") == (100, 1)
