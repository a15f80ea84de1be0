"""Training pairs: (damaged crop, its truth), both in [0, 1], from photographs and generated pictures.

Batch number `step` depends on (seed, step) alone, so a resumed run sees the same batches.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from restograph.errors import DataError
from restograph.image.resample import bicubic
from restograph.training.degrade import MARGIN, damaged, smaller, to_bytes, to_float
from restograph.training.leaves import leaves
from restograph.training.pages import page
from restograph.training.recipe import Recipe

Bytes = NDArray[np.uint8]
Report = Callable[[str], None]
SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff"}


def photographs(folder: Path) -> list[Path]:
    """All pictures below `folder`, sorted; DataError when there are none."""
    found = sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES)
    if not found:
        raise DataError(f"no photographs under {str(folder)!r}: give --data a folder with JPEG or PNG files")
    return found


def load_photographs(paths: Sequence[Path], recipe: Recipe) -> list[Bytes]:
    """The photographs as 8-bit RGB at the recipe's sizes; those that became smaller than a crop are left out."""
    pictures = []
    for path in paths:
        full = _read(path)
        if min(full.shape[:2]) < crop_side(recipe):
            raise DataError(f"{str(path)!r} is smaller than a training crop: take it out of the folder")
        pictures += [shrunk(full, share) for share in recipe.shrink]
    return [p for p in pictures if min(p.shape[:2]) >= crop_side(recipe)]


def generated(recipe: Recipe, first: int = 0, report: Report | None = None) -> list[Bytes]:
    """The recipe's dead leaves and pages, numbered from `first` on."""
    pictures = [page(recipe.seed, first + number) for number in range(recipe.pages)]
    for number in range(recipe.leaves):
        pictures.append(leaves(recipe.seed, first + number))
        if report and number + 1 == recipe.leaves:
            report(f"{recipe.leaves} dead-leaves pictures drawn")
    return pictures


def _read(path: Path) -> Bytes:
    """A photograph as RGB (H, W, 3)."""
    try:
        with Image.open(path) as image:
            return np.asarray(image.convert("RGB"))
    except (OSError, Image.DecompressionBombError) as error:
        raise DataError(f"{str(path)!r} cannot be read ({error}): take it out of the folder") from error


def shrunk(full: Bytes, share: float) -> Bytes:
    """A picture at a share of its size: small ones carry denser detail, as the pictures that need help do."""
    if share == 1:
        return full
    height, width = (int(side * share) for side in full.shape[:2])
    return to_bytes(bicubic(to_float(full), width, height))


def crop_side(recipe: Recipe) -> int:
    """Side of a crop of the undamaged picture, with what filters and block grids need around it."""
    return recipe.scale * (recipe.patch + 2 * (MARGIN + _rim(recipe)))


def _rim(recipe: Recipe) -> int:
    """Pixels of the damaged crop, to each side, that blur from beyond the crop would have reached."""
    return -(-recipe.damage.reach // recipe.scale)


def made_smaller(pictures: Sequence[Bytes], recipe: Recipe) -> list[Bytes] | None:
    """The pictures as the network gets them, where nothing happens to them but getting smaller; else None.

    Whole pictures are made smaller once: doing it for every crop took six times as long per crop (measured, 2 and 4 times).
    """
    if recipe.network.startswith("liif") or recipe.scale == 1 or recipe.damage.strikes:
        return None

    def one(picture: Bytes) -> Bytes:
        height, width = (side // recipe.scale * recipe.scale for side in picture.shape[:2])
        return to_bytes(smaller(to_float(picture[:height, :width]), recipe.scale, recipe.damage.filter))

    with ThreadPoolExecutor() as pool:
        return list(pool.map(one, pictures))


def batch(
    pictures: Sequence[Bytes], recipe: Recipe, step: int, small: Sequence[Bytes] | None = None
) -> tuple[Tensor, Tensor]:
    """Batch `step` of a recipe: damaged (N,3,p,p) and truth (N,3,s*p,s*p), float32 in [0, 1].

    For LIIF one factor s from 1 to the recipe's is drawn for the whole batch; s*p is rounded.
    `small` (of `made_smaller`) saves making crops smaller; it cuts them at other places.
    """
    rng = np.random.default_rng([recipe.seed, step])
    if recipe.network.startswith("liif"):
        pairs = _any_factor(pictures, recipe, rng)
    elif small is not None:
        pairs = [_cut_pair(pictures, small, recipe, rng) for _ in range(recipe.batch)]
    else:
        pairs = [_pair(pictures, recipe, rng) for _ in range(recipe.batch)]
    low, high = zip(*pairs, strict=True)
    return stacked(low), stacked(high)


def _cut_pair(
    pictures: Sequence[Bytes], small: Sequence[Bytes], recipe: Recipe, rng: np.random.Generator
) -> tuple[Bytes, Bytes]:
    """The same crop of a picture and of its smaller version, the busiest of some."""
    s, p = recipe.scale, recipe.patch
    tries = []
    for _ in range(recipe.tries):
        number = int(rng.integers(len(small)))
        y, x = (int(rng.integers(0, side - p + 1)) for side in small[number].shape[:2])
        tries.append((small[number][y : y + p, x : x + p], pictures[number][s * y : s * (y + p), s * x : s * (x + p)]))
    return _turned(*max(tries, key=lambda pair: _activity(pair[1])), rng)


def _pair(pictures: Sequence[Bytes], recipe: Recipe, rng: np.random.Generator) -> tuple[Bytes, Bytes]:
    """Cut with a margin, damage, cut the margin off: no edge of a cut is seen, and block grids fall anywhere."""
    s, p, rim = recipe.scale, recipe.patch, _rim(recipe)
    truth = _busy(pictures, crop_side(recipe), recipe.tries, rng)
    low = damaged(truth, s, recipe.damage, rng)
    y, x = (int(n) for n in rim + rng.integers(MARGIN // 2, MARGIN + MARGIN // 2, 2))
    return _turned(low[y : y + p, x : x + p], truth[s * y : s * (y + p), s * x : s * (x + p)], rng)


def _any_factor(pictures: Sequence[Bytes], recipe: Recipe, rng: np.random.Generator) -> list[tuple[Bytes, Bytes]]:
    """LIIF's pairs (arXiv 2012.09161, section 4): crops of round(p*s) pixels, made p pixels wide by Pillow's bicubic."""
    p = recipe.patch
    side = round(p * rng.uniform(1.0, recipe.scale))
    pairs = []
    for _ in range(recipe.batch):
        truth = _busy(pictures, side, recipe.tries, rng)
        low = to_bytes(bicubic(to_float(truth), p, p))
        pairs.append(_turned(low, truth, rng))
    return pairs


def _busy(pictures: Sequence[Bytes], side: int, tries: int, rng: np.random.Generator) -> Bytes:
    """The busiest of some random crops: flat sky teaches little."""
    return max((_random_crop(pictures, side, rng) for _ in range(tries)), key=_activity)


def _random_crop(pictures: Sequence[Bytes], side: int, rng: np.random.Generator) -> Bytes:
    picture = pictures[int(rng.integers(len(pictures)))]
    y, x = (int(rng.integers(0, n - side + 1)) for n in picture.shape[:2])
    crop: Bytes = picture[y : y + side, x : x + side]
    return crop


def _activity(crop: Bytes) -> float:
    values = crop[..., 1].astype(np.int16)
    return float(np.abs(np.diff(values, axis=0)).mean() + np.abs(np.diff(values, axis=1)).mean())


def _turned(low: Bytes, high: Bytes, rng: np.random.Generator) -> tuple[Bytes, Bytes]:
    turns, flip = int(rng.integers(4)), bool(rng.integers(2))
    low, high = np.rot90(low, turns), np.rot90(high, turns)
    return (low[:, ::-1], high[:, ::-1]) if flip else (low, high)


def stacked(crops: Sequence[Bytes]) -> Tensor:
    """8-bit crops (H, W, 3) -> (N, 3, H, W), float32 in [0, 1]."""
    planes = np.stack(crops).transpose(0, 3, 1, 2).astype(np.float32) / 255.0
    return torch.from_numpy(np.ascontiguousarray(planes))
