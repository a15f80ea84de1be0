"""Trap 10: a model that wants sizes in multiples refuses 681 px."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from restograph.errors import RunError
from restograph.models import store
from restograph.models.card import Card
from restograph.models.runtime import Session
from restograph.run.apply_model import apply_model
from restograph.run.engine import applied, loaded

HOME = Path(__file__).parents[1] / "data"
PLENTY = 2**40


@pytest.fixture(scope="module")
def blocks() -> Session:
    """A network that fails unless both sides are multiples of 8."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(store.HOME_VARIABLE, str(HOME))
        return Session(store.find("blocks-x1"), "cpu")


def _noise(height: int, width: int, channels: int = 3) -> np.ndarray:
    return np.random.default_rng(height * 100 + width).random((height, width, channels), dtype=np.float32)


def test_the_network_alone_refuses(blocks: Session) -> None:
    with pytest.raises(RunError):
        blocks.run(_noise(681, 5).transpose(2, 0, 1)[None])


@settings(max_examples=60, deadline=None)
@given(height=st.integers(1, 70), width=st.one_of(st.integers(1, 70), st.just(681)), channels=st.sampled_from([1, 3]))
def test_every_size_runs_and_comes_back(blocks: Session, height: int, width: int, channels: int) -> None:
    image = _noise(height, width, channels)
    out = apply_model(blocks.run, blocks.card, image, PLENTY).pixels
    assert out.shape == image.shape and np.abs(out - image).max() < 1e-6


def _shipped() -> list[Card]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(store.HOME_VARIABLE, str(HOME / "no-models-here"))
        return list(store.installed())


@pytest.mark.parametrize("card", _shipped(), ids=lambda card: card.name)
def test_shipped_networks_take_every_small_size(card: Card) -> None:
    session, scale = loaded(card, "cpu"), 2.5 if card.any_factor else card.scale
    for height, width in [(1, 1), (1, 9), (2, 7), (5, 5), (7, 8), (8, 8), (9, 17), (23, 31), (70, 69)]:
        size = int(height * scale + 0.5), int(width * scale + 0.5)
        assert applied(session, _noise(height, width), size, PLENTY).pixels.shape == (*size, 3)
