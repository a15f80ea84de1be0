"""Measure reading, judging and answering on the labelled corpora, as `restograph evaluate answers` does, and more.

    python benchmarks/answers/measure.py

Writes benchmarks/results/answers.json and answers.md. `dev` may be read while rules are written, and the readers of summaries
learn from its briefs; `test` and `probes` are by other authors and are not; `design` are the briefs and probes that came with the design, where they are at hand. Ablations:
the reading of tasks without the classifier, without the words of the lexicon. Misses of the test half stand at the end.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from types import MappingProxyType
from typing import Any
from unittest.mock import patch

from restograph.ask import ask
from restograph.evaluate.answers import Answered, evaluate, fits, hits_evidence, same_scale
from restograph.evaluate.corpus import Corpus, read_corpus
from restograph.evaluate.figures import Figure, share
from restograph.evaluate.support import facts_told
from restograph.evidence.brief import parse
from restograph.task import weigh
from restograph.task.lexicon import hits, section
from restograph.task.read import read_task

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "benchmarks"))
from record import write  # noqa: E402

CORPUS = ROOT / "benchmarks" / "answers" / "corpus"
SHARED = ROOT.parent / "shared" / "briefs"
PARTS = ("reading", "ablations", "answers", "baselines", "probes")
EVEN = MappingProxyType(dict.fromkeys((n.split(".")[1] for n in section("operation")), 1 / len(section("operation"))))
Row = dict[str, Any]


@contextmanager
def without_votes() -> Iterator[None]:
    """The classifier says the same of every operation."""
    with patch.object(weigh, "vote", lambda _: EVEN), patch.object(weigh, "heard", lambda *_: False):
        yield


@contextmanager
def without_words() -> Iterator[None]:
    """No word of the lexicon speaks of an operation; numbers and votes are left."""

    def quiet(text, name, *more) -> Any:
        return () if name.startswith("operation.") else hits(text, name, *more)

    with patch.object(weigh, "hits", quiet):
        yield


def tasks(rows: list[Row]) -> Figure | None:
    return share(read_task(row["q"]).primary in row["task"] for row in rows)


def ablations(corpus: Corpus) -> dict[str, Figure | None]:
    rows = list(corpus.questions)
    with without_votes():
        words = tasks(rows)
    with without_words():
        votes = tasks(rows)
    return {"task_without_classifier": words, "task_without_lexicon": votes}


def probes(path: Path) -> dict[str, Figure | None]:
    """Short questions with a task and a factor of any kind."""
    rows = json.loads(path.read_text("utf-8"))
    read = [(read_task(row["q"]), row) for row in rows]
    right = [task.primary in row["task"] for task, row in read]
    value = [(task.scale.value if task.scale else None, row["scale"]) for task, row in read]
    scaled = [a == b or (None not in (a, b) and abs(a - b) < 0.02 * max(1, b)) for a, b in value]
    both = share(a and b for a, b in zip(right, scaled, strict=True))
    return {"task": share(right), "scale": share(scaled), "both": both}


def misses(corpus: Corpus) -> dict[str, list[list[Any]]]:
    """What was misread or misjudged: [id, expected, given]."""
    found: dict[str, list[list[Any]]] = {
        what: [] for what in ("task", "scale", "constraints", "verdict", "evidence", "key fact", "missing")
    }
    for row in corpus.questions:
        task = read_task(row["q"])
        if task.primary not in row["task"]:
            found["task"].append([row["id"], row["task"], task.primary])
        if not same_scale(task, row):
            found["scale"].append([row["id"], row["scale"], task.scale and task.scale.value])
        if set(task.constraints) != set(row["constraints"]):
            found["constraints"].append([row["id"], sorted(row["constraints"]), list(task.constraints)])
    for text, label in corpus.briefs:
        answer = ask(parse(text)).answer
        name = label["file"].partition("_")[0]
        for key, source in label["sources"].items():
            if answer.verdicts[key].verdict not in source["accept"]:
                given = f"{answer.verdicts[key].verdict} ({answer.verdicts[key].rule})"
                found["verdict"].append([f"{name} {key}", source["accept"], given])
            if not hits_evidence(Answered(text, label, answer), key, source):
                places = text.find(str(source["evidence"])), answer.verdicts[key].span.start
                found["evidence"].append([f"{name} {key}", *(_sentence(text, key, at) for at in places)])
        facts = fits(label)
        for key, told in zip(facts, facts_told(answer, facts), strict=True):
            if not told:
                found["key fact"].append([f"{name} {key}", "told", "not told"])
        slots = sorted({n.kind for n in answer.workflow.nodes if n.missing})
        if slots != sorted(label.get("missing_slots", [])):
            found["missing"].append([name, sorted(label.get("missing_slots", [])), slots])
    return found


def _sentence(text: str, key: str, at: int) -> str:
    """Where a place is in a source: no text, so that the test half stays unread."""
    brief = parse(text)
    source = brief.source(key)
    assert source is not None
    before = sum(start <= at for start, _ in brief.usable(source))
    return "title" if before <= 1 else f"sentence {before - 1}"


def table(results: dict[str, Any]) -> str:
    """Markdown: a row for each figure, a column for each corpus, with 95 % intervals; then the misses of `test`."""
    lines = ["# Reading and judging", "", "Made by `benchmarks/answers/measure.py`: value (95 % interval).", ""]
    lines += ["| part | figure | " + " | ".join(results) + " |", "|---" * (len(results) + 2) + "|"]
    for part in PARTS:
        names = dict.fromkeys(name for found in results.values() for name in found.get(part, {}))
        for name in names:
            cells = [found.get(part, {}).get(name) for found in results.values()]
            texts = [f"{c['value']:.3f} ({c['low']:.3f} to {c['high']:.3f})" if c else "" for c in cells]
            lines.append(f"| {part} | {name.replace('_', ' ')} | " + " | ".join(texts) + " |")
    for what, rows in results["test"]["misses"].items():
        lines += [
            "",
            f"## Test half: {what} not as labelled ({len(rows)})",
            "",
            "| case | expected | given |",
            "|---|---|---|",
        ]
        lines += [f"| {name} | {_said(wanted)} | {_said(given)} |" for name, wanted, given in rows]
    return "\n".join(lines) + "\n"


def _said(value: Any) -> str:
    return ", ".join(map(str, value)) or "none" if isinstance(value, list) else "none" if value is None else str(value)


def plain(figures: dict[str, Figure | None]) -> dict[str, Any]:
    return {name: asdict(figure) for name, figure in figures.items() if figure}


def main() -> None:
    """Measure everything that is there."""
    folders = {"dev": CORPUS / "dev", "test": CORPUS / "test"} | ({"design": SHARED} if SHARED.exists() else {})
    corpora = {name: read_corpus(folder) for name, folder in folders.items()}
    results = {name: evaluate(corpus) for name, corpus in corpora.items()}
    for name in ("dev", "test"):
        results[name]["ablations"] = plain(ablations(corpora[name]))
    results["test"]["probes"] = plain(probes(CORPUS / "probes" / "probes.json"))
    results["test"]["misses"] = misses(corpora["test"])
    if "design" in results:
        results["design"]["probes"] = plain(probes(SHARED / "question_probes.json"))
    write("answers", "python benchmarks/answers/measure.py", results)
    (ROOT / "benchmarks" / "results" / "answers.md").write_text(table(results), "utf-8")
    print(table({name: {p: found.get(p, {}) for p in PARTS} | {"misses": {}} for name, found in results.items()}))


if __name__ == "__main__":
    main()
