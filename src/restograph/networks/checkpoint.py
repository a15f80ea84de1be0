"""Trained weights from files: our checkpoints, the authors' `.pth`, safetensors. Nothing in them is ever executed.

A file is recognised by its keys and the shapes under them; what is not known is refused with the closest
known network and the first keys that differ.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import nn

from restograph.errors import ModelError
from restograph.models.card import Card
from restograph.models.names import OPERATIONS, shown, slug
from restograph.networks.reading import read_content, sound
from restograph.networks.registry import ARCHITECTURES, Architecture, meta
from restograph.networks.unknown import NO_SIZES, differences, explained
from restograph.networks.unwrap import Held, held, preferred

NOBODY_SAID = "NOASSERTION"  # SPDX: no statement about the licence


@dataclass(frozen=True)
class Recognised:
    """A network with its weights, and how it was found in the file."""

    net: nn.Module
    architecture: Architecture
    config: Any
    place: str  # where its state dict lay: "params", "model.sd", "" for the top
    others: tuple[str, ...]  # further state dicts of the same network, not used
    tensors: int

    @property
    def what(self) -> str:
        """Family and sizes: "SAFMN (36 channels, 8 blocks, ffn_scale 2, ×3)"."""
        return f"{self.architecture.family} ({self.architecture.sizes(self.config)})"

    @property
    def sure(self) -> str:
        """How well the file fits."""
        where = f" under {self.place!r}" if self.place else ""
        beside = f"; {' and '.join(map(repr, self.others))} left unused" if self.others else ""
        return f"all {self.tensors} keys and shapes match{where}{beside}"


def load(path: Path) -> tuple[nn.Module, Card]:
    """The bare network of any known checkpoint, in evaluation mode, and its card.

    It takes NCHW float32 in the range that `card.input` says and returns NCHW; LIIF is called as
    module(inp, coord, cell). The card describes the checkpoint file itself. Raises ModelError for a
    file that would run code, is damaged, or holds no network known here.
    """
    found = recognise(path)
    return found.net, card_of(found, path)


def recognise(path: Path) -> Recognised:
    """The network of a checkpoint file; raises ModelError, as `load`."""
    options = held(read_content(path))
    if not options:
        raise ModelError(f"{str(path)!r} holds no tensors under a name known here; is it a checkpoint?")
    for one in ARCHITECTURES:
        fitting = preferred((o for o in options if one.fits(o.state)), one.prefers)
        if fitting:
            return _filled(one, fitting, path)
    raise ModelError(f"{str(path)!r} is no network known here: {explained(options)}")


def _filled(architecture: Architecture, options: list[Held], path: Path) -> Recognised:
    chosen, *others = options
    config, net = _built(architecture, chosen, path)
    wanted = net.state_dict()
    try:
        state = architecture.prepare(chosen.state, wanted.keys())
    except ModelError as error:
        raise ModelError(f"{str(path)!r}: {error}") from error
    if wrong := differences(wanted, state):
        raise ModelError(f"{str(path)!r} looks like {architecture.family} {config!r}, but {wrong}")
    net.load_state_dict(sound(state, path), assign=True)
    places = tuple(one.place or "the top" for one in others)
    return Recognised(net.eval().requires_grad_(False), architecture, config, chosen.place, places, len(chosen.state))


def _built(architecture: Architecture, chosen: Held, path: Path) -> tuple[Any, nn.Module]:
    """Sizes and network, without memory for its weights; a forged file may name shapes that no network has."""
    try:
        config = architecture.config_of(chosen.state)
        if chosen.spec is not None:
            config = architecture.compare(chosen.spec, config)
        return config, meta(architecture, config)
    except ModelError as error:
        raise ModelError(f"{str(path)!r}: {error}") from error
    except NO_SIZES as error:
        raise ModelError(
            f"{str(path)!r} looks like {architecture.family}, but its shapes give no network; {explained([chosen])}"
        ) from error


def card_of(found: Recognised, path: Path) -> Card:
    """The card of a checkpoint file; whose weights they are, and under which licence, nobody has said yet."""
    one, config = found.architecture, found.config
    facts, data = one.facts(config), path.read_bytes()
    kind = one.kind_of(config) or "clean"
    return Card(
        name=slug(path.stem),
        family=one.family,
        kind=kind,
        operations=OPERATIONS[kind],
        scale=one.scale_of(config),
        title=f"{found.what} from {shown(path.name)}",
        paper=facts.paper,
        github=facts.github,
        licence=NOBODY_SAID,
        weights=re.sub(r"[^A-Za-z0-9._-]", "-", path.name).lstrip("._-") or "checkpoint",
        sha256=hashlib.sha256(data).hexdigest(),
        bytes=len(data),
        input=facts.input,
        size=facts.size,
        tiling=facts.tiling,
    )
