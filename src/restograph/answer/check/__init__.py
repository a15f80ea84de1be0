"""The stand-alone checker: verifies an answer from its JSON, without the code that wrote it.

Trusted base: this package, evidence.brief with its sentences, cues, twins and wording, task.quantity, task.lexicon with its
lookup, task.vote, task.wishes, the tables lexicon.toml, rules.toml and drafted.toml, and the weights reader.bin and wording.bin.
Neither the judge nor the composer is imported.

Check = fold the proof DAG -> re-render every statement -> obligations -> markdown == render(statements).
"""

import hashlib
from functools import cache
from importlib import resources

from pydantic import BaseModel, ConfigDict

from restograph.answer.check.dag import fold
from restograph.answer.check.document import Document, Failed, Json, document, templates
from restograph.answer.check.forms import render_statement
from restograph.answer.check.obligations import check_fields, check_statements, kind_of, markdown, root_allowed
from restograph.answer.check.owed import root_fits
from restograph.answer.check.premises import demand
from restograph.answer.check.shape import check_shape
from restograph.answer.check.terms import check_terms
from restograph.errors import BriefError
from restograph.evidence.brief import Brief

SCHEMA = 1


class Report(BaseModel):
    """Outcome of a check: how many statements and proofs held, and what did not."""

    model_config = ConfigDict(frozen=True)

    ok: bool
    statements: int
    proofs: int
    problems: tuple[str, ...] = ()


def check(data: Json) -> Report:
    """Check an answer (its parsed JSON). Never raises for a wrong answer: the problems are in the report."""
    counts = {name: _count(data, name) for name in ("statements", "proofs")}
    try:
        _check(data)
    except BriefError as error:
        return Report(ok=False, problems=(f"the brief in the answer does not parse: {error}",), **counts)
    except Failed as error:
        return Report(ok=False, problems=(str(error),), **counts)
    except Exception as error:  # whatever a forged file provokes is its fault and must not stop the check of others
        return Report(ok=False, problems=(f"the answer is malformed: {type(error).__name__}: {error}"[:400],), **counts)
    return Report(ok=True, **counts)


def _count(data: object, name: str) -> int:
    rows = data.get(name) if isinstance(data, dict) else None
    return len(rows) if isinstance(rows, list) else 0


def _check(data: Json) -> None:
    demand(isinstance(data, dict), "an answer is a JSON object")
    schema = data.get("schema")
    demand(schema == SCHEMA, f"schema {schema!r} is not {SCHEMA}; use a version of Restograph that reads it")
    check_shape(data)
    demand(data["brief_sha256"] == sha256(data["brief"]), "brief_sha256 does not belong to the brief")
    demand(data["rules_sha256"] == rules_sha256(), "the answer was made with other rules than those installed")
    doc = document(data)
    facts = fold(doc)
    for number, statement in enumerate(data["statements"]):
        _check_statement(doc, facts, number, statement)
    check_fields(doc, facts)
    check_statements(doc, facts)
    demand(data["markdown"] == markdown(doc, data["statements"]), "the markdown is not the rendering of the statements")
    report = data["check"]
    said = (report["ok"], report["statements"], report["proofs"], report["problems"])
    demand(said == (True, len(data["statements"]), len(data["proofs"]), []), "the report in the answer is not its own")


def _check_statement(doc: Document, facts: list, number: int, statement: Json) -> None:  # type: ignore[type-arg]
    where = f"statement {number} ({statement['template']!r})"
    root = facts[statement["proof"]]
    try:
        text = render_statement(doc, facts, statement)
    except (Failed, KeyError, IndexError) as error:
        raise Failed(f"{where} cannot be rendered: {error}") from None
    demand(statement["text"] == text, f"{where} says {statement['text'][:80]!r}, its proof says {text[:80]!r}")
    name = statement["template"]
    demand(root_allowed(name, root) and root_fits(doc, facts, name, root), f"{where} rests on the wrong kind of proof")
    check_terms(doc, facts, statement)
    demand(statement["variant"] == variant(doc.brief, name), f"{where} is not worded as the question decides")
    demand(statement["kind"] == kind_of(root, doc), f"{where} is of another kind")


def variant(brief: Brief, template: str) -> int:
    """Wording that the question and the sorted links decide: not the order of the sources, not a planted text."""
    seed = sha256("\n".join([brief.asked, *sorted(brief.links)]))
    return int(sha256(f"{seed} {template}"), 16) % len(templates()[template]["variants"])


def sha256(text: str) -> str:
    """Hex digest of a text in UTF-8."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


@cache
def rules_sha256() -> str:
    """Digest of the tables that composer and checker share, with what was made of them and the weights."""
    answer, task, evidence = (resources.files(f"restograph.{name}") for name in ("answer", "task", "evidence"))
    tables = [answer / "rules.toml", answer / "drafted.toml", task / "lexicon.toml"]
    made = [task / "lexicon.json", task / "patterns.json", task / "reader.bin", evidence / "wording.bin"]
    digests = [hashlib.sha256(file.read_bytes()).hexdigest() for file in made]
    return sha256("\n".join([*(t.read_text("utf-8") for t in tables), *digests]))
