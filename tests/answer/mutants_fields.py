"""Lies in the fields beside the statements: verdicts, task, workflow, run, tables, keys and pointers."""

from collections.abc import Iterator

from forge import Json, add, keys_of, of_template
from mutants import EVIL, OUTSIDE, Mutant, each_statement, edit, made, put

from restograph.answer.check.document import document

# ── fields ───────────────────────────────────────────────────────────────────────────────────────


@edit
def a_field_of_a_verdict(answer: Json) -> Iterator[Mutant]:
    for key, verdict in answer["verdicts"].items():
        changes: dict[str, list[object]] = {
            "verdict": ["fit", "partial", "off_topic"],
            "name_only": [True, False],
            "explains": ["yes", "in part", "no"],
            "reason": ["it is about dehazing", verdict["reason"] + " indeed"],
            "rule": ["fit", "near_object", "other_object", "fit_by_wording", "other_by_wording", "fit_by_paper"],
            "found": ["operation.dehazing", None],
            "needed": [[], ["dehazing"]],
            "serves": [["dehazing"], []],
            "constraint": ["fast"],
            "axes": [{**verdict["axes"], n: not v} for n, v in verdict["axes"].items()] + [{}],
            "span": [{**verdict["span"], "start": verdict["span"]["start"] + 1}, {**verdict["span"], "source": "Q"}],
            "basis": [{**verdict["basis"], "end": verdict["basis"]["end"] - 1}, {**verdict["basis"], "source": "Q"}],
        }
        for name, values in changes.items():
            for value in values:
                if value != verdict[name]:
                    yield (
                        f"{key}.{name} = {value!r}",
                        {**answer, "verdicts": {**answer["verdicts"], key: {**verdict, name: value}}},
                    )
    if len(answer["verdicts"]) > 1:
        yield "order", {**answer, "verdicts": dict(reversed(answer["verdicts"].items()))}
    for key in keys_of(answer):
        yield f"without {key}", {**answer, "verdicts": {k: v for k, v in answer["verdicts"].items() if k != key}}


@edit
def a_field_of_the_task(answer: Json) -> Iterator[Mutant]:
    task, (a, b) = answer["task"], document(answer).brief.question
    span = {"source": "Q", "start": a, "end": b}
    changes: dict[str, list[object]] = {
        "degradations": [[], ["haze"], task["degradations"] + ["rain"]],
        "constraints": [[], [*task["constraints"], "low_memory"]],
        "subject": [None, "face", "text", "sky"],
        "claims_by_user": [[], [span], [*task["claims_by_user"], span]],
        "spans": [{}, {"operation.dehazing": span}, {**task["spans"], "subject.sky": span}],
        "target": [
            None,
            {"type": "bytes", "value": 9, "width": None, "height": None, "unit": "byte", "dpi": None, "span": span},
        ],
        "conflicts": [[], [{"kind": "scale", "a": span, "b": span}]],
        "asks": [["magic"], [*task["asks"], *task["asks"]]],
    }
    for name, values in changes.items():
        for value in values:
            if value != task[name]:
                yield f"{name} = {value!r}"[:90], {**answer, "task": {**task, name: value}}
    for i, op in enumerate(task["operations"]):
        for name, value in (
            ("confidence", 0.99),
            ("confidence", 7),
            ("span", span),
            ("span", {**span, "end": a + 1}),
            ("name", "dehazing"),
        ):
            if op[name] != value:
                ops = [{**op, name: value} if i == j else one for j, one in enumerate(task["operations"])]
                yield f"operation.{name} = {value}", {**answer, "task": {**task, "operations": ops}}
    if task["scale"]:
        for name, value in (
            ("value", task["scale"]["value"] + 1),
            ("kind", "temporal" if task["scale"]["kind"] == "spatial" else "spatial"),
            ("span", span),
        ):
            yield f"scale.{name}", {**answer, "task": {**task, "scale": {**task["scale"], name: value}}}


@edit
def a_field_of_the_workflow(answer: Json) -> Iterator[Mutant]:
    """Sources, flags, factors, models and reasons of nodes; edges; further nodes. Texts follow."""
    nodes = answer["workflow"]["nodes"]
    for i, node in enumerate(nodes):
        changes: dict[str, list[object]] = {
            "sources": [
                [],
                *[[*node["sources"], k] for k in keys_of(answer) if k not in node["sources"]],
                node["sources"][:-1],
            ],
            "missing": [not node["missing"]],
            "skipped": [True],
            "reason": [OUTSIDE],
            "model": [OUTSIDE, "other-model"],
            "kind": ["dehaze", "clean"],
            "id": ["other"],
            "params": [
                {},
                {**node["params"], "factor": 5},
                {**node["params"], "remove": "noise"},
                {"cause": "defocus"},
            ],
        }
        for name, values in changes.items():
            for value in values:
                if value != node[name]:
                    yield from made(
                        f"{node['id']}.{name} = {value!r}"[:80], answer, put("workflow", "nodes", i, name, value=value)
                    )
    yield from made("no edges", answer, put("workflow", "edges", value=[]))
    edges = answer["workflow"]["edges"]
    yield from made("an edge turned", answer, put("workflow", "edges", value=[edges[0][::-1], *edges[1:]]))
    yield from made(
        "edges in another order", answer, put("workflow", "edges", value=[*edges[1:], [edges[0][0], "save.image"]])
    )

    def further(d: Json) -> None:
        node = {**d["workflow"]["nodes"][0], "id": "more", "kind": "dehaze"}
        d["workflow"]["nodes"].insert(1, node)
        chain = of_template(d, "chain")[0]
        chain["args"]["chain"]["of"].insert(1, add(d, op="node", id="more"))

    yield from made("a further node", answer, further)

    def fewer(d: Json) -> None:
        gone = d["workflow"]["nodes"].pop(1)["id"]
        chain = of_template(d, "chain")[0]["args"]["chain"]["of"]
        del chain[1]
        d["statements"] = [
            s for s in d["statements"] if not any(d["proofs"][i].get("id") == gone for i in _points(d, s))
        ]

    if len(nodes) > 2:
        yield from made("a node fewer", answer, fewer)


def _points(d: Json, s: Json) -> list[int]:
    """Every proof that a statement rests on."""
    waiting = [
        s["proof"],
        *[i for a in s["args"].values() for i in (a["of"] if isinstance(a["of"], list) else [a["of"]])],
    ]
    seen: list[int] = []
    while waiting:
        i = waiting.pop()
        if i not in seen:
            seen.append(i)
            p = d["proofs"][i]
            waiting += [*([p["of"]] if "of" in p else []), *p.get("premises", []), *p.get("proofs", [])]
    return seen


@edit
def a_table_of_the_answer(answer: Json) -> Iterator[Mutant]:
    """Sources, links, missing slots, absent words, flagged spans, digests, the report."""
    for i, row in enumerate(answer["sources"]):
        for name in row:
            rows = [{**r, name: OUTSIDE} if i == j else r for j, r in enumerate(answer["sources"])]
            yield f"sources.{name}", {**answer, "sources": rows}
    for i, row in enumerate(answer["absent"]):
        for name, value in (
            ("terms", row["terms"][:-1]),
            ("hits", 1),
            ("scope", row["scope"][:-1]),
            ("label", "speed"),
            ("concept", "operation.dehazing"),
        ):
            rows = [{**r, name: value} if i == j else r for j, r in enumerate(answer["absent"])]
            yield f"absent.{name}", {**answer, "absent": rows}
    fields: dict[str, list[object]] = {
        "links": [answer["links"][1:], answer["links"][::-1], [*answer["links"], EVIL]],
        "missing_slots": [[], ["upscale"]],
        "flagged": [[], [{"source": "P1", "start": 1, "end": 2}]],
        "question": [answer["question"] + " "],
        "brief": [answer["brief"] + " "],
        "brief_sha256": ["0" * 64],
        "rules_sha256": ["0" * 64],
        "schema": [2, True, "1"],
        "run": [{}, {"output": None}],
        "versions": [{"restograph": OUTSIDE}, {}],
        "markdown": [answer["markdown"] + "\n", answer["markdown"].replace("not", "", 1)],
    }
    for name, values in fields.items():
        for value in values:
            if type(value) is not type(answer[name]) or value != answer[name]:
                yield f"{name} = {value!r}"[:60], {**answer, name: value}
    for name, value in (("ok", False), ("statements", 1), ("proofs", 1), ("problems", [OUTSIDE])):
        yield f"check.{name}", {**answer, "check": {**answer["check"], name: value}}


@edit
def a_field_of_the_run(answer: Json) -> Iterator[Mutant]:
    """Another size, an unknown model, a picture nobody looked at; measured values themselves are the run's word."""
    run = answer["run"]
    if run is None:
        return
    for side in ("width", "height"):
        for part in ("input", "output"):
            yield from made(f"{part}.{side}", answer, put("run", part, side, value=run[part][side] + 1))
    yield from made("no output", answer, put("run", "output", value=None))
    told = [{**row, "name": OUTSIDE} for row in run["weights"]]
    yield from made("a sentence for a model", answer, put("run", "weights", value=told))
    yield from made("no weights", answer, put("run", "weights", value=[]))
    yield from made("no disclosures", answer, put("run", "disclosures", value=[])) if run["disclosures"] else ()
    yield from made(
        "a further damage",
        answer,
        put("run", "look", "damages", value=[*run["look"]["damages"], "noise", "compression"]),
    )
    if run["look"]["damages"]:
        yield from made("no damage", answer, put("run", "look", "damages", value=[]))


@edit
def a_further_or_a_lost_key(answer: Json) -> Iterator[Mutant]:
    yield "top", {**answer, "note": OUTSIDE}
    for name in answer:
        yield f"without {name}", {k: v for k, v in answer.items() if k != name}
    for part in ("task", "workflow", "check"):
        yield part, {**answer, part: {**answer[part], "note": OUTSIDE}}
    for part in ("statements", "proofs", "sources", "absent", "flagged"):
        for i in range(min(2, len(answer[part]))):
            rows = [{**r, "note": OUTSIDE} if i == j else r for j, r in enumerate(answer[part])]
            yield part, {**answer, part: rows}
    for key in keys_of(answer)[:1]:
        yield (
            "verdict",
            {**answer, "verdicts": {**answer["verdicts"], key: {**answer["verdicts"][key], "note": OUTSIDE}}},
        )
    nodes = answer["workflow"]["nodes"]
    yield "node", {**answer, "workflow": {**answer["workflow"], "nodes": [{**nodes[0], "note": OUTSIDE}, *nodes[1:]]}}


@edit
def a_pointer_from_the_end(answer: Json) -> Iterator[Mutant]:
    """Negative indexes and booleans are no pointers."""
    count = len(answer["proofs"])
    s = answer["statements"][0]
    yield "proof", {**answer, "statements": [{**s, "proof": s["proof"] - count}, *answer["statements"][1:]]}
    for i, s in each_statement(answer):
        for name, arg in list(s["args"].items())[:1]:
            of = [j - count for j in arg["of"]] if isinstance(arg["of"], list) else arg["of"] - count
            statements = list(answer["statements"])
            statements[i] = {**s, "args": {**s["args"], name: {**arg, "of": of}}}
            yield f"{s['template']}.{name}", {**answer, "statements": statements}
    for key, verdict in list(answer["verdicts"].items())[:1]:
        yield (
            "verdict",
            {**answer, "verdicts": {**answer["verdicts"], key: {**verdict, "proof": verdict["proof"] - count}}},
        )
