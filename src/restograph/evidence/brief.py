"""The brief: a question with recommended models (M1, M2 ...) and related papers (P1, P2 ...).

Grammar (docs/briefs.md): a verbatim preamble that holds the question; a heading for each of the two
sections; blocks of `Model:`, `Paper:`, `GitHub:`, `Summary:` lines. All spans are half-open ranges of
code points in the original text: no newline translation, a byte-order mark counts.
"""

import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import Literal, NoReturn

from pydantic import BaseModel, ConfigDict

from restograph.errors import BriefError
from restograph.evidence.orders import before_order, speaks_to_reader
from restograph.evidence.sentences import Range, sentences, trim

Field = Literal["Model", "Paper", "GitHub", "Summary"]
FIELDS: tuple[Field, ...] = ("Model", "Paper", "GitHub", "Summary")
HEADINGS = ("### Recommended AI Models:", "### Related Papers:")
WITHHELD = "(name withheld)"

_FIELD = re.compile(r"(Model|Paper|GitHub|Summary|[A-Z][A-Za-z ]{1,20}):[ \t]*(.*)$", re.I | re.S)
_URL = re.compile(r"https?://[^\s<>\"“”]+")
_ASKED = re.compile(r"asked the following question:\s*|^question:\s*", re.I | re.M)
_BLANK_LINE = re.compile(r"\r?\n[ \t]*\r?\n")
_MARKS = {'"': '"', "“": "”", "«": "»", "'": "'"}


class Span(BaseModel):
    """Half-open range of code points of the brief; `source` is a key, or Q for the question."""

    model_config = ConfigDict(frozen=True)

    source: str
    start: int
    end: int


@dataclass(frozen=True)
class Source:
    """One block. `title` is the Model field: a paper's title, or a recommended model's name.

    An order in the Model field is no part of the title, and `ranges["Model"]` leaves it out; a field that
    is nothing but an order gives the title WITHHELD, and then the range is that of its label.
    """

    key: str
    kind: Literal["model", "paper"]
    title: str
    values: dict[Field, str]
    ranges: dict[Field, Range]
    start: int
    end: int
    flagged: tuple[Range, ...]

    @property
    def name_only(self) -> bool:
        return "Summary" not in self.values


@dataclass(frozen=True)
class Brief:
    """A parsed brief; `original` is kept when the text is not in the canonical form."""

    preamble: str
    question: Range
    models: tuple[Source, ...]
    papers: tuple[Source, ...]
    tail: str
    text: str
    original: str | None

    @property
    def sources(self) -> tuple[Source, ...]:
        return self.models + self.papers

    @property
    def asked(self) -> str:
        return self.text[slice(*self.question)]

    @cached_property
    def _by_key(self) -> dict[str, tuple[Source, list[Range]]]:
        return {s.key: (s, _evidence(self.text, s)) for s in self.sources}

    @cached_property
    def links(self) -> tuple[str, ...]:
        """Every link of the Paper, GitHub and Summary fields outside flagged text, letter for letter."""
        found: dict[str, None] = {}
        for source in self.sources:
            fields = (field_link(self, source, "Paper"), field_link(self, source, "GitHub"))
            for place in [*(f for f in fields if f), *summary_links(self, source)]:
                found.setdefault(self.text[slice(*place)])
        return tuple(found)

    def source(self, key: str) -> Source | None:
        return self._by_key[key][0] if key in self._by_key else None

    def usable(self, source: Source) -> list[Range]:
        """Title, then the sentences of the summary that may serve as evidence."""
        return self._by_key[source.key][1]


def _evidence(text: str, source: Source) -> list[Range]:
    ranges = [source.ranges["Model"]]
    if "Summary" in source.ranges:
        ranges += sentences(text, *source.ranges["Summary"])
    return [r for r in ranges if r not in source.flagged]


def parse(text: str) -> Brief:
    """Read a brief; BriefError names the line and what was expected there."""
    lines = _lines(text)
    heads, answer = _headings(text, lines)
    first = heads[0][1]
    question = _question(text, lines[first][0])
    bounds = [index for _, index in heads] + [answer]
    blocks: dict[str, list[Source]] = {"M": [], "P": []}
    for (letter, index), stop in zip(heads, bounds[1:], strict=True):
        blocks[letter] += _blocks(text, lines[index + 1 : stop], index + 1, letter, len(blocks[letter]))
    models, papers = tuple(blocks["M"]), tuple(blocks["P"])
    end = max([lines[bounds[-2]][1], *(s.end for s in models + papers)])
    brief = Brief(text[: lines[first][0]], question, models, papers, text[end:], text, None)
    return brief if _canonical(brief) == text else Brief(**{**vars(brief), "original": text})


def render(brief: Brief) -> str:
    """The text of a brief, byte for byte what was parsed."""
    return _canonical(brief) if brief.original is None else brief.original


def _canonical(brief: Brief) -> str:
    models, papers = ("\n\n".join(map(_block_text, blocks)) for blocks in (brief.models, brief.papers))
    first, second = HEADINGS
    body = [f"{first}\n", f"{models}\n\n" if models else "\n", second, f"\n{papers}" if papers else ""]
    return "".join([brief.preamble, *body, brief.tail])


def _block_text(source: Source) -> str:
    return "\n".join(f"{name}: {source.values[name]}" for name in FIELDS if name in source.values)


def field_link(brief: Brief, source: Source, name: Literal["Paper", "GitHub"]) -> Range | None:
    """Range of the link in a Paper or GitHub field; None when the field is absent, flagged or no link."""
    place = source.ranges.get(name)
    match = _URL.search(brief.text, *place) if place else None
    link = _link_range(brief.text, match) if match else None
    flagged = link and any(link[0] < b and a < link[1] for a, b in source.flagged)
    return None if flagged else link


def summary_links(brief: Brief, source: Source) -> list[Range]:
    """Ranges of the links in the usable sentences of a summary."""
    return [_link_range(brief.text, m) for r in brief.usable(source)[1:] for m in _URL.finditer(brief.text, *r)]


def _link_range(text: str, match: re.Match[str]) -> Range:
    """Without final punctuation; a closing bracket belongs to the link only if it was opened there."""
    start, end = match.span()
    while end > start:
        last = text[end - 1]
        unopened = last in ")]}" and text.count("([{"[")]}".index(last)], start, end) < text.count(last, start, end)
        if last not in ".,;:!?'*`’" and not unopened:
            break
        end -= 1
    return start, end


def flagged_spans(brief: Brief) -> tuple[Span, ...]:
    """Sentences addressed to the reader, in the brief's order."""
    return tuple(Span(source=s.key, start=a, end=b) for s in brief.sources for a, b in s.flagged)


def _lines(text: str) -> list[Range]:
    """Lines without their line ends ('\\n' or '\\r\\n')."""
    found, begin = [], 0
    for raw in text.split("\n"):
        found.append((begin, begin + len(raw.removesuffix("\r"))))
        begin += len(raw) + 1
    return found


def _fail(index: int, message: str) -> NoReturn:
    raise BriefError(index + 1, message)


def _headings(text: str, lines: list[Range]) -> tuple[list[tuple[str, int]], int]:
    """Letter and line of every heading of a section, and the line of `Answer:` (or the number of lines).

    After the first heading both count only where a summary may end: after a blank line or a heading.
    """
    asked = _ASKED.search(text)
    found: list[tuple[str, int]] = []
    open_before = True
    for index, (a, b) in enumerate(lines):
        line = text[a:b].strip().lower()
        heading = text[a : a + 1] == "#" and ("recommended" in line or "related" in line)
        if heading and (open_before or not found) and (asked is None or a >= asked.end()):
            found.append(("M" if "recommended" in line else "P", index))
        elif found and open_before and line.startswith("answer:"):
            return found, index
        open_before = not line or bool(found and found[-1][1] == index)
    if not found:
        _fail(len(lines) - 1, f"expected the heading {HEADINGS[0]!r}, found the end of the brief")
    return found, len(lines)


def _question(text: str, stop: int) -> Range:
    """The paragraph after the announcement; quoted, it may hold blank lines, and the marks are left out."""
    match = _ASKED.search(text, 0, stop)
    if not match:
        _fail(text.count("\n", 0, stop), "expected a line 'A user has asked the following question:' before the models")
    ends = [*(m.start() for m in _BLANK_LINE.finditer(text, match.end(), stop)), stop]
    found = trim(text, (match.end(), ends[0]))
    mark = _MARKS.get(text[found[0]]) if found else None
    if found and mark:
        if _is_open(text[slice(*found)], mark):  # the closing mark stands in a later paragraph, or nowhere
            longer = (trim(text, (match.end(), end)) for end in ends[1:])
            found = next((r for r in longer if r and text[r[1] - 1] == mark), found)
        if text[found[1] - 1] == mark and found[1] - found[0] > 1:
            found = trim(text, (found[0] + 1, found[1] - 1))
    if found is None:
        _fail(text.count("\n", 0, match.start()), "expected the question after its announcement, found nothing")
    return found


def _is_open(paragraph: str, mark: str) -> bool:
    opened, closed = paragraph.count(paragraph[0]), paragraph.count(mark)
    return closed % 2 == 1 if paragraph[0] == mark else opened > closed


def _blocks(text: str, lines: list[Range], offset: int, letter: str, before: int) -> list[Source]:
    """Split a section into blocks: one starts at `Model:` after a blank line or the heading."""
    starts = [
        i
        for i, line in enumerate(lines)
        if _is_model(text, line) and (i == 0 or not text[slice(*lines[i - 1])].strip())
    ]
    for i, line in enumerate(lines):
        words = text[slice(*line)].strip()
        if words.startswith("###") and (i == 0 or not text[slice(*lines[i - 1])].strip()):
            _fail(offset + i, f"expected one of the headings {HEADINGS!r}, found {words[:60]!r}")
        if words and not words.startswith("#") and i < min(starts, default=len(lines)):
            _fail(offset + i, f"expected 'Model: NAME' at the start of a block, found {words[:60]!r}")
    stops = [*starts[1:], len(lines)] if starts else []
    return [
        _block(text, lines[a:b], offset + a, f"{letter}{before + n + 1}")
        for n, (a, b) in enumerate(zip(starts, stops, strict=True))
    ]


def _is_model(text: str, line: Range) -> bool:
    return text[line[0] : line[0] + 6].lower() == "model:"


def _block(text: str, lines: list[Range], offset: int, key: str) -> Source:
    ranges: dict[Field, Range] = {}
    for i, (a, b) in enumerate(lines):
        line = text[a:b]
        if "Summary" in ranges:
            if line.strip():
                ranges["Summary"] = (ranges["Summary"][0], b)  # summaries may run over several lines
            continue
        match = _FIELD.match(line)
        name = next((f for f in FIELDS if match and f.lower() == match[1].lower()), None)
        if name and name in ranges:
            _fail(offset + i, f"a second '{name}:' in the block of {key}; start a new block after a blank line")
        if match and not name and (meant := get_close_matches(match[1].title(), FIELDS, 1, 0.75)):
            _fail(offset + i, f"unknown field '{match[1]}:' in the block of {key}; did you mean '{meant[0]}:'?")
        if match and name:
            ranges[name] = (a + match.start(2), b)
        elif line.strip() and not match:
            _fail(
                offset + i, f"expected Paper:, GitHub: or Summary: in the block of {key}, found {line.strip()[:60]!r}"
            )
    ranges = {n: t for n, r in ranges.items() if (t := trim(text, r))}
    if "Model" not in ranges:
        _fail(offset, f"expected a name after 'Model:' in the block of {key}")
    kind: Literal["model", "paper"] = "model" if key[0] == "M" else "paper"
    values: dict[Field, str] = {n: text[slice(*r)] for n, r in ranges.items()}
    end, flagged = max(b for _, b in ranges.values()), _flagged(text, ranges)
    whole = ranges["Model"]
    ranges["Model"] = _usable(text, whole, flagged) or (lines[0][0], lines[0][0] + len("Model"))
    title = text[slice(*ranges["Model"])] if ranges["Model"][0] >= whole[0] else WITHHELD
    return Source(key, kind, title, values, ranges, lines[0][0], end, flagged)


def _usable(text: str, field: Range, flagged: tuple[Range, ...]) -> Range | None:
    """What is left of a field before the order in it."""
    return trim(text, (field[0], min([a for a, b in flagged if field[0] <= a and b <= field[1]], default=field[1])))


def _flagged(text: str, ranges: dict[Field, Range]) -> tuple[Range, ...]:
    """Orders: the end of a title, all of a link field but the link that it begins with, whole sentences."""
    found: list[Range | None] = []
    a, b = ranges["Model"]
    if (cut := before_order(text[a:b])) is not None:
        found.append(trim(text, (a + cut, b)))
    for name in ("Paper", "GitHub"):
        if name in ranges and speaks_to_reader(text[slice(*ranges[name])]):
            a, b = ranges[name]
            link = _URL.match(text, a, b)
            kept = _link_range(text, link)[1] if link and not speaks_to_reader(link.group()) else a
            found.append(trim(text, (kept, b)))
    if "Summary" in ranges:
        found += [r for r in sentences(text, *ranges["Summary"]) if speaks_to_reader(text[slice(*r)])]
    return tuple(sorted(r for r in found if r))
