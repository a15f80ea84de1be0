"""Which card executes a node."""

from fractions import Fraction
from math import prod
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restograph.models.card import Card, Measured, read_card
from restograph.models.resolve import chain, choose, may_stand_in, named

TOYS = Path(__file__).parents[1] / "data" / "models"
X2, X3, CLEAN = (read_card(TOYS / f"{n}.toml") for n in ("nearest-x2", "nearest-x3", "identity-x1"))


def _card(base: Card, name: str, **changes: object) -> Card:
    return base.model_copy(update={"name": name, "aliases": (), **changes})


def test_installed_name_is_no_stand_in() -> None:
    choice = choose([X2, X3], "upscale", Fraction(2), "Nearest-x2")
    assert choice is not None and choice.card == X2 and not choice.stand_in


def test_unknown_name_gets_a_stand_in_of_the_same_factor() -> None:
    choice = choose([X2, X3, CLEAN], "upscale", Fraction(3), "SISR-Any-LIIF-RDN")
    assert choice is not None and choice.card == X3 and choice.stand_in


def test_a_deblurrer_is_not_replaced_by_a_cleaner() -> None:
    assert choose([X2, CLEAN], "deblur", Fraction(1), "Deblur-MSSNet-GoPro") is None


def test_a_model_for_any_factor_that_limits_its_services_waits_to_be_named() -> None:
    """It is weaker than a chain and a resize; who names its family gets it, who names nothing does not."""
    anyone = read_card(TOYS.parent / "any" / "models" / "edsr-any.toml")
    kin = _card(anyone, "kin", family="LIIF", stands_in_for=("LIIF",))
    assert choose([X2, X3, kin], "upscale", Fraction(5, 2), None) is None
    assert choose([X2, X3, kin], "upscale", Fraction(5, 2), "SISR-SAFMN-x3") is None
    for named_so, stand_in in (("SISR-Any-LIIF-RDN", True), ("kin", False)):
        choice = choose([X2, X3, kin], "upscale", Fraction(5, 2), named_so)
        assert choice is not None and choice.card == kin and choice.stand_in == stand_in
    for willing in (("*",), ()):
        choice = choose([X2, X3, _card(kin, "kin", stands_in_for=willing)], "upscale", Fraction(5, 2), None)
        assert choice is not None and choice.card.name == "kin"


def test_stand_in_needs_the_cards_consent() -> None:
    shy = _card(X2, "shy", stands_in_for=())
    picky = _card(X2, "picky", stands_in_for=("sisr",))
    assert choose([shy], "upscale", Fraction(2), "SISR-EDSR") is None
    choice = choose([shy, picky], "upscale", Fraction(2), "SISR-EDSR")
    assert choice is not None and choice.card == picky
    assert not may_stand_in(picky, "Deblur-SISRNet")


def test_named_model_of_another_factor_yields_to_its_family() -> None:
    kin = _card(X3, "kin-x3", family="kin", stands_in_for=())
    own = _card(X2, "kin-x2", family="kin")
    choice = choose([X3, kin, own], "upscale", Fraction(3), "kin-x2")
    assert choice is not None and choice.card == kin and choice.stand_in


def test_the_family_that_a_name_names_comes_before_the_better_figure() -> None:
    better = _card(X3, "better", quality=(Measured(benchmark="b", metric="PSNR-Y", value=40.0),))
    own = _card(X3, "own", family="Light-SAFMN++")
    near = _card(X3, "near", family="SAFMN++", stands_in_for=())
    for wanted, first in (
        ("SISR-SAFMNPP-x3", near),
        ("SISR-Light-SAFMN++-x3", own),
        ("SISR-EDSR-x3", better),
        ("SISR-SAFMN-x3", better),
    ):
        choice = choose([better, own, near], "upscale", Fraction(3), wanted)
        assert choice is not None and (choice.card.name, choice.stand_in) == (first.name, True), wanted


def test_best_figure_wins_then_the_name() -> None:
    good = _card(CLEAN, "z", quality=(Measured(benchmark="b", metric="PSNR-Y", value=31.0),))
    poor = _card(CLEAN, "a", quality=(Measured(benchmark="b", metric="PSNR-Y", value=30.0),))
    for cards in ([poor, good], [good, poor]):
        choice = choose(cards, "clean", Fraction(1), None)
        assert choice is not None and choice.card == good


def test_more_of_the_wanted_operations_comes_before_the_figure() -> None:
    both = _card(CLEAN, "both")
    half = _card(
        CLEAN,
        "half",
        operations=("denoising",),
        quality=(Measured(benchmark="b", metric="PSNR-Y", value=40.0),),
    )
    wanted = ("compression_artifact_removal", "denoising")
    choice = choose([half, both], "clean", Fraction(1), None, wanted)
    assert choice is not None and choice.card == both
    assert choose([half], "clean", Fraction(1), None, ("compression_artifact_removal",)) is None


@pytest.mark.parametrize(
    ("factor", "steps"),
    [(6, (2, 3)), (4, (4,)), (5, (2, 3)), (8, (2, 4)), (9, (3, 3)), (16, (4, 4)), ("5/2", (3,)), ("3/2", (2,))],
)
def test_chain_reaches_the_factor_with_the_least_excess(factor: int | str, steps: tuple[int, ...]) -> None:
    assert chain([Fraction(2), Fraction(3), Fraction(4)], Fraction(factor)) == steps


def test_chain_without_enlargers() -> None:
    assert chain([Fraction(1)], Fraction(2)) is None
    assert chain([], Fraction(2)) is None


@given(st.fractions(min_value=Fraction(101, 100), max_value=16, max_denominator=100))
def test_chain_never_falls_short(factor: Fraction) -> None:
    steps = chain([Fraction(2), Fraction(3), Fraction(4)], factor)
    assert steps is not None and factor <= prod(steps) <= factor * 2
    assert list(steps) == sorted(steps)


def test_named_prefers_nothing_over_a_near_miss() -> None:
    assert named([X2], "nearest") is None
