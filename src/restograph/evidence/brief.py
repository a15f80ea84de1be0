"""The brief: a question with recommended models (M1, M2 ...) and related papers (P1, P2 ...).

Grammar (docs/briefs.md): a verbatim preamble that holds the question; a heading for each of the two
sections; blocks of `Model:`, `Paper:`, `GitHub:`, `Summary:` lines. All spans are half-open ranges of
code points in the original text: no newline translation, a byte-order mark counts.
"""

import re
from dataclasses import dataclass
from typing import Literal, NoReturn

from pydantic import BaseModel, ConfigDict

from restograph.errors import BriefError
from restograph.evidence.sentences import Range, sentences, speaks_to_reader, title_speaks_to_reader

Field = Literal["Model", "Paper", "GitHub", "Summary"]
FIELDS: tuple[Field, ...] = ("Model", "Paper", "GitHub", "Summary")
HEADINGS = ("### Recommended AI Models:", "### Related Papers:")

_FIELD = re.compile(r"(Model|Paper|GitHub|Summary|[A-Z][A-Za-z ]{1,20}):[ \t]*(.*)$", re.I | re.S)
_URL = re.compile(r"https?://[^\s<>\"“”]+")
_ASKED = re.compile(r"asked the following question:\s*|^question:\s*", re.I | re.M)


class Span(BaseModel):
    """Half-open range of code points of the brief; `source` is a key, or Q for the question."""

    model_config = ConfigDict(frozen=True)

    source: str
    start: int
    end: int


@dataclass(frozen=True)
class Source:
    """One block. `title` is the Model field: a paper's title, or a recommended model's name."""

    key: str
    kind: Literal["model", "paper"]
    values: dict[Field, str]
    ranges: dict[Field, Range]
    start: int
    end: int
    flagged: tuple[Range, ...]

    @property
    def title(self) -> str:
        return self.values["Model"]

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

    def source(self, key: str) -> Source | None:
        return next((s for s in self.sources if s.key == key), None)

    def usable(self, source: Source) -> list[Range]:
        """Title and the sentences of the summary that may serve as evidence."""
        ranges = [source.ranges["Model"]]
        if "Summary" in source.ranges:
            ranges += sentences(self.text, *source.ranges["Summary"])
        return [r for r in ranges if r not in source.flagged]


def parse(text: str) -> Brief:
    """Read a brief; BriefError names the line and what was expected there."""
    lines = _lines(text)
    heads = _headings(text, lines)
    first = heads[0][1]
    question = _question(text, lines[first][0])
    bounds = [index for _, index in heads] + [_answer_line(text, lines, first)]
    blocks: dict[str, list[Source]] = {"M": [], "P": []}
    for (letter, index), stop in zip(heads, bounds[1:], strict=True):
        blocks[letter] += _blocks(text, lines[index + 1 : stop], index + 1, letter, len(blocks[letter]))
    models, papers = tuple(blocks["M"]), tuple(blocks["P"])
    end = max([s.end for s in models + papers], default=lines[bounds[-2]][1])
    brief = Brief(text[: lines[first][0]], question, models, papers, text[end:], text, None)
    return brief if _canonical(brief) == text else Brief(**{**vars(brief), "original": text})


def render(brief: Brief) -> str:
    """The text of a brief, byte for byte what was parsed."""
    return _canonical(brief) if brief.original is None else brief.original


def _canonical(brief: Brief) -> str:
    parts = [brief.preamble]
    for heading, blocks in zip(HEADINGS, (brief.models, brief.papers), strict=True):
        body = "\n\n".join(_block_text(b) for b in blocks)
        parts.append(f"{heading}\n{body}" + ("\n\n" if heading == HEADINGS[0] else ""))
    if not brief.papers:  # the tail starts where the last block or heading line ends
        parts[-1] = f"{HEADINGS[1]}\n"
    return "".join(parts) + brief.tail


def _block_text(source: Source) -> str:
    return "\n".join(f"{name}: {source.values[name]}" for name in FIELDS if name in source.values)


def allowed_links(brief: Brief) -> tuple[str, ...]:
    """Every link of the Paper, GitHub and Summary fields outside flagged text, letter for letter."""
    found: dict[str, None] = {}
    for source in brief.sources:
        for name in ("Paper", "GitHub"):
            if link := field_link(brief, source, name):
                found.setdefault(brief.text[slice(*link)])
        for one in summary_links(brief, source):
            found.setdefault(brief.text[slice(*one)])
    return tuple(found)


def field_link(brief: Brief, source: Source, name: Literal["Paper", "GitHub"]) -> Range | None:
    """Range of the link in a Paper or GitHub field; None when the field is absent, flagged or no link."""
    place = source.ranges.get(name)
    if place is None or place in source.flagged:
        return None
    match = _URL.search(brief.text, *place)
    return _link_range(brief.text, match) if match else None


def summary_links(brief: Brief, source: Source) -> list[Range]:
    """Ranges of the links in the usable sentences of a summary."""
    ranges = brief.usable(source)[0 if source.ranges["Model"] in source.flagged else 1 :]
    return [_link_range(brief.text, m) for r in ranges for m in _URL.finditer(brief.text, *r)]


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


def _headings(text: str, lines: list[Range]) -> list[tuple[str, int]]:
    found = []
    for index, (a, b) in enumerate(lines):
        line = text[a:b].lower()
        if line.startswith("#") and ("recommended" in line or "related" in line):
            found.append(("M" if "recommended" in line else "P", index))
    if not found:
        _fail(len(lines) - 1, f"expected the heading {HEADINGS[0]!r}, found the end of the brief")
    return found


def _answer_line(text: str, lines: list[Range], first: int) -> int:
    for index in range(first, len(lines)):
        if text[slice(*lines[index])].strip().lower().startswith("answer:"):
            return index
    return len(lines)


def _question(text: str, stop: int) -> Range:
    """The quoted paragraph after the announcement, without its quotation marks."""
    match = _ASKED.search(text, 0, stop)
    if not match:
        _fail(text.count("\n", 0, stop), "expected a line 'A user has asked the following question:' before the models")
    blank = re.compile(r"\r?\n[ \t]*\r?\n").search(text, match.end(), stop)
    a, b = match.end(), blank.start() if blank else stop
    while b > a and text[b - 1].isspace():
        b -= 1
    if b - a >= 2 and text[a] in "\"“'«" and text[b - 1] in "\"”'»":
        a, b = a + 1, b - 1
    if a >= b:
        _fail(text.count("\n", 0, match.end()), "expected the question after its announcement, found nothing")
    return a, b


def _blocks(text: str, lines: list[Range], offset: int, letter: str, before: int) -> list[Source]:
    """Split a section into blocks: one starts at `Model:` after a blank line or the heading."""
    starts = [
        i for i, line in enumerate(lines) if _is_model(text, line) and (i == 0 or not text[slice(*lines[i - 1])].strip())
    ]
    for i, line in enumerate(lines[: starts[0]] if starts else lines):
        if (words := text[slice(*line)].strip()) and not words.startswith("#"):
            _fail(offset + i, f"expected 'Model: NAME' at the start of a block, found {words[:60]!r}")
    stops = [*starts[1:], len(lines)]
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
        if match and name:
            ranges[name] = (a + match.start(2), b)
        elif line.strip() and not match:
            _fail(offset + i, f"expected Paper:, GitHub: or Summary: in the block of {key}, found {line.strip()[:60]!r}")
    if not text[slice(*ranges["Model"])].strip():
        _fail(offset, f"expected a name after 'Model:' in the block of {key}")
    ranges = {n: _stripped(text, r) for n, r in ranges.items()}
    ranges = {n: r for n, r in ranges.items() if r[0] < r[1]}
    end = max(b for _, b in ranges.values())
    kind: Literal["model", "paper"] = "model" if key[0] == "M" else "paper"
    values: dict[Field, str] = {n: text[slice(*r)] for n, r in ranges.items()}
    return Source(key, kind, values, ranges, lines[0][0], end, _flagged(text, ranges))


def _stripped(text: str, one: Range) -> Range:
    a, b = one
    while b > a and text[b - 1].isspace():
        b -= 1
    while a < b and text[a].isspace():
        a += 1
    return a, b


def _flagged(text: str, ranges: dict[Field, Range]) -> tuple[Range, ...]:
    found = [ranges[n] for n in FIELDS[:3] if n in ranges and title_speaks_to_reader(text[slice(*ranges[n])])]
    if "Summary" in ranges:
        found += [r for r in sentences(text, *ranges["Summary"]) if speaks_to_reader(text[slice(*r)])]
    return tuple(sorted(found))
