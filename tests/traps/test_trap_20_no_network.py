"""Trap 20: no socket is opened in the default mode; conftest.py refuses every connection during the whole suite."""

import socket

import pytest

from restograph.ask import ask
from restograph.find import find_brief


def test_asking_opens_no_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refused)
    assert ask(find_brief("make this 3x bigger, it is full of JPEG blocks")).answer.check.ok
