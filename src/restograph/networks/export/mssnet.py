"""MSSNet as an ONNX model with dynamic height and width (multiples of 16), equal to PyTorch.

Only what leads to the last picture is written: the five tails that serve training alone are left out.
Halving features bilinearly at even sizes is the mean of 2 x 2 pixels; halving the picture keeps corners
on corners and stays a Resize. ONNX orders the channels of SpaceToDepth otherwise than PyTorch's
pixel_unshuffle does, so they are picked back into its order: the weights stay those of the state dict.
"""

import numpy as np

from restograph.networks.export.graph import INPUT, OUTPUT, Graph
from restograph.networks.mssnet import PRELU, MSSNet

UNSHUFFLED = [k * 3 + colour for colour in range(3) for k in range(4)]  # SpaceToDepth's channel for each of PyTorch's
UNUSED = ("tail1_1.", "tail2_1.", "tail2_2.", "tail3_1.", "tail3_2.")
SLOPE = "prelu"
Names = tuple[str, str, str]


def mssnet_bytes(net: MSSNet) -> bytes:
    """Bytes of the ONNX model, float32: image (n,3,h,w) in [0,1] -> restored (n,3,h,w); equal for equal weights."""
    graph = _Mssnet(net)
    graph.write()
    return graph.model("mssnet", {INPUT: ["n", 3, "h", "w"]}, {OUTPUT: ["n", 3, "h", "w"]})


class _Mssnet(Graph):
    """The layers of networks.mssnet, in the same order and under the same weight names."""

    def __init__(self, net: MSSNet) -> None:
        super().__init__()
        shared: np.ndarray | None = None
        self.sides: dict[str, tuple[int, ...]] = {}
        for name, weight in net.state_dict().items():
            array = weight.detach().cpu().numpy()
            if name.endswith(PRELU):
                shared = array
            elif not name.startswith(UNUSED):
                self.weight(name, array)
                self.sides[name] = array.shape
        assert shared is not None
        self.weight(SLOPE, shared.reshape(1, 1, 1))
        self.half, self.twice = (self.weight(n, [1, 1, f, f]) for n, f in (("half", 0.5), ("twice", 2.0)))

    def write(self) -> None:
        small = self.op("Resize", INPUT, "", self.half, mode="linear", coordinate_transformation_mode="align_corners")
        enc = self.encoder(self.shallow("shallow_feat1", self.unshuffle(small)), "E1_1")
        dec = self.decoder(enc, "D1_1")
        enc, dec = self.scale(self.shallow("shallow_feat2", self.unshuffle(INPUT)), enc, dec, 2)
        _, dec = self.scale(self.shallow("shallow_feat3", INPUT), enc, dec, 3)
        self.op("Add", self.conv(dec[0], "tail3_3"), INPUT, out=OUTPUT)

    def scale(self, feat: str, enc: Names, dec: Names, number: int) -> tuple[Names, Names]:
        """All U-Nets of scale 2 or 3, as many as its number."""
        coarse = self.conv(self.enlarged(dec[0]), f"up_scale{number - 1}_feat.scaleUp.1")
        feat = self.conv(self.op("Concat", feat, coarse, axis=1), f"fusion{number - 1}{number}")
        enc, dec = self.each_enlarged(enc), self.each_enlarged(dec)
        for stage in range(1, number + 1):
            enc = self.encoder(feat, f"E{number}_{stage}", enc, dec)
            dec = self.decoder(enc, f"D{number}_{stage}")
            feat = dec[0]
        return enc, dec

    def encoder(self, x: str, name: str, encoded: Names | None = None, decoded: Names | None = None) -> Names:
        levels: list[str] = []
        for level in (1, 2, 3):
            if level > 1:
                small = self.op("AveragePool", levels[-1], kernel_shape=[2, 2], strides=[2, 2])
                x = self.conv(small, f"{name}.down{level - 1}{level}.down.1")
            x = self.blocks(x, f"{name}.encoder_level{level}")
            if encoded and decoded:
                x = self.op("Add", x, self.conv(encoded[level - 1], f"{name}.csff_enc{level}"))
                x = self.op("Add", x, self.conv(decoded[level - 1], f"{name}.csff_dec{level}"))
            levels.append(x)
        return levels[0], levels[1], levels[2]

    def decoder(self, encoded: Names, name: str) -> Names:
        three = self.blocks(encoded[2], f"{name}.decoder_level3")
        two = self.joined(three, encoded[1], name, 2)
        one = self.joined(two, encoded[0], name, 1)
        return one, two, three

    def joined(self, coarse: str, encoded: str, name: str, level: int) -> str:
        up = self.conv(self.enlarged(coarse), f"{name}.up{level + 1}{level}.up.1")
        return self.blocks(
            self.op("Add", up, self.block(encoded, f"{name}.skip_attn{level}")), f"{name}.decoder_level{level}"
        )

    def shallow(self, name: str, x: str) -> str:
        return self.block(self.conv(x, f"{name}.0"), f"{name}.1")

    def blocks(self, x: str, name: str) -> str:
        return self.block(self.block(x, f"{name}.0"), f"{name}.1")

    def block(self, x: str, name: str) -> str:
        inner = self.op("PRelu", self.conv(x, f"{name}.body.0"), SLOPE)
        return self.op("Add", self.conv(inner, f"{name}.body.2"), x)

    def each_enlarged(self, levels: Names) -> Names:
        one, two, three = (self.enlarged(x) for x in levels)
        return one, two, three

    def enlarged(self, x: str) -> str:
        return self.op("Resize", x, "", self.twice, mode="linear", coordinate_transformation_mode="half_pixel")

    def unshuffle(self, x: str) -> str:
        return self.op("Gather", self.op("SpaceToDepth", x, blocksize=2), self.whole(UNSHUFFLED), axis=1)

    def conv(self, x: str, name: str) -> str:
        kernel = self.sides[f"{name}.weight"][2]
        return self.op("Conv", x, f"{name}.weight", pads=[kernel // 2] * 4)
