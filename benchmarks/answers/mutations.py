"""How many lies about answers the checker refuses, by kind of lie. No model judges: a mutant is accepted, or it is not.

    python benchmarks/answers/mutations.py

Answers: those to every second brief of the corpus, and to the made-up briefs of the tests. `EDITS` change the JSON of an
answer and settle everything else (texts, Markdown, digests), `RETELLINGS` let the composer write the answer for a forged
reading. Writes benchmarks/results/mutations.json and mutations.md.
"""

import json
import sys
import zlib
from itertools import islice
from pathlib import Path
from typing import Any

from restograph.answer.check import check
from restograph.ask import ask
from restograph.evidence.brief import parse

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "benchmarks"), str(ROOT / "tests" / "answer"), str(ROOT / "tests")]
import mutants_fields  # noqa: E402, F401  (registers its edits)
import mutants_said  # noqa: E402, F401
from brief_factory import CASES, answer, executed  # noqa: E402
from mutants import EDITS  # noqa: E402
from record import write  # noqa: E402
from retellings import RETELLINGS, retold  # noqa: E402

CORPUS = ROOT / "benchmarks" / "answers" / "corpus"
EACH = 3  # mutants of one kind and one answer
# What no rule of the checker holds, on purpose: how sure the reader was, and which of the readings that words and votes
# support comes first (bounded, not fixed).
LOOSE = {"an_operation_dropped", "operations_in_another_order", "an_operation_added", "no_task_or_another"}


def answers() -> dict[str, dict[str, Any]]:
    made = {name: answer(case.text) for name, case in CASES.items()}
    made["run"] = executed(CASES["enlarge_3x"].text, ["noise"])
    for path in sorted(CORPUS.glob("*/briefs/*.txt"))[::2]:
        made[path.stem] = ask(parse(path.read_bytes().decode("utf-8"))).answer.model_dump(mode="json", by_alias=True)
    return {name: json.loads(json.dumps(data)) for name, data in made.items()}


def spread(found: list[Any], seed: str) -> list[Any]:
    """A few, evenly, from a place that the seed decides."""
    start = zlib.crc32(seed.encode()) % max(1, len(found))
    turned = found[start:] + found[:start]
    return turned[:: max(1, len(turned) // EACH)][:EACH]


def edited(all_answers: dict[str, dict[str, Any]]) -> dict[str, tuple[int, int]]:
    found = {}
    for kind, edit in sorted(EDITS.items()):
        killed = tried = 0
        for name, honest in all_answers.items():
            for what, data in spread(list(islice(edit(honest), 12)), kind + name):
                if data != honest and what != "operation.confidence = 0.99":
                    tried += 1
                    killed += not check(data).ok
        found[kind] = (killed, tried)
        print(kind, killed, tried, flush=True)
    return found


def told() -> dict[str, tuple[int, int]]:
    found = {}
    for kind in sorted(RETELLINGS):
        killed = tried = 0
        for name, case in CASES.items():
            for _, data in spread(list(islice(retold(case.text, kind), 12)), kind + name):
                tried += 1
                killed += not check(data).ok
        found[kind] = (killed, tried)
        print(kind, killed, tried, flush=True)
    return found


def table(count: int, rows: dict[str, tuple[int, int]]) -> str:
    lines = [
        "# Lies that the checker refuses",
        "",
        f"Made by `benchmarks/answers/mutations.py` from {count} answers.",
        "",
    ]
    lines += ["| lie | refused | of | rate |", "|---|---|---|---|"]
    for kind, (killed, tried) in rows.items():
        mark = " (bounded, not fixed)" if kind in LOOSE else ""
        rate = f"{killed / tried:.3f}" if tried else ""
        lines.append(f"| {kind.replace('_', ' ')}{mark} | {killed} | {tried} | {rate} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Try every kind of lie on every answer."""
    all_answers = answers()
    assert all(check(data).ok for data in all_answers.values())
    rows = {**edited(all_answers), **told()}
    results = {"answers": len(all_answers), "kinds": {k: {"refused": a, "tried": b} for k, (a, b) in rows.items()}}
    write("mutations", "python benchmarks/answers/mutations.py", results)
    (ROOT / "benchmarks" / "results" / "mutations.md").write_text(table(len(all_answers), rows), "utf-8")


if __name__ == "__main__":
    main()
