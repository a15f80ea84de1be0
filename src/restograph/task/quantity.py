"""The one quantity grammar: what a number counts decides what it may be joined with.

"3x bigger", "3x fewer parameters", "3x the frame rate" and "3x faster" are four types. Only spatial
factors are enlargement; pixel counts and areas take the root. Spans are half-open code-point ranges.
"""

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

Kind = Literal[
    "spatial", "temporal", "parameters", "data", "speed", "brightness", "accuracy", "decibel", "storage", "optical", "other", "bare"
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


_ONES = dict(
    zip(
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty".split(),
        range(1, 21),
        strict=True,
    )
)
_TIMES = {
    "double": 2, "doubled": 2, "doubling": 2, "doubles": 2, "twice": 2, "twofold": 2, "twin": 2,
    "triple": 3, "tripled": 3, "tripling": 3, "triples": 3, "treble": 3, "trebled": 3, "thrice": 3, "threefold": 3,
    "quadruple": 4, "quadrupled": 4, "quadrupling": 4, "quadruples": 4, "fourfold": 4,
    "quintuple": 5, "quintupled": 5, "fivefold": 5, "sextupled": 6, "sixfold": 6, "eightfold": 8, "tenfold": 10,
}  # fmt: skip
_FRACTIONS = {"a half": 0.5, "half": 0.5, "a quarter": 0.25, "one quarter": 0.25, "three quarters": 0.75, "a third": 1 / 3}

_NUM = r"(?:\d+(?:[ ,]\d{3})+(?!\d)|\d+(?:[.,]\d+)?)"
_WORD = "(?:" + "|".join(_ONES) + ")"
_MIXED = rf"(?:{_NUM}|{_WORD}(?: point {_WORD})?)(?:(?: and |-and-)(?:a half|one half|half|a quarter|one quarter|three quarters|a third))?"
_SIGN = r"(?:×|✕|x|X|\\times|\$\\times\$)"
_FACTORS = re.compile(
    rf"\$?(?<![\w.])(?P<pre>{_NUM})\s*(?:\$\s*)?{_SIGN}\$?(?![\w\d]|\s*\d)"
    rf"|(?<![\w.×])(?:×|x|X)\s?(?P<post>{_NUM})(?![\w.]\d|\w)"
    rf"|(?<![\w.])(?P<times>{_MIXED})[\s-]+(?:times|fold|-fold)\b"
    rf"|(?<![\w.])(?P<fold>{_NUM})-?fold\b"
    rf"|\b(?P<word>{'|'.join(sorted(_TIMES, key=len, reverse=True))})\b"
    r"|\b(?P<again>half again|half as (?:big|large|wide|tall|high|much) again)\b"
    r"|\b(?P<half>half|halved|a third|a quarter) (?:of )?(?:the|its|their|that)? ?(?:original |current |old |previous )?(?:size|width|height|resolution|dimensions)\b"
    rf"|\b(?:factor|scale|ratio|magnification|scale factor|enlargement) (?:of|by|is|was|=) (?:about |exactly |roughly )?(?P<of>{_MIXED})(?![\w.]\d|\s?(?:%|dB))"
    rf"|(?<![\w.])(?P<percent>{_NUM})\s?(?:%|per ?cent\b)",
    re.I,
)
_DIMENSION = re.compile(
    rf"(?<![\w.])(?P<w1>\d{{2,5}})\s*(?:px|pixels?)?\s*(?:x|×|X|by|\*)\s*(?P<h1>\d{{2,5}})\s*(?:px|pixels?)?"
    rf"\s*(?:image |picture |photo |file |frame )?(?:→|->|=>|-->|⟶|to|into|up to|became|becomes|ended up (?:at|as)|and (?:got|ended up with|now (?:it is|have)))\s*(?:a |an |be |about |roughly )?"
    rf"(?P<w2>\d{{2,5}})\s*(?:px|pixels?)?\s*(?:x|×|X|by|\*)\s*(?P<h2>\d{{2,5}})\b"
)
_UNIT = r"(?:px|pixels?|p\b|MP\b|Mpx|megapixels?|mega ?pixels?|fps|frames? (?:per|a|/) ?s(?:ec(?:ond)?)?|Hz|k\b|K\b)"
_PAIR = re.compile(
    rf"(?<![\w.])(?P<a>{_NUM})\s?-?(?P<ua>{_UNIT})?\s*(?:\w+ ){{0,3}}?(?:→|->|=>|⟶|to|into|up to|became|becomes)\s+(?:(?:a|an|be|full|about|roughly|crisp|clean|smooth|something like) )*"
    rf"(?P<b>{_NUM})\s?-?(?P<ub>{_UNIT})?",
    re.I,
)
_TARGET_SIZE = re.compile(r"(?<![\w.])(?P<w>\d{3,5})\s*(?:x|×|X|by)\s*(?P<h>\d{3,5})\b")
_SAME = re.compile(
    r"\b(?:(?:exactly|precisely|at|in|keep\w*|kept|same|with|of) (?:exactly |precisely )?(?:the |its |their )?(?:very |exact |same )*(?:same|original|identical|unchanged|native|current) (?:image |picture |pixel |file |print )*(?:size|dimensions?|resolution|pixel count|width and height|number of pixels|pixels)"
    r"|the (?:exact |very )?same (?:pixel |image |picture )?(?:size|dimensions|resolution|pixel count|number of pixels)"
    r"|(?:without|not|never|no|nor|don't|didn't|doesn't) (?:want |wanting |need |needing |touch |ever )?(?:(?:to )?(?:be|it|them|the photo|the picture|any)? ?)(?:chang\w*|alter\w*|touch\w*|resiz\w*|enlarg\w*|upscal\w*|upsampl\w*|rescal\w*|scal\w*|modif\w*|increas\w*|mak\w* it (?:any )?(?:bigger|larger)|bigger|larger|resize) ?(?:in |of )?(?:the |its |their |any )?(?:pixel |image |picture )?(?:size|dimensions?|resolution|pixel count|number of pixels|width|it)?"
    r"|(?:size|dimensions?|resolution|pixel count|pixels|width and height|number of pixels) (?:is|are|was|were|has|have|had|must|should|may|can|could|to|did|does|do|)? ?(?:has |have |had |to |be |being |been |not |n't |never )*(?:stay\w*|remain\w*|kept|keep|unchanged|the same|untouched|identical|as (?:it was|is|before)|change[ds]?)"
    r"|(?:same|unchanged|identical) (?:number of )?(?:size|dimensions|resolution|pixels|pixel count)(?! as)"
    r"|(?:pixel for pixel|1:1|one to one|like[- ]for[- ]like))\b",
    re.I,
)

# What a factor counts, by the nearest of these words; earlier rows win a tie.
_HEADS: tuple[tuple[Kind, str], ...] = (
    ("optical", r"optical|objective|microscope|telephoto|zoom lens|lens|binocular\w*|telescope|eyepiece|drone zoom|digital zoom|zoom(?:ed)? (?:shot|photo|picture)|macro"),
    ("temporal", r"fps|frames?(?: ?-?rate| per second| a second)?|slow[- ]?mo\w*|slower|slowed|temporal\w*|smoother motion|frame-?rates?"),
    ("parameters", r"parameters?|params|weights|smaller|lighter|compact|model size|network size|storage|memory|footprint|flops|macs|computation\w*|compute|cheaper|fewer|less|pruning|compression ratios?|shrink\w*"),
    ("speed", r"faster|speed\w*|quicker|slower|latency|runtime|running time|inference|throughput|acceleration|realtime|real-time"),
    ("brightness", r"bright\w*|exposure|exposed|dark\w*|light|gain|iso|contrast|luminance|stops?|saturation|sharper|noise|noisier|cleaner|clearer|better|price|cost\w*|money|pay|worse|crisper|more detail\w*"),
    ("data", r"dataset|training (?:set|data)|samples|images fewer|data"),
    ("accuracy", r"accuracy|precision|recall|classification|detection|error|map|improvement|reduction"),
    ("other", r"a day|a week|per day|this week|attempts?|tries|tried|saved|re-?saved|copied|copies|forwarded|shared|folded|in a row|edits?|already|before|over|year\w*|people|strangers|downloaded|compressed|scanned|printed|posted|uploaded|sent|exported"),
    ("spatial", r"enlarg\w*|upscal\w*|up-?scal\w*|upsampl\w*|super-?resol\w*|sisr|sr|blow\w*|blew|blown|bigger|larger|wider|taller|higher|broader|greater|size\w*|width|height|wide|high|tall|resolution\w*|res|hi-?res|zoom\w*|magnif\w*|scal\w*|rescal\w*|dimension\w*|side|sides|edge|edges|linear\w*|print\w*|poster|pixels?|megapixels?|mp|area|stretch\w*|grew|grow\w*|expand\w*|resiz\w*|increas\w*|big|large|up"),
)  # fmt: skip
_HEAD = [(kind, re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.I)) for kind, words in _HEADS]
_ROOTS = re.compile(
    r"\b(?:as many pixels|more pixels|times the (?:number of )?pixels|pixel count|number of pixels|pixels as|(?:the|its|their) pixels|area|surface|megapixels?|mega ?pixels?|total pixels)\b", re.I
)
_PER_SIDE = re.compile(r"\b(?:each|per|every|both|either) (?:side|edge|direction|dimension|ax[ei]s)|linear\w*\b|\b(?:wide|width|height|tall)\b", re.I)
_CLAUSE = re.compile(r"[.!?;:]\s|,\s(?:and|but|so|yet|while|which|because)\s|\s(?:but|while|whereas|although)\s|\n")


def number(text: str) -> float:
    """A number in digits or words: '2,5', '1 200', 'two and a half', 'two point five'."""
    words = re.sub(r"[\s-]+", " ", text.strip().lower())
    for fraction, value in _FRACTIONS.items():
        head, joined, rest = words.partition(" and ")
        if joined and rest.endswith(fraction):
            return number(head) + value
    if " point " in words:
        whole, _, part = words.partition(" point ")
        return float(f"{_ONES[whole]}.{_ONES[part]}")
    if words in _ONES:
        return float(_ONES[words])
    if re.fullmatch(r"\d+(?:[ ,]\d{3})+", words):
        return float(re.sub(r"[ ,]", "", words))
    return float(words.replace(",", "."))


def factors(text: str, start: int = 0, end: int | None = None) -> list[Quantity]:
    """All factors, pairs of sizes or rates, and percentages of a text, typed, in order."""
    stop = len(text) if end is None else end
    found = _pairs(text, start, stop)
    for match in _FACTORS.finditer(text, start, stop):
        if any(match.start() < q.end and q.start < match.end() for q in found):
            continue
        if quantity := _factor(text, match, start, stop):
            found.append(quantity)
    return sorted(found, key=lambda q: (q.start, q.end))


def spatial_factor(text: str, start: int = 0, end: int | None = None) -> list[Quantity]:
    """The spatial factors of a text; an explicit same size counts as 1."""
    stop = len(text) if end is None else end
    found = [q for q in factors(text, start, stop) if q.kind == "spatial"]
    same = same_size(text, start, stop)
    return sorted(found + ([same] if same else []), key=lambda q: q.start)


@lru_cache(maxsize=4096)
def same_size(text: str, start: int, stop: int) -> Quantity | None:
    """An explicit wish to keep the size, as the factor 1."""
    match = _SAME.search(text, start, stop)
    return Quantity(1.0, "spatial", match.start(), match.end()) if match else None


def _factor(text: str, match: re.Match[str], start: int, stop: int) -> Quantity | None:
    name = str(match.lastgroup)
    raw = match[name]
    a, b = match.span()
    if name == "percent":
        return _percent(text, number(raw), a, b, start, stop)
    if name == "again":
        return Quantity(1.5, head_kind(text, a, b, start, stop, "spatial"), a, b)
    if name == "half":
        value = {"half": 0.5, "halved": 0.5, "a third": 1 / 3, "a quarter": 0.25}[raw.lower()]
        return Quantity(value, "spatial", a, b)
    if name == "word":
        value = float(_TIMES[raw.lower()])
        kind = head_kind(text, a, b, start, stop, "bare")
        if kind == "bare" or _not_a_factor(text, match):
            return None
    else:
        value = number(raw)
        kind = head_kind(text, a, b, start, stop, "bare")
    if kind == "spatial" and _takes_root(text, a, b, start, stop):
        value = math.sqrt(value)
    return Quantity(round(value, 6), kind, a, b) if value > 0 else None


def _not_a_factor(text: str, match: re.Match[str]) -> bool:
    """'twice' as a count of occasions, 'double exposure', 'double-sided', 'double-check'."""
    after = text[match.end() : match.end() + 24].lower()
    return bool(re.match(r"[- ](?:exposure|sided|check|click|chin|page|portrait|image\b|vision|jpeg|compress)", after))


def _percent(text: str, value: float, a: int, b: int, start: int, stop: int) -> Quantity:
    before = text[max(start, a - 12) : a].lower()
    kind = head_kind(text, a, b, start, stop, "other")
    after = text[b : b + 28].lower()
    if kind == "spatial" and re.match(r"\s*(?:bigger|larger|wider|taller|higher|more|up\b|increase|enlargement|magnification)", after):
        return Quantity(round(1 + value / 100, 6), "spatial", a, b)
    if kind == "spatial" and re.search(r"\b(?:to|at|of|is|was)\s*(?:about |exactly |roughly )?$", before) or (
        kind == "spatial" and re.match(r"\s*(?:of (?:its|the|their) (?:original )?(?:size|width|height)|scale|zoom|size)", after)
    ):
        return Quantity(round(value / 100, 6), "spatial", a, b)
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
    for order, (kind, pattern) in enumerate(_HEAD):
        if kind == "other" and not occasions:
            continue
        for match in pattern.finditer(text, left, right):
            if match.start() >= b:
                distance = float(_words_between(text, b, match.start()))
            elif match.end() <= a:
                distance = _words_between(text, match.end(), a) + 0.6  # "3x bigger" binds more than "bigger ... 3x"
            else:
                distance = 0.0
            if best is None or (distance, order) < best[:2]:
                best = (distance, order, kind)
    return best[2] if best and best[0] <= 9 else default


def _words_between(text: str, a: int, b: int) -> int:
    return len(text[a:b].split())


def _takes_root(text: str, a: int, b: int, start: int, stop: int) -> bool:
    window = text[max(start, a - 40) : min(stop, b + 40)]
    return bool(_ROOTS.search(window)) and not _PER_SIDE.search(text[max(start, a - 20) : min(stop, b + 30)])


def _pairs(text: str, start: int, stop: int) -> list[Quantity]:
    found = []
    for match in _DIMENSION.finditer(text, start, stop):
        w1, h1, w2, h2 = (float(match[n]) for n in ("w1", "h1", "w2", "h2"))
        value = w2 / w1 if abs(w2 / w1 - h2 / h1) < 0.1 * w2 / w1 else math.sqrt(w2 * h2 / (w1 * h1))
        found.append(Quantity(round(value, 4), "spatial", *match.span()))
    for match in _PAIR.finditer(text, start, stop):
        if any(match.start() < q.end and q.start < match.end() for q in found):
            continue
        if quantity := _pair(text, match, start, stop):
            found.append(quantity)
    return found


def _pair(text: str, match: re.Match[str], start: int, stop: int) -> Quantity | None:
    first, second = number(match["a"]), number(match["b"])
    unit = (match["ub"] or match["ua"] or "").lower()
    if not unit:
        near = text[max(start, match.start() - 45) : min(stop, match.end() + 25)]
        if re.match(r"\s*(?:fps|frames)", text[match.end() : stop]):
            unit = "fps"
        elif first >= 32 and re.search(r"upscal|enlarg|blew|resolution|resiz|pixel|upsampl|wide|width|scal|tall|high\b", near, re.I):
            unit = "px"
    if not unit or first <= 0 or second <= 0 or first == second:
        return None
    ratio = second / first
    if unit.startswith(("fps", "frame", "hz")):
        return Quantity(round(ratio, 4), "temporal", *match.span())
    if unit.startswith("m"):
        return Quantity(round(math.sqrt(ratio), 4), "spatial", *match.span())
    return Quantity(round(ratio, 4), "spatial", *match.span())


_FIGURE = re.compile(rf"(?<![\w.])(?P<n>{_NUM})\s?(?P<u>%|per ?cent|dB|×|x\b|times|fps|ms|MB|GB|[a-z]{{4,}})", re.I)
_REFERS_BACK = re.compile(r"\b(?:this|that|these|those|such an?|the (?:same|said|reported|stated|above|aforementioned|resulting|latter))\s+(?:\w+\s+){0,2}$", re.I)


def self_contradictions(text: str, ranges: list[tuple[int, int]]) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Pairs of figures where a later sentence refers back ("this 76% reduction") to another number.

    The two must share the unit, differ in value, and have a word stem in common within their sentences.
    """
    found = []
    figures = [(number(m["n"]), m["u"].lower(), m.span(), r) for r in ranges for m in _FIGURE.finditer(text, *r)]
    for value, unit, place, sentence in figures:
        if not _REFERS_BACK.search(text, sentence[0], place[0]):
            continue
        earlier = [f for f in figures if f[1] == unit and f[3][1] <= sentence[0] and _share_stem(text, f[3], sentence, place[1])]
        if earlier and all(f[0] != value for f in earlier):
            found.append((earlier[-1][2], place))
    return found


def _share_stem(text: str, first: tuple[int, int], second: tuple[int, int], after: int) -> bool:
    """A stem of the words that follow the later figure occurs in the earlier sentence."""
    words = re.findall(r"[a-z]{5,}", text[after : second[1]].lower())[:3]
    return any(word[:5] in text[slice(*first)].lower() for word in words)


def short_number(value: float) -> str:
    """'3', '2.5', '91.12': at most four decimals, no trailing zeros."""
    return f"{value:.4f}".rstrip("0").rstrip(".")
