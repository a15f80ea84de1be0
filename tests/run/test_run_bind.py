"""Binding: what executes each node, what is skipped, what is refused, and what the reader is told."""

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restograph.errors import MissingSlot, WorkflowError
from restograph.models.card import read_card
from restograph.run.bind import Bound, bind
from restograph.workflow.graph import Node, Workflow, linear, ordered, output_size, validate
from restograph.workflow.line import parse_line

TOYS = Path(__file__).parents[1] / "data" / "models"
X2, X3, CLEAN = (read_card(TOYS / f"{n}.toml") for n in ("nearest-x2", "nearest-x3", "identity-x1"))
CARDS = (CLEAN, X2, X3)


def _plan(*steps: Node) -> Workflow:
    return linear([Node(id="load", kind="load"), *steps, Node(id="save", kind="save")])


def _up(factor: object = 3, **changes: object) -> Node:
    return Node(id="up", kind="upscale", params={"factor": factor}, **changes)  # type: ignore[arg-type]


def _size(workflow: Workflow, width: int, height: int) -> tuple[int, int]:
    for node in ordered(workflow):
        width, height = output_size(node, width, height)
    return width, height


def test_a_typed_line_gets_the_installed_models_without_a_word() -> None:
    bound = bind(parse_line("clean | upscale 3"), CARDS)
    assert [(n.kind, n.model) for n in ordered(bound.workflow)[1:3]] == [
        ("clean", "identity-x1"),
        ("upscale", "nearest-x3"),
    ]
    assert bound.disclosures == ()


def test_a_named_model_that_is_not_installed_is_replaced_and_disclosed() -> None:
    bound = bind(_plan(_up(2, model="SISR-Any-LIIF-RDN", sources=("M1",))), CARDS)
    node = bound.workflow.node("up")
    assert node.model == "nearest-x2" and node.sources == ("M1",)
    assert len(bound.disclosures) == 1
    assert "'SISR-Any-LIIF-RDN' is not installed; 'nearest-x2' stands in" in bound.disclosures[0]
    assert "stands in" in node.reason


def test_a_model_called_by_another_of_its_names_is_no_stand_in() -> None:
    bound = bind(_plan(_up(2, model="Toy-nearest-X2", sources=("M1",))), CARDS)
    assert bound.workflow.node("up").model == "Toy-nearest-X2" and bound.disclosures == ()
    twice = bind(_plan(_up(4, model="Toy-nearest-x2")), (X2,)).workflow
    assert [n.model for n in ordered(twice) if n.kind == "upscale"] == ["Toy-nearest-x2"] * 2


TITLES = {"M1": "SISR-Any-LIIF-RDN", "M2": "Nearest-X2", "M3": "identity-x1"}


@pytest.mark.parametrize(
    ("model", "sources", "wanted"),
    [
        ("SISR-Any-LIIF-RDN", ("M1", "M2", "P1"), "Nearest-X2"),  # the second one is installed
        ("SISR-Any-LIIF-RDN", ("M1", "P1"), "nearest-x2"),  # no other one: a stand-in
        ("SISR-Any-LIIF-RDN", ("M1", "M3"), "nearest-x2"),  # installed, but for another step
        ("Toy-Nearest-x2", ("M2",), "Toy-Nearest-x2"),  # it is installed itself
        (None, ("M2",), "nearest-x2"),
    ],
)
def test_of_several_recommended_models_the_first_installed_one_is_used(
    model: str | None, sources: tuple[str, ...], wanted: str | None
) -> None:
    bound = bind(_plan(_up(2, model=model, sources=sources)), CARDS, recommended=TITLES)
    node = bound.workflow.node("up")
    assert node.model == wanted
    assert (
        ("is not installed, " in node.reason)
        == (wanted == "Nearest-X2")
        == bool(bound.disclosures and "stands" not in node.reason)
    )


def test_a_missing_same_size_step_is_skipped_and_disclosed() -> None:
    bound = bind(_plan(Node(id="clean", kind="clean", missing=True, reason="no source removes blocks"), _up()), CARDS)
    node = bound.workflow.node("clean")
    assert node.skipped and node.model is None and node.reason.startswith("no source removes blocks; skipped")
    assert "no provided source" in bound.disclosures[0]


def test_a_named_model_of_another_kind_is_not_called_absent() -> None:
    bound = bind(_plan(Node(id="deblur", kind="deblur", model="nearest-x3"), _up()), CARDS)
    assert bound.disclosures[0].startswith("deblur: skipped: 'nearest-x3' is not for this step and nothing stands in")


def test_a_missing_enlargement_ends_without_a_picture() -> None:
    with pytest.raises(MissingSlot, match="--fill-missing"):
        bind(_plan(Node(id="clean", kind="clean"), _up(missing=True)), CARDS)


def test_fill_missing_lets_the_library_in_and_says_so() -> None:
    plan = _plan(Node(id="clean", kind="clean", missing=True), _up(missing=True))
    bound = bind(plan, CARDS, fill_missing=True)
    assert [n.model for n in ordered(bound.workflow)[1:3]] == ["identity-x1", "nearest-x3"]
    assert len(bound.disclosures) == 2 and all("no provided source fills" in d for d in bound.disclosures)


def test_a_kind_without_a_runner_is_skipped() -> None:
    bound = bind(_plan(Node(id="haze", kind="dehaze", model="Dehaze-X"), _up()), CARDS)
    assert bound.workflow.node("haze").skipped
    assert bound.disclosures == (
        "haze: skipped: no installed model can remove haze; the picture passes through unchanged",
    )


def test_a_video_cannot_be_executed() -> None:
    nodes = [Node(id="load", kind="load_video"), Node(id="up", kind="video_upscale", params={"factor": 2})]
    with pytest.raises(MissingSlot, match="load video"):
        bind(linear([*nodes, Node(id="save", kind="save_video")]), CARDS)


@pytest.mark.parametrize(
    "plan",
    [
        _plan(),
        _plan(Node(id="clean", kind="clean", missing=True)),
        _plan(Node(id="haze", kind="dehaze")),
        _plan(Node(id="clean", kind="clean", skipped=True)),
    ],
)
def test_an_untouched_copy_is_never_a_result(plan: Workflow) -> None:
    with pytest.raises(MissingSlot, match="no step"):
        bind(plan, CARDS)


def test_nothing_installed_skips_cleaning_and_refuses_enlarging() -> None:
    with pytest.raises(MissingSlot, match="enlarges 3 times"):
        bind(_plan(_up()), ())
    bound = bind(_plan(Node(id="clean", kind="clean"), Node(id="r", kind="resize", params={"factor": "1/2"})), ())
    assert bound.workflow.node("clean").skipped


def test_a_factor_beyond_the_models_becomes_a_chain() -> None:
    bound = bind(_plan(_up(6)), CARDS)
    assert [n.model for n in ordered(bound.workflow)[1:-1]] == ["nearest-x2", "nearest-x3"]
    assert _size(bound.workflow, 7, 5) == (42, 30)
    assert "no installed model enlarges exactly 6 times" in bound.disclosures[0]


def test_a_broken_factor_is_an_enlargement_and_an_exact_resize() -> None:
    bound = bind(_plan(_up(2.5)), CARDS)
    up, resize = ordered(bound.workflow)[1:-1]
    assert (up.id, up.model, up.params) == ("up", "nearest-x3", {"factor": 3})
    assert (resize.kind, resize.params) == ("resize", {"factor": "5/6"})
    assert len(bound.disclosures) == 2


def test_an_explicit_resize_is_not_doubled() -> None:
    bound = bind(parse_line("upscale 3 | resize 5/6"), CARDS)
    assert [n.kind for n in ordered(bound.workflow)] == ["load", "upscale", "resize", "save"]


@given(st.fractions(min_value=Fraction(61, 60), max_value=16, max_denominator=60), st.integers(1, 300))
def test_the_whole_plan_gives_floor_of_n_s_plus_a_half(factor: Fraction, side: int) -> None:
    bound = bind(_plan(_up(f"{factor.numerator}/{factor.denominator}")), CARDS)
    wanted = int(side * factor + Fraction(1, 2))
    assert _size(bound.workflow, side, side + 1)[0] == wanted


@given(
    st.lists(
        st.sampled_from(["clean", "dehaze", "upscale 2", "upscale 2.5", "upscale 6", "resize 50%"]),
        min_size=1,
        max_size=4,
    ),
    st.booleans(),
)
def test_binding_is_valid_and_settles_at_once(steps: list[str], fill: bool) -> None:
    try:
        bound = bind(parse_line(" | ".join(steps)), CARDS, fill)
    except MissingSlot:
        return
    validate(bound.workflow)
    assert bind(bound.workflow, CARDS, fill) == Bound(bound.workflow, ())


def test_an_invalid_graph_is_refused_before_binding() -> None:
    with pytest.raises(WorkflowError, match="frobnicate"):
        bind(Workflow(nodes=(Node(id="a", kind="frobnicate"),), edges=()), CARDS)
