"""What an answer owes its reader: every statement that brief, task, verdicts and plan call for, once each.

The rows of `owed` are exact: a statement that is missing is a gap, one too many is a claim without need.
Only how much is told of the sources is free (OPTIONAL), and a short answer leaves out the asides: all of them or none.
"""

from collections.abc import Iterator

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
)
from restograph.answer.check.forms import cited_of
from restograph.answer.check.premises import SOURCE, demand
from restograph.answer.check.rules import sentence_of
from restograph.answer.check.terms import key_of
from restograph.evidence.cues import is_result, points_back, sought
from restograph.evidence.sentences import sentences
from restograph.task.lexicon import concept, damages, hits
from restograph.task.quantity import self_contradictions
from restograph.task.wishes import wishes

OPTIONAL = {"mechanism", "mechanism_named", "claim", "not_the_zoom", "drafted"}
ASIDES = {"question", "others", "other_source", "other_source_short"}
SIZING = {"upscale", "video_upscale", "resize"}  # kinds that change the size
_BY_NAME = {"mismatch_by_name", "near_by_name", "unknown_name", "mismatch_by_paper", "near_by_paper"}
_ENLARGING = ("upscale", "video_upscale", "interpolate")

Row = tuple[frozenset[str], str]


def check_owed(doc: Document, facts: list[Fact]) -> None:
    """Failed unless exactly the owed statements are there, and no statement twice."""
    said = [(s["template"], about(facts[s["proof"]], s["template"])) for s in doc.data["statements"]]
    for one in said:
        demand(said.count(one) == 1, f"{one[0]!r} is said twice")
    named = [(doc.source(what).title, name) for name, what in said if name.startswith("fit_by_name")]
    first = [name == "fit_by_name" for _, name in sorted(named)]
    demand(first == [True] + [False] * (len(first) - 1) if first else True, "the first fit by name is not said in full")
    asides = not others(doc) or any(name in ASIDES for name, _ in said)
    rows = [row for row in owed(doc) if asides or not row[0] & ASIDES]
    for name, what in said:
        if name not in OPTIONAL:
            row = next((r for r in rows if name in r[0] and r[1] == what), None)
            demand(row is not None, f"{name!r} ({what}) is said without need")
            rows.remove(row)  # type: ignore[arg-type]
    demand(not rows, "; ".join(f"{' or '.join(sorted(names))} ({what}) is not said" for names, what in rows[:3]))


def about(root: Fact, name: str) -> str:
    """What tells two statements of one template apart: a source, a node, a span or a pointer."""
    first = root.premises[0] if isinstance(root, Applied) and root.premises else root
    if isinstance(root, Drafted):
        return f"{root.cites[0].key} {root.text}"
    if name in ("mechanism", "mechanism_named", "claim", "not_the_zoom", "contradiction"):
        cited = cited_of(first)
        return f"{cited.key} {cited.start}"
    if name in ("conflict", "conflict_measured", "measured_beyond") and isinstance(root, Applied):
        last = root.premises[-1]
        return last.pointer if isinstance(last, Measured) else f"{cited_of(first).start} {cited_of(last).start}"
    if isinstance(root, Applied) and root.gives.get("key"):
        return key_of(root)
    if (
        isinstance(first, Step)
        and name not in ("output_factor", "output_short", "chain")
        and not name.startswith("input")
    ):
        return str(first.node["id"])
    return ""


def owed(doc: Document) -> Iterator[Row]:
    """Templates of which one must be said, and about what."""
    real = doc.needed not in ([], ["other"])
    for name in [*_task(doc, real), *_output(doc, real), *_executed(doc)]:
        yield (frozenset([name]), "") if isinstance(name, str) else name
    yield from _conflicts(doc)
    yield from _sources(doc, real)
    yield from _steps(doc)
    if any(s.flagged for s in doc.brief.sources):
        yield frozenset(["flagged"]), ""
    if any(s["template"] == "drafted" for s in doc.data["statements"]):
        yield frozenset(["drafted_note"]), ""


def _task(doc: Document, real: bool) -> Iterator[str]:
    scale, text, question = doc.task["scale"], doc.brief.text, doc.brief.question
    same = "task_same_size" if scale and scale["value"] == 1 else "task_at_factor" if scale else "task"
    yield same if real else "task_outside" if doc.needed else "task_unread"
    yield from ("question", "chain")
    if real and not scale and not hits(text, f"operation.{doc.needed[0]}", ("terms", "symptoms"), *question):
        yield "two_readings" if len(doc.needed) > 1 else "one_reading"
    heard = [place == question for place in wishes(text, *question).values()]
    yield from ["constraints"] * (False in heard) + ["constraints_heard"] * (True in heard)
    known = set(damages(text, *question, doc.needed)) - {"unknown"}
    yield "input_plain" if not known else "input_factor" if scale and scale["value"] != 1 else "input"


def _conflicts(doc: Document) -> Iterator[Row]:
    for clash in doc.task["conflicts"]:
        if clash["kind"] == "scale":
            yield frozenset(["conflict"]), f"{clash['a']['start']} {clash['b']['start']}"
        else:
            beyond = clash["b"].startswith("/look/damages/")
            yield frozenset(["measured_beyond" if beyond else "conflict_measured"]), clash["b"]


def _sources(doc: Document, real: bool) -> Iterator[Row]:
    """The word on every recommended model, on every source that does not fit, and the list."""
    verdicts = doc.data["verdicts"]
    for source in doc.brief.sources:
        verdict, key = verdicts[source.key], source.key
        names = _model_templates(doc, verdict, key) if real and source.kind == "model" else []
        if names:
            yield frozenset(names), key
        if key in others(doc):
            yield frozenset(["other_source", "other_source_short"]), key
        for (start, _), _later in self_contradictions(doc.brief.text, doc.usable(key)):
            yield frozenset(["contradiction"]), f"{key} {start}"
        yield frozenset(["listed", "listed_without_code", "listed_code_only", "listed_without_links"]), key
    if not verdicts:
        yield frozenset(["nothing_listed"]), ""
    if others(doc):
        yield frozenset(["others"]), ""
    levels = {v["explains"] for v in verdicts.values()}
    if real and verdicts and "yes" not in levels:
        yield frozenset(["in_part" if "in part" in levels else "not_explained"]), ""
    if verdicts and unmentioned(doc):
        yield frozenset(["absent"]), ""


def _model_templates(doc: Document, verdict: Json, key: str) -> list[str]:
    if verdict["rule"] in _BY_NAME:
        return [verdict["rule"]]
    if verdict["rule"] == "fit_by_name":
        return ["fit_by_name", "fit_by_name_too"] if any(key in n["sources"] for n in doc.nodes) else []
    if verdict["rule"] == "fit_by_paper":
        return ["fit_by_paper"] if any(key in n["sources"] for n in doc.nodes) else []
    return [] if verdict["verdict"] == "fit" else ["summary_mismatch"]


def others(doc: Document) -> list[str]:
    """Keys of the sources that do not fit, but for models that are only a name: those have their own sentence."""
    rows = [(s, doc.data["verdicts"][s.key]) for s in doc.brief.sources]
    return [s.key for s, v in rows if v["verdict"] != "fit" and not (s.kind == "model" and s.name_only)]


def unmentioned(doc: Document) -> list[str]:
    """Concepts that the question is about and that no source mentions, each with all of its words."""
    wanted: list[tuple[str, tuple[str, ...]]] = [
        (f"constraint.{n}", ("terms", "serves"))
        for n in doc.task["constraints"]
        if concept(f"constraint.{n}").data["terms"]
    ]
    heard = {v["found"] for v in doc.data["verdicts"].values() if v["rule"] == "fit_by_wording"}
    wanted += [(f"operation.{n}", SOURCE) for n in doc.needed if n != "other" and f"operation.{n}" not in heard]
    subject = doc.task["subject"]
    if subject and sought(subject):
        wanted.append((f"subject.{subject}", ("patterns",)))
    ranges = [r for key in doc.keys for r in doc.usable(key)]
    return [name for name, lists in wanted if not any(hits(doc.brief.text, name, lists, *r) for r in ranges)]


def _steps(doc: Document) -> Iterator[Row]:
    """What fills each step, what stays empty, and a factor that nobody named."""
    for node in doc.nodes:
        if fits_of(doc, node):
            yield frozenset(["fit_papers"]), node["id"]
        elif node["missing"]:
            yield frozenset(["missing" if doc.keys else "missing_without_sources"]), node["id"]
        if node["kind"] in _ENLARGING and doc.task["scale"] is None and not doc.executed:
            yield frozenset(["assumed_factor"]), node["id"]


def fits_of(doc: Document, node: Json) -> list[str]:
    """Keys of the sources with a summary that fit a node."""
    verdicts = doc.data["verdicts"]
    return [
        k for k in doc.keys if k in node["sources"] and verdicts[k]["verdict"] == "fit" and not verdicts[k]["name_only"]
    ]


def _output(doc: Document, real: bool) -> Iterator[str]:
    if not real:
        return
    kinds, target = {n["kind"] for n in doc.nodes}, doc.task["target"] or {"type": ""}
    if "save_video" in kinds:
        yield "output_video"
    elif target["type"] == "size" and "resize" in kinds and not doc.executed:
        yield "output_sized"
    else:
        yield "output_factor" if kinds & SIZING else "output_same"
    if any(n["missing"] for n in doc.nodes) and not doc.executed:
        yield "output_short"
    subject = doc.task["subject"]
    if subject and concept(f"subject.{subject}").data["delicate"]:
        yield "delicate"


def _executed(doc: Document) -> Iterator[str | Row]:
    if not doc.executed:
        return
    for node in doc.nodes:
        named = [s.title for s in doc.brief.models if s.key in node["sources"]]
        if node["skipped"]:
            yield frozenset(["skipped"]), node["id"]
        elif node["model"]:
            told = "stand_in" if not named else "executed_by" if node["model"] in named else "stand_in_for"
            yield frozenset([told]), node["id"]
    yield from ("measured", "measured_blocks")


# ── which root a template may have, where its rule leaves a choice ───────────────────────────────


def root_fits(doc: Document, facts: list[Fact], name: str, root: Fact) -> bool:
    """True if a statement may rest on this very root; what its rule already decides is not asked again."""
    applied = root if isinstance(root, Applied) else None
    premises = applied.premises if applied else ()
    if name == "chain":
        return root == Step(doc.nodes[-1])
    if name.startswith("input"):
        return root == Step(doc.nodes[0])
    if name in ("output_factor", "output_same", "output_video") and applied:
        return bool(applied.gives["output"] == name.removeprefix("output_"))
    if name in ("measured", "measured_blocks"):
        wanted = "/measurements/" + ("consistency_psnr" if name == "measured" else "after/blockiness")
        return isinstance(root, Measured) and root.pointer == wanted
    if name == "drafted_note":
        told = [facts[s["proof"]] for s in doc.data["statements"] if s["template"] == "drafted"]
        return len(told) == len(premises) and all(fact in premises for fact in told)
    if name == "output_short":
        return list(premises) == [Step(n) for n in doc.nodes if n["missing"]]
    if name == "delicate":
        return isinstance(premises[0], Reading) and premises[0].concept == f"subject.{doc.task['subject']}"
    if name == "absent" and applied:
        return bool(applied.gives["concepts"] == unmentioned(doc))
    if name in ("others", "fit_papers") and applied:
        keys = others(doc) if name == "others" else fits_of(doc, doc.node(about(root, name)))
        return bool(applied.gives["keys"] == _ranked(doc, keys))
    if name == "not_the_zoom" and isinstance(premises[0], Reading):
        return bool(doc.task["scale"]) and premises[0].value == doc.task["scale"]["value"]
    if name == "missing" and isinstance(premises[1], ForEach):
        return premises[1].keys == doc.keys
    if name in ("question", "conflict_measured", "output_sized"):
        cited = cited_of(root)
        return (cited.start, cited.end) == _place(doc, name, root)
    if name == "claim" and isinstance(root, Cited):
        return _is_figure(doc, root)
    if name == "mechanism":
        return not points_back(cited_of(root).text, 0)
    return True


def _place(doc: Document, name: str, root: Fact) -> tuple[int, int] | None:
    """Where the words of the user must stand: the sentence that asks, a conflict, the size that is wanted."""
    if name == "question":
        parts = sentences(doc.brief.text, *doc.brief.question)
        return ([r for r in parts if doc.brief.text[r[1] - 1] == "?"] or parts)[-1]
    conflicts = {str(c["b"]): c["a"] for c in doc.task["conflicts"]}
    span = doc.task["target"]["span"] if name == "output_sized" else conflicts.get(about(root, name))
    return (span["start"], span["end"]) if span else None


def _is_figure(doc: Document, cited: Cited) -> bool:
    """A result with a number, of a source that fits, which the same source does not contradict."""
    text, key = doc.brief.text, cited.key
    a, b = sentence_of(doc, cited)
    doubtful = {r for pair in self_contradictions(text, doc.usable(key)) for r in pair}
    figure = is_result(text[a:b]) and any(letter.isdigit() for letter in cited.text)
    return doc.data["verdicts"][key]["verdict"] == "fit" and figure and not any(a <= x and y <= b for x, y in doubtful)


def _ranked(doc: Document, keys: list[str]) -> list[str]:
    """Keys in the order of the answer: verdict, then how much is explained, then title."""
    label, level = ("fit", "partial", "off_topic"), ("yes", "in part", "no")
    verdicts = doc.data["verdicts"]
    return sorted(
        keys,
        key=lambda k: (label.index(verdicts[k]["verdict"]), level.index(verdicts[k]["explains"]), doc.source(k).title),
    )
