"""The necessary test of a sentence that a language model worded: what it says must stand in the spans that it cites.

It can show that a sentence goes beyond its spans, not that it follows from them: "not contradicted by the checks" is all
that passing means. Every test here refuses; none repairs.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from importlib import resources

from restograph.answer.check.premises import SOURCE
from restograph.evidence.orders import speaks_to_reader
from restograph.evidence.sentences import sentences
from restograph.task.lexicon import hits, section

_WORDS = tomllib.loads((resources.files("restograph.answer") / "drafted.toml").read_text("utf-8"))

COVERAGE = 0.6  # share of the content words that the spans must have
LONGEST_RUN = 3  # content words in a row that the spans may lack
FEWEST, MOST = 5, 60  # words of a sentence

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d+(?:[.,]\d+)*|[%×]")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_MARKS = re.compile(r"[\[\]<>`|{}*#\\]|[^\S ]|https?:|www\.|\b[\w.-]+\.(?:com|org|net|io|ai|dev)\b|\S@\S", re.I)
_NAME = re.compile(r"\b(?=\w*[A-Z])(?=\w*[A-Z0-9]\w*[A-Z0-9]|\w+[A-Z])[\w-]+\b|\b[A-Z][\w-]*")
_NOT = re.compile(
    r"\b(?:not|no|never|without|neither|nor|cannot|none|nothing|hardly|rarely|fails?|lacks?|\w+n['’]t)\b", re.I
)
_SPOKEN, _TURNING, _FUNCTION, _REPORTING = (
    frozenset(_WORDS[name].split()) for name in ("spoken_numbers", "turning", "function", "reporting")
)

_ENDINGS = tuple(_WORDS["endings"].split())


def objections(text: str, title: str, cited: Iterable[str]) -> list[str]:
    """What speaks against a sentence, given the title and the cited spans of its one source; empty when it may be said."""
    spans = list(cited)
    said = f"{title}. {' '.join(spans)}"
    return [
        *_shape(text),
        *_numbers(text, said),
        *_names(text, said),
        *_polarity(text, spans),
        *_concepts(text, said),
        *_words(text, said),
    ]


def _shape(text: str) -> Iterator[str]:
    words = len(text.split())
    if not FEWEST <= words <= MOST:
        yield f"it has {words} words, allowed are {FEWEST} to {MOST}"
    if text != text.strip() or not text.isprintable() or (mark := _MARKS.search(text)):
        yield f"it holds marks, links or keys ({mark[0] if text.isprintable() and mark else 'white space'!r})"
    elif len(sentences(text)) != 1:
        yield "it is not one sentence"
    if speaks_to_reader(text):
        yield "it speaks to the reader"


def _numbers(text: str, said: str) -> Iterator[str]:
    """Every number stands in the spans, before the same word or sign."""
    have = {(n, _stem(unit)) for n, unit in _with_next(said)}
    for number, unit in _with_next(text):
        followed = (number, _stem(unit)) in have or (not _is_unit(unit) and any(number == n for n, _ in have))
        if not followed:
            yield f"the spans do not say {f'{number} {unit}'.strip()!r}"


def _with_next(text: str) -> Iterator[tuple[str, str]]:
    words = _WORD.findall(text.replace("\\times", "×"))
    for word, after in zip(words, [*words[1:], ""], strict=True):
        if _NUMBER.fullmatch(word) or word.lower() in _SPOKEN:
            yield word.lower(), after


def _is_unit(word: str) -> bool:
    return bool(word) and word.lower() not in _FUNCTION


def _names(text: str, said: str) -> Iterator[str]:
    """Names and abbreviations stand in the spans or the title, letter for letter; so does the first word, unless it is a common one."""
    tokens = re.findall(r"[\w-]+", said)
    have = {part for token in tokens for part in (token, *token.split("-"))}
    stems = {_stem(w) for w in _WORD.findall(said)}
    for match in _NAME.finditer(text):
        name, first = match[0], match.start() == 0
        common = (
            first
            and (len(name) == 1 or name[1:].islower())
            and (name.lower() in _FUNCTION or _stem(name) in stems | _REPORTING)
        )
        if not (name in have or set(name.split("-")) <= have or common):
            yield f"the spans do not name {name!r}"


def _polarity(text: str, spans: list[str]) -> Iterator[str]:
    denies = [bool(_NOT.search(span)) for span in spans]
    if bool(_NOT.search(text)) and not any(denies):
        yield "it denies what the spans do not deny"
    if spans and all(denies) and not _NOT.search(text):
        yield "the spans deny something, and it does not"


def _concepts(text: str, said: str) -> Iterator[str]:
    """No task of the field is credited that the spans do not speak of."""
    for name in section("operation"):
        if (
            name != "operation.other"
            and hits(text, name, SOURCE, 0, len(text))
            and not hits(said, name, SOURCE, 0, len(said))
        ):
            yield f"the spans do not speak of {name.rpartition('.')[2].replace('_', ' ')}"


def _words(text: str, said: str) -> Iterator[str]:
    """Turning words stand there themselves; most other words by their stem, with no long run of new ones."""
    exact = {w.lower() for w in _WORD.findall(said)}
    stems = {_stem(w) for w in exact}
    words = [w.lower() for w in _WORD.findall(text) if not w.isdigit()]
    if turning := [w for w in words if w in _TURNING and w not in exact]:
        yield f"the spans do not say {turning[0]!r}"
    new = [_stem(w) not in stems | _REPORTING for w in words if w not in _FUNCTION]
    if new and 1 - sum(new) / len(new) < COVERAGE:
        yield f"only {1 - sum(new) / len(new):.0%} of its words stand in the spans"
    if "1" * (LONGEST_RUN + 1) in "".join("1" if one else "0" for one in new):
        yield "a whole part of it does not stand in the spans"


def _stem(word: str) -> str:
    """A coarse stem: endings cut, then at most six letters."""
    word = word.lower()
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            word = word[: -len(ending)]
            break
    return word[:6]
