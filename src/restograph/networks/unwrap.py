"""State dicts inside a checkpoint: whatever wrapping its author was used to, and which of several is meant."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from restograph.networks.reading import State

OURS = "average"  # the moving average in checkpoints of `restograph train`: always what is meant
WRAPPERS = (
    OURS, "params_ema", "params", "state_dict", "model_state_dict", "model", "sd", "net",
    "net_g", "weights", "model_ema", "state_dict_ema", "ema",
)  # fmt: skip
DEEPEST = 3  # ['state_dict']['model']['params'] and the like
# what stands before every key: of DataParallel, torch.compile, training frameworks, or a wrapper's own name
_PREFIXES = ("module.", "_orig_mod.", *(f"{wrapper}." for wrapper in WRAPPERS))


@dataclass(frozen=True)
class Held:
    """One state dict of a file: where it lay ("model.sd", "" at the top), and the specification beside it."""

    place: str
    state: State
    spec: Mapping[Any, Any] | None = None

    @property
    def wrapper(self) -> str:
        """The innermost key, by which authors tell their weights apart."""
        return self.place.rpartition(".")[2]


def held(content: Mapping[Any, Any]) -> list[Held]:
    """All state dicts of a checkpoint, outermost first."""
    return list(_held(content, (), None))


def _held(content: Mapping[Any, Any], place: tuple[str, ...], spec: Mapping[Any, Any] | None) -> Iterator[Held]:
    if state := _state(content):
        yield Held(".".join(place), state, spec)
    if len(place) == DEEPEST:
        return
    for key in WRAPPERS:
        inner = content.get(key)
        if isinstance(inner, Mapping):
            yield from _held(inner, (*place, key), content if key == "sd" else None)


def _state(content: Mapping[Any, Any]) -> State:
    """The tensors of a mapping under their keys, without the prefixes that all of them share."""
    state = {key: weight for key, weight in content.items() if isinstance(key, str) and isinstance(weight, Tensor)}
    while prefix := next((p for p in _PREFIXES if state and all(key.startswith(p) for key in state)), ""):
        state = {key.removeprefix(prefix): weight for key, weight in state.items()}
    return state


def preferred(options: Iterable[Held], prefers: tuple[str, ...]) -> list[Held]:
    """Best first: ours, then what the authors' own demo takes, then in the order of the file."""
    order = (OURS, *prefers)
    return sorted(options, key=lambda one: order.index(one.wrapper) if one.wrapper in order else len(order))
