"""The lexicon: patterns are well formed, and looking them up by beginnings of words loses nothing."""

import json
import re
import sys
import tomllib
from pathlib import Path

import pytest

from restograph.task import lexicon as lex
from restograph.task.lexicon import concept, hits, lexicon, section
from restograph.task.lookup import Words

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))
import lexicon_copy

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
            assert name in lex._read()[0]["words"], f"{concept_id}: no group {name!r}"


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


def test_the_copy_is_that_of_the_lexicon_and_holds_the_same_keys() -> None:
    folder = Path(lex.__file__).parent
    content = (folder / "lexicon.toml").read_bytes()
    made = json.loads(lexicon_copy.copied(content))
    assert (folder / "lexicon.json").read_text("utf-8") == lexicon_copy.copied(content)
    assert made["tables"] == tomllib.loads(content.decode("utf-8"))


def test_every_match_in_many_sentences_passes_the_lookup() -> None:
    corpus = Path(__file__).parents[2] / "benchmarks" / "answers" / "corpus"
    asked = [row["q"] for row in json.loads((corpus / "dev" / "questions.json").read_text("utf-8"))]
    told = [
        s for line in (corpus / "train" / "abstracts.txt").read_text("utf-8").splitlines() for s in line.split(". ")
    ]
    texts = asked[::16] + told[::24]
    possible = [{(place, p) for place, found in lex._possible(text).items() for p in found} for text in texts]
    matches = 0
    for row in lex._index().rows:
        pattern = lex._compiled(row[1])
        for text, found in zip(texts, possible, strict=True):
            if pattern.search(text):
                matches += 1
                assert row in found, (row, text)
    assert matches > 1000


@pytest.mark.parametrize(
    ("pattern", "text", "may"),
    [
        ("remov* ~3 (rain|snow)", "it removes all the rain", True),
        ("remov* ~3 (rain|snow)", "rain that it removes", False),  # the order counts
        ("blow up", "blow it up", False),  # and so does what stands between
        ("blow up", "blow-up", True),
        ("over ?saturated", "oversaturated skies", True),
        ("hair[ -]?thin cuts?", "hair-thin cuts", True),
        ("don't ~2 touch", "please don't ever touch it", True),
        ("photo* album", "the photo's album", True),
        ("(the )?(same|equal) size", "equal size", True),
        ("[0-9]+ ?fps", "at 24 fps", True),
        ("colou?r cast", "a color cast", True),
        ("(two|three)fold", "threefold", True),
        ("(two|three)fold", "twice", False),
    ],
)
def test_the_order_of_the_words_tells_what_may_match(pattern: str, text: str, may: bool) -> None:
    assert Words(text).holds(lex.tree(pattern)) is may
    if lex._compiled(pattern).search(text):
        assert may


def test_a_changed_lexicon_counts_at_once_and_not_its_old_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path(lex.__file__).parent
    content = (folder / "lexicon.toml").read_text("utf-8")
    (tmp_path / "lexicon.json").write_bytes((folder / "lexicon.json").read_bytes())
    (tmp_path / "lexicon.toml").write_text(
        content + '\n[subject.kite]\nlabel = "kites"\npatterns = ["kites?"]\n', "utf-8"
    )
    monkeypatch.setattr(lex.resources, "files", lambda package: tmp_path)
    tables, made = lex._read.__wrapped__()
    assert made is None and tables["subject"]["kite"]["label"] == "kites"
    (tmp_path / "lexicon.toml").write_text(content, "utf-8")
    tables, made = lex._read.__wrapped__()
    assert made is not None and "kite" not in tables["subject"]
