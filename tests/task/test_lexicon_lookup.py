"""The lexicon: patterns are well formed, and looking them up by beginnings of words loses nothing."""

import re
from pathlib import Path

import pytest

from restograph.task import lexicon as lex
from restograph.task.lexicon import concept, hits, lexicon, section

LISTS = ("terms", "sources", "symptoms", "weak", "plain", "not", "patterns", "serves", "against", "home")
PATTERNS = [(c, p) for c in lexicon() for name in LISTS for p in concept(c).data.get(name, ())]


def test_every_pattern_compiles_and_keeps_to_the_language() -> None:
    for concept_id, pattern in PATTERNS:
        lex._compiled(pattern)
        loose = re.search(r"~\d*[)|]|~\d+$|^~\d", pattern)
        assert not loose, f"{concept_id}: a gap needs a word on both sides: {pattern!r}"


def test_groups_of_words_exist() -> None:
    for concept_id, pattern in PATTERNS:
        for name in re.findall(r"<(\w+)>", pattern):
            assert name in lex._tables()[1], f"{concept_id}: no group {name!r}"


def test_looking_up_by_beginnings_finds_what_a_full_search_finds() -> None:
    text = Path(__file__).parents[1].joinpath("verdict/abstracts.toml").read_text("utf-8")[:6000]
    for concept_id in lexicon():
        for name in ("terms", "symptoms", "weak", "patterns", "sources"):
            full = [m.span() for p in concept(concept_id).patterns(name) for m in lex._compiled(p).finditer(text)]
            kept = lex._matches(text, concept_id, (name,), 0, len(text))
            assert all(any(a < d and c < b for c, d in kept) for a, b in full), concept_id


def test_a_hit_is_found_again_in_its_own_span() -> None:
    question = "My grandmother's photo is grainy, blocky and far too small for a poster."
    for concept_id in section("operation"):
        for name in ("terms", "symptoms", "weak"):
            for start, end in hits(question, concept_id, (name,), 0, len(question)):
                assert hits(question, concept_id, (name,), start, end)


@pytest.mark.parametrize(
    ("sentence", "does"),
    [
        ("We remove haze from photographs.", True),
        ("No dehazing is applied.", False),
        ("Dehazing the frames beforehand was not tried.", False),
        ("Unlike dehazing, our detector leaves the picture alone.", False),
    ],
)
def test_what_a_source_denies_is_no_evidence(sentence: str, does: bool) -> None:
    assert bool(hits(sentence, "operation.dehazing", ("terms", "sources"), 0, len(sentence))) is does
