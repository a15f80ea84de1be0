"""Recipes: the shipped ones, files of one's own, and what is wrong with them in words."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from restograph.errors import DataError
from restograph.training.recipe import Recipe, load_recipe, recipe_names

SHIPPED = [
    "liif-safmn-any", "mssnet-tiny-deblur", "mssnet-tiny-further", "mssnet-tiny-last",
    "safmn-clean-final", "safmn-clean-fine", "safmn-clean-last", "safmn-clean-noise", "safmn-clean-photos",
    "safmn-clean-x1", "safmn-x2", "safmn-x2-further", "safmn-x2-long", "safmn-x3", "safmn-x3-further", "safmn-x3-last",
    "safmn-x3-long", "safmn-x4", "safmn-x4-further", "safmn-x4-last", "safmn-x4-long",
]  # fmt: skip


def test_the_shipped_recipes() -> None:
    assert recipe_names() == SHIPPED
    for name in SHIPPED:
        recipe = load_recipe(name)
        assert recipe.name == name and (f"x{recipe.scale}" in name or recipe.scale in (1, 4))
        assert (recipe.damage.jpeg is None) == ("clean" not in name)
        assert (recipe.damage.motion is None) == ("mssnet" not in name)
        assert recipe.start_from is None or recipe.start_from in SHIPPED
        assert recipe.lr_end < recipe.lr_start and recipe.warmup < recipe.steps


def test_a_recipe_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "my recipe.toml"
    path.write_text('name = "mine"\nscale = 3\nsteps = 5\n[damage]\njpeg = [30, 60]\n', "utf-8")
    recipe = load_recipe(str(path))
    assert (recipe.name, recipe.scale, recipe.steps, recipe.damage.jpeg) == ("mine", 3, 5, (30, 60))


def test_a_wrong_patch_says_which_multiple_is_needed(tmp_path: Path) -> None:
    path = tmp_path / "patch.toml"
    path.write_text('name = "mine"\nnetwork = "mssnet"\nscale = 1\npatch = 72\n', "utf-8")
    with pytest.raises(DataError, match=r"patch is 72; mssnet needs a multiple of 16"):
        load_recipe(str(path))


def test_an_unknown_recipe_names_the_known_ones() -> None:
    with pytest.raises(DataError, match=r"'safmn-x9'.*safmn-x2, safmn-x2-further, safmn-x2-long"):
        load_recipe("safmn-x9")


@pytest.mark.parametrize(
    "text", ['name = "a"', 'name = "a"\nscale = 9\n', 'name = "a"\nscale = 2\nlearning = 1\n', "name = ", "\x00"]
)
def test_a_wrong_recipe_is_an_error_of_ours_that_names_the_file(text: str, tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text(text, "utf-8")
    with pytest.raises(DataError, match=r"bad\.toml"):
        load_recipe(str(tmp_path / "bad.toml"))


@pytest.mark.parametrize(
    "field",
    [{"scale": 5}, {"patch": 8}, {"ema": 1.0}, {"steps": 0}, {"network": "mlp"}, {"patch": 20}, {"network": "mssnet"}],
)
def test_values_out_of_range_are_refused(field: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Recipe.model_validate({"name": "a", "scale": 2, **field})
