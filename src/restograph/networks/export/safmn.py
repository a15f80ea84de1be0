"""SAFMN and its NTIRE 2023 variant as ONNX models with dynamic height and width, equal to PyTorch for every size.

The graph is written node by node instead of traced: the bytes are the same on every machine, layer
normalisation is one fused node (which ONNX Runtime runs fastest), and pooling is exact for any size
(see `layers`). At 256x256 SAFMN takes 1.04 times what plain pooling, right for multiples of 8 only, takes.
"""

from collections.abc import Mapping
from pathlib import Path

from torch import Tensor

from restograph.networks.export.graph import INPUT, OUTPUT
from restograph.networks.export.layers import Layers, Windows
from restograph.networks.safmn import LEVELS, SAFMN, SAFMNNtire


def export_safmn(net: SAFMN, path: Path) -> None:
    """Write `net` as ONNX, float32: image (n,3,h,w) in [0,1] -> restored (n,3,h*s,w*s); h and w at least 8."""
    path.write_bytes(safmn_bytes(net))


def safmn_bytes(net: SAFMN) -> bytes:
    """Bytes of the ONNX model: equal for equal weights."""
    sizes = net.config
    graph = SafmnBody(net.state_dict(), sizes.dim, sizes.n_blocks)
    x = graph.conv(graph.body(INPUT), "to_img.0", 3)  # n,3ss,h,w
    graph.shuffled(x, sizes.upscaling_factor, out=OUTPUT)
    return graph.upscaler("safmn", sizes.upscaling_factor)


def ntire_bytes(net: SAFMNNtire) -> bytes:
    """Bytes of the ONNX model, equal for equal weights; h and w at least 16."""
    sizes = net.config
    graph = _NtireBody(net.state_dict(), sizes.dim, sizes.n_blocks)
    x = graph.conv(graph.body(INPUT), "to_img.0", 3)  # n,3ss,h,w
    graph.on_enlarged_input(graph.shuffled(x, sizes.upscaling_factor), sizes.upscaling_factor)
    return graph.upscaler("safmn-ntire", sizes.upscaling_factor)


class _Modulated(Layers):
    """The layers that both variants have, in the order of networks.safmn and under the same weight names."""

    coarsest = 2 ** (LEVELS - 1)  # input pixels along a pixel of the smallest map

    def __init__(self, state: Mapping[str, Tensor], dim: int, n_blocks: int) -> None:
        super().__init__(state)
        self.dim, self.n_blocks = dim, n_blocks
        self.strides = [self.coarsest >> i for i in reversed(range(LEVELS - 1))]

    def look(self, image: str) -> None:
        """For both sides and every level: windows to pool, and the cell of every pixel. All blocks share them."""
        sides = self.op("Shape", image)
        self.picks = [self._picks(self.op("Gather", sides, self.whole(axis), axis=0)) for axis in (2, 3)]

    def safm(self, x: str, name: str) -> str:
        part = self.dim // LEVELS
        outs = [f"{name}.part{level}" for level in range(LEVELS)]
        parts = self.ops("Split", x, self.whole([part] * LEVELS), outs=outs, axis=1)
        seen = [self.conv(parts[0], f"{name}.mfr.0", 3, group=part)]
        for level, p in enumerate(self.strides, start=1):
            (rows, row_cells), (columns, column_cells) = (picks[p] for picks in self.picks)
            small = self.conv(self.pool(parts[level], p, rows, columns), f"{name}.mfr.{level}", 3, group=part)
            seen.append(self.nearest(small, row_cells, column_cells))
        mixed = self.conv(self.op("Concat", *seen, axis=1), f"{name}.aggr", 1)
        return self.op("Mul", self.op("Gelu", mixed), x)

    def ccm(self, x: str, name: str) -> str:
        hidden = self.op("Gelu", self.conv(x, f"{name}.ccm.0", 3))
        return self.conv(hidden, f"{name}.ccm.2", 1)

    def _picks(self, side: str) -> dict[int, tuple[Windows, str]]:
        picks = {}
        for p in self.strides:
            cells = self.cells(side, p)
            picks[p] = self.windows(side, cells, p), self.cell_of_pixels(side, cells)
        return picks


class SafmnBody(_Modulated):
    """SAFMN up to its upsampler."""

    def body(self, image: str, prefix: str = "") -> str:
        """n,3,h,w -> features n,dim,h,w; `prefix` stands before the names of the weights."""
        self.look(image)
        feat = x = self.conv(image, f"{prefix}to_feat", 3)  # n,dim,h,w
        for block in range(self.n_blocks):
            x = self.block(x, f"{prefix}feats.{block}")
        return self.op("Add", x, feat)

    def block(self, x: str, name: str) -> str:
        x = self.op("Add", self.safm(self.norm(x, f"{name}.norm1"), f"{name}.safm"), x)
        return self.op("Add", self.ccm(self.norm(x, f"{name}.norm2"), f"{name}.ccm"), x)

    def norm(self, x: str, name: str) -> str:
        last = self.op("Transpose", x, perm=[0, 2, 3, 1])  # n,h,w,c
        last = self.op("LayerNormalization", last, f"{name}.weight", f"{name}.bias", axis=-1, epsilon=1e-6)
        return self.op("Transpose", last, perm=[0, 3, 1, 2])


class _NtireBody(_Modulated):
    coarsest = 2**LEVELS

    def body(self, image: str) -> str:
        """n,3,h,w -> features n,dim,h,w."""
        self.look(image)
        x = self.response(self.conv(image, "to_feat", 3), "norm")  # n,dim,h,w
        for block in range(self.n_blocks):
            x = self.op("Add", self.safm(x, f"feats.{block}.safm"), x)
            x = self.op("Add", self.ccm(x, f"feats.{block}.ccm"), x)
        return x

    def response(self, x: str, name: str) -> str:
        energy = self.op("ReduceL2", x, self.whole([2, 3]))  # n,c,1,1
        mean = self.op("ReduceMean", energy, self.whole([1]))
        share = self.op("Div", energy, self.op("Add", mean, self.weight("epsilon", 1e-6)))
        weighted = self.op("Mul", f"{name}.gamma", self.op("Mul", x, share))
        return self.op("Add", self.op("Add", weighted, f"{name}.beta"), x)
