"""Pairs of sizes, rates and resolutions: "200 by 257 pixels. It is now 800 by 1028", "24 fps to 60", "A5 ... A3".

Two measures of one dimension make a factor. Unless the words speak of shrinking, the larger one is what is
wanted, whichever is named first; metres per pixel count backwards. Spans are half-open code-point ranges.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal

from restograph.task.numerals import DIGITS, MIXED, WORD, number
from restograph.task.patterns import Lazy

Dimension = Literal["box", "side", "mega", "length", "dpi", "ground", "paper", "rate"]


@dataclass(frozen=True)
class Measure:
    """One measure: `value` per side (a box: its width), in its unit; metres per pixel as pixels per metre."""

    dimension: Dimension
    value: float
    start: int
    end: int
    height: float | None = None
    unit: str = ""


@dataclass(frozen=True)
class Pair:
    """What two measures make together: a factor per side, or of the frame rate."""

    factor: float
    kind: Literal["spatial", "temporal"]
    start: int
    end: int


_X = r"\s*(?:px|pixels?|cm|mm|in|inch(?:es)?|\"|'')?\s?(?:x|×|✕|X|by|\*|mal)\s?"
_SIZE_UNIT = r"px|pixels?|pxs|cm|centimet(?:er|re)s?|mm|millimet(?:er|re)s?|in(?:ch(?:es)?)?\b(?!\s(?:the|a|an|my|one|this|our|that)\b|[^.]{0,34}\bout\b)|\"|''|ft|feet|m\b"
_BOX = Lazy(
    rf"(?<![\w.,])(?:(?P<w>{DIGITS}){_X}(?P<h>{DIGITS})|(?P<ww>{WORD}) by (?P<hh>{WORD})\b)(?![\w]*\d)\s?-?(?P<u>{_SIZE_UNIT})?(?!\s?-?(?:kernel|conv|filter|patch|block|window(?! (?:out )?(?:of|from)\b)|grid|bin|array))",
    re.I,
)
_LINES = {
    "quarter hd": 540, "qhd": 540, "full hd": 1080, "fhd": 1080, "ultra hd": 2160, "uhd": 2160, "4k": 2160, "8k": 4320, "2k": 1440,
    "wqhd": 1440, "quad hd": 1440, "vga": 480, "pal": 576, "ntsc": 480, "hd ready": 720,
}  # fmt: skip
_UNITS = {
    "px": "px", "pi": "px", "cm": "cm", "ce": "cm", "mm": "mm", "mi": "mm", "in": "in", '"': "in", "''": "in", "ft": "ft", "fe": "ft", "m": "m",
}  # fmt: skip
_CM = {"cm": 1.0, "mm": 0.1, "in": 2.54, "ft": 30.48, "m": 100.0}
_SIDE = Lazy(
    rf"(?<![\w.,×])(?:(?P<n>{DIGITS}|{WORD})\s?-?(?:px\b|pixels?\b)(?:[\s-](?P<way>wide|across|high|tall|long))?"
    rf"|(?P<count>{DIGITS}|{WORD})[\s-](?:(?:visible|scan|picture|image)[\s-])?(?P<what>columns?|rows?|lines?)\b(?! of (?:text|code))"
    rf"|(?P<bare>{DIGITS}|{WORD})[\s-](?P<bareway>wide|across|high|tall)\b"
    rf"|\b(?:short|long|longer|shorter|longest|shortest)\s(?:side|edge)\s(?:(?:is|of|was|to be|at|now|has|=|with|only|just)\s){{0,3}}(?P<edge>{DIGITS}|{WORD})(?!\s?(?:cm|mm|inch|m\b))"
    rf"|(?P<p>\d{{3,4}})\s?[pi]\b|(?P<name>{'|'.join(sorted((n.replace(' ', '[ -]?') for n in _LINES), key=len, reverse=True))})\b"
    r"(?!\s(?:photos|pictures|images|files)))",
    re.I,
)
_WAYS = {"across": "wide", "tall": "high", "column": "wide", "columns": "wide", "row": "high", "rows": "high", "line": "lines", "lines": "lines"}  # fmt: skip
_MEGA = Lazy(
    rf"(?<![\w.,])(?P<n>{DIGITS}|{WORD}|half a)[\s-]?(?:MP\b|Mpx\b|Mpix\w*|mega-?\s?pixels?\b|million(?:s of)? pixels\b)",
    re.I,
)
_DPI = Lazy(rf"(?<![\w.,])(?P<n>{DIGITS})\s?-?(?:dpi|ppi|dots per inch|pixels per inch)\b", re.I)
_LENGTH = Lazy(
    rf"(?<![\w.,×])(?P<n>{DIGITS}|{WORD})\s?-?(?P<u>cm|centimet(?:er|re)s?|mm|millimet(?:er|re)s?|inch(?:es)?|m|met(?:er|re)s?)\b"
    r"(?![\s-](?:screen|phone|tv|television|monitor|display|tablet|lens|telescope|sensor|nail|gun|panel|away|deep|behind|below|above)\b)"
    r"(?P<way>\s(?:wide|across|high|tall|broad))?",
    re.I,
)
_METRES = {"km": 1000.0, "m": 1.0, "cm": 0.01, "mm": 0.001, "µm": 1e-6, "um": 1e-6, "μm": 1e-6, "nm": 1e-9}
_SPELLED = (("kilo", 1000.0), ("centi", 0.01), ("milli", 1e-3), ("micro", 1e-6), ("met", 1.0), ("arc", 1.0))
_GROUND = Lazy(
    rf"(?<![\w.,])(?P<n>{DIGITS}|half|{WORD})(?P<per_mm>\s(?:pixels?|px) (?:per|to the|a) (?:milli|centi)?met(?:er|re)\b)?(?:\s?-?(?P<u>km|cm|mm|[uµμ]m|nm|m|kilomet(?:er|re)s?|centimet(?:er|re)s?|millimet(?:er|re)s?|micromet(?:er|re)s?|microns?|met(?:er|re)s?|"
    r"arc-?\s?sec(?:ond)?s?)\b"
    r"(?P<of>(?:\s|-)?(?:/|per |a |to the |-)?\s?(?:pixels?|px|gsd|resolution|ground|sampl\w+|cells?|voxels?|raster|imagery|tiles?|bands?|posting|grid|spacing|(?:\w+ ){1,2}bands?|satellite|scene|chips))?|(?<=metre)|(?<=meter))",
    re.I,
)
_FROM_ABOVE = Lazy(
    r"\b(?:gsd|pixel sizes?|ground (?:resolution|sampl\w+)|satellite\w*|sentinel|landsat|orthophotos?|modis)\b", re.I
)
_PAPER = Lazy(r"(?<![\w.])A(?P<n>[0-8])(?!\w|\.\d)")
_RATE = Lazy(
    rf"(?<![\w.,/])(?P<n>{DIGITS}|{WORD})\s?-?(?:fps\b|hz\b|hertz\b|f/s\b|(?:(?:frames?|images?|pictures?|drawings?|shots?|cels?)\s?)?(?:per|a|an|each|every|in one|in a|within one|/)\s?sec(?:onds?)?\b"
    r"|(?:frames?|images?|pictures?)/s\b|(?<=\b\d\d)p\b)",
    re.I,
)
_PACE = Lazy(
    r"(?:fast enough for|enough for|runs? at|running at|process\w*|handles?|manag\w*|real[- ]time|throughput of|speed of)\s(?:\w+\s){0,2}$",
    re.I,
)
LINK = r"(?:→|->|=>|-->|⟶|➜|\bto\b|\binto\b|\bup to\b|\bbecame\b|\bbecomes?\b|\bmade\b|\bturned into\b|\bwent (?:up )?to\b|\bgo(?:es)? to\b|\bgrew to\b|\brose to\b|\b(?:came|comes?|sent|handed) (?:back|out)(?: as| at| with)?\b|\b(?:was |were |is |are |been |got )?(?:raised|brought|enlarged|upscaled|scaled|blown up|taken|lifted|pushed)(?: up)? to\b|\b(?:is |are )?now\b|\bended up (?:at|as)\b)"
FILL = r"(?:(?:a|an|be|at|full|about|roughly|exactly|some|something like|crisp|clean|smooth|proper|real)\s)*"
# A second number whose unit was said with the first: "512 px to 2048", "8 per second, delivery at 24".
_AFTER = Lazy(
    rf"(?:\s\w+){{0,3}}?[\s,;]*(?:\w+\s){{0,3}}?(?:{LINK}|\b(?:delivery|delivered|wanted|needed|shown|playback|play(?:ed|s)?|output|want|wants|need|needs|target|"
    rf"should (?:have|be|run|become|get)|must (?:have|be|run|become|get))(?: (?:it|them|is))?(?: (?:at|in|as))?\b)\s*{FILL}"
    rf"(?P<n>{DIGITS})(?![\w%×]|[.,]\d|\s?(?:%|x\b|times|dpi|cm|mm|kb|mb|px|pixel|p\b|fps|hz|minutes|seconds|years|people|photos|pictures))",
    re.I,
)
# A first number whose unit is said with the second: "from 512 to 2048 pixels", "25 to 50 Hz".
_BEFORE = Lazy(rf"(?<![\w.,/])(?P<n>{DIGITS})(?:\s\w+){{0,2}}?\s*{LINK}\s*{FILL}$", re.I)
# A number with nothing after it that it could count.
_ALONE = Lazy(
    rf"(?<![\w.,/$€£#@:])(?<!iso )(?<!f/)(?P<n>(?!(?:one|a)\b(?! and\b)){MIXED})(?![\w%×½¼¾]|[.,]\d)(?=\s?(?:$|[.,;:!?)\u2014-]|\b(?:instead|for|would|will|is|are|was|required|wanted|needed|out|on|in|at|now|afterwards|"
    r"please|to|so|because|and|but|where|without|like|from|if|then|today|later|as|while|today|ones?|is|came|comes|come|went|goes|after\w*|left)\b))",
    re.I,
)
_WANTED = Lazy(
    rf"{LINK}|\b(?:ask\w*|want\w*|need\w*|requir\w*|insist\w*|demand\w*|accept\w*|expect\w*|hop\w+ (?:for|to)|wish\w*|ought|should|must|shall|would|deliver\w*|spec\w*|target|has|have|had|mine|own|"
    r"where|than|instead|out|wanted|hand me|trained on|as|for|raise|bring|reach|match|went in|goes in|(?:came|comes|come) back|before|after(?:wards)?|now|then|result\w*|receiv\w*|obtain\w*|says?|gives?|minimum|else|make|at|into|takes?|carries|plays?|airs)\b",
    re.I,
)
_NEXT = Lazy(rf"[\s,]*(?:\w+\s){{0,2}}?{LINK}\s*{FILL}", re.I)
_BARE = Lazy(
    rf"(?<![\w.,/$€£#])(?P<a>\d{{2,5}})\s*(?:(?:wide|high|tall|across)\s)?{LINK}\s*{FILL}(?P<b>\d{{2,5}})(?![\w%$€]|[.,]\d|\s?(?:%|x\b|°|k\b))",
    re.I,
)
_NOT_PIXELS_BEFORE = Lazy(
    r"(?:iso|quality|q|f/|level|no|nr|page|pages|year|years|between|in|room|bus|route|chapter|kelvin)\s*(?:of )?$", re.I
)
_NOT_PIXELS_AFTER = Lazy(
    r"\s?-?(?:iso|kb|mb|gb|kelvin|nm|nits?|photos?|pictures?|images?|files?|frames?|euros?|dollars?|people|days?|hours?|years?|pages?|steps?|words?|minutes?|seconds?|lux|watts?|channels?|layers?|bits?|colou?rs?|percent)\b",
    re.I,
)
_SHRINK = Lazy(
    r"\b(?:shr[iau]nk\w*|reduc\w*|smaller|down to|down from|downscal\w*|downsiz\w*|downsampl\w*|scal\w+ down|cut to|drop\w* (?:to|from)|lower\w*)\b",
    re.I,
)
_CHANGE = Lazy(
    r"→|->|=>|\b(?:now|became|becomes?|into|to|needs?|wants?|wanted|should|must|make|made|after\w*|result|from|instead|enlarg\w*|upscal\w*|output|returned|received?|receives|obtain\w*|yield\w*|produc\w*|fed|feed|got|get|gave|gives?|turned|delivers?|require\w*|needed|asks?|asked|demand\w*|expects?|accept\w*|reject\w*|insist\w*|ought|says?|hop(?:es?|ing)|wish\w*|would|goes|going|go|went|"
    r"bring\w*|brought|take|takes|up|out|over|afterwards|later|in the end|currently|today|present\w*|so far|minimum|at least|good|where|as|whereas|came|comes|come|(?:sent|handed|gave|got|sends?) (?:it |them )?back|display\w*|"
    r"match|bridge\w*|lift\w*|rais\w*|reach\w*|target|final|original\w*|own|mine|has|have|had|only|instead|than|calls? for|spec|delivery)\b",
    re.I,
)


_NOW = Lazy(r"(?:\s\w+){0,3}?\s(?:now|today|afterwards|after)\b", re.I)
FEWEST_LINES = 200  # of a picture; fewer are lines of something else


def pairs(text: str, start: int, stop: int) -> list[Pair]:
    """The factors that pairs of measures in text[start:stop] make, at most one for each dimension."""
    found = list(_measures(text, start, stop))
    counted = [m for m in found if m.unit == "lines" and text[m.start].isdigit()]
    if len(counted) > 1:  # "PAL, 360 lines brought to 1080": the name only says which kind
        found = [m for m in found if m.unit != "lines" or m in counted]
    pixels = [
        p for d in ("box", "side", "mega") if (p := _joined(text, [m for m in found if m.dimension == d], start, stop))
    ]
    pixels = pixels[:1] or _on_paper(text, found, start, stop)
    others = [
        p for d in ("ground", "rate") if (p := _joined(text, [m for m in found if m.dimension == d], start, stop))
    ]
    made = [*pixels, *others]
    return made or [p for m in _BARE.finditer(text, start, stop) if (p := _bare(text, m, start, stop))][:1]


def in_pixels(text: str, start: int, stop: int) -> list[Measure]:
    """Widths by heights that are not physical lengths; when there are none, megapixels."""
    found = [m for m in _boxes(text, start, stop) if m.unit in ("", "px")]
    return found or [m for m in _simple(text, start, stop) if m.dimension == "mega"]


def _measures(text: str, start: int, stop: int) -> Iterator[Measure]:
    taken = list(_boxes(text, start, stop))
    yield from taken
    for found in (
        sides(text, start, stop),
        _simple(text, start, stop),
        _grounds(text, start, stop),
        _rates(text, start, stop),
    ):
        for one in found:
            if not any(one.start < t.end and t.start < one.end for t in taken):
                yield one


def _boxes(text: str, start: int, stop: int) -> Iterator[Measure]:
    for m in _BOX.finditer(text, start, stop):
        width, height = number(m["w"] or m["ww"]), number(m["h"] or m["hh"])
        if min(width, height) > 0 and (m["u"] or max(width, height) >= 4):
            yield Measure("box", width, m.start(), m.end(), height, _UNITS.get((m["u"] or "").lower()[:2], ""))


def sides(text: str, start: int, stop: int) -> list[Measure]:
    """Widths or heights in pixels, and the line counts that go by a name."""
    return list(_each_side(text, start, stop))


def _each_side(text: str, start: int, stop: int) -> Iterator[Measure]:
    for m in _SIDE.finditer(text, start, stop):
        said = m["n"] or m["count"] or m["bare"] or m["edge"]
        if said:
            way = (m["way"] or m["what"] or m["bareway"] or ("edge" if m["edge"] else "")).lower()
            unit = _WAYS.get(way, way)
            if unit == "lines" and number(said) < FEWEST_LINES:
                continue
            yield from _with_partner(text, Measure("side", number(said), *m.span(), unit=unit), start, stop)
        else:
            yield Measure("side", _lines(m), *m.span(), unit="lines")


def _lines(match: re.Match[str]) -> float:
    if match["p"]:
        return float(match["p"])
    told = re.sub(r"[ -]", "", match["name"].lower())
    return float(next(n for name, n in _LINES.items() if name.replace(" ", "") == told))


def _simple(text: str, start: int, stop: int) -> Iterator[Measure]:
    """Megapixels, dots per inch, paper sizes, lengths."""
    for m in _MEGA.finditer(text, start, stop):
        value = 0.5 if m["n"].lower() == "half a" else number(m["n"])
        yield from _with_partner(text, Measure("mega", value**0.5, *m.span()), start, stop)
    for m in _DPI.finditer(text, start, stop):
        yield from _with_partner(text, Measure("dpi", number(m["n"]), *m.span()), start, stop)
    for m in _PAPER.finditer(text, start, stop):
        yield Measure("paper", 2 ** (-float(m["n"]) / 2), *m.span())
    for m in _LENGTH.finditer(text, start, stop):
        unit = m["u"].lower()
        scale = _CM[
            "mm"
            if unit.startswith("mi")
            else "cm"
            if unit.startswith("ce")
            else "in"
            if unit.startswith("in")
            else unit[:2].strip("e")
        ]
        yield from _with_partner(
            text,
            Measure("length", number(m["n"]) * scale, *m.span(), unit="wide" if m["way"] else ""),
            start,
            stop,
            scale,
        )


def _grounds(text: str, start: int, stop: int) -> Iterator[Measure]:
    """Lengths per pixel, or pixels per length; one that names the pixel lets another bare length count too."""
    found = list(_GROUND.finditer(text, start, stop))
    if not any(m["of"] or m["per_mm"] for m in found) and not _FROM_ABOVE.search(text, start, stop):
        return
    for m in found:
        value = 0.5 if m["n"].lower() == "half" else number(m["n"])
        if m["per_mm"]:
            yield Measure("ground", value, *m.span())
            continue
        unit = (m["u"] or "").lower()
        metres = _METRES.get(unit) or next((n for head, n in _SPELLED if unit.startswith(head)), 1.0)
        if not value or not unit:
            continue
        one = Measure("ground", 1 / (value * metres), *m.span())
        yield one
        if m["of"] and len(found) == 1 and (after := _elided(text, replace(one, value=1 / value), start, stop)):
            yield Measure("ground", 1 / (number(after["n"]) * metres), after.start("n"), after.end("n"))


def _rates(text: str, start: int, stop: int) -> Iterator[Measure]:
    for m in _RATE.finditer(text, start, stop):
        if not _PACE.search(text, max(start, m.start() - 40), m.start()):
            yield from _with_partner(text, Measure("rate", number(m["n"]), *m.span()), start, stop)


def _with_partner(text: str, one: Measure, start: int, stop: int, scale: float = 1.0) -> Iterator[Measure]:
    """A measure and the number beside it that shares its unit without saying so."""
    before = _BEFORE.search(text, max(start, one.start - 40), one.start)
    if before:
        yield _like(one, before, scale)
    yield one
    if not before and (after := _AFTER.match(text, one.end, stop) or _elided(text, one, start, stop)):
        yield _like(one, after, scale)


def _elided(text: str, one: Measure, start: int, stop: int) -> re.Match[str] | None:
    """A number further on that says no unit: "100 dots per inch, the office asks for 400"."""
    end = one.end
    for _ in range(3):  # numbers that count something else may come first
        found = _ALONE.search(text, end, min(stop, one.end + 110))
        if not found:
            return None
        value = number(found["n"])
        gap = text[one.end : found.start()]
        if one.value > 0 and value > 0 and len(re.findall(r"[.!?;] ", gap)) <= 1 and _WANTED.search(gap):
            given = (
                one.value**2 if one.dimension == "mega" else 1 / one.value if one.dimension == "ground" else one.value
            )
            most = 300 if one.dimension == "mega" else 16
            if abs(value / given - 1) > 1e-3 and 1 / most <= value / given <= most:
                return found
        end = found.end()
    return None


def _like(one: Measure, match: re.Match[str], scale: float) -> Measure:
    value = number(match["n"]) * scale
    return Measure(
        one.dimension, value**0.5 if one.dimension == "mega" else value, match.start("n"), match.end("n"), unit=one.unit
    )


def _joined(text: str, found: list[Measure], start: int, stop: int) -> Pair | None:
    """The first two measures of one dimension that differ and belong together."""
    for a, b in combinations(sorted(found, key=lambda m: m.start), 2):
        ratio = _ratio(a, b)
        if ratio is None or abs(ratio - 1) < 1e-3 or not 1 / 64 <= ratio <= 64:
            continue
        around = text[max(start, a.start - 60) : b.start] + (" now" if _NOW.match(text, b.end, stop) else "")
        if a.dimension in ("side", "mega") and a.unit != "lines" and not _CHANGE.search(around):
            continue
        if a.dimension == "length" and not (a.unit and b.unit) and not _NEXT.fullmatch(text, a.end, b.start):
            continue
        kind: Literal["spatial", "temporal"] = "temporal" if a.dimension == "rate" else "spatial"
        return Pair(_directed(text, ratio, b, max(start, a.start - 40), stop), kind, a.start, b.end)
    return None


def _ratio(a: Measure, b: Measure) -> float | None:
    """Second over first; None when they cannot be compared."""
    unit = 1.0
    if a.unit in _CM and b.unit in _CM:
        unit = _CM[b.unit] / _CM[a.unit]
    elif a.unit and b.unit and a.unit != b.unit:
        return None
    if a.height is None or b.height is None:
        return b.value / a.value if a.value > 0 else None
    wide, high = unit * b.value / a.value, unit * b.height / a.height
    if abs(wide - high) <= 0.1 * wide:
        return wide
    turned_wide, turned_high = unit * b.height / a.value, unit * b.value / a.height
    if abs(turned_wide - turned_high) <= 0.1 * turned_wide:
        return turned_wide
    return (wide * high) ** 0.5 if abs(wide - high) <= 0.5 * wide else None


def _directed(text: str, ratio: float, second: Measure, start: int, stop: int) -> float:
    """The factor from the given to the wanted measure."""
    if not _SHRINK.search(text, start, min(stop, second.end + 30)):
        return max(ratio, 1 / ratio)
    swapped = re.search(r"\b(?:from|instead of|was|originally)\s(?:\w+\s)?$", text[start : second.start], re.I)
    return 1 / ratio if swapped else ratio


def _on_paper(text: str, found: list[Measure], start: int, stop: int) -> list[Pair]:
    """Paper and dots per inch count together: the same paper at twice the dots is twice as wide in pixels."""
    joined = {d: _joined(text, [m for m in found if m.dimension == d], start, stop) for d in ("paper", "length", "dpi")}
    made = [p for p in (joined["paper"] or joined["length"], joined["dpi"]) if p]
    if len(made) < 2:
        return made
    first, last = min(p.start for p in made), max(p.end for p in made)
    return [Pair(made[0].factor * made[1].factor, "spatial", first, last)]


def _bare(text: str, match: re.Match[str], start: int, stop: int) -> Pair | None:
    """'1024 → 4096', '640 to 1280': two numbers without a unit that look like widths."""
    first, second = float(match["a"]), float(match["b"])
    years = all(1500 <= n <= 2100 for n in (first, second))
    other = _NOT_PIXELS_BEFORE.search(text, max(start, match.start() - 20), match.start()) or _NOT_PIXELS_AFTER.match(
        text, match.end(), stop
    )
    if min(first, second) < 64 or years or other or not 1.2 <= max(first, second) / min(first, second) <= 16:
        return None
    second_at = Measure("side", second, match.start("b"), match.end("b"))
    return Pair(_directed(text, second / first, second_at, start, stop), "spatial", *match.span())
