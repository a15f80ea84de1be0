"""SAFMN as an ONNX model with dynamic height and width, equal to PyTorch for every size from 8 on.

The graph is written node by node instead of traced: the bytes are the same on every machine, layer
normalisation is one fused node (which ONNX Runtime runs fastest), and the two operations that ONNX lacks
with dynamic sizes are exact. Written for p = 2, 4, 8 and o = floor(n / p) cells:

- Adaptive max pooling. Cell j covers the rows from start = floor(j n / o) to end = ceil((j+1) n / o),
  between p and 2 p of them. Two windows of p rows cover that: the maximum over [start, start + p) and
  the one over [end - p, end), both picked from a sliding maximum of stride 1.
- Nearest enlargement. Row i of n takes row floor(i o / n); equal to PyTorch's float arithmetic for
  every n from 8 to 2999 (measured).

Rows are picked on axis 2 only, where a pick copies whole rows; columns are turned into rows first.
At 256x256 this graph takes 1.04 times what plain pooling, right for multiples of 8 only, takes.
"""

from pathlib import Path

from restograph.networks.export.graph import INPUT, OUTPUT, Graph
from restograph.networks.safmn import LEVELS, SAFMN


def export_safmn(net: SAFMN, path: Path) -> None:
    """Write `net` as ONNX, float32: image (n,3,h,w) in [0,1] -> restored (n,3,h*s,w*s); h and w at least 8."""
    path.write_bytes(safmn_bytes(net))


def safmn_bytes(net: SAFMN) -> bytes:
    """Bytes of the ONNX model: equal for equal weights."""
    graph = _Safmn(net)
    graph.write()
    scale = net.config.upscaling_factor
    return graph.model("safmn", {INPUT: ["n", 3, "h", "w"]}, {OUTPUT: ["n", 3, f"h*{scale}", f"w*{scale}"]})


class _Safmn(Graph):
    """The layers of networks.safmn, in the same order and under the same weight names."""

    def __init__(self, net: SAFMN) -> None:
        super().__init__()
        self.config = net.config
        for name, weight in net.state_dict().items():
            self.weight(name, weight.detach().cpu().numpy())

    def write(self) -> None:
        sides = self.op("Shape", INPUT)
        self.picks = [self._picks(self.op("Gather", sides, self.whole(axis), axis=0)) for axis in (2, 3)]
        feat = x = self.conv(INPUT, "to_feat", 3)  # n,dim,h,w
        for block in range(self.config.n_blocks):
            x = self.block(x, f"feats.{block}")
        x = self.conv(self.op("Add", x, feat), "to_img.0", 3)  # n,3ss,h,w
        scale = self.config.upscaling_factor
        if scale == 1:
            self.op("Identity", x, out=OUTPUT)
        else:
            self.op("DepthToSpace", x, blocksize=scale, mode="CRD", out=OUTPUT)

    def block(self, x: str, name: str) -> str:
        x = self.op("Add", self.safm(self.norm(x, f"{name}.norm1"), f"{name}.safm"), x)
        hidden = self.op("Gelu", self.conv(self.norm(x, f"{name}.norm2"), f"{name}.ccm.ccm.0", 3))
        return self.op("Add", self.conv(hidden, f"{name}.ccm.ccm.2", 1), x)

    def safm(self, x: str, name: str) -> str:
        part = self.config.dim // LEVELS
        outs = [f"{name}.part{level}" for level in range(LEVELS)]
        parts = self.ops("Split", x, self.whole([part] * LEVELS), outs=outs, axis=1)
        seen = [self.conv(parts[0], f"{name}.mfr.0", 3, group=part)]
        for level in range(1, LEVELS):
            small = self.conv(self.pool(parts[level], level), f"{name}.mfr.{level}", 3, group=part)
            seen.append(self.back(small, level))
        mixed = self.conv(self.op("Concat", *seen, axis=1), f"{name}.aggr", 1)
        return self.op("Mul", self.op("Gelu", mixed), x)

    def pool(self, x: str, level: int) -> str:
        """n,c,h,w -> n,c,h//p,w//p: rows, then columns as rows, each followed by a turn."""
        for axis in range(2):
            first, last, _ = self.picks[axis][level]
            sliding = self.op("MaxPool", x, kernel_shape=[2**level, 1], strides=[1, 1])
            ends = [self.op("Gather", sliding, index, axis=2) for index in (first, last)]
            x = self.turn(self.op("Max", *ends))
        return x

    def back(self, x: str, level: int) -> str:
        """n,c,h//p,w//p -> n,c,h,w: columns as rows while there are few of them, then rows."""
        columns, rows = self.picks[1][level][2], self.picks[0][level][2]
        x = self.turn(self.op("Gather", self.turn(x), columns, axis=2))
        return self.op("Gather", x, rows, axis=2)

    def turn(self, x: str) -> str:
        return self.op("Transpose", x, perm=[0, 1, 3, 2])

    def norm(self, x: str, name: str) -> str:
        last = self.op("Transpose", x, perm=[0, 2, 3, 1])  # n,h,w,c
        last = self.op("LayerNormalization", last, f"{name}.weight", f"{name}.bias", axis=-1, epsilon=1e-6)
        return self.op("Transpose", last, perm=[0, 3, 1, 2])

    def conv(self, x: str, name: str, kernel: int, group: int = 1) -> str:
        pads = [kernel // 2] * 4
        return self.op("Conv", x, f"{name}.weight", f"{name}.bias", group=group, pads=pads)

    def _picks(self, side: str) -> dict[int, tuple[str, str, str]]:
        """For a side of n pixels and each level: first and last window of every cell, cell of every pixel."""
        return {level: self._picks_of(side, 2**level) for level in range(1, LEVELS)}

    def _picks_of(self, side: str, p: int) -> tuple[str, str, str]:
        zero, one = self.whole(0), self.whole(1)
        cells = self.op("Div", side, self.whole(p))  # o
        j = self.op("Range", zero, cells, one)
        start = self.op("Div", self.op("Mul", j, side), cells)
        above = self.op("Add", self.op("Mul", self.op("Add", j, one), side), self.op("Sub", cells, one))
        last = self.op("Sub", self.op("Div", above, cells), self.whole(p))  # end - p
        cell = self.op("Div", self.op("Mul", self.op("Range", zero, side, one), cells), side)
        return start, last, cell
