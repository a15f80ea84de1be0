"""Kinds of lies about an answer. Each is a function that yields changed copies with a word on what was changed.

`EDITS` change the JSON and settle everything else; `RETELLINGS` let the real composer write the answer
for a forged task, verdict or plan. All of them must be refused.
"""

from collections.abc import Callable, Iterator
from itertools import pairwise

from forge import Json, add, cite, forged, keys_of, of_template

from restograph.answer.check.document import document, templates
from restograph.evidence.sentences import sentences
from restograph.task.lexicon import lexicon

Mutant = tuple[str, Json]
Edit = Callable[[Json], Iterator[Mutant]]
EDITS: dict[str, Edit] = {}
OUTSIDE = "Independent laboratories have confirmed this many times"
EVIL = "https://evil.example/win"


def edit(kind: Edit) -> Edit:
    EDITS[kind.__name__] = kind
    return kind


def _made(what: str, answer: Json, change: Callable[[Json], object], **options: bool) -> Iterator[Mutant]:
    if (data := forged(answer, change, **options)) is not None:
        yield what, data


def _each_statement(answer: Json) -> Iterator[tuple[int, Json]]:
    yield from enumerate(answer["statements"])


def _set(*path: str | int, value: object) -> Callable[[Json], object]:
    def change(data: Json) -> None:
        place = data
        for step in path[:-1]:
            place = place[step]  # type: ignore[index]
        place[path[-1]] = value  # type: ignore[index]

    return change


# ── words ────────────────────────────────────────────────────────────────────────────────────────


@edit
def a_digit_of_a_text(answer: Json) -> Iterator[Mutant]:
    for i, s in _each_statement(answer):
        for at, letter in enumerate(s["text"]):
            if letter.isdigit():
                text = s["text"][:at] + str((int(letter) + 1) % 10) + s["text"][at + 1 :]
                yield from _made(text, answer, _set("statements", i, "text", value=text), texts=False)
                break


@edit
def a_negation_dropped_from_a_text(answer: Json) -> Iterator[Mutant]:
    for i, s in _each_statement(answer):
        for word in (" not", " no", " only", "cannot", "without "):
            if word in s["text"]:
                text = s["text"].replace(word, "", 1)
                yield from _made(text, answer, _set("statements", i, "text", value=text), texts=False)


@edit
def an_outside_sentence(answer: Json) -> Iterator[Mutant]:
    for i, s in _each_statement(answer):
        text = f"{s['text']} {OUTSIDE}."
        yield from _made(text, answer, _set("statements", i, "text", value=text), texts=False)
    yield from _made("markdown only", answer, lambda d: None)
    data = dict(answer, markdown=answer["markdown"] + f"\n{OUTSIDE}.\n")
    yield "appended to the markdown", data


@edit
def a_letter_of_a_link(answer: Json) -> Iterator[Mutant]:
    for link in answer["links"]:
        wrong = link[:-3] + chr(ord(link[-3]) ^ 1) + link[-2:]

        def change(d: Json, link: str = link, wrong: str = wrong) -> None:
            for s in d["statements"]:
                s["text"] = s["text"].replace(link, wrong)

        for what, data in _made(wrong, answer, change, texts=False):
            data["links"] = [wrong if one == link else one for one in data["links"]]
            for row in data["sources"]:
                row |= {n: wrong for n in ("paper", "github") if row[n] == link}
            yield what, data


@edit
def an_outside_link(answer: Json) -> Iterator[Mutant]:
    yield "listed", dict(answer, links=[*answer["links"], EVIL])
    for i, s in _each_statement(answer):
        if s["section"] == 3:
            text = f"{s['text']}, see {EVIL}"
            yield from _made(text, answer, _set("statements", i, "text", value=text), texts=False)


# ── spans and citations ──────────────────────────────────────────────────────────────────────────


@edit
def a_span_moved_by_one(answer: Json) -> Iterator[Mutant]:
    for i, proof in enumerate(answer["proofs"]):
        if proof["op"] == "cite":
            for name, step in (("start", 1), ("start", -1), ("end", 1), ("end", -1)):
                what = f"{name} {step:+d} of {answer['brief'][proof['start'] : proof['end']]!r}"
                yield from _made(what, answer, _set("proofs", i, name, value=proof[name] + step))


@edit
def a_span_cut_or_grown(answer: Json) -> Iterator[Mutant]:
    """Told text that loses a clause or a word, or runs on into the next sentence."""
    for s in of_template(answer, "mechanism", "mechanism_named", "claim", "other_source"):
        i = s["args"]["told"]["of"]
        proof, text = answer["proofs"][i], answer["brief"]
        words = text[proof["start"] : proof["end"]]
        ends = [
            proof["start"] + at
            for at in (words.rfind(","), words.rfind(" and "), words.rfind(" not "), words.rfind(" "))
            if at > 0
        ]
        ends.append(min(len(text), proof["end"] + 30))
        for end in ends:
            yield from _made(text[proof["start"] : end], answer, _set("proofs", i, "end", value=end))
        start = proof["start"] + words.find(" ") + 1
        yield from _made(text[start : proof["end"]], answer, _set("proofs", i, "start", value=start))


@edit
def citations_swapped(answer: Json) -> Iterator[Mutant]:
    told = [i for i, s in _each_statement(answer) if "told" in s["args"]]
    for i, j in pairwise(told):

        def change(d: Json, i: int = i, j: int = j) -> None:
            a, b = d["statements"][i]["args"], d["statements"][j]["args"]
            a["key"], b["key"] = b["key"], a["key"]

        if answer["statements"][i]["text"].split("[")[1][:2] != answer["statements"][j]["text"].split("[")[1][:2]:
            yield from _made(f"keys of {i} and {j}", answer, change)

        def roots(d: Json, i: int = i, j: int = j) -> None:
            a, b = d["statements"][i], d["statements"][j]
            a["args"]["told"], b["args"]["told"] = b["args"]["told"], a["args"]["told"]

        yield from _made(f"texts of {i} and {j}", answer, roots)


@edit
def another_source_cited(answer: Json) -> Iterator[Mutant]:
    """The key of one source under the words of another, and the other way round."""
    doc = document(answer)
    for i, s in _each_statement(answer):
        for name in {"key", "title", "name"} & set(s["args"]):
            for source in doc.brief.sources:
                place = source.ranges["Model"]

                def change(
                    d: Json, i: int = i, name: str = name, key: str = source.key, at: tuple[int, int] = place
                ) -> None:
                    d["statements"][i]["args"][name]["of"] = cite(d, key, *at)

                if doc.source(source.key).title not in s["text"] and f"[{source.key}]" not in s["text"]:
                    yield from _made(f"{s['template']}.{name} of {source.key}", answer, change)


@edit
def any_sentence_told(answer: Json) -> Iterator[Mutant]:
    """A sentence of another source told as this one's, with the proof that goes with it."""
    doc = document(answer)
    for i, s in _each_statement(answer):
        if s["template"] in ("mechanism", "claim", "other_source"):
            for source in doc.brief.sources:
                for a, b in doc.usable(source.key)[1:3]:

                    def change(d: Json, i: int = i, key: str = source.key, a: int = a, b: int = b) -> None:
                        statement = d["statements"][i]
                        place = cite(d, key, a, b - 1 if d["brief"][b - 1] == "" else b)
                        statement["args"]["told"]["of"] = place
                        if statement["template"] == "claim":
                            statement["proof"] = place

                    if f"[{source.key}]" not in s["text"]:
                        yield from _made(f"{s['template']} tells {doc.brief.text[a : a + 40]!r}", answer, change)


@edit
def a_flagged_text_cited(answer: Json) -> Iterator[Mutant]:
    for span in answer["flagged"]:
        for i, s in _each_statement(answer):
            if "told" in s["args"]:

                def change(d: Json, i: int = i, span: Json = span) -> None:
                    d["statements"][i]["args"]["told"]["of"] = cite(d, span["source"], span["start"], span["end"])

                yield from _made("told", answer, change)
        yield "report removed", dict(answer, flagged=[])


@edit
def a_quantity_of_another_kind(answer: Json) -> Iterator[Mutant]:
    for i, proof in enumerate(answer["proofs"]):
        if "quantity" in proof:
            kinds = {"spatial", "parameters", "temporal", "bare", "contradicted"} - {proof["quantity"]["kind"]}
            for kind in sorted(kinds):
                yield from _made(kind, answer, _set("proofs", i, "quantity", "kind", value=kind))
            value = (proof["quantity"]["value"] or 0) + 1
            yield from _made(f"value {value}", answer, _set("proofs", i, "quantity", "value", value=value))


@edit
def another_allowed_link(answer: Json) -> Iterator[Mutant]:
    for i, s in enumerate(answer["statements"]):
        for name in {"paper", "code"} & set(s["args"]):
            for other in answer["statements"]:
                for wrong in {"paper", "code"} & set(other["args"]):
                    of = other["args"][wrong]["of"]
                    if of != s["args"][name]["of"]:
                        yield from _made(f"{name} of {i}", answer, _set("statements", i, "args", name, "of", value=of))


# ── what is said and in which order ──────────────────────────────────────────────────────────────

OPTIONAL = ("mechanism", "mechanism_named", "claim", "not_the_zoom")  # how much is told is the composer's choice


@edit
def a_statement_deleted(answer: Json) -> Iterator[Mutant]:
    for i, s in _each_statement(answer):
        if s["template"] not in OPTIONAL:
            yield from _made(s["template"], answer, lambda d, i=i: d["statements"].pop(i))  # type: ignore[misc]


@edit
def a_statement_said_twice(answer: Json) -> Iterator[Mutant]:
    for i, s in _each_statement(answer):
        yield from _made(s["template"], answer, lambda d, i=i: d["statements"].insert(i, dict(d["statements"][i])))  # type: ignore[misc]


@edit
def two_statements_swapped(answer: Json) -> Iterator[Mutant]:
    for i in range(len(answer["statements"]) - 1):

        def change(d: Json, i: int = i) -> None:
            s = d["statements"]
            s[i], s[i + 1] = s[i + 1], s[i]

        yield from _made(f"{i} and {i + 1}", answer, change, sort=False)


@edit
def another_variant(answer: Json) -> Iterator[Mutant]:
    for i, s in _each_statement(answer):
        for variant in {*range(len(templates()[s["template"]]["variants"])), -1} - {s["variant"]}:
            yield from _made(f"{s['template']} {variant}", answer, _set("statements", i, "variant", value=variant))


@edit
def a_sibling_template(answer: Json) -> Iterator[Mutant]:
    for i, s in _each_statement(answer):
        for name, template in templates().items():
            if name != s["template"] and template["args"] == templates()[s["template"]]["args"]:

                def change(d: Json, i: int = i, name: str = name) -> None:
                    count = len(templates()[name]["variants"])
                    d["statements"][i] |= {"template": name, "variant": d["statements"][i]["variant"] % count}

                yield from _made(f"{s['template']} -> {name}", answer, change)


@edit
def kind_or_section(answer: Json) -> Iterator[Mutant]:
    for i, s in _each_statement(answer):
        kinds = {"QUOTE", "RULE", "PLAN", "NAME-ONLY", "MEASURED", "QUESTION"} - {s["kind"]}
        for kind in sorted(kinds):
            data = forged(answer, lambda d: None) or {**answer, "statements": [dict(x) for x in answer["statements"]]}
            data["statements"][i]["kind"] = kind
            yield f"kind {kind}", data
        for section in {1, 2, 3} - {s["section"]}:
            from restograph.answer.check.obligations import markdown

            data = {**answer, "statements": [dict(x) for x in answer["statements"]]}
            data["statements"][i]["section"] = section
            data["markdown"] = markdown(document(data), data["statements"])
            yield f"section {section}", data


@edit
def an_argument_of_another_proof(answer: Json) -> Iterator[Mutant]:
    """Every argument is pointed, in turn, to every proof that its form can render."""
    for i, s in _each_statement(answer):
        for name, arg in s["args"].items():
            whole = arg["of"] if isinstance(arg["of"], list) else [arg["of"]]
            for j in range(len(answer["proofs"])):
                if j not in whole and answer["proofs"][j] != answer["proofs"][whole[0]]:
                    value = [j] if isinstance(arg["of"], list) else j
                    for what, data in _made(
                        f"{s['template']}.{name} = proof {j}",
                        answer,
                        _set("statements", i, "args", name, "of", value=value),
                    ):
                        if data["statements"] != answer["statements"] and data["markdown"] != answer["markdown"]:
                            yield what, data
            if len(whole) > 1:
                yield from _made(
                    f"{s['template']}.{name} shorter",
                    answer,
                    _set("statements", i, "args", name, "of", value=whole[:-1]),
                )
                yield from _made(
                    f"{s['template']}.{name} turned",
                    answer,
                    _set("statements", i, "args", name, "of", value=whole[::-1]),
                )


# ── fields ───────────────────────────────────────────────────────────────────────────────────────


@edit
def a_field_of_a_verdict(answer: Json) -> Iterator[Mutant]:
    for key, verdict in answer["verdicts"].items():
        changes: dict[str, list[object]] = {
            "verdict": ["fit", "partial", "off_topic"],
            "name_only": [True, False],
            "explains": ["yes", "in part", "no"],
            "reason": ["it is about dehazing", verdict["reason"] + " indeed"],
            "rule": ["fit", "near_object", "other_object"],
            "found": ["operation.dehazing", None],
            "needed": [[], ["dehazing"]],
            "serves": [["dehazing"], []],
            "constraint": ["fast"],
            "axes": [{**verdict["axes"], n: not v} for n, v in verdict["axes"].items()] + [{}],
            "span": [{**verdict["span"], "start": verdict["span"]["start"] + 1}, {**verdict["span"], "source": "Q"}],
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
                    yield from _made(
                        f"{node['id']}.{name} = {value!r}"[:80], answer, _set("workflow", "nodes", i, name, value=value)
                    )
    yield from _made("no edges", answer, _set("workflow", "edges", value=[]))
    edges = answer["workflow"]["edges"]
    yield from _made("an edge turned", answer, _set("workflow", "edges", value=[edges[0][::-1], *edges[1:]]))
    yield from _made(
        "edges in another order", answer, _set("workflow", "edges", value=[*edges[1:], [edges[0][0], "save.image"]])
    )

    def further(d: Json) -> None:
        node = {**d["workflow"]["nodes"][0], "id": "more", "kind": "dehaze"}
        d["workflow"]["nodes"].insert(1, node)
        chain = of_template(d, "chain")[0]
        chain["args"]["chain"]["of"].insert(1, add(d, op="node", id="more"))

    yield from _made("a further node", answer, further)

    def fewer(d: Json) -> None:
        gone = d["workflow"]["nodes"].pop(1)["id"]
        chain = of_template(d, "chain")[0]["args"]["chain"]["of"]
        del chain[1]
        d["statements"] = [
            s for s in d["statements"] if not any(d["proofs"][i].get("id") == gone for i in _points(d, s))
        ]

    if len(nodes) > 2:
        yield from _made("a node fewer", answer, fewer)


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
    for i, s in _each_statement(answer):
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


# ── weaker proofs for the same or a further claim ────────────────────────────────────────────────


@edit
def absence_from_less(answer: Json) -> Iterator[Mutant]:
    """Not in evidence: with fewer words, in fewer sources, of fewer concepts, or of one that nobody asked about."""
    for i, proof in enumerate(answer["proofs"]):
        if proof["op"] == "absent":
            for name, value in (
                ("scope", proof["scope"][:1]),
                ("scope", []),
                ("lists", proof["lists"][:1]),
                ("lists", []),
            ):
                if value != proof[name]:
                    yield from _made(f"{name} = {value}", answer, _set("proofs", i, name, value=value))
        if proof.get("rule") == "not_in_evidence":
            for concept in lexicon():
                lists = {
                    "constraint": ["terms", "serves"],
                    "operation": ["terms", "sources"],
                    "subject": ["patterns"],
                }.get(concept.split(".")[0])
                if lists:

                    def change(d: Json, i: int = i, concept: str = concept, lists: list[str] = lists) -> None:
                        extra = add(d, op="absent", concept=concept, lists=lists, scope=keys_of(d))
                        d["proofs"][i]["premises"].append(extra)
                        for s in of_template(d, "absent"):
                            s["args"]["labels"]["of"].append(extra)

                    if all(concept != row["concept"] for row in answer["absent"]):
                        yield from _made(f"also {concept}", answer, change)
            if len(proof["premises"]) > 1:

                def fewer(d: Json, i: int = i) -> None:
                    d["proofs"][i]["premises"].pop()
                    for s in of_template(d, "absent"):
                        s["args"]["labels"]["of"].pop()

                yield from _made("a concept fewer", answer, fewer)


@edit
def premises_dropped(answer: Json) -> Iterator[Mutant]:
    for i, proof in enumerate(answer["proofs"]):
        for name in ("premises", "proofs"):
            for j in range(len(proof.get(name, []))):

                def change(d: Json, i: int = i, j: int = j, name: str = name) -> None:
                    del d["proofs"][i][name][j]
                    if name == "proofs":
                        del d["proofs"][i]["keys"][j]

                yield from _made(f"{proof.get('rule', 'each')} without {name}[{j}]", answer, change)


@edit
def an_answer_of_another_sentence_of_the_question(answer: Json) -> Iterator[Mutant]:
    doc = document(answer)
    for i, s in _each_statement(answer):
        if s["template"] == "question":
            for a, b in [*sentences(doc.brief.text, *doc.brief.question), doc.brief.question]:

                def change(d: Json, i: int = i, a: int = a, b: int = b) -> None:
                    d["statements"][i]["proof"] = d["statements"][i]["args"]["words"]["of"] = cite(d, "Q", a, b)

                if doc.brief.text[a:b] not in s["text"]:
                    yield from _made(doc.brief.text[a:b][:50], answer, change)
