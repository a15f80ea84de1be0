"""Exported models against the networks they come from: the same numbers, on three sizes."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from restograph.models.card import SizeRule
from restograph.models.convert_picture import picture
from restograph.networks.checkpoint import Recognised
from restograph.networks.export.graph import INPUT
from restograph.networks.export.liif import HIDDEN
from restograph.networks.liif import make_coord
from restograph.run.taps import taps

Array = NDArray[np.float32]
Size = tuple[int, int]

SIZES: tuple[Size, ...] = ((24, 40), (37, 45), (64, 48))  # height and width, raised to what the network takes

FACTOR = 2.7  # of the networks that take any


def worst_difference(found: Recognised, exported: Sequence[bytes]) -> tuple[tuple[Size, ...], float]:
    """The sizes (H, W) tried, and the largest difference in them, relative to the largest value or to 1."""
    rule = found.architecture.facts(found.config).size
    sizes = tuple((_raised(height, rule), _raised(width, rule)) for height, width in SIZES)
    run = _Runner(exported)
    both = _both_at_any_factor if found.architecture.any_factor else _both
    pairs = (both(found.net, run, picture(*size)) for size in sizes)
    return sizes, max((_difference(made, wanted) for made, wanted in pairs), key=lambda d: (np.isnan(d), d))


def _both(net: nn.Module, run: "_Runner", x: Array) -> tuple[Array, Array]:
    """Output of the exported model and of the network, for a picture in [0, 1]."""
    with torch.inference_mode():
        wanted = net(torch.from_numpy(x)).numpy()
    return run(0, {INPUT: x}), wanted


def _both_at_any_factor(net: nn.Module, run: "_Runner", x: Array) -> tuple[Array, Array]:
    """The same for LIIF, at a factor that is no whole number; the network itself works in [-1, 1]."""
    height, width = x.shape[2:]
    tall, wide = round(height * FACTOR), round(width * FACTOR)
    coord = make_coord(tall, wide)[None]
    with torch.inference_mode():
        out = net(torch.from_numpy(x) * 2 - 1, coord, torch.tensor([2 / tall, 2 / wide]).expand_as(coord))
    given: dict[str, NDArray[Any]] = {HIDDEN: run(0, {INPUT: x})[0]}
    given["cell"] = np.array([2 * height / tall, 2 * width / wide], np.float32)
    for side, (length, wanted) in {"row": (height, tall), "column": (width, wide)}.items():
        found = taps(length, wanted, 0, wanted)
        given |= {f"{side}s": found.index, f"{side}_offsets": found.offset}
        given |= {f"{side}_pairs": found.pairs, f"{side}_weights": found.weights}
    return run(1, given).reshape(-1, 3), (out[0] / 2 + 0.5).numpy()


def _raised(side: int, rule: SizeRule) -> int:
    return -(-max(side, rule.minimum) // rule.multiple) * rule.multiple


def _difference(made: Array, wanted: Array) -> float:
    """NaN anywhere gives NaN, which no bound allows."""
    return float(np.abs(made - wanted).max() / max(1.0, float(np.abs(wanted).max())))


class _Runner:
    """The exported models in ONNX Runtime; a call gives the output of one of them."""

    def __init__(self, exported: Sequence[bytes]) -> None:
        import onnxruntime

        onnxruntime.disable_telemetry_events()
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 4  # what matters comes back as an exception
        self.sessions = [onnxruntime.InferenceSession(m, options, providers=["CPUExecutionProvider"]) for m in exported]

    def __call__(self, number: int, given: dict[str, NDArray[Any]]) -> Array:
        (out,) = self.sessions[number].run(None, given)
        return np.asarray(out, np.float32)
