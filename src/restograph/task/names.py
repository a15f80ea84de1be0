"""What a model's name promises, by the grammar of such names: `Task-Architecture-Variant`.

A word for the task decides, or the data it was trained on, which stand for one ("SIDD", "Rain13K"). Else the architecture does,
where it is known for one kind of work, or for a few. Judge and checker both ask here.
"""

import re
from functools import lru_cache

from restograph.task.lexicon import Range, concept, hits, section

_RECOGNISES = re.compile(
    r"(?:(?<![A-Za-z])|(?-i:(?<=[a-z])(?=[A-Z])))(?:Detect(?:ion|or)?|Recogni\w*|Classif\w*|Track(?:ing|er)|Segment(?:ation|er)|Landmarks?|Retrieval|Counting|Verification|Caption(?:ing)?|"
    r"(?:\w{0,2}OCR)|A[LN]PR|Readers?|(?:Fore|Now)cast\w*|Pars(?:er|ing)|Re-?ID|Identif\w*|Speech|ASR|TTS|Transcri\w*|Translat\w*|Embeddings?|"
    r"Pose|Depth|Grading|Triage|Counter|Risk|Sentiment|NLP|IQA)(?-i:(?![a-z]))",
    re.I,
)
_TOKEN = re.compile(r"[A-Za-z0-9^+.]+")
_FACTOR = re.compile(r"[xX](?:[2-8]|16)")
_KIND = re.compile(r"(?:CNN|U?-?Net|GAN|Former|Diff)$")
_HUMP = re.compile(r"[A-Z]{3,}(?![a-z])|(?<=[a-z])[A-Z][a-z]{5,}")  # HDR in "SingleHDR", Dehaze in "GridDehazeNet"
_SHORT = 4  # letters up to which the case of an architecture counts: "MAT" fills holes, "Mat" does not


def named_operations(text: str, start: int, end: int) -> tuple[tuple[str, Range], ...]:
    """The operations that a name promises, each with the part of the name that says it; empty when it says nothing.

    The first token that names a task, else a technical term, else a known architecture. "Face-Detection" finds faces and
    restores none: a word of recognition decides. "x4" alone is a factor of enlargement.
    """
    if recognises := _RECOGNISES.search(text, start, end):
        return (("other", recognises.span()),)
    tokens = list(_TOKEN.finditer(text, start, end))
    forms = [_joined(m, after) for m, after in zip(tokens, [*tokens[1:], None], strict=True)]
    named = next((n for n, form in enumerate(forms) if _known(form)), len(forms))
    for number, match in enumerate(tokens):
        found = operation_of_token(match.group())
        if found and not (found == "other" and named == 0 < number):  # "FILM-Style" is still FILM
            return ((found, match.span()),)
    name = text[start:end].replace("_", " ")  # "Deep_White_Balance"
    for concept_id in section("operation"):
        if spoken := hits(name, concept_id, ("terms",), 0, len(name)):
            return ((concept_id.split(".")[1], (start + spoken[0][0], start + spoken[0][1])),)
    promised = tuple((known, tokens[named].span()) for known in (_known(forms[named]) if named < len(forms) else ()))
    factor = next((m for m in tokens if _FACTOR.fullmatch(m.group())), None)
    return (("super_resolution", factor.span()),) if factor and len(promised) != 1 else promised


def _joined(match: re.Match[str], after: re.Match[str] | None) -> str:
    """A token of a name; with the next one when that is only the kind of network: "SNR-Net", "PSFR-GAN"."""
    return match.group() + (after.group() if after and _KIND.fullmatch(after.group()) else "")


@lru_cache(maxsize=4096)
def operation_of_token(token: str) -> str | None:
    """The operation that a token of a model's name promises: longest prefix first, then 'SR' inside one that is not known for anything else."""
    for part in dict.fromkeys([token, *_HUMP.findall(token)]):
        best: tuple[int, str] | None = None
        for concept_id in section("operation"):
            for prefix in concept(concept_id).data["names"]:
                if _fits_prefix(prefix, part) and (best is None or len(prefix) > best[0]):
                    best = (len(prefix), concept_id.split(".")[1])
        if best:
            return best[1]
    if not _known(token) and re.search(r"SR(?![a-wyz]|x(?!\d))", token):
        return "video_super_resolution" if token.startswith("V") else "super_resolution"
    return None


def _fits_prefix(prefix: str, token: str) -> bool:
    """Short prefixes are whole tokens ("SR", "DN"), but for the kind of network ("HDRCNN"); longer ones open words."""
    return _KIND.sub("", token) == prefix if len(prefix) <= 3 else token.lower().startswith(prefix.lower())


@lru_cache(maxsize=4096)
def _known(token: str) -> tuple[str, ...]:
    """The operations that an architecture of this name is known for, in the order of the lexicon."""
    forms = {token, token.rstrip("+"), _KIND.sub("", token.rstrip("+"))}
    lower = {form.lower() for form in forms}
    return tuple(
        concept_id.split(".")[1]
        for concept_id in section("operation")
        if any(
            k in forms or (len(k) > _SHORT and k.lower() in lower) for k in concept(concept_id).data.get("known", ())
        )
    )
