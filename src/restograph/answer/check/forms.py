"""Renders a statement from its template and arguments. The text of an answer is nothing but this.

An argument names a form and the proofs it rests on; a form takes words only from cited spans, from
the lexicon, from nodes and from measurements.
"""

import re
from collections.abc import Callable

from restograph.answer.check.document import (
    Applied,
    Cited,
    Document,
    Drafted,
    Fact,
    Failed,
    Json,
    Measured,
    NotFound,
    Reading,
    Step,
    templates,
)
from restograph.answer.check.rules import sentence_of
from restograph.evidence.brief import field_link, summary_links
from restograph.evidence.cues import short_name
from restograph.task.lexicon import concept, damages, reason_text
from restograph.task.quantity import short_number

VERDICT_WORDS = {"fit": "Fits", "partial": "Partly", "off_topic": "Off-topic"}
MISMATCH, UNCLEAR = "Mismatch", "Not shown to fit"  # recommended models: another task; a name that tells nothing

# Declared rewrites of told text: the authors speak in the third person, LaTeX becomes plain.
_REWRITES: tuple[tuple[str, str], ...] = (
    (r"\$\s*(\d+(?:\.\d+)?)\s*\\times\s*\$", r"\1×"), (r"\$([^$\\]{1,20})\$", r"\1"), (r"\\%", "%"),
    (r"^We\b", "The authors"), (r"\bwe\b", "the authors"), (r"^Our\b", "The"), (r"\bour\b", "their"), (r"\bours\b", "theirs"),
    (r"\bus\b", "them"), (r"^This (paper|work|study|article)\b", r"The \1"), (r"\b[Ii]n this (?:paper|work|study),\s*", ""), (r"\s+", " "),
)  # fmt: skip


def render_statement(doc: Document, facts: list[Fact], statement: Json) -> str:
    """The text of a statement; Failed when the template or an argument does not allow it."""
    template = templates().get(statement["template"])
    if template is None:
        raise Failed(f"there is no template {statement['template']!r}")
    if set(template["args"]) != set(statement["args"]):
        raise Failed(f"{statement['template']!r} takes {sorted(template['args'])!r}")
    words = {}
    for name, form in template["args"].items():
        arg = statement["args"][name]
        if arg["form"] != form:
            raise Failed(f"argument {name!r} must have the form {form!r}")
        of = arg["of"] if isinstance(arg["of"], list) else [arg["of"]]
        words[name] = FORMS[form](doc, [facts[i] for i in of])
    text: str = template["variants"][statement["variant"]].format(**words)
    return text if template.get("bullet") and words.get("verdict") else text[:1].upper() + text[1:]


def told(text: str) -> str:
    """Apply the declared rewrites to a told span; the final full stop is the template's."""
    for pattern, replacement in _REWRITES:
        text = re.sub(pattern, replacement, text)
    text = text.strip().rstrip(".!").strip()
    return text[:1].upper() + text[1:]


def joined(parts: list[str], last: str = "and") -> str:
    """'a', 'a and b', 'a, b and c'."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def cited_of(fact: Fact) -> Cited:
    """The cited span that a fact rests on first."""
    if isinstance(fact, Reading):
        return fact.cited
    if isinstance(fact, Applied) and fact.premises:
        return cited_of(fact.premises[0])
    if isinstance(fact, Drafted):
        return fact.cites[0]
    if not isinstance(fact, Cited):
        raise Failed("expected a cited span")
    return fact


def _concept_of(fact: Fact) -> str:
    if isinstance(fact, Applied):
        found = fact.gives.get("found")
    elif isinstance(fact, Reading) and fact.concept is None:
        found = {"spatial": "operation.super_resolution", "temporal": "operation.video_frame_interpolation"}.get(
            str(fact.kind)
        )
    else:
        found = fact.concept if isinstance(fact, Reading | NotFound) else None
    if not found:
        raise Failed("expected a concept")
    return str(found)


def step_label(node: Json) -> str:
    """'clean (compression)', 'upscale 3×', 'resize': the step as the text names it."""
    params = node["params"]
    if "factor" in params:
        value = params["factor"]
        return f"{node['kind']} {short_number(value)}×" if isinstance(value, int | float) else f"{node['kind']} {value}"
    detail = params.get("remove") or params.get("cause") or params.get("size")
    return f"{node['kind']} ({str(detail).replace('+', ' and ')})" if detail else str(node["kind"]).replace("_", " ")


def chain_text(nodes: list[Json]) -> str:
    """'load → clean (compression), missing → upscale 3× [M1] → save'."""
    parts = []
    for node in nodes:
        marks = f" [{', '.join(node['sources'])}]" if node["sources"] else ""
        state = ", missing" if node["missing"] else ""
        parts.append(f"{step_label(node)}{marks}{state}")
    return " → ".join(parts)


def _one(facts: list[Fact]) -> Fact:
    if len(facts) != 1:
        raise Failed("this form takes one proof")
    return facts[0]


def _title(doc: Document, facts: list[Fact]) -> str:
    source = doc.source(cited_of(_one(facts)).key)
    return source.title


def _link(doc: Document, facts: list[Fact]) -> str:
    """A link of the block, letter for letter."""
    cited = _one(facts)
    if not isinstance(cited, Cited):
        raise Failed("a link must be cited")
    source = doc.source(cited.key)
    places = [
        field_link(doc.brief, source, "Paper"),
        field_link(doc.brief, source, "GitHub"),
        *summary_links(doc.brief, source),
    ]
    if (cited.start, cited.end) not in places:
        raise Failed(f"{cited.text!r} is not a link of {cited.key}")
    return cited.text


def _told(doc: Document, facts: list[Fact]) -> str:
    cited = _one(facts)
    if not isinstance(cited, Cited):
        raise Failed("told text must be cited")
    sentence_of(doc, cited)
    return told(cited.text)


def _drafted(_: Document, facts: list[Fact]) -> str:
    fact = _one(facts)
    if not isinstance(fact, Drafted):
        raise Failed("expected a drafted sentence")
    return fact.text.rstrip(".!").strip()


def _words(_: Document, facts: list[Fact]) -> str:
    return re.sub(r"\s+", " ", cited_of(_one(facts)).text)


def _labels(_: Document, facts: list[Fact]) -> str:
    """Labels of concepts; of a rule's conclusion, those of its operations."""
    names: list[str] = []
    for fact in facts:
        operations = fact.gives.get("operations") if isinstance(fact, Applied) else None
        names += [f"operation.{n}" for n in operations] if operations else [_concept_of(fact)]
    return joined(list(dict.fromkeys(concept(n).label for n in names)))


def _labels_at(doc: Document, facts: list[Fact]) -> str:
    """Labels with the factor at the one that it belongs to: 'super-resolution at 3× and denoising'."""
    *reads, scale = facts
    names = [_concept_of(f) for f in reads]
    takes = [n for n in names if concept(n).data["node"] in ("upscale", "video_upscale", "interpolate")]
    factor = _factor(doc, [scale])
    return joined([concept(n).label + (f" at {factor}" if n in takes[:1] else "") for n in names])


def _wants(_: Document, facts: list[Fact]) -> str:
    return joined([concept(_concept_of(f)).data["want"] for f in facts])


def _does(doc: Document, _: list[Fact]) -> str:
    return joined([concept(f"operation.{n}").data["does"] for n in doc.needed], "or")


def _damages(doc: Document, facts: list[Fact]) -> str:
    names = set(damages(doc.brief.text, *doc.brief.question, doc.needed)) - {"unknown"}
    if not names:
        raise Failed("no damage is known")
    return joined([concept(f"damage.{n}").label for n in sorted(names)])


def _medium(_: Document, facts: list[Fact]) -> str:
    fact = _one(facts)
    if not isinstance(fact, Step):
        raise Failed("expected a node")
    return "video" if "video" in fact.node["kind"] else "picture"


def _factor(_: Document, facts: list[Fact]) -> str:
    fact = _one(facts)
    value = fact.node["params"]["factor"] if isinstance(fact, Step) else getattr(fact, "value", None)
    if isinstance(fact, Applied):
        value = fact.gives.get("factor")
    if not isinstance(value, int | float):
        raise Failed("expected a factor")
    return f"{short_number(value)}×"


def _number(_: Document, facts: list[Fact]) -> str:
    return told(cited_of(_one(facts)).text)


def _counts(_: Document, facts: list[Fact]) -> str:
    fact = _one(facts)
    if not isinstance(fact, Reading) or fact.kind is None:
        raise Failed("expected a quantity")
    return concept(f"counts.{fact.kind}").label


def _step(_: Document, facts: list[Fact]) -> str:
    return joined([step_label(f.node) for f in facts if isinstance(f, Step)])


def _reason(doc: Document, facts: list[Fact]) -> str:
    fact = _one(facts)
    if not isinstance(fact, Applied) or "axis" not in fact.gives:
        raise Failed("expected a verdict")
    return reason_text(fact.rule, fact.gives["found"], tuple(doc.needed), fact.gives["constraint"])


def _verdict(doc: Document, facts: list[Fact]) -> str:
    fact = _one(facts)
    if not isinstance(fact, Applied) or "axis" not in fact.gives:
        raise Failed("expected a verdict")
    recommended = doc.source(fact.gives["key"]).kind == "model"
    off = fact.gives["verdict"] == "off_topic"
    if recommended and off:
        return UNCLEAR if fact.rule == "unknown_name" else MISMATCH
    return VERDICT_WORDS[fact.gives["verdict"]]


def _keys(_: Document, facts: list[Fact]) -> str:
    """Keys of sources: of one rule's conclusion, of a for-each, or of the spans cited."""
    found: list[str] = []
    for fact in facts:
        if isinstance(fact, Applied) and "keys" in fact.gives:
            found += fact.gives["keys"]
        elif isinstance(fact, Applied):
            found.append(fact.gives["key"])
        else:
            found += list(getattr(fact, "keys", ())) or [cited_of(fact).key]
    return joined(list(dict.fromkeys(found)))


_SHORT_TITLE = 5  # words


def _names(doc: Document, facts: list[Fact]) -> str:
    """Short names with their keys, of verdicts; of a long title only the key, since it stands in full in the list."""
    return joined([_called(doc, f.gives["key"]) for f in facts if isinstance(f, Applied)])


def _named(doc: Document, facts: list[Fact]) -> str:
    """The same of one source."""
    return _called(doc, cited_of(_one(facts)).key)


def _called(doc: Document, key: str) -> str:
    name = short_name(doc.source(key).title)
    return f"{name} [{key}]" if len(name.split()) <= _SHORT_TITLE else f"[{key}]"


def _model(_: Document, facts: list[Fact]) -> str:
    fact = _one(facts)
    if not isinstance(fact, Step) or not fact.node["model"]:
        raise Failed("expected a node with a model")
    return str(fact.node["model"])


def _count(_: Document, facts: list[Fact]) -> str:
    fact = _one(facts)
    if not isinstance(fact, Applied) or "count" not in fact.gives:
        raise Failed("expected a count")
    number = fact.gives["count"]
    return f"{number} sentence" + ("s" if number > 1 else "")


def _value(facts: list[Fact]) -> object:
    fact = _one(facts)
    if not isinstance(fact, Measured):
        raise Failed("expected a measurement")
    return fact.value


def _size(_: Document, facts: list[Fact]) -> str:
    value = _value(facts)
    if not isinstance(value, dict):
        raise Failed("expected a picture of the run record")
    return f"{value['width']}×{value['height']}"


def _decibel(_: Document, facts: list[Fact]) -> str:
    value = _value(facts)
    return "the last bit" if value is None else f"{float(str(value)):.1f} dB PSNR"


def _figure(_: Document, facts: list[Fact]) -> str:
    return f"{float(str(_value(facts))):.2f}"


_MEASURES = {"/look/jpeg_quality": "JPEG quality {}", "/input": "{0[width]}×{0[height]} pixels"}


def _measured(_: Document, facts: list[Fact]) -> str:
    """A measurement with its name."""
    fact = _one(facts)
    if not isinstance(fact, Measured) or fact.pointer not in _MEASURES:
        raise Failed("expected a measurement that has a name")
    return _MEASURES[fact.pointer].format(fact.value)


def _damage(_: Document, facts: list[Fact]) -> str:
    return concept(f"damage.{_value(facts)}").label


FORMS: dict[str, Callable[[Document, list[Fact]], str]] = {
    "title": _title, "short": lambda doc, facts: short_name(_title(doc, facts)), "key": lambda _, facts: cited_of(_one(facts)).key,
    "link": _link, "told": _told, "words": _words, "drafted": _drafted, "label": _labels, "labels": _labels, "labels_at": _labels_at,
    "none_of": lambda _, facts: joined([concept(_concept_of(f)).label for f in facts], "or"),
    "either": lambda _, facts: joined([concept(_concept_of(f)).label for f in facts], "or"), "wants": _wants, "does": _does,
    "damages": _damages, "medium": _medium, "factor": _factor, "number": _number, "counts": _counts, "step": _step, "steps": _step,
    "chain": lambda _, facts: chain_text([f.node for f in facts if isinstance(f, Step)]), "reason": _reason, "verdict": _verdict,
    "keys": _keys, "names": _names, "named": _named, "model": _model, "count": _count, "size": _size, "decibel": _decibel, "figure": _figure, "measured": _measured, "damage": _damage,
}  # fmt: skip
