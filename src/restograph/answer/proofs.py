"""Builds the proof DAG of an answer: each call adds a node once and returns its index."""

from collections.abc import Mapping, Sequence
from typing import Any

from restograph.evidence.brief import Brief, Span
from restograph.evidence.sentences import Range
from restograph.evidence.twins import twin
from restograph.task.further import spoken
from restograph.task.lexicon import hits
from restograph.task.quantity import Quantity, factors, same_size
from restograph.task.task import Task
from restograph.task.vote import heard
from restograph.verdict.verdict import Verdict

SOURCE_LISTS = ("terms", "sources")
_LISTS = {"operation": SOURCE_LISTS, "object": ("patterns",), "direction": ("patterns",), "needs": ("patterns",)}


class Proofs:
    """The growing list of proofs; equal proofs share one index."""

    def __init__(self, brief: Brief, task: Task) -> None:
        self.brief, self.task = brief, task
        self.nodes: list[dict[str, Any]] = []
        self._known: dict[str, int] = {}

    def add(self, **node: Any) -> int:
        known = repr(sorted(node.items()))
        if known not in self._known:
            self._known[known] = len(self.nodes)
            self.nodes.append(node)
        return self._known[known]

    def cite(self, key: str, place: Range) -> int:
        return self.add(op="cite", key=key, start=place[0], end=place[1])

    def span(self, span: Span) -> int:
        return self.cite(span.source, (span.start, span.end))

    def read(self, cited: int, concept: str, lists: Sequence[str]) -> int:
        return self.add(op="read", of=cited, concept=concept, lists=list(lists))

    def quantity(self, key: str, quantity: Quantity) -> int:
        cited = self.cite(key, (quantity.start, quantity.end))
        return self.add(op="read", of=cited, quantity={"value": quantity.value, "kind": quantity.kind})

    def absent(self, concept: str, lists: Sequence[str], scope: Sequence[str]) -> int:
        return self.add(op="absent", concept=concept, lists=list(lists), scope=list(scope))

    def apply(self, rule: str, *premises: int) -> int:
        return self.add(op="apply", rule=rule, premises=list(premises))

    def node(self, node_id: str) -> int:
        return self.add(op="node", id=node_id)

    def measure(self, pointer: str) -> int:
        return self.add(op="measure", pointer=pointer)

    def operation(self, name: str) -> int:
        """The reading in the question that a wanted operation rests on: its words, else its number, else the whole of it or the clause."""
        text, (a, b) = self.brief.text, self.brief.question
        for lists in (("terms",), ("symptoms",), ("weak",)):
            if found := hits(text, f"operation.{name}", lists, a, b):
                span = self.task.spans.get(f"operation.{name}")
                place = next((r for r in found if span and r == (span.start, span.end)), found[0])
                return self.read(self.cite("Q", place), f"operation.{name}", lists)
        wanted = "temporal" if name == "video_frame_interpolation" else "spatial"
        sizing = name in ("super_resolution", "video_super_resolution", "video_frame_interpolation")
        if sizing and (number := next((q for q in self.numbers() if q.kind == wanted and q.value != 1), None)):
            return self.quantity("Q", number)
        place = (a, b) if heard(name, self.brief.asked) else spoken(text, a, b, name)[1]
        return self.read(self.cite("Q", place), f"operation.{name}", ("heard",))

    def numbers(self) -> list[Quantity]:
        """Quantities of the question, an explicit same size included."""
        text, (a, b) = self.brief.text, self.brief.question
        same = same_size(text, a, b)
        return [*factors(text, a, b), *([same] if same else [])]

    def scale(self) -> int | None:
        """The reading of the task's factor."""
        scale = self.task.scale
        if scale is None:
            return None
        place = (scale.span.start, scale.span.end)
        return self.quantity(
            "Q", next(q for q in self.numbers() if (q.start, q.end) == place and q.value == scale.value)
        )

    def verdict(self, key: str, verdicts: Mapping[str, Verdict]) -> int:
        """The application of a verdict rule to what was read in the source, and to what was not."""
        verdict = verdicts[key]
        if verdict.rule.endswith("_by_paper"):
            return self._by_paper(key, verdicts)
        place = (verdict.basis.start, verdict.basis.end)
        cited = self.cite(key, place)
        rule, found = verdict.rule, verdict.found
        if found is None:
            first = cited
        elif rule.endswith("_by_name"):
            first = self.read(cited, found, ("names",))
        elif rule == "contradicted_constraint":
            against = self.read(cited, f"constraint.{verdict.constraint}", ("against",))
            return self.apply(rule, self._found(key, found), against)
        elif rule == "unserved_constraint":
            return self.apply(
                rule,
                self._found(key, found, place),
                self.absent(f"constraint.{verdict.constraint}", ("serves",), (key,)),
            )
        elif rule == "fit_by_wording":
            first = self.read(cited, found, ("heard",))
        else:
            first = self.read(cited, found, self._lists(found, place))
        refuted = [
            self.absent(f"operation.{n}", SOURCE_LISTS, (key,))
            for n in verdict.needed
            if rule in ("other_operation", "fit_by_wording") and n != "other"
        ]
        return self.apply(rule, first, *refuted)

    def _by_paper(self, key: str, verdicts: Mapping[str, Verdict]) -> int:
        """A name and the verdict of the entry that describes the same work."""
        source = self.brief.source(key)
        described = twin(self.brief, source) if source else None
        assert source and described
        name = self.cite(key, source.ranges["Model"])
        return self.apply(verdicts[key].rule, name, self.verdict(described.key, verdicts))

    def _lists(self, found: str, place: Range) -> tuple[str, ...]:
        lists = _LISTS[found.split(".", maxsplit=1)[0]]
        return lists if hits(self.brief.text, found, lists, *place) else ("names",)

    def _found(self, key: str, found: str, place: Range | None = None) -> int:
        """A reading of the operation somewhere usable in the source, at `place` when it is there."""
        source = self.brief.source(key)
        assert source is not None
        ranges = self.brief.usable(source)
        if place and hits(self.brief.text, found, SOURCE_LISTS, *place):
            ranges = [place]
        where = next(r for r in ranges if hits(self.brief.text, found, SOURCE_LISTS, *r))
        return self.read(self.cite(key, where), found, SOURCE_LISTS)
