"""How good a network is on pictures that it was not trained on: fixed damaged crops, PSNR."""

from collections.abc import Sequence

import torch
from torch import nn

from restograph.image.quality import psnr, psnr_y
from restograph.training.data import Bytes, batch
from restograph.training.degrade import to_bytes
from restograph.training.objectives import OBJECTIVES
from restograph.training.recipe import Recipe

FIRST = 10**9  # numbers of validation batches begin here, beyond those of any training
EXACT = 60.0  # dB that a crop counts at most: one that comes back exactly would make the mean infinite


@torch.no_grad()
def validation(net: nn.Module, recipe: Recipe, pictures: Sequence[Bytes], batches: int) -> float:
    """Mean PSNR in dB of a network on `batches` batches: luma for enlarging, else RGB; at most `EXACT` a crop."""
    device = next(net.parameters()).device
    scores = []
    for number in range(batches):
        low, truth = batch(pictures, recipe, FIRST + number)
        out = OBJECTIVES[recipe.network].restore(net, low.to(device), (truth.shape[2], truth.shape[3]))
        for one, wanted in zip(out.clamp(0, 1).cpu(), truth, strict=True):
            a, b = (to_bytes(x.permute(1, 2, 0).numpy()) for x in (one, wanted))
            scores.append(min(EXACT, psnr_y(a, b, recipe.scale) if recipe.scale > 1 else psnr(a, b)))
    return sum(scores) / len(scores)
