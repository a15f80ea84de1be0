"""SAFMN++ and its light variant as ONNX models with dynamic height and width, equal to PyTorch from 8 pixels on."""

from collections.abc import Mapping

from torch import Tensor

from restograph.networks.export.graph import INPUT, OUTPUT
from restograph.networks.export.layers import Layers
from restograph.networks.safmnpp import CELL, SAFMNPP, LightSAFMNPP


def safmnpp_bytes(net: SAFMNPP) -> bytes:
    """Bytes of the ONNX model, equal for equal weights: image (n,3,h,w) in [0,1] -> restored (n,3,h*s,w*s)."""
    graph, scale = _Modulated(net.state_dict(), mixer=("conv1", "conv2")), net.config.upscaling_factor
    x = graph.conv(INPUT, "to_feat", 3)  # n,dim,h,w
    for block in range(net.config.n_blocks):
        x = graph.op("Add", graph.block(x, f"feats.{block}"), x)
    graph.on_enlarged_input(graph.shuffled(graph.conv(x, "to_img.0", 3), scale), scale)
    return graph.upscaler("safmnpp", scale)


def light_bytes(net: LightSAFMNPP) -> bytes:
    """Bytes of the ONNX model, equal for equal weights: image (n,3,h,w) in [0,1] -> restored (n,3,h*s,w*s)."""
    graph, scale = _Modulated(net.state_dict(), mixer=("conv.0", "conv.2")), net.config.upscaling_factor
    feat = x = graph.conv(INPUT, "to_feat", 3)  # n,dim,h,w
    for block in range(net.config.n_blocks):
        x = graph.block(x, f"feats.{block}")
    x = graph.conv(graph.op("Add", x, feat), "to_img.0", 3)  # n,3ss,h,w
    graph.shuffled(x, scale, out=OUTPUT)
    return graph.upscaler("safmnpp-light", scale)


class _Modulated(Layers):
    """The layers that both variants have, in the order of networks.safmnpp and under the same weight names."""

    def __init__(self, state: Mapping[str, Tensor], mixer: tuple[str, str]) -> None:
        super().__init__(state)
        self.mixer = mixer  # names of the channel mixer's two convolutions
        self.dim = len(state["to_feat.weight"])
        self.seen = len(state["feats.0.conv1.dwconv.weight"])
        self.look()

    def look(self) -> None:
        """The size of the image, and for both sides the windows to pool. All blocks share them."""
        sides = self.op("Shape", INPUT)
        self.size = self.op("Gather", sides, self.whole([2, 3]), axis=0)
        self.picks = []
        for axis in (2, 3):
            side = self.op("Gather", sides, self.whole(axis), axis=0)
            self.picks.append(self.windows(side, self.cells(side, CELL), CELL))

    def block(self, x: str, name: str) -> str:
        wide, narrow = self.mixer
        hidden = self.op("Gelu", self.conv(self.safm(x, f"{name}.conv1"), f"{name}.conv2.{wide}", 3))
        return self.conv(hidden, f"{name}.conv2.{narrow}", 1)

    def safm(self, x: str, name: str) -> str:
        sizes = self.whole([self.seen, self.dim - self.seen])
        outs = [f"{name}.seen", f"{name}.passed"]
        seen, passed = self.ops("Split", self.conv(x, f"{name}.proj", 3), sizes, outs=outs, axis=1)
        small = self.conv(self.pool(seen, CELL, *self.picks), f"{name}.dwconv", 3, group=self.seen)
        modulated = self.op("Mul", self.op("Gelu", self.bilinear(small, size=self.size)), seen)
        return self.conv(self.op("Gelu", self.op("Concat", passed, modulated, axis=1)), f"{name}.out", 1)
