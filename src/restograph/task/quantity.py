"""The one quantity grammar: what a number counts decides what it may be joined with.

"3x bigger", "3x fewer parameters", "3x the frame rate" and "3x faster" are four types. Only spatial
factors are enlargement; pixel counts and areas take the root. Spans are half-open code-point ranges.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from restograph.task.kept import kept_size
from restograph.task.numerals import DIGITS, MIXED, MULTIPLES, PART, WORD, number
from restograph.task.patterns import Either, Lazy
from restograph.task.relations import relations
from restograph.task.sizes import pairs

Kind = Literal[
    "spatial",
    "temporal",
    "parameters",
    "data",
    "speed",
    "brightness",
    "accuracy",
    "decibel",
    "storage",
    "optical",
    "other",
    "bare",
]
Comparator = Literal["exactly", "up to", "about", "at least", "between"]


@dataclass(frozen=True)
class Quantity:
    """A number with its type. `value` is a factor for spatial and temporal kinds, else the number itself."""

    value: float
    kind: Kind
    start: int
    end: int
    unit: str = "x"
    comparator: Comparator = "exactly"


_SIGN = r"(?:×|✕|x|X|\\times|\$\\times\$)"
_ABOUT = r"(?:about |exactly |roughly |around |precisely |just |another |some |at least )?"
_SIDES = r"(?:size|width|height|resolution|dimensions|edge length|scale|format)"
_BIGGER = r"(?:bigger|larger|wider|taller|higher|broader|longer)"
_GROWS = r"(?:scal|enlarg|upscal|up-scal|upsampl|up-sampl|magnif|blow|blew|zoom|multipl|increas|stretch|expand|grow|grew|interpolat|slow|upsiz|resiz|rescal|raise|super-?resol|bring|went|go(?:es)? up|up)"
_FACTORS = Either(
    (
        rf"\$?(?<![\w.])(?P<pre>{DIGITS}|\d*[½¼¾⅓⅔])\s*-?(?:\$\s*)?{_SIGN}\$?(?![\w\d]|\s*\d)",
        rf"(?<![\w.×])(?<!\d )(?:×|x|X)\s?(?P<post>{DIGITS})(?![\w.]\d|\w)",
        rf"(?<![\w./])(?P<times>{MIXED})[\s-]+(?:times|fold|-fold)\b",
        rf"(?<![\w.])(?P<fold>{DIGITS})-?fold\b",
        rf"\b(?P<word>{'|'.join(sorted(MULTIPLES, key=len, reverse=True))})\b",
        r"\b(?P<again>(?:half|an? (?:third|quarter)) (?:again|as (?:big|large|wide|tall|high|much) again))\b",
        rf"\b(?P<more>(?:(?:an?|one|two|three) )?{PART}) {_BIGGER}\b",
        rf"\b(?P<half>half|halved|a third|a quarter) (?:of )?(?:the|its|their|that)? ?(?:original |current |old |previous )?{_SIDES}\b",
        rf"\b(?<!crop )(?<!form )(?:factor|ratio|magnification|scale factor|enlargement)(?: of| by| is| was| =)?[ -]{_ABOUT}(?P<of>{MIXED})(?!\w|[.,]\d|\s?(?:%|per ?cent|dB))",
        rf"\b(?:scale (?:of|by|is|was|=)|at scale|×-?scale) {_ABOUT}(?P<scale>{MIXED})(?!\w|[.,]\d|\s?(?:%|per ?cent|dB))",
        rf"\b{_GROWS}\w*(?: \w+)?(?: [\w'’-]+){{0,4}}? by {_ABOUT}(?P<by>(?:(?:an?|one|two|three) )?{PART}\b|{MIXED}(?!\w|[.,]\d|\s?(?:%|per ?cent|x\b|×|by\b|-?fold|times|px|pix|cm|mm|inch|dB|stops?|MB|kB|ev\b|degrees)))",
        rf"\b{_GROWS}\w*(?: \w+)?(?: [\w'’-]+){{0,4}}? times (?P<after>{MIXED})(?![\w%]|[.,]\d| (?:as|more|larger|bigger))",
        rf"\b(?:each|every|one|a single) pixel (?:becomes?|became|turned into|is now|has become|makes?|was split into|gives?) (?P<each>{WORD}|\d+)\b",
        r"(?<![\d:.])(?P<ratio>\d+(?:\.\d+)?):1(?![\d:])",
        rf"(?<![\w.])(?P<percent>{DIGITS}|(?:(?:a|one|two|three|four|five) hundred(?: and )?)?(?:{WORD})?(?<=\w))\s?(?:%|per ?cent\b)",
    ),
    re.I,
)

# What a factor counts, by the nearest of these words within so many words; earlier rows win a tie.
_HEADS: tuple[tuple[Kind, float, str], ...] = (
    ("optical", 6, r"optical|objective|microscop\w*|telephoto|zoom lens|lens|binocular\w*|telescope|eyepiece|(?:drone|camera|phone|digital|hybrid) zoom|zoom(?:ed)? (?:shot|photo|picture)|macro"),
    ("temporal", 9, r"fps|frames?(?: ?-?rate| per second| a second)?|slow\w*|temporal\w*|smoother motion|frame-?rates?|in-?betweens?|duration|as long|seconds? long"),
    ("parameters", 5, r"parameters?|params|weights|model size|network size|file ?-?size|size of the (?:model|network|file)|storage|memory|footprint|flops|macs|computation\w*|compute|multiply-adds|pruning|compression ratios?|disk|kilobytes|megabytes|bytes|kb|mb"),
    ("parameters", 1.4, r"smaller|lighter|compact|cheaper|fewer|less|shrink\w*|tinier|slimmer"),
    ("speed", 3, r"faster|speed\w*|quicker|slower|latency|runtime|running time|inference|throughput|acceleration|realtime|real-time"),
    ("brightness", 5, r"bright\w*|exposure|exposed|light|gain|iso|contrast|luminance|stops?|saturation|price|cost\w*|money|pay|sharpness|noise level"),
    ("brightness", 0, r"sharper|noise|noisier|cleaner|clearer|better|worse|crisper|darker|more detail\w*|nicer|prettier|louder|stronger|finer"),
    ("data", 5, r"dataset|training (?:set|data|pictures|images|patches|pairs)|samples|images fewer|data"),
    ("accuracy", 4, r"accuracy|precision|recall|classification|detection|error|(?-i:mAP)|average precision|improvement|reduction"),
    ("other", 5, r"a day|a week|per day|this week|attempts?|tries|tried|saved|re-?saved|re-?posted|copied|copies|forwarded|shared|folded|in a row|edits?|already|before|over|year\w*|people|strangers|downloaded|compressed|scanned|printed|posted|uploaded|sent|exported|longer|closer|further|older|cropped|passed|asked|checked|looked"),
    ("spatial", 9, r"enlarg\w*|upscal\w*|up-?scal\w*|upsampl\w*|super-?resol\w*|sisr|sr|blow\w*|blew|blown|bigger|larger|wider|taller|higher|broader|greater|size\w*|width|height|wide|high|tall|resolution\w*|res|hi-?res|zoom\w*|magnif\w*|scal\w*|rescal\w*|dimension\w*|side|sides|edge|edges|linear\w*|print\w*|reprint|poster|pixels?|megapixels?|mp|area|stretch\w*|grew|grow\w*|expand\w*|resiz\w*|increas\w*|big|large|up|format|billboard|banner|canvas"),
)  # fmt: skip
_HEAD = [(kind, reach, Lazy(rf"(?<!\w)(?:{words})(?!\w)", re.I)) for kind, reach, words in _HEADS]
_ROOTS = Lazy(
    r"\b(?:as many pixels|more pixels|times the (?:number of )?pixels|pixel count|number of pixels|pixels as|(?:the|its|their) pixels|area|surface|megapixels?|mega ?pixels?|total pixels|as many (?:mega)?pixels)\b",
    re.I,
)
_PER_SIDE = Lazy(
    r"\b(?:each|per|every|both|either) (?:side|edge|direction|dimension|ax[ei]s)|linear\w*\b|\b(?:wide|width|height|tall)\b",
    re.I,
)
_CLAUSE = Lazy(r"[.!?;:]\s|,\s(?:and|but|so|yet|while|which|because|then|with)\s|\s(?:but|while|whereas|although)\s|\n")
_PICTURE = (
    r"(?:photo|picture|image|pic|shot|snap|panel|scan|drawing|logo|icon|avatar|thumbnail|map|portrait|print|slide|negative|screenshot|painting|sketch|postcard|"
    r"selfie|still|crop|poster|file|jpe?g|sprite|texture|cover|page|comic|cartoon|illustration|plan|chart|diagram|sticker|emblem|badge|plate|tile|render)\w*"
)
_DOES_TO_PICTURE = Lazy(
    rf"\s(?:it\b|them\b|everything\b|(?:(?:the|a|an|my|our|his|her|their|this|that|these|those|one|some|its|\w+'s)\s)(?:[\w-]+\s){{0,2}}?{_PICTURE}\b"
    r"(?!['’]s|\s(?:brightness|contrast|exposure|noise|quality|count|number|library|run)|(?<=file)\ssize))",
    re.I,
)
_LENGTHENS = Lazy(r"\s(?:as long|longer|(?:its|the|their) (?:\w+ )?(?:length|duration))\b", re.I)
_SIDEWAYS = Lazy(
    r"(?:\s(?!each\b|every\b)[\w'’]+){0,3}?,?\s(?:on|along|in|per|to|at|for)?\s?(?:each|every|both|either) (?:sides?|edges?|directions?|ways?|ax[ei]s)\b",
    re.I,
)
_NO_SIZE = Lazy(r"\b(?:brightness|contrast|saturation|exposure|luminance|volume|price|speed)\b[^.,;]{0,24}$", re.I)
_NET = Lazy(
    r"\b(?:network|model|net|file|app|program|software)s? (?:is|are|was|were|has|at|with|of)(?: now| only| about)? $",
    re.I,
)
_FILE = Lazy(
    r"\b(?:files?|archive|download|attachment|bill|invoice)(?: size)? (?:is|are|was|were|has become|became|got|grew|came out|now)(?: now| about| some)? $",
    re.I,
)
_MOVING = Lazy(r"\b(?:videos?|clips?|film|footage|movies?|recording|animation)\b", re.I)
_SMALLER = Lazy(r"\b(?:shr[iau]nk\w*|reduc\w*|smaller|halv\w*|downscal\w*|downsiz\w*|scale\w* down)\b", re.I)
_TO = Lazy(r"\b(?:to|by|want|need|make it|is|are|was) (?:a |an |exactly |about )?$", re.I)
_ZOOM_LENS = Lazy(r"\s?(?:digital |optical |hybrid |camera )?zoom\b", re.I)


def factors(text: str, start: int = 0, end: int | None = None) -> list[Quantity]:
    """All factors, pairs of sizes or rates, and percentages of a text, typed, in order."""
    stop = len(text) if end is None else end
    return [q for q in _factors(text, start, stop) if q.value != 1 or not _ONE.search(text, q.start, q.end)]


_ONE = Lazy(r"\bone\b", re.I)  # "after enlargement one pixel is nine" names no factor of one; kept sizes: kept.py


@lru_cache(maxsize=4096)
def _factors(text: str, start: int, stop: int) -> tuple[Quantity, ...]:
    made = pairs(text, start, stop)
    found = [Quantity(round(p.factor, 4), p.kind, p.start, p.end) for p in made]
    for value, kind, a, b in relations(text, start, stop):
        if not any(q.start < b and a < q.end for q in found):
            found.append(Quantity(round(value, 4), kind, a, b))
    for match in _FACTORS.finditer(text, start, stop):
        if any(q.start <= match.start() and match.end() <= q.end and q.end - q.start < 90 for q in found):
            continue
        if quantity := _factor(text, match, start, stop):
            if (
                quantity.kind == "bare"
                and any(p.kind == "spatial" for p in made)
                and match.lastgroup in ("pre", "post", "of", "word", "fold")
            ):
                quantity = replace(quantity, kind="spatial")  # "2×" beside two sizes is about the size
            found.append(quantity)
    return tuple(sorted(found, key=lambda q: (q.start, q.end)))


def spatial_factor(text: str, start: int = 0, end: int | None = None) -> list[Quantity]:
    """The spatial factors of a text; an explicit same size counts as 1."""
    stop = len(text) if end is None else end
    found = [q for q in factors(text, start, stop) if q.kind == "spatial"]
    same = same_size(text, start, stop)
    return sorted(found + ([same] if same else []), key=lambda q: q.start)


def kept_by_sizes(text: str, same: Quantity) -> bool:
    """True if a kept size is shown by two equal sizes ("800x600 in, 800x600 out"), not just asked for."""
    return len(re.findall(r"\d+", text[same.start : same.end])) >= 4


def same_size(text: str, start: int, stop: int) -> Quantity | None:
    """An explicit wish to keep the size, as the factor 1."""
    place = kept_size(text, start, stop)
    return Quantity(1.0, "spatial", *place) if place else None


def _factor(text: str, match: re.Match[str], start: int, stop: int) -> Quantity | None:
    name = str(match.lastgroup)
    raw = match[name]
    a, b = match.span(name) if name in ("by", "after") else match.span()
    if name == "percent":
        return _percent(text, number(raw), a, b, start, stop)
    if name == "half" and _NET.search(text[max(start, a - 30) : a]):
        return None
    if name == "half" and not (_SMALLER.search(text, start, stop) or _TO.search(text[max(start, a - 12) : a])):
        return None  # a part of something, not a size that is asked for
    kind: Kind = head_kind(text, a, b, start, stop, "bare")
    value = _value(name, raw)
    if name in ("times", "word", "fold", "pre", "post") and value > 1 and _SIDEWAYS.match(text, b, stop):
        return Quantity(round(value, 6), "spatial", a, b)
    if _FILE.search(text[max(start, a - 40) : a]):
        return Quantity(round(value, 6), "storage", a, b)
    if name in ("again", "more", "half"):
        kind = "spatial" if kind == "bare" or name == "half" else kind
    elif kind in ("spatial", "bare") and _LENGTHENS.match(text, b, stop) and _MOVING.search(text, start, stop):
        kind = "temporal"
    elif name == "each":
        kind = "spatial"
    elif name in ("by", "after", "of", "scale"):
        kind = head_kind(text, *match.span(), start, stop, "bare") if kind == "bare" else kind
    elif (name == "ratio" and (kind != "spatial" or value == 1)) or (name == "word" and _not_a_factor(text, match)):
        return None
    elif name == "word" and _DOES_TO_PICTURE.match(text, b, stop) and raw.lower().endswith(("ed", "ing", "le")):
        kind = "spatial"
    elif name == "word" and re.match(
        r"\s(?:a|per|every|each|in a)\s(?:second|minute|hour|day|week|year|row)\b", text[b:stop]
    ):
        return None  # occasions
    elif name == "word" and kind == "bare" and raw.lower() in ("twice", "double", "triple", "thrice"):
        if not re.match(r"\s(?:the|this|that|my|our|his|her|it|him|them)\b", text[b:stop]):
            return None  # occasions ("saved twice") and adjectives ("a double portrait")
    elif (
        name == "pre"
        and kind == "spatial"
        and _ZOOM_LENS.match(text, b, stop)
        and not re.search(r"\b(?:by|enlarg\w*|upscal\w*) $", text[start:a])
    ):
        kind = "optical"
    if name == "each" or (kind == "spatial" and _takes_root(text, a, b, start, stop)):
        value = math.sqrt(value)
    return Quantity(round(value, 6), kind, a, b) if value > 0 else None


def _value(name: str, raw: str) -> float:
    words = raw.lower()
    if name == "word":
        return MULTIPLES[words]
    if name == "again":
        return 1 + {"half": 0.5}.get(words.split()[0], 1 / 3 if "third" in words else 0.25)
    if name == "half":
        return {"half": 0.5, "halved": 0.5, "a third": 1 / 3, "a quarter": 0.25}[words]
    if name == "more" or (name == "by" and re.fullmatch(rf"(?:(?:an?|one|two|three) )?{PART}", words)):
        return 1 + number("zero and " + words.removeprefix("a ").removeprefix("an "))
    return number(raw)


def _not_a_factor(text: str, match: re.Match[str]) -> bool:
    """'double exposure', 'double-sided', 'double-check', 'a triple jump': no factor."""
    after = text[match.end() : match.end() + 24].lower()
    return bool(
        re.match(
            r"[- ](?:exposure|sided|check|click|chin|page|portrait|image\b|vision|jpeg|compress|jump|bed|room|decker|contour|edge|espresso|spread|layer|line|lines|bass)",
            after,
        )
    )


def _percent(text: str, value: float, a: int, b: int, start: int, stop: int) -> Quantity:
    if _NO_SIZE.search(text[max(start, a - 40) : a]):
        return Quantity(value, "brightness", a, b, unit="%")
    before = text[max(start, a - 16) : a].lower()
    kind = head_kind(text, a, b, start, stop, "other")
    after = text[b : b + 28].lower()
    if re.match(
        r"\s*(?:zoom|view|crop|quality|of (?:the|its|their|my) (?:training|data|time|people|pixels|picture|photo|image))",
        after,
    ):
        return Quantity(value, "other", a, b, unit="%")
    if kind == "spatial" and re.match(
        r"\s*(?:bigger|larger|wider|taller|higher|more|up\b|increase|enlargement|magnification)", after
    ):
        return Quantity(round(1 + value / 100, 6), "spatial", a, b)
    if (kind == "spatial" and re.search(r"\b(?:to|at|of|is|was)\s*(?:about |exactly |roughly )?$", before)) or (
        kind == "spatial"
        and re.match(
            r"\s*(?:of (?:its|the|their|my) (?:original |old |former )?(?:size|width|height)|scale|size|enlargement)",
            after,
        )
    ):
        return Quantity(round(value / 100, 6), "spatial", a, b) if value else Quantity(value, "other", a, b, unit="%")
    if kind == "spatial" and re.search(r"\bby\s*(?:about |exactly |roughly )?$", before):
        return Quantity(round(1 + value / 100, 6), "spatial", a, b)
    return Quantity(value, "other" if kind in ("spatial", "bare", "temporal") else kind, a, b, unit="%")


def head_kind(text: str, a: int, b: int, start: int, stop: int, default: Kind) -> Kind:
    """Type of the number at [a, b): that of the nearest head word of its clause, right side first."""
    left = max([m.end() for m in _CLAUSE.finditer(text, start, a)], default=start)
    cut = _CLAUSE.search(text, b, stop)
    right = cut.start() if cut else stop
    best: tuple[float, int, Kind] | None = None
    occasions = "times" in text[a:b].lower() or text[a:b].isalpha()  # "saved ten times", not "by 3x"
    for order, (kind, reach, pattern) in enumerate(_HEAD):
        if kind == "other" and not occasions:
            continue
        for match in pattern.finditer(text, left, right):
            if match.start() >= b:
                distance = _words_between(text, b, match.start())
            elif match.end() <= a:
                distance = _words_between(text, match.end(), a) + 0.6  # "3x bigger" binds more than "bigger ... 3x"
            else:
                distance = 0.0
            if distance <= reach and (best is None or (distance, order) < best[:2]):
                best = (distance, order, kind)
    return best[2] if best else default


def _words_between(text: str, a: int, b: int) -> float:
    return len(re.findall(r"[\w'’]+", text[a:b])) + 1.5 * text.count(",", a, b)


def _takes_root(text: str, a: int, b: int, start: int, stop: int) -> bool:
    window = text[max(start, a - 40) : min(stop, b + 40)]
    return bool(_ROOTS.search(window)) and not _PER_SIDE.search(text[max(start, a - 20) : min(stop, b + 30)])


_FIGURE = Lazy(rf"(?<![\w.])(?P<n>{DIGITS})\s?(?P<u>%|per ?cent|dB|×|x\b|times|fps|ms|MB|GB|[a-z]{{4,}})", re.I)
_REFERS_BACK = Lazy(
    r"\b(?:this|that|these|those|such an?|the (?:same|said|reported|stated|above|aforementioned|resulting|latter))\s+(?:\w+\s+){0,2}$",
    re.I,
)


Place = tuple[int, int]


def self_contradictions(text: str, ranges: Sequence[Place]) -> Sequence[tuple[Place, Place]]:
    """Pairs of figures where a later sentence refers back ("this 76% reduction") to another number.

    The two must share the unit, differ in value, and have a word stem in common within their sentences.
    """
    return _self_contradictions(text, tuple(ranges))


@lru_cache(maxsize=256)
def _self_contradictions(text: str, ranges: tuple[Place, ...]) -> tuple[tuple[Place, Place], ...]:
    found = []
    figures = [(number(m["n"]), m["u"].lower(), m.span(), r) for r in ranges for m in _FIGURE.finditer(text, *r)]
    for value, unit, place, sentence in figures:
        if not _REFERS_BACK.search(text, sentence[0], place[0]):
            continue
        earlier = [
            f
            for f in figures
            if f[1] == unit and f[3][1] <= sentence[0] and _share_stem(text, f[3], sentence, place[1])
        ]
        if earlier and all(f[0] != value for f in earlier):
            found.append((earlier[-1][2], place))
    return tuple(found)


def _share_stem(text: str, first: tuple[int, int], second: tuple[int, int], after: int) -> bool:
    """A stem of the words that follow the later figure occurs in the earlier sentence."""
    words = re.findall(r"[a-z]{5,}", text[after : second[1]].lower())[:3]
    return any(word[:5] in text[slice(*first)].lower() for word in words)


def short_number(value: float) -> str:
    """'3', '2.5', '91.12': at most four decimals, no trailing zeros."""
    return f"{value:.4f}".rstrip("0").rstrip(".")
