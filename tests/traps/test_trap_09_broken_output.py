"""Trap 9: black or NaN output called success."""

from pathlib import Path

import numpy as np
import pytest

from restograph.errors import OutOfMemory, RunError
from restograph.models import store
from restograph.models.runtime import Session
from restograph.run.engine import Engine
from restograph.workflow.graph import Node

IMAGE = np.random.default_rng(1).random((12, 15, 3), dtype=np.float32)


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Engine:
    monkeypatch.setenv(store.HOME_VARIABLE, str(Path(__file__).parents[1] / "data"))
    return Engine(store.installed(), "auto", 2**30)


@pytest.mark.parametrize("name", ["nan-x1", "constant-x1"])
def test_a_result_that_is_no_picture_is_an_error_naming_the_node(engine: Engine, name: str) -> None:
    with pytest.raises(RunError, match=rf"node 'tidy': '{name}' returned"):
        engine.restore(Node(id="tidy", kind="clean", model=name), IMAGE)
    assert engine.used == []


def _spoilt(monkeypatch: pytest.MonkeyPatch, times: int) -> list[str]:
    """Let the first runs of every session return NaN; returns the list of providers that were run."""
    real, seen = Session.run, []

    def run(self: Session, batch: np.ndarray) -> np.ndarray:
        seen.append(self.provider)
        out = real(self, batch)
        return out * np.nan if len(seen) <= times else out

    monkeypatch.setattr(Session, "run", run)
    return seen


def test_it_is_computed_once_more_on_the_processor(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = _spoilt(monkeypatch, 1)
    out = engine.restore(Node(id="tidy", kind="clean", model="identity-x1"), IMAGE)
    assert np.array_equal(out, IMAGE) and len(seen) == 2 and seen[1] == "cpu"
    assert engine.providers == {"tidy": "cpu"}


def test_it_is_not_computed_for_ever(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = _spoilt(monkeypatch, 9)
    with pytest.raises(RunError, match="NaN"):
        engine.restore(Node(id="tidy", kind="clean", model="identity-x1"), IMAGE)
    assert len(seen) == 2


def test_out_of_memory_stays_out_of_memory(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Session, batch: np.ndarray) -> np.ndarray:
        raise MemoryError

    monkeypatch.setattr(Session, "run", full)
    with pytest.raises(OutOfMemory, match="node 'tidy'"):
        engine.restore(Node(id="tidy", kind="clean", model="identity-x1"), IMAGE)
