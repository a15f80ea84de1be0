"""Two entries of a brief that are one work: a model known by its name only, and the paper that describes it.

They share the paper's link or the repository's, whatever version or spelling: a citable reason to judge the name by the
description. Judge and checker both ask here.
"""

import re

from restograph.evidence.brief import Brief, Source, field_link

_ARXIV = re.compile(r"arxiv\.org/(?:pdf|abs|html)/([a-z-]+/\d{7}|\d{4}\.\d{4,5})", re.I)
_BARE = re.compile(r"^https?://(?:www\.)?|(?:\.git|\.pdf)?/*$", re.I)


def twin(brief: Brief, source: Source) -> Source | None:
    """The first source with a summary that shares a link with this one, which has none; else None."""
    if source.kind != "model" or not source.name_only:
        return None
    own = _identities(brief, source)
    return next((s for s in brief.sources if not s.name_only and own & _identities(brief, s)), None)


def _identities(brief: Brief, source: Source) -> set[str]:
    """Its links, in one spelling."""
    links = (field_link(brief, source, "Paper"), field_link(brief, source, "GitHub"))
    return {_plain(brief.text[slice(*link)]) for link in links if link}


def _plain(link: str) -> str:
    arxiv = _ARXIV.search(link)
    return f"arxiv {arxiv[1].lower()}" if arxiv else _BARE.sub("", link).lower()
