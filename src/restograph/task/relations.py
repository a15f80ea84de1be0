"""Factors of size that are said as a relation: "one pixel became nine", "a quarter of the width, I want it whole".

Where sizes.py joins two measures of one dimension, here a phrase tells the factor by itself: pixels that are
split, binning undone, a share that is to be whole again, percentages on top. Those of time stand in frames.py.
Spans are half-open code-point ranges.
"""

import re
from collections.abc import Callable, Iterator

from restograph.task.frames import COUNT as _N
from restograph.task.frames import SHARE as _SHARE
from restograph.task.frames import Relation, doubled, in_time, matches, share
from restograph.task.numerals import DIGITS, FRACTIONS, MIXED, WORD, number
from restograph.task.patterns import Lazy

_EDGE = r"(?:width|height|size|edges?|sides?|side length|edge length|length|resolution|res|dimensions|frame|master|original|linear size)"
_WHOLE = r"\b(?:whole|full|back|undo|restor\w*|recover\w*|original (?:size|dimensions|width|resolution|file|frames?)|uncropped|unbinned|complete|native|hundred again|entire|all of (?:it|them)|master|again|refill\w*|un-?shrink)\b"
_SPLIT = (
    rf"\b(?:each|every|one|a|single) (?:single |little |old |input )?(?:pixel|dot) (?:(?:has |have |had |should |shall |must |will |is |was |to )*(?:be |been )?)"
    rf"(?:become|becomes|became|turned? into|turns into|now|make|makes|made|split into|give|gives|gave|replaced by) (?P<n>{_N})\b"
)
_OUT_OF = rf"\b(?P<n>{_N}) (?:output |new )?pixels? (?:for|out of|from|per) (?:each|every|one|a) (?:one|single|pixel|input|old)"
_BLOCK = rf"\b(?:each|every|one) (?:pixel|dot)\b[^.!?]{{0,40}}?\b(?P<n>{_N})\s?(?:by|x|×)\s?(?P<m>{_N})\b"
_BINNED = rf"\b(?:(?P<n>{_N})\s?(?:by|x|×)\s?(?P<m>{_N})[ -]bin\w*|binn?(?:ed|s|ing)? (?:by )?(?P<n2>{_N})\s?(?:by|x|×)\s?(?P<m2>{_N}))"
_AREA = rf"\b(?:by|in|the) (?:the )?(?:area|surface)\b[^.!?]{{0,30}}?\b(?:to|by|times) (?P<n>{MIXED})\b|\b(?P<w>doubl\w+|tripl\w+|quadrupl\w+) (?:the |its )?(?:area|surface)\b"
_OF_EDGE = rf"\b(?P<part>{_SHARE})(?:[ -]| of (?:the |its |their |that )?)(?:original |current |old |linear |native |sensor )?{_EDGE}\b"
_PERCENT_EDGE = rf"\b(?P<p>{DIGITS})\s?(?:%|per ?cent) of (?:the |its |their )?(?:original |old |full )?{_EDGE}\b"
_PARTS = {"halves": 2, "thirds": 3, "quarters": 4, "fifths": 5, "sixths": 6, "eighths": 8, "tenths": 10}
_IMPROPER = rf"\b(?P<n>{WORD}) (?P<part>{'|'.join(_PARTS)})\b(?= (?:of|per|the|as))"
_MORE = rf"\b(?:another|add|adding|plus) (?:an? )?(?P<p>{DIGITS}|hundred|fifty|twenty)\s?(?:%|per ?cent)"
_PART_MORE = (
    rf"\b(?P<part>(?:an?|one|two|three) (?:half|{'|'.join(FRACTIONS)})s?) more (?:width|height|size|on each|per side)"
)
_TWICE_OVER = rf"(?<![\w.])(?:[×x]\s?(?P<a>{DIGITS})|(?P<a2>{DIGITS})\s?[×x])\b,? (?:and )?(?:then|followed by|and again|after that|plus)(?: by| another| again| a second| once more)*,? (?:[×x]\s?(?P<b>{DIGITS})|(?P<b2>{DIGITS})\s?[×x])\b"
_WERE = rf"\b(?:there (?:were|was)|had|used to be|were|was|gave) (?:only |just )?(?P<a>{DIGITS})(?: of them)?,?(?: before)?[,;.]?(?: and| but|,)? ?(?:now|today|afterwards)? ?(?:there (?:are|is)|it has|it is|has|they are|are|gives?) (?P<b>{DIGITS})\b(?! ?(?:%|years|people|times))"
_UNIT = Lazy(
    r"\b(?P<mega>mega-?\s?pixels?|pixel count|number of pixels)\b|\b(?P<side>dpi|dots per inch|pixels (?:wide|high))\b|\b(?P<time>fps|frames?(?: rate)?|pictures per second)\b",
    re.I,
)
_SETS = rf"\b(?:set|scale|scaled|scaling|factor|enlarge\w*|render\w*|resiz\w*|export\w*|drawn|print\w*) (?:it |them |factor |of |is |at |to )*(?P<p>{DIGITS})\s?(?:%|per ?cent)"
_AT = r"@(?P<a>\d)x\b[^@]{0,60}@(?P<b>\d)x\b"
_KS = r"\b(?P<a>1|2|4|6|8)\s?K\b[^.!?]{0,60}\b(?P<b>1|2|4|6|8)\s?K\b"
_CIF = r"\bCIF\b"


def relations(text: str, start: int, stop: int) -> list[Relation]:
    """All relations of text[start:stop], in the order in which they are tried.

    A rule is only tried where one of its words stands: most of its patterns then need not even be compiled.
    """
    return [f for words, rule in _RULES if words.search(text, start, stop) for f in rule(text, start, stop)]


def _split(text: str, start: int, stop: int) -> Iterator[Relation]:
    """Pixels that become several: their number is an area."""
    for pattern in (_SPLIT, _OUT_OF):
        for m in matches(pattern, text, start, stop):
            yield number(m["n"]) ** 0.5, "spatial", *m.span()
    for m in matches(_BLOCK, text, start, stop):
        if number(m["n"]) == number(m["m"]):
            yield number(m["n"]), "spatial", *m.span()
    for m in matches(_BINNED, text, start, stop):
        yield number(m["n"] or m["n2"]), "spatial", *m.span()
    for m in matches(_AREA, text, start, stop):
        yield (number(m["n"]) if m["n"] else doubled(m["w"])) ** 0.5, "spatial", *m.span()


def _made_whole(text: str, start: int, stop: int) -> Iterator[Relation]:
    """A share of the width that is to be the whole again."""
    if not re.search(_WHOLE, text[start:stop], re.I):
        return
    for m in matches(_OF_EDGE, text, start, stop):
        if re.search(r"\b(?:missing|removed) $", text[max(start, m.start() - 10) : m.start()]):
            continue
        part = share(m["part"])
        if 0 < part < 1:
            yield 1 / part, "spatial", *m.span()
            return
    for m in matches(_PERCENT_EDGE, text, start, stop):
        if 0 < (part := number(m["p"]) / 100) < 1:
            yield 1 / part, "spatial", *m.span()


def _more(text: str, start: int, stop: int) -> Iterator[Relation]:
    """Percentages and parts on top, improper fractions, scales in percent."""
    sized = re.search(r"\b(?:side|sides|width|height|edge|size|dimensions?|larger|bigger)\b", text[start:stop], re.I)
    for m in matches(_MORE, text, start, stop):
        if sized:
            words = m["p"].lower()
            yield 1 + (number(words) if words[0].isdigit() else number("a hundred" if words == "hundred" else words)) / 100, "spatial", *m.span()  # fmt: skip
    for m in matches(_PART_MORE, text, start, stop):
        yield 1 + share(m["part"]), "spatial", *m.span()
    for m in matches(_IMPROPER, text, start, stop):
        if (value := number(m["n"]) / _PARTS[m["part"].lower()]) > 1:
            yield value, "spatial", *m.span()
    for m in matches(_SETS, text, start, stop):
        if number(m["p"]) > 100 and not re.match(r"\s?(?:more|brighter|of)", text[m.end() : stop]):
            yield number(m["p"]) / 100, "spatial", *m.span()


def _in_goes(text: str, start: int, stop: int) -> Iterator[Relation]:
    """Enlarged in several goes: "x2, then x2 once more"."""
    for m in matches(_TWICE_OVER, text, start, stop):
        yield number(m["a"] or m["a2"]) * number(m["b"] or m["b2"]), "spatial", *m.span()


def _were_and_are(text: str, start: int, stop: int) -> Iterator[Relation]:
    """ "Twice the megapixels", it said, yet there were 12 and now there are 48: the unit is that of the words before."""
    for m in matches(_WERE, text, start, stop):
        units = list(_UNIT.finditer(text, start, m.start()))
        ratio = number(m["b"]) / number(m["a"]) if number(m["a"]) else 0
        if units and 1 < ratio <= 64:
            root = 0.5 if units[-1]["mega"] else 1.0
            yield ratio**root, "temporal" if units[-1]["time"] else "spatial", *m.span()


def _named(text: str, start: int, stop: int) -> Iterator[Relation]:
    """Formats that are called by a factor: @1x to @3x, 2K to 4K."""
    for pattern in (_AT, _KS):
        for m in matches(pattern, text, start, stop):
            if (ratio := float(m["b"]) / float(m["a"])) != 1:
                yield max(ratio, 1 / ratio), "spatial", *m.span()


_RULES: tuple[tuple[Lazy, Callable[[str, int, int], Iterator[Relation]]], ...] = tuple(
    (Lazy(words, re.I), rule)
    for words, rule in (
        (r"then|follow|after|plus", _in_goes),
        (r"(?:were|was|had|gave|used to be) ", _were_and_are),
        (r"pixel|dot|bin|area|surface", _split),
        (_WHOLE, _made_whole),
        (r"%|per ?cent|half|halves|third|quarter|fifth|sixth|eighth|tenth|hundred", _more),
        (r"@|\dk\b|\d k\b", _named),
        (
            r"fram|second|sec\b|minut|hour|day|dai|fps|speed|pace|tempo|time|slow|hz|twos|threes|fours|pictures|drawings|gap|between",
            in_time,
        ),
    )
)
