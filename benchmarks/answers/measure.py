"""Measure reading, judging and answering on the labelled corpora, as `restograph evaluate answers` does.

    python benchmarks/answers/measure.py

Writes benchmarks/results/answers.json and answers.md. `dev` may be read while rules are written; `test` is by
other authors and yields totals only; `design` are the briefs that came with the design, where they are at hand.
"""

import sys
from pathlib import Path
from typing import Any

from restograph.evaluate.answers import evaluate
from restograph.evaluate.corpus import read_corpus

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "benchmarks"))
from record import write  # noqa: E402

CORPUS = ROOT / "benchmarks" / "answers" / "corpus"
SHARED = ROOT.parent / "shared" / "briefs"
PARTS = ("reading", "answers", "baselines")


def table(results: dict[str, Any]) -> str:
    """Markdown: a row for each figure, a column for each corpus, with 95 % intervals."""
    lines = ["# Reading and judging", "", "Made by `benchmarks/answers/measure.py`: value (95 % interval).", ""]
    lines += ["| part | figure | " + " | ".join(results) + " |", "|---" * (len(results) + 2) + "|"]
    for part in PARTS:
        names = dict.fromkeys(name for found in results.values() for name in found.get(part, {}))
        for name in names:
            cells = [found.get(part, {}).get(name) for found in results.values()]
            texts = [f"{c['value']:.3f} ({c['low']:.3f} to {c['high']:.3f})" if c else "" for c in cells]
            lines.append(f"| {part} | {name.replace('_', ' ')} | " + " | ".join(texts) + " |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure everything that is there."""
    folders = {"dev": CORPUS / "dev", "test": CORPUS / "test"} | ({"design": SHARED} if SHARED.exists() else {})
    results = {name: evaluate(read_corpus(folder)) for name, folder in folders.items()}
    results["test"] = {part: results["test"][part] for part in PARTS}  # what was missed stays unread
    write("answers", "python benchmarks/answers/measure.py", results)
    (ROOT / "benchmarks" / "results" / "answers.md").write_text(table(results), "utf-8")
    print(table(results))


if __name__ == "__main__":
    main()
