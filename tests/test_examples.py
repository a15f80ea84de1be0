"""The examples: briefs that are canonical, and a picture that its own code draws."""

import importlib.util
from importlib.resources import files
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from PIL import Image

from restograph.evidence.brief import parse, render

ROOT = Path(__file__).parents[1]
PACKAGED = Path(str(files("restograph"))) / "examples"
BRIEFS = sorted(path.name for path in PACKAGED.glob("*.txt"))


def drawing() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_picture", ROOT / "examples" / "make_picture.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_there_are_four_briefs() -> None:
    assert BRIEFS == ["compressed_3x.txt", "low_light.txt", "moving_bus.txt", "scan_2x.txt"]


@pytest.mark.parametrize("name", BRIEFS)
def test_a_brief_is_canonical_and_has_models_and_papers(name: str) -> None:
    text = (PACKAGED / name).read_text(encoding="utf-8")
    brief = parse(text)
    assert render(brief) == text and brief.original is None
    assert len(brief.models) == 1 and len(brief.papers) == 3
    assert not any(source.flagged for source in brief.sources)


@pytest.mark.parametrize("name", [*BRIEFS, "compressed.jpg"])
def test_the_repository_folder_links_to_the_packaged_files(name: str) -> None:
    assert (ROOT / "examples" / name).read_bytes() == (PACKAGED / name).read_bytes()


def test_the_picture_is_what_its_code_draws(tmp_path: Path) -> None:
    module = drawing()
    scene = module.reduced(module.scene(), 1)
    with Image.open(PACKAGED / "compressed.jpg") as picture:
        shipped = np.asarray(picture.convert("RGB"), dtype=np.float64)
    drawn = np.asarray(scene, dtype=np.float64)
    assert shipped.shape == drawn.shape == (240, 320, 3)
    # the two differ by what JPEG at quality 20 does, and fonts of other Pillow versions by a little more
    assert 2 < np.abs(shipped - drawn).mean() < 12
