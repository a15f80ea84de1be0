"""LIIF: a picture as a continuous function, so that one network enlarges by any factor.

Y. Chen, S. Liu, X. Wang, "Learning Continuous Image Representation with Local Implicit Image
Function", CVPR 2021, https://arxiv.org/abs/2012.09161. Written from the paper's description;
state-dict keys are those of the authors' checkpoints (`encoder.*`, `imnet.layers.*`).

An encoder gives every pixel a latent code z*; an MLP f decodes the colour at any position x from the
nearest code and the relative position, s = f(z*, x - v*) (eq. 1). Three refinements, all on by default:

- feature unfolding (eq. 2): the code of a pixel is that of its 3x3 neighbourhood, zero outside;
- local ensemble (eq. 4): the four nearest codes are decoded, each weighted by the area of the
  rectangle between x and the code diagonally opposite;
- cell decoding (eq. 5): the MLP also sees the height and width of the pixel asked for.

Pictures are RGB in [-1, 1], that is (x - 0.5) / 0.5, NCHW float32; so are the colours returned.
Positions are (row, column) in [-1, 1]: the centre of pixel i of n is -1 + (2 i + 1) / n.
"""

from dataclasses import dataclass, field
from itertools import product

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from restograph.networks.safmn import AttBlock, widening

State = dict[str, Tensor]

RGB_MEAN = (0.4488, 0.4371, 0.4040)  # of DIV2K; in the authors' checkpoints although never applied
SHIFT = 1e-6  # breaks the tie of a position exactly between two pixels: towards the larger index


@dataclass(frozen=True)
class SAFMNBodyConfig:
    """Sizes of our own light encoder: the body of SAFMN without its upsampler."""

    dim: int = 36
    n_blocks: int = 8
    ffn_scale: float = 2.0


@dataclass(frozen=True)
class EDSRConfig:
    """Sizes of EDSR without its upsampler: the defaults are EDSR-baseline's, which the paper uses.

    `res_scale` weighs what a block adds. It leaves no trace in the weights: checkpoints say it beside them.
    """

    dim: int = 64
    n_blocks: int = 16
    res_scale: float = 1.0


@dataclass(frozen=True)
class RDNConfig:
    """Sizes of RDN without its upsampler: the defaults are configuration B, the paper's."""

    dim: int = 64
    n_blocks: int = 16
    n_convs: int = 8
    growth: int = 64


EncoderConfig = SAFMNBodyConfig | EDSRConfig | RDNConfig


@dataclass(frozen=True)
class LIIFConfig:
    """An encoder, the widths of the MLP's hidden layers, and the paper's three refinements."""

    encoder: EncoderConfig = field(default_factory=SAFMNBodyConfig)
    hidden: tuple[int, ...] = (96, 96, 96)
    local_ensemble: bool = True
    feat_unfold: bool = True
    cell_decode: bool = True


# ── encoders: RGB (N,3,H,W) in [-1,1] -> features (N,C,H,W) ──────────────────────────────────────


def conv3x3(inputs: int, outputs: int) -> nn.Conv2d:
    return nn.Conv2d(inputs, outputs, 3, padding=1)


class SAFMNBody(nn.Module):
    """SAFMN (arXiv 2302.13800) up to the features that its upsampler would see; at least 8x8 pixels."""

    def __init__(self, config: SAFMNBodyConfig) -> None:
        super().__init__()
        self.to_feat = conv3x3(3, config.dim)
        self.feats = nn.Sequential(*(AttBlock(config.dim, config.ffn_scale) for _ in range(config.n_blocks)))

    def forward(self, x: Tensor) -> Tensor:
        feat = self.to_feat(x)  # N,C,H,W
        out: Tensor = self.feats(feat) + feat
        return out


class MeanShift(nn.Conv2d):
    """Twelve frozen numbers of the authors' EDSR. LIIF never applies them; they keep checkpoints whole."""

    def __init__(self, sign: int) -> None:
        super().__init__(3, 3, 1)
        self.weight.data = torch.eye(3).view(3, 3, 1, 1)
        self.bias = nn.Parameter(sign * torch.tensor(RGB_MEAN))
        self.requires_grad_(False)


class ResBlock(nn.Module):
    """EDSR's residual block: two convolutions, no normalisation."""

    def __init__(self, dim: int, res_scale: float) -> None:
        super().__init__()
        self.res_scale = res_scale
        self.body = nn.Sequential(conv3x3(dim, dim), nn.ReLU(), conv3x3(dim, dim))

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.body(x) * self.res_scale + x
        return out


class EDSR(nn.Module):
    """EDSR (arXiv 1707.02921) without upsampler."""

    def __init__(self, config: EDSRConfig) -> None:
        super().__init__()
        dim = config.dim
        self.sub_mean, self.add_mean = MeanShift(-1), MeanShift(1)
        self.head = nn.Sequential(conv3x3(3, dim))
        blocks = (ResBlock(dim, config.res_scale) for _ in range(config.n_blocks))
        self.body = nn.Sequential(*blocks, conv3x3(dim, dim))

    def forward(self, x: Tensor) -> Tensor:
        x = self.head(x)
        out: Tensor = self.body(x) + x
        return out


class DenseConv(nn.Module):
    """One layer of a dense block: its output is appended to its input."""

    def __init__(self, inputs: int, growth: int) -> None:
        super().__init__()
        self.conv = nn.Sequential(conv3x3(inputs, growth), nn.ReLU())

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat((x, self.conv(x)), dim=1)


class DenseBlock(nn.Module):
    """RDN's residual dense block: dense layers, 1x1 fusion (LFF), residual."""

    def __init__(self, config: RDNConfig) -> None:
        super().__init__()
        dim, growth, n = config.dim, config.growth, config.n_convs
        self.convs = nn.Sequential(*(DenseConv(dim + i * growth, growth) for i in range(n)))
        self.LFF = nn.Conv2d(dim + n * growth, dim, 1)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.LFF(self.convs(x)) + x
        return out


class RDN(nn.Module):
    """Residual dense network (arXiv 1802.08797) without upsampler."""

    def __init__(self, config: RDNConfig) -> None:
        super().__init__()
        dim = config.dim
        self.SFENet1, self.SFENet2 = conv3x3(3, dim), conv3x3(dim, dim)
        self.RDBs = nn.ModuleList(DenseBlock(config) for _ in range(config.n_blocks))
        self.GFF = nn.Sequential(nn.Conv2d(config.n_blocks * dim, dim, 1), conv3x3(dim, dim))

    def forward(self, x: Tensor) -> Tensor:
        first = self.SFENet1(x)
        x, outs = self.SFENet2(first), []
        for block in self.RDBs:
            x = block(x)
            outs.append(x)
        out: Tensor = self.GFF(torch.cat(outs, dim=1)) + first
        return out


def encoder_of(config: EncoderConfig) -> nn.Module:
    if isinstance(config, EDSRConfig):
        return EDSR(config)
    return RDN(config) if isinstance(config, RDNConfig) else SAFMNBody(config)


# ── the implicit function ────────────────────────────────────────────────────────────────────────


class MLP(nn.Module):
    """Linear layers with ReLU between; the last one gives RGB."""

    def __init__(self, inputs: int, hidden: tuple[int, ...]) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for width in hidden:
            layers += [nn.Linear(inputs, width), nn.ReLU()]
            inputs = width
        self.layers = nn.Sequential(*layers, nn.Linear(inputs, 3))

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.layers(x)
        return out


class LIIF(nn.Module):
    """RGB (N,3,H,W) in [-1,1] and Q positions -> their colours (N,Q,3) in about [-1,1]."""

    def __init__(self, config: LIIFConfig = LIIFConfig()) -> None:
        super().__init__()
        self.config = config
        self.encoder = encoder_of(config.encoder)
        codes = config.encoder.dim * (9 if config.feat_unfold else 1)
        self.imnet = MLP(codes + 2 + 2 * config.cell_decode, config.hidden)

    def forward(self, inp: Tensor, coord: Tensor, cell: Tensor) -> Tensor:
        """Colours at `coord` (N,Q,2) of pixels as large as `cell` (N,Q,2), both in the range [-1,1] of a side."""
        return self.query(self.encode(inp), coord, cell)

    def encode(self, inp: Tensor) -> Tensor:
        """RGB (N,3,H,W) in [-1,1] -> features (N,C,H,W)."""
        out: Tensor = self.encoder(inp)
        return out

    def query(self, feat: Tensor, coord: Tensor, cell: Tensor) -> Tensor:
        """Decode features (N,C,H,W) at positions (N,Q,2) -> (N,Q,3).

        The first layer is linear in the unfolded codes, so it is computed once per pixel of the
        features (`fold`) and queries only pick from the result: equal to `query_plain`, 2.5 times as fast.
        """
        return self._decode(self.fold(feat), coord, cell, folded=True)

    def query_plain(self, feat: Tensor, coord: Tensor, cell: Tensor) -> Tensor:
        """The same as the paper writes it: unfold, pick, and the whole MLP for every neighbour."""
        if self.config.feat_unfold:
            n, c, h, w = feat.shape
            feat = F.unfold(feat, 3, padding=1).view(n, c * 9, h, w)  # channel-major: c * 9 + k
        return self._decode(feat, coord, cell, folded=False)

    def fold(self, feat: Tensor) -> Tensor:
        """Features (N,C,H,W) -> share of the codes in the MLP's first layer (N,hidden,H,W), bias included."""
        kernel = self.fold_kernel()
        return F.conv2d(feat, kernel, self.first.bias, padding=kernel.shape[-1] // 2)

    def fold_kernel(self) -> Tensor:
        """The first layer's columns for the codes as a convolution (hidden,C,3,3), or (hidden,C,1,1) without unfolding."""
        codes = self.first.in_features - 2 - 2 * self.config.cell_decode
        side = 3 if self.config.feat_unfold else 1
        return self.first.weight[:, :codes].reshape(self.first.out_features, -1, side, side)

    @property
    def first(self) -> nn.Linear:
        """The MLP's first layer."""
        layer = self.imnet.layers[0]
        assert isinstance(layer, nn.Linear)
        return layer

    def _decode(self, maps: Tensor, coord: Tensor, cell: Tensor, folded: bool) -> Tensor:
        n, c, h, w = maps.shape
        sides = torch.stack((coord.new_full((), h), coord.new_full((), w)))  # made on the device, no copy to it
        flat = maps.permute(0, 2, 3, 1).reshape(n * h * w, c)
        near = neighbours(coord, sides, self.config.local_ensemble)
        total, weights = torch.zeros_like(coord[..., :1]), torch.zeros_like(coord[..., :1])
        for row, column in product(near, repeat=2):
            index, offset, weight = (
                torch.stack((a[..., 0], b[..., 1]), dim=-1) for a, b in zip(row, column, strict=True)
            )
            position = torch.cat((offset, cell * sides), dim=-1) if self.config.cell_decode else offset
            codes = flat.index_select(0, _flat_index(index, h, w)).view(n, -1, c)
            area = weight.prod(dim=-1, keepdim=True)  # N,Q,1
            total = total + area * self._colours(codes, position, folded)  # N,Q,3
            weights = weights + area
        return total / weights

    def _colours(self, codes: Tensor, position: Tensor, folded: bool) -> Tensor:
        """The MLP at one neighbour: codes (N,Q,C) and relative position and cell (N,Q,4) -> (N,Q,3)."""
        if not folded:
            out: Tensor = self.imnet(torch.cat((codes, position), dim=-1))
            return out
        x = codes + F.linear(position, self.first.weight[:, -position.shape[-1] :])
        for layer in list(self.imnet.layers)[1:]:
            x = layer(x)
        return x


def neighbours(coord: Tensor, sides: Tensor, both: bool = True) -> list[tuple[Tensor, Tensor, Tensor]]:
    """Index, offset (2 = one pixel) and weight of the pixel before and the one after each position, on both axes.

    Everything is (N,Q,2). The weight is the distance to the other one, so that two axes multiply to the
    area of eq. (4). Beyond the outermost centres both are the same pixel and count the same: the equation
    divides nothing by nothing exactly on the last centre, where this is its limit.
    """
    if not both:
        index, offset = nearest(coord, sides, 0)
        return [(index, offset, torch.ones_like(coord))]
    (before, to_before), (after, to_after) = (nearest(coord, sides, towards) for towards in (-1, 1))
    same = before == after
    weights = [offset.abs().masked_fill(same, 1.0) for offset in (to_after, to_before)]
    return [(before, to_before, weights[0]), (after, to_after, weights[1])]


def nearest(coord: Tensor, sides: Tensor, towards: int) -> tuple[Tensor, Tensor]:
    """Index and offset (N,Q,2) of the pixel nearest to each position moved by half a pixel `towards` (-1, 0, 1)."""
    moved = coord + towards / sides + SHIFT if towards else coord
    index = (((moved.clamp(-1 + SHIFT, 1 - SHIFT) + 1) * sides - 1) / 2).round()
    return index, (coord - (-1 + (2 * index + 1) / sides)) * sides


def _flat_index(index: Tensor, h: int, w: int) -> Tensor:
    """Row and column (N,Q,2) -> index (N*Q,) into pixels of all pictures laid end to end."""
    pixel = index.long()
    start = torch.arange(len(index), device=index.device)[:, None] * (h * w)
    return (start + pixel[..., 0] * w + pixel[..., 1]).flatten()


def make_coord(h: int, w: int) -> Tensor:
    """Centres of all pixels of an h x w picture, row by row: (h*w, 2) in [-1,1]."""
    rows, columns = (-1 + (2 * torch.arange(n) + 1) / n for n in (h, w))
    return torch.stack(torch.meshgrid(rows, columns, indexing="ij"), dim=-1).view(-1, 2)


# ── sizes from weights ───────────────────────────────────────────────────────────────────────────


def config_of(state: State) -> LIIFConfig:
    """Read the sizes of a LIIF off the shapes of its state dict; the local ensemble leaves no trace there."""
    encoder = _encoder_config(state)
    layers = sorted(int(key.split(".")[2]) for key in state if key.startswith("imnet.") and key.endswith("weight"))
    widths = [state[f"imnet.layers.{i}.weight"].shape for i in layers]
    inputs = widths[0][1]
    unfold = inputs > encoder.dim * 9
    extra = inputs - encoder.dim * (9 if unfold else 1)
    return LIIFConfig(encoder, tuple(shape[0] for shape in widths[:-1]), True, unfold, extra == 4)


def _encoder_config(state: State) -> EncoderConfig:
    if "encoder.SFENet1.weight" in state:
        growth = state["encoder.RDBs.0.convs.0.conv.0.weight"].shape[0]
        convs = _count(state, "encoder.RDBs.0.convs.")
        return RDNConfig(state["encoder.SFENet1.weight"].shape[0], _count(state, "encoder.RDBs."), convs, growth)
    if "encoder.head.0.weight" in state:
        return EDSRConfig(state["encoder.head.0.weight"].shape[0], _count(state, "encoder.body.") - 1)
    dim = state["encoder.to_feat.weight"].shape[0]
    hidden = state["encoder.feats.0.ccm.ccm.0.weight"].shape[0]
    return SAFMNBodyConfig(dim, _count(state, "encoder.feats."), widening(hidden, dim))


def _count(state: State, prefix: str) -> int:
    """How many numbers follow `prefix` in the keys."""
    return len({key[len(prefix) :].split(".")[0] for key in state if key.startswith(prefix)})
