"""Values of node parameters: exact numbers and picture sizes, read, checked and printed back.

A number is kept in the shortest exact form: 3, 2.5, "5/6" or "83.3%". All arithmetic on it goes
through `Fraction`, so that 2.5 = 3 x 5/6 gives the same output size on every machine.
"""

import math
import re
from fractions import Fraction

from restograph.errors import WorkflowError

Value = int | float | str | bool

SMALLEST_ONE_SIDED = 16  # "2x" after resize is a slip for "twice", never a picture two pixels wide
LARGEST_SIDE = 200_000
LONGEST_NUMBER = 48  # digits and signs; keeps "1e999999999" and friends from eating memory

_DECIMAL = re.compile(r"[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?")
_RATIO = re.compile(r"([0-9]+)/([0-9]+)")
_PERCENT = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?%")
_TIMES = re.compile(r"[xX×] ?(?P<after>[0-9./]+)|(?P<before>[0-9./]+) ?[xX×]")
_SIZE = re.compile(r"(?P<width>[0-9]{0,6}) ?[xX×] ?(?P<height>[0-9]{0,6})")


def as_fraction(value: Value) -> Fraction:
    """Exact value of a number in any accepted form: 3, 2.5, "5/6", "83.3%"; raises WorkflowError.

    A float counts as the decimal it prints as: 0.1 is 1/10.
    """
    if isinstance(value, bool):
        raise WorkflowError(f"a number was expected, not {value!r}; write for instance 3, 2.5, 5/6 or 83.3%")
    text = repr(value) if isinstance(value, float) else str(value).strip()
    found = _read_fraction(text) if len(text) <= LONGEST_NUMBER and text.isascii() else None
    if found is None:
        raise WorkflowError(f"{value!r} is not a number; write for instance 3, 2.5, 5/6 or 83.3%")
    return found


def _read_fraction(text: str) -> Fraction | None:
    """Fraction of one of the three spellings, or None."""
    if _DECIMAL.fullmatch(text):
        return Fraction(text)
    if (ratio := _RATIO.fullmatch(text)) and int(ratio[2]) != 0:
        return Fraction(int(ratio[1]), int(ratio[2]))
    if percent := _PERCENT.fullmatch(text):
        return Fraction(percent[1]) / 100
    return None


def exact_number(value: Fraction) -> int | float | str:
    """Shortest exact form of a fraction: an int, a float that prints as that decimal, or "a/b"."""
    if value.denominator == 1:
        return int(value)
    with_float = float(value)
    if math.isfinite(with_float) and Fraction(repr(with_float)) == value:
        return with_float
    return f"{value.numerator}/{value.denominator}"


def read_number(value: Value, *, times_sign: bool = False) -> int | float | str:
    """Canonical form of a number; with `times_sign` also x3, 3x, ×3 and 3×. Percentages stay percentages."""
    if isinstance(value, str) and times_sign and (found := _TIMES.fullmatch(value.strip())):
        value = found["after"] or found["before"]
    exact = as_fraction(value)
    if isinstance(value, str) and value.strip().endswith("%"):
        return value.strip().replace(" ", "")
    return exact_number(exact)


def read_size(value: Value) -> str:
    """Canonical form "2000x", "x1500" or "2000x1500" of a size in pixels; raises WorkflowError."""
    found = _SIZE.fullmatch(str(value).strip())
    if found is None or not (found["width"] or found["height"]):
        raise WorkflowError(f"{value!r} is not a size; write 2000x (width), x1500 (height) or 2000x1500")
    sides = [int(side) for side in (found["width"], found["height"]) if side]
    if len(sides) == 1 and 0 < sides[0] < SMALLEST_ONE_SIDED:
        raise WorkflowError(f"{value!r} means {sides[0]} pixels; for {sides[0]} times the size write factor={sides[0]}")
    if min(sides) < 1 or max(sides) > LARGEST_SIDE:
        raise WorkflowError(f"size {value!r} is out of range; each side must be 1 to {LARGEST_SIDE} pixels")
    return "x".join(str(int(found[side])) if found[side] else "" for side in ("width", "height"))


def scaled(length: int, factor: Value) -> int:
    """Output length in pixels for one side: floor(n * s + 1/2), at least 1."""
    return max(1, math.floor(length * as_fraction(factor) + Fraction(1, 2)))


def sized(width: int, height: int, size: str) -> tuple[int, int]:
    """Width and height that `size` ("2000x", "x1500", "2000x1500") asks for; one side keeps the aspect."""
    wanted_width, _, wanted_height = read_size(size).partition("x")
    if wanted_width and wanted_height:
        return int(wanted_width), int(wanted_height)
    if wanted_width:
        return int(wanted_width), max(1, math.floor(Fraction(height * int(wanted_width), width) + Fraction(1, 2)))
    return max(1, math.floor(Fraction(width * int(wanted_height), height) + Fraction(1, 2))), int(wanted_height)
