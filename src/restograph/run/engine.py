"""What the nodes of one run share: sessions, the memory budget, progress, and notes for the record."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from restograph.errors import OutOfMemory, RunError
from restograph.models.anyfactor import AnyFactorSession
from restograph.models.card import Card, Provider
from restograph.models.runtime import Session
from restograph.models.store import find
from restograph.run.apply_any import apply_any
from restograph.run.apply_model import Applied, BadOutput, Pixels, apply_model
from restograph.run.record import WeightsUsed
from restograph.run.tiles import Tick
from restograph.workflow.graph import Node, output_size

Loaded = Session | AnyFactorSession
Progress = Callable[[str, int, int], None]  # node id, pixels done, pixels in all

MISLEADING = (
    "detail that a network adds is plausible, not measured: do not rely on faces, text, number plates "
    "or other evidence in the output without comparing it with the input"
)


def loaded(card: Card, provider: Provider) -> Loaded:
    """A session of the card's network, of either sort."""
    return AnyFactorSession(card, provider) if card.any_factor else Session(card, provider)


def applied(session: Loaded, pixels: Pixels, size: tuple[int, int], limit: int, tick: Tick | None = None) -> Applied:
    """Run a network on (H, W, C) within `limit` bytes; one for any factor gives the `size` (height, width)."""
    if isinstance(session, AnyFactorSession):
        return apply_any(session, session.card, pixels, size, limit, tick)
    return apply_model(session.run, session.card, pixels, limit, tick)


@dataclass
class Engine:
    """Executes networks for nodes and remembers which, where and how long."""

    cards: Sequence[Card]
    provider: Provider
    limit: int  # bytes that a network may use
    progress: Progress | None = None
    used: list[WeightsUsed] = field(default_factory=list)
    providers: dict[str, Provider] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    sessions: dict[tuple[str, Provider], Loaded] = field(default_factory=dict)

    def restore(self, node: Node, pixels: Pixels) -> Pixels:
        """Run the node's network on (H, W, C) -> (H*s, W*s, C) in [0, 1], sides rounded.

        A result that is no picture is computed once more, on the processor; then RunError names the node.
        """
        card = find(node.model or "", self.cards)
        session = self._session(card, self.provider)
        try:
            try:
                applied = self._apply(node, session, pixels)
            except BadOutput:
                session = self._session(card, "cpu")
                applied = self._apply(node, session, pixels)
        except RunError as error:
            kind = OutOfMemory if isinstance(error, OutOfMemory) else RunError
            raise kind(f"node {node.id!r}: {error}") from error
        self._note(node, session, applied)
        return applied.pixels

    def warn(self, note: str) -> None:
        """Add a warning once."""
        if note not in self.warnings:
            self.warnings.append(note)

    @contextmanager
    def timed(self, node: Node) -> Iterator[None]:
        """Measure the seconds that a node takes."""
        begun = time.perf_counter()
        yield
        self.seconds[node.id] = round(time.perf_counter() - begun, 3)

    def _session(self, card: Card, provider: Provider) -> Loaded:
        key = (card.name, provider)
        if key not in self.sessions:
            self.sessions[key] = loaded(card, provider)
        return self.sessions[key]

    def _apply(self, node: Node, session: Loaded, pixels: Pixels) -> Applied:
        def tick(done: int, total: int) -> None:
            if self.progress:
                self.progress(node.id, done, total)

        width, height = output_size(node, pixels.shape[1], pixels.shape[0])
        return applied(session, pixels, (height, width), self.limit, tick)

    def _note(self, node: Node, session: Loaded, applied: Applied) -> None:
        card = session.card
        self.providers[node.id] = session.provider
        second = card.any_factor.sha256 if card.any_factor else None
        files = {"sha256": card.sha256, "query_sha256": second}
        called = node.model if node.model != card.name else None  # what a brief recommends is found again by it
        used = WeightsUsed(node=node.id, name=card.name, called=called, **files, tile=applied.tile, tiled=applied.tiled)
        self.used.append(used)
        self.warn(MISLEADING)
        if applied.tiled and not card.tiling.exact:
            bound = card.tiling.bound
            size = "by an unknown amount" if bound is None else f"by at most {bound * 255:.2g} of 255 where measured"
            self.warn(f"{card.name!r} worked in tiles of {applied.tile} pixels, which changes its result {size}")
