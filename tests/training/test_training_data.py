"""Training pairs: aligned, reproducible by (seed, step) alone, and honest about unusable photographs."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

torch = pytest.importorskip("torch", reason="training needs the train extra")
pytestmark = pytest.mark.train

from restograph.errors import DataError  # noqa: E402
from restograph.image.resample import bicubic  # noqa: E402
from restograph.training.data import batch, load_pairs, photographs  # noqa: E402
from restograph.training.pages import page  # noqa: E402
from restograph.training.recipe import Recipe  # noqa: E402

RECIPE = Recipe(name="tiny", scale=2, patch=16, batch=3, steps=4)
CLEAN = Recipe(name="clean", scale=1, patch=16, batch=4, steps=4, degradation="compression", noise=(0, 0))


def scene(seed: int, height: int = 99, width: int = 118) -> NDArray[np.uint8]:
    """Blurred noise: every place is different, and there is detail everywhere."""
    coarse = np.random.default_rng(seed).random((height // 6, width // 6, 3), dtype=np.float32)
    return np.clip(np.rint(bicubic(coarse, width, height) * 255), 0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("photos")
    (path / "sub folder").mkdir()
    for number, name in enumerate(("b.png", "sub folder/é a.PNG", "a.jpg")):
        Image.fromarray(scene(number)).save(path / name)
    (path / "notes.txt").write_text("no photograph", "utf-8")
    return path


def test_photographs_are_found_in_order(folder: Path) -> None:
    found = photographs(folder)
    assert [p.name for p in found] == ["a.jpg", "b.png", "é a.PNG"] and found == sorted(found)


def test_a_folder_without_photographs_is_named(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none"):
        with pytest.raises(DataError, match="no photographs under"):
            photographs(path)


@pytest.mark.parametrize("scale", [1, 2, 3, 4])
def test_pairs_have_exact_sizes_at_full_and_half_size(scale: int, folder: Path) -> None:
    pairs = load_pairs(photographs(folder), RECIPE.model_copy(update={"scale": scale, "patch": 4}))
    assert len(pairs) == (6 if scale < 3 else 3)  # half of a small photograph is no longer worth a crop
    for pair in pairs:
        assert pair.hr.dtype == pair.lr.dtype == np.uint8
        assert pair.hr.shape == (pair.lr.shape[0] * scale, pair.lr.shape[1] * scale, 3)
    assert pairs[0].hr.shape[:2] == (99 // scale * scale, 118 // scale * scale)
    if scale < 3:
        assert pairs[1].hr.shape[:2] == (49 // scale * scale, 59 // scale * scale)


def test_the_small_picture_is_the_large_one_shrunk_by_bicubic(folder: Path) -> None:
    for pair in load_pairs(photographs(folder), RECIPE.model_copy(update={"scale": 3, "patch": 4})):
        height, width = pair.lr.shape[:2]
        wanted = np.clip(np.rint(bicubic(pair.hr.astype(np.float32), width, height)), 0, 255)
        assert np.abs(wanted - pair.lr).max() <= 1


def test_a_batch_depends_on_seed_and_step_alone(folder: Path) -> None:
    pairs = load_pairs(photographs(folder), RECIPE)
    first = batch(pairs, RECIPE, 5)
    batch(pairs, RECIPE, 6)
    assert all(torch.equal(a, b) for a, b in zip(first, batch(pairs, RECIPE, 5), strict=True))
    for other in (batch(pairs, RECIPE, 6), batch(pairs, RECIPE.model_copy(update={"seed": 11}), 5)):
        assert not torch.equal(first[0], other[0])


def test_a_batch_has_its_shape_and_range(folder: Path) -> None:
    lr, hr = batch(load_pairs(photographs(folder), RECIPE), RECIPE, 0)
    assert lr.shape == (3, 3, 16, 16) and hr.shape == (3, 3, 32, 32)
    for side in (lr, hr):
        assert side.dtype == torch.float32 and side.is_contiguous() and 0 <= side.min() < side.max() <= 1


def test_crops_are_aligned_after_turning_and_mirroring(folder: Path) -> None:
    pairs = load_pairs(photographs(folder), RECIPE)
    for step in range(12):
        lr, hr = batch(pairs, RECIPE, step)
        small = torch.nn.functional.avg_pool2d(hr, 2)
        aligned = float((small - lr).abs().mean())
        turned = float((small.flip(-1) - lr).abs().mean())
        assert aligned < 0.02 and aligned < turned / 3


def test_damaged_crops_are_aligned_and_damaged(folder: Path) -> None:
    pairs = load_pairs(photographs(folder), CLEAN)
    harsh = CLEAN.model_copy(update={"quality": (10, 12)})
    distance = [float((lr - hr).abs().mean()) for lr, hr in (batch(pairs, harsh, step) for step in range(8))]
    shifted = [float((lr.roll(1, -1) - hr).abs().mean()) for lr, hr in (batch(pairs, harsh, step) for step in range(8))]
    assert 0.005 < np.mean(distance) < np.mean(shifted) / 1.2
    lr, hr = batch(pairs, CLEAN, 0)
    assert lr.shape == hr.shape == (4, 3, 16, 16)


def test_photographs_that_are_too_small_are_named(tmp_path: Path) -> None:
    Image.fromarray(scene(1, 20, 24)).save(tmp_path / "tiny.png")
    with pytest.raises(DataError, match="tiny"):
        batch(load_pairs(photographs(tmp_path), RECIPE), RECIPE, 0)


def test_a_file_that_is_no_picture_is_named(tmp_path: Path) -> None:
    (tmp_path / "broken.jpg").write_bytes(b"no picture")
    with pytest.raises(DataError, match=r"broken\.jpg"):
        load_pairs(photographs(tmp_path), RECIPE)


def test_generated_pages_join_the_photographs_and_depend_on_the_seed_alone(folder: Path) -> None:
    with_pages = load_pairs(photographs(folder), CLEAN.model_copy(update={"pages": 2}))
    without = load_pairs(photographs(folder), CLEAN)
    assert len(with_pages) == len(without) + 2
    assert (page(3, 0) == page(3, 0)).all() and (page(3, 0) != page(4, 0)).any()
    assert with_pages[-1].hr.std() > 5
