"""Training pairs: aligned, reproducible by (seed, step) alone, and honest about unusable photographs."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

torch = pytest.importorskip("torch", reason="training needs the train extra")
pytestmark = pytest.mark.train

from restograph.errors import DataError  # noqa: E402
from restograph.image.resample import bicubic, matlab_bicubic  # noqa: E402
from restograph.training.data import batch, crop_side, generated, load_photographs, photographs  # noqa: E402
from restograph.training.degrade import Damage, to_bytes  # noqa: E402
from restograph.training.pages import page  # noqa: E402
from restograph.training.recipe import Recipe  # noqa: E402

RECIPE = Recipe(name="tiny", scale=2, patch=16, batch=3, steps=4, damage=Damage(filter="matlab"))
CLEAN = Recipe(name="clean", scale=1, patch=16, batch=4, steps=4, damage=Damage(jpeg=(10, 95)))
DEBLUR = Recipe(name="deblur", scale=1, patch=16, batch=4, steps=4, damage=Damage(motion=(3, 6), lens=(0.3, 1.0)))
ANY = Recipe(name="any", network="liif-safmn", scale=4, patch=16, batch=2, steps=4)


def scene(seed: int, height: int = 199, width: int = 218) -> NDArray[np.uint8]:
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


def test_photographs_are_used_at_the_recipes_sizes(folder: Path) -> None:
    pictures = load_photographs(photographs(folder), RECIPE.model_copy(update={"shrink": (1.0, 0.75)}))
    assert [p.shape for p in pictures] == [(199, 218, 3), (149, 163, 3)] * 3
    wanted = to_bytes(bicubic(pictures[0].astype(np.float32) / 255, 163, 149))
    assert np.array_equal(pictures[1], wanted)


def test_sizes_that_are_too_small_for_a_crop_are_left_out(folder: Path) -> None:
    assert crop_side(RECIPE) == 2 * (16 + 2 * 16)
    assert len(load_photographs(photographs(folder), RECIPE.model_copy(update={"shrink": (1.0, 0.25)}))) == 3


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_the_small_crop_is_the_large_one_shrunk(scale: int, folder: Path) -> None:
    """Far from its edge a shrunk cut is the cut of a shrunk picture, whatever was around it."""
    recipe = RECIPE.model_copy(update={"scale": scale})
    low, truth = batch(load_photographs(photographs(folder), recipe), recipe, 1)
    assert low.shape == (3, 3, 16, 16) and truth.shape == (3, 3, 16 * scale, 16 * scale)
    for small, large in zip(low, truth, strict=True):
        cut = (large.permute(1, 2, 0).numpy() * 255).round().astype(np.uint8)
        again = matlab_bicubic(cut, 16, 16).astype(int)
        given = (small.permute(1, 2, 0).numpy() * 255).round().astype(int)
        assert np.abs(again - given)[3:-3, 3:-3].max() <= 2  # rows and columns may have changed places


@pytest.mark.parametrize("recipe", [RECIPE, CLEAN, DEBLUR, ANY])
def test_a_batch_depends_on_seed_and_step_alone(recipe: Recipe, folder: Path) -> None:
    pictures = load_photographs(photographs(folder), recipe)
    first = batch(pictures, recipe, 5)
    batch(pictures, recipe, 6)
    assert all(torch.equal(a, b) for a, b in zip(first, batch(pictures, recipe, 5), strict=True))
    for other in (batch(pictures, recipe, 6), batch(pictures, recipe.model_copy(update={"seed": 11}), 5)):
        assert not torch.equal(first[0], other[0])


def test_a_batch_has_its_shape_and_range(folder: Path) -> None:
    low, truth = batch(load_photographs(photographs(folder), RECIPE), RECIPE, 0)
    for side in (low, truth):
        assert side.dtype == torch.float32 and side.is_contiguous() and 0 <= side.min() < side.max() <= 1


def test_any_factor_is_drawn_per_batch(folder: Path) -> None:
    pictures = load_photographs(photographs(folder), ANY)
    shapes = [tuple(batch(pictures, ANY, step)[1].shape[2:]) for step in range(30)]
    assert all(h == w and 16 <= h <= 64 for h, w in shapes) and len(set(shapes)) > 12
    assert all(batch(pictures, ANY, step)[0].shape == (2, 3, 16, 16) for step in range(3))


def test_crops_are_aligned_after_turning_and_mirroring(folder: Path) -> None:
    pictures = load_photographs(photographs(folder), RECIPE)
    for step in range(12):
        low, truth = batch(pictures, RECIPE, step)
        small = torch.nn.functional.avg_pool2d(truth, 2)
        aligned = float((small - low).abs().mean())
        turned = float((small.flip(-1) - low).abs().mean())
        assert aligned < 0.02 and aligned < turned / 3


@pytest.mark.parametrize("recipe", [CLEAN.model_copy(update={"damage": Damage(jpeg=(10, 12))}), DEBLUR])
def test_damaged_crops_are_aligned_and_damaged(recipe: Recipe, folder: Path) -> None:
    pictures = load_photographs(photographs(folder), recipe)
    pairs = [batch(pictures, recipe, step) for step in range(8)]
    assert all(low.shape == truth.shape == (4, 3, 16, 16) for low, truth in pairs)
    distance = np.mean([float((low - truth).abs().mean()) for low, truth in pairs])
    for move in ((2, 0), (0, 2), (-2, 0), (0, -2)):
        moved = np.mean([float((low.roll(move, (2, 3)) - truth).abs().mean()) for low, truth in pairs])
        assert 0.003 < distance < moved / 1.15


def test_photographs_that_are_too_small_are_named(tmp_path: Path) -> None:
    Image.fromarray(scene(1, 20, 24)).save(tmp_path / "tiny.png")
    with pytest.raises(DataError, match="tiny"):
        load_photographs(photographs(tmp_path), RECIPE)


def test_a_file_that_is_no_picture_is_named(tmp_path: Path) -> None:
    (tmp_path / "broken.jpg").write_bytes(b"no picture")
    with pytest.raises(DataError, match=r"broken\.jpg"):
        load_photographs(photographs(tmp_path), RECIPE)


def test_generated_pictures_depend_on_the_seed_alone() -> None:
    recipe = CLEAN.model_copy(update={"pages": 2, "leaves": 1})
    made, others = generated(recipe), generated(recipe, first=10**6)
    assert len(made) == len(others) == 3 and all(p.std() > 5 for p in made)
    assert all(np.array_equal(a, b) for a, b in zip(made, generated(recipe), strict=True))
    assert not any(np.array_equal(a, b) for a, b in zip(made, others, strict=True))
    assert (page(3, 0) == page(3, 0)).all() and (page(3, 0) != page(4, 0)).any()
