"""Training pairs from a folder of photographs: (LR or damaged crop, HR crop), both in [0, 1].

Batch number `step` depends on (seed, step) alone, so a resumed run sees the same batches.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from restograph.errors import DataError
from restograph.image.resample import bicubic
from restograph.training.degrade import BLOCK, damage
from restograph.training.pages import page
from restograph.training.recipe import Recipe

Bytes = NDArray[np.uint8]
SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff"}
# Every photograph is used at several sizes: small ones carry denser detail, as the pictures that need cleaning do.
SHRINK = {"bicubic": (1.0, 0.5), "compression": (1.0, 0.5, 0.25)}


@dataclass(frozen=True)
class Pair:
    """One photograph as 8-bit RGB: `hr` is scale times as high and wide as `lr`."""

    lr: Bytes
    hr: Bytes


def photographs(folder: Path) -> list[Path]:
    """All pictures below `folder`, sorted; DataError when there are none."""
    found = sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES)
    if not found:
        raise DataError(f"no photographs under {str(folder)!r}: give --data a folder with JPEG or PNG files")
    return found


def load_pairs(paths: list[Path], recipe: Recipe) -> list[Pair]:
    """Read photographs, add the recipe's generated pages, and make LR versions by antialiased bicubic."""
    pairs = []
    for path in paths:
        full = _read(path)
        if min(full.shape[:2]) < recipe.scale * (recipe.patch + 2 * BLOCK):
            raise DataError(f"{str(path)!r} is smaller than a training crop: take it out of the folder")
        pairs += [_pair(full, shrink, recipe) for shrink in SHRINK[recipe.degradation]]
    pages = [page(recipe.seed, number).astype(np.float32) for number in range(recipe.pages)]
    pairs += [_pair(one, 1.0, recipe) for one in pages]
    least = recipe.patch + 2 * BLOCK
    return [p for p in pairs if min(p.lr.shape[:2]) >= least]


def _read(path: Path) -> NDArray[np.float32]:
    """A photograph as RGB (H, W, 3), values 0 to 255."""
    try:
        with Image.open(path) as image:
            return np.asarray(image.convert("RGB"), dtype=np.float32)
    except (OSError, Image.DecompressionBombError) as error:
        raise DataError(f"{str(path)!r} cannot be read ({error}): take it out of the folder") from error


def _pair(full: NDArray[np.float32], shrink: float, recipe: Recipe) -> Pair:
    """A picture at one size with its LR version, both rounded to 8 bits."""
    scale = recipe.scale
    height, width = (int(n * shrink) // scale * scale for n in full.shape[:2])
    hr = full[:height, :width] if shrink == 1 else bicubic(full, width, height)
    return Pair(_bytes(bicubic(hr, width // scale, height // scale)), _bytes(hr))


def batch(pairs: list[Pair], recipe: Recipe, step: int) -> tuple[Tensor, Tensor]:
    """Batch `step` of a recipe: LR (N,3,p,p) and HR (N,3,s*p,s*p), float32 in [0, 1]."""
    rng = np.random.default_rng([recipe.seed, step])
    crops = [_crop(pairs, recipe, rng) for _ in range(recipe.batch)]
    return _stack([lr for lr, _ in crops]), _stack([hr for _, hr in crops])


def _crop(pairs: list[Pair], recipe: Recipe, rng: np.random.Generator) -> tuple[Bytes, Bytes]:
    """The busier of two random crops: flat sky teaches little."""
    tries = [_random_crop(pairs, recipe, rng) for _ in range(2)]
    lr, hr = max(tries, key=lambda pair: _activity(pair[1]))
    if recipe.degradation == "compression":
        margin = rng.integers(0, BLOCK, 2)  # where the block grid falls in the crop
        lr = damage(hr, recipe.noise, recipe.quality, rng)
        lr, hr = (_inner(side, margin, recipe.patch) for side in (lr, hr))
    return _augment(lr, hr, rng)


def _random_crop(pairs: list[Pair], recipe: Recipe, rng: np.random.Generator) -> tuple[Bytes, Bytes]:
    pair = pairs[rng.integers(len(pairs))]
    size = recipe.patch + (2 * BLOCK if recipe.degradation == "compression" else 0)
    y, x = (int(rng.integers(0, n - size + 1)) for n in pair.lr.shape[:2])
    s = recipe.scale
    return pair.lr[y : y + size, x : x + size], pair.hr[s * y : s * (y + size), s * x : s * (x + size)]


def _inner(side: Bytes, margin: NDArray[np.int64], size: int) -> Bytes:
    y, x = (int(m) for m in margin)
    return side[y : y + size, x : x + size]


def _activity(crop: Bytes) -> float:
    values = crop[..., 1].astype(np.int16)
    return float(np.abs(np.diff(values, axis=0)).mean() + np.abs(np.diff(values, axis=1)).mean())


def _augment(lr: Bytes, hr: Bytes, rng: np.random.Generator) -> tuple[Bytes, Bytes]:
    turns, flip = int(rng.integers(4)), bool(rng.integers(2))
    lr, hr = np.rot90(lr, turns), np.rot90(hr, turns)
    return (lr[:, ::-1], hr[:, ::-1]) if flip else (lr, hr)


def _stack(crops: list[Bytes]) -> Tensor:
    stacked = np.stack(crops).transpose(0, 3, 1, 2).astype(np.float32) / 255.0
    return torch.from_numpy(np.ascontiguousarray(stacked))


def _bytes(pixels: NDArray[np.float32]) -> Bytes:
    return np.clip(np.rint(pixels), 0, 255).astype(np.uint8)
