"""What a result has to respect, beyond the change itself: constraints that the words and the vote on them agree on.

Reader and checker both call this. A word of the lexicon nearly settles it, though the whole wording may speak against;
without a word it takes a clear vote, and the whole question is then the place where it was heard.
"""

from functools import lru_cache
from types import MappingProxyType

from restograph.task.lexicon import Range, hits, section
from restograph.task.vote import meant

_SIZED = {"keep_size", "non_integer_scale"}  # numbers decide these


@lru_cache(maxsize=1024)
def wishes(text: str, start: int, stop: int) -> MappingProxyType[str, Range]:
    """The constraints of text[start:stop] by name, each with the first words that say it, or the whole."""
    found: dict[str, Range] = {}
    for concept in section("constraint"):
        name, said = concept.split(".")[1], hits(text, concept, ("terms",), start, stop)
        if name in _SIZED:
            if said:
                found[name] = said[0]
        elif meant(name, text[start:stop], bool(said)):
            found[name] = said[0] if said else (start, stop)
    return MappingProxyType(found)
