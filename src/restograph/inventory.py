"""The `models` commands: what is installed, as lists, cards and checks; what comes and goes. Each returns its exit code."""

import json as jsonlib
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from restograph.errors import ModelError, ModelNotFound

if TYPE_CHECKING:
    from restograph.models.add import Added
    from restograph.models.card import Card, ModelKind
    from restograph.models.published import Published

Rows = Iterable[tuple[str, str]]


def list_models(json: bool) -> int:
    """One line for each installed model."""
    from restograph.models.store import installed, problems

    cards = installed()
    if json:
        print(jsonlib.dumps([c.model_dump(mode="json") for c in cards], indent=1, ensure_ascii=False))
    else:
        for card in cards:
            factor = "any" if card.any_factor else f"{card.scale:g}"
            print(f"{card.name:16} {card.kind:8} ×{factor:<4} {card.licence:12} {card.title}")
    for problem in problems():
        print(problem, file=sys.stderr)
    return 0


def show_model(name: str, json: bool) -> int:
    """The card of one model; for a published one that is not installed, how to get it."""
    from restograph.models.published import find_published
    from restograph.models.store import find, installed

    try:
        card = find(name)
    except ModelNotFound as error:
        known = find_published(name)
        if known is None:
            stand_in = _stand_in(name, installed())
            hint = f"; in a workflow {stand_in!r} would stand in for it" if stand_in else ""
            raise ModelNotFound(f"{error}{hint}") from None
        return _show_published(known, _stand_in(name, installed()), json)
    if json:
        print(card.model_dump_json(indent=1))
        return 0
    rows = [
        ("name", card.name),
        ("also called", ", ".join(card.aliases)),
        ("what", card.title),
        ("paper", card.paper),
        ("code", card.github or "none"),
        ("licence", card.licence),
    ]
    rows += [("", card.licence_note), ("trained on", card.training.data), ("command", card.training.command)]
    rows += [("measured", f"{m.benchmark}: {m.metric} {m.value:g} ({m.convention})") for m in card.quality]
    _print(rows)
    return 0


def _show_published(known: "Published", stand_in: str | None, json: bool) -> int:
    if json:
        told = {**known.model_dump(mode="json"), "installed": False, "add": known.add, "stand_in": stand_in}
        print(jsonlib.dumps(told, indent=1, ensure_ascii=False))
        return 0
    rows = [
        ("name", f"{known.name}, in briefs {', '.join(known.names)}"),
        ("state", "not installed; nothing is fetched by itself"),
        ("what", known.title),
        ("paper", known.paper),
        ("code", known.github),
        ("licence", "none" if known.licence == "NONE" else known.licence),
        ("", known.licence_note),
    ]
    rows += [("weights" if not n else "", place) for n, place in enumerate(known.where)]
    rows += [("file", known.file), ("format", known.format), ("add it", known.add)]
    _print(
        [*rows, ("until then", f"{stand_in!r} stands in for it" if stand_in else "no installed model stands in for it")]
    )
    return 0


def _stand_in(name: str, cards: "tuple[Card, ...]") -> str | None:
    """The installed model that a workflow would run in place of a brief's model."""
    from restograph.models.names import parse_name
    from restograph.models.resolve import choose

    parsed = parse_name(name)
    if parsed.kind is None:
        return None
    scales = [parsed.scale] if parsed.scale else sorted({c.scale for c in cards if c.kind == parsed.kind})
    from fractions import Fraction

    choices = [choose(cards, parsed.kind, Fraction(scale), name) for scale in scales]
    return next((choice.card.name for choice in choices if choice), None)


def add_model(path: Path, name: str | None, licence: str | None, kind: str | None, force: bool, json: bool) -> int:
    """Install a file of weights; prints what it is, how sure that is, what it will do, and what to type next."""
    from restograph.models.add import add

    added = add(path, name, licence, cast("ModelKind | None", kind), force)
    if json:
        print(added.card.model_dump_json(indent=1))
    else:
        _print(_said(added))
    return 0


def _said(added: "Added") -> Rows:
    card, made = added.card, added.converted
    size = f"any size from {card.size.minimum}x{card.size.minimum}"
    if card.size.multiple > 1:
        size += f", padded to multiples of {card.size.multiple}"
    yield "what", made.what
    yield "sure", made.sure
    if added.identified:
        yield "these are", f"{added.identified.published.names[0]}: {added.identified.why}"
    elif added.maybe:
        names = ", ".join(one.names[0] for one in added.maybe)
        yield "may be", f"{names}, by its shapes only; add it with --name if you know"
    yield "checked", made.checked
    factor = " by any factor" if card.any_factor else f" ×{card.scale:g}" if card.scale > 1 else ""
    does = " and ".join(card.operations).replace("_", " ")
    yield "serves", f"{card.kind}{factor}: {does}; {size}"
    yield "licence", "none" if card.licence == "NONE" else card.licence
    yield "", card.licence_note
    yield "installed", f"{card.name}, in {added.path.parent}"
    yield "also called", ", ".join(card.aliases)
    step = f"upscale {2.5 if card.any_factor else card.scale:g}" if card.kind == "upscale" else card.kind
    yield "next", f"restograph run '{step} model={card.name}' PICTURE -o OUT"


def remove_model(name: str) -> int:
    """Take one of the user's own models away."""
    from restograph.models.install import remove

    print(f"removed {', '.join(remove(name))}")
    return 0


def _print(rows: Rows) -> None:
    print("\n".join(f"{key:11} {value}" for key, value in rows if value))


def verify_models(name: str | None, json: bool) -> int:
    """Compare weights with their hashes; 1 when one differs or a card cannot be read."""
    from restograph.models.store import find, installed, problems, verify

    rows: list[dict[str, Any]] = []
    for card in [find(name)] if name else installed():
        try:
            verify(card)
            rows.append({"name": card.name, "ok": True, "sha256": card.sha256, "detail": ""})
        except ModelError as error:
            rows.append({"name": card.name, "ok": False, "sha256": card.sha256, "detail": str(error)})
    unread = () if name else problems()
    if json:
        print(jsonlib.dumps(rows, indent=1, ensure_ascii=False))
    for row in rows:
        if not row["ok"]:
            print(row["detail"], file=sys.stderr)
        elif not json:
            print(f"{row['name']:16} ok  {row['sha256']}")
    for problem in unread:
        print(problem, file=sys.stderr)
    return 0 if all(row["ok"] for row in rows) and not unread else 1
