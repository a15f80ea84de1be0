"""The installed models: the shipped catalogue and the user's folder, found by name, checked by hash."""

import hashlib
import os
from collections.abc import Iterable
from difflib import get_close_matches
from importlib import resources
from pathlib import Path

from restograph.errors import HashMismatch, ModelError, ModelNotFound
from restograph.models.card import Card, read_card
from restograph.models.resolve import named

HOME_VARIABLE = "RESTOGRAPH_HOME"


def home() -> Path:
    """The user's data folder: RESTOGRAPH_HOME, or the platform's place for application data."""
    if given := os.environ.get(HOME_VARIABLE):
        return Path(given)
    from platformdirs import user_data_path

    return user_data_path("restograph", appauthor=False)


def installed() -> tuple[Card, ...]:
    """All readable cards, sorted by name; a card of the user replaces a shipped one of the same name."""
    return tuple(sorted((card for card, _ in _located()[0]), key=lambda card: card.name))


def problems() -> tuple[str, ...]:
    """What is wrong with cards that cannot be read; the others are used all the same."""
    return _located()[1]


def find(name: str, cards: Iterable[Card] | None = None) -> Card:
    """The installed card of that name or alias; raises ModelNotFound with the nearest names."""
    known = tuple(installed() if cards is None else cards)
    card = named(known, name)
    if card is not None:
        return card
    names = sorted(c.name for c in known)
    near = get_close_matches(name.casefold(), names, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(map(repr, near))}?" if near else f"installed are {', '.join(names) or 'none'}."
    raise ModelNotFound(f"no installed model is called {name!r}; {hint} `restograph models list` shows all")


def weights_path(card: Card) -> Path:
    """Where the weights of an installed card lie; raises ModelNotFound or ModelError when they are gone."""
    return _path(card, card.weights)


def query_path(card: Card) -> Path:
    """Where the second file of a network for any factor lies; raises ModelNotFound or ModelError."""
    assert card.any_factor is not None
    return _path(card, card.any_factor.weights)


def _path(card: Card, name: str) -> Path:
    for known, weights in _located()[0]:
        if known == card:
            path = weights / name
            if not path.is_file():
                raise ModelError(f"weights {str(path)!r} of {card.name!r} are missing; install the model again")
            return path
    raise ModelNotFound(f"model {card.name!r} is not installed as its card says; `restograph models list` shows all")


def verify(card: Card) -> Path:
    """Path of the weights after comparing the SHA-256 of all files with the card; raises HashMismatch."""
    path = weights_path(card)
    check_bytes(card, path.read_bytes(), path)
    if card.any_factor:
        second = query_path(card)
        check_bytes(card, second.read_bytes(), second, card.any_factor.sha256)
    return path


def check_bytes(card: Card, data: bytes, path: Path, wanted: str | None = None) -> None:
    """Raise HashMismatch unless these are the bytes that the card describes; `wanted` is another file's SHA-256."""
    wanted = wanted or card.sha256
    digest = hashlib.sha256(data).hexdigest()
    if digest != wanted:
        raise HashMismatch(
            f"{str(path)!r} has SHA-256 {digest!r}, but the card of {card.name!r} says {wanted!r}; "
            "install the model again"
        )


def _located() -> tuple[list[tuple[Card, Path]], tuple[str, ...]]:
    """Cards with the folder of their weights, and what could not be read."""
    package = Path(str(resources.files("restograph.models")))
    own = home() / "models"
    found: dict[str, tuple[Card, Path]] = {}
    wrong: list[str] = []
    for catalog, weights in ((package / "catalog", package / "weights"), (own, own)):
        for path in sorted(catalog.glob("*.toml")):
            try:
                card = read_card(path)
            except ModelError as error:
                wrong.append(str(error))
                continue
            found[card.name] = (card, weights)
    return list(found.values()), tuple(wrong)
