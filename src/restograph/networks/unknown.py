"""What a file that is no known network comes closest to, and where it first differs."""

import re
from collections.abc import Mapping, Sequence

from torch import Tensor

from restograph.errors import ModelError
from restograph.networks.registry import ARCHITECTURES, Architecture, meta
from restograph.networks.unwrap import Held

SHOWN = 5
# what reading sizes off forged shapes, or building a network of them, may raise
NO_SIZES = (KeyError, IndexError, ValueError, ZeroDivisionError, OverflowError, RuntimeError, TypeError)
_NUMBER = re.compile(r"(?<![^.])\d+(?![^.])")  # a block's number, as a whole part of the key


def explained(options: Sequence[Held]) -> str:
    """The closest known network, and the first keys in which the closest state dict differs from it."""
    likeness, nearest, state = max(
        ((_likeness(one, o.state), one, o.state) for one in ARCHITECTURES for o in options), key=lambda found: found[0]
    )
    first = ", ".join(list(state)[:3])
    if not likeness:
        known = ", ".join(one.family for one in ARCHITECTURES)
        return f"it begins with {first}, and shares no key with {known}; give one of these, or the network as ONNX"
    return (
        f"it begins with {first}; the closest is {nearest.family}, but "
        f"{differences(meta(nearest, _config(nearest, state)).state_dict(), state)}"
    )


def differences(wanted: Mapping[str, Tensor], found: Mapping[str, Tensor]) -> str:
    """The first keys that differ, with the shapes wanted and found; empty when there are none."""
    wrong = [key for key in sorted(wanted.keys() | found.keys()) if _shape(wanted.get(key)) != _shape(found.get(key))]
    shown = "; ".join(
        f"{key}: {_shape(wanted.get(key))} wanted, {_shape(found.get(key))} found" for key in wrong[:SHOWN]
    )
    keys = "key differs" if len(wrong) == 1 else "keys differ"
    return f"{len(wrong)} {keys}: {shown}" if wrong else ""


def _likeness(one: Architecture, state: Mapping[str, Tensor]) -> float:
    """Share of the kinds of keys (numbers of blocks aside) that the file and the network have in common."""
    ours, theirs = _kinds(meta(one, one.default).state_dict()), _kinds(state)
    return len(ours & theirs) / len(ours | theirs)


def _kinds(state: Mapping[str, Tensor]) -> set[str]:
    return {_NUMBER.sub("#", key) for key in state}


def _config(one: Architecture, state: dict[str, Tensor]) -> object:
    """The sizes that the file comes closest to, or the published ones when it does not even tell those."""
    try:
        config = one.config_of(state)
        meta(one, config)
    except (ModelError, *NO_SIZES):
        return one.default
    return config


def _shape(weight: Tensor | None) -> str:
    return "nothing" if weight is None else str(tuple(weight.shape))
