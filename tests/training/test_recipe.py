"""Recipes: the shipped ones, files of one's own, and what is wrong with them in words."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from restograph.errors import DataError
from restograph.training.recipe import Recipe, load_recipe, recipe_names

SHIPPED = ["safmn-clean-photos", "safmn-clean-x1", "safmn-x2", "safmn-x3", "safmn-x4"]


def test_the_shipped_recipes() -> None:
    assert recipe_names() == SHIPPED
    for name in SHIPPED:
        recipe = load_recipe(name)
        assert recipe.name == name and (name.endswith(f"x{recipe.scale}") or name == "safmn-clean-photos")
        assert (recipe.degradation == "compression") == (recipe.scale == 1)
        assert recipe.start_from is None or recipe.start_from in SHIPPED
        assert recipe.lr_end < recipe.lr_start and recipe.warmup < recipe.steps


def test_a_recipe_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "my recipe.toml"
    path.write_text('name = "mine"\nscale = 3\nsteps = 5\nquality = [30, 60]\n', "utf-8")
    recipe = load_recipe(str(path))
    assert (recipe.name, recipe.scale, recipe.steps, recipe.quality) == ("mine", 3, 5, (30, 60))


def test_an_unknown_recipe_names_the_known_ones() -> None:
    with pytest.raises(DataError, match=r"'safmn-x9'.*safmn-x2, safmn-x3"):
        load_recipe("safmn-x9")


@pytest.mark.parametrize(
    "text", ['name = "a"', 'name = "a"\nscale = 9\n', 'name = "a"\nscale = 2\nlearning = 1\n', "name = ", "\x00"]
)
def test_a_wrong_recipe_is_an_error_of_ours_that_names_the_file(text: str, tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text(text, "utf-8")
    with pytest.raises(DataError, match=r"bad\.toml"):
        load_recipe(str(tmp_path / "bad.toml"))


@pytest.mark.parametrize("field", [{"scale": 5}, {"patch": 8}, {"ema": 1.0}, {"steps": 0}, {"network": "mlp"}])
def test_values_out_of_range_are_refused(field: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Recipe.model_validate({"name": "a", "scale": 2, **field})
