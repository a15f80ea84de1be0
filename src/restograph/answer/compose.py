"""Content plan -> terms -> Answer. The plan decides what is said and in which order; the words come from
the templates, the cited spans and the lexicon, through the checker's own renderer.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from restograph import __version__
from restograph.answer import moves
from restograph.answer.answer import AbsentRow, Answer, Argument, ProvedVerdict, Statement
from restograph.answer.check import Report, check, rules_sha256, sha256
from restograph.answer.check.dag import fold
from restograph.answer.check.document import Document, Failed, Json, templates
from restograph.answer.check.forms import render_statement
from restograph.answer.check.obligations import kind_of, markdown, sources, statement_order
from restograph.answer.choose import Counter, longest
from restograph.answer.content import Content, Draft, Said
from restograph.answer.length import BUDGETS, Budget, Length
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
    writer = _Writer(brief, task, verdicts, workflow, run, drafts)
    try:
        data = writer.written(longest(writer.counter(), budgets, most))
    except Failed as error:
        raise AnswerError(f"no answer can be proved ({error}); please report this brief") from error
    report = check(_plain(data))
    if not report.ok:
        raise AnswerError(f"the answer failed its own check ({report.problems[0]}); please report this brief")
    return _answer(data)


class _Writer:
    """Writes the document of an answer within a budget; Failed when something cannot be proved."""

    def __init__(
        self,
        brief: Brief,
        task: Task,
        verdicts: Mapping[str, Verdict],
        workflow: Workflow,
        run: Json | None,
        drafts: tuple[Draft, ...],
    ) -> None:
        self.brief, self.task, self.verdicts, self.workflow = brief, task, verdicts, workflow
        self.run, self.drafts, self.seed = run, drafts, _seed(brief)
        self.fixed: Json = {
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
        self.judged = {k: v.model_dump() for k, v in verdicts.items()}

    def counter(self) -> Counter:
        """What counts the words of the answers to be, with one list of proofs for all of them."""
        proofs, proved = self._proofs()
        doc = self._document(proofs, proved)
        return Counter(lambda budget: self._content(proofs, proved, budget), doc, self._statement)

    def written(self, budget: Budget) -> Json:
        """The document of what the moves say."""
        proofs, proved = self._proofs()
        content = self._content(proofs, proved, budget)
        said = [one for move in moves.MOVES for one in move(content)]
        doc = self._document(proofs, proved)
        doc.data["statements"] = self._statements(doc, said)
        _add_summary(doc, doc.data)
        return doc.data

    def _proofs(self) -> tuple[Proofs, dict[str, int]]:
        proofs = Proofs(self.brief, self.task)
        return proofs, {key: proofs.verdict(key, self.verdicts) for key in self.verdicts}

    def _content(self, proofs: Proofs, proved: dict[str, int], budget: Budget) -> Content:
        return Content(
            self.brief, self.task, self.verdicts, proved, self.workflow, proofs, self.run, budget, self.drafts
        )

    def _document(self, proofs: Proofs, proved: dict[str, int]) -> Document:
        verdicts = {key: {**verdict, "proof": proved[key]} for key, verdict in self.judged.items()}
        doc = Document({**self.fixed, "verdicts": verdicts, "proofs": proofs.nodes}, self.brief)
        doc.data["sources"] = sources(doc)
        return doc

    def _statements(self, doc: Document, said: list[Said]) -> list[Json]:
        facts = fold(doc)
        statements: list[Json] = []
        for one in said:
            statement = self._statement(one)
            statement["kind"] = kind_of(facts[one.proof], doc)
            statement["text"] = render_statement(doc, facts, statement)
            statements.append(statement)
        return sorted(statements, key=lambda s: statement_order(doc, facts, s))

    def _statement(self, one: Said) -> Json:
        template = templates()[one.template]
        return {
            "section": template["section"],
            "template": one.template,
            "variant": _variant(self.seed, one.template, len(template["variants"])),
            "args": {name: {"form": template["args"][name], "of": of} for name, of in one.args.items()},
            "proof": one.proof,
        }


def reworded(answer: Answer, drafts: tuple[Draft, ...], length: Length = "normal") -> Answer:
    """The same answer with drafted sentences; as it was when it would not hold with them."""
    brief = parse(answer.brief)
    try:
        return compose(brief, answer.task, answer.verdicts, answer.workflow, answer.run, length, drafts)
    except AnswerError:
        return answer


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
