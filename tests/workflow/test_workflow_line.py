"""The one-liner: it parses, prints back, and says where it went wrong."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from restograph.errors import WorkflowError
from restograph.workflow.graph import Workflow, linear, same_graph
from restograph.workflow.line import parse_line, print_line

FACTORS = st.sampled_from(["2", "x3", "4×", "2.5", "7/3", "250%"])
NAMES = st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=12)
STEPS = st.one_of(
    st.sampled_from(["clean", "clean noise", "clean remove=compression", "face", "mask | inpaint", "deblur defocus"]),
    FACTORS.map(lambda f: f"upscale {f}"),
    st.sampled_from(["resize 2000x", "resize x1500", "resize 640×480", "resize 5/6", "resize factor=83.3%"]),
)
FLAGS = st.sampled_from(["", " missing=true", " missing=false"])


@given(st.lists(st.tuples(STEPS, FLAGS), min_size=1, max_size=6))
def test_a_line_prints_back(steps: list[tuple[str, str]]) -> None:
    workflow = parse_line(" | ".join(step + flag for step, flag in steps))
    printed = print_line(workflow)
    assert parse_line(printed) == workflow
    assert print_line(parse_line(printed)) == printed


@given(NAMES)
def test_model_names_are_quoted_when_needed(name: str) -> None:
    workflow = parse_line("clean | upscale 3")
    nodes = [n.model_copy(update={"model": name}) if n.kind == "clean" else n for n in workflow.nodes]
    named = linear(nodes)
    assert same_graph(parse_line(print_line(named)), named)


def test_quotes_hold_spaces_bars_and_signs() -> None:
    workflow = parse_line("""clean model="a | b=c" | upscale 3 model='it is'""")
    assert [node.model for node in workflow.nodes] == [None, "a | b=c", "it is", None]
    assert print_line(workflow) == 'clean model="a | b=c" | upscale 3 model="it is"'


@pytest.mark.parametrize(
    "written", ["upscale 3", "upscale x3", "upscale 3x", "upscale ×3", "upscale 3×", "upscale factor=3"]
)
def test_every_spelling_of_a_factor(written: str) -> None:
    assert print_line(parse_line(written)) == "upscale 3"


@pytest.mark.parametrize(
    ("line", "printed"),
    [
        ("load | clean | save", "clean"),
        ("load | save", "load | save"),
        ("interpolate 2", "interpolate 2"),
        ("clean remove=compression+noise", "clean"),
        ("resize 50%", "resize 50%"),
        ("  clean|upscale   2 ", "clean | upscale 2"),
    ],
)
def test_canonical_lines(line: str, printed: str) -> None:
    assert print_line(parse_line(line)) == printed


def test_video_steps_imply_video_ends() -> None:
    assert [node.kind for node in parse_line("interpolate 2").nodes] == ["load_video", "interpolate", "save_video"]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("clen", "column 1: unknown step 'clen', did you mean 'clean'?"),
        ("clean | upscalr 3", "column 9: unknown step 'upscalr', did you mean 'upscale'?"),
        ("upscale", "upscale needs factor"),
        ("upscale 99", "column 9: upscale cannot read '99'"),
        ("upscale 3 3", "column 11: '3' is one value too many for upscale"),
        ("upscale 3x factor=2", "column 12: factor of upscale is given twice"),
        ("clean remov=noise", "column 7: clean has no parameter 'remov', did you mean 'remove'?"),
        ("clean missing=yes", "missing is true or false"),
        ("face 3", "column 6: face takes no value"),
        ("resize 2x", "for 2 times the size write factor=2"),
        ("resize abc", "nor as factor"),
        ("clean ||", "step 2 of"),
        ("", "step 1 of"),
        ("clean model='a", "column 13: the quote"),
        ("interpolate 2 | clean", "'clean': input port 'image' is not connected"),
        ("mask | clean", "'mask' leads nowhere"),
        ("x" * 20_000, "too long"),
        (r'clean model="\q"', "unknown escape"),
        (r'clean model="\ud800"', "unknown escape"),
        ("clean model=\udcff", "unknown escape"),
    ],
)
def test_a_wrong_line_is_located(line: str, told: str) -> None:
    with pytest.raises(WorkflowError, match=re.escape(told)):
        parse_line(line)


def test_a_graph_that_is_no_chain_is_not_printed() -> None:
    workflow = parse_line("clean | mask | inpaint")
    edges = tuple(("load.image" if b == "inpaint.image" else a, b) for a, b in workflow.edges)
    with pytest.raises(WorkflowError, match="not a chain"):
        print_line(Workflow(nodes=workflow.nodes, edges=edges))


PIECES = st.sampled_from([*"|='\"\\ x3×%/\n\t\x00é", "clean", "upscale", "resize ", "model="])


@settings(max_examples=300)
@given(st.lists(PIECES, max_size=30).map("".join))
def test_garbage_gives_a_workflow_or_a_workflow_error(line: str) -> None:
    try:
        workflow = parse_line(line)
    except WorkflowError:
        return
    assert same_graph(parse_line(print_line(workflow)), workflow)
