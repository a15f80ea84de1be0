"""Patterns compiled on demand: they find what they would find if all were compiled at once, and no letters are missed."""

import json
import re
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restograph.task.patterns import Either, Lazy, folded, key_of

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import pattern_words  # noqa: E402

QUESTIONS = [
    row["q"] for row in json.loads((ROOT / "benchmarks/answers/corpus/dev/questions.json").read_text("utf-8"))
][::4]
FORMS = ("ab+", "b(?:a|c)", "abc", r"c\b", "(?<=a)b", "a.{0,3}?c")


@given(st.text("abc .", max_size=24), st.integers(0, 6), st.integers(0, 24))
def test_either_matches_as_one_pattern_with_alternatives_does(text: str, start: int, end: int) -> None:
    one = re.compile(r"\b(?:" + "|".join(f"(?:{form})" for form in FORMS) + ")", re.I)
    many = Either(FORMS, re.I, r"\b(?:%)")
    found = [m.span() for m in many.finditer(text, start, end)]
    assert found == [m.span() for m in one.finditer(text, start, end)]
    first = many.search(text, start, end)
    assert (first.span() if first else None) == (found[0] if found else None)


def test_no_pattern_of_the_program_misses_its_letters_on_questions() -> None:
    made = [p for module in pattern_words.modules() for v in vars(module).values() for p in pattern_words.patterns(v)]
    assert len(made) > 150
    matched = 0
    for pattern in made:
        compiled = re.compile(pattern.pattern, pattern.flags)
        for question in QUESTIONS:
            if compiled.search(question):
                matched += 1
                assert pattern.near(question), (pattern.pattern, question)
    assert matched > 2000


@pytest.mark.parametrize(
    ("pattern", "flags", "rows"),
    [
        (r"\bkeep (?:the|its) size\b", re.I, [[" size"], ["keep "], ["its", "the"]]),
        (r"(?:grey|blue)? ?scale", 0, [["scale"]]),  # optional words are not needed
        (r"(?:grow|shrink|x)\w+", 0, []),  # one alternative needs too little
        (r"\d+\s?(?:fps|hz)", re.I, [["fps", "hz"], sorted("0123456789")]),
        (r"(?!not)(?=will)small", 0, [["small"]]),  # what is looked at is not matched
        (r"[a-z]+", 0, []),
    ],
)
def test_the_letters_that_a_pattern_needs(pattern: str, flags: int, rows: list[list[str]]) -> None:
    assert pattern_words.needs(pattern, flags) == rows


def test_patterns_json_is_up_to_date() -> None:
    assert pattern_words.FILE.read_text("utf-8") == pattern_words.made()


def test_a_pattern_without_known_letters_is_tried() -> None:
    pattern = Lazy("zebra+")
    assert key_of("zebra+", 0) not in pattern_words.made() and pattern.near("a horse") and not pattern.search("a horse")


@pytest.mark.parametrize("text", ["SIZE", "ſize", "sıze", "Size"])
def test_letters_are_compared_as_a_search_without_case_does(text: str) -> None:
    assert re.search("size", text, re.I) and "size" in folded(text)


def test_digits_of_other_scripts_count_as_digits() -> None:
    assert re.search(r"\d", "٣") and "0" in folded("٣ pixels")
