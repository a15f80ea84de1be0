"""Writes the tiny networks and cards in tests/data/models: `python tests/data/make_models.py` (needs onnx).

With RESTOGRAPH_HOME=tests/data they count as installed. Each one is a known function, so a test can
say exactly what must come out.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from onnx import NodeProto, TensorProto, helper, numpy_helper

HERE = Path(__file__).parent / "models"
IN, OUT = "image", "restored"
Nodes = tuple[list[NodeProto], dict[str, np.ndarray]]


@dataclass(frozen=True)
class Toy:
    """One network: what computes it, and what its card says."""

    name: str
    nodes: Callable[[], Nodes]
    kind: str = "clean"
    scale: int = 1
    stands_in: bool = False
    size: str = ""
    tiling: str = "exact = true"


def identity() -> Nodes:
    return [helper.make_node("Identity", [IN], [OUT])], {}


def nearest(scale: int) -> Nodes:
    node = helper.make_node(
        "Resize", [IN, "", "scales"], [OUT], mode="nearest", nearest_mode="floor",
        coordinate_transformation_mode="asymmetric",
    )  # fmt: skip
    return [node], {"scales": np.array([1, 1, scale, scale], np.float32)}


def blur() -> Nodes:
    weight = np.zeros((3, 3, 5, 5), np.float32)
    for channel in range(3):
        weight[channel, channel] = 1 / 25
    return [helper.make_node("Conv", [IN, "weight"], [OUT], pads=[2] * 4)], {"weight": weight}


def blocks() -> Nodes:
    packed = helper.make_node("SpaceToDepth", [IN], ["packed"], blocksize=8)  # fails unless sides are multiples of 8
    return [packed, helper.make_node("DepthToSpace", ["packed"], [OUT], blocksize=8)], {}


def pooled() -> Nodes:
    pool = helper.make_node("MaxPool", [IN], ["small"], kernel_shape=[8, 8], strides=[8, 8])
    back = helper.make_node(
        "Resize", ["small", "", "scales"], ["large"], mode="nearest", nearest_mode="floor",
        coordinate_transformation_mode="asymmetric",
    )  # fmt: skip
    mean = helper.make_node("Mean", [IN, "large"], [OUT])
    return [pool, back, mean], {"scales": np.array([1, 1, 8, 8], np.float32)}


def broken() -> Nodes:
    zero = helper.make_node("Sub", [IN, IN], ["zero"])
    return [zero, helper.make_node("Div", ["zero", "zero"], [OUT])], {}


def constant() -> Nodes:
    zero = helper.make_node("Sub", [IN, IN], ["zero"])
    return [zero, helper.make_node("Add", ["zero", "half"], [OUT])], {"half": np.array(0.5, np.float32)}


TOYS = (
    Toy("identity-x1", identity, stands_in=True),
    Toy("nearest-x2", lambda: nearest(2), "upscale", 2, stands_in=True),
    Toy("nearest-x3", lambda: nearest(3), "upscale", 3, stands_in=True),
    Toy("blur-x1", blur, size="minimum = 8", tiling="halo = 2\nexact = true"),
    Toy("blocks-x1", blocks, size="multiple = 8", tiling="align = 8\nexact = true"),
    Toy("pooled-x1", pooled, size="minimum = 8\nmultiple = 8", tiling="align = 8\nexact = true"),
    Toy("nan-x1", broken),
    Toy("constant-x1", constant),
)


def write(toy: Toy) -> None:
    nodes, weights = toy.nodes()
    ends = [helper.make_tensor_value_info(n, TensorProto.FLOAT, ["n", 3, None, None]) for n in (IN, OUT)]
    constants = [numpy_helper.from_array(array, name) for name, array in weights.items()]
    graph = helper.make_graph(nodes, toy.name, ends[:1], ends[1:], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    data = model.SerializeToString(deterministic=True)
    (HERE / f"{toy.name}.onnx").write_bytes(data)
    (HERE / f"{toy.name}.toml").write_text(card(toy, data), "utf-8")


def card(toy: Toy, data: bytes) -> str:
    operations = '"super_resolution"' if toy.kind == "upscale" else '"compression_artifact_removal", "denoising"'
    return f"""name = "{toy.name}"
family = "toy"
kind = "{toy.kind}"
operations = [{operations}]
scale = {toy.scale}
title = "A known function, for tests"
licence = "Apache-2.0"
weights = "{toy.name}.onnx"
sha256 = "{hashlib.sha256(data).hexdigest()}"
bytes = {len(data)}
aliases = ["Toy-{toy.name}"]
stands_in_for = [{'"*"' if toy.stands_in else ""}]

[size]
{toy.size}

[tiling]
bytes_per_pixel = 256
{toy.tiling}
"""


if __name__ == "__main__":
    HERE.mkdir(exist_ok=True)
    for toy in TOYS:
        write(toy)
