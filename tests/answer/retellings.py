"""Lies told from the root: the real composer writes an answer for a forged task, verdict or plan.

Everything agrees then, words and proofs included; only the question, the sources or the picture do not.
"""

from collections.abc import Callable, Iterator
from itertools import permutations
from typing import Any, get_args

from restograph.answer import compose as composer
from restograph.evidence.brief import Brief, Span, parse
from restograph.evidence.brought import brought
from restograph.task.lexicon import concept, hits, reason_text, section
from restograph.task.read import read_task
from restograph.task.task import Conflict, Operation, Scale, Task
from restograph.verdict.judge import judge
from restograph.verdict.verdict import Rule, Verdict
from restograph.workflow.graph import Node, Workflow, linear
from restograph.workflow.plan import plan

Json = dict[str, Any]
Mutant = tuple[str, Json]
Telling = Callable[
    [Brief, Task, dict[str, Verdict], Workflow], Iterator[tuple[str, Task, dict[str, Verdict], Workflow]]
]
RETELLINGS: dict[str, Telling] = {}
IMPOSSIBLE = (
    KeyError,
    IndexError,
    StopIteration,
    ValueError,
    AssertionError,
    TypeError,
    composer.AnswerError,
    Exception,
)


def telling(kind: Telling) -> Telling:
    RETELLINGS[kind.__name__] = kind
    return kind


def retold(text: str, kind: str) -> Iterator[Mutant]:
    """Answers written for what a telling forges; what the composer cannot even write is no answer."""
    brief = parse(text)
    task = read_task(brief.text, *brief.question, brought(brief))
    verdicts = judge(brief, task)
    honest = (task, verdicts, plan(brief, task, verdicts))
    for what, *forged in RETELLINGS[kind](brief, *honest):
        if tuple(forged) != honest:
            try:
                data = composer._plain(
                    composer._Writer(brief, *forged, None, ()).written(composer.BUDGETS["normal"][1][0])
                )
            except IMPOSSIBLE:
                continue
            yield what, data


def _replanned(brief: Brief, task: Task, verdicts: dict[str, Verdict]) -> tuple[Task, dict[str, Verdict], Workflow]:
    return task, verdicts, plan(brief, task, verdicts)


def _rejudged(brief: Brief, task: Task) -> tuple[Task, dict[str, Verdict], Workflow]:
    return _replanned(brief, task, judge(brief, task))


def _damages(names: list[str]) -> tuple[str, ...]:
    return tuple(sorted({concept(f"operation.{n}").data["damage"] for n in names} - {""}))


def _with_operations(task: Task, operations: list[Operation]) -> Task:
    shares = [0.5, 0.25, 0.2]
    found = tuple(op.model_copy(update={"confidence": c}) for op, c in zip(operations, shares, strict=False))
    spans = {k: v for k, v in task.spans.items() if not k.startswith("operation.")}
    spans = {f"operation.{op.name}": op.span for op in found if op.span} | spans
    names = [op.name for op in found]
    return task.model_copy(update={"operations": found, "degradations": _damages(names), "spans": spans})


@telling
def another_verdict(
    brief: Brief, task: Task, verdicts: dict[str, Verdict], workflow: Workflow
) -> Iterator[tuple[Any, ...]]:
    """Each verdict by each other rule, with every concept that the source speaks of; the plan follows."""
    for key, old in verdicts.items():
        source = brief.source(key)
        assert source is not None
        for rule in get_args(Rule):
            label = concept(f"reason.{rule}").data["verdict"]
            for found, place in _readings(brief, key):
                for constraint in (None, *task.constraints):
                    if constraint and rule not in ("contradicted_constraint", "unserved_constraint"):
                        continue
                    name = (found or "").split(".")[-1]
                    new = old.model_copy(
                        update={
                            "verdict": label,
                            "rule": rule,
                            "found": found,
                            "span": Span(source=key, start=place[0], end=place[1]),
                            "serves": (name,) if name in old.needed and label == "fit" else (),
                            "constraint": constraint,
                            "reason": reason_text(rule, found, old.needed, constraint),
                            "axes": {a: concept(f"reason.{rule}").data["axis"] != a for a in old.axes},
                        }
                    )
                    if new.verdict != old.verdict or new.found != old.found or new.rule != old.rule:
                        yield f"{key}: {old.rule} -> {rule} ({found})", *_replanned(brief, task, {**verdicts, key: new})


def _readings(brief: Brief, key: str) -> list[tuple[str | None, tuple[int, int]]]:
    source = brief.source(key)
    assert source is not None
    found: list[tuple[str | None, tuple[int, int]]] = [(None, r) for r in brief.usable(source)[:2]]
    for part, lists in (
        ("operation", ("terms", "sources")),
        ("object", ("patterns",)),
        ("direction", ("patterns",)),
        ("needs", ("patterns",)),
    ):
        for name in section(part):
            places = [r for r in brief.usable(source) if hits(brief.text, name, lists, *r)]
            found += [(name, r) for r in places[-1:]]
            if part == "operation" and source.name_only:
                found.append((name, source.ranges["Model"]))
    return found


@telling
def an_operation_dropped(
    brief: Brief, task: Task, verdicts: dict[str, Verdict], workflow: Workflow
) -> Iterator[tuple[Any, ...]]:
    for op in task.operations:
        rest = [o for o in task.operations if o is not op]
        yield f"without {op.name}", *_rejudged(brief, _with_operations(task, rest))


@telling
def operations_in_another_order(
    brief: Brief, task: Task, verdicts: dict[str, Verdict], workflow: Workflow
) -> Iterator[tuple[Any, ...]]:
    for order in list(permutations(task.operations))[1:]:
        yield " ".join(o.name for o in order), *_rejudged(brief, _with_operations(task, list(order)))


@telling
def an_operation_added(
    brief: Brief, task: Task, verdicts: dict[str, Verdict], workflow: Workflow
) -> Iterator[tuple[Any, ...]]:
    """Every operation that has any word in the question, plain or a mere hint."""
    for name in section("operation"):
        short = name.split(".")[1]
        for lists in (("terms",), ("symptoms",), ("weak",)):
            places = hits(brief.text, name, lists, *brief.question)
            if places and short not in [o.name for o in task.operations]:
                op = Operation(name=short, confidence=0.1, span=Span(source="Q", start=places[0][0], end=places[0][1]))
                for operations in ([*task.operations, op], [op, *task.operations], [op]):
                    yield f"with {short}", *_rejudged(brief, _with_operations(task, operations))


@telling
def another_scale(
    brief: Brief, task: Task, verdicts: dict[str, Verdict], workflow: Workflow
) -> Iterator[tuple[Any, ...]]:
    """No factor, the other one of a conflict, or one of another value."""
    if task.scale:
        yield "none", *_rejudged(brief, task.model_copy(update={"scale": None, "target": None, "conflicts": ()}))
        for value in (task.scale.value + 1, 1.0, 0.5):
            scale = task.scale.model_copy(update={"value": value})
            yield f"{value}", *_rejudged(brief, task.model_copy(update={"scale": scale}))
        other = "temporal" if task.scale.kind == "spatial" else "spatial"
        yield other, *_rejudged(brief, task.model_copy(update={"scale": task.scale.model_copy(update={"kind": other})}))
    for clash in task.conflicts:
        assert task.scale is not None and isinstance(clash.b, Span)
        words = brief.text[clash.b.start : clash.b.end]
        scale = Scale(value=float(words.rstrip("x")), kind="spatial", span=clash.b)
        yield (
            "the other one",
            *_rejudged(
                brief,
                task.model_copy(update={"scale": scale, "conflicts": (Conflict(kind="scale", a=clash.b, b=clash.a),)}),
            ),
        )


@telling
def conflicts_hidden_or_turned(
    brief: Brief, task: Task, verdicts: dict[str, Verdict], workflow: Workflow
) -> Iterator[tuple[Any, ...]]:
    if task.conflicts:
        yield "hidden", *_rejudged(brief, task.model_copy(update={"conflicts": ()}))
        turned = tuple(Conflict(kind=c.kind, a=c.b, b=c.a) for c in task.conflicts)
        yield "turned", *_rejudged(brief, task.model_copy(update={"conflicts": turned}))


@telling
def another_constraint(
    brief: Brief, task: Task, verdicts: dict[str, Verdict], workflow: Workflow
) -> Iterator[tuple[Any, ...]]:
    for name in task.constraints:
        rest = tuple(c for c in task.constraints if c != name)
        spans = {k: v for k, v in task.spans.items() if k != f"constraint.{name}"}
        yield f"without {name}", *_rejudged(brief, task.model_copy(update={"constraints": rest, "spans": spans}))
    for name in (c.split(".")[1] for c in section("constraint")):
        if name not in task.constraints:
            more = tuple(sorted([*task.constraints, name]))
            yield f"with {name}", *_rejudged(brief, task.model_copy(update={"constraints": more}))


@telling
def another_subject(
    brief: Brief, task: Task, verdicts: dict[str, Verdict], workflow: Workflow
) -> Iterator[tuple[Any, ...]]:
    for name in (None, *(c.split(".")[1] for c in section("subject"))):
        if name != task.subject:
            yield str(name), *_rejudged(brief, task.model_copy(update={"subject": name}))


@telling
def another_degradation(
    brief: Brief, task: Task, verdicts: dict[str, Verdict], workflow: Workflow
) -> Iterator[tuple[Any, ...]]:
    for damages in ((), ("haze",), (*task.degradations, "rain")):
        yield f"{damages}", *_rejudged(brief, task.model_copy(update={"degradations": damages}))


@telling
def no_task_or_another(
    brief: Brief, task: Task, verdicts: dict[str, Verdict], workflow: Workflow
) -> Iterator[tuple[Any, ...]]:
    yield "unread", *_rejudged(brief, _with_operations(task, []))
    yield "outside", *_rejudged(brief, _with_operations(task, [Operation(name="other", confidence=0.5, span=None)]))


@telling
def another_plan(
    brief: Brief, task: Task, verdicts: dict[str, Verdict], workflow: Workflow
) -> Iterator[tuple[Any, ...]]:
    """Steps filled by whom they may not be, emptied, dropped, added, turned or with another parameter."""
    nodes = list(workflow.nodes)
    for i, node in enumerate(nodes):
        for what, update in _node_changes(node, verdicts):
            changed = [node.model_copy(update=update) if i == j else n for j, n in enumerate(nodes)]
            yield f"{node.id}: {what}", task, verdicts, Workflow(nodes=tuple(changed), edges=workflow.edges)
    for i in range(1, len(nodes) - 1):
        yield f"without {nodes[i].id}", task, verdicts, linear([*nodes[:i], *nodes[i + 1 :]])
        if i + 2 < len(nodes):
            yield "turned", task, verdicts, linear([*nodes[:i], nodes[i + 1], nodes[i], *nodes[i + 2 :]])
    extra = Node(id="more", kind="dehaze", sources=tuple(verdicts)[:1], reason="dehazing, by M1")
    yield "with dehaze", task, verdicts, linear([nodes[0], extra, *nodes[1:]])
    yield (
        "with a missing step",
        task,
        verdicts,
        linear([nodes[0], extra.model_copy(update={"sources": (), "missing": True}), *nodes[1:]]),
    )


def _node_changes(node: Node, verdicts: dict[str, Verdict]) -> Iterator[tuple[str, dict[str, object]]]:
    yield "emptied", {"sources": (), "missing": True}
    for key in verdicts:
        if key not in node.sources:
            yield f"filled by {key}", {"sources": (*node.sources, key), "missing": False}
            yield f"filled by {key} only", {"sources": (key,), "missing": False}
        else:
            yield f"without {key}", {"sources": tuple(k for k in node.sources if k != key)}
    yield "said to be filled", {"missing": False, "sources": node.sources}
    if "factor" in node.params:
        yield "another factor", {"params": {"factor": 7}}
