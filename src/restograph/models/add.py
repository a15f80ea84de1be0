"""`models add`: a file of weights becomes one of the user's own models, under its own licence and names."""

import hashlib
import re
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from restograph.errors import MissingExtra, ModelError
from restograph.models.card import AnyFactor, Card, ModelKind, Training
from restograph.models.convert_result import Converted
from restograph.models.install import install, refuse_taken
from restograph.models.names import slug
from restograph.models.published import Identified, Published, alike, identify

UNKNOWN_LICENCE = "NOASSERTION"  # SPDX: nobody has said under which licence
NO_LICENCE = "NONE"  # SPDX: somebody has looked, and there is none
_SPDX = re.compile(r"[A-Za-z0-9.+-]+(?: (?:AND|OR|WITH) [A-Za-z0-9.+-]+)*")
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


@dataclass(frozen=True)
class Added:
    """An installed model, and everything there is to say about how it came."""

    card: Card
    converted: Converted
    identified: Identified | None
    maybe: tuple[Published, ...]  # published weights of the same shapes, when it is not known to be one of them
    path: Path


def add(path: Path, name: str | None, licence: str | None, kind: ModelKind | None, force: bool) -> Added:
    """Recognise, convert, compare and install; raises ModelError, OutputExists or MissingExtra and leaves nothing then."""
    own = _own_name(path, name)
    if licence is not None and not _SPDX.fullmatch(licence):
        raise ModelError(f"{licence!r} is no SPDX licence identifier; say for instance MIT, Apache-2.0 or CC-BY-NC-4.0")
    converted = _converted(path, kind, (path.stem, own))
    identified = identify(converted.facts) if converted.facts else None
    maybe = alike(converted.facts) if converted.facts and not identified else ()
    card = _card(converted, path, own, licence, identified)
    refuse_taken(card, force)
    return Added(card, converted, identified, maybe, install(card, _files(card, converted), force))


def _files(card: Card, converted: Converted) -> dict[str, bytes]:
    files = {card.weights: converted.onnx[0]}
    if card.any_factor:
        files[card.any_factor.weights] = converted.onnx[1]
    if converted.weights is not None:
        files[f"{card.weights.removesuffix('.onnx')}.safetensors"] = converted.weights
    return files


def _own_name(path: Path, name: str | None) -> str:
    own = slug(path.stem) if name is None else name
    if not _NAME.fullmatch(own):
        raise ModelError(
            f"{own!r} is no name for a model; use small letters, digits, dots and dashes, like {slug(own)!r}"
        )
    return own


def _converted(path: Path, kind: ModelKind | None, names: tuple[str, ...]) -> Converted:
    """Through ONNX as it is, or from PyTorch; both need packages that only the train extra brings."""
    if path.suffix.lower() == ".onnx":
        _need("onnx", "checking an ONNX file")
        from restograph.models.convert_onnx import convert_onnx

        return convert_onnx(path, kind)
    for package in ("torch", "safetensors", "onnx"):
        _need(package, "adding a checkpoint")
    from restograph.models.convert import convert

    return convert(path, kind, names)


def _need(package: str, what: str) -> None:
    if find_spec(package) is None:
        raise MissingExtra("train", what)


def _card(converted: Converted, path: Path, name: str, licence: str | None, identified: Identified | None) -> Card:
    said = identified.published if identified else None
    spdx = licence or (said.licence if said else UNKNOWN_LICENCE)
    changes = {
        "name": name,
        "licence": spdx,
        "licence_note": _note(licence, identified),
        "weights": f"{name}-{converted.sha256[:8]}.onnx",
        "sha256": converted.sha256,
        "bytes": len(converted.onnx[0]),
        "training": Training(data="not said by the file" if said is None else f"by the authors, see {said.paper}"),
    }
    if len(converted.onnx) > 1:
        query = converted.onnx[1]
        changes["any_factor"] = AnyFactor(
            weights=f"{name}-{converted.sha256[:8]}-query.onnx",
            sha256=hashlib.sha256(query).hexdigest(),
            bytes=len(query),
        )
    if said:
        changes |= {"title": said.title, "aliases": tuple(n for n in said.names if n.casefold() != name)}
    return Card.model_validate({**converted.card.model_dump(), **changes})


def _note(licence: str | None, identified: Identified | None) -> str:
    if licence is not None:
        return "As whoever added the weights says."
    if identified is None:
        return "Nobody has said under which licence these weights are; ask whoever you have them from."
    note = identified.published.licence_note
    return note if identified.certain else f"If these are the published weights, which only their name says: {note}"
