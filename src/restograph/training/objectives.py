"""What a training step asks of each network: how it is built, its loss, and what it makes of a picture."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from restograph.errors import DataError
from restograph.networks.liif import LIIF, EDSRConfig, LIIFConfig, RDNConfig, make_coord
from restograph.networks.mssnet import MSSNet, MSSNetConfig, half
from restograph.networks.safmn import SAFMN, SAFMNConfig, SAFMNNtire, SAFMNNtireConfig
from restograph.networks.safmnpp import SAFMNPP, LightSAFMNPP, LightSAFMNPPConfig, SAFMNPPConfig
from restograph.training.recipe import Recipe

Random = np.random.Generator
Inputs = tuple[Tensor, ...]

_PAPERS_MLP = (256, 256, 256, 256)


@dataclass(frozen=True)
class Objective:
    """One kind of network.

    `inputs` makes of damaged and true pictures (and chance) what a step needs; of that, `loss` makes one number
    per picture, (N,). `restore` gives the picture in the size of the truth.
    """

    build: Callable[[Recipe], nn.Module]
    inputs: Callable[[Tensor, Tensor, Recipe, Random], Inputs]
    loss: Callable[[nn.Module, Inputs, Recipe], Tensor]
    restore: Callable[[nn.Module, Tensor, tuple[int, int]], Tensor]


def picture_loss(out: Tensor, truth: Tensor, fft_weight: float) -> Tensor:
    """L1 + fft_weight * L1 of the spectra (SAFMN, arXiv 2302.13800, eq. 7), (N,)."""
    plain = (out - truth).abs().mean(dim=(1, 2, 3))
    return plain + fft_weight * fft_loss(out, truth) if fft_weight else plain


def fft_loss(out: Tensor, truth: Tensor) -> Tensor:
    """Mean absolute difference of the real 2-D Fourier transforms, real and imaginary parts apart: (N,)."""
    difference = torch.view_as_real(torch.fft.rfft2(out) - torch.fft.rfft2(truth))
    return difference.abs().mean(dim=(1, 2, 3, 4))


def _pair(low: Tensor, truth: Tensor, _: Recipe, __: Random) -> Inputs:
    return low, truth


def _whole_loss(net: nn.Module, inputs: Inputs, recipe: Recipe) -> Tensor:
    low, truth = inputs
    return picture_loss(net(low).float(), truth, recipe.fft_weight)


def _whole_restore(net: nn.Module, low: Tensor, _: tuple[int, int]) -> Tensor:
    out: Tensor = net(low)
    return out


def _mssnet_loss(net: nn.Module, inputs: Inputs, recipe: Recipe) -> Tensor:
    """The same loss on all six pictures (MSSNet, arXiv 2202.09652, section 3.4), the first against the halved truth."""
    assert isinstance(net, MSSNet)
    low, truth = inputs
    first, *rest = net.stages(low)
    losses = [picture_loss(first.float(), half(truth), recipe.fft_weight)]
    losses += [picture_loss(out.float(), truth, recipe.fft_weight) for out in rest]
    return torch.stack(losses).mean(dim=0)


def _liif_inputs(low: Tensor, truth: Tensor, recipe: Recipe, rng: Random) -> Inputs:
    """Random pixels of the truth: input in [-1, 1], their positions and sizes (N,Q,2), their colours (N,Q,3)."""
    n, _, height, width = truth.shape
    count = min(recipe.queries, height * width)
    picks = torch.from_numpy(np.stack([rng.choice(height * width, count, replace=False) for _ in range(n)]))
    coord = make_coord(height, width)[picks]
    wanted = truth.flatten(2).gather(2, picks[:, None].expand(n, 3, count)).transpose(1, 2)
    cell = coord.new_tensor([2 / height, 2 / width]).repeat(n, count, 1)
    return (low - 0.5) / 0.5, coord, cell, (wanted - 0.5) / 0.5


def _liif_loss(net: nn.Module, inputs: Inputs, _: Recipe) -> Tensor:
    """L1 of random pixels in the network's range [-1, 1] (LIIF, arXiv 2012.09161, section 4)."""
    low, coord, cell, wanted = inputs
    loss: Tensor = (net(low, coord, cell).float() - wanted).abs().mean(dim=(1, 2))
    return loss


def _liif_restore(net: nn.Module, low: Tensor, size: tuple[int, int]) -> Tensor:
    n, (height, width) = len(low), size
    coord = make_coord(height, width).to(low.device).expand(n, height * width, 2)
    cell = coord.new_tensor([2 / height, 2 / width]).expand_as(coord)
    out = net((low - 0.5) / 0.5, coord, cell)  # N,H*W,3
    restored: Tensor = out.transpose(1, 2).reshape(n, 3, height, width) * 0.5 + 0.5
    return restored


def _sized(config: Any, recipe: Recipe, **fixed: Any) -> Any:
    """The paper's sizes with those of the recipe; DataError for one that the network does not have."""
    try:
        return replace(config, **{**recipe.sizes, **fixed})
    except TypeError as error:
        raise DataError(
            f"recipe {recipe.name!r}: sizes {recipe.sizes!r} do not fit {recipe.network!r}: {error}"
        ) from None


def _liif(config: LIIFConfig) -> Objective:
    return Objective(lambda recipe: LIIF(_sized(config, recipe)), _liif_inputs, _liif_loss, _liif_restore)


def _whole(build: Callable[[Recipe], nn.Module]) -> Objective:
    return Objective(build, _pair, _whole_loss, _whole_restore)


OBJECTIVES: Mapping[str, Objective] = MappingProxyType(
    {
        "safmn": _whole(lambda r: SAFMN(_sized(SAFMNConfig(), r, upscaling_factor=r.scale))),
        "safmn-ntire": _whole(lambda r: SAFMNNtire(_sized(SAFMNNtireConfig(), r, upscaling_factor=r.scale))),
        "safmnpp": _whole(lambda r: SAFMNPP(_sized(SAFMNPPConfig(), r, upscaling_factor=r.scale))),
        "light-safmnpp": _whole(lambda r: LightSAFMNPP(_sized(LightSAFMNPPConfig(), r, upscaling_factor=r.scale))),
        "liif-safmn": _liif(LIIFConfig()),
        "liif-edsr": _liif(LIIFConfig(EDSRConfig(), hidden=_PAPERS_MLP)),
        "liif-rdn": _liif(LIIFConfig(RDNConfig(), hidden=_PAPERS_MLP)),
        "mssnet": Objective(lambda r: MSSNet(_sized(MSSNetConfig(), r)), _pair, _mssnet_loss, _whole_restore),
    }
)
