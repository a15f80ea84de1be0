"""The shape of an answer's JSON: which keys there are, and of which type. Nothing may ride along unseen."""

import re
from typing import Any

from restograph.answer.check.document import Json
from restograph.answer.check.premises import demand

_SPAN = {"source": str, "start": int, "end": int}
_TEXT = (str, type(None))
_NUMBER = (int, float)
_MAYBE = (int, float, type(None))
_ROWS: dict[str, dict[str, Any]] = {
    "answer": {
        "schema": int, "versions": dict, "question": str, "brief": str, "brief_sha256": str, "rules_sha256": str, "task": "task",
        "sources": ["source"], "verdicts": {"verdict"}, "workflow": "workflow", "statements": ["statement"], "proofs": [dict],
        "missing_slots": [str], "absent": ["absent"], "flagged": ["span"], "links": [str], "markdown": str, "check": "check",
        "run": (dict, type(None)),
    },
    "span": _SPAN,
    "task": {
        "operations": ["operation"], "scale": ("scale",), "target": ("target",), "degradations": [str], "constraints": [str],
        "subject": _TEXT, "asks": [str], "claims_by_user": ["span"], "conflicts": ["conflict"], "spans": {"span"},
    },
    "operation": {"name": str, "confidence": _NUMBER, "span": ("span",)},
    "scale": {"value": _NUMBER, "kind": str, "span": "span"},
    "target": {"type": str, "value": _MAYBE, "width": _MAYBE, "height": _MAYBE, "unit": _TEXT, "dpi": _MAYBE, "span": "span"},
    "conflict": {"kind": str, "a": (str, dict), "b": (str, dict)},
    "source": {"key": str, "kind": str, "title": str, "paper": _TEXT, "github": _TEXT},
    "verdict": {
        "verdict": str, "name_only": bool, "explains": str, "axes": {bool}, "reason": str, "span": "span", "basis": "span", "rule": str,
        "found": _TEXT, "serves": [str], "needed": [str], "constraint": _TEXT, "proof": int,
    },
    "workflow": {"schema_version": int, "nodes": ["node"], "edges": [list]},
    "node": {
        "id": str, "kind": str, "params": {(int, float, str)}, "sources": [str], "model": _TEXT, "reason": str, "missing": bool,
        "skipped": bool,
    },
    "statement": {"section": int, "template": str, "variant": int, "args": {"argument"}, "text": str, "kind": str, "proof": int},
    "argument": {"form": str, "of": (int, list)},
    "absent": {"concept": str, "label": str, "terms": [str], "hits": int, "scope": [str]},
    "check": {"ok": bool, "statements": int, "proofs": int, "problems": [str]},
}  # fmt: skip
_PROOFS = {
    "cite": {"op", "key", "start", "end"}, "absent": {"op", "concept", "lists", "scope"}, "each": {"op", "keys", "proofs"},
    "apply": {"op", "rule", "premises"}, "measure": {"op", "pointer"}, "node": {"op", "id"},
    "drafted": {"op", "text", "premises"},
}  # fmt: skip
_SEEN = {"input", "look", "output"}  # facts of a picture that was looked at; the others come with an output
_MADE = {"weights", "measurements", "disclosures", "warnings"}
_MODEL = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")  # as in models/card.py
_VERSION = re.compile(r"[0-9A-Za-z.+!_-]{1,40}")


def check_shape(data: Json) -> None:
    """Failed, with the place, for a key too many or too few and for a value of another type."""
    _check(data, "answer", "answer")
    run = data["run"]
    if run is not None:
        wanted = _SEEN | (_MADE if run.get("output") else set())
        names = [str(row["name"]) for row in run.get("weights", ())]
        demand(all(map(_MODEL.fullmatch, names)), f"{names!r} are no names of models")
        demand(set(run) == wanted, f"the run has the keys {sorted(run)!r}, expected {sorted(wanted)!r}")
    for number, proof in enumerate(data["proofs"]):
        wanted = _PROOFS.get(proof.get("op"), {"op", "of", *({"quantity"} & set(proof) or {"concept", "lists"})})
        demand(set(proof) == wanted, f"proof {number} has the keys {sorted(proof)!r}, expected {sorted(wanted)!r}")
        demand(_is(proof.get("text", ""), str), f"proof {number} has no text")
        if "quantity" in proof:
            demand(set(proof["quantity"]) == {"value", "kind"}, f"proof {number} has another quantity")
        pointers = [*proof.get("premises", ()), *proof.get("proofs", ()), *([proof["of"]] if "of" in proof else ())]
        demand(all(_is(p, int) and p >= 0 for p in pointers), f"proof {number} points nowhere")
    for statement in data["statements"]:
        of = [i for a in statement["args"].values() for i in (a["of"] if isinstance(a["of"], list) else [a["of"]])]
        demand(
            all(_is(i, int) and i >= 0 for i in [*of, statement["proof"], statement["variant"]]),
            "a pointer is negative",
        )
    demand(all(v["proof"] >= 0 for v in data["verdicts"].values()), "a pointer is negative")
    good = {"restograph"} <= set(data["versions"]) and all(
        _is(v, str) and _VERSION.fullmatch(v) for v in data["versions"].values()
    )
    demand(
        good and all(_VERSION.fullmatch(name) for name in data["versions"]),
        "versions must name restograph and hold versions",
    )


def _check(value: Any, wanted: Any, where: str) -> None:
    """`wanted`: a type or types; the name of a row; [x] a list of x; {x} an object with values x; ("row",) row or null."""
    if isinstance(wanted, str):
        row = _ROWS[wanted]
        demand(isinstance(value, dict) and set(value) == set(row), f"{where} must have the keys {sorted(row)!r}")
        for name, inner in row.items():
            _check(value[name], inner, f"{where}.{name}")
    elif isinstance(wanted, list | set):
        (inner,) = wanted
        demand(isinstance(value, list if isinstance(wanted, list) else dict), f"{where} is of another type")
        for index, one in value.items() if isinstance(value, dict) else enumerate(value):
            _check(one, inner, f"{where}[{index!r}]")
    elif isinstance(wanted, tuple) and isinstance(wanted[0], str):
        if value is not None:
            _check(value, wanted[0], where)
    else:
        demand(_is(value, wanted), f"{where} is {type(value).__name__}")


def _is(value: Any, wanted: Any) -> bool:
    """isinstance, but a truth value is no number."""
    return isinstance(value, wanted) and (not isinstance(value, bool) or wanted is bool)
