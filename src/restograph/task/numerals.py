"""Numbers in digits and words: "2,5", "1 200", "two and a half", "2½", "three point one four", "twenty-five"."""

import math
import re

_UNITS = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
WORDS: dict[str, int] = (
    {word: n for n, word in enumerate(_UNITS.split(), 1)}
    | {word: 10 * n for n, word in enumerate(_TENS.split(), 2)}
    | {"dozen": 12, "a dozen": 12, "hundred": 100, "a hundred": 100, "zero": 0}
)
FRACTIONS: dict[str, float] = {
    "half": 1 / 2, "third": 1 / 3, "quarter": 1 / 4, "fifth": 1 / 5, "sixth": 1 / 6, "eighth": 1 / 8, "tenth": 1 / 10,
    "sixteenth": 1 / 16, "twentieth": 1 / 20,
}  # fmt: skip
_SIGNS = {"½": 0.5, "¼": 0.25, "¾": 0.75, "⅓": 1 / 3, "⅔": 2 / 3, "⅛": 0.125}
# Words that multiply by themselves.
MULTIPLES: dict[str, float] = {
    "double": 2, "doubled": 2, "doubling": 2, "doubles": 2, "twice": 2, "twofold": 2,
    "triple": 3, "tripled": 3, "tripling": 3, "triples": 3, "treble": 3, "trebled": 3, "trebling": 3, "thrice": 3, "threefold": 3,
    "quadruple": 4, "quadrupled": 4, "quadrupling": 4, "quadruples": 4, "fourfold": 4,
    "quintuple": 5, "quintupled": 5, "fivefold": 5, "sextupled": 6, "sixfold": 6, "sevenfold": 7, "eightfold": 8, "octupled": 8,
    "ninefold": 9, "tenfold": 10, "twelvefold": 12, "sixteenfold": 16,
}  # fmt: skip
_SMALL = "|".join(_UNITS.split())
WORD = rf"(?:(?:{_TENS.replace(' ', '|')})(?:[ -](?:{_SMALL}))?|{_SMALL}|a dozen|a hundred)"
DIGITS = r"(?:\d+(?:[ ,\u202f]\d{3})+(?!\d)|\d+(?:[.,]\d+)?)"
PART = rf"(?:half|(?:{'|'.join(FRACTIONS)})s?)"
# A mixed number: digits or words, with a fraction after "and", a fraction sign, or "1/2".
MIXED = (
    rf"(?:\d*[½¼¾⅓⅔⅛]|√\d+|(?:square )?root (?:of )?(?:two|three|2|3)|\d+ \d/\d|\d/\d|(?:{DIGITS}|{WORD}(?: point(?: {WORD})+)?)"
    rf"(?:(?: and |-and-)(?:an? |one |two |three )?{PART})?)"
)


def number(text: str) -> float:
    """The value of a number as `MIXED` finds it; ValueError for anything else."""
    words = re.sub(r"[\s-]+", " ", text.strip().lower())
    head, joined, rest = words.partition(" and ")
    if joined and " hundred" not in head:
        return number(head) + _fraction(rest)
    if " point " in words:
        whole, _, part = words.partition(" point ")
        return float(f"{WORDS[whole]}." + "".join(str(WORDS[w]) for w in part.split()))
    hundreds, hundred, more = words.partition(" hundred")
    if hundred and hundreds in ("a", *WORDS):
        return 100 * WORDS.get(hundreds, 1) + (number(more.removeprefix(" and ")) if more.strip() else 0)
    if words in WORDS:
        return float(WORDS[words])
    if words.split(" ")[0] in WORDS:
        return float(sum(WORDS[w] for w in words.split(" ")))
    return _written(words)


def _fraction(words: str) -> float:
    """'a half', 'three quarters', 'two thirds'."""
    count, _, part = words.rpartition(" ")
    part = part if part in FRACTIONS else part.removesuffix("s")
    return WORDS.get(count, 1) * FRACTIONS[part]


def _written(words: str) -> float:
    if words[-1] in _SIGNS:
        return float(words[:-1] or 0) + _SIGNS[words[-1]]
    if "root " in words:
        return math.sqrt(number(words.rpartition(" ")[2]))
    if words.startswith("√"):
        return math.sqrt(float(words[1:]))
    if "/" in words:
        whole, _, part = words.rpartition(" ")
        over, under = part.split("/")
        return float(whole or 0) + float(over) / float(under)
    if re.fullmatch(r"\d+(?:[ ,\u202f]\d{3})+", words):
        return float(re.sub(r"\D", "", words))
    return float(words.replace(",", "."))
