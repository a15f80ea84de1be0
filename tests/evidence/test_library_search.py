"""The open door: the catalogue, the search in it, and the brief that it makes."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restograph.evidence.brief import flagged_spans, parse, render
from restograph.evidence.library import Entry, catalogue
from restograph.evidence.search import MODELS, PAPERS, brief_text, search

OPERATIONS = sorted({name for entry in catalogue() for name in entry.operations})


def titles(entries: tuple[Entry, ...]) -> list[str]:
    return [entry.title for entry in entries]


def entry(title: str, summary: str | None = None, operations: tuple[str, ...] = ("denoising",)) -> Entry:
    return Entry(
        "paper" if summary else "model", title, f"https://example.org/{title}", None, summary, operations, 2020
    )


def test_the_catalogue_is_sorted_and_complete() -> None:
    found = catalogue()
    assert len(found) >= 15 and list(found) == sorted(found, key=lambda e: (e.kind, e.title))
    assert all((e.summary is None) == (e.kind == "model") and e.paper for e in found)
    assert catalogue() is found  # read once


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_operation_is_answered_by_sources_that_do_it(operation: str) -> None:
    found = search("How does that work?", [operation], catalogue())
    assert found and all(operation in e.operations for e in found)
    kinds = [e.kind for e in found]
    assert kinds == sorted(kinds) and kinds.count("model") <= MODELS and kinds.count("paper") <= PAPERS


@pytest.mark.parametrize("factor", [2, 3, 4])
def test_the_model_for_the_factor_asked_for_comes_first(factor: int) -> None:
    found = search("enlarge my photo", ["super_resolution"], catalogue(), factor)
    assert found[0].title == f"SISR-SAFMN-x{factor}"


def test_a_factor_between_them_gets_a_model_for_any_factor() -> None:
    assert search("enlarge my photo", ["super_resolution"], catalogue(), 2.5)[0].title == "SISR-Any-LIIF-RDN"


def test_words_of_the_question_decide_among_papers() -> None:
    text = search("the printed text is hard to read, its strokes are soft", ["super_resolution"], catalogue())
    light = search("a small network for devices with little computing power", ["super_resolution"], catalogue())
    assert any("Text" in title for title in titles(text)) and not any("Text" in title for title in titles(light))


def test_a_second_need_is_not_crowded_out() -> None:
    found = search("noise and rain", ["denoising", "deraining"], catalogue())
    for name in ("denoising", "deraining"):
        assert any(name in e.operations and e.kind == "paper" for e in found)
    assert len(set(found)) == len(found)


def test_nothing_is_found_for_nothing() -> None:
    assert search("anything", [], catalogue()) == ()
    assert search("anything", ["denoising"], ()) == ()


def test_rare_words_weigh_more_and_ties_fall_by_title() -> None:
    entries = (
        entry("B", "grain of silver film"),
        entry("C", "noise in the dark"),
        entry("A", "noise in the dark"),
        entry("D", "noise everywhere"),
    )
    assert titles(search("silver noise", ["denoising"], entries)) == ["B", "A", "C"]
    assert titles(search("silver noise", ["denoising"], entries[::-1])) == ["B", "A", "C"]


def test_a_changed_title_changes_what_is_found() -> None:
    first = search("enlarge", ["super_resolution"], catalogue(), 2)
    renamed = tuple(replace(e, title=e.title.replace("SAFMN", "Otter")) for e in catalogue())
    assert "SISR-Otter-x2" in titles(search("enlarge", ["super_resolution"], renamed, 2))
    assert "SISR-Otter-x2" not in titles(first)


@given(
    st.text(st.characters(exclude_categories=("Cs",)), max_size=80),
    st.lists(st.sampled_from(OPERATIONS), max_size=3, unique=True),
    st.none() | st.sampled_from([1.0, 1.5, 2.0, 3.0, 4.0, 8.0]),
)
def test_every_search_makes_a_canonical_brief(question: str, operations: list[str], scale: float | None) -> None:
    found = search(question, operations, catalogue(), scale)
    text = brief_text(question or "?", found)
    brief = parse(text) if question.split() else parse(brief_text("?", found))
    assert render(brief) == (text if question.split() else brief.text) and brief.original is None
    assert [s.title for s in brief.models] == [e.title for e in found if e.kind == "model"]
    assert [s.title for s in brief.papers] == [e.title for e in found if e.kind == "paper"]
    assert flagged_spans(brief) == ()
    links = {link for e in found for link in (e.paper, e.github) if link}
    assert links <= set(brief.links)


def test_the_fields_of_a_source_are_those_of_the_catalogue() -> None:
    found = search("enlarge", ["super_resolution"], catalogue(), 2)
    brief = parse(brief_text("enlarge?", found))
    for source, one in zip(brief.sources, found, strict=True):
        assert (source.values.get("Paper"), source.values.get("GitHub")) == (one.paper, one.github)
        assert source.values.get("Summary") == one.summary
