"""The task of an answer, re-read in the question with the shared tables: scale, conflicts, constraints, spans.

How the operations were ranked is the reader's business; here stands what must hold of any honest reading:
each is spoken of, none that is named outright is left out, and none stands before a much plainer one.
"""

import re

from restograph.answer.check.document import Document, Json
from restograph.answer.check.premises import demand
from restograph.evidence.sentences import Range, sentences
from restograph.task.lexicon import concept, hits, section
from restograph.task.quantity import Quantity, factors, same_size

ASKS = {"how", "why", "which", "trust"}
_WEIGHTS = {"terms": (3.0, 2), "symptoms": (2.0, 3), "weak": (0.75, 2)}  # weight of a hit, hits that count
_CLEAR = 2.0  # one plain symptom: how much plainer a reading must be before its place is disputed
_OWN_NUMBER = {"super_resolution": "spatial", "video_super_resolution": "spatial", "video_frame_interpolation": "temporal"}
_DENIED = re.compile(r"\b(?:without|not|no|never|nor|neither|instead of|rather than|\w+n't)\s+(?:\w+\s+){0,2}$", re.I)


def check_task(doc: Document) -> None:
    """Failed unless every field of the task follows from the words of the question."""
    _check_operations(doc)
    _check_scale(doc)
    _check_constraints(doc)
    text, (a, b), task = doc.brief.text, doc.brief.question, doc.task
    damages = {concept(f"operation.{n}").data["damage"] for n in doc.needed} - {""}
    demand(task["degradations"] == sorted(damages), "the degradations do not follow from the operations")
    claims = [_span(r) for r in sentences(text, a, b) if text[r[1] - 1] != "?"]
    demand(task["claims_by_user"] == claims, "the user's claims are not the sentences that do not ask")
    demand(set(task["asks"]) <= ASKS and len(set(task["asks"])) == len(task["asks"]), "asks are unknown or doubled")
    subjects = [(len(found), c.split(".")[1]) for c in section("subject") if (found := hits(text, c, ("patterns",), a, b))]
    best = max(subjects, key=lambda item: item[0], default=(0, None))[1]
    demand(task["subject"] == best, f"the question speaks of {best!r}, the task says {task['subject']!r}")
    _check_spans(doc)


def _span(place: Range) -> Json:
    return {"source": "Q", "start": place[0], "end": place[1]}


def _numbers(doc: Document) -> list[Quantity]:
    text, question = doc.brief.text, doc.brief.question
    return [*factors(text, *question), *filter(None, [same_size(text, *question)])]


def _check_operations(doc: Document) -> None:
    text, (a, b), task = doc.brief.text, doc.brief.question, doc.task
    confidences = [op["confidence"] for op in task["operations"]]
    demand(confidences == sorted(confidences, reverse=True), "operations out of order")
    demand(all(0 <= c <= 1 for c in confidences) and sum(confidences) <= 1.01, "confidences are no shares")
    demand(len(set(doc.needed)) == len(doc.needed) <= 3, "operations are doubled, or more than three")
    numbers = {(q.start, q.end) for q in _numbers(doc)}
    strength = {c.split(".")[1]: _strength(doc, c.split(".")[1]) for c in section("operation")}
    for op in task["operations"]:
        places = {r for kind in _WEIGHTS for r in hits(text, f"operation.{op['name']}", (kind,), a, b)} | numbers
        span = op["span"]
        demand(span is None or span in map(_span, places), f"the span of {op['name']} does not speak of it")
    strong = [strength[n] >= _CLEAR for n in doc.needed]
    demand(all(strong) or not any(strong), "a mere hint is listed beside a plain reading")
    for first, second in zip(doc.needed, doc.needed[1:], strict=False):
        near = second in concept(f"operation.{first}").data.get("near", ())
        demand(near or strength[second] < strength[first] + _CLEAR, f"{second} is plainer than {first}")
    for name in strength if doc.needed != ["other"] and len(doc.needed) < 3 else ():
        said = [r for r in hits(text, f"operation.{name}", ("terms",), a, b) if not _denied(doc, r)]
        covered = any(name in concept(f"operation.{n}").data.get("near", ()) for n in doc.needed)
        demand(not said or name in (*doc.needed, "other") or covered, f"the question names {name}, the task does not")


def _strength(doc: Document, name: str) -> float:
    """How plainly the question speaks of an operation, by words and by the type of its numbers."""
    text, question = doc.brief.text, doc.brief.question
    total = 0.0
    for kind, (weight, most) in _WEIGHTS.items():
        found = [r for r in hits(text, f"operation.{name}", (kind,), *question) if not _denied(doc, r)]
        total += weight * min(len(found), most)
    return total + sum(_CLEAR for q in _numbers(doc) if q.kind == _OWN_NUMBER.get(name) and q.value != 1)


def _denied(doc: Document, place: Range) -> bool:
    return bool(_DENIED.search(doc.brief.text[max(doc.brief.question[0], place[0] - 40) : place[0]]))


def _check_scale(doc: Document) -> None:
    """A typed number of the question is the scale, and others that disagree with it are named."""
    scale = doc.task["scale"]
    temporal = doc.needed[:1] == ["video_frame_interpolation"]
    kind = "temporal" if temporal else "spatial"
    typed = [q for q in _numbers(doc) if q.kind == kind]
    fitting = [q for q in typed if q.value != 1] or typed
    if scale is None:
        demand(not fitting, "a factor of the question is left out")
        demand(not [c for c in doc.task["conflicts"] if c["kind"] == "scale"], "a conflict about no factor")
        return
    demand(scale["kind"] == kind, f"the factor of {doc.needed[:1]!r} is {kind}")
    same = [q for q in fitting or _numbers(doc) if q.value == scale["value"] and _span((q.start, q.end)) == scale["span"]]
    demand(bool(same) and all(q.kind in (kind, "bare") for q in same), "the scale is not in the question")
    clash = [q for q in typed if abs(q.value - scale["value"]) > 0.05 * scale["value"]]
    stated = [c for c in doc.task["conflicts"] if c["kind"] == "scale"]
    demand(bool(stated) == bool(clash), "a conflict between two factors is left out, or there is none")
    for conflict in stated:
        good = conflict["a"] == scale["span"] and conflict["b"] in [_span((q.start, q.end)) for q in clash]
        demand(good, "the conflict is not between the scale and another factor")


def _check_constraints(doc: Document) -> None:
    text, question, scale = doc.brief.text, doc.brief.question, doc.task["scale"] or {"value": None, "kind": None}
    spoken = {c.split(".")[1] for c in section("constraint") if hits(text, c, ("terms",), *question)}
    if scale["kind"] == "spatial":
        whole = abs(scale["value"] - round(scale["value"])) <= 1e-3
        spoken |= {"keep_size"} if scale["value"] == 1 else set() if whole else {"non_integer_scale"}
    listed = doc.task["constraints"]
    demand(listed == sorted(set(listed)), "the constraints are not sorted, or doubled")
    demand(spoken <= {*listed, "fast"}, f"{sorted(spoken - set(listed))!r} of the question are left out")
    demand(set(listed) <= spoken, f"{sorted(set(listed) - spoken)!r} are not in the question")


def _check_spans(doc: Document) -> None:
    """The deciding span of every reading, by concept."""
    text, question, task = doc.brief.text, doc.brief.question, doc.task
    scale = task["scale"]["span"] if task["scale"] else None
    wanted = {f"operation.{op['name']}": op["span"] for op in task["operations"] if op["span"]}
    for name in task["constraints"]:
        found = hits(text, f"constraint.{name}", ("terms",), *question)
        wanted[f"constraint.{name}"] = scale if name == "keep_size" or not found else _span(found[0])
    if task["subject"]:
        wanted[f"subject.{task['subject']}"] = _span(hits(text, f"subject.{task['subject']}", ("patterns",), *question)[0])
    demand(task["spans"] == wanted, "the spans of the task are not where it was read")
    target = task["target"]
    if target and target["type"] == "factor":
        demand((target["value"], target["span"]) == (task["scale"]["value"], scale), "the target is not the scale")
    elif target:
        demand(_span_holds(doc, target), "the target is not in the question")
    by_factor = bool(task["scale"]) and task["scale"]["kind"] == "spatial"
    demand(by_factor == bool(target and target["type"] == "factor"), "the target does not follow from the scale")


def _span_holds(doc: Document, target: Json) -> bool:
    """The span lies in the question, and its digits hold those of the target (paper sizes go by their name)."""
    span, (a, b) = target["span"], doc.brief.question
    words = doc.brief.text[span["start"] : span["end"]]
    numbers = [float(n.replace(",", ".")) for n in re.findall(r"\d+(?:[.,]\d+)?", words)]
    told = [target[n] for n in ("width", "height") if target[n] is not None]
    in_words = all(n in numbers for n in told) or bool(re.fullmatch(r"A[0-5]", words))
    unit = {"k": 1_000, "m": 1_000_000}.get(words[-2:-1].lower(), 1)
    limit = target["type"] != "bytes" or target["value"] in [n * unit for n in numbers]
    return span["source"] == "Q" and a <= span["start"] < span["end"] <= b and in_words and limit
