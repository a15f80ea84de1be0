"""Measure reading and judging on the labelled corpora; no model judges anything.

    python benchmarks/answers/measure.py

Writes benchmarks/results/answers.json and answers.md. `dev` may be read while rules are written; `test` is by
other authors and yields totals only.
"""

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from restograph.answer.check import check
from restograph.ask import ask
from restograph.evidence.brief import parse
from restograph.task.read import read_task
from restograph.task.task import Task

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "benchmarks"))
from record import write  # noqa: E402

CORPUS = ROOT / "benchmarks" / "answers" / "corpus"
SHARED = ROOT.parent / "shared" / "briefs"


def same_scale(task: Task, label: dict[str, Any]) -> bool:
    """The factor and its kind, or the absence of both."""
    if task.scale is None or label["scale"] is None:
        return task.scale is None and label["scale"] is None
    return abs(task.scale.value - label["scale"]) < 0.02 and task.scale.kind == label["scale_kind"]


def f1(pairs: list[tuple[set[str], set[str]]]) -> float:
    """Micro-averaged F1 of found against expected sets."""
    hit = sum(len(a & b) for a, b in pairs)
    total = sum(len(a) + len(b) for a, b in pairs)
    return round(2 * hit / total, 3) if total else 1.0


def reading(rows: list[tuple[Task, dict[str, Any]]]) -> dict[str, Any]:
    """Task, scale, degradations and constraints over questions, and the misses per operation."""
    misses = Counter(label["task"][0] for task, label in rows if task.primary not in label["task"])
    return {
        "questions": len(rows),
        "task": round(sum(t.primary in x["task"] for t, x in rows) / len(rows), 3),
        "scale": round(sum(same_scale(t, x) for t, x in rows) / len(rows), 3),
        "degradations_f1": f1([(set(t.degradations), set(x["degradations"])) for t, x in rows]),
        "constraints_f1": f1([(set(t.constraints), set(x["constraints"])) for t, x in rows]),
        "task_misses": dict(sorted(misses.items())),
    }


def judging(briefs: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Verdicts, evidence, links, proofs and length over briefs."""
    count: Counter[str] = Counter()
    words = []
    for label in briefs.values():
        text = (folder / label["file"]).read_bytes().decode("utf-8")
        answer = ask(parse(text)).answer
        words.append(len(answer.markdown.split()))
        count["task"] += answer.task.primary in label["tasks"]
        count["scale"] += same_scale(answer.task, label)
        count["proofs"] += check(answer.model_dump(mode="json", by_alias=True)).ok
        count["links"] += set(answer.links) <= set(label["allowed_links"])
        for key, source in label["sources"].items():
            verdict, start = answer.verdicts[key], text.find(source["evidence"])
            count["sources"] += 1
            count["accepted"] += verdict.verdict in source["accept"]
            count["preferred"] += verdict.verdict == source["verdict"]
            count["evidence"] += verdict.span.start < start + len(source["evidence"]) and start < verdict.span.end
    names = ("task", "scale", "proofs", "links")
    rates = {n: round(count[n] / len(briefs), 3) for n in names} | {
        n: round(count[n] / count["sources"], 3) for n in ("accepted", "preferred", "evidence")
    }
    return {"briefs": len(briefs), "sources": count["sources"], **rates, "words": [min(words), max(words)]}


def measure(folder: Path, briefs: Path) -> dict[str, Any]:
    """Questions (if there are any) and briefs of one folder."""
    found: dict[str, Any] = {}
    questions = folder / "questions.json"
    if questions.exists():
        rows = json.loads(questions.read_text("utf-8"))
        found["reading"] = reading([(read_task(row["q"]), row) for row in rows])
    labels = json.loads((folder / "labels.json").read_text("utf-8"))["briefs"]
    return found | {"judging": judging(labels, briefs)}


def table(results: dict[str, Any]) -> str:
    """Markdown of both parts."""
    lines = ["# Reading and judging", "", "Made by `benchmarks/answers/measure.py`.", ""]
    for part in ("reading", "judging"):
        rows = {name: r[part] for name, r in results.items() if part in r}
        heads = [h for h in next(iter(rows.values())) if h != "task_misses"]
        lines += [f"| {part} | " + " | ".join(heads) + " |", "|" + "---|" * (len(heads) + 1)]
        lines += [f"| {name} | " + " | ".join(str(row[h]) for h in heads) + " |" for name, row in rows.items()] + [""]
    return "\n".join(lines)


def main() -> None:
    """Measure everything that is there."""
    results = {name: measure(CORPUS / name, CORPUS / name / "briefs") for name in ("dev", "test")}
    if SHARED.exists():
        results["design"] = measure(SHARED, SHARED)
    write("answers", "python benchmarks/answers/measure.py", results)
    (ROOT / "benchmarks" / "results" / "answers.md").write_text(table(results), "utf-8")
    print(table(results))


if __name__ == "__main__":
    main()
