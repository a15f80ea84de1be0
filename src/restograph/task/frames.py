"""Factors of time that are said as a relation: "on twos", "every second frame is missing", "24 → 60".

Frames that are missing, inserted or held, seconds that are drawn out, slow motion said as a speed, how often
something happens, and two frame rates without a unit. Spans are half-open code-point ranges.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Literal

from restograph.task.numerals import DIGITS, FRACTIONS, MIXED, WORD, number
from restograph.task.patterns import Lazy
from restograph.task.sizes import FILL, LINK

Kind = Literal["spatial", "temporal"]
Relation = tuple[float, Kind, int, int]  # factor, kind, start, end

COUNT = rf"(?:{DIGITS}|{WORD})"
SHARE = rf"(?:(?:an?|one|two|three|the)[ -])?(?:{'|'.join(FRACTIONS)})s?"
_FRAME = r"(?:frames?|pictures?|images?|drawings?|photos?|ones?)"
_ORDINAL = {"second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "eighth": 8, "tenth": 10, "other": 2}
_KEPT = rf"\b(?:only|just) (?:each|every) (?P<o>{'|'.join(_ORDINAL)}) {_FRAME}\b|\b(?:each|every) (?P<o2>{'|'.join(_ORDINAL)}) {_FRAME} (?:survived|was kept|is left|was stored|remains|is real)"
_LOST = rf"\b(?:each|every) (?P<o>second|other) {_FRAME} (?:\w+ ){{0,3}}?(?:missing|lost|dropped|gone|black|broken|discarded|thrown)"
_OUT_OF_FRAMES = rf"\b(?P<n>{COUNT}) (?:out of|of|in) (?:every )?(?P<all>{COUNT}) {_FRAME} (?:\w+ ){{0,3}}?(?:missing|lost|dropped|gone|discarded|thrown|deleted)"
_KEEPS_ONE = rf"\b(?:of|out of|from) (?:every )?(?P<n>{COUNT}) (?:consecutive |successive )?{_FRAME}\b[^.!?]{{0,40}}?\b(?:keeps?|kept|stores?|saves?|only) (?:just |only )?one\b"
_TWOS = r"\bon (?P<n>twos|threes|fours)\b"
_HELD = rf"\b(?:held|shown|repeated|hold\w*) (?:for )?(?P<n>{COUNT}) frames? each\b"
_GAP = rf"\b(?P<n>{COUNT}) (?:\w+[ -]){{0,2}}?(?:frames?|pictures?|images?|in[ -]?betweens?|drawings?|ones)? ?(?:\w+ ){{0,3}}?(?:per gap|in(?:to)? each gap|in(?:to)? every gap|between (?:any|every|each|the|all|two)(?: \w+)? (?:originals?|neighbou?rs?|frames|pictures|two|pair|real ones|keyframes))"
_TIMES_FRAMES = (
    rf"\b(?P<n>{MIXED})(?: times|x|-fold) (?:as many|more|the) (?:frames|pictures|images|of them per second)\b"
)
_MORE_FRAMES = rf"\b(?P<p>{DIGITS}|(?:a )?hundred|fifty)\s?(?:%|per ?cent) more frames\b"
_DOUBLING = r"\b(?:frame|frame[ -]rate)[ -](?P<w>doubl\w+|tripl\w+|quadrupl\w+)\b|\b(?P<v>doubl\w+|tripl\w+|quadrupl\w+) (?:the |its )?(?:frame ?rate|fps|number of frames)\b"
_REAL_TIME = rf"\b(?P<part>{SHARE}) of (?:the |its |real |actual |true |normal |original )*(?:time|speed|pace)\b|\bat (?P<part2>half|third|quarter|fifth|eighth|tenth) speed\b"
_DRAWN_OUT = (
    rf"\b(?P<a>{COUNT})[ -]seconds?\b[^.!?]{{0,60}}?\b(?:last\w*|drawn? out to|stretch\w* (?:out )?(?:to|over|into)|become|becomes|became|into|to|fill\w*|over) "
    rf"(?:about |all of |full )?(?P<b>{COUNT})(?: seconds?)?\b(?! ?(?:fps|frames|pictures|hz))"
)
_SECONDS = {"second": 1.0, "sec": 1.0, "minute": 60.0, "min": 60.0, "hour": 3600.0, "day": 86400.0}
_EVERY = (
    rf"\b(?:per|a|each|every|one (?:each|every|per|in))\s(?P<n>{COUNT}\s)?(?P<u>second|sec|minute|min|hour|day)s?\b"
)
_INSTEAD = rf"\b(?:lasts?|lasted|takes?|took|runs?|is) (?:now )?(?P<b>{COUNT}) (?:seconds?|minutes?) instead of (?P<a>{COUNT})\b"
_SAME_NOUN = rf"\b(?P<a>{COUNT}) (?P<u>{_FRAME}) (?:in one|per|a|each|every|in a|in each)\s?second\b[^?]{{0,90}}?\b(?:mak\w+ (?:it|them)|into|to|want\w*|need\w*|becom\w+|now|have|has) (?P<b>{COUNT}) (?:of them|(?P=u))\b"
_LY = r"\b(?P<q>quarter[ -]|half[ -])?(?P<u>hour|dai|minute)ly\b"


_SLOWED = Lazy(
    rf"\bslow\w*(?:\s\w+){{0,4}}?\s(?:to|at)\s(?:(?P<frac>(?:an?|one)\s{'(?:half|third|quarter|fifth|sixth|eighth|tenth|sixteenth|twentieth)'})|(?P<half>half)|(?P<per>{DIGITS})\s?(?:%|per ?cent))"
    rf"|\b(?:at|to|in)\s(?:(?P<frac2>(?:an?|one)[\s-](?:third|quarter|fifth|sixth|eighth|tenth|sixteenth|twentieth))|(?P<half2>half)|(?P<per2>{DIGITS})\s?(?:%|per ?cent))(?:\sof)?(?:\s(?:its|the|their|that))?(?:\s(?:original|real|normal|natural|true))?[\s-](?:speed|tempo|pace)"
    r"|\b(?P<name>half|quarter)[\s-]speed",
    re.I,
)
_RATE_SAID = Lazy(
    rf"\bframe[ -]?rate\b(?:\s\w+){{0,4}}?\s(?P<a>[1-9]\d{{0,2}})\s*{LINK}\s*{FILL}(?P<b>[1-9]\d{{0,2}})\b(?!\s?(?:fps|hz|frames|%))",
    re.I,
)
_OF_EVERY = Lazy(
    rf"\b(?:(?P<second>every second)|(?P<made>{WORD}|\d+) (?:of|out of|in) (?:every )?(?P<all>{WORD}|\d+)) (?:frames?|pictures?|images?|drawings?) (?:is|are|was|were) (?:new|invented|made up|artificial|generated|synthetic|interpolated|computed|guessed|ai)\b",
    re.I,
)
_STRETCHED = Lazy(
    rf"\b(?:each |every )?(?P<a>one|two|a|\d+)?\s?second(?:s)?(?: of (?:film|video|footage|action))? (?:becomes?|became|lasts?|to|into|stretched to|now lasts?|turned into) (?P<b>{WORD}|\d+)(?: seconds?)?\b(?! ?(?:fps|frames|pictures))",
    re.I,
)
_BETWEEN = Lazy(
    rf"\b(?P<n>{MIXED})\s(?:(?:new|extra|additional|more|made-up|invented|in-between|intermediate|other|synthetic)\s)*(?:frames?|pictures?|images?|drawings?|ones?)\s(?:\w+\s){{0,3}}?between\s(?:each|every|any|two|consecutive|neighbou?ring|all)\b",
    re.I,
)


def _slowed(text: str, start: int, stop: int) -> list[Relation]:
    """Slow motion said as a speed ("to a quarter of its speed"), and new frames counted between the old ones."""
    found: list[Relation] = []
    for m in _SLOWED.finditer(text, start, stop):
        part = next((m[g] for g in ("frac", "half", "frac2", "half2", "name") if m[g]), "")
        left = number(m["per"] or m["per2"]) / 100 if m["per"] or m["per2"] else share(part)
        if 0 < left < 1:
            found.append((1 / left, "temporal", *m.span()))
    for m in _RATE_SAID.finditer(text, start, stop):
        found.append((max(float(m["b"]) / float(m["a"]), float(m["a"]) / float(m["b"])), "temporal", *m.span()))
    for m in _OF_EVERY.finditer(text, start, stop):
        count = 2.0 if m["second"] else number(m["all"])
        found.append((count, "temporal", *m.span()))
    for m in _STRETCHED.finditer(text, start, stop):
        if (factor := number(m["b"]) / (number(m["a"]) if m["a"] and m["a"] != "a" else 1.0)) > 1:
            found.append((factor, "temporal", *m.span()))
    found += [(number(m["n"]) + 1, "temporal", *m.span()) for m in _BETWEEN.finditer(text, start, stop)]
    return found


def matches(pattern: str, text: str, start: int, stop: int) -> Iterator[re.Match[str]]:
    yield from re.compile(pattern, re.I).finditer(text, start, stop)


def doubled(text: str) -> float:
    """'doubled' -> 2, 'tripling' -> 3."""
    return next(n for stem, n in (("d", 2.0), ("t", 3.0), ("q", 4.0)) if text.lower().startswith(stem))


def share(words: str) -> float:
    """'a quarter', 'two thirds', 'one-sixth' -> 0.25, 0.667, 0.167."""
    return number("zero and " + re.sub(r"^(?:an?|one|the)[ -]", "", words.lower()).replace("-", " "))


def _frames(text: str, start: int, stop: int) -> Iterator[Relation]:
    """Frames that were kept, lost, held, inserted or multiplied."""
    for m in matches(_KEPT, text, start, stop):
        yield float(_ORDINAL[(m["o"] or m["o2"]).lower()]), "temporal", *m.span()
    for m in matches(_LOST, text, start, stop):
        yield 2.0, "temporal", *m.span()
    for m in matches(_OUT_OF_FRAMES, text, start, stop):
        if number(m["all"]) > number(m["n"]):
            yield number(m["all"]) / (number(m["all"]) - number(m["n"])), "temporal", *m.span()
    for m in matches(_KEEPS_ONE, text, start, stop):
        yield number(m["n"]), "temporal", *m.span()
    for m in matches(_TWOS, text, start, stop):
        yield {"twos": 2.0, "threes": 3.0, "fours": 4.0}[m["n"].lower()], "temporal", *m.span()
    for m in matches(_HELD, text, start, stop):
        yield number(m["n"]), "temporal", *m.span()
    for m in matches(_GAP, text, start, stop):
        yield number(m["n"]) + 1, "temporal", *m.span()
    for m in matches(_TIMES_FRAMES, text, start, stop):
        yield number(m["n"]), "temporal", *m.span()
    for m in matches(_MORE_FRAMES, text, start, stop):
        words = m["p"].lower().removeprefix("a ")
        yield 1 + number("a hundred" if words == "hundred" else words) / 100, "temporal", *m.span()
    for m in matches(_DOUBLING, text, start, stop):
        yield doubled(m["w"] or m["v"]), "temporal", *m.span()


def _slower(text: str, start: int, stop: int) -> Iterator[Relation]:
    """Seconds that are drawn out, shares of real time."""
    for m in matches(_REAL_TIME, text, start, stop):
        if 0 < (part := share(m["part"] or m["part2"])) < 1:
            yield 1 / part, "temporal", *m.span()
    for m in matches(_DRAWN_OUT, text, start, stop):
        if 1 < (ratio := number(m["b"]) / max(number(m["a"]), 1e-9)) <= 64:
            yield ratio, "temporal", *m.span()
    for pattern in (_INSTEAD, _SAME_NOUN):
        for m in matches(pattern, text, start, stop):
            if 1 < (ratio := number(m["b"]) / max(number(m["a"]), 1e-9)) <= 64:
                yield ratio, "temporal", *m.span()


def _how_often(text: str, start: int, stop: int) -> Iterator[Relation]:
    """Two intervals: a picture every quarter of an hour, wanted every five minutes."""
    found = [
        ((number(m["n"]) if m["n"] else 1.0) * _SECONDS[m["u"].lower()], m.start(), m.end())
        for m in matches(_EVERY, text, start, stop)
    ]
    for m in matches(_LY, text, start, stop):
        parts = {"q": 0.25, "h": 0.5}.get((m["q"] or " ")[0].lower(), 1.0)
        unit = {"hour": 3600.0, "dai": 86400.0, "minute": 60.0}[m["u"].lower()]
        found.append((parts * unit, m.start(), m.end()))
    found.sort(key=lambda item: item[1])
    for a, b in pairwise(found):
        if ((ratio := max(a[0] / b[0], b[0] / a[0])) > 1 and a[0] != 1.0) or (b[0] == 1.0 and a[0] > 1):
            if 1 < ratio <= 64:
                yield ratio, "temporal", a[1], b[2]
            return


_RATES = (
    {6, 8, 10, 12, 32, 36, 12.5, 15, 16, 16.67, 18, 20, 23.976, 23.98, 24, 25, 29.97, 30, 48, 50, 59.94, 60, 72, 75, 90, 96, 100, 120, 144, 150}
    | {180, 200, 240, 250, 300, 480, 500, 960, 1000}
)  # fmt: skip
_PER = r"(?:(?:frames?|pictures?|images?|drawings?|phases?|photos?|cels?|ones?|exposures)\b)?(?:\s?(?:per|a|each|every|the|in (?:a|each|every|one))\s(?:second|heartbeat)\b|/s\b|\s?(?:fps|hz)\b|(?<=\d)p\b)?"
_RATE_ALONE = Lazy(
    rf"(?<![\w.,/:$€#])(?<!iso )(?P<n>{COUNT})(?![\w×%]*\d)\s?-?{_PER}(?!\s?(?:px|pixels?|%|per ?cent|x\b|×|times|mm|cm|lines|dpi|mp\b|mega|years?|people|minutes?|seconds?|hours?|days?|milli\w*|ms\b|k\b|gb|mb|kb|bits?|columns|wide|high|metres?|m\b))(?![\w])",
    re.I,
)
_MOVES = Lazy(
    r"\b(?:fps|frames?|frame[ -]?rate|pictures? (?:a|per) second|films?|reels?|videos?|slow[ -]?mo\w*|footage|clips?|pulldown|judder\w*|newsreel|cartoons?|series|monitor|television|telly|tv|stutter\w*|gliding|glides?|"
    r"gopro|webcams?|feed|drawings per|in[ -]?betweens?|flow[ -]based|time[ -]?lapse|stop[ -]?motion|hop[ -]hops?|smooth motion|moments|gaming|cine|screened|soap opera|movies?|animation|animated|anime|replay)\b",
    re.I,
)
_GOES_TO = Lazy(
    rf"{LINK}|\b(?:as|for|needs?|wants?|wanted|wish|should|must|ought|shall|would|reach|raise|instead of|from|out of|where|holds?|does|glides?|look like|like|screened|played|plays|projected|let there|give\w*|required|ask\w*|make|be|run)\b",
    re.I,
)


def _two_rates(text: str, start: int, stop: int) -> Iterator[Relation]:
    """Two usual frame rates whose unit is said once or not at all: "15 fps where 30 is needed", "24 → 60"."""
    if not _MOVES.search(text, start, stop):
        return
    found = [(number(m["n"]), m.start(), m.end()) for m in _RATE_ALONE.finditer(text, start, stop)]
    found = [item for item in found if item[0] in _RATES]
    for a, b in pairwise(found):
        gap = text[a[2] : b[1]]
        said = gap + text[max(start, a[1] - 14) : a[1]] + text[b[2] : b[2] + 24]
        if a[0] != b[0] and len(gap.split()) <= 14 and _GOES_TO.search(said):
            yield max(a[0] / b[0], b[0] / a[0]), "temporal", a[1], b[2]
            return


def in_time(text: str, start: int, stop: int) -> Iterator[Relation]:
    """All relations of time in text[start:stop], the plainest rules first."""
    yield from _slowed(text, start, stop)
    for rule in (_frames, _slower, _how_often):
        yield from rule(text, start, stop)
    yield from _two_rates(text, start, stop)
