"""Draw docs/flow.svg, the picture of the flow in the README, or check that it is up to date (`--check`).

The picture stands on a panel of its own, so that it can be read on a light and on a dark page; where
the viewer prefers dark, the panel is dark as well. No fonts, scripts or other files are fetched.
"""

import argparse
import sys
from pathlib import Path
from xml.sax.saxutils import escape

PICTURE = Path(__file__).parents[1] / "docs" / "flow.svg"
WIDTH, HEIGHT, MARGIN = 960, 336, 20
BOX, GAP = 116, 18  # width of a stop, and between two
TOP, MIDDLE, BOTTOM = 24, 124, 246  # upper edges of inputs, stops and outputs
LOW, HIGH = 64, 86  # heights of inputs and outputs, of stops

STOPS = (
    ("Question", "words of", "the user"),
    ("Task", "what is", "wanted"),
    ("Evidence", "sources,", "with spans"),
    ("Verdict", "does it fit,", "and why"),
    ("Workflow", "typed steps,", "gaps named"),
    ("Run", "pixels,", "measured"),
    ("Answer", "sentences", "with proofs"),
)
SAID = " → ".join(name for name, *_ in STOPS)

STYLE = """
  .panel { fill: #ffffff; stroke: #cbd5e1 }
  .stop { fill: #e6f4f1; stroke: #0f766e; stroke-width: 1.6 }
  .side { fill: #f8fafc; stroke: #64748b; stroke-dasharray: 5 4 }
  .line { stroke: #475569; stroke-width: 1.6; fill: none }
  .tip { fill: #475569 }
  text { fill: #0f172a; font-family: system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif }
  .name { font-size: 16px; font-weight: 700 }
  .note { font-size: 13px }
  @media (prefers-color-scheme: dark) {
    .panel { fill: #0f172a; stroke: #475569 }
    .stop { fill: #134e4a; stroke: #2dd4bf }
    .side { fill: #1e293b; stroke: #94a3b8 }
    .line { stroke: #cbd5e1 }
    .tip { fill: #cbd5e1 }
    text { fill: #f1f5f9 }
  }
"""


def left(stop: int) -> int:
    """Left edge of a stop, counted from 0."""
    return MARGIN + stop * (BOX + GAP)


def centre(stop: int) -> int:
    """Middle of a stop along the row."""
    return left(stop) + BOX // 2


def box(kind: str, x: int, y: int, width: int, height: int, lines: tuple[str, ...]) -> str:
    """A rounded box with centred lines; the first line of a stop is its name."""
    middle, first = x + width // 2, y + height // 2 - 9 * len(lines) + 14
    texts = [
        f'<text class="{"name" if kind == "stop" and n == 0 else "note"}" x="{middle}" y="{first + 19 * n}"'
        f' text-anchor="middle">{escape(line)}</text>'
        for n, line in enumerate(lines)
    ]
    frame = f'<rect class="{kind}" x="{x}" y="{y}" width="{width}" height="{height}" rx="9"/>'
    return "\n".join([frame, *texts])


def arrow(x1: int, y1: int, x2: int, y2: int) -> str:
    """An arrow along one axis."""
    return f'<path class="line" d="M{x1} {y1} L{x2} {y2}" marker-end="url(#tip)"/>'


def stops() -> list[str]:
    """The row of stops with the arrows between them."""
    across = MIDDLE + HIGH // 2
    boxes = [box("stop", left(n), MIDDLE, BOX, HIGH, lines) for n, lines in enumerate(STOPS)]
    return boxes + [arrow(left(n) + BOX, across, left(n + 1) - 2, across) for n in range(len(STOPS) - 1)]


def inputs() -> list[str]:
    """What comes in: the sources above the first stops, picture and models above the run."""
    door = ("a brief: its question and its sources, nothing else", "or a bare question: sources from the catalogue")
    picture = ("your picture, if you give one,", "and the installed models")
    down = (TOP + LOW, MIDDLE - 2)
    return [
        box("side", left(0), TOP, left(2) + BOX - left(0), LOW, door),
        box("side", left(4), TOP, left(6) + BOX - left(4), LOW, picture),
        *(arrow(centre(n), down[0], centre(n), down[1]) for n in (0, 2, 5)),
    ]


def outputs() -> list[str]:
    """What comes out, and the checker that reads it again."""
    files = ("picture and run.json,", "answer.md and answer.json")
    check = ("restograph check: every sentence is proved again", "from the brief, without the code that wrote it")
    down, across = (MIDDLE + HIGH, BOTTOM - 2), BOTTOM + LOW // 2
    end = left(3) + BOX - 20
    return [
        box("side", left(4) + 60, BOTTOM, left(6) + BOX - left(4) - 60, LOW, files),
        box("side", left(0), BOTTOM, end - left(0), LOW, check),
        arrow(left(4) + 60, across, end + 2, across),
        *(arrow(centre(n), down[0], centre(n), down[1]) for n in (5, 6)),
    ]


def drawing() -> str:
    """The whole picture as SVG text."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}"'
        ' role="img" aria-labelledby="flow-title flow-desc">',
        '<title id="flow-title">The flow of Restograph</title>',
        f'<desc id="flow-desc">{escape(SAID)}. A brief or a question comes in, a picture may join at the run, and '
        "the files that come out can be checked again.</desc>",
        f"<style>{STYLE}</style>",
        '<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto">'
        '<path class="tip" d="M0 0.8 9.4 5 0 9.2z"/></marker></defs>',
        f'<rect class="panel" x="0.5" y="0.5" width="{WIDTH - 1}" height="{HEIGHT - 1}" rx="12"/>',
        *inputs(),
        *stops(),
        *outputs(),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def main() -> int:
    """Write the picture, or with --check compare it; 1 if it is out of date."""
    parser = argparse.ArgumentParser(description="Draw docs/flow.svg.")
    parser.add_argument("--check", action="store_true", help="only compare, and fail if the picture is out of date")
    arguments = parser.parse_args()
    if arguments.check:
        if not PICTURE.exists() or PICTURE.read_text(encoding="utf-8") != drawing():
            print(
                "docs/flow.svg is not what tools/flow_picture.py draws; run: python tools/flow_picture.py",
                file=sys.stderr,
            )
            return 1
        print("docs/flow.svg is up to date")
        return 0
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(drawing(), encoding="utf-8")
    print(f"wrote {PICTURE}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
