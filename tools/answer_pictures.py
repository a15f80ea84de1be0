"""Draw the workflows of the example briefs for docs/answers.md: docs/plans/NAME.svg.

Usage: python tools/answer_pictures.py [--check]
"""

import sys
from pathlib import Path

from restograph.ask import ask
from restograph.evidence.brief import parse
from restograph.workflow.svg import draw_svg

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "src" / "restograph" / "examples"
PLANS = ROOT / "docs" / "plans"


def drawn() -> dict[Path, str]:
    """The files and what they must hold."""
    briefs = {p.stem: parse(p.read_bytes().decode("utf-8")) for p in sorted(EXAMPLES.glob("*.txt"))}
    return {PLANS / f"{name}.svg": draw_svg(ask(brief).answer.workflow) + "\n" for name, brief in briefs.items()}


def main() -> int:
    """Write the drawings, or say which are old."""
    if "--check" in sys.argv:
        old = [p.name for p, text in drawn().items() if not p.is_file() or p.read_text("utf-8") != text]
        print(
            f"run python tools/answer_pictures.py: {', '.join(old)} would change" if old else "the drawings are current"
        )
        return bool(old)
    PLANS.mkdir(exist_ok=True)
    for path, text in drawn().items():
        path.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
