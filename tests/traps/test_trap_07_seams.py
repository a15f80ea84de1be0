"""Trap 7: seams between tiles."""

from copy import copy
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from restograph.models import store
from restograph.models.card import Card
from restograph.models.runtime import Session
from restograph.run.apply_any import QUERY_BYTES
from restograph.run.engine import Loaded, applied, loaded

HOME = Path(__file__).parents[1] / "data"
PER_PIXEL = 1000
ROUNDING = 1e-6  # of 1.0: float32 sums in another order


@pytest.fixture(scope="module")
def sessions() -> dict[str, Session]:
    """The toy networks, loaded once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(store.HOME_VARIABLE, str(HOME))
        return {name: Session(store.find(name), "cpu") for name in ("blur-x1", "pooled-x1", "nearest-x3")}


def _tiled_minus_whole(session: Loaded, card: Card, image: np.ndarray, tile: int) -> tuple[float, bool]:
    rule = card.tiling.model_copy(update={"tile": tile, "bytes_per_pixel": PER_PIXEL})
    limit, size = PER_PIXEL * (tile + 2 * rule.halo) ** 2, (image.shape[0] * 5 // 2, image.shape[1] * 5 // 2)
    whole = applied(_as(session, card), image, size, 2**40)
    cut = _as(session, card.model_copy(update={"tiling": rule}))
    small = applied(cut, image, size, limit + (QUERY_BYTES if card.any_factor else 0))
    assert not whole.tiled
    return float(np.abs(whole.pixels - small.pixels).max()), small.tiled


def _as(session: Loaded, card: Card) -> Loaded:
    """The session under another card of the same network."""
    other = copy(session)
    other.card = card
    return other


def _noise(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(height * 100 + width).random((height, width, 3), dtype=np.float32)


@settings(max_examples=60, deadline=None)
@given(
    name=st.sampled_from(["blur-x1", "pooled-x1", "nearest-x3"]),
    height=st.integers(1, 70),
    width=st.integers(1, 70),
    tile=st.integers(8, 41),
)
def test_tiled_equals_whole(sessions: dict[str, Session], name: str, height: int, width: int, tile: int) -> None:
    session = sessions[name]
    difference, _ = _tiled_minus_whole(session, session.card, _noise(height, width), tile)
    assert difference <= ROUNDING


def test_a_halo_that_is_too_small_would_be_seen(sessions: dict[str, Session]) -> None:
    session = sessions["blur-x1"]
    short = session.card.tiling.model_copy(update={"halo": 1})
    difference, cut = _tiled_minus_whole(session, session.card.model_copy(update={"tiling": short}), _noise(50, 50), 17)
    assert cut and difference > 0.01


def _shipped() -> list[Card]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(store.HOME_VARIABLE, str(HOME / "no-models-here"))
        return [card for card in store.installed() if not card.tiling.global_statistics]


@pytest.mark.parametrize("card", _shipped(), ids=lambda card: card.name)
def test_shipped_networks_keep_the_bound_of_their_card(card: Card) -> None:
    halo = max(card.tiling.halo, 32)
    image = _noise(4 * halo + 23, 3 * halo - 6)  # odd, and larger than a tile with its halo
    difference, cut = _tiled_minus_whole(loaded(card, "cpu"), card, image, 41)
    bound = ROUNDING if card.tiling.exact else card.tiling.bound
    assert cut
    assert bound is not None, "a card whose tiles are not exact states the measured bound"
    assert difference <= bound
