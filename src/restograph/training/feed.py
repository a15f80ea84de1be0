"""What the steps of a run are fed with, made ahead of time by other processes where that pays.

The inputs of step k depend on the recipe and k alone, so any number of workers gives the same run.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from restograph.training.data import Bytes, batch, made_smaller
from restograph.training.objectives import OBJECTIVES, Inputs
from restograph.training.recipe import Recipe

AHEAD = 4  # batches that each worker prepares ahead


class Steps(Dataset[Inputs]):
    """Inputs of the steps from `first` on: the weight of each picture (N,), then what the objective takes."""

    def __init__(self, pictures: Sequence[Bytes], recipe: Recipe, first: int) -> None:
        self.pictures, self.recipe, self.first = pictures, recipe, first
        self.small = made_smaller(pictures, recipe)

    def __len__(self) -> int:
        return self.recipe.steps - self.first

    def __getitem__(self, index: int) -> Inputs:
        recipe, step = self.recipe, self.first + index
        low, truth = batch(self.pictures, recipe, step, self.small)
        rng = np.random.default_rng([recipe.seed, step, 1])
        weights = weights_of_pictures(low, truth, recipe.balance)
        return weights, *OBJECTIVES[recipe.network].inputs(low, truth, recipe, rng)


def feed(pictures: Sequence[Bytes], recipe: Recipe, first: int, workers: int, pinned: bool) -> Iterator[Inputs]:
    """Inputs of all steps from `first` to the recipe's last, in order."""
    steps = Steps(pictures, recipe, first)
    if first >= recipe.steps:
        return iter(())
    ahead = AHEAD if workers else None
    return iter(DataLoader(steps, batch_size=None, num_workers=workers, prefetch_factor=ahead, pin_memory=pinned))


def weights_of_pictures(low: Tensor, truth: Tensor, balance: float) -> Tensor:
    """Weights (N,) with mean 1: the less a picture is damaged the more it counts, by the power `balance`.

    Without it heavy damage makes up nearly all of the loss, and pictures that need little are blurred.
    """
    if not balance:
        return torch.ones(len(truth))
    damage = (low - truth).abs().mean(dim=(1, 2, 3))
    weight = (damage + 0.005) ** -balance
    return weight / weight.mean()
