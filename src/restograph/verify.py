"""The command `check`: what a file is, and whether it holds."""

import json as jsonlib
import sys
from pathlib import Path
from typing import Any

from restograph.errors import RestographError
from restograph.outputs import read_bytes


def check(file: Path, json: bool) -> int:
    """Check an answer, a workflow or a run record; 1 when it does not hold."""
    data = read_bytes(file)
    try:
        document: Any = jsonlib.loads(data)
    except (ValueError, RecursionError):  # no JSON: a workflow in YAML or in one line, or nothing of ours
        document = None
    if isinstance(document, dict) and "statements" in document:
        return _check_answer(document, json)
    record = isinstance(document, dict) and {"input", "output"} <= document.keys()
    kind = "run record" if record else "workflow"
    try:
        said = _record_holds(file) if record else _workflow_holds(file)
    except RestographError as error:
        return _report(json, kind, False, str(error))
    return _report(json, kind, True, said)


def _record_holds(file: Path) -> str:
    """What was compared; raises RestographError when something is not as recorded."""
    from restograph.models.store import installed
    from restograph.run.provenance import read_record
    from restograph.run.replay import check_file, check_record

    record = read_record(file)
    check_record(record, installed())
    check_file("output", Path(record.output.path), record.output.sha256)
    return "the input, the output and the models are there, unchanged; the workflow type-checks"


def _workflow_holds(file: Path) -> str:
    """That it type-checks, with its one-liner if it has steps; raises WorkflowError."""
    from restograph.workflow.file import read_file
    from restograph.workflow.line import print_line

    plan = read_file(file)
    return f"type-checks: {print_line(plan)}" if len(plan.nodes) > 2 else "type-checks"


def _check_answer(document: dict[str, Any], json: bool) -> int:
    from restograph.answer.check import check as check_answer

    report = check_answer(document)
    said = (
        f"{report.statements} statements and {report.proofs} proofs hold" if report.ok else "; ".join(report.problems)
    )
    return _report(json, "answer", report.ok, said)


def _report(json: bool, kind: str, ok: bool, said: str) -> int:
    if json:
        print(jsonlib.dumps({"kind": kind, "ok": ok, "detail": said}, ensure_ascii=False))
    elif ok:
        print(f"{kind}: {said}")
    else:
        print(f"{kind} rejected: {said}", file=sys.stderr)
    return 0 if ok else 1
