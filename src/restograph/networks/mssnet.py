"""MSSNet: multi-scale-stage network for single image deblurring.

K. Kim, S. Lee, S. Cho, ECCV 2022 Workshops, https://arxiv.org/abs/2202.09652.
Written from a description of the network; state-dict keys are those of the authors' checkpoints, so a
published file loads without renaming.

Input and output are RGB in [0, 1], NCHW float32, height and width multiples of 16: the coarsest scale
works on a half-size picture, unshuffled by 2, through a U-Net that halves twice.
No layer has a bias, nothing is normalised, and one PReLU is shared by the whole network: a checkpoint
repeats its single number under every `*.body.1.weight`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

MULTIPLE = 16  # of which height and width must be multiples
PRELU = ".body.1.weight"  # how the keys of the shared PReLU end

Levels = tuple[Tensor, Tensor, Tensor]  # features at full, half and quarter size of their scale


@dataclass(frozen=True)
class MSSNetConfig:
    """Channels of the three levels of every U-Net: wf, wf + scale, wf + scale + vscale. Defaults: the paper's MSSNet."""

    wf: int = 54
    scale: int = 42
    vscale: int = 42

    @property
    def channels(self) -> tuple[int, int, int]:
        """Of level 1 (full size), 2 (half) and 3 (quarter)."""
        return self.wf, self.wf + self.scale, self.wf + self.scale + self.vscale


def conv(inside: int, outside: int, kernel: int) -> nn.Conv2d:
    """A convolution that keeps the size; none of this network has a bias."""
    return nn.Conv2d(inside, outside, kernel, padding=kernel // 2, bias=False)


class ResBlock(nn.Module):
    """x + conv(PReLU(conv(x))), with the PReLU that all blocks share."""

    def __init__(self, channels: int, act: nn.PReLU) -> None:
        super().__init__()
        self.body = nn.Sequential(conv(channels, channels, 3), act, conv(channels, channels, 3))

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.body(x) + x
        return out


class DownSample(nn.Module):
    """Half the size, bilinear, then more channels."""

    def __init__(self, inside: int, outside: int) -> None:
        super().__init__()
        self.down = nn.Sequential(nn.Upsample(scale_factor=0.5, mode="bilinear"), conv(inside, outside, 1))

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.down(x)
        return out


class UpSample(nn.Module):
    """Twice the size, bilinear, then fewer channels."""

    def __init__(self, inside: int, outside: int) -> None:
        super().__init__()
        self.up = nn.Sequential(nn.Upsample(scale_factor=2, mode="bilinear"), conv(inside, outside, 1))

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.up(x)
        return out


class ScaleUpSample(nn.Module):
    """Features of one scale at the size of the next finer one."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.scaleUp = nn.Sequential(nn.Upsample(scale_factor=2, mode="bilinear"), conv(channels, channels, 1))

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.scaleUp(x)
        return out


class TailShuffle(nn.Module):
    """Features at half size -> a residual picture at full size."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.tail = conv(channels, 12, 3)

    def forward(self, x: Tensor) -> Tensor:
        return F.pixel_shuffle(self.tail(x), 2)  # N,12,H/2,W/2 -> N,3,H,W


class Encoder(nn.Module):
    """Three levels of two residual blocks; `fused` adds what the U-Net before found at each level (cross-stage fusion)."""

    def __init__(self, config: MSSNetConfig, act: nn.PReLU, fused: bool) -> None:
        super().__init__()
        one, two, three = config.channels
        self.encoder_level1, self.encoder_level2, self.encoder_level3 = (
            nn.Sequential(ResBlock(c, act), ResBlock(c, act)) for c in config.channels
        )
        self.down12, self.down23 = DownSample(one, two), DownSample(two, three)
        if fused:
            self.csff_enc1, self.csff_enc2, self.csff_enc3 = (conv(c, c, 1) for c in config.channels)
            self.csff_dec1, self.csff_dec2, self.csff_dec3 = (conv(c, c, 1) for c in config.channels)

    def forward(self, x: Tensor, encoded: Levels | None = None, decoded: Levels | None = None) -> Levels:
        enc1 = self.encoder_level1(x)
        if encoded and decoded:
            enc1 = enc1 + self.csff_enc1(encoded[0]) + self.csff_dec1(decoded[0])
        enc2 = self.encoder_level2(self.down12(enc1))
        if encoded and decoded:
            enc2 = enc2 + self.csff_enc2(encoded[1]) + self.csff_dec2(decoded[1])
        enc3 = self.encoder_level3(self.down23(enc2))
        if encoded and decoded:
            enc3 = enc3 + self.csff_enc3(encoded[2]) + self.csff_dec3(decoded[2])
        return enc1, enc2, enc3


class Decoder(nn.Module):
    """From the coarsest level up; what the encoder found at each level comes in through one residual block."""

    def __init__(self, config: MSSNetConfig, act: nn.PReLU) -> None:
        super().__init__()
        one, two, three = config.channels
        self.decoder_level1, self.decoder_level2, self.decoder_level3 = (
            nn.Sequential(ResBlock(c, act), ResBlock(c, act)) for c in config.channels
        )
        self.skip_attn1, self.skip_attn2 = ResBlock(one, act), ResBlock(two, act)
        self.up21, self.up32 = UpSample(two, one), UpSample(three, two)

    def forward(self, encoded: Levels) -> Levels:
        enc1, enc2, enc3 = encoded
        dec3 = self.decoder_level3(enc3)
        dec2 = self.decoder_level2(self.up32(dec3) + self.skip_attn2(enc2))
        dec1 = self.decoder_level1(self.up21(dec2) + self.skip_attn1(enc1))
        return dec1, dec2, dec3


class MSSNet(nn.Module):
    """RGB (N,3,H,W) in [0,1] -> deblurred (N,3,H,W), not clipped; H and W multiples of 16.

    Three scales, coarse to fine, with one, two and three U-Nets; each scale starts from the features of
    the one before. `stages` gives the six pictures that the loss of the paper compares with the truth.
    """

    def __init__(self, config: MSSNetConfig = MSSNetConfig()) -> None:
        super().__init__()
        self.config, wf = config, config.wf
        act = nn.PReLU()
        self.shallow_feat1 = nn.Sequential(conv(12, wf, 3), ResBlock(wf, act))
        self.shallow_feat2 = nn.Sequential(conv(12, wf, 3), ResBlock(wf, act))
        self.shallow_feat3 = nn.Sequential(conv(3, wf, 3), ResBlock(wf, act))
        self.E1_1, self.D1_1 = Encoder(config, act, fused=False), Decoder(config, act)
        self.E2_1, self.D2_1 = Encoder(config, act, fused=True), Decoder(config, act)
        self.E2_2, self.D2_2 = Encoder(config, act, fused=True), Decoder(config, act)
        self.E3_1, self.D3_1 = Encoder(config, act, fused=True), Decoder(config, act)
        self.E3_2, self.D3_2 = Encoder(config, act, fused=True), Decoder(config, act)
        self.E3_3, self.D3_3 = Encoder(config, act, fused=True), Decoder(config, act)
        self.up_scale1_feat, self.up_scale2_feat = ScaleUpSample(wf), ScaleUpSample(wf)
        self.fusion12, self.fusion23 = conv(2 * wf, wf, 3), conv(2 * wf, wf, 3)
        self.tail1_1, self.tail2_1, self.tail2_2 = TailShuffle(wf), TailShuffle(wf), TailShuffle(wf)
        self.tail3_1, self.tail3_2, self.tail3_3 = (conv(wf, 3, 3) for _ in range(3))

    def forward(self, x: Tensor) -> Tensor:
        """The picture of the last U-Net at full size."""
        decoded = self._decoded(x)
        out: Tensor = self.tail3_3(decoded[-1]) + x
        return out

    def stages(self, x: Tensor) -> list[Tensor]:
        """Pictures of all six U-Nets: the first (N,3,H/2,W/2), the others (N,3,H,W); the last is `forward`'s."""
        first, *rest = self._decoded(x)
        tails = (self.tail2_1, self.tail2_2, self.tail3_1, self.tail3_2, self.tail3_3)
        return [self.tail1_1(first) + half(x), *(tail(d) + x for tail, d in zip(tails, rest, strict=True))]

    def _decoded(self, x: Tensor) -> list[Tensor]:
        """Finest decoder features of the six U-Nets, in order."""
        feat = self.shallow_feat1(F.pixel_unshuffle(half(x), 2))  # N,wf,H/4,W/4
        enc = self.E1_1(feat)
        dec = self.D1_1(enc)
        found = [dec[0]]
        feat = self.shallow_feat2(F.pixel_unshuffle(x, 2))  # N,wf,H/2,W/2
        feat = self.fusion12(torch.cat([feat, self.up_scale1_feat(dec[0])], dim=1))
        enc, dec = twice(enc), twice(dec)
        for encoder, decoder in ((self.E2_1, self.D2_1), (self.E2_2, self.D2_2)):
            enc = encoder(feat, enc, dec)
            dec = decoder(enc)
            feat = dec[0]
            found.append(feat)
        feat = self.shallow_feat3(x)  # N,wf,H,W
        feat = self.fusion23(torch.cat([feat, self.up_scale2_feat(dec[0])], dim=1))
        enc, dec = twice(enc), twice(dec)
        for encoder, decoder in ((self.E3_1, self.D3_1), (self.E3_2, self.D3_2), (self.E3_3, self.D3_3)):
            enc = encoder(feat, enc, dec)
            dec = decoder(enc)
            feat = dec[0]
            found.append(feat)
        return found


def half(x: Tensor) -> Tensor:
    """The picture at half the size. Corners stay on corners, unlike with the features, which use pixel centres."""
    return F.interpolate(x, scale_factor=0.5, mode="bilinear", align_corners=True)


def twice(levels: Levels) -> Levels:
    """Features of a U-Net at the size of the next finer scale."""
    one, two, three = (F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False) for x in levels)
    return one, two, three


def config_of(state: Mapping[str, Tensor]) -> MSSNetConfig:
    """Read the widths of an MSSNet off the shapes of its state dict."""
    wf = state["shallow_feat3.0.weight"].shape[0]
    two = state["E1_1.down12.down.1.weight"].shape[0]
    three = state["E1_1.down23.down.1.weight"].shape[0]
    return MSSNetConfig(wf, two - wf, three - two)
