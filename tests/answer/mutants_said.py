"""Lies about what is said and what it rests on: statements, arguments, wording, premises, absence."""

from collections.abc import Iterator

from forge import Json, add, cite, forged, keys_of, of_template
from mutants import Mutant, each_statement, edit, made, put

from restograph.answer.check.document import document, templates
from restograph.answer.check.obligations import markdown
from restograph.evidence.sentences import sentences
from restograph.task.lexicon import lexicon

# ── what is said and in which order ──────────────────────────────────────────────────────────────

OPTIONAL = ("mechanism", "mechanism_named", "claim", "not_the_zoom")  # how much is told is the composer's choice


@edit
def a_statement_deleted(answer: Json) -> Iterator[Mutant]:
    for i, s in each_statement(answer):
        if s["template"] not in OPTIONAL:
            yield from made(s["template"], answer, lambda d, i=i: d["statements"].pop(i))  # type: ignore[misc]


@edit
def a_statement_said_twice(answer: Json) -> Iterator[Mutant]:
    for i, s in each_statement(answer):
        yield from made(s["template"], answer, lambda d, i=i: d["statements"].insert(i, dict(d["statements"][i])))  # type: ignore[misc]


@edit
def two_statements_swapped(answer: Json) -> Iterator[Mutant]:
    for i in range(len(answer["statements"]) - 1):

        def change(d: Json, i: int = i) -> None:
            s = d["statements"]
            s[i], s[i + 1] = s[i + 1], s[i]

        yield from made(f"{i} and {i + 1}", answer, change, sort=False)


@edit
def another_variant(answer: Json) -> Iterator[Mutant]:
    for i, s in each_statement(answer):
        for variant in {*range(len(templates()[s["template"]]["variants"])), -1} - {s["variant"]}:
            yield from made(f"{s['template']} {variant}", answer, put("statements", i, "variant", value=variant))


@edit
def a_sibling_template(answer: Json) -> Iterator[Mutant]:
    for i, s in each_statement(answer):
        for name, template in templates().items():
            if name != s["template"] and template["args"] == templates()[s["template"]]["args"]:

                def change(d: Json, i: int = i, name: str = name) -> None:
                    count = len(templates()[name]["variants"])
                    d["statements"][i] |= {"template": name, "variant": d["statements"][i]["variant"] % count}

                yield from made(f"{s['template']} -> {name}", answer, change)


@edit
def kind_or_section(answer: Json) -> Iterator[Mutant]:
    for i, s in each_statement(answer):
        kinds = {"QUOTE", "RULE", "PLAN", "NAME-ONLY", "MEASURED", "QUESTION"} - {s["kind"]}
        for kind in sorted(kinds):
            data = forged(answer, lambda d: None) or {**answer, "statements": [dict(x) for x in answer["statements"]]}
            data["statements"][i]["kind"] = kind
            yield f"kind {kind}", data
        for section in {1, 2, 3} - {s["section"]}:
            data = {**answer, "statements": [dict(x) for x in answer["statements"]]}
            data["statements"][i]["section"] = section
            data["markdown"] = markdown(document(data), data["statements"])
            yield f"section {section}", data


@edit
def an_argument_of_another_proof(answer: Json) -> Iterator[Mutant]:
    """Every argument is pointed, in turn, to every proof that its form can render."""
    for i, s in each_statement(answer):
        for name, arg in s["args"].items():
            if (s["template"], name) == ("other_source", "told"):
                continue  # which sentence of a source shows best what it is about is the composer's choice
            whole = arg["of"] if isinstance(arg["of"], list) else [arg["of"]]
            for j in range(len(answer["proofs"])):
                if j not in whole and answer["proofs"][j] != answer["proofs"][whole[0]]:
                    value = [j] if isinstance(arg["of"], list) else j
                    for what, data in made(
                        f"{s['template']}.{name} = proof {j}",
                        answer,
                        put("statements", i, "args", name, "of", value=value),
                    ):
                        if data["statements"] != answer["statements"] and data["markdown"] != answer["markdown"]:
                            yield what, data
            if len(whole) > 1:
                yield from made(
                    f"{s['template']}.{name} shorter",
                    answer,
                    put("statements", i, "args", name, "of", value=whole[:-1]),
                )
                yield from made(
                    f"{s['template']}.{name} turned",
                    answer,
                    put("statements", i, "args", name, "of", value=whole[::-1]),
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
                    yield from made(f"{name} = {value}", answer, put("proofs", i, name, value=value))
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
                        yield from made(f"also {concept}", answer, change)
            if len(proof["premises"]) > 1:

                def fewer(d: Json, i: int = i) -> None:
                    d["proofs"][i]["premises"].pop()
                    for s in of_template(d, "absent"):
                        s["args"]["labels"]["of"].pop()

                yield from made("a concept fewer", answer, fewer)


@edit
def premises_dropped(answer: Json) -> Iterator[Mutant]:
    for i, proof in enumerate(answer["proofs"]):
        for name in ("premises", "proofs"):
            for j in range(len(proof.get(name, []))):

                def change(d: Json, i: int = i, j: int = j, name: str = name) -> None:
                    del d["proofs"][i][name][j]
                    if name == "proofs":
                        del d["proofs"][i]["keys"][j]

                yield from made(f"{proof.get('rule', 'each')} without {name}[{j}]", answer, change)


@edit
def an_answer_of_another_sentence_of_the_question(answer: Json) -> Iterator[Mutant]:
    doc = document(answer)
    for i, s in each_statement(answer):
        if s["template"] == "question":
            for a, b in [*sentences(doc.brief.text, *doc.brief.question), doc.brief.question]:

                def change(d: Json, i: int = i, a: int = a, b: int = b) -> None:
                    d["statements"][i]["proof"] = d["statements"][i]["args"]["words"]["of"] = cite(d, "Q", a, b)

                if doc.brief.text[a:b] not in s["text"]:
                    yield from made(doc.brief.text[a:b][:50], answer, change)
