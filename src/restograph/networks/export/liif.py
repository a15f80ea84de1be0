"""LIIF as two ONNX models: an encoder, once per picture, and a query for a grid of output pixels.

Exact rewrites of networks.liif, measured in benchmarks/results/liif.json:

- The MLP's first layer over the codes belongs to the encoder (`LIIF.fold`): one convolution per input pixel.
- Output pixels lie on a grid, so neighbours, offsets and weights of the local ensemble are products of a
  vector for the rows and one for the columns. A neighbour along one side is called a tap. The MLP runs on
  the grid of row taps x column taps. A pixel at the centre of an input pixel, or beyond the outermost
  centres, has one tap instead of two: at factor 3 that leaves 25 evaluations of 36.

Which taps there are is worked out by run/taps.py and passed in, so one model serves every factor.
"""

from collections.abc import Mapping
from pathlib import Path

from torch import nn

from restograph.errors import ModelError
from restograph.networks.export.graph import INPUT, Graph
from restograph.networks.export.safmn import SafmnBody
from restograph.networks.liif import LIIF, EDSRConfig, RDNConfig

HIDDEN, COLOURS = "hidden", "colours"
SIDES: Mapping[str, tuple[str, str]] = {"row": ("y", "r"), "column": ("x", "c")}  # numbers of taps and of pixels


def export_liif(net: LIIF, encoder: Path, query: Path) -> None:
    """Write both models; see `liif_bytes`."""
    for path, data in zip((encoder, query), liif_bytes(net), strict=True):
        path.write_bytes(data)


def liif_bytes(net: LIIF) -> tuple[bytes, bytes]:
    """Bytes of `encoder_bytes` and `query_bytes`, equal for equal weights."""
    return encoder_bytes(net), query_bytes(net)


def encoder_bytes(net: LIIF) -> bytes:
    """ONNX: image (n,3,h,w) in [0,1] -> hidden (n,h,w,C), the codes' share of the MLP's first layer."""
    graph = _Encoder(net)
    graph.write(net)
    return graph.model("liif_encoder", {INPUT: ["n", 3, "h", "w"]}, {HIDDEN: ["n", "h", "w", net.first.out_features]})


def query_bytes(net: LIIF) -> bytes:
    """ONNX: hidden (h,w,C) and taps -> colours (r,c,3) in about [0,1] of r x c output pixels.

    Per side, here the rows: `rows` (y,) int64, the input row of each tap; `row_offsets` (y,), from its centre to
    that of its output row, 2 = one input pixel; `row_pairs` (2,r) int64, the two taps of each output row;
    `row_weights` (2,r). `cell` (2,): height and width of an output pixel, 2 = one input pixel.
    Raises ModelError for a network without the local ensemble, whose taps would be others, or without a hidden layer.
    """
    if not net.config.hidden:
        raise ModelError("a LIIF whose decoder has no hidden layer cannot be exported; use one with a hidden_list")
    if not net.config.local_ensemble:
        raise ModelError("a LIIF with local_ensemble=False cannot be exported; use one trained with the local ensemble")
    graph = _Query(net)
    graph.write()
    inputs: dict[str, list[int | str]] = {HIDDEN: ["h", "w", net.first.out_features], "cell": [2]}
    for side, (taps, pixels) in SIDES.items():
        inputs |= {f"{side}s": [taps], f"{side}_offsets": [taps]}
        inputs |= {f"{side}_pairs": [2, pixels], f"{side}_weights": [2, pixels]}
    whole = [f"{side}{kind}" for side in SIDES for kind in ("s", "_pairs")]
    return graph.model("liif_query", inputs, {COLOURS: ["r", "c", 3]}, whole)


class _Encoder(SafmnBody):
    """Any of the three encoders, and the folded first layer."""

    def __init__(self, net: LIIF) -> None:
        state = net.encoder.state_dict(prefix="encoder.")
        used = {name: weight for name, weight in state.items() if "_mean." not in name}
        folded = {"fold.weight": net.fold_kernel(), "fold.bias": net.first.bias}
        super().__init__({**used, **folded}, net.config.encoder.dim, net.config.encoder.n_blocks)

    def write(self, net: LIIF) -> None:
        half = self.weight("half", 0.5)
        x = self.op("Div", self.op("Sub", INPUT, half), half)  # [0,1] -> [-1,1]
        config = net.config.encoder
        if isinstance(config, EDSRConfig):
            feat = self.edsr(x, config)
        elif isinstance(config, RDNConfig):
            feat = self.rdn(x, config)
        else:
            feat = self.body(x, "encoder.")
        hidden = self.conv(feat, "fold", 3 if net.config.feat_unfold else 1)  # n,C,h,w
        self.op("Transpose", hidden, perm=[0, 2, 3, 1], out=HIDDEN)  # a tap copies C numbers that lie together

    def edsr(self, x: str, config: EDSRConfig) -> str:
        share = "" if config.res_scale == 1 else self.weight("res_scale", config.res_scale)
        first = x = self.conv(x, "encoder.head.0", 3)
        for block in range(self.n_blocks):
            inner = self.op("Relu", self.conv(x, f"encoder.body.{block}.body.0", 3))
            added = self.conv(inner, f"encoder.body.{block}.body.2", 3)
            x = self.op("Add", self.op("Mul", added, share) if share else added, x)
        return self.op("Add", self.conv(x, f"encoder.body.{self.n_blocks}", 3), first)

    def rdn(self, x: str, config: RDNConfig) -> str:
        first = self.conv(x, "encoder.SFENet1", 3)
        x, outs = self.conv(first, "encoder.SFENet2", 3), []
        for block in range(self.n_blocks):
            name, dense = f"encoder.RDBs.{block}", x
            for layer in range(config.n_convs):
                grown = self.op("Relu", self.conv(dense, f"{name}.convs.{layer}.conv.0", 3))
                dense = self.op("Concat", dense, grown, axis=1)
            x = self.op("Add", self.conv(dense, f"{name}.LFF", 1), x)
            outs.append(x)
        fused = self.conv(self.op("Concat", *outs, axis=1), "encoder.GFF.0", 1)
        return self.op("Add", self.conv(fused, "encoder.GFF.1", 3), first)


class _Query(Graph):
    """From the first layer's shares to colours; layouts are row taps (y), column taps (x), channels."""

    def __init__(self, net: LIIF) -> None:
        super().__init__()
        self.layers = [layer for layer in list(net.imnet.layers)[1:] if isinstance(layer, nn.Linear)]
        tail = net.first.weight.detach().cpu().numpy()[:, net.fold_kernel()[0].numel() :].T  # 2 or 4, C
        self.weight("row_weight", tail[0])
        self.weight("column_weight", tail[1])
        self.cells = net.config.cell_decode
        if self.cells:
            self.weight("cell_weight", tail[2:])
        for number, layer in enumerate(self.layers, start=1):
            half = 0.5 if layer is self.layers[-1] else 1.0  # colours from [-1,1] to [0,1]
            self.weight(f"layers.{number}.weight", layer.weight.detach().cpu().numpy() * half)
            self.weight(f"layers.{number}.bias", layer.bias.detach().cpu().numpy() * half + (1 - half))

    def write(self) -> None:
        # columns first: there are fewer input rows than row taps, and then taps copy whole rows
        x = self.op("Add", self.op("Gather", HIDDEN, "columns", axis=1), self.share("column", [0, 2]))  # h,x,C
        rows = self.share("row", [1, 2])  # y,1,C
        if self.cells:
            rows = self.op("Add", rows, self.op("MatMul", "cell", "cell_weight"))
        x = self.op("Add", self.op("Gather", x, "rows", axis=0), rows)  # y,x,C
        colours = self.op("Reshape", self.mlp(x), self.grid())  # y,x,3
        self.blend(self.blend(colours, "column", axis=1), "row", axis=0, out=COLOURS)

    def share(self, side: str, axes: list[int]) -> str:
        """What the offsets of one side add to the first layer."""
        return self.op("Mul", self.op("Unsqueeze", f"{side}_offsets", self.whole(axes)), f"{side}_weight")

    def mlp(self, x: str) -> str:
        """The layers after the first: y,x,C -> y*x,3."""
        x = self.op("Flatten", x, axis=2)  # y*x,C: what Gemm takes, which ONNX Runtime joins with the ReLU after it
        for number in range(1, len(self.layers) + 1):
            x = self.op("Gemm", self.op("Relu", x), f"layers.{number}.weight", f"layers.{number}.bias", transB=1)
        return x

    def grid(self) -> str:
        return self.op("Concat", self.op("Shape", "rows"), self.op("Shape", "columns"), self.whole([3]), axis=0)

    def blend(self, colours: str, side: str, axis: int, out: str | None = None) -> str:
        """The taps of each output pixel along one side, weighted."""
        both = self.op("Gather", colours, f"{side}_pairs", axis=axis)  # two taps on this axis, then pixels, …
        after = [n + 2 for n in range(2 - axis)]
        weights = self.op("Unsqueeze", f"{side}_weights", self.whole(after))
        return self.op("ReduceSum", self.op("Mul", both, weights), self.whole([axis]), keepdims=0, out=out)
