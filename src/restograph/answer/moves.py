"""The content plan: one function for each move of an answer, in order. Each returns what it wants said.

task -> question -> constraints -> conflicts | plan, input, mismatch, fits, missing steps, mechanism,
figures, other sources, what is absent, output, cautions, execution | the list with verdicts and links.
"""

from collections.abc import Callable, Iterator, Mapping

from restograph.answer.content import Content, Said
from restograph.answer.telling import aside_keys, contradictions, figures, mechanism, others
from restograph.evidence.brief import field_link
from restograph.evidence.cues import sought
from restograph.evidence.sentences import sentences
from restograph.task.lexicon import concept, damages, hits
from restograph.task.wishes import wishes
from restograph.workflow.kinds import KINDS

Move = Callable[[Content], Iterator[Said]]


def task(c: Content) -> Iterator[Said]:
    """Which task it is, in the words of the field."""
    p = c.proofs
    if not c.operations:
        yield Said("task_unread", {}, p.apply("unread"))
        return
    reads = [p.operation(name) for name in c.operations]
    if c.operations == ["other"]:
        yield Said("task_outside", {"words": reads[0]}, p.apply("outside", reads[0]))
        return
    root, scale = p.apply("task", *reads), p.scale()
    if c.task.scale and c.task.scale.value == 1 and scale is not None:
        yield Said("task_same_size", {"labels": reads, "wants": reads, "words": scale}, root)
    elif scale is not None:
        yield Said("task_at_factor", {"labels": [*reads, scale], "wants": reads}, root)
    else:
        yield Said("task", {"labels": reads, "wants": reads}, root)
    if (
        not hits(c.brief.text, f"operation.{c.operations[0]}", ("terms", "symptoms"), *c.brief.question)
        and not c.task.scale
    ):
        several = len(reads) > 1
        yield Said(
            "two_readings" if several else "one_reading", {"labels": reads} if several else {}, p.apply("hints", *reads)
        )


def question(c: Content) -> Iterator[Said]:
    """The sentence that asks, in the user's words."""
    if c.budget.terse and aside_keys(c):  # with them it is left out, so that a lost sentence is no short answer
        return
    parts = sentences(c.brief.text, *c.brief.question)
    asking = [r for r in parts if c.brief.text[r[1] - 1] == "?"] or parts
    cited = c.proofs.cite("Q", asking[-1])
    yield Said("question", {"words": cited}, cited)


def constraints(c: Content) -> Iterator[Said]:
    """What is said in words, and what the wording as a whole asks for; what only numbers say, the task has told."""
    found = wishes(c.brief.text, *c.brief.question)
    said: list[int] = []
    heard: list[int] = []
    for name in [n for n in c.task.constraints if n in found]:
        lists = ("heard",) if found[name] == c.brief.question else ("terms",)
        read = c.proofs.read(c.proofs.cite("Q", found[name]), f"constraint.{name}", lists)
        (heard if lists == ("heard",) else said).append(read)
    if said:
        yield Said("constraints", {"labels": said}, c.proofs.apply("constraints", *said))
    if heard:
        yield Said("constraints_heard", {"labels": heard}, c.proofs.apply("constraints", *heard))


def conflicts(c: Content) -> Iterator[Said]:
    numbers = c.proofs.numbers()
    for clash in c.task.conflicts:
        if clash.kind == "scale" and not isinstance(clash.a, str) and not isinstance(clash.b, str):
            pair = [next(q for q in numbers if (q.start, q.end) == (s.start, s.end)) for s in (clash.a, clash.b)]
            a, b = (c.proofs.quantity("Q", q) for q in pair)
            yield Said("conflict", {"first": a, "second": b}, c.proofs.apply("conflict", a, b))
        elif isinstance(clash.b, str) and clash.b.startswith("/look/damages/"):
            beyond = c.proofs.measure(clash.b)
            yield Said("measured_beyond", {"damage": beyond}, c.proofs.apply("measured_beyond", beyond))
        elif isinstance(clash.b, str) and not isinstance(clash.a, str):
            words, value = c.proofs.span(clash.a), c.proofs.measure(clash.b)
            yield Said(
                "conflict_measured", {"words": words, "value": value}, c.proofs.apply("measured_conflict", words, value)
            )


def plan(c: Content) -> Iterator[Said]:
    """The chain, the input, and an assumed factor."""
    nodes = [c.proofs.node(n.id) for n in c.nodes]
    yield Said("chain", {"chain": nodes}, nodes[-1])
    known = set(damages(c.brief.text, *c.brief.question, c.operations)) - {"unknown"}
    scale, load = c.proofs.scale(), nodes[0]
    if not known:
        yield Said("input_plain", {"medium": load}, load)
    elif scale is not None and c.task.scale and c.task.scale.value != 1:
        yield Said("input_factor", {"medium": load, "damages": load, "factor": scale}, load)
    else:
        yield Said("input", {"medium": load, "damages": load}, load)
    for node in c.nodes:
        if node.kind in ("upscale", "video_upscale", "interpolate") and c.task.scale is None and not c.executed:
            step = c.proofs.node(node.id)
            yield Said("assumed_factor", {"factor": step}, c.proofs.apply("assumed", step))


def recommended(c: Content) -> Iterator[Said]:
    """Recommended models: the mismatch first, then what fits by name."""
    if not c.operations or c.operations == ["other"]:
        return
    named_steps: set[str] = set()
    for source in sorted(c.brief.models, key=lambda s: s.title):
        verdict, root = c.verdicts[source.key], c.proved[source.key]
        title = c.title(source.key)
        named = {"title": title, "key": title}
        if verdict.rule in ("mismatch_by_name", "near_by_name"):
            yield Said(verdict.rule, {**named, "found": root, "does": root}, root)
        elif verdict.rule == "unknown_name":
            yield Said("unknown_name", {**named, "does": root}, root)
        elif verdict.rule.endswith("_by_paper"):
            yield from _by_paper(c, source.key, named, root)
        elif verdict.rule == "fit_by_name":
            node = next((n for n in c.nodes if source.key in n.sources), None)
            if node:
                template = "fit_by_name_too" if named_steps else "fit_by_name"
                named_steps.add(node.id)
                yield Said(template, {**named, "found": root, "step": c.proofs.node(node.id)}, root)
        elif verdict.verdict != "fit":
            yield Said("summary_mismatch", {**named, "reason": root}, root)


def _by_paper(c: Content, key: str, named: Mapping[str, int], root: int) -> Iterator[Said]:
    """A name that says nothing, and the entry that describes the same work."""
    rule, described = c.verdicts[key].rule, c.proofs.nodes[root]["premises"][1]
    node = next((n for n in c.nodes if key in n.sources), None)
    if rule == "mismatch_by_paper":
        yield Said(rule, {**named, "twin": described, "does": root}, root)
    elif rule == "near_by_paper":
        yield Said(rule, {**named, "twin": described}, root)
    elif node:
        yield Said(rule, {**named, "twin": described, "step": c.proofs.node(node.id)}, root)


def steps(c: Content) -> Iterator[Said]:
    """Steps that papers fill, and steps that stay empty."""
    p = c.proofs
    for node in c.nodes:
        papers = [k for k in c.by_label("fit") if k in node.sources and not c.verdicts[k].name_only]
        step = p.node(node.id)
        if papers:
            fits = [c.proved[k] for k in papers]
            yield Said("fit_papers", {"names": fits, "step": step}, p.apply("slot_filled", step, *fits))
        elif node.missing:
            each = p.add(op="each", keys=list(c.verdicts), proofs=[c.proved[k] for k in c.verdicts])
            root = p.apply("slot_missing", step, each)
            keys: list[int] = [each] if c.verdicts else [root]
            if c.verdicts:
                yield Said("missing", {"step": step, "labels": [root], "keys": keys}, root)
            else:
                yield Said("missing_without_sources", {"step": step, "labels": [root]}, root)


def gaps(c: Content) -> Iterator[Said]:
    """What is asked and not explained; what no source mentions."""
    p = c.proofs
    levels = {v.explains for v in c.verdicts.values()}
    if c.operations and c.operations != ["other"] and c.verdicts:
        if levels == {"no"}:
            yield Said("not_explained", {}, p.apply("not_explained"))
        elif "yes" not in levels:
            root = p.apply("in_part")
            yield Said("in_part", {"keys": root}, root)
    keys = tuple(c.verdicts)
    wanted: list[tuple[str, tuple[str, ...]]] = [
        (f"constraint.{n}", ("terms", "serves")) for n in c.task.constraints if concept(f"constraint.{n}").data["terms"]
    ]
    heard = {v.found for v in c.verdicts.values() if v.rule == "fit_by_wording"}
    wanted += [(f"operation.{n}", ("terms", "sources")) for n in c.operations if n != "other"]
    wanted = [row for row in wanted if row[0] not in heard]
    subject = c.task.subject
    if subject and sought(subject):
        wanted += [(f"subject.{subject}", ("patterns",))]
    absent = [p.absent(name, lists, keys) for name, lists in wanted if not _mentioned(c, name, lists)]
    if absent and keys:
        yield Said("absent", {"labels": absent}, p.apply("not_in_evidence", *absent))


def _mentioned(c: Content, name: str, lists: tuple[str, ...]) -> bool:
    return any(hits(c.brief.text, name, lists, *r) for s in c.brief.sources for r in c.brief.usable(s))


def output(c: Content) -> Iterator[Said]:
    p = c.proofs
    kinds = {n.kind: n for n in c.nodes}
    if not c.operations or c.operations == ["other"]:
        return
    if "save_video" in kinds:
        yield Said("output_video", {}, p.apply("output"))
    elif c.task.target and c.task.target.type == "size" and "resize" in kinds and not c.executed:
        cited = p.span(c.task.target.span)
        yield Said("output_sized", {"words": cited}, p.apply("output_sized", cited))
    elif sizing := next((n for n in c.nodes if KINDS[n.kind].changes_size), None):
        scale = p.scale() if c.task.scale and c.task.scale.kind == "spatial" else None
        root = p.apply("output", scale if scale is not None else p.node(sizing.id))
        yield Said("output_factor", {"factor": root}, root)
    else:
        yield Said("output_same", {}, p.apply("output"))
    missing = [p.node(n.id) for n in c.nodes if n.missing]
    if missing and not c.executed:
        yield Said("output_short", {"steps": missing}, p.apply("undelivered", *missing))
    yield from _delicate(c)


def _delicate(c: Content) -> Iterator[Said]:
    subject = c.task.subject
    if not subject or not concept(f"subject.{subject}").data["delicate"]:
        return
    place = hits(c.brief.text, f"subject.{subject}", ("patterns",), *c.brief.question)[0]
    read = c.proofs.read(c.proofs.cite("Q", place), f"subject.{subject}", ("patterns",))
    yield Said("delicate", {"subject": read}, c.proofs.apply("delicate", read))


def executed(c: Content) -> Iterator[Said]:
    """What was run on the picture, by which installed model, and what was measured."""
    if not c.executed:
        return
    p = c.proofs
    for node in c.nodes:
        step = p.node(node.id)
        named = [s for s in c.brief.models if s.key in node.sources]
        if node.skipped:
            yield Said("skipped", {"step": step}, p.apply("skipped", step))
        elif node.model and (own := [s for s in named if s.title == node.model]):
            title = c.title(own[0].key)
            yield Said("executed_by", {"step": step, "title": title, "key": title}, p.apply("executed_by", step, title))
        elif node.model and named:
            title = c.title(named[0].key)
            args: dict[str, int | list[int]] = {"step": step, "model": step, "title": title, "key": title}
            yield Said("stand_in_for", args, p.apply("stand_in_for", step, title))
        elif node.model:
            yield Said("stand_in", {"step": step, "model": step}, p.apply("stand_in", step))
    before, after, agreement = (p.measure(f"/{x}") for x in ("input", "output", "measurements/consistency_psnr"))
    yield Said("measured", {"before": before, "after": after, "consistency": agreement}, agreement)
    blocks = [p.measure(f"/measurements/{x}/blockiness") for x in ("before", "after")]
    yield Said("measured_blocks", {"before": blocks[0], "after": blocks[1]}, blocks[1])


def flagged(c: Content) -> Iterator[Said]:
    if any(s.flagged for s in c.brief.sources):
        root = c.proofs.apply("flagged")
        yield Said("flagged", {"count": root, "keys": root}, root)


def listing(c: Content) -> Iterator[Said]:
    """Every source once: verdict, title, links as given."""
    if not c.verdicts:
        yield Said("nothing_listed", {}, c.proofs.apply("no_sources"))
    for key, root in c.proved.items():
        source, title = c.source(key), c.title(key)
        args: dict[str, int | list[int]] = {"verdict": root, "title": title, "key": title}
        links = {"paper": field_link(c.brief, source, "Paper"), "code": field_link(c.brief, source, "GitHub")}
        args |= {name: c.proofs.cite(key, place) for name, place in links.items() if place}
        template = {
            (True, True): "listed", (True, False): "listed_without_code", (False, True): "listed_code_only", (False, False): "listed_without_links",
        }[bool(links["paper"]), bool(links["code"])]  # fmt: skip
        yield Said(template, args, root)


MOVES: tuple[Move, ...] = (
    task, question, constraints, conflicts, plan, recommended, steps, mechanism, figures, contradictions, others, gaps, output, executed,
    flagged, listing,
)  # fmt: skip
