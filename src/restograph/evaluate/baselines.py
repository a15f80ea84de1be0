"""What simple ways would answer: the operation whose name is nearest, and verdicts by shared words.

They show how much of a corpus is easy. A figure of Restograph's means little without them beside it.
"""

import re

from restograph.task.lexicon import concept, section

COMMON = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "to",
        "in",
        "on",
        "at",
        "for",
        "and",
        "or",
        "but",
        "with",
        "without",
        "from",
        "by",
        "as",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "it",
        "its",
        "this",
        "that",
        "these",
        "those",
        "i",
        "my",
        "we",
        "our",
        "you",
        "your",
        "he",
        "she",
        "they",
        "them",
        "his",
        "her",
        "how",
        "why",
        "what",
        "which",
        "when",
        "where",
        "does",
        "do",
        "did",
        "can",
        "could",
        "would",
        "should",
        "has",
        "have",
        "had",
        "not",
        "no",
        "so",
        "than",
        "then",
        "there",
        "into",
        "out",
        "up",
        "down",
        "over",
        "more",
        "most",
        "very",
        "picture",
        "pictures",
        "photo",
        "photos",
        "image",
        "images",
        "model",
        "models",
    ]
)
FITS, PARTLY = 0.12, 0.06  # shares of the question's words in a source; our choice, tuned on nothing


def words(text: str) -> set[str]:
    """Stems (six letters) of the words that carry meaning."""
    return {word[:6] for word in re.findall(r"[a-z]{3,}", text.lower()) if word not in COMMON}


def nearest_task(question: str) -> str:
    """The operation whose label shares most words with the question; super-resolution when none does."""
    asked = words(question)
    names = [name.split(".")[1] for name in section("operation")]
    shared = {n: len(asked & words(f"{n.replace('_', ' ')} {concept(f'operation.{n}').label}")) for n in names}
    best = max(names, key=lambda n: shared[n])
    return best if shared[best] else "super_resolution"


def by_overlap(question: str, block: str) -> str:
    """The verdict by the share of the question's words that the source has."""
    asked = words(question)
    part = len(asked & words(block)) / len(asked) if asked else 0.0
    return "fit" if part >= FITS else "partial" if part >= PARTLY else "off_topic"
