"""Talks to one OpenAI-compatible server: `POST BASE/chat/completions`, and nothing else.

The only module that opens a connection, and only for `--draft-with`. It follows no redirect, reads at most MOST_BYTES,
gives up after `seconds` in all, and never repeats the key in a message.
"""

import ipaddress
import json
import os
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

from restograph.errors import DraftError

KEY_VARIABLE = "RESTOGRAPH_DRAFT_KEY"
MOST_BYTES = 1_000_000
_UNSTRUCTURED = {400, 404, 415, 422, 501}  # what servers answer that do not know response_format

Message = dict[str, str]


@dataclass(frozen=True)
class Reply:
    """The text of a reply, and the tokens that the server counted (None when it did not)."""

    text: str
    tokens_in: int | None = None
    tokens_out: int | None = None


@dataclass(frozen=True)
class Server:
    """Where drafts come from. `url` is the base that ends in /v1 as a rule; `seconds` is for one whole request."""

    url: str
    model: str
    seconds: float = 120.0

    def __post_init__(self) -> None:
        """DraftError for an address that is none, and for a key that would travel in the open."""
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise DraftError(f"{self.url!r} is no base address; give one like http://localhost:11434/v1")
        if parts.username or parts.password:
            raise DraftError(f"leave name and password out of the address; put the key into {KEY_VARIABLE}")
        if not self.model.strip():
            raise DraftError("no model is named; add --model NAME, as the server calls it")
        if _key() and parts.scheme == "http" and not _is_local(parts.hostname):
            raise DraftError(
                f"{KEY_VARIABLE} is set, and {self.url!r} would send it unencrypted; use https, or unset the variable"
            )

    def ask(self, messages: list[Message], schema: dict[str, Any]) -> Reply:
        """One reply at temperature 0; a server that refuses a schema is asked once more without. DraftError says why not."""
        body: dict[str, Any] = {"model": self.model, "messages": messages, "temperature": 0, "stream": False}
        shape = {"type": "json_schema", "json_schema": {"name": "sentences", "strict": True, "schema": schema}}
        deadline = time.monotonic() + self.seconds
        status, data = self._post({**body, "response_format": shape}, deadline)
        if status in _UNSTRUCTURED:
            status, data = self._post(body, deadline)
        if status != httpx.codes.OK:
            raise DraftError(f"the server answered with status {status}{_HINTS.get(status, '')}")
        return _reply(data)

    def _post(self, body: dict[str, Any], deadline: float) -> tuple[int, bytes]:
        key = _key()
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        address = f"{self.url.rstrip('/')}/chat/completions"
        try:
            with (
                httpx.Client(timeout=max(0.1, deadline - time.monotonic()), follow_redirects=False) as client,
                client.stream("POST", address, json=body, headers=headers) as response,
            ):
                return response.status_code, _read(response, deadline)
        except httpx.TimeoutException:
            raise DraftError("the server took too long; --draft-seconds gives it more time") from None
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, ImportError) as error:
            said = type(error).__name__ if key else f"{type(error).__name__}: {error}"  # a message may repeat a header
            raise DraftError(f"the server cannot be reached ({said}); is it running at {self.url!r}?") from None


def _read(response: httpx.Response, deadline: float) -> bytes:
    """The whole body, unless it is endless or drips."""
    data = bytearray()
    for chunk in response.iter_bytes():
        data += chunk
        if len(data) > MOST_BYTES:
            raise DraftError(f"the server sent more than {MOST_BYTES} bytes")
        if time.monotonic() > deadline:
            raise DraftError("the server took too long; --draft-seconds gives it more time")
    return bytes(data)


_HINTS = {
    401: f"; put its key into {KEY_VARIABLE}",
    403: f"; check the key in {KEY_VARIABLE}",
    404: "; check the address (it ends in /v1 as a rule) and the name of the model",
    429: "; it asks to come back later",
}


def _reply(data: bytes) -> Reply:
    try:
        document = json.loads(data)
        text = document["choices"][0]["message"]["content"]
    except (ValueError, KeyError, IndexError, TypeError, RecursionError):
        raise DraftError("the server's reply is not of the OpenAI form (choices[0].message.content)") from None
    if not isinstance(text, str):
        raise DraftError("the server's reply holds no text")
    usage = document.get("usage")
    counts = usage if isinstance(usage, dict) else {}
    return Reply(text, *(_count(counts.get(name)) for name in ("prompt_tokens", "completion_tokens")))


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _key() -> str:
    """The key, if there is one that a header can hold."""
    key = os.environ.get(KEY_VARIABLE, "").strip()
    if key and not (key.isascii() and key.isprintable()):
        raise DraftError(f"the key in {KEY_VARIABLE} holds letters that no key has; set it anew")
    return key


def _is_local(host: str) -> bool:
    """This very machine."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
    return address.is_loopback
