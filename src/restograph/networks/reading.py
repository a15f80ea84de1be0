"""Checkpoint files as plain data: torch's `.pth`, `.pt`, `.ckpt`, `.bin`, and safetensors. Nothing in them is executed.

`torch.load(weights_only=True)` refuses every pickled object that is not plain data or a tensor. What it
lets through is looked at here: a tensor may declare a shape far larger than the file (a stride of 0), hold
no numbers at all, or be packed so tightly that reading it would fill the memory.
"""

import pickle
import re
import warnings
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from restograph.errors import MissingExtra, ModelError

State = dict[str, Tensor]

_GLOBAL = re.compile(r"\bGLOBAL ([\w.]+)")  # in torch's message


def read_content(path: Path) -> Mapping[Any, Any]:
    """What a checkpoint file holds at its top; raises ModelError for what is damaged or would run code."""
    if path.is_dir():
        raise ModelError(f"{str(path)!r} is a folder; give the checkpoint file in it")
    if not path.is_file():
        raise ModelError(f"there is no checkpoint {str(path)!r}; check the path")
    if path.suffix.lower() == ".onnx":
        raise ModelError(f"{str(path)!r} is ONNX, not a checkpoint of PyTorch; install it with `restograph models add`")
    return _safetensors(path) if path.suffix.lower() == ".safetensors" else _pickled(path)


def _pickled(path: Path) -> Mapping[Any, Any]:
    _refuse_packed(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # torch remarks on old pickle protocols that it then reads or refuses
            content = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise ModelError(f"{str(path)!r} {_refused(str(error))}") from error
    except Exception as error:  # a damaged pickle fails in as many ways as there are bytes
        raise ModelError(f"{str(path)!r} cannot be read as a checkpoint ({_brief(error)}); fetch it again") from error
    if not isinstance(content, Mapping):
        raise ModelError(f"{str(path)!r} holds a {type(content).__name__}, not a state dict; export the weights alone")
    return content


def _refused(told: str) -> str:
    """What is wrong, without torch's advice to load the file unsafely all the same."""
    if foreign := _GLOBAL.search(told):
        return (
            f"is refused, loading it could run code: it calls for {foreign[1]!r}, which is no tensor and no plain value; "
            "ask its author for safetensors, ONNX or a plain state dict"
        )
    return "is no checkpoint that can be read as plain data; give a state dict saved by torch, safetensors or ONNX"


def _refuse_packed(path: Path) -> None:
    """torch stores its archives without compression; a packed one may be thousands of times larger once read."""
    if not zipfile.is_zipfile(path):
        return  # a file from before torch 1.6, or damaged: torch says so
    try:
        with zipfile.ZipFile(path) as archive:
            large = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, OSError, NotImplementedError) as error:  # the last: zipfile knows no such packing
        raise ModelError(f"{str(path)!r} cannot be read as a checkpoint ({error}); fetch it again") from error
    if large > path.stat().st_size:
        raise ModelError(
            f"{str(path)!r} is a compressed archive of {large} bytes, which torch never writes; fetch it again"
        )


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


def sound(state: State, path: Path) -> State:
    """The weights as float32, each its own memory; raises ModelError for those that are not plain finite numbers."""
    held = path.stat().st_size
    for key, weight in state.items():
        if weight.layout != torch.strided or weight.device.type != "cpu" or not weight.is_floating_point():
            kind = f"{weight.dtype} on {weight.device}, {weight.layout}"
            raise ModelError(f"{str(path)!r}: {key!r} is {kind}, not plain numbers; export the weights as float32")
        held -= weight.numel() * weight.element_size()
        if held < 0:
            raise ModelError(
                f"{str(path)!r}: {key!r} declares the shape {tuple(weight.shape)!r}, more than the file holds; "
                "it is damaged or forged, fetch it again"
            )
    whole = {key: weight.float().contiguous() for key, weight in state.items()}
    for key, weight in whole.items():
        if not torch.isfinite(weight).all():
            raise ModelError(f"{str(path)!r}: {key!r} holds NaN or infinite values; the training broke, take another")
    return whole


def _brief(error: Exception) -> str:
    """The first sentence of what torch says; it likes to add pages."""
    lines = str(error).splitlines() or [type(error).__name__]
    return lines[0].split(". ")[0]
