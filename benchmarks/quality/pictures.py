"""Pictures and damage of the quality benchmark: the same for every network and every run."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from restograph.image.resample import bicubic, matlab_bicubic
from restograph.training.blur import motion_kernel
from restograph.training.degrade import in_light, jpeg, noisy, to_bytes, to_float

Bytes = NDArray[np.uint8]
SIDE = 640  # of the middle of a holdout photograph that is measured


def read(path: Path) -> Bytes:
    """8-bit RGB."""
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def benchmark_pairs(folder: Path, factor: float) -> Iterator[tuple[Bytes, Bytes]]:
    """(LR, HR) of a benchmark folder. At 2, 3 and 4 its own LR files where it has them, else made from HR.

    A folder holds xN/NAME_HR.png with NAME_LR.png, or just pictures. What is made here is made by Matlab's
    bicubic at whole factors up to 4, and as in LIIF's evaluation elsewhere: Pillow's, of the whole picture, sizes floored.
    """
    whole = int(factor) if factor == int(factor) and factor <= 4 else None
    own = sorted((folder / f"x{whole}").glob("*_LR.png")) if whole else []
    for path in own:
        yield read(path), read(path.with_name(path.name.replace("_LR", "_HR")))
    if own:
        return
    for path in truths(folder):
        hr = read(path)
        height, width = (int(side / factor) for side in hr.shape[:2])
        if whole:
            hr = hr[: height * whole, : width * whole]
            yield matlab_bicubic(hr, width, height), hr
        else:
            hr = hr[: round(height * factor), : round(width * factor)]
            yield to_bytes(bicubic(to_float(hr), width, height)), hr


def truths(folder: Path) -> list[Path]:
    """Undamaged pictures of a folder: those of x2 for the layout with LR files, as they are the least cropped."""
    if named := sorted((folder / "x2").glob("*_HR.png")):
        return named
    return sorted(p for p in folder.iterdir() if p.suffix.lower() in {".png", ".jpg", ".jpeg", ".bmp", ".tif"})


def middles(folder: Path) -> list[tuple[str, Bytes]]:
    """Name and middle of every photograph."""
    found = []
    for path in sorted(folder.glob("*.jpg")):
        full = read(path)
        top, left = (max(0, (side - SIDE) // 2) for side in full.shape[:2])
        found.append((path.stem, full[top : top + SIDE, left : left + SIDE]))
    return found


def squeezed(photo: Bytes, quality: int) -> Bytes:
    """Through JPEG at a quality, with 4:2:0 chroma."""
    return jpeg(photo, quality, 2)


def grainy(photo: Bytes, name: str, sigma: float) -> Bytes:
    """With white noise of a standard deviation (of 255), rounded to 8 bits."""
    return to_bytes(noisy(to_float(photo), sigma, False, _random(name, sigma)))


def shaken(photo: Bytes, name: str, length: float) -> Bytes:
    """Blurred along a random path of that length in pixels, with noise of 1/255, rounded to 8 bits."""
    rng = _random(name, length)
    blurred = in_light(to_float(photo), motion_kernel(length, rng))
    return to_bytes(noisy(blurred, 1.0, False, rng))


def _random(name: str, strength: float) -> np.random.Generator:
    """Seeded by what is damaged and how much: no seed of any training run."""
    digest = hashlib.sha256(f"quality {name} {strength}".encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:8], "big"))
