"""Trap 17: names with accents or spaces fail, and animated pictures silently keep their first frame."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from restograph.errors import UnsupportedImage
from restograph.image.read import read_picture
from restograph.image.write import write_picture

NAMES = ["with space", "Ünïcödé é̂", "写真 🦊", "-starts-with-dash", "%41 & $HOME 'q' \"d\"", ".hidden", "a.b.c"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("suffix", [".jpg", ".PNG", ".webp", ".avif", ".tif"])
def test_any_name_works_for_input_and_output(tmp_path: Path, name: str, suffix: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    Image.new("RGB", (6, 4), (10, 200, 30)).save(folder / f"{name}{suffix}")
    picture = read_picture(folder / f"{name}{suffix}")
    out = folder / f"{name} out{suffix}"
    write_picture(picture, out)
    assert read_picture(out).pixels.shape == (4, 6, 3)
    assert sorted(path.name for path in folder.iterdir()) == sorted([f"{name}{suffix}", out.name])


@pytest.mark.parametrize("suffix", ["webp", "png", "avif", "tif"])
def test_animations_are_refused_with_their_number_of_frames(tmp_path: Path, suffix: str) -> None:
    frames = [Image.fromarray(np.full((8, 8, 3), level, np.uint8)) for level in (0, 90, 180)]
    frames[0].save(tmp_path / f"a.{suffix}", save_all=True, append_images=frames[1:])
    with pytest.raises(UnsupportedImage, match=r"holds 3 (frames|pages).*export the one you want"):
        read_picture(tmp_path / f"a.{suffix}")


def test_a_still_saved_as_an_animation_of_one_frame_is_a_still(tmp_path: Path) -> None:
    Image.new("RGB", (8, 8), "red").save(tmp_path / "a.webp", save_all=True)
    assert read_picture(tmp_path / "a.webp").frames == 1
