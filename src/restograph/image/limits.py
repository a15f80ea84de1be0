"""Limits that are checked before anything is decoded, so that a small file cannot fill the memory."""

import stat
from dataclasses import dataclass
from pathlib import Path

from restograph.errors import ImageError, LimitExceeded


@dataclass(frozen=True)
class Limits:
    """How much of a file and how many pixels are accepted.

    2**27 pixels (134 million) are 1.6 GB as float32 RGB and hold every photograph of a phone or
    camera up to 12000 x 11000. The bytes follow: that many pixels as uncompressed 16-bit RGBA.
    """

    max_bytes: int = 8 * 2**27
    max_pixels: int = 2**27


def check_bytes(path: Path, limits: Limits) -> int:
    """Size of the regular file `path` in bytes.

    Raises ImageError if there is no such file or it is a folder or device, LimitExceeded if it is too large.
    """
    if str(path).lower().startswith(("http:/", "https:/", "ftp:/", "file:/")):
        raise ImageError(f"{str(path)!r} is an address; pictures are read from files only: download it first")
    try:
        status = path.stat()
    except FileNotFoundError:
        raise ImageError(f"there is no file {str(path)!r}; check the name and the folder") from None
    except (OSError, ValueError) as error:
        raise ImageError(f"cannot open {str(path)!r}: {error}; check the name and the permissions") from error
    if stat.S_ISDIR(status.st_mode):
        raise ImageError(f"{str(path)!r} is a folder; name one picture in it")
    if not stat.S_ISREG(status.st_mode):
        raise ImageError(f"{str(path)!r} is not a regular file; copy its content into a file first")
    if status.st_size > limits.max_bytes:
        raise LimitExceeded(
            f"{str(path)!r} has {status.st_size} bytes, the limit is {limits.max_bytes}; "
            "give a smaller file or raise Limits.max_bytes in Python"
        )
    return status.st_size


def check_pixels(width: int, height: int, limits: Limits, name: str) -> None:
    """Refuse a picture whose header declares no pixels (ImageError) or too many (LimitExceeded)."""
    if width < 1 or height < 1:
        raise ImageError(f"{name!r} declares a size of {width} x {height}; the file is damaged: export it again")
    if width * height > limits.max_pixels:
        raise LimitExceeded(
            f"{name!r} declares {width} x {height} = {width * height} pixels, the limit is {limits.max_pixels}; "
            "make it smaller first or raise Limits.max_pixels in Python"
        )
