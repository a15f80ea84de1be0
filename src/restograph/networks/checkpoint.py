"""Trained weights from files: our checkpoints, the authors' `.pth`, safetensors. Nothing in them is ever executed.

`torch.load(weights_only=True)` refuses every pickled object that is not plain data or a tensor.
"""

import pickle
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from restograph.errors import MissingExtra, ModelError
from restograph.networks.safmn import SAFMN, SAFMNConfig, config_of

State = dict[str, Tensor]

_WRAPPERS = ("average", "params_ema", "params", "state_dict")  # our averaged weights first; BasicSR's two after
_LANDMARKS = {
    "to_feat.weight": 4,
    "to_img.0.weight": 4,
    "feats.0.norm1.weight": 1,
    "feats.0.ccm.ccm.0.weight": 4,
}  # axes
_SHOWN = 5


def load_checkpoint(path: Path) -> tuple[nn.Module, str]:
    """Network with its weights, in evaluation mode, and its family ("SAFMN").

    Raises ModelError for a file that would run code, is damaged, or holds no network known here.
    """
    state = load_state(path)
    for landmark, axes in _LANDMARKS.items():
        if landmark not in state or state[landmark].ndim != axes or not state[landmark].numel():
            found = ", ".join(list(state)[:_SHOWN]) or "none"
            raise ModelError(
                f"{str(path)!r} is no network known here: SAFMN has {landmark!r}, this file begins with {found}; "
                "give a SAFMN checkpoint (norm1 and norm2 in every block)"
            )
    return _filled(state, path), "SAFMN"


def load_state(path: Path) -> State:
    """Flat state dict of a checkpoint file, without wrapper keys and `module.` prefixes."""
    if not path.is_file():
        raise ModelError(f"there is no checkpoint {str(path)!r}; check the path")
    content = _safetensors(path) if path.suffix == ".safetensors" else _pickled(path)
    for key in _WRAPPERS:
        inner = content.get(key)
        if isinstance(inner, Mapping):
            content = inner
            break
    state = {str(k).removeprefix("module."): v for k, v in content.items() if isinstance(v, Tensor)}
    if not state:
        raise ModelError(
            f"{str(path)!r} holds no tensors under {', '.join(_WRAPPERS)} or at its top; is it a checkpoint?"
        )
    return state


def _pickled(path: Path) -> Mapping[str, Any]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # torch remarks on old pickle protocols that it then reads or refuses
            content = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise ModelError(
            f"{str(path)!r} is refused, loading it could run code: {str(error).splitlines()[0]}; "
            "ask its author for safetensors, ONNX or a plain state dict"
        ) from error
    except Exception as error:  # a damaged pickle fails in as many ways as there are bytes
        raise ModelError(f"{str(path)!r} cannot be read as a checkpoint ({error}); fetch it again") from error
    if not isinstance(content, Mapping):
        raise ModelError(f"{str(path)!r} holds a {type(content).__name__}, not a state dict; export the weights alone")
    return content


def _safetensors(path: Path) -> State:
    try:
        from safetensors import SafetensorError
        from safetensors.torch import load_file
    except ImportError as error:
        raise MissingExtra("train", "reading safetensors") from error
    try:
        return dict(load_file(path))
    except (SafetensorError, OSError, ValueError) as error:
        raise ModelError(f"{str(path)!r} cannot be read as safetensors ({error}); fetch it again") from error


def _filled(state: State, path: Path) -> SAFMN:
    config: SAFMNConfig = config_of(state)
    with torch.device("meta"):  # shapes alone: a forged file cannot make us allocate more than it holds
        net = SAFMN(config)
    own = net.state_dict()
    wrong = [k for k in sorted(own.keys() | state.keys()) if own.get(k, _NONE).shape != state.get(k, _NONE).shape]
    if wrong:
        shown = "; ".join(f"{k}: {_shape(own.get(k))} wanted, {_shape(state.get(k))} found" for k in wrong[:_SHOWN])
        raise ModelError(f"{str(path)!r} looks like SAFMN {config!r} but {len(wrong)} keys differ: {shown}")
    net.load_state_dict({k: v.float() for k, v in state.items()}, assign=True)
    return net.eval()


_NONE = torch.empty(0, 0, 0, 0, 0)  # a shape that no weight has


def _shape(weight: Tensor | None) -> str:
    return "nothing" if weight is None else str(tuple(weight.shape))
