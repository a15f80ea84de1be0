"""Trap 8: GPU asked for, CPU used, nobody told."""

from pathlib import Path

import pytest

from restograph.errors import ProviderUnavailable
from restograph.models import runtime, store
from restograph.models.card import Provider
from restograph.models.runtime import Session
from restograph.run.engine import Engine
from restograph.workflow.graph import Node


@pytest.fixture(autouse=True)
def toys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(store.HOME_VARIABLE, str(Path(__file__).parents[1] / "data"))


ABSENT = [p for p in runtime._NAMES if p not in runtime.available_providers()]


@pytest.mark.parametrize("provider", ABSENT)
def test_a_missing_provider_is_an_error(provider: Provider) -> None:
    with pytest.raises(ProviderUnavailable, match=f"'{provider}'.*--provider auto"):
        Session(store.find("identity-x1"), provider)


def test_an_unknown_provider_is_an_error() -> None:
    with pytest.raises(ProviderUnavailable, match="'gpu'"):
        Session(store.find("identity-x1"), "gpu")  # type: ignore[arg-type]


def test_a_provider_that_is_built_in_but_does_not_start_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    class FellBack:
        def get_providers(self) -> list[str]:
            return ["CPUExecutionProvider"]

    monkeypatch.setattr(runtime, "available_providers", lambda: ("cpu", "cuda"))
    monkeypatch.setattr(runtime, "_session", lambda *_: FellBack())
    with pytest.raises(ProviderUnavailable, match="did not start"):
        Session(store.find("identity-x1"), "cuda")
    assert Session(store.find("identity-x1"), "auto").provider == "cpu"


def test_the_provider_that_was_used_is_noted_per_node() -> None:
    import numpy as np

    engine = Engine(store.installed(), "auto", 2**30)
    node = Node(id="tidy", kind="clean", model="identity-x1")
    engine.restore(node, np.random.default_rng(1).random((9, 9, 3), dtype=np.float32))
    assert engine.providers == {"tidy": Session(store.find("identity-x1"), "auto").provider}
