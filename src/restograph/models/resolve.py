"""Which installed card executes a node: a pure choice over frozen cards, no files are touched."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations_with_replacement
from math import prod
from re import split

from restograph.models.card import Card, ModelKind, Operation
from restograph.models.names import kinship

MOST_FACTOR = 16  # what a node may ask for
LONGEST_CHAIN = 4  # models in a row: with x2, x3 and x4 this reaches every factor that a node may ask for


@dataclass(frozen=True)
class Choice:
    """The card that will execute a node; `stand_in` if it only replaces the model that was named."""

    card: Card
    stand_in: bool


def named(cards: Iterable[Card], name: str) -> Card | None:
    """The card that goes by this name or alias, whatever its case."""
    wanted = name.casefold()
    return next((c for c in cards if wanted in (c.name.casefold(), *(a.casefold() for a in c.aliases))), None)


def choose(
    cards: Sequence[Card],
    kind: ModelKind,
    scale: Fraction,
    wanted: str | None,
    operations: Sequence[Operation] = (),
) -> Choice | None:
    """Card of this kind and exact scale for a node, or None.

    A wanted name that is installed wins; one that is not falls to the best card of the family that it
    names, then to the best that may stand in for it; without a name the best card is chosen. `operations`
    are what the node wants done: cards that do more of it come first, cards that do none of it are left out.
    """
    fitting = candidates(cards, kind, scale, operations)
    if not wanted:
        willing = [c for c in fitting if _unasked(c)]
        return Choice(willing[0], stand_in=False) if willing else None
    if (own := named(fitting, wanted)) is not None:
        return Choice(own, stand_in=False)
    relative = named(cards, wanted)  # installed, but for another size: its family comes first
    told = f"{relative.family} {wanted}" if relative else wanted
    able = [c for c in fitting if may_stand_in(c, wanted) or kinship(told, c.family)]
    able.sort(key=lambda c: -kinship(told, c.family))
    return Choice(able[0], stand_in=True) if able else None


def candidates(
    cards: Iterable[Card], kind: ModelKind, scale: Fraction, operations: Sequence[Operation] = ()
) -> list[Card]:
    """Cards of this kind and scale, best first: most of the operations, then the headline figure, then the name.

    Those for any factor come after those of exactly this one, and last where their quality is not known.
    """
    fitting = [c for c in cards if c.kind == kind and _fits(c, scale)]
    if operations:
        fitting = [c for c in fitting if covered(c, operations)]
    return sorted(fitting, key=lambda c: (-len(covered(c, operations)), _distance(c, scale), -_headline(c), c.name))


def covered(card: Card, operations: Iterable[Operation]) -> tuple[Operation, ...]:
    """Those of the wanted operations that the card performs."""
    return tuple(o for o in operations if o in card.operations)


def _fits(card: Card, scale: Fraction) -> bool:
    return 1 < scale <= MOST_FACTOR if card.any_factor else Fraction(card.scale) == scale


def _distance(card: Card, scale: Fraction) -> int:
    """0 for a model of exactly this factor, 1 for any factor and measured there, 2 beyond."""
    return 0 if card.any_factor is None else 1 if card.any_factor.measured(scale) else 2


def _unasked(card: Card) -> bool:
    """Whether a card serves nodes that name no model; one for any factor may be weaker than a chain, and says so."""
    return card.any_factor is None or not card.stands_in_for or "*" in card.stands_in_for


def may_stand_in(card: Card, name: str) -> bool:
    """True if the card lets itself be used in place of a model of this name (Task-Architecture-Variant)."""
    words = {word.casefold() for word in split(r"[^0-9A-Za-z]+", name)}
    return any(entry == "*" or entry.casefold() in words for entry in card.stands_in_for)


def chain(scales: Iterable[Fraction], factor: Fraction) -> tuple[Fraction, ...] | None:
    """Model scales whose product is the least one that reaches `factor`; the small ones first, they are cheapest there.

    Among equal products the shortest chain wins, then the one with the smallest spread. None if nothing reaches it.
    """
    steps = sorted({s for s in scales if s > 1})
    reach = [c for n in range(1, LONGEST_CHAIN + 1) for c in combinations_with_replacement(steps, n)]
    enough = [c for c in reach if prod(c) >= factor]
    return min(enough, key=lambda c: (prod(c), len(c), c[-1] - c[0])) if enough else None


def _headline(card: Card) -> float:
    return card.quality[0].value if card.quality else float("-inf")
