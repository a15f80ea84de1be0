"""The other way round: the weights inside ONNX files of ours, under their names in the state dict.

So a shipped model can start a training run, and be compared in PyTorch, without a second copy of its weights.
What an export leaves out (the tails of MSSNet that serve training alone) is not there.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import torch
from torch import Tensor

from restograph.networks.export.mssnet import SLOPE

State = dict[str, Tensor]

ONE_PRELU = "shallow_feat1.1.body.1.weight"  # any of the keys that MSSNet's shared number goes by


def state_of(paths: Sequence[Path]) -> State:
    """State dict of the network whose files these are: one, or LIIF's encoder and query."""
    state: State = {}
    for path in paths:
        for constant in onnx.load(str(path)).graph.initializer:
            if constant.data_type == onnx.TensorProto.FLOAT:
                state[constant.name] = torch.from_numpy(np.array(onnx.numpy_helper.to_array(constant)))
    if "fold.weight" in state:
        return _liif(state)
    if SLOPE in state:
        state[ONE_PRELU] = state.pop(SLOPE).reshape(1)
    return {name: weight for name, weight in state.items() if name.endswith((".weight", ".bias", ".gamma", ".beta"))}


def _liif(state: State) -> State:
    """The MLP's first layer put together again, and the last one's colours back in [-1, 1]."""
    found = {name: weight for name, weight in state.items() if name.startswith("encoder.")}
    tail = [state["row_weight"][None], state["column_weight"][None]]
    tail += [state["cell_weight"]] if "cell_weight" in state else []
    found["imnet.layers.0.weight"] = torch.cat([state["fold.weight"].flatten(1), torch.cat(tail).T], dim=1)
    found["imnet.layers.0.bias"] = state["fold.bias"]
    last = max(int(name.split(".")[1]) for name in state if name.startswith("layers."))
    for number in range(1, last + 1):
        weight, bias = state[f"layers.{number}.weight"], state[f"layers.{number}.bias"]
        if number == last:
            weight, bias = weight * 2, bias * 2 - 1
        found[f"imnet.layers.{2 * number}.weight"] = weight
        found[f"imnet.layers.{2 * number}.bias"] = bias
    return found
