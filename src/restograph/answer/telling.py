"""What is told of the sources: sentences that explain, figures, contradictions, and what the others are about.

These are moves like those in moves.py; each tells whole sentences, or the part of one that `told_range` allows.
"""

import re
from collections.abc import Iterator

from restograph.answer.content import Content, Draft, Said
from restograph.evidence.cues import is_background, is_result, mechanism_score, points_back, tells_how
from restograph.evidence.sentences import Range, told_range
from restograph.evidence.wording import shown_scores
from restograph.task.lexicon import hits
from restograph.task.quantity import factors, self_contradictions

_WEIGHS = {
    "constraint": 1.5,
    "operation": 0.5,
}  # of a sentence that speaks of what was asked; most speak of the operation
_MARK = 0.5  # of a mark of mechanism, beside how well a sentence shows what the work does
_ENOUGH = 4.0  # marks of mechanism beyond which a sentence explains no better
_LINK = re.compile(r"https?://|\bcode (?:is|will be)\b|\bsource code\b", re.I)


def mechanism(c: Content) -> Iterator[Said]:
    """The sentences that explain, best first within each source; every source gets one before any gets two."""
    drafts = c.drafts[: c.budget.mechanisms]
    yield from _drafted(c, drafts)
    worded = {d.key for d in drafts}
    chosen = [one for one in explaining(c) if one[0] not in worded]
    for key, place in chosen[: c.budget.mechanisms - len(drafts)]:
        c.told.add(place)
        cited = c.proofs.cite(key, told_range(c.brief.text, place))
        root = c.proofs.apply("mechanism", cited, c.proved[key])
        if points_back(c.brief.text, told_range(c.brief.text, place)[0]):  # "its module": whose?
            yield Said("mechanism_named", {"name": c.title(key), "told": cited}, root)
        else:
            yield Said("mechanism", {"key": cited, "told": cited}, root)


def explaining(c: Content) -> list[tuple[str, Range]]:
    """Sentences that explain, with their keys: one for each step, then the best of each source, then the second ones."""
    asked = [f"constraint.{n}" for n in c.task.constraints] + [f"operation.{n}" for n in c.operations]
    ranked = {k: found for k in c.by_label("fit") if (found := _explaining(c, k, asked))}
    best = sorted(ranked, key=lambda k: ranked[k][0][0])
    steps = [next((k for k in best if n in c.verdicts[k].serves), None) for n in c.operations]
    keys = list(dict.fromkeys([k for k in steps if k] + best))
    return [(k, ranked[k][depth][1]) for depth in range(c.budget.each) for k in keys if len(ranked[k]) > depth]


def _drafted(c: Content, drafts: tuple[Draft, ...]) -> Iterator[Said]:
    """Sentences of a language model, under a heading that says so."""
    roots = []
    for draft in drafts:
        c.told.update(draft.places)
        cites = [c.proofs.cite(draft.key, place) for place in draft.places]
        root = c.proofs.add(op="drafted", text=draft.text, premises=cites)
        roots.append(root)
        yield Said("drafted", {"key": root, "text": root}, root)
    if roots:
        note = c.proofs.apply("drafting", *roots)
        yield Said("drafted_note", {"count": note}, note)


def _explaining(c: Content, key: str, asked: list[str]) -> list[tuple[float, Range]]:
    """The sentences of a source that may be told as explanations, with a rank: the lower the better.

    What it says of a constraint that was asked for comes second at the latest.
    """
    text, span = c.brief.text, c.verdicts[key].span
    shows = shown_scores(text, c.brief.usable(c.source(key)), c.verdicts[key].verdict)
    scored = []
    for place in _summary(c, key):
        best = place == (span.start, span.end)
        if tells_how(text, place, told_range(text, place), best, c.task.constraints) and not _LINK.search(text, *place):
            answers = sum(_WEIGHS[a.split(".")[0]] for a in asked if hits(text, a, _lists(a), *place))
            marks = _MARK * min(mechanism_score(text, place), _ENOUGH)
            scored.append((-(marks + answers + 1.0 * best + shows[place]), place))
    found = sorted(scored)
    wished = [a for a in asked if a.startswith("constraint")]
    said = {row: sum(len(hits(text, a, ("serves",), *row[1])) for a in wished) for row in found}
    fullest = max(found, key=lambda row: (said[row], -found.index(row)), default=None)
    if fullest is None or not said[fullest] or fullest in found[:2]:
        return found
    return [found[0], fullest, *(row for row in found[1:] if row != fullest)]


def _lists(concept_id: str) -> tuple[str, ...]:
    return ("serves",) if concept_id.startswith("constraint") else ("terms", "sources")


def _summary(c: Content, key: str) -> list[Range]:
    source = c.source(key)
    return [] if source.name_only else [r for r in c.brief.usable(source) if r != source.ranges["Model"]]


def figures(c: Content) -> Iterator[Said]:
    """Reported results of fit sources, and numbers that must not be taken for the zoom."""
    text, said = c.brief.text, 0
    for key in c.by_label("fit"):
        settled = {r for pair in self_contradictions(text, c.brief.usable(c.source(key))) for r in pair}
        for place in _summary(c, key):
            doubtful = any(place[0] <= a and b <= place[1] for a, b in settled)
            sentence = text[slice(*place)]
            figure = is_result(sentence) and any(ch.isdigit() for ch in text[slice(*told_range(text, place))])
            if (
                said < c.budget.figures
                and figure
                and place not in c.told
                and not doubtful
                and not is_background(sentence)
                and not _LINK.search(sentence)
            ):
                said += 1
                c.told.add(place)
                cited = c.proofs.cite(key, told_range(text, place))
                yield Said("claim", {"key": cited, "told": cited}, cited)
    yield from _not_the_zoom(c)


def _not_the_zoom(c: Content) -> Iterator[Said]:
    """A told factor of another type that looks like the zoom the user named."""
    wanted = c.task.scale.value if c.task.scale and c.task.scale.kind == "spatial" else None
    for key in c.verdicts:
        for place in [r for r in _summary(c, key) if r in c.told]:
            for quantity in factors(c.brief.text, *place):
                if (
                    quantity.unit == "x"
                    and quantity.kind not in ("spatial", "other", "bare")
                    and quantity.value == wanted
                ):
                    read = c.proofs.quantity(key, quantity)
                    yield Said(
                        "not_the_zoom",
                        {"number": read, "key": read, "counts": read},
                        c.proofs.apply("not_the_zoom", read),
                    )
                    return


def contradictions(c: Content) -> Iterator[Said]:
    """Summaries that disagree with themselves, of sources that matter to the task."""
    for key in c.by_label("fit", "partial", "off_topic"):
        for first, second in self_contradictions(c.brief.text, c.brief.usable(c.source(key))):
            a, b = (
                c.proofs.add(op="read", of=c.proofs.cite(key, r), quantity={"value": None, "kind": "contradicted"})
                for r in (first, second)
            )
            yield Said("contradiction", {"key": a, "first": a, "second": b}, c.proofs.apply("contradiction", a, b))


def aside_keys(c: Content) -> list[str]:
    """Sources that do not fit, but for models that are only a name: those have their own sentence."""
    keys = c.by_label("partial", "off_topic")
    return [k for k in keys if not (c.source(k).kind == "model" and c.source(k).name_only)]


def others(c: Content) -> Iterator[Said]:
    """What the sources that do not fit are about, each with one told sentence."""
    keys = aside_keys(c)
    if not keys or c.budget.terse:
        return
    roots = [c.proved[k] for k in keys]
    yield Said("others", {"keys": roots}, c.proofs.apply("verdicts", *roots))
    for number, key in enumerate(keys):
        root, title = c.proved[key], c.title(key)
        aside = _aside(c, key) if number < c.budget.asides else None
        if aside is None:
            yield Said("other_source_short", {"name": title, "key": title, "reason": root}, root)
        else:
            c.told.add(aside)
            cited = c.proofs.cite(key, told_range(c.brief.text, aside))
            yield Said("other_source", {"name": title, "key": title, "reason": root, "told": cited}, root)


def _aside(c: Content, key: str) -> Range | None:
    """The sentence that shows best what a source is about, if it can be told shortly."""
    text, verdict = c.brief.text, c.verdicts[key]
    shown = (verdict.span.start, verdict.span.end)

    def rank(place: Range) -> tuple[bool, bool, float]:
        return (is_background(text[slice(*place)]), place != shown, -mechanism_score(text, place))

    short = [r for r in _summary(c, key) if 6 <= len(text[slice(*told_range(text, r))].split()) <= c.budget.aside]
    return min(short, key=rank, default=None)
