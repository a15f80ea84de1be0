"""How large the result should be: a factor, a size in pixels, a print, or a limit of bytes."""

import re

from restograph.evidence.brief import Span
from restograph.task.numerals import number
from restograph.task.task import Scale, Target

_NUM = r"\d+(?:[.,]\d+)?"
_BYTES = re.compile(
    rf"\b(?:under|below|less than|at most|max(?:imum)?|no more than|within|up to)\s+(?P<n>{_NUM})\s?(?P<u>[kKmM])i?[bB]\b"
)
_PRINT = re.compile(
    rf"(?<![\w.])(?P<w>{_NUM})\s?(?:cm|mm|in|inch(?:es)?|\"|'')?\s?(?:x|×|by)\s?(?P<h>{_NUM})\s?(?P<u>cm|mm|in\b|inch(?:es)?|\")"
)
_PAPER = re.compile(r"\b(?P<a>A[0-5])\b")
_DPI = re.compile(rf"(?P<n>{_NUM})\s?(?:dpi|ppi)\b", re.I)
_PIXELS = re.compile(r"(?<![\w.])(?P<w>\d{3,5})\s?(?:x|×|by)\s?(?P<h>\d{3,5})(?:\s?(?:px|pixels?))?(?![\w.])")
_HAS = re.compile(
    r"\b(?:is|are|was|were|only|just|has|have|had|measures?)\s+(?:\w+,?\s+)?$", re.I
)  # a size that is there already
_SIDE = re.compile(
    r"(?<![\w.,])(?P<n>[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d{2,4})\s?(?:px|pixels?)\s+(?P<side>wide|width|across|tall|high|height)",
    re.I,
)
_A_SERIES = {
    "A0": (841, 1189),
    "A1": (594, 841),
    "A2": (420, 594),
    "A3": (297, 420),
    "A4": (210, 297),
    "A5": (148, 210),
}  # ISO 216, mm
_LIMIT = {"k": 1_000, "m": 1_000_000}


def target_of(text: str, start: int, stop: int, scale: Scale | None) -> Target | None:
    """Target of the question text[start:stop]; a factor wins, then pixels, print, bytes; silence is None."""
    if scale and scale.kind == "spatial":
        return Target(type="factor", value=scale.value, span=scale.span)
    dpi = float(number(m["n"])) if (m := _DPI.search(text, start, stop)) else None
    if m := _PIXELS.search(text, start, stop):
        return Target(type="size", width=float(m["w"]), height=float(m["h"]), unit="px", span=_span(m))
    if (m := _SIDE.search(text, start, stop)) and not _HAS.search(text[max(start, m.start() - 20) : m.start()]):
        wide = m["side"].lower() in ("wide", "width", "across")
        value = float(m["n"].replace(",", ""))
        return Target(
            type="size", width=value if wide else None, height=None if wide else value, unit="px", span=_span(m)
        )
    if m := _PRINT.search(text, start, stop):
        unit = "in" if m["u"][0] in 'i"' else m["u"]
        return Target(type="print", width=number(m["w"]), height=number(m["h"]), unit=unit, dpi=dpi, span=_span(m))
    if m := _PAPER.search(text, start, stop):
        width, height = _A_SERIES[m["a"]]
        return Target(type="print", width=width, height=height, unit="mm", dpi=dpi, span=_span(m))
    if m := _BYTES.search(text, start, stop):
        return Target(type="bytes", value=number(m["n"]) * _LIMIT[m["u"].lower()], unit="byte", span=_span(m))
    return None


def _span(match: re.Match[str]) -> Span:
    return Span(source="Q", start=match.start(), end=match.end())
