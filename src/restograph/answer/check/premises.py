"""What all rules share: how a premise is demanded and read."""

from collections.abc import Callable

from restograph.answer.check.document import Document, Fact, Failed, Json, Reading

Rule = Callable[[Document, tuple[Fact, ...]], Json]
SOURCE = ("terms", "sources")  # lists of an operation that count in a summary


def demand(holds: bool, message: str) -> None:
    if not holds:
        raise Failed(message)


def reading(premises: tuple[Fact, ...], part: str, *, lists: tuple[str, ...] | None = None) -> Reading:
    """The one premise, as a reading of a concept of this section."""
    first = premises[0] if len(premises) == 1 else None
    demand(isinstance(first, Reading) and (first.concept or "").startswith(part + "."), f"expected a reading of {part}")
    assert isinstance(first, Reading)
    demand(lists is None or set(first.lists) <= set(lists), f"read through {first.lists!r}, expected {lists!r}")
    return first


def name_of(concept_id: str | None) -> str:
    return (concept_id or "").split(".")[-1]
