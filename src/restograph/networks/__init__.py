"""The networks in PyTorch: one paper, one file. `load` gives the network of any known checkpoint."""

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import nn

    from restograph.models.card import Card


def load(path: Path | str) -> "tuple[nn.Module, Card]":
    """The bare network of a checkpoint in evaluation mode, and its card; see `networks.checkpoint.load`.

    Raises MissingExtra without the train extra, ModelError for a file that is refused or not known.
    """
    from restograph.errors import MissingExtra

    if find_spec("torch") is None:
        raise MissingExtra("train", "loading a checkpoint")
    from restograph.networks.checkpoint import load as load_it

    return load_it(Path(path))
