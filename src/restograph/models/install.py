"""The user's model folder: models come and go whole. A card is the last file written and the first one removed.

Weights carry their digest in their names, so a new version never touches the files of the old one: until
its card takes the name, the old card and the old weights are what is installed.
"""

import json
import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from restograph.errors import ModelError, OutputExists
from restograph.image.files import atomic_write_bytes, atomic_write_text
from restograph.models.card import Card, read_card
from restograph.models.store import find, home, installed

_OURS = re.compile(r"[a-z0-9][a-z0-9._-]*-[0-9a-f]{8}(?:-query)?\.(?:onnx|safetensors)|\.restograph-[0-9a-f]+\.part")
_STALE = 3600.0  # seconds: a file without a card that is younger may belong to a command that is still running


def folder() -> Path:
    """Where the user's own models lie."""
    return home() / "models"


def refuse_taken(card: Card, force: bool) -> None:
    """Raise OutputExists when a model has this name (without `force`), or another one has one of its aliases."""
    own = {card.name.casefold(), *(alias.casefold() for alias in card.aliases)}
    for other in installed():
        if other.name == card.name:
            if not force:
                raise OutputExists(
                    f"a model {other.name!r} is installed; choose another --name, or replace it with --force"
                )
            continue
        if taken := own & {other.name.casefold(), *(alias.casefold() for alias in other.aliases)}:
            raise OutputExists(
                f"{min(taken)!r} is a name of the installed {other.name!r}; choose another --name, "
                f"or remove it first: restograph models remove {other.name}"
            )


def install(card: Card, files: Mapping[str, bytes], force: bool) -> Path:
    """Write the files and then the card, each whole; returns the path of the card. A failure leaves nothing behind."""
    refuse_taken(card, force)
    place = folder()
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ModelError(
            f"the model folder {str(place)!r} cannot be made ({error.strerror}); set RESTOGRAPH_HOME to another place"
        ) from error
    sweep(place)
    written: list[Path] = []
    path = _card_path(card.name) or place / f"{card.name}.toml"
    before = _files(path) if path.exists() else set()
    try:
        for name, data in files.items():
            if not (place / name).exists():
                written.append(place / name)
            atomic_write_bytes(place / name, data, force=True)
        atomic_write_text(path, card_toml(card), force)
    except BaseException:
        for part in written:
            part.unlink(missing_ok=True)
        raise
    for old in before - set(files):
        (place / old).unlink(missing_ok=True)
    return path


def remove(name: str) -> tuple[str, ...]:
    """Take one of the user's own models away; returns the names of the removed files. Raises ModelNotFound, ModelError."""
    card = find(name)
    path = _card_path(card.name)
    if path is None:
        raise ModelError(
            f"{card.name!r} is shipped with the program and stays; only models that were added can be removed"
        )
    files = sorted(_files(path))
    path.unlink()
    for file in files:
        (path.parent / file).unlink(missing_ok=True)
    return (path.name, *files)


def sweep(place: Path) -> None:
    """Remove what commands that were killed have left: weights that no card names. With a broken card, nothing."""
    named: set[str] = set()
    for path in place.glob("*.toml"):
        try:
            named |= _files(path)
        except ModelError:
            return
    for path in place.iterdir():
        if _OURS.fullmatch(path.name) and path.name not in named and time.time() - path.stat().st_mtime > _STALE:
            path.unlink(missing_ok=True)


def _card_path(name: str) -> Path | None:
    """The file of an own card of this name; by hand it may have been called anything."""
    for path in sorted(folder().glob("*.toml")):
        try:
            if read_card(path).name == name:
                return path
        except ModelError:
            continue
    return None


def _files(path: Path) -> set[str]:
    """Files beside a card that belong to it: its ONNX models, and the safetensors of the same name."""
    card = read_card(path)
    query = {card.any_factor.weights} if card.any_factor else set()
    return {card.weights, f"{card.weights.removesuffix('.onnx')}.safetensors", *query}


# ── TOML ─────────────────────────────────────────────────────────────────────────────────────────


def card_toml(card: Card) -> str:
    """A card as TOML, without what is as by default."""
    fields = card.model_dump(mode="json", exclude_defaults=True)
    plain = {key: value for key, value in fields.items() if not _is_table(value)}
    lines = [f"{key} = {_value(value)}" for key, value in plain.items()]
    for key, value in fields.items():
        for head, table in _tables(key, value):
            lines += ["", head, *(f"{inner} = {_value(v)}" for inner, v in table.items())]
    return "\n".join(lines) + "\n"


def _is_table(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and bool(value) and isinstance(value[0], dict))


def _tables(key: str, value: Any) -> list[tuple[str, dict[str, Any]]]:
    if isinstance(value, dict):
        return [(f"[{key}]", value)]
    return [(f"[[{key}]]", table) for table in value] if _is_table(value) else []


def _value(value: Any) -> str:
    """Texts, numbers and truth values: TOML writes these as JSON does, but for one character; lists and inline tables."""
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{key} = {_value(inner)}' for key, inner in value.items())} }}"
    if isinstance(value, list):
        return f"[{', '.join(_value(inner) for inner in value)}]"
    return json.dumps(value, ensure_ascii=False, allow_nan=False).replace("\x7f", "\\u007f")
