"""What holds for every test: no network, and property tests that do not depend on the machine's speed."""

import os
import socket
import sys
from collections.abc import Iterator
from typing import Any, NoReturn

import pytest
from hypothesis import settings

# a busy machine must not fail a property by its clock; CI draws the same examples every time
settings.register_profile("restograph", deadline=None, derandomize=bool(os.environ.get("CI")), print_blob=True)
settings.load_profile("restograph")


_CONNECT, _LOOK_UP = socket.socket.connect, socket.getaddrinfo


def _refuse(*_: Any, **__: Any) -> NoReturn:
    raise AssertionError("a test tried to use the network; Restograph works offline")


def _connect(self: socket.socket, address: Any) -> None:
    """Processes of one machine may talk through a local file socket; everything else is refused."""
    if self.family != getattr(socket, "AF_UNIX", None):
        _refuse()
    _CONNECT(self, address)


def _connect_here(self: socket.socket, address: Any) -> None:
    if address[0] != "127.0.0.1":
        _refuse()
    _CONNECT(self, address)


@pytest.fixture
def loopback(offline: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Connections to this very machine are let through: for tests against a server that they start."""
    monkeypatch.setattr(socket.socket, "connect", _connect_here)
    monkeypatch.setattr(socket, "getaddrinfo", _LOOK_UP)


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Connecting and looking up names fail in every test."""
    monkeypatch.setattr(socket.socket, "connect", _connect)
    monkeypatch.setattr(socket.socket, "connect_ex", _refuse)
    monkeypatch.setattr(socket, "getaddrinfo", _refuse)
    yield


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    """Where PyTorch is in use: small tensors are faster on one thread, and sums keep their order."""
    torch: Any = sys.modules.get("torch")
    if torch is None:
        yield
        return
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
