"""Offers passages, reads sentences, keeps those that the checker's necessary test lets pass.

A reply is data: it can add no source, no link and no verdict. Whatever it is, the outcome is a list of sentences that may be
said (perhaps empty), what was dropped and why, and, when nothing came, the reason.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from restograph.answer.answer import Answer
from restograph.answer.check.drafted import objections
from restograph.answer.content import Draft
from restograph.draft.prompt import SCHEMA, Passage, again, first, passages
from restograph.draft.server import Message, Reply
from restograph.errors import DraftError
from restograph.evidence.brief import parse

MOST_SENTENCES = 12
Ask = Callable[[list[Message], dict[str, object]], Reply]


@dataclass
class Drafting:
    """What came of asking: sentences that may be said, dropped ones with what speaks against them, a reason for none."""

    drafts: tuple[Draft, ...] = ()
    dropped: list[tuple[str, str]] = field(default_factory=list)
    reason: str | None = None
    requests: int = 0
    tokens_in: int = 0
    tokens_out: int = 0

    def say(self, said: int) -> str:
        """A line for the user; `said` is how many of the sentences that passed found room in the answer."""
        if self.reason:
            return f"draft: not used: {self.reason}; the answer is the one without a language model"
        used = (
            f"{self.tokens_in} tokens in, {self.tokens_out} out"
            if self.tokens_in or self.tokens_out
            else "tokens not counted"
        )
        lost = "".join(f"\ndraft: dropped {text[:70]!r}: {why}" for text, why in self.dropped)
        room = f" ({said} had room in the answer)" if said < len(self.drafts) else ""
        return f"draft: {len(self.drafts)} sentences passed{room}, {len(self.dropped)} dropped ({self.requests} requests, {used}){lost}"


def draft(answer: Answer, ask: Ask) -> Drafting:
    """Sentences for an answer; objections are sent back once, and what still fails is dropped."""
    found = Drafting()
    offered = {p.id: p for p in passages(answer)}
    if not offered:
        found.reason = "no source that fits explains anything, so there is nothing to word"
        return found
    messages = first(answer, list(offered.values()))
    kept: dict[str, Draft] = {}
    try:
        for _ in range(2):
            text = _asked(found, ask, messages)
            refused = _sort(answer, text, offered, kept)
            found.dropped = refused
            if not refused:
                break
            messages = [*messages, {"role": "assistant", "content": text}, again(refused)]
    except DraftError as error:
        if not kept:
            found.reason = str(error)
            return found
    found.drafts = tuple(kept.values())[:MOST_SENTENCES]
    if not found.drafts:
        found.reason = f"no sentence passed ({found.dropped[0][1] if found.dropped else 'there was none'})"
    return found


def _asked(found: Drafting, ask: Ask, messages: list[Message]) -> str:
    reply = ask(messages, SCHEMA)
    found.requests += 1
    found.tokens_in += reply.tokens_in or 0
    found.tokens_out += reply.tokens_out or 0
    return reply.text


def _sort(answer: Answer, text: str, offered: dict[str, Passage], kept: dict[str, Draft]) -> list[tuple[str, str]]:
    """Put what passes into `kept`; return the others with the objection."""
    brief, refused = parse(answer.brief), []
    for sentence, cites in _sentences(text):
        known = [offered[c] for c in dict.fromkeys(cites) if c in offered]
        keys = {p.key for p in known}
        if len(known) < len(set(cites)) or len(keys) != 1:
            refused.append((sentence, "it must cite passages of one source, by their ids"))
            continue
        source = brief.source(known[0].key)
        assert source is not None
        if against := objections(sentence, source.title, [p.text for p in known]):
            refused.append((sentence, against[0]))
        else:
            kept.setdefault(sentence, Draft(sentence, source.key, tuple(p.place for p in known)))
    return refused


def _sentences(text: str) -> list[tuple[str, list[str]]]:
    """The sentences of a reply; DraftError when there is no such object in it. Words around the object do not matter."""
    text = re.sub(r"<think>.*?</think>", "", text, flags=re.S)
    for start in (m.start() for m in re.finditer(r"\{", text)):
        try:
            found, _ = json.JSONDecoder().raw_decode(text, start)
        except (ValueError, RecursionError):
            continue
        rows = found.get("sentences") if isinstance(found, dict) else None
        if isinstance(rows, list):
            return [_row(row) for row in rows[:MOST_SENTENCES]]
    raise DraftError("the model's reply holds no object with 'sentences'")


def _row(row: object) -> tuple[str, list[str]]:
    if isinstance(row, dict) and isinstance(row.get("text"), str) and isinstance(row.get("cites"), list):
        return " ".join(row["text"].split()), [str(c) for c in row["cites"]]
    raise DraftError("a sentence of the model's reply has no 'text' and 'cites'")
