"""The curve of a run as a picture: loss and validation over the steps."""

from collections.abc import Sequence
from html import escape

WIDTH, HEIGHT, LEFT, TOP, GAP = 640, 180, 64, 34, 46  # of one of the two panels, in SVG units
PANELS = (("loss", "loss", "#b4531f"), ("psnr", "validation PSNR (dB)", "#1f5fb4"))


def draw_curve(name: str, curve: Sequence[dict[str, float]]) -> str:
    """SVG with a panel for the loss and one for the PSNR in dB; `curve` as in curve.json."""
    height = TOP + len(PANELS) * (HEIGHT + GAP)
    rows = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + 24} {height}" '
        'font-family="sans-serif" font-size="12">',
        '<rect width="100%" height="100%" fill="white"/>',
        f'<text x="{LEFT}" y="18" font-size="14" font-weight="bold">{escape(name)}</text>',
    ]
    for number, (key, title, colour) in enumerate(PANELS):
        rows += _panel(curve, key, title, colour, TOP + number * (HEIGHT + GAP))
    return "\n".join([*rows, "</svg>"]) + "\n"


def _panel(curve: Sequence[dict[str, float]], key: str, title: str, colour: str, top: float) -> list[str]:
    bottom = top + HEIGHT
    rows = [
        f'<text x="{LEFT}" y="{top + 12}" fill="{colour}">{title}</text>',
        f'<path d="M{LEFT} {top}V{bottom}H{LEFT + WIDTH}" fill="none" stroke="#444"/>',
    ]
    if not curve:
        return [*rows, f'<text x="{LEFT + 12}" y="{top + HEIGHT / 2}">no note yet</text>']
    values = [point[key] for point in curve]
    low, high, last = min(values), max(values), curve[-1]["step"]
    room = (high - low) or 1.0
    places = [
        (LEFT + WIDTH * point["step"] / last, bottom - (HEIGHT - 24) * (value - low) / room)
        for point, value in zip(curve, values, strict=True)
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    ends = ((low, bottom), (high, bottom - (HEIGHT - 24)))
    rows += [f'<text x="{LEFT - 6}" y="{y + 4:.0f}" text-anchor="end">{value:.4g}</text>' for value, y in ends]
    rows += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2" fill="{colour}"/>' for x, y in places]
    rows.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="1.5"/>')
    steps = ((LEFT, "start", "0"), (LEFT + WIDTH, "end", f"step {last:g}"))
    rows += [f'<text x="{x}" y="{bottom + 16}" text-anchor="{anchor}">{text}</text>' for x, anchor, text in steps]
    return rows
