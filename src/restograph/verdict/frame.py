"""Source -> frame: what the work does, on which object, in which direction, under which constraints.

Hits count by where they stand: the title says what a paper is about, a head sentence ("we develop",
"the method") what it does, the rest is context, and background ("most networks ...") is not the work.
"""

import re
from dataclasses import dataclass, field

from restograph.evidence.brief import Brief, Source
from restograph.evidence.cues import asks_nothing, is_background, short_name
from restograph.evidence.sentences import Range
from restograph.task.lexicon import candidates, hits
from restograph.task.names import named_operations

TITLE, HEAD, BODY, BACKGROUND = 3.0, 2.0, 1.0, 0.5

_HEAD = re.compile(
    r"\b(?:we|the authors?|this (?:paper|work|study|article|thesis)|here|the (?:paper|method|proposed|approach|framework|system|technique|module|model|network|pipeline)|our)\b",
    re.I,
)


@dataclass(frozen=True)
class Hit:
    """A concept found: its score over the source, and the sentence and range of its best evidence."""

    score: float
    sentence: Range
    place: Range
    in_title: bool = False


Hits = dict[str, Hit]


@dataclass(frozen=True)
class Frame:
    """What one source says of itself, as concepts with places. Names only fill `operations`."""

    source: Source
    operations: Hits
    objects: Hits = field(default_factory=dict)
    directions: Hits = field(default_factory=dict)
    needs: Hits = field(default_factory=dict)
    serves: Hits = field(default_factory=dict)
    against: Hits = field(default_factory=dict)
    sentences: tuple[Range, ...] = ()

    @property
    def name_only(self) -> bool:
        return self.source.name_only


def frame_of(brief: Brief, source: Source) -> Frame:
    """The frame of one source; flagged sentences are never looked at."""
    if source.kind == "model" and source.name_only:
        return Frame(source, name_operations(brief, source))
    ranges = tuple(brief.usable(source))
    weights = tuple(_weight(brief, source, r) for r in ranges)
    found = {
        name: _find(brief.text, ranges, weights, name, lists)
        for name, lists in (
            ("operation", ("terms", "sources")), ("object", ("patterns",)), ("direction", ("patterns",)), ("needs", ("patterns",)),
            ("constraint", ("serves",)),
        )
    }  # fmt: skip
    against = _find(brief.text, ranges, weights, "constraint", ("against",))
    operations = found["operation"] or (name_operations(brief, source) if source.kind == "model" else {})
    return Frame(
        source,
        operations,
        found["object"],
        found["direction"],
        found["needs"],
        found["constraint"],
        against,
        ranges[1:],
    )


def _weight(brief: Brief, source: Source, place: Range) -> float:
    if place == source.ranges["Model"]:
        return TITLE
    sentence = brief.text[slice(*place)]
    if is_background(sentence):
        return BACKGROUND
    name = short_name(source.title)
    return HEAD if _HEAD.search(sentence) or (name != source.title and name in sentence) else BODY


def _find(text: str, ranges: tuple[Range, ...], weights: tuple[float, ...], part: str, lists: tuple[str, ...]) -> Hits:
    """Concepts of a section; the best evidence is the heaviest sentence of the summary, else the title."""
    found: Hits = {}
    for concept_id in candidates(text, ranges, part, lists):
        places = [(w, r, hits(text, concept_id, lists, *r)) for w, r in zip(weights, ranges, strict=True)]
        places = [p for p in places if p[2] and not (part == "needs" and asks_nothing(text[slice(*p[1])]))]
        if not places:
            continue
        score = sum(w * (1 + 0.25 * min(len(h) - 1, 2)) for w, _, h in places)
        best = max(places, key=lambda p: (p[0] != TITLE, p[0], len(p[2]), -p[1][0]))
        in_title = any(w == TITLE for w, _, _ in places)
        found[concept_id.split(".")[1]] = Hit(score, best[1], best[2][0], in_title)
    return found


def name_operations(brief: Brief, source: Source) -> Hits:
    """The operations that a model's name promises, with the token that says them."""
    start, end = source.ranges["Model"]
    return {name: Hit(TITLE, (start, end), place, True) for name, place in named_operations(brief.text, start, end)}
