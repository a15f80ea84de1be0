"""Drawings of a workflow as text: one line for terminals and Markdown, Mermaid for web pages.

The SVG is in `svg.py`. All three show the same facts: the step and its factor, the sources that
support it, the model that executes it, what is missing, skipped or stands in for something else.
"""

from collections.abc import Mapping

from restograph.workflow.graph import Node, Workflow, check_params, kind_of, ordered
from restograph.workflow.kinds import KINDS

NO_NOTES: Mapping[str, str] = {}

_MERMAID_STYLES = (
    "classDef missing fill:#fff7ed,stroke:#c2410c,stroke-dasharray:6 4,color:#7c2d12",
    "classDef skipped fill:#f1f5f9,stroke:#94a3b8,color:#475569",
)


def draw_line(workflow: Workflow) -> str:
    """One line: `load → clean (missing) → upscale ×3 [M1] → save`; a joining node names what it takes."""
    words = []
    previous: set[str] = set()
    for node in ordered(workflow):
        feeders = {a.partition(".")[0] for a, b in workflow.edges if b.partition(".")[0] == node.id}
        text = label(node)
        if state := status(node):
            text += f" ({state})"
        if node.sources:
            text += f" [{', '.join(node.sources)}]"
        if feeders != previous:
            text += f" (from {', '.join(n.id for n in ordered(workflow) if n.id in feeders)})"
        words.append(text)
        previous = {node.id}
    return " → ".join(words)


def draw_mermaid(workflow: Workflow, notes: Mapping[str, str] = NO_NOTES) -> str:
    """Mermaid flowchart text; `notes` adds a line to nodes by id, such as "stands in for NAME"."""
    nodes = ordered(workflow)
    names = {node.id: f"n{index}" for index, node in enumerate(nodes)}
    lines = ["flowchart LR"]
    for node in nodes:
        shown = "<br/>".join(_escaped(line) for line in facts(node, notes))
        style = "missing" if node.missing else "skipped" if node.skipped else ""
        lines.append(f'    {names[node.id]}["{shown}"]' + (f":::{style}" if style else ""))
    for start, end in workflow.edges:
        (start_id, _, port), (end_id, _, _) = start.partition("."), end.partition(".")
        arrow = "-->" if port == "image" else f"-->|{_escaped(port)}|"
        lines.append(f"    {names[start_id]} {arrow} {names[end_id]}")
    lines += [f"    {style}" for style in _MERMAID_STYLES]
    return "\n".join(lines) + "\n"


def facts(node: Node, notes: Mapping[str, str] = NO_NOTES) -> tuple[str, ...]:
    """What every drawing says of a node, title first; empty facts are left out."""
    said = (label(node), status(node), sources_line(node), model_line(node), notes.get(node.id, ""))
    return tuple(line for line in said if line)


def label(node: Node) -> str:
    """Name of the step with what it is told: "upscale ×3", "resize to 2000x", "clean noise"."""
    kind = kind_of(node)
    words = [kind.title]
    for name, value in check_params(node).items():
        param = kind.param(name)
        if param is None or value == param.default:
            continue
        if name == "factor":
            words.append(f"to {value}" if str(value).endswith("%") else f"×{value}")
        else:
            words.append(f"to {value}" if name == "size" else str(value))
    return " ".join(words)


def status(node: Node) -> str:
    """ "missing", "missing, skipped", "missing, filled by MODEL", "skipped" or nothing."""
    said = []
    if node.missing:
        said.append("missing")
        if node.model and not node.skipped:
            said.append(f"filled by {node.model}")
    if node.skipped:
        said.append("skipped")
    return ", ".join(said)


def sources_line(node: Node) -> str:
    """ "supported by M1, P2" or nothing."""
    return f"supported by {', '.join(node.sources)}" if node.sources else ""


def model_line(node: Node) -> str:
    """ "model: NAME" unless the status says it already."""
    return f"model: {node.model}" if node.model and not node.missing else ""


def planning_only(node: Node) -> bool:
    """True if this version can plan and draw the step but not execute it."""
    return not KINDS[node.kind].runnable


def _escaped(text: str) -> str:
    """Mermaid entity codes for everything that could end a label or start markup."""
    return "".join(c if c.isalnum() or c in " .,:()+-_/×%" else f"#{ord(c)};" for c in text)
