"""The one-line form of a workflow: `clean | upscale 3 | resize 2000x model=NAME`.

Each step is `name [positional] [key=value ...]`; load and save are implied. What `print_line`
writes, `parse_line` reads back to the same graph (sources and reasons are not part of a line).
"""

import json
import re
from dataclasses import dataclass

from restograph.errors import WorkflowError
from restograph.workflow.graph import (
    Node,
    Workflow,
    check_params,
    fresh_id,
    is_linear,
    linear,
    nearest,
    ordered,
    read_param,
    validate,
)
from restograph.workflow.kinds import KINDS, Kind, Param
from restograph.workflow.values import Value

LONGEST_LINE = 10_000
FLAGS = ("missing", "skipped")

_TOKEN = re.compile(r"""(?P<bar>\|) | (?P<word> (?: [^\s|"'] | "(?:[^"\\]|\\.)*" | '[^']*' )+ )""", re.VERBOSE)
_QUOTED = re.compile(r""""(?:[^"\\]|\\.)*"|'[^']*'""")
_PLAIN = re.compile(r"[\w.,:/%+@×-]+")


@dataclass(frozen=True)
class _Word:
    """One word of a line: what it says without its quotes, and its 1-based column."""

    key: str | None
    text: str
    column: int


def parse_line(line: str) -> Workflow:
    """Workflow of a one-liner, validated; raises WorkflowError with the column and what was expected."""
    if len(line) > LONGEST_LINE:
        raise WorkflowError(f"a line of {len(line)} characters is too long; write the workflow as a YAML file")
    nodes: list[Node] = []
    for step in _steps(line):
        nodes.append(_node(step, [node.id for node in nodes]))
    workflow = linear(_with_ends(nodes))
    validate(workflow)
    return workflow


def print_line(workflow: Workflow) -> str:
    """One-liner of a chain; raises WorkflowError if the graph is not one."""
    validate(workflow)
    if not is_linear(workflow):
        raise WorkflowError("this workflow is not a chain, so one line cannot say it; write it as YAML or JSON")
    nodes = ordered(workflow)
    middle = nodes[1:-1]
    implied = _with_ends(list(middle)) if middle else []
    first = nodes[:1] if not implied or not _plain(nodes[0], implied[0]) else ()
    last = nodes[-1:] if not implied or not _plain(nodes[-1], implied[-1]) else ()
    return " | ".join(_step_text(node) for node in (*first, *middle, *last))


def _steps(line: str) -> list[list[_Word]]:
    """Words of each step, split at the bars; no step may be empty."""
    steps: list[list[_Word]] = [[]]
    position = 0
    while position < len(line):
        if line[position].isspace():
            position += 1
            continue
        token = _TOKEN.match(line, position)
        if token is None:
            raise WorkflowError(
                f"column {position + 1}: the quote {line[position]!r} is never closed; add the closing one"
            )
        if token["bar"]:
            steps.append([])
        else:
            steps[-1].append(_word(token["word"], position + 1))
        position = token.end()
    for number, step in enumerate(steps, 1):
        if not step:
            raise WorkflowError(f"step {number} of {line!r} is empty; write for instance: clean | upscale 3")
    return steps


def _word(raw: str, column: int) -> _Word:
    """Split key=value outside quotes and take the quotes away."""
    key, sign, value = raw.partition("=")
    if sign and re.fullmatch(r"\w+", key):
        return _Word(key, _unquoted(value, column), column)
    return _Word(None, _unquoted(raw, column), column)


def _unquoted(text: str, column: int) -> str:
    """Text with its quotes taken away; what is no Unicode text (half a surrogate pair) is refused."""

    def plain(found: re.Match[str]) -> str:
        return found[0][1:-1] if found[0].startswith("'") else str(json.loads(found[0], strict=False))

    try:
        unquoted = _QUOTED.sub(plain, text)
        unquoted.encode()
    except ValueError:
        raise WorkflowError(f"column {column}: {text!r} has an unknown escape; write two backslashes for one") from None
    return unquoted


def _node(words: list[_Word], taken: list[str]) -> Node:
    """Node of one step; the words after the name are one positional value and key=value pairs."""
    name, rest = words[0], words[1:]
    if name.key or name.text not in KINDS:
        raise WorkflowError(
            f"column {name.column}: unknown step {name.text!r}{nearest(name.text, KINDS)}; "
            f"known steps: {', '.join(k.name for k in KINDS.values() if k.role == 'step')}"
        )
    kind = KINDS[name.text]
    given: dict[str, Value] = {}
    for word in rest:
        key, value = _setting(kind, word, given)
        if key in given:
            raise WorkflowError(f"column {word.column}: {key} of {kind.name} is given twice; keep one")
        given[key] = value
    params = {key: given.pop(key) for key in list(given) if kind.param(key)}
    return Node.model_validate({"id": fresh_id(kind.name, taken), "kind": kind.name, "params": params, **given})


def _setting(kind: Kind, word: _Word, given: dict[str, Value]) -> tuple[str, Value]:
    """Name and canonical value that one word sets."""
    if word.key is None:
        return _positional(kind, word, given)
    param = kind.param(word.key)
    if param is not None:
        return param.name, _value(kind, param, word)
    if word.key in FLAGS:
        if word.text not in ("true", "false"):
            raise WorkflowError(f"column {word.column}: {word.key} is true or false, not {word.text!r}")
        return word.key, word.text == "true"
    if word.key != "model":
        known = [*(p.name for p in kind.params), "model", *FLAGS]
        raise WorkflowError(
            f"column {word.column}: {kind.name} has no parameter {word.key!r}{nearest(word.key, known)}; "
            f"it takes {', '.join(known)}"
        )
    return "model", word.text


def _positional(kind: Kind, word: _Word, given: dict[str, Value]) -> tuple[str, Value]:
    """The first parameter that reads a bare value: `resize 2000x` is a size, `resize 5/6` a factor."""
    if not kind.params:
        raise WorkflowError(f"column {word.column}: {kind.name} takes no value, but {word.text!r} follows; remove it")
    if any(kind.param(key) for key in given):
        raise WorkflowError(f"column {word.column}: {word.text!r} is one value too many for {kind.name}; remove it")
    faults = []
    for param in kind.params:
        try:
            return param.name, read_param(param, word.text)
        except WorkflowError as error:
            faults.append(f"{param.name}: {error}")
    raise WorkflowError(f"column {word.column}: {kind.name} cannot read {word.text!r} as {'; nor as '.join(faults)}")


def _value(kind: Kind, param: Param, word: _Word) -> Value:
    try:
        return read_param(param, word.text)
    except WorkflowError as error:
        raise WorkflowError(f"column {word.column}: {kind.name} {param.name}: {error}") from None


def _with_ends(nodes: list[Node]) -> list[Node]:
    """The chain with the load and save that it implies: those of videos around video steps."""
    taken = [node.id for node in nodes]
    kinds = [KINDS[node.kind] for node in nodes]
    if kinds[0].role != "source":
        wanted = kinds[0].inputs[0].type if kinds[0].inputs else None
        source = next(
            k for k in KINDS.values() if k.role == "source" and (not wanted or wanted.accepts(k.outputs[0].type))
        )
        nodes = [Node(id=fresh_id(source.name, taken), kind=source.name), *nodes]
    if kinds[-1].role != "sink":
        given = kinds[-1].outputs[0].type
        sink = next((k for k in KINDS.values() if k.role == "sink" and k.inputs[0].type.accepts(given)), KINDS["save"])
        nodes = [*nodes, Node(id=fresh_id(sink.name, taken), kind=sink.name)]
    return nodes


def _plain(node: Node, implied: Node) -> bool:
    return node.kind == implied.kind and not (node.model or node.missing or node.skipped)


def _step_text(node: Node) -> str:
    """`name [positional] [key=value ...]`; parameters at their default are left out."""
    kind = KINDS[node.kind]
    words = [node.kind]
    for name, value in check_params(node).items():
        param = kind.param(name)
        if param is not None and value == param.default:
            continue
        words.append(_quoted(str(value)))
    if node.model is not None:
        words.append(f"model={_quoted(node.model)}")
    words += [f"{flag}=true" for flag in FLAGS if getattr(node, flag)]
    return " ".join(words)


def _quoted(value: str) -> str:
    return value if _PLAIN.fullmatch(value) else json.dumps(value, ensure_ascii=False)
