"""The task of an answer, re-read in the question with the shared tables: scale, conflicts, constraints, spans.

How the operations are ranked is the reader's business, and the trusted base does not hold the reader. Here
stands what must hold of any honest ranking: each is spoken of, and none gives way to a much fainter one.
"""

import re

from restograph.answer.check.document import Document, Json
from restograph.answer.check.premises import demand
from restograph.answer.check.rules import FINE_JPEG
from restograph.evidence.sentences import Range, sentences
from restograph.task.further import SPOKEN
from restograph.task.further import spoken as spoken_in
from restograph.task.lexicon import concept, damages, hits, section
from restograph.task.quantity import Quantity, factors, kept_by_sizes, same_size
from restograph.task.vote import heard, pull, vote
from restograph.task.wishes import wishes

ASKS = {"how", "why", "which", "trust"}
_WEIGHTS = {"terms": (3.0, 2), "symptoms": (2.0, 3), "weak": (0.75, 2)}  # weight of a hit, hits that count
_NUMBER, _SETTLES = 2.5, 2.0  # what a typed number adds; how far rules of the reader may turn what words and votes say
_PLAIN = 2.0  # one word of somebody who does not know the term
_UNITS = {"size": ("px",), "print": ("cm", "mm", "in"), "bytes": ("byte",)}
_ENLARGES = {"super_resolution", "video_super_resolution"}
_MOVING = {"video_super_resolution", "video_frame_interpolation"}  # count only where the question speaks of a video
_OWN_NUMBER = {
    "super_resolution": "spatial",
    "video_super_resolution": "spatial",
    "video_frame_interpolation": "temporal",
}
_DENIED = re.compile(r"\b(?:without|not|no|never|nor|neither|instead of|rather than|\w+n't)\s+(?:\w+\s+){0,2}$", re.I)


def check_task(doc: Document) -> None:
    """Failed unless every field of the task follows from the words of the question."""
    _check_operations(doc)
    _check_scale(doc)
    _check_measured(doc)
    _check_constraints(doc)
    text, (a, b), task = doc.brief.text, doc.brief.question, doc.task
    demand(
        task["degradations"] == list(damages(text, a, b, doc.needed)),
        "the degradations do not follow from the operations",
    )
    claims = [_span(r) for r in sentences(text, a, b) if text[r[1] - 1] != "?"]
    demand(task["claims_by_user"] == claims, "the user's claims are not the sentences that do not ask")
    demand(set(task["asks"]) <= ASKS and len(set(task["asks"])) == len(task["asks"]), "asks are unknown or doubled")
    subjects = [
        (len(found), c.split(".")[1]) for c in section("subject") if (found := hits(text, c, ("patterns",), a, b))
    ]
    best = max(subjects, key=lambda item: item[0], default=(0, None))[1]
    demand(task["subject"] == best, f"the question speaks of {best!r}, the task says {task['subject']!r}")
    _check_spans(doc)


def _span(place: Range) -> Json:
    return {"source": "Q", "start": place[0], "end": place[1]}


def _numbers(doc: Document) -> list[Quantity]:
    text, question = doc.brief.text, doc.brief.question
    return [*factors(text, *question), *filter(None, [same_size(text, *question)])]


def _check_operations(doc: Document) -> None:
    text, question, task = doc.brief.text, doc.brief.question, doc.task
    confidences = [op["confidence"] for op in task["operations"]]
    demand(confidences == sorted(confidences, reverse=True), "operations out of order")
    demand(all(0 <= c <= 1 for c in confidences) and sum(confidences) <= 1.01, "confidences are no shares")
    demand(len(set(doc.needed)) == len(doc.needed) <= 3, "operations are doubled, or more than three")
    numbers = {(q.start, q.end) for q in _numbers(doc)}
    for op in task["operations"]:
        spoken_of = {op["name"], *(["super_resolution"] if op["name"] == "video_super_resolution" else [])}
        places = {r for n in spoken_of for kind in _WEIGHTS for r in hits(text, f"operation.{n}", (kind,), *question)}
        places |= numbers
        demand(op["span"] in [None, *map(_span, places)], f"the span of {op['name']} does not speak of it")
    strength = {c.split(".")[1]: _strength(doc, c.split(".")[1]) for c in section("operation")}
    if doc.needed[:1] == ["video_super_resolution"]:  # what enlarges a film is said like what enlarges a picture
        strength["video_super_resolution"] += strength["super_resolution"]
    votes = vote(text[slice(*question)])
    spoken = {n for n, v in strength.items() if v > 0 or heard(n, text[slice(*question)])}
    force = {name: pull(strength[name], votes[name]) for name in strength}
    if not doc.needed:
        hinted = sorted(spoken - _MOVING)
        demand(not hinted, f"the question hints at {hinted!r}, the task at nothing")
        return
    first, *rest = doc.needed
    words = {name: _strength(doc, name, denied=True) for name in doc.needed}
    if "video_super_resolution" in words:  # what enlarges a film is said like what enlarges a picture
        words["video_super_resolution"] += _strength(doc, "super_resolution", denied=True)
    clear = {n for n in rest if words[n] >= _PLAIN or spoken_in(text, *question, n)[0] >= SPOKEN}
    plain = set(rest) == clear or max(words.values()) < _PLAIN
    demand(plain, "a mere hint is listed behind another reading")
    demand("other" not in doc.needed or not rest, "a task of another field is listed beside one of this field")
    for name in rest:  # what stands behind or is left out may be plainer by what settles readings, not by more
        near = name in concept(f"operation.{first}").data.get("near", ())
        demand(near or force[name] <= force[first] + _SETTLES, f"{name} is plainer than {first}")
    kept = task["scale"] is not None and task["scale"]["value"] == 1  # then nothing is to be enlarged
    as_video = {"super_resolution"} if first == "video_super_resolution" or kept else set()
    for name in spoken - {*doc.needed, *_MOVING, *as_video}:
        demand(force[name] <= force[first] + _SETTLES, f"the question speaks of {name} rather than of {first}")


def _strength(doc: Document, name: str, denied: bool = False) -> float:
    """How plainly the question speaks of an operation, by words and by the type of its numbers.

    Words under a negation count only when `denied`.
    """
    text, question = doc.brief.text, doc.brief.question
    total = 0.0
    for kind, (weight, most) in _WEIGHTS.items():
        found = [r for r in hits(text, f"operation.{name}", (kind,), *question) if denied or not _denied(doc, r)]
        total += weight * min(len(found), most)
    return total + sum(_NUMBER for q in _numbers(doc) if q.kind == _OWN_NUMBER.get(name) and q.value != 1)


def _denied(doc: Document, place: Range) -> bool:
    return bool(_DENIED.search(doc.brief.text[max(doc.brief.question[0], place[0] - 40) : place[0]]))


def _check_scale(doc: Document) -> None:
    """A typed number of the question is the scale, and others that disagree with it are named."""
    scale = doc.task["scale"]
    temporal = doc.needed[:1] == ["video_frame_interpolation"]
    kind = "temporal" if temporal else "spatial"
    typed = [q for q in _numbers(doc) if q.kind == kind]
    fitting = [q for q in typed if q.value != 1] or typed
    fitting += [q for q in typed if q.value == 1 and kept_by_sizes(doc.brief.text, q)]
    if scale is None:
        demand(not fitting, "a factor of the question is left out")
        demand(not [c for c in doc.task["conflicts"] if c["kind"] == "scale"], "a conflict about no factor")
        return
    demand(scale["kind"] == kind, f"the factor of {doc.needed[:1]!r} is {kind}")
    grows = scale["kind"] == "spatial" and scale["value"] > 1 and len(doc.needed) < 3 and doc.needed != ["other"]
    demand(not grows or bool(_ENLARGES & set(doc.needed)), "a factor is named, and nothing that enlarges")
    typed_ones = fitting if any(q.value != 1 for q in fitting) else _numbers(doc)  # else a bare "three times" may count
    same = [q for q in typed_ones if q.value == scale["value"] and _span((q.start, q.end)) == scale["span"]]
    demand(bool(same) and all(q.kind in (kind, "bare") for q in same), "the scale is not in the question")
    same_size_told = same_size(doc.brief.text, *doc.brief.question)
    claims = [q for q in typed if q.value != 1 or q == same_size_told]  # "1 x poster" counts posters
    clash = [q for q in claims if abs(q.value - scale["value"]) > 0.05 * scale["value"]]
    stated = [c for c in doc.task["conflicts"] if c["kind"] == "scale"]
    demand(bool(stated) == bool(clash), "a conflict between two factors is left out, or there is none")
    for conflict in stated:
        good = conflict["a"] == scale["span"] and conflict["b"] in [_span((q.start, q.end)) for q in clash]
        demand(good, "the conflict is not between the scale and another factor")


def _check_measured(doc: Document) -> None:
    """What was measured in the picture and disagrees with the words: all of it, and nothing else."""
    task, run = doc.task, doc.data["run"]
    stated = [c for c in task["conflicts"] if c["kind"] != "scale"]
    if run is None:
        demand(not stated, "a conflict with a picture that nobody looked at")
        return
    look, scale, wanted = run["look"], task["scale"], []
    size, quality = (look["width"], look["height"]), look["jpeg_quality"]
    named = task["spans"].get("operation.compression_artifact_removal")
    if named and quality is not None and quality >= FINE_JPEG and "compression" not in look["damages"]:
        wanted.append({"kind": "degradation", "a": named, "b": "/look/jpeg_quality"})
    if scale and _first_size(doc) not in (None, size, size[::-1]):
        wanted.append({"kind": "size", "a": scale["span"], "b": "/input"})
    said = [*(op["span"] for op in task["operations"][:1]), *task["claims_by_user"][:1]]
    anchor = next((span for span in said if span), None) if task["operations"] else None
    for number, damage in enumerate(look["damages"]):
        if anchor and damage in ("compression", "noise") and damage not in task["degradations"]:
            wanted.append({"kind": "degradation", "a": anchor, "b": f"/look/damages/{number}"})
    demand(stated == wanted, f"the picture disagrees in {len(wanted)} places, the task names {len(stated)} or others")
    demand(all(run["input"][side] == look[side] for side in ("width", "height")), "two sizes of one picture")


def _first_size(doc: Document) -> tuple[int, int] | None:
    """640x480 of "640x480 to 1920x1440"."""
    span = doc.task["scale"]["span"]
    match = re.match(r"(\d{2,5})\s*(?:px)?\s*(?:x|×|by)\s*(\d{2,5})\D.*\d", doc.brief.text[span["start"] : span["end"]])
    return (int(match[1]), int(match[2])) if match else None


def _check_constraints(doc: Document) -> None:
    text, question, scale = doc.brief.text, doc.brief.question, doc.task["scale"] or {"value": None, "kind": None}
    spoken = set(wishes(text, *question))
    allowed = {"keep_size"} if scale["kind"] == "spatial" and scale["value"] == 1 else set()
    spoken |= allowed
    if scale["kind"] == "spatial" and abs(scale["value"] - round(scale["value"])) > 1e-3:
        allowed = {"non_integer_scale"}  # a fraction may be meant, or only follow from two sizes
    listed = doc.task["constraints"]
    demand(listed == sorted(set(listed)), "the constraints are not sorted, or doubled")
    demand(spoken <= set(listed), f"{sorted(spoken - set(listed))!r} of the question are left out")
    demand(set(listed) <= spoken | allowed, f"{sorted(set(listed) - spoken)!r} are not in the question")


def _check_spans(doc: Document) -> None:
    """The deciding span of every reading, by concept."""
    text, question, task = doc.brief.text, doc.brief.question, doc.task
    scale = task["scale"]["span"] if task["scale"] else None
    wanted = {f"operation.{op['name']}": op["span"] for op in task["operations"] if op["span"]}
    for name in task["constraints"]:
        found = wishes(text, *question).get(name)
        wanted[f"constraint.{name}"] = scale if name == "keep_size" or not found else _span(found)
    if task["subject"]:
        wanted[f"subject.{task['subject']}"] = _span(
            hits(text, f"subject.{task['subject']}", ("patterns",), *question)[0]
        )
    demand(task["spans"] == wanted, "the spans of the task are not where it was read")
    target = task["target"]
    if target and target["type"] == "factor":
        whole = {"type": "factor", "value": task["scale"]["value"], "span": scale}
        demand(target == {**dict.fromkeys(target), **whole}, "the target is not the scale")
    elif target:
        demand(_span_holds(doc, target), "the target is not in the question")
    by_factor = bool(task["scale"]) and task["scale"]["kind"] == "spatial"
    demand(by_factor == bool(target and target["type"] == "factor"), "the target does not follow from the scale")


def _span_holds(doc: Document, target: Json) -> bool:
    """The span lies in the question, and its digits hold those of the target (paper sizes go by their name)."""
    span, (a, b) = target["span"], doc.brief.question
    words = doc.brief.text[span["start"] : span["end"]]
    numbers, asked = _figures(words), _figures(doc.brief.asked)
    told = [target[n] for n in ("width", "height") if target[n] is not None]
    in_words = all(n in numbers for n in told) or bool(re.fullmatch(r"A[0-5]", words))
    unit = {"k": 1_000, "m": 1_000_000}.get(words[-2:-1].lower(), 1)
    limit = target["value"] in [n * unit for n in numbers] if target["type"] == "bytes" else target["value"] is None
    inside = span["source"] == "Q" and a <= span["start"] < span["end"] <= b
    units = _UNITS.get(target["type"], ())
    return inside and in_words and limit and target["unit"] in units and target["dpi"] in [None, *asked]


def _figures(words: str) -> list[float]:
    """The numbers in some words; a comma before three digits may part thousands or a fraction."""
    thousands = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", words)
    return [float(n.replace(",", ".")) for w in (words, thousands) for n in re.findall(r"\d+(?:[.,]\d+)?", w)]
