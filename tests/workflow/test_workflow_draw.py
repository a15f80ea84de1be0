"""Drawings: what they say, that they are well formed, escaped and the same every time."""

from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from restograph.workflow.draw import draw_line, draw_mermaid
from restograph.workflow.graph import Node, Workflow, linear
from restograph.workflow.line import parse_line
from restograph.workflow.svg import draw_svg
from restograph.workflow.wrap import text_width, wrapped

SVG = "{http://www.w3.org/2000/svg}"


def planned(reason: str = "") -> Workflow:
    return linear(
        [
            Node(id="load", kind="load"),
            Node(id="clean", kind="clean", missing=True, reason=reason),
            Node(id="up", kind="upscale", params={"factor": 3}, sources=("M1",), model="safmn-x3"),
            Node(id="save", kind="save"),
        ]
    )


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_the_line_says_what_is_missing_and_what_supports() -> None:
    assert draw_line(planned()) == "load → clean (missing) → upscale ×3 [M1] → save"


@pytest.mark.parametrize(
    ("line", "drawn"),
    [
        ("clean noise | resize 2000x", "load → clean noise → resize to 2000x → save"),
        ("resize 5/6 | resize 50%", "load → resize ×5/6 → resize to 50% → save"),
        ("clean missing=true model=m", "load → clean (missing, filled by m) → save"),
        ("clean missing=true skipped=true", "load → clean (missing, skipped) → save"),
        ("mask | inpaint", "load → mask by the user → fill masked region (from load, mask) → save"),
    ],
)
def test_lines_of_other_graphs(line: str, drawn: str) -> None:
    assert draw_line(parse_line(line)) == drawn


def test_the_svg_shows_every_fact_once() -> None:
    said = texts(draw_svg(planned("no source removes it"), {"up": "stands in for LIIF"}))
    for fact in (
        "load",
        "clean",
        "missing",
        "no source removes it",
        "upscale ×3",
        "supported by M1",
        "model: safmn-x3",
    ):
        assert said.count(fact) == 1, fact
    assert "stands in for LIIF" in said


def test_missing_is_dashed_and_skipped_is_not() -> None:
    assert draw_svg(planned()).count("stroke-dasharray") == 1
    assert "stroke-dasharray" not in draw_svg(parse_line("clean skipped=true"))
    assert "skipped" in texts(draw_svg(parse_line("clean skipped=true")))


def test_a_step_that_cannot_be_executed_says_so() -> None:
    assert "planned only: this version cannot execute it" in texts(draw_svg(parse_line("dehaze")))


def test_the_svg_has_a_title_a_description_and_fetches_nothing() -> None:
    svg = draw_svg(planned())
    root = ElementTree.fromstring(svg)
    assert root.findtext(f"{SVG}desc") == draw_line(planned())
    assert root.findtext(f"{SVG}title") == "Workflow"
    assert root.get("role") == "img"
    for fetched in ("href", "@import", "@font-face", "<script", "<style"):
        assert fetched not in svg


@settings(max_examples=50)
@given(st.text(max_size=200), st.text(max_size=60))
def test_any_text_gives_well_formed_svg_that_stays_inside(reason: str, note: str) -> None:
    workflow = planned(reason.encode("utf-8", "replace").decode())
    root = ElementTree.fromstring(draw_svg(workflow, {"up": note}))
    width, height = int(root.get("width", "")), int(root.get("height", ""))
    for box in root.iter(f"{SVG}rect"):
        assert float(box.get("x", 0)) + float(box.get("width", 0)) <= width
        assert float(box.get("y", 0)) + float(box.get("height", 0)) <= height
    for text in root.iter(f"{SVG}text"):
        assert 0 < float(text.get("y", 0)) < height


def test_markup_in_a_reason_stays_text() -> None:
    assert "</text><b>&" in texts(draw_svg(planned("</text><b>&")))


def test_mermaid_escapes_and_marks() -> None:
    text = draw_mermaid(planned(), {"up": 'a"]; click <x>'})
    assert '"]; click' not in text and "#34;#93;#59; click #60;x#62;" in text
    assert 'n1["clean<br/>missing"]:::missing' in text
    assert "n0 --> n1" in text
    assert "-->|mask|" in draw_mermaid(parse_line("mask | inpaint"))


def test_drawings_do_not_change_between_calls() -> None:
    assert draw_svg(planned("r")) == draw_svg(planned("r"))
    assert draw_mermaid(planned("r")) == draw_mermaid(planned("r"))


@given(st.text(max_size=120), st.integers(60, 300))
def test_wrapped_lines_keep_the_words_and_the_width(text: str, width: int) -> None:
    lines = wrapped(text, 13, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(text_width(line, 13) <= width for line in lines)
