"""Sentences of a text as half-open ranges, and the part of one that an answer may tell."""

import re
from functools import lru_cache

Range = tuple[int, int]

_END = re.compile(r"[.!?][\"'”’)\]]*(?=\s+[\"'“‘(\[$]?[A-Z0-9\u00c0-\u024f]|\s*$)|\n\s*\n")
_SHORT = re.compile(r"(?:\b(?:e\.g|i\.e|et al|vs|cf|Fig|Eq|Sec|Tab|Dr|No|approx|resp|St)|(?<![A-Za-z])[A-Z])\.$")
# An initial ends a sentence ("choose option B. We ...") when no name can follow.
_OPENS = re.compile(
    r"(?<=(?<![A-Za-z])[A-Z])\.[\"'”’)\]]*\s+(?:We|The|This|These|Those|Our|It|Its|They|In|On|To|An|For|With|However|Here|Experiments|Results|Code)\b"
)


def sentences(text: str, start: int = 0, end: int | None = None) -> list[Range]:
    """Split text[start:end] into trimmed sentences; abbreviations and decimals do not end one."""
    return list(_sentences(text, start, len(text) if end is None else end))


@lru_cache(maxsize=2048)
def _sentences(text: str, start: int, stop: int) -> tuple[Range, ...]:
    found: list[Range] = []
    begin = start
    for match in _END.finditer(text, start, stop):
        dot = match.start()  # an abbreviation is short: looking back further would take quadratic time
        if text[dot] == "." and _SHORT.search(text, max(begin, dot - 12), dot + 1) and not _OPENS.match(text, dot):
            continue
        found.append((begin, match.end()))
        begin = match.end()
    found.append((begin, stop))
    return tuple(trimmed for one in found if (trimmed := trim(text, one)))


def trim(text: str, one: Range) -> Range | None:
    """The range without white space at its ends; None when nothing is left."""
    begin, end = one
    while begin < end and text[begin].isspace():
        begin += 1
    while end > begin and text[end - 1].isspace():
        end -= 1
    return (begin, end) if begin < end else None


_CONNECTIVE = re.compile(
    r"(?:(?:in this (?:paper|work|study|article)|in the current work|in detail|in particular|in practice|in addition|to this end|"
    r"to do so|specifically|moreover|furthermore|additionally|finally|therefore|thus|hence|consequently|here|within it|then|instead|"
    r"unlike prior work|for example|for instance|notably|concretely),\s+"
    r"|(?:(?:extensive |our )?(?:experimental results|experiments|results) (?:show|demonstrate|indicate) that|"
    r"through extensive empirical validation, we demonstrate that|on standard benchmarks,)\s+"
    r"|(?:(?:inspired|motivated|encouraged|driven) by [^,.]{3,110}|to (?:address|solve|tackle|remedy|overcome|handle|alleviate|mitigate|resolve|meet|fill|cope with|deal with) "
    r"(?:this|these|such|those|that|both|the above|the aforementioned)\b[^,.]{0,60}|(?:based on|with|given|following|under) (?:this|these|that|such an?)\b[^,.]{0,50}|to be specific),\s+(?=we\b|this|the|our|it\b|an?\b|[A-Z]))+",
    re.I,
)
_CUT = re.compile(
    r";\s|,\s(?:and|while|which|where|so that|thereby|thus|whereas|leading|allowing|without|because|before|after|when|including|"
    r"as well as|i\.e\.|e\.g\.)\s|,?\s(?:while|whereas|so that)\s|\s(?:e\.g\.|\()"
)
_TURNS = re.compile(  # negation, contrast, condition, price: what a shortened sentence must not lose
    r"\b(?:not|no|never|but|however|although|only|except|without|unless|cannot|fail\w*|nor|neither|if|when|provided|assuming|"
    r"at the (?:cost|expense)|worse|limited|requir\w*|less)\b",
    re.I,
)
LONGEST_TOLD = 34  # words of a source in one piece


def told_range(text: str, sentence: Range) -> Range:
    """The part of a sentence that an answer may tell: no leading connective, no overlong tail.

    A tail is cut only at a clause boundary and only when it holds no negation or contrast, so that
    cutting never turns the meaning. The checker calls this too: nothing else may be told.
    """
    start, end = sentence
    lead = _CONNECTIVE.match(text, start, end)
    start = lead.end() if lead and lead.end() < end else start
    if len(text[start:end].split()) <= LONGEST_TOLD:
        return start, end
    cuts = [m.start() for m in _CUT.finditer(text, start, end)]
    fitting = [c for c in cuts if 8 <= len(text[start:c].split()) <= LONGEST_TOLD and not _TURNS.search(text, c, end)]
    open_bracket = [c for c in fitting if text.count("(", start, c) == text.count(")", start, c)]
    return (start, open_bracket[-1]) if open_bracket else (start, end)
