"""Kinds of lies about an answer. Each is a function that yields changed copies with a word on what was changed.

`EDITS` change the JSON and settle everything else; `RETELLINGS` let the real composer write the answer
for a forged task, verdict or plan. All of them must be refused.
"""

from collections.abc import Callable, Iterator
from itertools import pairwise

from forge import Json, cite, forged, of_template

from restograph.answer.check.document import document

Mutant = tuple[str, Json]
Edit = Callable[[Json], Iterator[Mutant]]
EDITS: dict[str, Edit] = {}
OUTSIDE = "Independent laboratories have confirmed this many times"
EVIL = "https://evil.example/win"


def edit(kind: Edit) -> Edit:
    EDITS[kind.__name__] = kind
    return kind


def made(what: str, answer: Json, change: Callable[[Json], object], **options: bool) -> Iterator[Mutant]:
    if (data := forged(answer, change, **options)) is not None:
        yield what, data


def each_statement(answer: Json) -> Iterator[tuple[int, Json]]:
    yield from enumerate(answer["statements"])


def put(*path: str | int, value: object) -> Callable[[Json], object]:
    def change(data: Json) -> None:
        place = data
        for step in path[:-1]:
            place = place[step]  # type: ignore[index]
        place[path[-1]] = value  # type: ignore[index]

    return change


# ── words ────────────────────────────────────────────────────────────────────────────────────────


@edit
def a_digit_of_a_text(answer: Json) -> Iterator[Mutant]:
    for i, s in each_statement(answer):
        for at, letter in enumerate(s["text"]):
            if letter.isdigit():
                text = s["text"][:at] + str((int(letter) + 1) % 10) + s["text"][at + 1 :]
                yield from made(text, answer, put("statements", i, "text", value=text), texts=False)
                break


@edit
def a_negation_dropped_from_a_text(answer: Json) -> Iterator[Mutant]:
    for i, s in each_statement(answer):
        for word in (" not", " no", " only", "cannot", "without "):
            if word in s["text"]:
                text = s["text"].replace(word, "", 1)
                yield from made(text, answer, put("statements", i, "text", value=text), texts=False)


@edit
def an_outside_sentence(answer: Json) -> Iterator[Mutant]:
    for i, s in each_statement(answer):
        text = f"{s['text']} {OUTSIDE}."
        yield from made(text, answer, put("statements", i, "text", value=text), texts=False)
    yield from made("markdown only", answer, lambda d: None)
    data = dict(answer, markdown=answer["markdown"] + f"\n{OUTSIDE}.\n")
    yield "appended to the markdown", data


@edit
def a_letter_of_a_link(answer: Json) -> Iterator[Mutant]:
    for link in answer["links"]:
        wrong = link[:-3] + chr(ord(link[-3]) ^ 1) + link[-2:]

        def change(d: Json, link: str = link, wrong: str = wrong) -> None:
            for s in d["statements"]:
                s["text"] = s["text"].replace(link, wrong)

        for what, data in made(wrong, answer, change, texts=False):
            data["links"] = [wrong if one == link else one for one in data["links"]]
            for row in data["sources"]:
                row |= {n: wrong for n in ("paper", "github") if row[n] == link}
            yield what, data


@edit
def an_outside_link(answer: Json) -> Iterator[Mutant]:
    yield "listed", dict(answer, links=[*answer["links"], EVIL])
    for i, s in each_statement(answer):
        if s["section"] == 3:
            text = f"{s['text']}, see {EVIL}"
            yield from made(text, answer, put("statements", i, "text", value=text), texts=False)


# ── spans and citations ──────────────────────────────────────────────────────────────────────────


@edit
def a_span_moved_by_one(answer: Json) -> Iterator[Mutant]:
    for i, proof in enumerate(answer["proofs"]):
        if proof["op"] == "cite":
            for name, step in (("start", 1), ("start", -1), ("end", 1), ("end", -1)):
                what = f"{name} {step:+d} of {answer['brief'][proof['start'] : proof['end']]!r}"
                yield from made(what, answer, put("proofs", i, name, value=proof[name] + step))


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
            yield from made(text[proof["start"] : end], answer, put("proofs", i, "end", value=end))
        start = proof["start"] + words.find(" ") + 1
        yield from made(text[start : proof["end"]], answer, put("proofs", i, "start", value=start))


@edit
def citations_swapped(answer: Json) -> Iterator[Mutant]:
    told = [i for i, s in each_statement(answer) if "told" in s["args"]]
    for i, j in pairwise(told):

        def change(d: Json, i: int = i, j: int = j) -> None:
            a, b = d["statements"][i]["args"], d["statements"][j]["args"]
            x, y = ("key" if "key" in args else "name" for args in (a, b))  # what shows the citation
            a[x], b[y] = {**b[y], "form": a[x]["form"]}, {**a[x], "form": b[y]["form"]}

        if answer["statements"][i]["text"].split("[")[1][:2] != answer["statements"][j]["text"].split("[")[1][:2]:
            yield from made(f"keys of {i} and {j}", answer, change)

        def roots(d: Json, i: int = i, j: int = j) -> None:
            a, b = d["statements"][i], d["statements"][j]
            a["args"]["told"], b["args"]["told"] = b["args"]["told"], a["args"]["told"]

        yield from made(f"texts of {i} and {j}", answer, roots)


@edit
def another_source_cited(answer: Json) -> Iterator[Mutant]:
    """The key of one source under the words of another, and the other way round."""
    doc = document(answer)
    for i, s in each_statement(answer):
        for name in {"key", "title", "name"} & set(s["args"]):
            for source in doc.brief.sources:
                place = source.ranges["Model"]

                def change(
                    d: Json, i: int = i, name: str = name, key: str = source.key, at: tuple[int, int] = place
                ) -> None:
                    d["statements"][i]["args"][name]["of"] = cite(d, key, *at)

                if doc.source(source.key).title not in s["text"] and f"[{source.key}]" not in s["text"]:
                    yield from made(f"{s['template']}.{name} of {source.key}", answer, change)


@edit
def any_sentence_told(answer: Json) -> Iterator[Mutant]:
    """A sentence of another source told as this one's, with the proof that goes with it."""
    doc = document(answer)
    for i, s in each_statement(answer):
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
                        yield from made(f"{s['template']} tells {doc.brief.text[a : a + 40]!r}", answer, change)


@edit
def a_flagged_text_cited(answer: Json) -> Iterator[Mutant]:
    for span in answer["flagged"]:
        for i, s in each_statement(answer):
            if "told" in s["args"]:

                def change(d: Json, i: int = i, span: Json = span) -> None:
                    d["statements"][i]["args"]["told"]["of"] = cite(d, span["source"], span["start"], span["end"])

                yield from made("told", answer, change)
        yield "report removed", dict(answer, flagged=[])


@edit
def a_quantity_of_another_kind(answer: Json) -> Iterator[Mutant]:
    for i, proof in enumerate(answer["proofs"]):
        if "quantity" in proof:
            kinds = {"spatial", "parameters", "temporal", "bare", "contradicted"} - {proof["quantity"]["kind"]}
            for kind in sorted(kinds):
                yield from made(kind, answer, put("proofs", i, "quantity", "kind", value=kind))
            value = (proof["quantity"]["value"] or 0) + 1
            yield from made(f"value {value}", answer, put("proofs", i, "quantity", "value", value=value))


@edit
def another_allowed_link(answer: Json) -> Iterator[Mutant]:
    for i, s in enumerate(answer["statements"]):
        for name in {"paper", "code"} & set(s["args"]):
            for other in answer["statements"]:
                for wrong in {"paper", "code"} & set(other["args"]):
                    of = other["args"][wrong]["of"]
                    if of != s["args"][name]["of"]:
                        yield from made(f"{name} of {i}", answer, put("statements", i, "args", name, "of", value=of))
