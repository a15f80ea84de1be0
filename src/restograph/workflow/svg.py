"""A workflow as one self-contained SVG: cards from top to bottom, no fonts or scripts fetched.

Colours have a contrast of at least 4.5 to 1 on their card. A missing step is dashed and says so, a
skipped one is grey. Text widths are estimated, so boxes are a little wider than they need to be.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from restograph.workflow.draw import (
    NO_NOTES,
    draw_line,
    label,
    model_line,
    planning_only,
    sources_line,
    status,
)
from restograph.workflow.graph import Node, Workflow, ordered
from restograph.workflow.wrap import text_width, wrapped, xml_text

CARD_WIDTH = 380
COLUMN_GAP = 28
ROW_GAP = 44
MARGIN = 24
PADDING = 16
TITLE_SIZE, TEXT_SIZE = 17, 13
TITLE_LINE, TEXT_LINE = 24, 19
MOST_LINES = 12  # a longer reason is cut with an ellipsis; the answer has it in full

_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif"


@dataclass(frozen=True)
class _Look:
    """Colours of a card."""

    fill: str
    stroke: str
    accent: str
    title: str
    text: str
    dash: str = ""


_LOOKS = {
    "end": _Look("#f8fafc", "#94a3b8", "#64748b", "#0f172a", "#334155"),
    "step": _Look("#ffffff", "#94a3b8", "#0f766e", "#0f172a", "#334155"),
    "missing": _Look("#fffbf5", "#c2410c", "#c2410c", "#7c2d12", "#7c2d12", "7 5"),
    "skipped": _Look("#f1f5f9", "#cbd5e1", "#94a3b8", "#475569", "#475569"),
}


@dataclass(frozen=True)
class _Card:
    """A node with its wrapped lines and its place, in SVG units."""

    node: Node
    title: tuple[str, ...]
    badge: str
    lines: tuple[tuple[str, bool], ...]
    look: _Look
    x: int = 0
    y: int = 0

    @property
    def height(self) -> int:
        gap = 4 if self.lines else 0
        return 2 * PADDING + len(self.title) * TITLE_LINE + gap + len(self.lines) * TEXT_LINE - 6


def draw_svg(workflow: Workflow, notes: Mapping[str, str] = NO_NOTES) -> str:
    """SVG text of a workflow; `notes` adds a line to nodes by id, such as "stands in for NAME"."""
    cards, width, height = _placed(workflow, notes)
    spoken = xml_text(draw_line(workflow))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
        ' role="img" aria-labelledby="workflow-title workflow-desc">',
        '<title id="workflow-title">Workflow</title>',
        f'<desc id="workflow-desc">{spoken}</desc>',
        '<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto">'
        '<path d="M0 0.8 9.4 5 0 9.2z" fill="#475569"/></marker></defs>',
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        f'<g font-family="{_FONT}">',
        *(_arrow(cards, start, end) for start, end in workflow.edges),
        *(_drawn(card) for card in cards.values()),
        "</g>",
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _placed(workflow: Workflow, notes: Mapping[str, str]) -> tuple[dict[str, _Card], int, int]:
    """Cards by id, each in the row of its longest way from the source, and the size of the drawing."""
    nodes = ordered(workflow)
    row: dict[str, int] = {}
    for node in nodes:
        feeders = [a.partition(".")[0] for a, b in workflow.edges if b.partition(".")[0] == node.id]
        row[node.id] = 1 + max((row[f] for f in feeders), default=-1)
    rows = [[node for node in nodes if row[node.id] == r] for r in range(max(row.values(), default=-1) + 1)]
    columns = max((len(r) for r in rows), default=1)
    width = (
        2 * MARGIN
        + columns * CARD_WIDTH
        + (columns - 1) * COLUMN_GAP
        + (COLUMN_GAP * 2 if _jumps(workflow, row) else 0)
    )
    cards: dict[str, _Card] = {}
    y = MARGIN
    for members in rows:
        made = [_card(node, notes.get(node.id, "")) for node in members]
        for column, card in enumerate(made):
            x = MARGIN + column * (CARD_WIDTH + COLUMN_GAP)
            cards[card.node.id] = _Card(card.node, card.title, card.badge, card.lines, card.look, x, y)
        y += max(card.height for card in made) + ROW_GAP
    return cards, width, max(y - ROW_GAP, MARGIN) + MARGIN


def _jumps(workflow: Workflow, row: Mapping[str, int]) -> bool:
    """True if an edge passes by a row; it then needs a lane at the right."""
    return any(row[b.partition(".")[0]] - row[a.partition(".")[0]] > 1 for a, b in workflow.edges)


def _card(node: Node, note: str) -> _Card:
    """Wrap what is to be said of one node."""
    badge = "missing" if node.missing else "skipped" if node.skipped else ""
    ends = node.kind in ("load", "save", "load_video", "save_video")
    look = _LOOKS[badge or ("end" if ends else "step")]
    inner = CARD_WIDTH - 2 * PADDING - 6
    title_width = inner - (text_width(badge, TEXT_SIZE) + 28 if badge else 0)
    fill = status(node).removeprefix("missing").removeprefix(", ") if node.missing else ""
    only = "planned only: this version cannot execute it" if planning_only(node) and not node.skipped else ""
    said = [(sources_line(node), False), (model_line(node), False), (fill, False), (note, False), (only, False)]
    said.append((node.reason, True))
    lines = [(line, muted) for text, muted in said for line in wrapped(text, TEXT_SIZE, inner)]
    if len(lines) > MOST_LINES:
        lines = [*lines[: MOST_LINES - 1], (lines[MOST_LINES - 1][0] + " …", lines[MOST_LINES - 1][1])]
    return _Card(node, wrapped(label(node), TITLE_SIZE, title_width), badge, tuple(lines), look)


def _drawn(card: _Card) -> str:
    """One card: box, stripe, title, badge, lines."""
    look, x, y = card.look, card.x, card.y
    dash = f' stroke-dasharray="{look.dash}"' if look.dash else ""
    parts = [
        f'<rect x="{x}" y="{y}" width="{CARD_WIDTH}" height="{card.height}" rx="10" fill="{look.fill}"'
        f' stroke="{look.stroke}" stroke-width="1.5"{dash}/>',
        f'<rect x="{x + 8}" y="{y + 10}" width="4" height="{card.height - 20}" rx="2" fill="{look.accent}"/>',
    ]
    left, baseline = x + PADDING + 6, y + PADDING + 14
    for line in card.title:
        parts.append(_text(left, baseline, TITLE_SIZE, look.title, line, bold=True))
        baseline += TITLE_LINE
    if card.badge:
        parts.append(_badge(x + CARD_WIDTH - PADDING, y + PADDING - 3, card.badge, look))
    baseline += 2
    for line, muted in card.lines:
        parts.append(_text(left, baseline, TEXT_SIZE, look.text, line, italic=muted))
        baseline += TEXT_LINE
    return "\n".join(parts)


def _badge(right: int, top: int, text: str, look: _Look) -> str:
    width = round(text_width(text, TEXT_SIZE)) + 18
    return (
        f'<rect x="{right - width}" y="{top}" width="{width}" height="22" rx="11" fill="{look.title}"/>\n'
        f'<text x="{right - width / 2:g}" y="{top + 15.5:g}" font-size="{TEXT_SIZE - 1}" font-weight="600"'
        f' fill="#ffffff" text-anchor="middle">{xml_text(text)}</text>'
    )


def _text(x: int, y: int, size: int, fill: str, text: str, *, bold: bool = False, italic: bool = False) -> str:
    style = (' font-weight="650"' if bold else "") + (' font-style="italic"' if italic else "")
    return f'<text x="{x}" y="{y}" font-size="{size}" fill="{fill}"{style}>{xml_text(text)}</text>'


def _arrow(cards: Mapping[str, _Card], start: str, end: str) -> str:
    """Arrow between two cards: straight down, bent to another column, or by the lane at the right."""
    (from_id, _, port), (to_id, _, _) = start.partition("."), end.partition(".")
    upper, lower = cards[from_id], cards[to_id]
    x1, y1 = upper.x + CARD_WIDTH // 2, upper.y + upper.height
    x2, y2 = lower.x + CARD_WIDTH // 2, lower.y
    between = [c for c in cards.values() if y1 < c.y < y2 and c.x < x1 < c.x + CARD_WIDTH]
    if between:
        lane = max(c.x for c in cards.values()) + CARD_WIDTH + COLUMN_GAP
        y1, y2 = upper.y + upper.height // 2, lower.y + lower.height // 2
        path = f"M{upper.x + CARD_WIDTH} {y1} H{lane} V{y2} H{lower.x + CARD_WIDTH + 2}"
        at = (lane - 6, (y1 + y2) // 2, "end")
    else:
        middle = (y1 + y2) // 2
        path = f"M{x1} {y1} V{y2 - 2}" if x1 == x2 else f"M{x1} {y1} V{middle} H{x2} V{y2 - 2}"
        at = (x1 + 8, middle + 4, "start")
    drawn = f'<path d="{path}" fill="none" stroke="#475569" stroke-width="1.5" marker-end="url(#tip)"/>'
    if port == "image":
        return drawn
    place = f'x="{at[0]}" y="{at[1]}" text-anchor="{at[2]}"'
    return f'{drawn}\n<text {place} font-size="12" fill="#475569">{xml_text(port)}</text>'
