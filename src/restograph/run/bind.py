"""From a plan to what really runs: every node gets its model, is skipped, or the run is refused.

Pure: the installed cards come as data. The bound workflow is the one that is executed and recorded.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from math import prod
from types import MappingProxyType
from typing import TypeGuard, get_args

from restograph.errors import MissingSlot
from restograph.models.card import Card, ModelKind, Operation
from restograph.models.resolve import Choice, chain, choose, covered, named
from restograph.workflow.graph import Node, Workflow, check_params, fresh_id, kind_of, ordered, validate
from restograph.workflow.values import as_fraction, exact_number

_OPERATIONS: dict[str, tuple[Operation, ...]] = {
    "compression+noise": ("compression_artifact_removal", "denoising"),
    "compression": ("compression_artifact_removal",),
    "noise": ("denoising",),
    "motion": ("motion_deblurring",),
    "defocus": ("defocus_deblurring",),
}


@dataclass(frozen=True)
class Bound:
    """A workflow that can be executed as it stands, and what the reader must be told about it."""

    workflow: Workflow
    disclosures: tuple[str, ...]


def bind(
    workflow: Workflow,
    cards: Sequence[Card],
    fill_missing: bool = False,
    recommended: Mapping[str, str] = MappingProxyType({}),
) -> Bound:
    """Say for every node what will execute it.

    Of several models that a brief recommends for a step (`recommended`: their names by key) the first
    installed one is used. A named model that is not installed falls to a stand-in; a same-size step without a model is
    skipped; a factor that no model has becomes a chain of models and a resize. All of it is disclosed.
    Raises WorkflowError for an invalid graph, MissingSlot when a step that changes the size has no
    model (`fill_missing` lets the best installed one in) or when nothing but load and save is left.
    """
    validate(workflow)
    binder = _Binder(cards, fill_missing, [node.id for node in workflow.nodes], recommended)
    chains = {node.id: binder.node(node) for node in ordered(workflow)}
    bound = _rewired(workflow, chains)
    if all(node.skipped or kind_of(node).role != "step" for node in bound.nodes):
        told = "; ".join(binder.told) or "the workflow only loads and saves"
        raise MissingSlot(f"no step of this workflow can be executed ({told}); install a model or change the plan")
    return Bound(bound, tuple(binder.told))


def is_model_kind(kind: str) -> TypeGuard[ModelKind]:
    """True for node kinds that a network executes."""
    return kind in get_args(ModelKind)


@dataclass
class _Binder:
    """Decides node by node; `told` collects the disclosures."""

    cards: Sequence[Card]
    fill_missing: bool
    taken: list[str]
    recommended: Mapping[str, str]
    told: list[str] = field(default_factory=list)

    def node(self, node: Node) -> tuple[Node, ...]:
        kind = kind_of(node)
        if node.skipped:
            return (node,)
        if not kind.runnable:
            if kind.changes_size or kind.role != "step":
                raise MissingSlot(
                    f"node {node.id!r}: {kind.title!r} cannot be executed yet; remove the node to run the rest"
                )
            return (self.skip(node, f"no installed model can {kind.title}"),)
        if not is_model_kind(kind.name):
            return (node,)
        if node.missing and not self.fill_missing and not (node.model and named(self.cards, node.model)):
            return self.unfilled(node, kind.name)
        node = self.preferred(node)
        return self.upscale(node) if kind.name == "upscale" else self.same_size(node, kind.name)

    def preferred(self, node: Node) -> Node:
        """The node with the first of its recommended models that is installed; as it is when none is."""
        if node.model is None or named(self.cards, node.model):
            return node
        names = (self.recommended[key] for key in node.sources if key in self.recommended)
        other = next((n for n in names if (card := named(self.cards, n)) and card.kind == node.kind), None)
        if other is None:
            return node
        note = f"{node.model!r} is not installed, {other!r} is"
        self.tell(node, note)
        return node.model_copy(update={"model": other, "reason": _joined(node.reason, note)})

    def unfilled(self, node: Node, kind: ModelKind) -> tuple[Node, ...]:
        if kind != "upscale":
            return (self.skip(node, "no provided source fills this step"),)
        raise MissingSlot(
            f"node {node.id!r}: no provided source fills the step {kind!r}, which changes the size; "
            "add --fill-missing to let the best installed model do it"
        )

    def same_size(self, node: Node, kind: ModelKind) -> tuple[Node, ...]:
        params = check_params(node)
        wanted = _OPERATIONS.get(str(params.get("remove", params.get("cause", ""))), ())
        choice = choose(self.cards, kind, Fraction(1), node.model, wanted)
        if choice is None:
            why = f"{self.absent(node)} and nothing stands in for it" if node.model else "no model is installed"
            return (self.skip(node, f"{why} for this step"),)
        bound = self.filled(node, choice)
        left = [o for o in wanted if o not in covered(choice.card, wanted)]
        if left:
            self.tell(node, f"{choice.card.name!r} does no {' and no '.join(left)}")
        return (bound,)

    def upscale(self, node: Node) -> tuple[Node, ...]:
        factor = as_fraction(check_params(node)["factor"])
        if choice := choose(self.cards, "upscale", factor, node.model):
            return (self.measured(self.filled(node, choice), choice.card, factor),)
        fixed = [c for c in self.cards if c.kind == "upscale" and c.any_factor is None]
        choices = {Fraction(c.scale): self.enlarger(node, c) for c in fixed}
        usable = {scale: choice for scale, choice in choices.items() if choice}
        steps = chain(usable, factor)
        if steps is None:
            raise MissingSlot(
                f"node {node.id!r}: no installed model enlarges {exact_number(factor)} times"
                f"{f' in place of {node.model!r}' if node.model else ''}; install one, see `restograph models list`"
            )
        parts = [self.part(node, number, usable[scale]) for number, scale in enumerate(steps)]
        names = " and ".join(repr(part.model) for part in parts)
        none = f"no installed model enlarges exactly {exact_number(factor)} times"
        if node.model and choose(self.cards, "upscale", factor, None):  # one does, but it stands in for nothing
            none += f" in place of {node.model!r}"
        self.tell(node, f"{none}; {names} do it in a chain" if len(parts) > 1 else f"{none}; {names} is used")
        if (rest := factor / prod(steps)) != 1:
            parts.append(self.resize(node, rest, factor))
        return tuple(parts)

    def measured(self, node: Node, card: Card, factor: Fraction) -> Node:
        """The node; beyond the factors at which a model for any factor was measured, with a note of that."""
        known = card.any_factor
        if known is None or known.measured(factor):
            return node
        times = f"at {exact_number(factor)} times"
        note = f"{card.name!r} was measured from {known.least:g} to {known.most:g} times, not {times}"
        if not card.quality:  # somebody's own weights: its factors are those for which such networks are trained
            note = f"how good {card.name!r} is {times} is not known"
        if note in node.reason:  # bound before
            return node
        self.tell(node, note)
        return node.model_copy(update={"reason": _joined(node.reason, note)})

    def enlarger(self, node: Node, card: Card) -> Choice | None:
        return choose(self.cards, "upscale", Fraction(card.scale), node.model)

    def part(self, node: Node, number: int, choice: Choice) -> Node:
        same = {"params": {"factor": exact_number(Fraction(choice.card.scale))}}
        if number == 0:
            return self.filled(node, choice).model_copy(update=same)
        return node.model_copy(update={"id": self.fresh("upscale"), "model": _name(node, choice), **same})

    def resize(self, node: Node, rest: Fraction, factor: Fraction) -> Node:
        reason = f"brings the enlarged picture to exactly {exact_number(factor)} times the size (bicubic)"
        added = Node(id=self.fresh("resize"), kind="resize", params={"factor": exact_number(rest)}, reason=reason)
        self.tell(added, reason)
        return added

    def filled(self, node: Node, choice: Choice) -> Node:
        name, note = _name(node, choice), ""
        if choice.stand_in:
            note = f"{self.absent(node)}; {name!r} stands in for it"
        elif node.missing and node.model is None:
            note = f"no provided source fills this step; {name!r} of the installed models does it"
        if note:
            self.tell(node, note)
        return node.model_copy(update={"model": name, "reason": _joined(node.reason, note)})

    def absent(self, node: Node) -> str:
        """Why the model that a node names does not execute it."""
        why = "is not for this step" if named(self.cards, node.model or "") else "is not installed"
        return f"{node.model!r} {why}"

    def skip(self, node: Node, why: str) -> Node:
        note = f"skipped: {why}; the picture passes through unchanged"
        self.tell(node, note)
        return node.model_copy(update={"skipped": True, "model": None, "reason": _joined(node.reason, note)})

    def tell(self, node: Node, note: str) -> None:
        self.told.append(f"{node.id}: {note}")

    def fresh(self, kind: str) -> str:
        self.taken.append(fresh_id(kind, self.taken))
        return self.taken[-1]


def _name(node: Node, choice: Choice) -> str:
    """The name of the model that was asked for, also where it is an alias; else that of the one that does it."""
    return choice.card.name if choice.stand_in or not node.model else node.model


def _rewired(workflow: Workflow, chains: dict[str, tuple[Node, ...]]) -> Workflow:
    """The graph with each node replaced by its chain; what it fed is fed by the last link."""

    def start(reference: str) -> str:
        node_id, _, port = reference.partition(".")
        return f"{chains[node_id][-1].id}.{port}"

    inner = [(f"{a.id}.image", f"{b.id}.image") for c in chains.values() for a, b in pairwise(c)]
    edges = [(start(a), b) for a, b in workflow.edges]
    nodes = [part for node in workflow.nodes for part in chains[node.id]]
    return Workflow(nodes=tuple(nodes), edges=(*edges, *inner))


def _joined(*sentences: str) -> str:
    return "; ".join(s for s in sentences if s)
