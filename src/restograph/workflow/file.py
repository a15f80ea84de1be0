"""Workflow files: YAML and JSON, read with the line of every fault and written deterministically.

`load_workflow` takes what a user types: an existing path wins, then a document, then a one-liner.
Only plain data is read: no YAML tags, no anchors, no duplicate keys, no unknown keys.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from restograph.errors import WorkflowError
from restograph.workflow.graph import Node, Workflow, validate
from restograph.workflow.line import parse_line

LARGEST_FILE = 1_000_000  # bytes; a workflow of a thousand nodes is about a quarter of it
DEEPEST = 10  # levels; nodes.0.params is the third
SUFFIXES = (".yaml", ".yml", ".json")


class _Dumper(yaml.SafeDumper):
    """Safe dumper that escapes the line breaks of Unicode, which plain YAML quotes would fold away."""


def _represent(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    style = None if text.isprintable() else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent)


def load_workflow(text_or_path: str | Path) -> Workflow:
    """Validated workflow from a path, a YAML or JSON document, or a one-liner; raises WorkflowError."""
    path = _existing(text_or_path)
    if path is not None:
        return read_file(path)
    text = str(text_or_path)
    if isinstance(text_or_path, Path) or (text.lower().endswith(SUFFIXES) and "|" not in text and "\n" not in text):
        raise WorkflowError(f"no workflow file {text!r}; give an existing file or a line like: clean | upscale 3")
    if "\n" in text.strip() or text.lstrip().startswith("{"):
        return parse_document(text)
    return parse_line(text)


def read_file(path: Path) -> Workflow:
    """Validated workflow of a YAML or JSON file (UTF-8); raises WorkflowError naming the file."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise WorkflowError(f"it is larger than {LARGEST_FILE} bytes; a workflow file is a short text")
        text = path.read_text(encoding="utf-8-sig")
        if path.suffix.lower() not in SUFFIXES and "\n" not in text.strip() and not text.lstrip().startswith("{"):
            return parse_line(text)
        return parse_document(text)
    except (OSError, UnicodeDecodeError) as error:
        raise WorkflowError(f"cannot read the workflow file {str(path)!r}: {error}") from error
    except WorkflowError as error:
        raise WorkflowError(f"{path.name}: {error}") from None


def parse_document(text: str) -> Workflow:
    """Validated workflow of a YAML or JSON text; raises WorkflowError with the line of the fault."""
    if len(text) > LARGEST_FILE:
        raise WorkflowError(f"the text is longer than {LARGEST_FILE} characters; a workflow is a short text")
    try:
        data = _read_json(text) if text.lstrip().startswith("{") else _read_yaml(text)
        plain = json.dumps(data, allow_nan=False)
    except RecursionError:
        raise WorkflowError("the document is nested too deeply; a workflow has nodes and edges only") from None
    except (TypeError, ValueError) as error:
        raise WorkflowError(f"the document holds a value that no workflow has: {error}") from None
    try:
        workflow = Workflow.model_validate_json(plain, strict=True)
    except ValidationError as error:
        raise WorkflowError(_explained(error, text)) from None
    validate(workflow)
    return workflow


def dump_yaml(workflow: Workflow) -> str:
    """YAML of a workflow, without the fields at their default; reading it back gives an equal Workflow."""
    fields = {"schema_version": workflow.schema_version, **workflow.model_dump(mode="json", exclude_defaults=True)}
    text: str = yaml.dump(
        fields, Dumper=_Dumper, sort_keys=False, allow_unicode=True, default_flow_style=None, width=120
    )
    return text


def dump_json(workflow: Workflow) -> str:
    """JSON of a workflow with every field; reading it back gives an equal Workflow."""
    return json.dumps(workflow.model_dump(mode="json"), ensure_ascii=False, indent=2) + "\n"


def _existing(text_or_path: str | Path) -> Path | None:
    """The path if such a file exists; texts that cannot be a path (too long, NUL) are none."""
    try:
        path = Path(text_or_path)
        return path if path.is_file() else None
    except (OSError, ValueError):
        return None


def _read_json(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_no_duplicates)
    except json.JSONDecodeError as error:
        raise WorkflowError(f"line {error.lineno}, column {error.colno}: not JSON: {error.msg}") from None


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        raise WorkflowError(f"the key {next(n for n in names if names.count(n) > 1)!r} is given twice; keep one")
    return found


def _read_yaml(text: str) -> Any:
    try:
        depth = 0
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            _refuse_marks(event)
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEPEST:
                raise RecursionError
        _refuse_duplicates(yaml.compose(text, Loader=yaml.SafeLoader))
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise WorkflowError(f"{where}not YAML: {getattr(error, 'problem', None) or error}") from None


def _refuse_marks(event: yaml.Event) -> None:
    """Tags and anchors turn data into something else; no workflow needs them."""
    line = event.start_mark.line + 1 if event.start_mark else 1
    if getattr(event, "anchor", None) is not None:
        raise WorkflowError(f"line {line}: anchors and aliases are refused; write the value out")
    tag = getattr(event, "tag", None)
    if tag is not None:
        raise WorkflowError(f"line {line}: the tag {tag!r} is refused; use plain data")


def _refuse_duplicates(node: yaml.Node | None) -> None:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if str(key.value) in seen:
                raise WorkflowError(f"line {key.start_mark.line + 1}: the key {key.value!r} is given twice; keep one")
            seen.add(str(key.value))
            _refuse_duplicates(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            _refuse_duplicates(item)


def _explained(error: ValidationError, text: str) -> str:
    """First fault of a document: line, place and what was expected."""
    fault = error.errors(include_url=False, include_context=False)[0]
    place = [part for part in fault["loc"] if not (isinstance(part, str) and part in ("int", "float", "str", "bool"))]
    shown = ".".join(str(part) for part in place) or "document"
    line = _line_of(text, place)
    where = f"line {line}: " if line else ""
    if fault["type"] == "extra_forbidden":
        return f"{where}unknown key {shown!r}; keys of a workflow: {_keys(place)}"
    if fault["type"] == "missing":
        return f"{where}{shown!r} is required and missing"
    if "params" in place:
        return f"{where}{shown}: a parameter is a number, a text, true or false, not {_short(fault['input'])}"
    return f"{where}{shown}: {fault['msg']}, got {_short(fault['input'])}"


def _keys(place: list[int | str]) -> str:
    return ", ".join(Node.model_fields if place[:1] == ["nodes"] else Workflow.model_fields)


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."


def _line_of(text: str, place: Iterable[int | str]) -> int | None:
    """1-based line of the deepest part of `place` that the text has; JSON is read as the YAML it is."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError):
        return None
    line = None
    for part in place:
        inner = _child(node, part)
        if inner is None:
            break
        node, line = inner, inner.start_mark.line + 1
    return line


def _child(node: yaml.Node | None, part: int | str) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        found: yaml.Node = node.value[part]
        return found
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if str(key.value) == str(part)), None)
    return None
