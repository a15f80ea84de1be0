"""What the moves choose from: the brief, the task, the verdicts with their proofs, the workflow, the run."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from restograph.answer.check.document import Json
from restograph.answer.length import Budget
from restograph.answer.proofs import Proofs
from restograph.evidence.brief import Brief, Source
from restograph.evidence.sentences import Range
from restograph.task.task import Task
from restograph.verdict.verdict import Label, Verdict
from restograph.workflow.graph import Node, Workflow, ordered


@dataclass(frozen=True)
class Said:
    """One chosen statement: a template, the proofs of its arguments, and the root of its own proof."""

    template: str
    args: Mapping[str, int | list[int]]
    proof: int


@dataclass(frozen=True)
class Draft:
    """A sentence that a language model worded from whole sentences (`places`) of one source."""

    text: str
    key: str
    places: tuple[Range, ...]


@dataclass
class Content:
    """Everything a move may speak of. `proved` holds the proof of each verdict."""

    brief: Brief
    task: Task
    verdicts: Mapping[str, Verdict]
    proved: Mapping[str, int]
    workflow: Workflow
    proofs: Proofs
    run: Json | None
    budget: Budget
    drafts: tuple[Draft, ...] = ()
    told: set[Range] = field(default_factory=set)

    @property
    def executed(self) -> bool:
        """True if a picture was made."""
        return bool((self.run or {}).get("output"))

    @property
    def nodes(self) -> tuple[Node, ...]:
        return ordered(self.workflow)

    @property
    def operations(self) -> list[str]:
        return [op.name for op in self.task.operations]

    def source(self, key: str) -> Source:
        found = self.brief.source(key)
        assert found is not None, key
        return found

    def by_label(self, *labels: Label) -> list[str]:
        """Keys of the sources with these verdicts: the more they explain the earlier, then by title."""
        rank = {"fit": 0, "partial": 1, "off_topic": 2}
        level = {"yes": 0, "in part": 1, "no": 2}
        keys = [k for k, v in self.verdicts.items() if v.verdict in labels]
        return sorted(
            keys, key=lambda k: (rank[self.verdicts[k].verdict], level[self.verdicts[k].explains], self.source(k).title)
        )

    def cite_field(self, key: str, place: Range) -> int:
        return self.proofs.cite(key, place)

    def title(self, key: str) -> int:
        """Proof of a source's title."""
        return self.proofs.cite(key, self.source(key).ranges["Model"])
