"""SAFMN: spatially-adaptive feature modulation for efficient image super-resolution.

L. Sun, J. Dong, J. Tang, J. Pan, ICCV 2023, https://arxiv.org/abs/2302.13800.
Written from the paper's description; state-dict keys are those of the authors' checkpoints,
so a published ``SAFMN_DF2K_x4.pth`` loads without renaming.

Input and output are RGB in [0, 1], NCHW float32. Any height and width of at least 8 works
without padding: the pooled maps have floor(h / 2^i) rows, so one row is left at h = 8, i = 3.

`SAFMNNtire` is the authors' entry to the NTIRE 2023 challenge on efficient super-resolution, a network
of its own: coarser maps (sides of at least 16), no bias inside the blocks, one response normalisation in
place of the layer norms, and the bilinearly enlarged input under the output.
"""

from dataclasses import dataclass
from math import inf, nextafter

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from restograph.errors import ModelError

LEVELS = 4  # the four feature scales of eq. (1): full size, 1/2, 1/4, 1/8


@dataclass(frozen=True)
class SAFMNConfig:
    """Sizes of one SAFMN: the defaults are the paper's efficient model."""

    dim: int = 36
    n_blocks: int = 8
    ffn_scale: float = 2.0
    upscaling_factor: int = 4


class ChannelLayerNorm(nn.Module):
    """Layer normalisation over the channels of each pixel (biased variance)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor) -> Tensor:
        last = x.permute(0, 2, 3, 1)  # N,H,W,C: F.layer_norm only knows trailing axes
        last = F.layer_norm(last, (last.shape[-1],), self.weight, self.bias, eps=1e-6)
        return last.permute(0, 3, 1, 2)


class SAFM(nn.Module):
    """Spatially-adaptive feature modulation, eqs. (1)-(4).

    A quarter of the channels stays at full size, the others see the picture at 1/2, 1/4 and 1/8;
    the mixed result, after GELU, weights the input pixel by pixel. `coarser` halves the maps that often again.
    """

    def __init__(self, dim: int, bias: bool = True, coarser: int = 0) -> None:
        super().__init__()
        if dim % LEVELS:
            raise ModelError(
                f"a SAFMN of {dim!r} channels cannot be: they are cut into {LEVELS} equal parts; check the weights"
            )
        self.coarser = coarser
        part = dim // LEVELS
        self.mfr = nn.ModuleList(nn.Conv2d(part, part, 3, padding=1, groups=part, bias=bias) for _ in range(LEVELS))
        self.aggr = nn.Conv2d(dim, dim, 1, bias=bias)

    def forward(self, x: Tensor) -> Tensor:
        h, w = x.shape[-2:]
        parts = x.chunk(LEVELS, dim=1)  # 4 x (N, dim/4, H, W)
        seen = [self.mfr[0](parts[0])]
        for level in range(1, LEVELS):
            p = 2 ** (level + self.coarser)
            small = F.adaptive_max_pool2d(parts[level], (h // p, w // p))  # N, dim/4, H/p, W/p
            seen.append(F.interpolate(self.mfr[level](small), size=(h, w), mode="nearest"))
        return F.gelu(self.aggr(torch.cat(seen, dim=1))) * x


class CCM(nn.Module):
    """Convolutional channel mixer, eq. (5): 3x3 expansion, GELU, 1x1 reduction."""

    def __init__(self, dim: int, ffn_scale: float, bias: bool = True) -> None:
        super().__init__()
        hidden = int(dim * ffn_scale)
        wide, narrow = nn.Conv2d(dim, hidden, 3, padding=1, bias=bias), nn.Conv2d(hidden, dim, 1, bias=bias)
        self.ccm = nn.Sequential(wide, nn.GELU(), narrow)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.ccm(x)
        return out


class AttBlock(nn.Module):
    """Feature mixing module, eq. (6): modulation, then channel mixing, each with a residual."""

    def __init__(self, dim: int, ffn_scale: float) -> None:
        super().__init__()
        self.norm1 = ChannelLayerNorm(dim)
        self.norm2 = ChannelLayerNorm(dim)
        self.safm = SAFM(dim)
        self.ccm = CCM(dim, ffn_scale)

    def forward(self, x: Tensor) -> Tensor:
        x = self.safm(self.norm1(x)) + x
        out: Tensor = self.ccm(self.norm2(x)) + x
        return out


class SAFMN(nn.Module):
    """RGB (N,3,H,W) in [0,1] -> (N,3,H*s,W*s); s = 1 keeps the size (used for cleaning)."""

    def __init__(self, config: SAFMNConfig = SAFMNConfig()) -> None:
        super().__init__()
        self.config = config
        dim, scale = config.dim, config.upscaling_factor
        self.to_feat = nn.Conv2d(3, dim, 3, padding=1)
        self.feats = nn.Sequential(*(AttBlock(dim, config.ffn_scale) for _ in range(config.n_blocks)))
        self.to_img = nn.Sequential(nn.Conv2d(dim, 3 * scale**2, 3, padding=1), nn.PixelShuffle(scale))

    def forward(self, x: Tensor) -> Tensor:
        feat = self.to_feat(x)  # N,dim,H,W
        feat = self.feats(feat) + feat
        out: Tensor = self.to_img(feat)
        return out


@dataclass(frozen=True)
class SAFMNNtireConfig:
    """Sizes of one NTIRE 2023 SAFMN: the defaults are the challenge's entry."""

    dim: int = 36
    n_blocks: int = 8
    ffn_scale: float = 2.0
    upscaling_factor: int = 4


class GRN(nn.Module):
    """Global response normalisation (Woo et al., ConvNeXt V2, arXiv 2301.00808), with a residual.

    A channel counts as much as its energy over the whole picture compares to the other channels';
    that couples all pixels, so tiles give another result than the picture as one piece.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.gamma = nn.Parameter(torch.zeros(1, channels, 1, 1))
        self.beta = nn.Parameter(torch.zeros(1, channels, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        energy = torch.linalg.vector_norm(x, dim=(2, 3), keepdim=True)  # N,C,1,1
        share = energy / (energy.mean(dim=1, keepdim=True) + 1e-6)
        out: Tensor = self.gamma * (x * share) + self.beta + x
        return out


class NtireBlock(nn.Module):
    """Modulation, then channel mixing, each with a residual; neither is normalised nor has a bias."""

    def __init__(self, dim: int, ffn_scale: float) -> None:
        super().__init__()
        self.safm = SAFM(dim, bias=False, coarser=1)  # maps at 1/4, 1/8, 1/16
        self.ccm = CCM(dim, ffn_scale, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        x = self.safm(x) + x
        out: Tensor = self.ccm(x) + x
        return out


class SAFMNNtire(nn.Module):
    """RGB (N,3,H,W) in [0,1], H and W at least 16 -> (N,3,H*s,W*s); see Li et al., NTIRE 2023, team 15."""

    def __init__(self, config: SAFMNNtireConfig = SAFMNNtireConfig()) -> None:
        super().__init__()
        self.config = config
        dim, scale = config.dim, config.upscaling_factor
        self.to_feat = nn.Conv2d(3, dim, 3, padding=1)
        self.norm = GRN(dim)
        self.feats = nn.Sequential(*(NtireBlock(dim, config.ffn_scale) for _ in range(config.n_blocks)))
        self.to_img = nn.Sequential(nn.Conv2d(dim, 3 * scale**2, 3, padding=1), nn.PixelShuffle(scale))

    def forward(self, x: Tensor) -> Tensor:
        detail: Tensor = self.to_img(self.feats(self.norm(self.to_feat(x))))  # N,3,H*s,W*s
        return detail + enlarged(x, self.config.upscaling_factor)


def enlarged(x: Tensor, scale: int) -> Tensor:
    """Bilinear enlargement by a whole factor, pixel centres kept: (N,C,H,W) -> (N,C,H*s,W*s)."""
    return F.interpolate(x, scale_factor=scale, mode="bilinear", align_corners=False)


def config_of(state: dict[str, Tensor]) -> SAFMNConfig:
    """Read the sizes of a SAFMN off the shapes of its state dict."""
    dim = state["to_feat.weight"].shape[0]
    blocks = {key.split(".")[1] for key in state if key.startswith("feats.")}
    hidden = state["feats.0.ccm.ccm.0.weight"].shape[0]
    scale = round((state["to_img.0.weight"].shape[0] / 3) ** 0.5)
    return SAFMNConfig(dim, len(blocks), widening(hidden, dim), scale)


def ntire_config_of(state: dict[str, Tensor]) -> SAFMNNtireConfig:
    """Read the sizes of an NTIRE 2023 SAFMN off the shapes of its state dict; the keys are SAFMN's."""
    sizes = config_of(state)
    return SAFMNNtireConfig(sizes.dim, sizes.n_blocks, sizes.ffn_scale, sizes.upscaling_factor)


def widening(hidden: int, dim: int) -> float:
    """The ffn_scale that makes `hidden` channels of `dim`: int(dim * ffn_scale) must not fall one short."""
    scale = hidden / dim
    return scale if int(dim * scale) == hidden else nextafter(scale, inf)
