"""Content plan -> terms -> Answer. The plan decides what is said and in which order; the words come from
the templates, the cited spans and the lexicon, through the checker's own renderer.
"""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from restograph import __version__
from restograph.answer import moves
from restograph.answer.answer import AbsentRow, Answer, Argument, ProvedVerdict, Statement
from restograph.answer.check import Report, check, rules_sha256, sha256
from restograph.answer.check.dag import fold
from restograph.answer.check.document import Document, Failed, Json, templates
from restograph.answer.check.forms import render_statement
from restograph.answer.check.obligations import kind_of, markdown, sources, statement_order
from restograph.answer.content import Content, Draft, Said
from restograph.answer.length import BUDGETS, RATHER, Budget, Length
from restograph.answer.proofs import Proofs
from restograph.errors import AnswerError
from restograph.evidence.brief import Brief, flagged_spans, parse
from restograph.evidence.source import Source
from restograph.task.lexicon import concept
from restograph.task.task import Task
from restograph.verdict.verdict import Verdict
from restograph.workflow.graph import Workflow

_ABSENT_LISTS = {"constraint": ("terms", "serves"), "operation": ("terms", "sources"), "subject": ("patterns",)}


def compose(
    brief: Brief,
    task: Task,
    verdicts: Mapping[str, Verdict],
    workflow: Workflow,
    run: Json | None = None,
    length: Length = "normal",
    drafts: tuple[Draft, ...] = (),
) -> Answer:
    """Write the answer and check it; AnswerError if its own check fails, which would be a defect here.

    `run` is the record of an execution of `workflow`; its measurements are then cited. `drafts` take the place of
    quoted sentences of their sources.
    """
    most, budgets = BUDGETS[length]

    data = _longest(_writer(brief, task, verdicts, workflow, run, drafts), budgets, most)
    report = check(_plain(data))
    if not report.ok:
        raise AnswerError(f"the answer failed its own check ({report.problems[0]}); please report this brief")
    return _answer(data)


def _writer(
    brief: Brief,
    task: Task,
    verdicts: Mapping[str, Verdict],
    workflow: Workflow,
    run: Json | None,
    drafts: tuple[Draft, ...],
) -> Callable[[Budget], Json]:
    """What writes the document of an answer within a budget; AnswerError from it when something cannot be proved."""
    fixed: Json = {
        "schema": 1,
        "versions": {"restograph": __version__},
        "question": brief.asked,
        "brief": brief.text,
        "brief_sha256": sha256(brief.text),
        "rules_sha256": rules_sha256(),
        "task": task.model_dump(),
        "workflow": workflow.model_dump(),
        "run": run,
    }
    judged = {k: v.model_dump() for k, v in verdicts.items()}

    def written(budget: Budget) -> Json:
        proofs = Proofs(brief, task)
        proved = {key: proofs.verdict(key, verdicts) for key in verdicts}
        content = Content(brief, task, verdicts, proved, workflow, proofs, run, budget, drafts)
        try:
            return _written(content, {**fixed, "verdicts": {k: {**v, "proof": proved[k]} for k, v in judged.items()}})
        except Failed as error:
            raise AnswerError(f"no answer can be proved ({error}); please report this brief") from error

    return written


def _longest(written: Callable[[Budget], Json], budgets: tuple[Budget, ...], most: int) -> Json:
    """The richest answer of at most so many words, a note on planted orders not counted: planted text moves nothing.

    Budgets go from the richest to the barest, so halves are tried; the barest one is taken when none is short enough.
    """
    low, high, made = 0, len(budgets) - 1, dict[int, Json]()
    while low < high:
        middle = (low + high) // 2
        data = made[middle] = written(budgets[middle])
        low, high = (low, middle) if _words(data) <= most else (middle + 1, high)
    chosen = made.get(low) or written(budgets[low])
    for budget in RATHER if budgets[low].asides else ():
        if budget.mechanisms > _explanations(chosen):
            other = written(budget)
            if _words(other) <= most and _explanations(other) > _explanations(chosen):
                return other
    return chosen


def _words(data: Json) -> int:
    notes = [s["text"] for s in data["statements"] if s["template"] == "flagged"]
    return len(data["markdown"].split()) - len(" ".join(notes).split())


def _explanations(data: Json) -> int:
    return sum(s["template"].startswith("mechanism") for s in data["statements"])


def reworded(answer: Answer, drafts: tuple[Draft, ...], length: Length = "normal") -> Answer:
    """The same answer with drafted sentences; as it was when it would not hold with them."""
    brief = parse(answer.brief)
    try:
        return compose(brief, answer.task, answer.verdicts, answer.workflow, answer.run, length, drafts)
    except AnswerError:
        return answer


def _written(content: Content, known: Json) -> Json:
    """The document of what the moves say; `known` are the fields that do not depend on it."""
    said = [one for move in moves.MOVES for one in move(content)]
    data: Json = {**known, "proofs": content.proofs.nodes}
    doc = Document(data, content.brief)
    data["sources"] = sources(doc)
    data["statements"] = _statements(doc, said)
    _add_summary(doc, data)
    return data


def _statements(doc: Document, said: list[Said]) -> list[Json]:
    facts = fold(doc)
    seed = _seed(doc.brief)
    statements: list[Json] = []
    for one in said:
        template = templates()[one.template]
        args = {name: {"form": template["args"][name], "of": of} for name, of in one.args.items()}
        statement: Json = {
            "section": template["section"],
            "template": one.template,
            "variant": _variant(seed, one.template, len(template["variants"])),
            "args": args,
            "kind": kind_of(facts[one.proof], doc),
            "proof": one.proof,
        }
        statement["text"] = render_statement(doc, facts, statement)
        statements.append(statement)
    return sorted(statements, key=lambda s: statement_order(doc, facts, s))


def _seed(brief: Brief) -> str:
    """Wording depends on the question and the sorted links: not on source order, not on planted text."""
    return hashlib.sha256("\n".join([brief.asked, *sorted(brief.links)]).encode()).hexdigest()


def _variant(seed: str, template: str, count: int) -> int:
    return int(hashlib.sha256(f"{seed} {template}".encode()).hexdigest(), 16) % count


def _add_summary(doc: Document, data: Json) -> None:
    """The parts of the document that follow from brief, workflow and statements."""
    text = doc.brief.text
    absent = [p for p in data["proofs"] if p["op"] == "apply" and p["rule"] == "not_in_evidence"]
    searched = [data["proofs"][i]["concept"] for p in absent for i in p["premises"]]
    links = [data["proofs"][a["of"]] for s in data["statements"] for a in s["args"].values() if a["form"] == "link"]
    data["missing_slots"] = list(dict.fromkeys(n["kind"] for n in doc.nodes if n["missing"]))
    data["flagged"] = [s.model_dump() for s in flagged_spans(doc.brief)]
    data["links"] = list(dict.fromkeys(text[p["start"] : p["end"]] for p in links))
    data["absent"] = [_absent_row(name, doc.keys) for name in searched]
    data["markdown"] = markdown(doc, data["statements"])
    data["check"] = {"ok": True, "statements": len(data["statements"]), "proofs": len(data["proofs"]), "problems": []}


def _absent_row(name: str, keys: tuple[str, ...]) -> Json:
    terms = list(concept(name).patterns(*_ABSENT_LISTS[name.split(".", maxsplit=1)[0]]))
    return {"concept": name, "label": concept(name).label, "terms": terms, "hits": 0, "scope": list(keys)}


def _plain(data: Json) -> Json:
    """As a reader of the file will see it: through the model, so tuples are lists."""
    return _answer(data).model_dump(mode="json", by_alias=True)


def _answer(data: Json) -> Answer:
    fields: dict[str, Any] = dict(data)
    fields["sources"] = [Source(**row) for row in data["sources"]]
    fields["verdicts"] = {k: ProvedVerdict(**v) for k, v in data["verdicts"].items()}
    fields["statements"] = [
        Statement(**{**s, "args": {n: Argument(**a) for n, a in s["args"].items()}}) for s in data["statements"]
    ]
    fields["absent"] = [AbsentRow(**row) for row in data["absent"]]
    fields["check"] = Report(**data["check"])
    return Answer(**fields)
