"""From a checkpoint to what the runner takes: ONNX, equal to PyTorch, beside safetensors. Needs the train extra.

Besides `networks` and `training` only this module (and its parts, `convert_*`) imports torch.
"""

import hashlib
from pathlib import Path

from safetensors.torch import save
from torch import nn

from restograph.errors import ModelError
from restograph.models.anyfactor import HIDDEN
from restograph.models.card import Card, InputSpec, ModelKind
from restograph.models.convert_result import Converted
from restograph.models.convert_verify import worst_difference
from restograph.models.names import OPERATIONS
from restograph.models.published import Facts
from restograph.networks.checkpoint import Recognised, card_of, recognise

MOST_DIFFERENCE = 1e-4  # between ONNX and PyTorch, of the largest value in the output or of 1


def convert(path: Path, kind: ModelKind | None, names: tuple[str, ...] = ()) -> Converted:
    """Recognise a checkpoint, export it, and compare both; raises ModelError when one of these fails.

    `kind` says what a network that keeps the size was trained for, which its weights do not tell; `names`
    are those under which the file came.
    """
    found = recognise(path)
    kind = _kind(found, kind, path)
    changes: dict[str, object] = {"kind": kind, "operations": OPERATIONS[kind]}
    if found.architecture.any_factor:
        if not found.config.local_ensemble:
            raise ModelError(
                f"{str(path)!r} is a LIIF without local ensemble, which runs in PyTorch only; take one with it"
            )
        changes["input"] = InputSpec(output=HIDDEN)  # its exported encoder takes [0, 1] like the others
    card = card_of(found, path).model_copy(update=changes)
    exported = found.architecture.export(found.net)
    sizes, difference = worst_difference(found, exported)
    if not difference <= MOST_DIFFERENCE:
        raise ModelError(
            f"{str(path)!r}: the exported model differs from the network by {difference:.2g}, more than "
            f"{MOST_DIFFERENCE:g}; nothing was installed, please report the checkpoint"
        )
    checked = f"ONNX equals PyTorch within {difference:.1e} on {', '.join(f'{w}x{h}' for h, w in sizes)}"
    facts = _facts(found, card, names)
    return Converted(card, exported, _safetensors(found.net, card), found.what, found.sure, checked, facts)


def _kind(found: Recognised, asked: ModelKind | None, path: Path) -> ModelKind:
    known = found.architecture.kind_of(found.config)
    if known and asked and asked != known:
        raise ModelError(f"{str(path)!r} is for {known!r}, not {asked!r}: {found.what}; leave --kind out")
    if not known and asked == "upscale":
        raise ModelError(f"{str(path)!r} keeps the size: {found.what}; use --kind clean or --kind deblur")
    kind = known or asked
    if kind is None:
        raise ModelError(
            f"{str(path)!r} keeps the size: {found.what}; its weights do not tell what it was trained for: "
            "say --kind clean or --kind deblur"
        )
    return kind


def _facts(found: Recognised, card: Card, names: tuple[str, ...]) -> Facts:
    whole, digest = {p.data_ptr(): p.numel() for p in found.net.parameters()}, hashlib.sha256()
    for key, weight in sorted(found.net.state_dict().items()):
        digest.update(key.encode() + weight.contiguous().numpy().tobytes())
    scale = None if found.architecture.any_factor else found.architecture.scale_of(found.config)
    return Facts(
        family=found.architecture.family,
        scale=scale,
        tensors=len(found.net.state_dict()),
        parameters=sum(whole.values()),
        sha256=card.sha256,
        weights_sha256=digest.hexdigest(),
        names=names,
    )


def _safetensors(net: nn.Module, card: Card) -> bytes:
    """The weights under the authors' keys; the format refuses shared memory, so shared numbers are repeated."""
    state = {key: weight.clone().contiguous() for key, weight in net.state_dict().items()}
    return save(state, {"family": card.family, "source_sha256": card.sha256})
