"""Names of models: as briefs write them (Task-Architecture-Variant) and as commands take them."""

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction

from restograph.models.card import ModelKind, Operation

_TASKS: dict[str, ModelKind] = {
    "sisr": "upscale",
    "sr": "upscale",
    "deblur": "deblur",
    "denoise": "clean",
    "jpeg": "clean",
    "clean": "clean",
}
OPERATIONS: dict[ModelKind, tuple[Operation, ...]] = {
    "clean": ("compression_artifact_removal", "denoising"),
    "deblur": ("motion_deblurring",),
    "upscale": ("super_resolution",),
}
_ANY = "any"  # SISR-Any-…: by any factor


@dataclass(frozen=True)
class Parsed:
    """Parts of a brief's model name; a name that does not follow the pattern is all architecture."""

    task: str
    architecture: str
    variant: str
    kind: ModelKind | None  # what the task asks for, if it is one that can run here
    scale: Fraction | None  # the factor of the variant (x3); 1 where the kind keeps the size; None: any or not said


def parse_name(name: str) -> Parsed:
    """ "SISR-SAFMN-x3" -> SISR, SAFMN, x3; "SISR-Any-LIIF-RDN" -> SISR-Any, LIIF, RDN."""
    task, *rest = name.split("-")
    kind = _TASKS.get(task.casefold()) if rest else None
    if kind is None:
        return Parsed("", name, "", None, None)
    if len(rest) > 1 and rest[0].casefold() == _ANY:
        task, rest = f"{task}-{rest[0]}", rest[1:]
    variant = "-".join(rest[1:])
    factor = re.search(r"\bx(\d+(?:\.\d+)?)\b", variant.casefold())
    same = Fraction(1) if kind != "upscale" else None
    return Parsed(task, rest[0], variant, kind, Fraction(factor[1]) if factor and kind == "upscale" else same)


def words(name: str) -> tuple[str, ...]:
    """Words of a name in small letters, with "++" spelled as "pp" as in file names: SISR-SAFMN++-x4 -> sisr safmnpp x4."""
    return tuple(word for word in re.split(r"[^0-9a-z]+", name.casefold().replace("+", "p")) if word)


def kinship(name: str, family: str) -> int:
    """How many words of a family's name the name of a model holds; 0 unless all of them, so the closest family has most."""
    wanted = words(family)
    return len(wanted) if wanted and set(wanted) <= set(words(name)) else 0


def slug(text: str) -> str:
    """A name for commands and records: "SAFMN_DF2K_x3" -> "safmn-df2k-x3"; "model" if nothing is left.

    "++" is spelled as in `words`: a SAFMN++ must not be taken for a SAFMN. Letters lose their accents.
    """
    letters = (c for c in unicodedata.normalize("NFKD", text).casefold() if not unicodedata.combining(c))
    plain = re.sub(r"[^a-z0-9.]+", "-", "".join(letters).replace("++", "pp")).strip("-.")
    return plain[:64].rstrip("-.") or "model"


def shown(file: str) -> str:
    """The name of a file as text that can be written anywhere, also where its bytes are no UTF-8."""
    return file.encode("utf-8", "replace").decode("utf-8")
