"""Sessions of a network that enlarges by any factor: an encoder for pictures, a query for grids of output pixels.

Tensor names and layouts are those of networks/export/liif.py.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from restograph.errors import RunError
from restograph.models.card import Card, Provider
from restograph.models.runtime import Network, Tensor
from restograph.models.store import query_path, weights_path

HIDDEN, COLOURS = "hidden", "colours"


class AnyFactorSession:
    """Both files of one card on one provider."""

    def __init__(self, card: Card, provider: Provider = "auto", threads: int | None = None) -> None:
        """Load and check the weights. Raises HashMismatch, ProviderUnavailable or ModelError."""
        if card.any_factor is None:
            raise RunError(f"model {card.name!r} enlarges {card.scale:g} times only; choose one for any factor")
        self.card = card
        self._encoder = Network(card, weights_path(card), card.sha256, provider, threads)
        self.provider = self._encoder.provider
        self._query = Network(card, query_path(card), card.any_factor.sha256, self.provider, threads)

    def encode(self, batch: Tensor) -> Tensor:
        """(1, 3, h, w) float32 in the card's range -> hidden (h, w, C). Raises OutOfMemory or RunError."""
        ports = self.card.input
        out = self._encoder.call(ports.output, {ports.input: np.ascontiguousarray(batch, np.float32)}, ports.input)
        if out.ndim != 4 or out.shape[:3] != (1, *batch.shape[2:]):
            raise RunError(f"model {self.card.name!r} encoded {batch.shape!r} as {out.shape!r}; its card is wrong")
        hidden: Tensor = out[0]
        return hidden

    def query(self, hidden: Tensor, grid: Mapping[str, NDArray[Any]]) -> Tensor:
        """Hidden (h, w, C) and the taps of r x c output pixels -> colours (r, c, 3). Raises OutOfMemory or RunError."""
        out = self._query.call(COLOURS, {HIDDEN: hidden, **grid}, HIDDEN)
        wanted = (grid["row_pairs"].shape[1], grid["column_pairs"].shape[1], 3)
        if out.shape != wanted:
            raise RunError(f"model {self.card.name!r} returned {out.shape!r} instead of {wanted!r}; its card is wrong")
        return out
