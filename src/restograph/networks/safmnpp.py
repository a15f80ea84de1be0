"""SAFMN++ and its light variant: SAFMN with one simpler modulation, for speed.

- `SAFMNPP`: the authors' entry to NTIRE 2024 efficient super-resolution (B. Ren et al., The Ninth NTIRE 2024
  Efficient Super-Resolution Challenge Report, https://arxiv.org/abs/2404.10343, team 23).
- `LightSAFMNPP`: their entry to AIS 2024 real-time super-resolution of AVIF-compressed pictures (M. Conde et al.,
  https://arxiv.org/abs/2404.16484); trained for such pictures, not for bicubic ones.

Both follow SAFMN (arXiv 2302.13800). State-dict keys are those of the authors' checkpoints.
Input and output are RGB in [0, 1], NCHW float32. Any height and width of at least 8 works without padding.
Nothing has a bias.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from restograph.networks.safmn import enlarged, widening

CELL = 8  # the modulation sees the picture at 1/8


@dataclass(frozen=True)
class SAFMNPPConfig:
    """Sizes of one SAFMN++: the defaults are the challenge's entry."""

    dim: int = 36
    n_blocks: int = 6
    ffn_scale: float = 1.5
    upscaling_factor: int = 4


@dataclass(frozen=True)
class LightSAFMNPPConfig:
    """Sizes of one light SAFMN++: the defaults are the challenge's entry."""

    dim: int = 32
    n_blocks: int = 2
    ffn_scale: float = 1.5
    upscaling_factor: int = 4


class SimpleSAFM(nn.Module):
    """Simplified modulation: `seen` channels are weighted by their own maxima at 1/8, the others pass.

    x0, x1 = split(proj x); out(GELU([x1, GELU(up(dwconv(pool x0))) * x0])): x1 comes first.
    """

    def __init__(self, dim: int, seen: int) -> None:
        super().__init__()
        self.seen = seen
        self.proj = nn.Conv2d(dim, dim, 3, padding=1, bias=False)
        self.dwconv = nn.Conv2d(seen, seen, 3, padding=1, groups=seen, bias=False)
        self.out = nn.Conv2d(dim, dim, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        h, w = x.shape[-2:]
        x = self.proj(x)
        x0, x1 = x[:, : self.seen], x[:, self.seen :]
        small = F.adaptive_max_pool2d(x0, (h // CELL, w // CELL))  # N,seen,H/8,W/8
        wide = F.interpolate(self.dwconv(small), size=(h, w), mode="bilinear", align_corners=False)
        out: Tensor = self.out(F.gelu(torch.cat([x1, F.gelu(wide) * x0], dim=1)))
        return out


class CCM(nn.Module):
    """Convolutional channel mixer: 3x3 expansion, GELU, 1x1 reduction."""

    def __init__(self, dim: int, ffn_scale: float) -> None:
        super().__init__()
        hidden = int(dim * ffn_scale)
        self.conv1 = nn.Conv2d(dim, hidden, 3, padding=1, bias=False)
        self.conv2 = nn.Conv2d(hidden, dim, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv2(F.gelu(self.conv1(x)))
        return out


class LightCCM(nn.Module):
    """The same mixer under the light checkpoint's keys."""

    def __init__(self, dim: int, ffn_scale: float) -> None:
        super().__init__()
        hidden = int(dim * ffn_scale)
        wide, narrow = nn.Conv2d(dim, hidden, 3, padding=1, bias=False), nn.Conv2d(hidden, dim, 1, bias=False)
        self.conv = nn.Sequential(wide, nn.GELU(), narrow)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv(x)
        return out


class AttBlock(nn.Module):
    """Modulation (a third of the channels sees), channel mixing, one residual around both."""

    def __init__(self, dim: int, ffn_scale: float) -> None:
        super().__init__()
        self.conv1 = SimpleSAFM(dim, dim // 3)
        self.conv2 = CCM(dim, ffn_scale)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv2(self.conv1(x)) + x
        return out


class LightBlock(nn.Module):
    """Modulation (half of the channels sees) and channel mixing, without a residual."""

    def __init__(self, dim: int, ffn_scale: float) -> None:
        super().__init__()
        self.conv1 = SimpleSAFM(dim, dim // 2)
        self.conv2 = LightCCM(dim, ffn_scale)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv2(self.conv1(x))
        return out


class SAFMNPP(nn.Module):
    """RGB (N,3,H,W) in [0,1], H and W at least 8 -> (N,3,H*s,W*s): detail on the bilinearly enlarged input."""

    def __init__(self, config: SAFMNPPConfig = SAFMNPPConfig()) -> None:
        super().__init__()
        self.config = config
        dim, scale = config.dim, config.upscaling_factor
        self.to_feat = nn.Conv2d(3, dim, 3, padding=1, bias=False)
        self.feats = nn.Sequential(*(AttBlock(dim, config.ffn_scale) for _ in range(config.n_blocks)))
        self.to_img = nn.Sequential(nn.Conv2d(dim, 3 * scale**2, 3, padding=1, bias=False), nn.PixelShuffle(scale))

    def forward(self, x: Tensor) -> Tensor:
        detail: Tensor = self.to_img(self.feats(self.to_feat(x)))  # N,3,H*s,W*s
        return detail + enlarged(x, self.config.upscaling_factor)


class LightSAFMNPP(nn.Module):
    """RGB (N,3,H,W) in [0,1], H and W at least 8 -> (N,3,H*s,W*s); the skip is around the features alone."""

    def __init__(self, config: LightSAFMNPPConfig = LightSAFMNPPConfig()) -> None:
        super().__init__()
        self.config = config
        dim, scale = config.dim, config.upscaling_factor
        self.to_feat = nn.Conv2d(3, dim, 3, padding=1, bias=False)
        self.feats = nn.Sequential(*(LightBlock(dim, config.ffn_scale) for _ in range(config.n_blocks)))
        self.to_img = nn.Sequential(nn.Conv2d(dim, 3 * scale**2, 3, padding=1, bias=False), nn.PixelShuffle(scale))

    def forward(self, x: Tensor) -> Tensor:
        feat = self.to_feat(x)  # N,dim,H,W
        out: Tensor = self.to_img(self.feats(feat) + feat)
        return out


def config_of(state: dict[str, Tensor]) -> SAFMNPPConfig:
    """Read the sizes of a SAFMN++ off the shapes of its state dict."""
    return SAFMNPPConfig(*_sizes(state, "feats.0.conv2.conv1.weight"))


def light_config_of(state: dict[str, Tensor]) -> LightSAFMNPPConfig:
    """Read the sizes of a light SAFMN++ off the shapes of its state dict."""
    return LightSAFMNPPConfig(*_sizes(state, "feats.0.conv2.conv.0.weight"))


def _sizes(state: dict[str, Tensor], mixer: str) -> tuple[int, int, float, int]:
    dim = state["to_feat.weight"].shape[0]
    blocks = {key.split(".")[1] for key in state if key.startswith("feats.")}
    scale = round((state["to_img.0.weight"].shape[0] / 3) ** 0.5)
    return dim, len(blocks), widening(state[mixer].shape[0], dim), scale
