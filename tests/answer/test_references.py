"""References of an answer: entries that a parser of the format reads back, with nothing that the brief does not give."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from brief_factory import CASES

from command_line import SCAN, call
from restograph.answer.answer import Answer
from restograph.answer.references import _entry, references, to_bibtex, to_csl
from restograph.ask import ask
from restograph.evidence.brief import parse


@pytest.fixture(scope="module")
def answer() -> Answer:
    return ask(parse(SCAN.read_text("utf-8"))).answer


def read_bibtex(text: str) -> dict[str, dict[str, str]]:
    """Entries by name: braces are counted, as BibTeX does."""
    found: dict[str, dict[str, str]] = {}
    for head in re.finditer(r"^@(\w+)\{([^,\s{}\"#%~\\]+),$", text, re.M):
        depth, end = 1, head.end()
        while depth:
            depth += {"{": 1, "}": -1}.get(text[end], 0) if text[end - 1] != "\\" else 0
            end += 1
        rows = re.findall(r"^  (\w+) = \{(.*)\},$", text[head.end() : end], re.M)
        found[head[2]] = {"type": head[1], **dict(rows)}
    return found


def test_every_source_has_an_entry_in_both_formats(answer: Answer) -> None:
    entries, items = read_bibtex(to_bibtex(answer)), json.loads(to_csl(answer))
    assert list(entries) == [item["id"] for item in items] and len(entries) == len(answer.sources)
    for source, item in zip(answer.sources, items, strict=True):
        entry = entries[item["id"]]
        assert (item["title"], item.get("URL")) == (source.title, source.paper)
        assert entry["url"] == source.paper and (source.github or "") in entry.get("note", "")
        assert "author" not in entry and "author" not in item


def test_an_arxiv_number_gives_year_month_and_eprint(answer: Answer) -> None:
    first = next(r for r in references(answer) if r.arxiv == "2112.08171")
    assert (first.year, first.month) == (2021, 12)
    assert read_bibtex(to_bibtex(answer))[first.id]["eprint"] == "2112.08171"


@pytest.mark.parametrize(
    ("link", "arxiv", "year", "doi"),
    [
        ("https://arxiv.org/abs/cs/9901001v2", "cs/9901001", 1999, None),
        ("http://arxiv.org/pdf/2413.00001v1.pdf", None, None, None),
        ("https://doi.org/10.1109/TIP.2003.819861", None, None, "10.1109/TIP.2003.819861"),
        ("https://papers.example/7.pdf", None, None, None),
        (None, None, None, None),
    ],
)
def test_what_a_link_tells(
    answer: Answer, link: str | None, arxiv: str | None, year: int | None, doi: str | None
) -> None:
    source = answer.sources[0].model_copy(update={"paper": link})
    found = references(answer.model_copy(update={"sources": [source]}))[0]
    assert (found.arxiv, found.year, found.doi) == (arxiv, year, doi)


def test_letters_that_tex_reads_are_escaped(answer: Answer) -> None:
    odd = replace(references(answer)[0], title=r"50% of {all} \cases & #1_2 ~ $3\times$", url="https://x.example/{a}")
    entry = read_bibtex(_entry(odd) + "\n")[odd.id]
    assert entry["url"] == "https://x.example/%7Ba%7D"
    assert not re.search(r"(?<!\\)[%&#_]", entry["title"])


def test_names_are_unique(answer: Answer) -> None:
    twins: Any = [s.model_copy(update={"key": f"P{n}"}) for n, s in enumerate([answer.sources[1]] * 3, 1)]
    verdicts = {s.key: answer.verdicts["P1"] for s in twins}
    found = references(answer.model_copy(update={"sources": twins, "verdicts": verdicts}))
    assert len({r.id for r in found}) == 3


def test_the_command_prints_and_writes_them(tmp_path: Path) -> None:
    shown = call("ask", "--brief", SCAN, "--format", "bibtex").out
    assert call("ask", "--brief", SCAN, "-o", tmp_path / "refs.bib").code == 0
    assert (tmp_path / "refs.bib").read_text("utf-8") == shown
    assert call("ask", "--brief", SCAN, "-o", tmp_path / "refs.csl.json").code == 0
    assert json.loads((tmp_path / "refs.csl.json").read_text("utf-8")) == json.loads(
        call("ask", "--brief", SCAN, "--format", "csl").out
    )


@pytest.mark.parametrize("name", sorted(CASES))
def test_references_of_all_made_up_briefs_parse(name: str) -> None:
    found = ask(parse(CASES[name].text)).answer
    assert len(read_bibtex(to_bibtex(found))) == len(found.sources) == len(json.loads(to_csl(found)))
