"""The open door: a bare question finds its sources in the catalogue and becomes a brief.

For each operation that the question asks for, the sources that do it are ranked by the words in common,
weighted by how rare they are in the catalogue. Ties fall by title, so the same question always gives the same brief.
"""

import math
import re
from collections.abc import Sequence

from restograph.evidence.brief import HEADINGS
from restograph.evidence.library import Entry
from restograph.task.names import named_operations

MODELS, PAPERS = 1, 3  # models for each operation, papers in all (two for each operation when there are several)

PREAMBLE = """You answer as a careful scientist would.

A user has asked the following question:
"{question}"

From the models and papers below, explain:

1. The task the user wants done.
2. How the model or models work as a typed workflow (input → model → output).
3. The papers and tools, with their links, that support the answer.

Use only these models and papers, nothing else.

"""

_WORD = re.compile(r"[a-z][a-z-]{2,}")
_COMMON = frozenset(
    _WORD.findall("""
    the and for with that this how does did was were are from have has its into not but you your can what which why
    who when our their them they been being more than then there here very just about over under image images
    picture pictures photo photos network networks model models method
""")
)


def search(
    question: str, operations: Sequence[str], entries: Sequence[Entry], scale: float | None = None
) -> tuple[Entry, ...]:
    """The sources that fit a question best, models first; empty when nothing has to do with it.

    Every operation gets its best model and its best papers, so that a second need is not crowded out.
    """
    weight, asked = _weights(entries), _words(question)
    chosen: dict[Entry, None] = {}
    for kind, most in (("model", MODELS), ("paper", max(2, PAPERS // max(1, len(operations))))):
        for name in operations:
            able = [e for e in entries if e.kind == kind and name in e.operations and _says(e, name)]
            scored = [(_score(e, asked, weight, scale), e) for e in able]
            ranked = sorted(scored, key=lambda item: (-item[0], item[1].title))
            chosen |= dict.fromkeys(e for _, e in ranked[:most])
    return tuple(chosen)


def brief_text(question: str, entries: Sequence[Entry]) -> str:
    """A brief in the canonical text format."""
    question = " ".join(question.split())
    parts = [PREAMBLE.format(question=question)]
    for heading, kind in zip(HEADINGS, ("model", "paper"), strict=True):
        blocks = "\n\n".join(_block(e) for e in entries if e.kind == kind)
        parts.append(f"{heading}\n{blocks}\n\n" if blocks else f"{heading}\n\n")
    return "".join(parts) + "\nAnswer:\n"


def _block(entry: Entry) -> str:
    fields = (("Model", entry.title), ("Paper", entry.paper), ("GitHub", entry.github), ("Summary", entry.summary))
    return "\n".join(f"{name}: {value}" for name, value in fields if value)


def _words(text: str) -> set[str]:
    return {w.rstrip("s") for w in _WORD.findall(text.lower()) if w not in _COMMON}


def _weights(entries: Sequence[Entry]) -> dict[str, float]:
    """Inverse document frequency of every word of the catalogue."""
    seen: dict[str, int] = {}
    for entry in entries:
        for word in _words(f"{entry.title} {entry.summary or ''}"):
            seen[word] = seen.get(word, 0) + 1
    return {word: math.log(1 + len(entries) / count) for word, count in seen.items()}


def _says(entry: Entry, operation: str) -> bool:
    """A model is judged by its name alone, so only one whose name promises the operation is of use."""
    named = named_operations(entry.title, 0, len(entry.title))
    return entry.kind == "paper" or operation in {name for name, _ in named}


def _score(entry: Entry, asked: set[str], weight: dict[str, float], scale: float | None) -> float:
    """Rare words in common; a model for the factor asked for comes first, one for another factor last."""
    words = _words(f"{entry.title} {entry.summary or ''}") & asked
    offers = re.search(r"-x(\d)\b", entry.title)
    fits = 0.0 if not offers or scale is None else (3.0 if float(offers[1]) == scale else -3.0)
    return sum(weight[w] for w in words) + fits
