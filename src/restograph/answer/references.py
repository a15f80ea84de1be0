"""The sources of an answer as BibTeX or CSL-JSON, for a reference manager.

Nothing is looked up: a title, its links, what follows from the letters of a link (an arXiv number, with the year and month
that it begins with, or a DOI), and the verdict as an annotation. Authors are not in a brief, hence not in an entry.
"""

import json
import re
from dataclasses import dataclass

from restograph.answer.answer import Answer
from restograph.answer.check.forms import VERDICT_WORDS
from restograph.evidence.source import Source

_ARXIV = re.compile(r"arxiv\.org/(?:abs|pdf|html)/((\d\d)(0[1-9]|1[0-2])\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/(\d\d)(0[1-9]|1[0-2])\d{3})(?![\d])", re.I)  # fmt: skip
_DOI = re.compile(r"\bdoi\.org/(10\.\d{4,9}/[^\s?#]+)", re.I)
_FIRST_OLD_YEAR = 91  # arXiv began in 1991: two digits from here on are of the last century
_SMALL = {"a", "an", "the", "of", "for", "and", "in", "on", "with", "to", "by", "from", "via", "using", "toward", "towards"}  # fmt: skip
_TEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{c: f"\\{c}" for c in "&%$#_{}"},
}


@dataclass(frozen=True)
class Reference:
    """One source as a reference manager knows it; `year` and `month` are those of the arXiv number."""

    id: str
    title: str
    url: str | None
    code: str | None
    arxiv: str | None
    year: int | None
    month: int | None
    doi: str | None
    software: bool
    annotation: str


def references(answer: Answer) -> tuple[Reference, ...]:
    """All sources of the answer, in its order, with names that are unique within it."""
    found: list[Reference] = []
    for source in answer.sources:
        verdict = answer.verdicts[source.key]
        words = f"{VERDICT_WORDS[verdict.verdict]} ({source.key}): {verdict.reason}"
        found.append(_reference(source, words, {r.id for r in found}))
    return tuple(found)


def _reference(source: Source, annotation: str, taken: set[str]) -> Reference:
    arxiv, doi = _ARXIV.search(source.paper or ""), _DOI.search(source.paper or "")
    year, month = (arxiv[2] or arxiv[4], arxiv[3] or arxiv[5]) if arxiv else (None, None)
    century = 1900 if year and int(year) >= _FIRST_OLD_YEAR else 2000
    return Reference(
        id=_name(source, arxiv[1] if arxiv else source.key, taken),
        title=source.title,
        url=source.paper,
        code=source.github,
        arxiv=arxiv[1] if arxiv else None,
        year=century + int(year) if year else None,
        month=int(month) if month else None,
        doi=doi[1] if doi else None,
        software=source.kind == "model",
        annotation=annotation,
    )


def _name(source: Source, number: str, taken: set[str]) -> str:
    """'spatially-adaptive-feature-2302.13800': letters that every BibTeX takes."""
    words = [w for w in re.findall(r"[a-z0-9]+", source.title.lower()) if w not in _SMALL][:3]
    name = "-".join([*(words or ["source"]), number.replace("/", "-")])
    return name if name not in taken else f"{name}-{source.key}"


def to_bibtex(answer: Answer) -> str:
    """BibTeX: one @misc (papers) or @software (models) for each source."""
    return "\n".join(_entry(r) for r in references(answer))


def _entry(ref: Reference) -> str:
    fields = {
        "title": f"{{{_tex(ref.title)}}}",
        "year": ref.year and str(ref.year),
        "month": ref.month and str(ref.month),
        "eprint": ref.arxiv,
        "archiveprefix": "arXiv" if ref.arxiv else None,
        "doi": ref.doi,
        "url": ref.url and _braceless(ref.url),
        "note": ref.code and f"Code: \\url{{{_braceless(ref.code)}}}",
        "annote": _tex(ref.annotation),
    }
    rows = [f"  {name} = {{{value}}},\n" for name, value in fields.items() if value]
    return f"@{'software' if ref.software else 'misc'}{{{ref.id},\n{''.join(rows)}}}\n"


def _tex(text: str) -> str:
    return "".join(_TEX.get(letter, letter) for letter in " ".join(text.split()))


def _braceless(link: str) -> str:
    """A brace would end the field; a link has none but in escaped form."""
    return link.replace("{", "%7B").replace("}", "%7D")


def to_csl(answer: Answer) -> str:
    """CSL-JSON, as Zotero, Pandoc and citeproc read it."""
    return json.dumps([_item(r) for r in references(answer)], indent=1, ensure_ascii=False) + "\n"


def _item(ref: Reference) -> dict[str, object]:
    fields: dict[str, object] = {
        "id": ref.id,
        "type": "software" if ref.software else "article",
        "title": ref.title,
        "issued": {"date-parts": [[ref.year, ref.month]]} if ref.year else None,
        "publisher": "arXiv" if ref.arxiv else None,
        "number": f"arXiv:{ref.arxiv}" if ref.arxiv else None,
        "DOI": ref.doi,
        "URL": ref.url,
        "note": ref.code and f"Code: {ref.code}",
        "annote": ref.annotation,
    }
    return {name: value for name, value in fields.items() if value}
