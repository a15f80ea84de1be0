"""The fields of an answer against its folded proofs: sources, links, verdicts, absence; order and Markdown.

Which statements are owed stands in owed.py, the task in question.py, the plan in steps.py.
"""

import re
from itertools import groupby
from typing import Any

from restograph.answer.check.document import (
    Applied,
    Cited,
    Document,
    Drafted,
    Fact,
    ForEach,
    Json,
    Measured,
    Reading,
    Step,
    templates,
)
from restograph.answer.check.forms import cited_of
from restograph.answer.check.owed import about, check_owed
from restograph.answer.check.premises import SOURCE, demand, name_of
from restograph.answer.check.question import check_task
from restograph.answer.check.steps import check_workflow
from restograph.answer.check.verdict_rules import VERDICTS
from restograph.answer.check.weigh import check_weight
from restograph.evidence.brief import field_link, flagged_spans
from restograph.evidence.cues import explains
from restograph.evidence.wording import shown
from restograph.task.lexicon import concept, hits, lexicon, reason_text
from restograph.task.names import named_operations

SECTIONS = {1: "**1. Task.**", 2: "**2. Workflow (input → model → output).**", 3: "**3. Papers and tools.**"}
_RANK = {"fit": 0, "partial": 1, "off_topic": 2}
_EXPLAINS = {"yes": 0, "in part": 1, "no": 2}
_AFTER_LINK = ".,;:!?'*`’)]}”"
_URL = re.compile(r"https?://[^\s<>\"“”]+")


def kind_of(fact: Fact, doc: Document) -> str:
    """The kind of a statement follows from the root of its proof."""
    if isinstance(fact, Reading):
        fact = fact.cited
    if isinstance(fact, Cited):
        if fact.key == "Q":
            return "QUESTION"
        return "NAME-ONLY" if doc.source(fact.key).name_only else "QUOTE"
    if isinstance(fact, Applied) and fact.rule.endswith("_by_name"):
        return "NAME-ONLY"
    return {Applied: "RULE", Measured: "MEASURED", Step: "PLAN", ForEach: "RULE", Drafted: "DRAFTED"}.get(
        type(fact), "RULE"
    )


def root_allowed(name: str, fact: Fact) -> bool:
    """A template says which rule, or which kind of proof, must stand at the root."""
    wanted = templates()[name]["rule"]
    if wanted == "verdict":
        return isinstance(fact, Applied) and fact.rule in VERDICTS
    if isinstance(fact, Applied):
        return bool(fact.rule == wanted)
    return {"cite": Cited, "node": Step, "measure": Measured, "drafted": Drafted}.get(wanted) is type(fact)


def sources(doc: Document) -> list[Json]:
    """The sources section, rebuilt from the brief."""
    rows = []
    for source in doc.brief.sources:
        links = {n: field_link(doc.brief, source, n) for n in ("Paper", "GitHub")}
        text = {n: doc.brief.text[slice(*r)] if r else None for n, r in links.items()}
        rows.append(
            {
                "key": source.key,
                "kind": source.kind,
                "title": source.title,
                "paper": text["Paper"],
                "github": text["GitHub"],
            }
        )
    return rows


def check_fields(doc: Document, facts: list[Fact]) -> None:
    """Everything outside the statements that can be rebuilt from brief and proofs."""
    data = doc.data
    demand(data["question"] == doc.brief.asked, "the question is not that of the brief")
    demand(data["sources"] == sources(doc), "the sources are not those of the brief")
    flagged = [s.model_dump() for s in flagged_spans(doc.brief)]
    demand(data["flagged"] == flagged, "the flagged sentences are not those of the brief")
    missing = list(dict.fromkeys(n["kind"] for n in doc.nodes if n["missing"]))
    demand(data["missing_slots"] == missing, "the missing slots are not those of the workflow")
    links = [facts[a["of"]].text for s in data["statements"] for a in s["args"].values() if a["form"] == "link"]
    demand(data["links"] == list(dict.fromkeys(links)), "the links are not those of the statements")
    demand(set(links) <= set(doc.brief.links), "a link is not one of the brief's")
    # what the user wrote, and names, may hold links of their own
    told = _URL.findall(" ".join([doc.brief.asked, *(s.title for s in doc.brief.sources)]))
    for url in _URL.findall(data["markdown"]):
        ends = [url.removeprefix(link) for link in (*doc.brief.links, *told) if url.startswith(link)]
        demand(any(not end.strip(_AFTER_LINK) for end in ends), f"{url!r} is not one of the brief's links")
    check_task(doc)
    _check_verdicts(doc, facts)
    _check_absent(doc, facts)
    check_workflow(doc, facts)


def _check_verdicts(doc: Document, facts: list[Fact]) -> None:
    demand(tuple(doc.data["verdicts"]) == doc.keys, "not every source has one verdict")
    for key, verdict in doc.data["verdicts"].items():
        fact = facts[verdict["proof"]]
        proved = isinstance(fact, Applied) and fact.rule in VERDICTS
        demand(proved, f"the verdict of {key} is not proved by a verdict rule")
        assert isinstance(fact, Applied)
        demand(fact.gives["key"] == key, f"the proof of the verdict of {key} is about another source")
        for name, value in _concluded(doc, fact).items():
            demand(verdict[name] == value, f"{key}: {name} is {verdict[name]!r}, its proof concludes {value!r}")
        basis = verdict["basis"]
        demand(
            (basis["start"], basis["end"]) in doc.usable(key), f"{key}: the basis is not one sentence, nor the title"
        )
        check_weight(doc, key, fact.gives)
        rivals = [f for f in facts if isinstance(f, Applied) and f.rule in VERDICTS and f.gives["key"] == key]
        demand(all(f == fact for f in rivals), f"{key} is judged twice")


def _concluded(doc: Document, fact: Applied) -> Json:
    """The fields of a verdict that follow from its proof."""
    gives, source = fact.gives, doc.source(fact.gives["key"])
    cited = cited_of(fact.premises[1] if fact.rule == "contradicted_constraint" else fact)
    ranges = [] if source.name_only else doc.usable(source.key)[1:]
    place = (cited.start, cited.end)
    related, fits = gives["verdict"] != "off_topic", gives["verdict"] == "fit"
    wishes = doc.task["constraints"] if fits else ()
    best = place if source.name_only else shown(doc.brief.text, doc.usable(source.key), place, gives["verdict"], wishes)
    axes = {str(c.data["axis"]) for name, c in lexicon().items() if name.startswith("reason.")} - {""}
    return {
        "verdict": gives["verdict"],
        "rule": fact.rule,
        "found": gives["found"],
        "constraint": gives["constraint"],
        "needed": doc.needed,
        "serves": _served(doc, fact),
        "name_only": source.name_only,
        "reason": reason_text(fact.rule, gives["found"], tuple(doc.needed), gives["constraint"]),
        "axes": {axis: axis != gives["axis"] for axis in axes},
        "span": {"source": source.key, "start": best[0], "end": best[1]},
        "basis": {"source": source.key, "start": cited.start, "end": cited.end},
        "explains": explains(doc.brief.text, ranges, related, fits, doc.task["constraints"]),
    }


def _served(doc: Document, fact: Applied) -> list[str]:
    """Needed operations that the source does: those that it speaks of, or the one in its name."""
    if fact.rule.endswith("_by_paper"):
        described = fact.premises[1]
        assert isinstance(described, Applied)
        return _served(doc, described)
    found, ranges = fact.gives["found"], doc.usable(fact.gives["key"])
    if fact.rule not in (
        "fit_by_name",
        "fit_by_wording",
        "fit",
        "contradicted_constraint",
        "unserved_constraint",
    ) or found.startswith("object."):
        return []
    if fact.rule == "fit_by_name":
        named = dict(named_operations(doc.brief.text, *doc.source(fact.gives["key"]).ranges["Model"]))
        return [n for n in doc.needed if n in named]
    spoken = [n for n in doc.needed if any(hits(doc.brief.text, f"operation.{n}", SOURCE, *r) for r in ranges)]
    return spoken or [name_of(found)]


def _check_absent(doc: Document, facts: list[Fact]) -> None:
    """The absent section lists what the statements of absence searched, with the words and no hit."""
    searched = [c for f in facts if isinstance(f, Applied) and f.rule == "not_in_evidence" for c in f.gives["concepts"]]
    demand(
        [row["concept"] for row in doc.data["absent"]] == searched, "the absent section does not match the statements"
    )
    for row in doc.data["absent"]:
        lists = {"constraint": ("terms", "serves"), "operation": ("terms", "sources"), "subject": ("patterns",)}[
            row["concept"].split(".")[0]
        ]
        demand(
            row["terms"] == list(concept(row["concept"]).patterns(*lists)),
            f"{row['concept']}: other words were searched",
        )
        demand(row["label"] == concept(row["concept"]).label, f"{row['concept']}: another label")
        demand(row["hits"] == 0 and row["scope"] == list(doc.keys), f"{row['concept']}: wrong hits or scope")


def check_statements(doc: Document, facts: list[Fact]) -> None:
    """Order, one source per statement, and the statements that every answer owes."""
    statements = doc.data["statements"]
    keys = [statement_order(doc, facts, s) for s in statements]
    demand(keys == sorted(keys), "the statements are not in order")
    for statement in statements:
        if templates()[statement["template"]].get("per_source"):
            args = [a for name, a in statement["args"].items() if name != "twin"]  # another entry on the same work
            of = [i for a in args for i in (a["of"] if isinstance(a["of"], list) else [a["of"]])]
            found = {
                cited_of(facts[i]).key
                for i in [*of, statement["proof"]]
                if isinstance(facts[i], Cited | Reading | Applied | Drafted)
            }
            demand(len(found) == 1, f"{statement['template']!r} mixes the sources {sorted(found)!r}")
        demand(
            statement["section"] == templates()[statement["template"]]["section"], "a statement is in another section"
        )
    check_owed(doc, facts)


def statement_order(doc: Document, facts: list[Fact], statement: Json) -> tuple[Any, ...]:
    template = templates()[statement["template"]]
    base = (template["section"], template["order"])
    if not template.get("per_source"):
        what = about(facts[statement["proof"]], statement["template"])
        order = [n["id"] for n in doc.nodes] + [c["b"] for c in doc.task["conflicts"]]
        return (*base, order.index(what) if what in order else 0, 0, "", 0)
    cited = cited_of(facts[statement["proof"]])
    verdict = doc.data["verdicts"][cited.key]
    source = doc.source(cited.key)
    return (
        *base,
        _RANK[verdict["verdict"]],
        _EXPLAINS[verdict["explains"]],
        f"{source.kind} {source.title}",
        cited.start,
    )


def markdown(doc: Document, statements: list[Json]) -> str:
    """The Markdown of an answer: three headings, a paragraph for each move, bullets in lists."""
    blocks: list[str] = []
    for number, heading in SECTIONS.items():
        own = [s for s in statements if s["section"] == number]
        parts = [(is_bullet(s), list(group)) for s, group in _moves(own)]
        texts = ["\n".join(f"- {s['text']}" for s in g) if b else " ".join(s["text"] for s in g) for b, g in parts]
        blocks += [f"{heading} {texts[0]}", *texts[1:]] if number == 1 and texts else [heading, *texts]
    return "\n\n".join(blocks) + "\n"


def is_bullet(statement: Json) -> bool:
    """Whether the statement stands as an item of a list."""
    return bool(templates()[statement["template"]].get("bullet"))


def _moves(statements: list[Json]) -> list[tuple[Json, list[Json]]]:
    """Neighbouring statements of one move (the tens of `order`) and one look."""
    groups = groupby(statements, key=lambda s: (templates()[s["template"]]["order"] // 10, is_bullet(s)))
    return [(found[0], found) for found in (list(group) for _, group in groups)]
