"""Calling the command line in this process: the same `main` as the program, and what it printed."""

import io
import os
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from restograph.models.store import HOME_VARIABLE, installed

EXAMPLES = Path(__file__).parents[1] / "src" / "restograph" / "examples"
SCAN, LOW_LIGHT, COMPRESSED = (EXAMPLES / name for name in ("scan_2x.txt", "low_light.txt", "compressed_3x.txt"))
NOWHERE = Path(__file__).parent / "no-such-folder"  # a user without models of their own


@dataclass(frozen=True)
class Done:
    """How a command ended: exit code, standard output, standard error."""

    code: int
    out: str
    err: str


def call(*arguments: object, stdin: bytes = b"", home: Path = NOWHERE) -> Done:
    """Run `restograph ARGUMENTS` here, with the user's models in `home`/models."""
    from restograph.cli import main

    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2))
    argv = ["restograph", *map(str, arguments)]
    entry = io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8")
    environment = patch.dict(os.environ, {HOME_VARIABLE: str(home), "COLUMNS": "200"})
    with (
        patch.object(sys, "argv", argv),
        patch.object(sys, "stdin", entry),
        environment,
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            main()
            code: object = 0
        except SystemExit as done:
            code = done.code or 0
    assert isinstance(code, int)
    return Done(code, *(_text(stream) for stream in (out, err)))


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    assert isinstance(stream.buffer, io.BytesIO)
    return stream.buffer.getvalue().decode("utf-8")


def texture(height: int, width: int, seed: int = 5) -> NDArray[np.uint8]:
    """Smooth colours with some grain, (H, W, 3)."""
    y, x = np.mgrid[0:height, 0:width]
    planes = (x * 190 // width + 30, y * 170 // height + 40, (x + y) * 150 // (width + height) + 50)
    grain = np.random.default_rng(seed).integers(-12, 13, (height, width, 1))
    return np.clip(np.stack(planes, axis=-1) + grain, 0, 255).astype(np.uint8)


def photo(path: Path, height: int = 26, width: int = 37, **options: object) -> Path:
    """A small picture file."""
    Image.fromarray(texture(height, width)).save(path, **options)  # type: ignore[arg-type]
    return path


def size_of(path: Path) -> tuple[int, int]:
    """Width and height of a picture file."""
    with Image.open(path) as image:
        return image.size


def shipped(name: str) -> bool:
    """True if the package holds the card of that model."""
    with patch.dict(os.environ, {HOME_VARIABLE: str(NOWHERE)}):
        return name in {card.name for card in installed()}


def environment(**more: str) -> dict[str, str]:
    """For a process of its own: this one's environment, this source, and no models of the user."""
    source = str(Path(__file__).parents[1] / "src")
    return {**os.environ, HOME_VARIABLE: str(NOWHERE), "PYTHONPATH": source, **more}
