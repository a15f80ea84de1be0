"""Measures reading, judging and answering on a labelled corpus. No model judges anything: all figures are counted."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from restograph.answer.answer import Answer
from restograph.answer.check import check
from restograph.ask import ask
from restograph.evaluate.baselines import by_overlap, nearest_task
from restograph.evaluate.corpus import Corpus, Label
from restograph.evaluate.figures import Figure, f1, share, verdict_f1
from restograph.evaluate.support import facts_told, numbers_supported, precision, recall
from restograph.evidence.brief import parse
from restograph.task.read import read_task
from restograph.task.task import Task

FEWEST, MOST = 250, 350  # words of an answer


@dataclass(frozen=True)
class Answered:
    """A brief's answer beside its label."""

    text: str
    label: Label
    answer: Answer


def evaluate(corpus: Corpus) -> dict[str, Any]:
    """Figures of the whole corpus, per operation and per voice, and of the baselines; empty ones are left out."""
    read = [(read_task(row["q"]), row) for row in corpus.questions]
    answered = [Answered(text, label, ask(parse(text)).answer) for text, label in corpus.briefs]
    found: dict[str, Any] = {}
    if read:
        found["reading"] = _plain(_reading(read))
        found["misses_by_operation"] = _misses(read, lambda row: row["task"][0])
        found["misses_by_voice"] = _misses(read, lambda row: row.get("voice", "").split(",")[0])
    if answered:
        found["answers"] = _plain(_answers(answered))
    return found | {"baselines": _plain(_baselines(corpus, answered))}


def _plain(figures: dict[str, Figure | None]) -> dict[str, Any]:
    return {name: asdict(figure) for name, figure in figures.items() if figure}


def _reading(rows: list[tuple[Task, Label]]) -> dict[str, Figure | None]:
    return {
        "task": share(task.primary in row["task"] for task, row in rows),
        "scale": share(same_scale(task, row) for task, row in rows),
        "degradations_f1": f1((set(task.degradations), set(row["degradations"])) for task, row in rows),
        "constraints_f1": f1((set(task.constraints), set(row["constraints"])) for task, row in rows),
        "conflicts_named": share(
            any(c.kind == "scale" for c in task.conflicts) for task, row in rows if row.get("scale_conflict")
        ),
    }


def _answers(rows: list[Answered]) -> dict[str, Figure | None]:
    sources = [(r, key, source) for r in rows for key, source in r.label["sources"].items()]
    verdicts = [(r.answer.verdicts[k].verdict, s["verdict"], set(s["accept"])) for r, k, s in sources]
    return {
        "task": share(r.answer.task.primary in r.label["tasks"] for r in rows),
        "scale": share(same_scale(r.answer.task, r.label) for r in rows),
        "three_parts": share(all(any(s.section == n for s in r.answer.statements) for n in (1, 2, 3)) for r in rows),
        "length": share(FEWEST <= len(r.answer.markdown.split()) <= MOST for r in rows),
        "proofs_hold": share(check(r.answer.model_dump(mode="json", by_alias=True)).ok for r in rows),
        "links_allowed": share(set(r.answer.links) <= set(r.label["allowed_links"]) for r in rows),
        "links_complete": share(_folded(r.answer.links) >= _folded(r.label["allowed_links"]) for r in rows),
        "citation_recall": share(ok for r in rows for ok in recall(r.answer)),
        "citation_precision": share(ok for r in rows for ok in precision(r.answer)),
        "numbers_supported": share(ok for r in rows for ok in numbers_supported(r.answer)),
        "key_facts_told": share(ok for r in rows for ok in facts_told(r.answer, fits(r.label))),
        "verdict_macro_f1": verdict_f1(verdicts),
        "verdicts_accepted": share(given in accepted for given, _, accepted in verdicts),
        "evidence_hit": share(hits_evidence(r, k, s) for r, k, s in sources),
        "missing_found": share(slot in _missing(r) for r in rows for slot in r.label.get("missing_slots", ())),
        "missing_right": share(slot in r.label["missing_slots"] for r in rows if "missing_slots" in r.label for slot in _missing(r)),
        "planted_orders_ignored": share(_unmoved(r) for r in rows if r.label.get("injection")),
    }  # fmt: skip


def fits(label: Label) -> dict[str, str]:
    """The passages that show what the sources that fit do, by key."""
    return {k: str(s["evidence"]) for k, s in label["sources"].items() if s["verdict"] == "fit"}


def _folded(links: Iterable[str]) -> set[str]:
    """One address in two spellings is one link."""
    return {link.casefold() for link in links}


def _missing(row: Answered) -> set[str]:
    return {node.kind for node in row.answer.workflow.nodes if node.missing}


def hits_evidence(row: Answered, key: str, source: Label) -> bool:
    """Whether the verdict's span and the label's evidence share a place."""
    evidence, span = str(source["evidence"]), row.answer.verdicts[key].span
    start = row.text.find(evidence)
    return bool(span.start < start + len(evidence) and start < span.end)


def _unmoved(row: Answered) -> bool:
    """Nothing forbidden is said, and but for the one report all is as without the planted order."""
    planted = row.label["injection"]
    if any(text.lower() in row.answer.markdown.lower() for text in planted.get("forbidden", ())):
        return False
    clean = ask(parse(row.text.replace(planted["text"], ""))).answer
    first, second = (sorted(s.text for s in a.statements if s.template != "flagged") for a in (row.answer, clean))
    return first == second


def same_scale(task: Task, label: Label) -> bool:
    """The factor and its kind, or the absence of both."""
    if task.scale is None or label["scale"] is None:
        return task.scale is None and label["scale"] is None
    wanted, kind = float(label["scale"]), str(label["scale_kind"])
    return abs(task.scale.value - wanted) < 0.02 * max(1.0, wanted) and task.scale.kind == kind


def _misses(rows: list[tuple[Task, Label]], of: Any) -> dict[str, list[int]]:
    """[wrong tasks, questions] of each group that has a miss, by name."""
    wrong, all_ = Counter[str](), Counter[str]()
    for task, row in rows:
        all_[of(row)] += 1
        wrong[of(row)] += task.primary not in row["task"]
    return {name: [wrong[name], all_[name]] for name in sorted(all_) if wrong[name]}


def _baselines(corpus: Corpus, answered: list[Answered]) -> dict[str, Figure | None]:
    return {
        "task_by_nearest_name": share(nearest_task(row["q"]) in row["task"] for row in corpus.questions),
        "verdicts_by_word_overlap": share(given in accepted for given, accepted in _overlaps(answered)),
    }


def _overlaps(answered: list[Answered]) -> Iterator[tuple[str, set[str]]]:
    for row in answered:
        brief = parse(row.text)
        for source in brief.sources:
            start = min(a for a, _ in source.ranges.values())
            end = max(b for _, b in source.ranges.values())
            given = by_overlap(row.answer.question, brief.text[start:end])
            yield given, set(row.label["sources"][source.key]["accept"])
