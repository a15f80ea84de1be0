"""What the SAFMN family is made of, as ONNX nodes with free height and width, equal to PyTorch for every size.

Two operations that ONNX lacks with dynamic sizes are exact here. For a side of n pixels, p = 2, 4, 8, 16
and o = floor(n / p) cells:

- Adaptive max pooling. Cell j covers the rows from start = floor(j n / o) to end = ceil((j+1) n / o),
  between p and 2 p of them. Two windows of p rows cover that: the maximum over [start, start + p) and
  the one over [end - p, end), both picked from a sliding maximum of stride 1.
- Nearest enlargement. Row i of n takes row floor(i o / n); equal to PyTorch's float arithmetic for
  every n below 6000 (measured).

Rows are picked on axis 2 only, where a pick copies whole rows; columns are turned into rows first.
"""

from collections.abc import Mapping

from numpy.typing import ArrayLike
from torch import Tensor

from restograph.networks.export.graph import INPUT, OUTPUT, Graph

Windows = tuple[str, str]  # indices of the first and the last window of every cell


class Layers(Graph):
    """The weights of a state dict under their own names, and writers of layers."""

    def __init__(self, state: Mapping[str, Tensor]) -> None:
        super().__init__()
        self.names: set[str] = set()
        for name, weight in state.items():
            self.weight(name, weight.detach().cpu().numpy())

    def weight(self, name: str, value: ArrayLike) -> str:
        self.names.add(name)
        return super().weight(name, value)

    def upscaler(self, name: str, scale: int) -> bytes:
        """The model: image (n,3,h,w) -> restored (n,3,h*s,w*s)."""
        return self.model(name, {INPUT: ["n", 3, "h", "w"]}, {OUTPUT: ["n", 3, f"h*{scale}", f"w*{scale}"]})

    def conv(self, x: str, name: str, kernel: int, group: int = 1) -> str:
        """Convolution that keeps the size; with a bias where the network has one."""
        bias = [f"{name}.bias"] if f"{name}.bias" in self.names else []
        return self.op("Conv", x, f"{name}.weight", *bias, group=group, pads=[kernel // 2] * 4)

    def turn(self, x: str) -> str:
        return self.op("Transpose", x, perm=[0, 1, 3, 2])

    def cells(self, side: str, p: int) -> str:
        return self.op("Div", side, self.whole(p))  # o

    def windows(self, side: str, cells: str, p: int) -> Windows:
        zero, one = self.whole(0), self.whole(1)
        j = self.op("Range", zero, cells, one)
        start = self.op("Div", self.op("Mul", j, side), cells)
        above = self.op("Add", self.op("Mul", self.op("Add", j, one), side), self.op("Sub", cells, one))
        return start, self.op("Sub", self.op("Div", above, cells), self.whole(p))  # end - p

    def cell_of_pixels(self, side: str, cells: str) -> str:
        pixels = self.op("Range", self.whole(0), side, self.whole(1))
        return self.op("Div", self.op("Mul", pixels, cells), side)

    def pool(self, x: str, p: int, rows: Windows, columns: Windows) -> str:
        """n,c,h,w -> n,c,h//p,w//p: rows, then columns as rows, each followed by a turn."""
        for windows in (rows, columns):
            sliding = self.op("MaxPool", x, kernel_shape=[p, 1], strides=[1, 1])
            ends = [self.op("Gather", sliding, index, axis=2) for index in windows]
            x = self.turn(self.op("Max", *ends))
        return x

    def nearest(self, x: str, rows: str, columns: str) -> str:
        """n,c,h//p,w//p -> n,c,h,w: columns as rows while there are few of them, then rows."""
        x = self.turn(self.op("Gather", self.turn(x), columns, axis=2))
        return self.op("Gather", x, rows, axis=2)

    def bilinear(self, x: str, factors: str = "", size: str = "") -> str:
        """Linear between pixel centres, by two `factors` or to a `size`, both as (height, width)."""
        centres = "half_pixel"
        return self.op(
            "Resize", x, "", factors, size, mode="linear", coordinate_transformation_mode=centres, axes=[2, 3]
        )

    def shuffled(self, x: str, scale: int, out: str | None = None) -> str:
        """n,3ss,h,w -> n,3,h*s,w*s."""
        if scale == 1:
            return self.op("Identity", x, out=out)
        return self.op("DepthToSpace", x, blocksize=scale, mode="CRD", out=out)

    def on_enlarged_input(self, detail: str, scale: int) -> str:
        """The output: the network's detail on the bilinearly enlarged image."""
        below = INPUT if scale == 1 else self.bilinear(INPUT, factors=self.weight("factors", [scale, scale]))
        return self.op("Add", detail, below, out=OUTPUT)
