"""What an answer owes its reader, tested on the folded proofs: nothing missing, nothing twice, in order."""

from itertools import groupby
from typing import Any

from restograph.answer.check.document import (
    Applied,
    Cited,
    Document,
    Fact,
    Failed,
    ForEach,
    Json,
    Measured,
    Reading,
    Step,
    templates,
)
from restograph.answer.check.forms import cited_of
from restograph.answer.check.verdict_rules import VERDICTS
from restograph.evidence.brief import allowed_links, field_link, flagged_spans
from restograph.evidence.cues import explains
from restograph.task.lexicon import concept, hits, reason_text, section
from restograph.task.quantity import factors, same_size

SECTIONS = {1: "**1. Task.**", 2: "**2. Workflow (input → model → output).**", 3: "**3. Papers and tools.**"}
_RANK = {"fit": 0, "partial": 1, "off_topic": 2}
_EXPLAINS = {"yes": 0, "in part": 1, "no": 2}


def demand(holds: bool, message: str) -> None:
    if not holds:
        raise Failed(message)


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
    return {Applied: "RULE", Measured: "MEASURED", Step: "PLAN", ForEach: "RULE"}.get(type(fact), "RULE")


def root_allowed(name: str, fact: Fact) -> bool:
    """A template says which rule, or which kind of proof, must stand at the root."""
    wanted = templates()[name]["rule"]
    if wanted == "verdict":
        return isinstance(fact, Applied) and fact.rule in VERDICTS
    if isinstance(fact, Applied):
        return bool(fact.rule == wanted)
    return {"cite": Cited, "node": Step, "measure": Measured}.get(wanted) is type(fact)


def sources(doc: Document) -> list[Json]:
    """The sources section, rebuilt from the brief."""
    rows = []
    for source in doc.brief.sources:
        links = {n: field_link(doc.brief, source, n) for n in ("Paper", "GitHub")}  # type: ignore[arg-type]
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
    links = [facts[a["of"]].text for s in data["statements"] for a in s["args"].values() if a["form"] == "link"]  # type: ignore[union-attr]
    demand(data["links"] == list(dict.fromkeys(links)), "the links are not those of the statements")
    demand(set(links) <= set(allowed_links(doc.brief)), "a link is not one of the brief's")
    _check_task(doc)
    _check_verdicts(doc, facts)
    _check_absent(doc, facts)
    _check_workflow(doc)


def _check_task(doc: Document) -> None:
    text, (a, b) = doc.brief.text, doc.brief.question
    task = doc.task
    confidences = [op["confidence"] for op in task["operations"]]
    demand(
        confidences == sorted(confidences, reverse=True) and all(0 <= c <= 1 for c in confidences),
        "operations out of order",
    )
    damages = {concept(f"operation.{n}").data["damage"] for n in doc.needed} - {""}
    demand(task["degradations"] == sorted(damages), "the degradations do not follow from the operations")
    spoken = {c.split(".")[1] for c in section("constraint") if hits(text, c, ("terms",), a, b)}
    demand(spoken <= set(task["constraints"]) | {"fast"}, "a constraint of the question is left out")
    demand(
        set(task["constraints"]) <= spoken | {"keep_size", "non_integer_scale"}, "a constraint is not in the question"
    )
    scale = task["scale"]
    if scale:
        numbers = [*factors(text, a, b), *filter(None, [same_size(text, a, b)])]
        found = [
            q
            for q in numbers
            if (q.start, q.end, q.value) == (scale["span"]["start"], scale["span"]["end"], scale["value"])
        ]
        demand(any(q.kind in (scale["kind"], "bare") for q in found), "the scale is not in the question")
    for span in (
        [op["span"] for op in task["operations"] if op["span"]] + list(task["spans"].values()) + task["claims_by_user"]
    ):
        demand(
            span["source"] == "Q" and a <= span["start"] < span["end"] <= b,
            "a span of the task is outside the question",
        )
    if task["subject"]:
        demand(
            bool(hits(text, f"subject.{task['subject']}", ("patterns",), a, b)), "the subject is not in the question"
        )


def _check_verdicts(doc: Document, facts: list[Fact]) -> None:
    demand(tuple(doc.data["verdicts"]) == doc.keys, "not every source has one verdict")
    for key, verdict in doc.data["verdicts"].items():
        fact = facts[verdict["proof"]]
        demand(
            isinstance(fact, Applied) and fact.rule in VERDICTS, f"the verdict of {key} is not proved by a verdict rule"
        )
        assert isinstance(fact, Applied)
        gives, source = fact.gives, doc.source(key)
        same = (gives["key"], gives["verdict"], fact.rule, gives["found"]) == (
            key,
            verdict["verdict"],
            verdict["rule"],
            verdict["found"],
        )
        demand(same, f"the verdict of {key} is not what its proof concludes")
        demand(verdict["name_only"] == source.name_only, f"{key}: name_only is wrong")
        reason = reason_text(fact.rule, gives["found"], tuple(doc.needed), gives["constraint"])
        demand(verdict["reason"] == reason, f"the reason for {key} is not that of its rule")
        demand(all(agrees == (axis != gives["axis"]) for axis, agrees in verdict["axes"].items()), f"{key}: wrong axes")
        cited = cited_of(fact)
        if fact.rule == "contradicted_constraint":
            cited = cited_of(fact.premises[1])
        demand(verdict["span"] == {"source": key, "start": cited.start, "end": cited.end}, f"{key}: wrong span")
        ranges = [] if source.name_only else doc.usable(key)[1:]
        level = explains(
            doc.brief.text, ranges, gives["verdict"] != "off_topic", gives["verdict"] == "fit", doc.task["constraints"]
        )
        demand(verdict["explains"] == level, f"{key}: what it explains is wrong")


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
        demand(row["hits"] == 0 and row["scope"] == list(doc.keys), f"{row['concept']}: wrong hits or scope")


def _check_workflow(doc: Document) -> None:
    for node in doc.nodes:
        demand(all(k in doc.keys for k in node["sources"]), f"node {node['id']!r} names an unknown source")
    scale = doc.task["scale"]
    if not doc.executed and scale and scale["kind"] == "spatial":
        factors_ = [n["params"]["factor"] for n in doc.nodes if n["kind"] in ("upscale", "video_upscale")]
        demand(all(f == min(scale["value"], 16) for f in factors_), "the plan enlarges by another factor than the task")


def check_statements(doc: Document, facts: list[Fact]) -> None:
    """Order, one source per statement, and the statements that every answer owes."""
    statements = doc.data["statements"]
    keys = [statement_order(doc, facts, s) for s in statements]
    demand(keys == sorted(keys), "the statements are not in order")
    for statement in statements:
        if templates()[statement["template"]].get("per_source"):
            of = [i for a in statement["args"].values() for i in (a["of"] if isinstance(a["of"], list) else [a["of"]])]
            found = {
                cited_of(facts[i]).key
                for i in [*of, statement["proof"]]
                if isinstance(facts[i], Cited | Reading | Applied)
            }
            demand(len(found) == 1, f"{statement['template']!r} mixes the sources {sorted(found)!r}")
    _check_owed(doc, facts, [(s["template"], facts[s["proof"]], s) for s in statements])


def statement_order(doc: Document, facts: list[Fact], statement: Json) -> tuple[Any, ...]:
    template = templates()[statement["template"]]
    base = (template["section"], template["order"])
    if not template.get("per_source"):
        return (*base, 0, 0, "", 0)
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


def _check_owed(doc: Document, facts: list[Fact], said: list[tuple[str, Fact, Json]]) -> None:
    names = [name for name, _, _ in said]
    listed = [f.gives["key"] for n, f, _ in said if n.startswith("listed") and isinstance(f, Applied)]
    demand(sorted(listed) == sorted(doc.keys), "every source must be listed once with its verdict")
    for name, fact, statement in said:
        if name.startswith("listed") and isinstance(fact, Applied):
            row = next(r for r in doc.data["sources"] if r["key"] == fact.gives["key"])
            shown = {n: facts[statement["args"][n]["of"]] for n in ("paper", "code") if n in statement["args"]}
            for field, link in (("paper", row["paper"]), ("code", row["github"])):
                demand(
                    (field in shown) == (link is not None),
                    f"the {field} link of {row['key']} is missing or out of place",
                )
                demand(
                    link is None or getattr(shown[field], "text", None) == link,
                    f"the {field} link of {row['key']} is wrong",
                )
    opening = [n for n in names if n in ("task", "task_at_factor", "task_same_size", "task_unread", "task_outside")]
    demand(len(opening) == 1, "the answer must begin by saying which task it is")
    scale = doc.task["scale"]
    if scale and opening[0] in ("task", "task_at_factor") and scale["value"] != 1:
        demand(opening[0] == "task_at_factor", "the factor of the task is not said")
    demand(names.count("chain") == 1 and names.count("question") == 1, "the plan and the question must be said once")
    chain = next(s for n, _, s in said if n == "chain")
    shown_nodes = [facts[i].node["id"] for i in chain["args"]["chain"]["of"]]  # type: ignore[union-attr]
    demand(shown_nodes == [n["id"] for n in doc.nodes], "the plan that is said is not the workflow")
    _check_named(doc, said)


def _check_named(doc: Document, said: list[tuple[str, Fact, Json]]) -> None:
    """Missing steps, mismatched models, flagged text, conflicts and stand-ins: each must be named."""
    rules = {
        (f.rule, str(f.gives.get("node") or f.gives.get("key") or "")) for _, f, _ in said if isinstance(f, Applied)
    }
    for node in doc.nodes:
        if node["missing"]:
            demand(("slot_missing", node["id"]) in rules, f"the missing step {node['id']!r} is not named")
    for key, verdict in doc.data["verdicts"].items():
        named = [
            f for n, f, _ in said if not n.startswith("listed") and isinstance(f, Applied) and f.gives.get("key") == key
        ]
        needs_word = (
            doc.source(key).kind == "model" and verdict["verdict"] != "fit" and doc.needed not in ([], ["other"])
        )
        demand(not needs_word or bool(named), f"the mismatch of {key} is not said")
    demand(("flagged", "") in rules or not doc.data["flagged"], "the flagged text is not reported")
    conflicts = [c for c in doc.task["conflicts"] if c["kind"] == "scale"]
    demand(sum(n == "conflict" for n, _, _ in said) == len(conflicts), "a conflict is not said")
    measured = sum(n in ("conflict_measured", "measured_beyond") for n, _, _ in said)
    demand(measured == len(doc.task["conflicts"]) - len(conflicts), "a disagreement with the picture is not said")
    if doc.executed:
        told = {
            s["args"]["step"]["of"] if "step" in s["args"] else None for n, _, s in said if n.startswith("stand_in")
        }
        executed = [n for n in doc.nodes if n["model"] and not n["skipped"]]
        demand(len(told) == len(executed), "what was executed is not said")


def markdown(doc: Document, statements: list[Json]) -> str:
    """The Markdown of an answer: three headings, a paragraph for each move, bullets in lists."""
    blocks: list[str] = []
    for number, heading in SECTIONS.items():
        own = [s for s in statements if s["section"] == number]
        parts = [(_is_bullet(s), list(group)) for s, group in _moves(own)]
        texts = ["\n".join(f"- {s['text']}" for s in g) if b else " ".join(s["text"] for s in g) for b, g in parts]
        blocks += [f"{heading} {texts[0]}", *texts[1:]] if number == 1 and texts else [heading, *texts]
    return "\n\n".join(blocks) + "\n"


def _is_bullet(statement: Json) -> bool:
    return bool(templates()[statement["template"]].get("bullet"))


def _moves(statements: list[Json]) -> list[tuple[Json, list[Json]]]:
    """Neighbouring statements of one move (the tens of `order`) and one look."""
    groups = groupby(statements, key=lambda s: (templates()[s["template"]]["order"] // 10, _is_bullet(s)))
    return [(found[0], found) for found in (list(group) for _, group in groups)]
