"""Binding where a network for any factor is installed: when it is taken, and what the reader is told."""

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restograph.models.card import AnyFactor, Card, Measured, read_card
from restograph.run.bind import Bound, bind
from restograph.workflow.graph import Node, Workflow, linear, ordered
from restograph.workflow.line import parse_line

DATA = Path(__file__).parents[1] / "data"
X2, X3 = (read_card(DATA / "models" / f"{name}.toml") for name in ("nearest-x2", "nearest-x3"))
ANY = read_card(DATA / "any" / "models" / "edsr-any.toml")  # of the family LIIF, measured up to 4 times
CARDS = (X2, X3, ANY)


def plan(factor: object, model: str | None = None) -> Workflow:
    up = Node(id="up", kind="upscale", params={"factor": factor}, model=model)  # type: ignore[dict-item]
    return linear([Node(id="load", kind="load"), up, Node(id="save", kind="save")])


def steps(bound: Bound) -> list[tuple[str, str | None]]:
    return [(node.kind, node.model) for node in ordered(bound.workflow)[1:-1]]


@pytest.mark.parametrize("factor", [2.5, "7/3", 3.14159, 1.1, 4])
def test_a_factor_of_no_fixed_model_goes_to_the_one_for_any(factor: object) -> None:
    bound = bind(plan(factor), CARDS)
    assert steps(bound) == [("upscale", "edsr-any")] and bound.disclosures == ()
    assert bound.workflow.node("up").params == plan(factor).node("up").params


@pytest.mark.parametrize("factor", [2, 3])
def test_a_fixed_model_of_the_factor_comes_first(factor: int) -> None:
    assert steps(bind(plan(factor), CARDS)) == [("upscale", f"nearest-x{factor}")]
    assert steps(bind(parse_line(f"upscale {factor}"), (ANY,))) == [("upscale", "edsr-any")]


@pytest.mark.parametrize("factor", [2, 2.5])
def test_a_named_model_that_is_installed_wins(factor: object) -> None:
    bound = bind(plan(factor, "edsr-any"), CARDS)
    assert steps(bound) == [("upscale", "edsr-any")] and bound.disclosures == ()


@pytest.mark.parametrize("name", ["SISR-Any-LIIF-RDN", "liif-edsr"])
@pytest.mark.parametrize("factor", [2, 3, 2.5])
def test_the_family_of_a_named_model_stands_in_for_it(name: str, factor: object) -> None:
    bound = bind(plan(factor, name), CARDS)
    assert steps(bound) == [("upscale", "edsr-any")]
    assert bound.disclosures == (f"up: {name!r} is not installed; 'edsr-any' stands in for it",)


def test_another_family_gets_a_fixed_model_where_there_is_one() -> None:
    assert steps(bind(plan(3, "SISR-EDSR-x3"), CARDS)) == [("upscale", "nearest-x3")]
    bound = bind(plan(2.5, "SISR-EDSR-x3"), CARDS)
    assert steps(bound) == [("upscale", "edsr-any")] and "stands in" in bound.disclosures[0]


def test_without_its_consent_it_stands_in_for_its_own_family_only() -> None:
    shy = ANY.model_copy(update={"stands_in_for": ()})
    assert steps(bind(plan(2.5, "SISR-EDSR"), (X3, shy))) == [("upscale", "nearest-x3"), ("resize", None)]
    assert steps(bind(plan(2.5, "SISR-Any-LIIF-RDN"), (X3, shy))) == [("upscale", "edsr-any")]


def test_a_model_for_any_factor_that_is_not_used_is_not_called_absent() -> None:
    shy = ANY.model_copy(update={"stands_in_for": ()})
    told = bind(plan(2.5, "SISR-SAFMN-x3"), (X2, X3, shy)).disclosures
    assert "up: no installed model enlarges exactly 2.5 times in place of 'SISR-SAFMN-x3'; 'nearest-x3' is used" in told


def test_beyond_what_was_measured_it_is_used_and_says_so() -> None:
    figure = Measured(benchmark="Set5 x3", metric="PSNR-Y (dB)", value=34.0)
    for quality, note in (
        ((figure,), "'edsr-any' was measured from 1 to 4 times, not at 6 times"),
        ((), "how good 'edsr-any' is at 6 times is not known"),  # weights that somebody has added
    ):
        bound = bind(plan(6), (X2, X3, ANY.model_copy(update={"quality": quality})))
        assert steps(bound) == [("upscale", "edsr-any")]
        assert bound.disclosures == (f"up: {note}",) and note in bound.workflow.node("up").reason


def test_a_model_that_was_measured_there_comes_first() -> None:
    far = ANY.model_copy(update={"name": "zz-far", "any_factor": ANY.any_factor.model_copy(update={"most": 8})})  # type: ignore[union-attr]
    assert steps(bind(plan(6), (ANY, far))) == [("upscale", "zz-far")]
    assert isinstance(far.any_factor, AnyFactor)


@given(
    st.fractions(min_value=Fraction(61, 60), max_value=16, max_denominator=60),
    st.sampled_from([None, "edsr-any", "SISR-Any-LIIF-RDN", "SISR-SAFMN-x2", "nearest-x2"]),
    st.sets(st.sampled_from([X2, X3, ANY]), min_size=1),
)
def test_binding_settles_at_once(factor: Fraction, model: str | None, cards: set[Card]) -> None:
    bound = bind(plan(f"{factor.numerator}/{factor.denominator}", model), list(cards))
    assert bind(bound.workflow, list(cards)) == Bound(bound.workflow, ())
