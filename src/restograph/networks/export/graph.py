"""Writing ONNX graphs node by node: the bytes are the same on every machine, unlike those of a tracer."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import ArrayLike
from onnx import helper, numpy_helper

OPSET = 20  # the first with Gelu as one operator
IR_VERSION = 9
INPUT, OUTPUT = "image", "restored"

Sides = Sequence[int | str]


class Graph:
    """Nodes and constants in order of writing; every method returns the name of a tensor."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self._known: dict[tuple[bytes, tuple[int, ...]], str] = {}

    def op(self, kind: str, *inputs: str, out: str | None = None, **attributes: Any) -> str:
        return self.ops(kind, *inputs, outs=[out or f"t{len(self.nodes)}"], **attributes)[0]

    def ops(self, kind: str, *inputs: str, outs: list[str], **attributes: Any) -> list[str]:
        self.nodes.append(helper.make_node(kind, list(inputs), outs, **attributes))
        return outs

    def whole(self, value: ArrayLike) -> str:
        """An int64 constant, stored once."""
        array = np.asarray(value, dtype=np.int64)
        key = array.tobytes(), array.shape
        if key not in self._known:
            self._known[key] = f"i{len(self._known)}"
            self.constants.append(numpy_helper.from_array(array, self._known[key]))
        return self._known[key]

    def weight(self, name: str, value: ArrayLike) -> str:
        """A float32 constant under its own name."""
        array = np.ascontiguousarray(value, dtype=np.float32)
        self.constants.append(numpy_helper.from_array(array, name))
        return name

    def model(
        self, name: str, inputs: Mapping[str, Sides], outputs: Mapping[str, Sides], whole: Collection[str] = ()
    ) -> bytes:
        """The checked model, serialised: equal bytes for equal nodes and constants.

        Sides are numbers or names. Inputs and outputs are float32, those named in `whole` int64.
        """
        float32, int64 = onnx.TensorProto.FLOAT, onnx.TensorProto.INT64
        given, made = (
            [helper.make_tensor_value_info(n, int64 if n in whole else float32, list(s)) for n, s in side.items()]
            for side in (inputs, outputs)
        )
        body = helper.make_graph(self.nodes, name, given, made, self.constants)
        opsets = [helper.make_opsetid("", OPSET)]
        model = helper.make_model(body, opset_imports=opsets, ir_version=IR_VERSION, producer_name="restograph")
        onnx.checker.check_model(model, full_check=True)
        return bytes(model.SerializeToString(deterministic=True))
