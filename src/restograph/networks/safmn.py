"""SAFMN: spatially-adaptive feature modulation for efficient image super-resolution.

L. Sun, J. Dong, J. Tang, J. Pan, ICCV 2023, https://arxiv.org/abs/2302.13800.
Written from the paper's description; state-dict keys are those of the authors' checkpoints,
so a published ``SAFMN_DF2K_x4.pth`` loads without renaming.

Input and output are RGB in [0, 1], NCHW float32. Any height and width of at least 8 works
without padding: the pooled maps have floor(h / 2^i) rows, so one row is left at h = 8, i = 3.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

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
    the mixed result, after GELU, weights the input pixel by pixel.
    """

    def __init__(self, dim: int) -> None:
        super().__init__()
        part = dim // LEVELS
        self.mfr = nn.ModuleList(nn.Conv2d(part, part, 3, padding=1, groups=part) for _ in range(LEVELS))
        self.aggr = nn.Conv2d(dim, dim, 1)

    def forward(self, x: Tensor) -> Tensor:
        h, w = x.shape[-2:]
        parts = x.chunk(LEVELS, dim=1)  # 4 x (N, dim/4, H, W)
        seen = [self.mfr[0](parts[0])]
        for level in range(1, LEVELS):
            small = F.adaptive_max_pool2d(parts[level], (h // 2**level, w // 2**level))  # N, dim/4, H/2^i, W/2^i
            seen.append(F.interpolate(self.mfr[level](small), size=(h, w), mode="nearest"))
        return F.gelu(self.aggr(torch.cat(seen, dim=1))) * x


class CCM(nn.Module):
    """Convolutional channel mixer, eq. (5): 3x3 expansion, GELU, 1x1 reduction."""

    def __init__(self, dim: int, ffn_scale: float) -> None:
        super().__init__()
        hidden = int(dim * ffn_scale)
        self.ccm = nn.Sequential(nn.Conv2d(dim, hidden, 3, padding=1), nn.GELU(), nn.Conv2d(hidden, dim, 1))

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


def config_of(state: dict[str, Tensor]) -> SAFMNConfig:
    """Read the sizes of a SAFMN off the shapes of its state dict."""
    dim = state["to_feat.weight"].shape[0]
    blocks = {key.split(".")[1] for key in state if key.startswith("feats.")}
    hidden = state["feats.0.ccm.ccm.0.weight"].shape[0]
    scale = round((state["to_img.0.weight"].shape[0] / 3) ** 0.5)
    return SAFMNConfig(dim, len(blocks), hidden / dim, scale)
