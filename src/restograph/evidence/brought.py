"""Which changes of a picture the sources of a brief are for, by their names and titles alone.

A question often tells its second wish in half a sentence; that somebody brought a work for it makes such a reading likelier.
"""

from restograph.evidence.brief import Brief, Source
from restograph.task.lexicon import candidates, hits
from restograph.task.names import named_operations

_LISTS = ("terms", "sources")


def brought(brief: Brief) -> frozenset[str]:
    """Operations that the name of a model or the title of a paper speaks of; flagged titles do not count."""
    return frozenset(name for source in brief.sources for name in _titled(brief, source)) - {"other"}


def _titled(brief: Brief, source: Source) -> set[str]:
    place = source.ranges["Model"]
    if place not in brief.usable(source):
        return set()
    if source.kind == "model":
        return {name for name, _ in named_operations(brief.text, *place)}
    spoken = candidates(brief.text, (place,), "operation", _LISTS)
    return {c.split(".")[1] for c in spoken if hits(brief.text, c, _LISTS, *place)}
