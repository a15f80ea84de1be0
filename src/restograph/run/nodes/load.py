"""load: a picture file, upright, with invisible colours under its alpha replaced by their neighbours'."""

from pathlib import Path

from restograph.image.alpha import fill_under_alpha
from restograph.image.limits import Limits
from restograph.image.picture import Picture
from restograph.image.read import read_picture


def load(path: Path, limits: Limits) -> Picture:
    """Read a picture so that no step can drag garbage under alpha 0 into sight. Raises ImageError."""
    picture = read_picture(path, limits)
    return picture.with_pixels(fill_under_alpha(picture.pixels, picture.alpha), picture.alpha)
