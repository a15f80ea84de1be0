"""A folder of labelled questions and briefs: questions.json, labels.json and briefs/*.txt, as the corpus here has them."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from restograph.errors import DataError

QUESTION_FIELDS = {"q", "task", "scale", "scale_kind", "degradations", "constraints"}
BRIEF_FIELDS = {"file", "tasks", "scale", "scale_kind", "degradations", "constraints", "sources", "allowed_links"}
Label = dict[str, Any]


@dataclass(frozen=True)
class Corpus:
    """Labels of questions, and of briefs with their texts."""

    questions: tuple[Label, ...]
    briefs: tuple[tuple[str, Label], ...]


def read_corpus(folder: Path, labels: Path | None = None) -> Corpus:
    """Read a folder; `labels` is labels.json of another place. DataError when there is nothing, or a field is missing."""
    questions = _json(folder / "questions.json", []) if (folder / "questions.json").is_file() else []
    path = labels or folder / "labels.json"
    found = _json(path, {}).get("briefs", {}) if path.is_file() else {}
    if not questions and not found:
        raise DataError(
            f"{str(folder)!r} holds neither questions.json nor labels.json; give a labelled folder, or --labels"
        )
    for number, row in enumerate(questions):
        _complete(row, QUESTION_FIELDS, f"question {row.get('id', number)!r}")
    for name, label in found.items():
        _complete(label, BRIEF_FIELDS, f"brief {name!r}")
    return Corpus(tuple(questions), tuple((_text(folder, label["file"]), label) for label in found.values()))


def _json(path: Path, kind: Any) -> Any:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(f"{str(path)!r} cannot be read as JSON ({error}); mend it") from error
    if not isinstance(found, type(kind)):
        raise DataError(f"{str(path)!r} holds a {type(found).__name__}, expected a {type(kind).__name__}")
    return found


def _complete(row: Label, fields: set[str], what: str) -> None:
    if missing := sorted(fields - set(row)):
        raise DataError(f"{what} has no {', '.join(missing)}; add what is missing")


def _text(folder: Path, name: str) -> str:
    for path in (folder / "briefs" / name, folder / name):
        if path.is_file():
            return path.read_bytes().decode("utf-8")
    raise DataError(f"there is no brief {name!r} in {str(folder)!r} or its folder 'briefs'; check the labels")
