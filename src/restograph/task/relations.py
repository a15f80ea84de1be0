"""Factors that are said as a relation: "one pixel became nine", "a quarter of the width, I want it whole", "on twos".

Where sizes.py joins two measures of one dimension, here a phrase tells the factor by itself: pixels that are
split, binning undone, a share that is to be whole again, frames that are missing, inserted, or held, seconds
that are drawn out, and how often something happens. Spans are half-open code-point ranges.
"""

import re
from collections.abc import Callable, Iterator
from typing import Literal

from restograph.task.numerals import DIGITS, FRACTIONS, MIXED, WORD, number

Kind = Literal["spatial", "temporal"]
Relation = tuple[float, Kind, int, int]  # factor, kind, start, end

_N = rf"(?:{DIGITS}|{WORD})"
_SHARE = rf"(?:(?:an?|one|two|three|the)[ -])?(?:{'|'.join(FRACTIONS)})s?"
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
_PART_MORE = rf"\b(?P<part>(?:an?|one|two|three) (?:half|{'|'.join(FRACTIONS)})s?) more (?:width|height|size|on each|per side)"
_SETS = rf"\b(?:set|scale|scaled|scaling|factor|enlarge\w*|render\w*|resiz\w*|export\w*|drawn|print\w*) (?:it |them |factor |of |is |at |to )*(?P<p>{DIGITS})\s?(?:%|per ?cent)"
_AT = r"@(?P<a>\d)x\b[^@]{0,60}@(?P<b>\d)x\b"
_KS = r"\b(?P<a>1|2|4|6|8)\s?K\b[^.!?]{0,60}\b(?P<b>1|2|4|6|8)\s?K\b"
_CIF = r"\bCIF\b"

_FRAME = r"(?:frames?|pictures?|images?|drawings?|photos?|ones?)"
_ORDINAL = {"second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "eighth": 8, "tenth": 10, "other": 2}
_KEPT = rf"\b(?:only|just) (?:each|every) (?P<o>{'|'.join(_ORDINAL)}) {_FRAME}\b|\b(?:each|every) (?P<o2>{'|'.join(_ORDINAL)}) {_FRAME} (?:survived|was kept|is left|was stored|remains|is real)"
_LOST = rf"\b(?:each|every) (?P<o>second|other) {_FRAME} (?:\w+ ){{0,3}}?(?:missing|lost|dropped|gone|black|broken|discarded|thrown)"
_OUT_OF_FRAMES = rf"\b(?P<n>{_N}) (?:out of|of|in) (?:every )?(?P<all>{_N}) {_FRAME} (?:\w+ ){{0,3}}?(?:missing|lost|dropped|gone|discarded|thrown|deleted)"
_KEEPS_ONE = rf"\b(?:of|out of|from) (?:every )?(?P<n>{_N}) (?:consecutive |successive )?{_FRAME}\b[^.!?]{{0,40}}?\b(?:keeps?|kept|stores?|saves?|only) (?:just |only )?one\b"
_TWOS = r"\bon (?P<n>twos|threes|fours)\b"
_HELD = rf"\b(?:held|shown|repeated|hold\w*) (?:for )?(?P<n>{_N}) frames? each\b"
_GAP = rf"\b(?P<n>{_N}) (?:\w+[ -]){{0,2}}?(?:frames?|pictures?|images?|in[ -]?betweens?|drawings?|ones)? ?(?:\w+ ){{0,3}}?(?:per gap|in(?:to)? each gap|in(?:to)? every gap|between (?:any|every|each|the|all|two)(?: \w+)? (?:originals?|neighbou?rs?|frames|pictures|two|pair|real ones|keyframes))"
_TIMES_FRAMES = rf"\b(?P<n>{MIXED})(?: times|x|-fold) (?:as many|more|the) (?:frames|pictures|images|of them per second)\b"
_MORE_FRAMES = rf"\b(?P<p>{DIGITS}|(?:a )?hundred|fifty)\s?(?:%|per ?cent) more frames\b"
_DOUBLING = r"\b(?:frame|frame[ -]rate)[ -](?P<w>doubl\w+|tripl\w+|quadrupl\w+)\b|\b(?P<v>doubl\w+|tripl\w+|quadrupl\w+) (?:the |its )?(?:frame ?rate|fps|number of frames)\b"
_REAL_TIME = rf"\b(?P<part>{_SHARE}) of (?:the )?(?:real|actual|true|normal|original) (?:time|speed|pace)\b"
_DRAWN_OUT = (
    rf"\b(?P<a>{_N})[ -]seconds?\b[^.!?]{{0,60}}?\b(?:last\w*|drawn? out to|stretch\w* (?:out )?(?:to|over|into)|become|becomes|became|into|to|fill\w*|over) "
    rf"(?:about |all of |full )?(?P<b>{_N})(?: seconds?)?\b(?! ?(?:fps|frames|pictures|hz))"
)
_SECONDS = {"second": 1.0, "sec": 1.0, "minute": 60.0, "min": 60.0, "hour": 3600.0, "day": 86400.0}
_EVERY = rf"\b(?:per|a|each|every|one (?:each|every|per|in))\s(?P<n>{_N}\s)?(?P<u>second|sec|minute|min|hour|day)s?\b"
_LY = r"\b(?P<q>quarter[ -]|half[ -])?(?P<u>hour|dai|minute)ly\b"


def relations(text: str, start: int, stop: int) -> list[Relation]:
    """All relations of text[start:stop], in the order in which they are tried."""
    return [found for rule in _RULES for found in rule(text, start, stop)]


def _matches(pattern: str, text: str, start: int, stop: int) -> Iterator[re.Match[str]]:
    yield from re.compile(pattern, re.I).finditer(text, start, stop)


def _word(text: str) -> float:
    """'doubled' -> 2, 'tripling' -> 3."""
    return next(n for stem, n in (("d", 2.0), ("t", 3.0), ("q", 4.0)) if text.lower().startswith(stem))


def share(words: str) -> float:
    """'a quarter', 'two thirds', 'one-sixth' -> 0.25, 0.667, 0.167."""
    return number("zero and " + re.sub(r"^(?:an?|one|the)[ -]", "", words.lower()).replace("-", " "))


def _split(text: str, start: int, stop: int) -> Iterator[Relation]:
    """Pixels that become several: their number is an area."""
    for pattern in (_SPLIT, _OUT_OF):
        for m in _matches(pattern, text, start, stop):
            yield number(m["n"]) ** 0.5, "spatial", *m.span()
    for m in _matches(_BLOCK, text, start, stop):
        if number(m["n"]) == number(m["m"]):
            yield number(m["n"]), "spatial", *m.span()
    for m in _matches(_BINNED, text, start, stop):
        yield number(m["n"] or m["n2"]), "spatial", *m.span()
    for m in _matches(_AREA, text, start, stop):
        yield (number(m["n"]) if m["n"] else _word(m["w"])) ** 0.5, "spatial", *m.span()


def _made_whole(text: str, start: int, stop: int) -> Iterator[Relation]:
    """A share of the width that is to be the whole again."""
    if not re.search(_WHOLE, text[start:stop], re.I):
        return
    for m in _matches(_OF_EDGE, text, start, stop):
        if re.search(r"\b(?:missing|removed) $", text[max(start, m.start() - 10) : m.start()]):
            continue
        part = share(m["part"])
        if 0 < part < 1:
            yield 1 / part, "spatial", *m.span()
            return
    for m in _matches(_PERCENT_EDGE, text, start, stop):
        if 0 < (part := number(m["p"]) / 100) < 1:
            yield 1 / part, "spatial", *m.span()


def _more(text: str, start: int, stop: int) -> Iterator[Relation]:
    """Percentages and parts on top, improper fractions, scales in percent."""
    sized = re.search(r"\b(?:side|sides|width|height|edge|size|dimensions?|larger|bigger)\b", text[start:stop], re.I)
    for m in _matches(_MORE, text, start, stop):
        if sized:
            words = m["p"].lower()
            yield 1 + (number(words) if words[0].isdigit() else number("a hundred" if words == "hundred" else words)) / 100, "spatial", *m.span()  # fmt: skip
    for m in _matches(_PART_MORE, text, start, stop):
        yield 1 + share(m["part"]), "spatial", *m.span()
    for m in _matches(_IMPROPER, text, start, stop):
        if (value := number(m["n"]) / _PARTS[m["part"].lower()]) > 1:
            yield value, "spatial", *m.span()
    for m in _matches(_SETS, text, start, stop):
        if number(m["p"]) > 100 and not re.match(r"\s?(?:more|brighter|of)", text[m.end() : stop]):
            yield number(m["p"]) / 100, "spatial", *m.span()


def _named(text: str, start: int, stop: int) -> Iterator[Relation]:
    """Formats that are called by a factor: @1x to @3x, 2K to 4K."""
    for pattern in (_AT, _KS):
        for m in _matches(pattern, text, start, stop):
            if (ratio := float(m["b"]) / float(m["a"])) != 1:
                yield max(ratio, 1 / ratio), "spatial", *m.span()


def _frames(text: str, start: int, stop: int) -> Iterator[Relation]:
    """Frames that were kept, lost, held, inserted or multiplied."""
    for m in _matches(_KEPT, text, start, stop):
        yield float(_ORDINAL[(m["o"] or m["o2"]).lower()]), "temporal", *m.span()
    for m in _matches(_LOST, text, start, stop):
        yield 2.0, "temporal", *m.span()
    for m in _matches(_OUT_OF_FRAMES, text, start, stop):
        if number(m["all"]) > number(m["n"]):
            yield number(m["all"]) / (number(m["all"]) - number(m["n"])), "temporal", *m.span()
    for m in _matches(_KEEPS_ONE, text, start, stop):
        yield number(m["n"]), "temporal", *m.span()
    for m in _matches(_TWOS, text, start, stop):
        yield {"twos": 2.0, "threes": 3.0, "fours": 4.0}[m["n"].lower()], "temporal", *m.span()
    for m in _matches(_HELD, text, start, stop):
        yield number(m["n"]), "temporal", *m.span()
    for m in _matches(_GAP, text, start, stop):
        yield number(m["n"]) + 1, "temporal", *m.span()
    for m in _matches(_TIMES_FRAMES, text, start, stop):
        yield number(m["n"]), "temporal", *m.span()
    for m in _matches(_MORE_FRAMES, text, start, stop):
        words = m["p"].lower().removeprefix("a ")
        yield 1 + number("a hundred" if words == "hundred" else words) / 100, "temporal", *m.span()
    for m in _matches(_DOUBLING, text, start, stop):
        yield _word(m["w"] or m["v"]), "temporal", *m.span()


def _slower(text: str, start: int, stop: int) -> Iterator[Relation]:
    """Seconds that are drawn out, shares of real time."""
    for m in _matches(_REAL_TIME, text, start, stop):
        if 0 < (part := share(m["part"])) < 1:
            yield 1 / part, "temporal", *m.span()
    for m in _matches(_DRAWN_OUT, text, start, stop):
        if 1 < (ratio := number(m["b"]) / max(number(m["a"]), 1e-9)) <= 64:
            yield ratio, "temporal", *m.span()


def _how_often(text: str, start: int, stop: int) -> Iterator[Relation]:
    """Two intervals: a picture every quarter of an hour, wanted every five minutes."""
    found = [
        ((number(m["n"]) if m["n"] else 1.0) * _SECONDS[m["u"].lower()], m.start(), m.end())
        for m in _matches(_EVERY, text, start, stop)
    ]
    for m in _matches(_LY, text, start, stop):
        parts = {"q": 0.25, "h": 0.5}.get((m["q"] or " ")[0].lower(), 1.0)
        unit = {"hour": 3600.0, "dai": 86400.0, "minute": 60.0}[m["u"].lower()]
        found.append((parts * unit, m.start(), m.end()))
    found.sort(key=lambda item: item[1])
    for a, b in zip(found, found[1:], strict=False):
        if (ratio := max(a[0] / b[0], b[0] / a[0])) > 1 and a[0] != 1.0 or (b[0] == 1.0 and a[0] > 1):
            if 1 < ratio <= 64:
                yield ratio, "temporal", a[1], b[2]
            return


_RULES: tuple[Callable[[str, int, int], Iterator[Relation]], ...] = (
    _split, _made_whole, _more, _named, _frames, _slower, _how_often,
)  # fmt: skip
