"""The `models` commands: what is installed, as lists, cards and checks. Each returns its exit code."""

import json as jsonlib
import sys
from typing import Any

from restograph.errors import ModelError


def list_models(json: bool) -> int:
    """One line for each installed model."""
    from restograph.models.store import installed, problems

    cards = installed()
    if json:
        print(jsonlib.dumps([c.model_dump(mode="json") for c in cards], indent=1, ensure_ascii=False))
    else:
        for card in cards:
            print(f"{card.name:16} {card.kind:8} ×{card.scale:<4g} {card.licence:12} {card.title}")
    for problem in problems():
        print(problem, file=sys.stderr)
    return 0


def show_model(name: str, json: bool) -> int:
    """The card of one model."""
    from restograph.models.store import find

    card = find(name)
    if json:
        print(card.model_dump_json(indent=1))
        return 0
    rows = [
        ("name", card.name),
        ("what", card.title),
        ("paper", card.paper),
        ("code", card.github or "none"),
        ("licence", card.licence),
    ]
    rows += [("", card.licence_note), ("trained on", card.training.data), ("command", card.training.command)]
    rows += [("measured", f"{m.benchmark}: {m.metric} {m.value:g} ({m.convention})") for m in card.quality]
    print("\n".join(f"{key:11} {value}" for key, value in rows if value))
    return 0


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
