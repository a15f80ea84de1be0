"""Text for drawings: estimated widths, line breaks and what XML may hold."""

import unicodedata
from xml.sax.saxutils import escape


def xml_text(text: str) -> str:
    """Text for an XML element; characters that XML forbids become U+FFFD."""
    allowed = (
        c if c in "\t\n" or (c >= " " and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff") else "\ufffd"
        for c in text
    )
    return escape("".join(allowed))


def text_width(text: str, size: float) -> float:
    """Estimated width in SVG units; a little generous, East Asian wide characters count double."""
    total = 0.0
    for character in text:
        if unicodedata.east_asian_width(character) in "WF":
            total += 1.05
        elif character in "ijltfI.,:;'|!()[] /":
            total += 0.36
        elif character in "mwMW@%—":
            total += 0.9
        else:
            total += 0.66 if character.isupper() or character.isdigit() else 0.58
    return total * size


def wrapped(text: str, size: float, width: float) -> tuple[str, ...]:
    """Lines no wider than `width`; a word that is wider alone is broken between characters."""
    lines: list[str] = []
    current = ""
    for word in text.split():
        for piece in _pieces(word, size, width):
            longer = f"{current} {piece}" if current else piece
            if current and text_width(longer, size) > width:
                lines.append(current)
                current = piece
            else:
                current = longer
    return tuple([*lines, current] if current else lines)


def _pieces(word: str, size: float, width: float) -> list[str]:
    pieces = [""]
    for character in word:
        if pieces[-1] and text_width(pieces[-1] + character, size) > width:
            pieces.append("")
        pieces[-1] += character
    return pieces
