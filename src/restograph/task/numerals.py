"""Numbers in digits and words: "2,5", "1 200", "two and a half", "2½", "three point one four", "twenty-five"."""

import math
import re

_UNITS = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
WORDS: dict[str, int] = (
    {word: n for n, word in enumerate(_UNITS.split(), 1)}
    | {word: 10 * n for n, word in enumerate(_TENS.split(), 2)}
    | {"dozen": 12, "a dozen": 12, "zero": 0}
)
_POWERS = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
FRACTIONS: dict[str, float] = {
    "half": 1 / 2, "third": 1 / 3, "quarter": 1 / 4, "fifth": 1 / 5, "sixth": 1 / 6, "eighth": 1 / 8, "tenth": 1 / 10,
    "sixteenth": 1 / 16, "twentieth": 1 / 20,
}  # fmt: skip
_SIGNS = {"½": 0.5, "¼": 0.25, "¾": 0.75, "⅓": 1 / 3, "⅔": 2 / 3, "⅛": 0.125}
# Words that multiply by themselves.
_LATIN: dict[str, float] = {"doubl": 2, "tripl": 3, "trebl": 3, "quadrupl": 4, "quintupl": 5, "sextupl": 6, "octupl": 8}
MULTIPLES: dict[str, float] = (
    {stem + end: float(n) for stem, n in _LATIN.items() for end in ("e", "ed", "es", "ing")}
    | {f"{word}fold": float(n) for word, n in WORDS.items() if n and " " not in word}
    | {"twofold": 2, "twice": 2, "thrice": 3}
)
_SMALL = "|".join(_UNITS.split())
_BELOW = rf"(?:(?:{_TENS.replace(' ', '|')})(?:[ -](?:{_SMALL}))?|{_SMALL}|a dozen)"
_POWER = "hundred|thousand|million"
# "twenty-five", "a hundred", "three thousand two hundred", "a quarter of a million"
WORD = rf"(?:(?:{_BELOW}|an?) (?:{_POWER})\b(?:(?: and)? {_BELOW}(?: (?:{_POWER})\b)?)*|(?:half|a quarter of) a million|{_BELOW})"
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
    if joined and re.search(rf"(?:{PART})$", rest):
        return number(head) + _fraction(rest)
    if " point " in words:
        whole, _, part = words.partition(" point ")
        return float(f"{WORDS[whole]}." + "".join(str(WORDS[w]) for w in part.split()))
    if "root " in words:
        return math.sqrt(number(words.rpartition(" ")[2]))
    if words.endswith(" a million"):
        return 1e6 * FRACTIONS[words.removeprefix("a ").split(" ")[0]]
    if words.split(" ")[-1] in {*WORDS, *_POWERS}:
        return float(_spoken(words))
    return _written(words)


def _spoken(words: str) -> int:
    """'three thousand two hundred' and the like."""
    total = part = 0
    for word in words.split(" "):
        if word in _POWERS:
            part = max(part, 1) * _POWERS[word]
            if word != "hundred":
                total, part = total + part, 0
        elif word not in ("and", "a", "an"):
            part += WORDS[word]
    return total + part


def _fraction(words: str) -> float:
    """'a half', 'three quarters', 'two thirds'."""
    count, _, part = words.rpartition(" ")
    part = part if part in FRACTIONS else part.removesuffix("s")
    return WORDS.get(count, 1) * FRACTIONS[part]


def _written(words: str) -> float:
    if words[-1] in _SIGNS:
        return float(words[:-1] or 0) + _SIGNS[words[-1]]
    if words.startswith("√"):
        return math.sqrt(float(words[1:]))
    if "/" in words:
        whole, _, part = words.rpartition(" ")
        over, under = part.split("/")
        return float(whole or 0) + float(over) / float(under)
    if re.fullmatch(r"\d+(?:[ ,\u202f]\d{3})+", words):
        return float(re.sub(r"\D", "", words))
    return float(words.replace(",", "."))
