"""The Workflow noun: a typed graph of nodes that is explained, drawn, saved and executed as one object.

An edge ["load.image", "up.image"] joins an output port to an input port. `validate` raises
WorkflowError with the node and the port; a graph that passes can be drawn and, if every kind in it
is runnable, executed.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

from pydantic import BaseModel, ConfigDict, Field

from restograph.errors import WorkflowError
from restograph.workflow.kinds import KINDS, Kind, Param, Port
from restograph.workflow.values import Value, as_fraction, read_number, read_size, scaled, sized

SCHEMA_VERSION = 1
ID = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")


class Node(BaseModel):
    """One step of a workflow."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    id: str = Field(description="Name within the graph; letters, digits, - and _.")
    kind: str = Field(description="Node kind, one of the registry's names.")
    params: dict[str, Value] = Field(default_factory=dict, description="Parameters of the kind.")
    sources: tuple[str, ...] = Field(default=(), description="Keys of all sources that support this step.")
    model: str | None = Field(default=None, description="Model that will execute the step, or null.")
    reason: str = Field(default="", description="Why the step is there, or why it stays empty.")
    missing: bool = Field(default=False, description="No provided source fills this step.")
    skipped: bool = Field(default=False, description="The step is not executed; its input passes through.")


class Workflow(BaseModel):
    """A typed graph: nodes, and edges from "node.port" to "node.port"."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: int = Field(default=SCHEMA_VERSION, description="Version of this format.")
    nodes: tuple[Node, ...] = Field(description="The steps; their order carries no meaning.")
    edges: tuple[tuple[str, str], ...] = Field(description="Pairs of output port and input port.")

    def node(self, node_id: str) -> Node:
        """The node of that id; raises WorkflowError."""
        for node in self.nodes:
            if node.id == node_id:
                return node
        raise WorkflowError(f"no node {node_id!r}; the nodes are {_listed(n.id for n in self.nodes)}")


def validate(workflow: Workflow) -> None:
    """Check ids, kinds, parameters, ports, types, wiring and order; raises WorkflowError at the first fault."""
    if workflow.schema_version != SCHEMA_VERSION:
        raise WorkflowError(
            f"schema_version {workflow.schema_version!r} is not {SCHEMA_VERSION}; install a version that reads it"
        )
    _check_ids(workflow)
    for node in workflow.nodes:
        check_params(node)
    _check_edges(workflow)
    ordered(workflow)
    _check_ends(workflow)


def check_params(node: Node) -> dict[str, Value]:
    """Canonical parameters of a node with defaults filled in; raises WorkflowError naming the parameter."""
    kind = kind_of(node)
    for name in node.params:
        if kind.param(name) is None:
            raise WorkflowError(
                f"node {node.id!r}: {kind.name} has no parameter {name!r}"
                f"{nearest(name, (p.name for p in kind.params))}; it takes {_listed(p.name for p in kind.params)}"
            )
    given = [name for name in kind.needs_one_of if name in node.params]
    if kind.needs_one_of and len(given) != 1:
        raise WorkflowError(
            f"node {node.id!r}: {kind.name} needs {' or '.join(kind.needs_one_of)}, "
            f"{'not both' if given else 'and it is not given'}"
        )
    if node.model is not None and (not node.model.isprintable() or node.model != node.model.strip() or not node.model):
        raise WorkflowError(f"node {node.id!r}: {node.model!r} cannot be the name of a model; write a printable name")
    if node.skipped and kind.changes_size:
        raise WorkflowError(f"node {node.id!r}: {kind.name} changes the size and cannot be skipped; remove the node")
    filled = {p.name: node.params.get(p.name, p.default) for p in kind.params}
    return {n: _checked(node, kind, n, v) for n, v in filled.items() if v is not None}


def read_param(param: Param, value: Value) -> Value:
    """Canonical form of one parameter value; raises WorkflowError saying what was expected."""
    if param.type == "size":
        return read_size(value)
    if param.type == "choice":
        if value not in param.choices:
            raise WorkflowError(f"{value!r} is not one of {_listed(param.choices)}{nearest(str(value), param.choices)}")
        return value
    number = read_number(value, times_sign=param.times_sign)
    if not param.above < as_fraction(number) <= param.most:
        raise WorkflowError(f"{value!r} is out of range; it must be above {param.above} and at most {param.most}")
    return number


def kind_of(node: Node) -> Kind:
    """The registered kind of a node; raises WorkflowError with the nearest name."""
    if node.kind not in KINDS:
        raise WorkflowError(
            f"node {node.id!r}: unknown kind {node.kind!r}{nearest(node.kind, KINDS)}; known kinds: {_listed(KINDS)}"
        )
    return KINDS[node.kind]


def linear(nodes: Sequence[Node]) -> Workflow:
    """Workflow of a chain: every input port is fed by the nearest earlier node that gives its type.

    For most kinds this is the node before; "mask | inpaint" joins the picture to both. An input
    that nothing feeds stays open for `validate` to name.
    """
    edges: list[tuple[str, str]] = []
    for index, node in enumerate(nodes):
        for port in kind_of(node).inputs:
            source = _nearest_output(nodes[:index], port)
            if source:
                edges.append((source, f"{node.id}.{port.name}"))
    return Workflow(nodes=tuple(nodes), edges=tuple(edges))


def is_linear(workflow: Workflow) -> bool:
    """True if `linear` rebuilds the same wiring from the nodes in order, so that a one-liner can say it."""
    return set(linear(ordered(workflow)).edges) == set(workflow.edges)


def ordered(workflow: Workflow) -> tuple[Node, ...]:
    """Nodes in executable order; ties keep the order of `nodes`. Raises WorkflowError on a cycle."""
    waiting = {node.id: _feeders(workflow, node.id) for node in workflow.nodes}
    done: list[Node] = []
    while waiting:
        ready = next((node for node in workflow.nodes if node.id in waiting and not waiting[node.id]), None)
        if ready is None:
            raise WorkflowError(f"the nodes {_listed(waiting)} form a cycle; remove one of the edges between them")
        del waiting[ready.id]
        waiting = {node_id: feeders - {ready.id} for node_id, feeders in waiting.items()}
        done.append(ready)
    return tuple(done)


def same_graph(a: Workflow, b: Workflow) -> bool:
    """True if both do the same: kinds, parameters (defaults filled), models, flags and wiring.

    Sources, reasons and the names of the nodes do not count.
    """
    return _shape(a) == _shape(b)


def not_runnable(workflow: Workflow) -> tuple[Node, ...]:
    """Nodes that this version cannot execute (and that are not skipped), in order."""
    return tuple(n for n in ordered(workflow) if not kind_of(n).runnable and not n.skipped)


def output_size(node: Node, width: int, height: int) -> tuple[int, int]:
    """Width and height in pixels that a picture of the given size has after this node."""
    params = check_params(node)
    if not kind_of(node).changes_size:
        return width, height
    if "size" in params:
        return sized(width, height, str(params["size"]))
    return scaled(width, params["factor"]), scaled(height, params["factor"])


def fresh_id(kind: str, taken: Iterable[str]) -> str:
    """First free id for a node of this kind: upscale, upscale2, upscale3, …"""
    used, number = set(taken), 1
    while (candidate := kind if number == 1 else f"{kind}{number}") in used:
        number += 1
    return candidate


def nearest(word: str, known: Iterable[str]) -> str:
    """ ", did you mean 'x'?" for the closest known word, or nothing."""
    close = get_close_matches(word, list(known), n=1)
    return f", did you mean {close[0]!r}?" if close else ""


def _checked(node: Node, kind: Kind, name: str, value: Value) -> Value:
    param = kind.param(name)
    assert param is not None, name
    try:
        return read_param(param, value)
    except WorkflowError as error:
        raise WorkflowError(f"node {node.id!r}: {kind.name} {name}: {error}") from None


def _check_ids(workflow: Workflow) -> None:
    seen: set[str] = set()
    for node in workflow.nodes:
        if not ID.fullmatch(node.id):
            raise WorkflowError(f"node id {node.id!r} must be letters, digits, - or _, and begin with a letter or _")
        if node.id in seen:
            raise WorkflowError(f"two nodes are called {node.id!r}; give each its own id")
        seen.add(node.id)


def _check_edges(workflow: Workflow) -> None:
    fed: dict[str, str] = {}
    for start, end in workflow.edges:
        given, wanted = _port(workflow, start, "outputs"), _port(workflow, end, "inputs")
        if end in fed:
            raise WorkflowError(f"input port {end!r} is fed by both {fed[end]!r} and {start!r}; remove one edge")
        if not wanted.type.accepts(given.type):
            raise WorkflowError(f"{start!r} gives {given.type}, but {end!r} takes {wanted.type}")
        fed[end] = start
    for node in workflow.nodes:
        for port in kind_of(node).inputs:
            if f"{node.id}.{port.name}" not in fed:
                raise WorkflowError(
                    f"node {node.id!r}: input port {port.name!r} is not connected; add an edge to "
                    f"{node.id + '.' + port.name!r} from a node that gives {port.type}"
                )


def _port(workflow: Workflow, reference: str, side: str) -> Port:
    """The port that "node.port" names, on one side ("inputs" or "outputs") of its node."""
    node_id, dot, name = reference.partition(".")
    if not dot or all(node.id != node_id for node in workflow.nodes):
        raise WorkflowError(f"edge end {reference!r} names no node; write node.port with one of the ids of this graph")
    ports: tuple[Port, ...] = getattr(kind_of(workflow.node(node_id)), side)
    for port in ports:
        if port.name == name:
            return port
    raise WorkflowError(
        f"node {node_id!r} has no {side[:-1]} port {name!r}; its {side} are {_listed(p.name for p in ports)}"
    )


def _check_ends(workflow: Workflow) -> None:
    """Exactly one source and one sink, and every node on a way from the one to the other."""
    for role, names in (("source", "load"), ("sink", "save")):
        found = [node.id for node in workflow.nodes if kind_of(node).role == role]
        if len(found) != 1:
            raise WorkflowError(f"a workflow has exactly one {names} node, this one has {len(found)}: {_listed(found)}")
    # with all inputs connected and no cycle, every node hangs on the one source; what is left is a dead end
    for node in workflow.nodes:
        used = any(start.partition(".")[0] == node.id for start, _ in workflow.edges)
        if kind_of(node).role != "sink" and not used:
            raise WorkflowError(f"node {node.id!r} leads nowhere: no edge starts at it; connect it or remove it")


def _nearest_output(earlier: Sequence[Node], port: Port) -> str | None:
    for node in reversed(earlier):
        for output in kind_of(node).outputs:
            if port.type.accepts(output.type):
                return f"{node.id}.{output.name}"
    return None


def _feeders(workflow: Workflow, node_id: str) -> set[str]:
    return {a.partition(".")[0] for a, b in workflow.edges if b.partition(".")[0] == node_id}


def _shape(workflow: Workflow) -> tuple[object, ...]:
    """What the graph does, with nodes named by their place in the order."""
    nodes = ordered(workflow)
    place = {node.id: index for index, node in enumerate(nodes)}

    def renamed(reference: str) -> tuple[int, str]:
        node_id, _, port = reference.partition(".")
        return place[node_id], port

    what = tuple((n.kind, _exact(check_params(n)), n.model, n.missing, n.skipped) for n in nodes)
    return what, frozenset((renamed(a), renamed(b)) for a, b in workflow.edges)


def _exact(params: Mapping[str, Value]) -> tuple[tuple[str, object], ...]:
    """Parameters for comparison: a factor by its exact value, so that 50% equals 0.5."""
    return tuple(sorted((n, as_fraction(v) if n == "factor" else v) for n, v in params.items()))


def _listed(names: Iterable[str]) -> str:
    return ", ".join(repr(name) for name in names) or "none"
