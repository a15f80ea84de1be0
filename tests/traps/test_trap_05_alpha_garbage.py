"""Trap 5: alpha edges turn black or jagged, and colours under transparent pixels bleed into view."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from restograph.image.alpha import fill_under_alpha, resize_alpha
from restograph.image.picture import Picture
from restograph.image.read import read_picture
from restograph.image.resample import bicubic
from restograph.image.write import write_picture

GARBAGE = {"black": (0, 0, 0), "white": (255, 255, 255), "green": (0, 255, 0)}


def _disc(path: Path, under: tuple[int, int, int] | None) -> Path:
    """An orange disc with a soft edge on nothing; `under` (or noise) lies hidden below alpha 0."""
    y, x = np.mgrid[0:48, 0:64]
    alpha = np.clip(17.5 - np.hypot(x - 32, y - 24), 0, 1)
    hidden = np.random.default_rng(0).integers(0, 256, (48, 64, 3)) if under is None else np.array(under)
    rgb = np.where(alpha[..., None] > 0, [240, 140, 30], hidden)
    Image.fromarray(np.dstack([rgb, np.rint(alpha * 255)]).astype(np.uint8)).save(path)
    return path


def _sharpened_and_enlarged(picture: Picture) -> Picture:
    """What any network does at its worst: mixes neighbours with negative weights, then changes the size."""
    pixels = fill_under_alpha(picture.pixels, picture.alpha)
    padded = np.pad(pixels, ((2, 2), (2, 2), (0, 0)), mode="edge")
    height, width = pixels.shape[:2]
    mixed = sum(padded[j : j + height, i : i + width] for j in range(5) for i in range(5)) / np.float32(25)
    sharp = np.clip(pixels + 0.8 * (pixels - mixed), 0, 1).astype(np.float32)
    assert picture.alpha is not None
    return picture.with_pixels(
        np.clip(bicubic(sharp, width * 3, height * 3), 0, 1), resize_alpha(picture.alpha, width * 3, height * 3)
    )


@pytest.mark.parametrize("under", [*GARBAGE, "noise"])
@pytest.mark.parametrize("suffix", [".png", ".tif", ".webp"])
def test_what_is_hidden_changes_no_visible_pixel(tmp_path: Path, under: str, suffix: str) -> None:
    """On black, on white and on gray, the enlarged disc looks the same whatever lay under alpha 0."""
    found = []
    for name, colour in (("reference", (240, 140, 30)), (under, GARBAGE.get(under))):
        picture = read_picture(_disc(tmp_path / f"{name}.png", colour))
        out = tmp_path / f"{name}-out{suffix}"
        write_picture(_sharpened_and_enlarged(picture), out)
        found.append(read_picture(out))
    reference, other = found
    assert reference.alpha is not None
    assert other.alpha is not None
    assert np.array_equal(reference.alpha, other.alpha)
    for paper in (0.0, 0.5, 1.0):
        shown = [p.pixels * p.alpha[..., None] + paper * (1 - p.alpha[..., None]) for p in found if p.alpha is not None]
        assert np.abs(shown[0] - shown[1]).max() <= 1 / 255 + 1e-6


def test_edges_are_neither_dark_nor_jagged(tmp_path: Path) -> None:
    picture = _sharpened_and_enlarged(read_picture(_disc(tmp_path / "a.png", (0, 0, 0))))
    assert picture.alpha is not None
    edge = (picture.alpha > 0.02) & (picture.alpha < 0.98)
    assert edge.sum() > 300  # a soft ring, not a staircase
    assert np.abs(picture.pixels[edge] - np.array([240, 140, 30]) / 255).max() < 2 / 255
