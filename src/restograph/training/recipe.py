"""Training recipes: TOML files that hold everything a run depends on besides the photographs."""

import tomllib
from importlib import resources
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from restograph.errors import DataError
from restograph.training.degrade import Damage

Network = Literal["safmn", "safmn-ntire", "safmnpp", "light-safmnpp", "liif-safmn", "liif-edsr", "liif-rdn", "mssnet"]


class Recipe(BaseModel):
    """One training run. Sizes in LR pixels, noise in 1/255, learning rates of Adam."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(description="name of the recipe")
    title: str = Field("", description="what it trains, in a line")
    network: Network = Field("safmn", description="the network")
    sizes: dict[str, int | float | tuple[int, ...]] = Field(
        default_factory=dict, description="sizes of the network that differ from the paper's"
    )
    scale: int = Field(ge=1, le=4, description="factor, 1 to 4; the largest one for LIIF, which draws from 1 to it")
    damage: Damage = Field(default_factory=Damage, description="what happens to the photograph, see below")
    shrink: tuple[float, ...] = Field((1.0, 0.5), description="sizes at which each photograph is used")
    pages: int = Field(0, ge=0, description="number of generated pages of text and lines, beside the photographs")
    leaves: int = Field(0, ge=0, description="number of generated dead-leaves pictures, beside the photographs")
    patch: int = Field(48, ge=16, description="side of a training crop, in pixels of the small picture")
    batch: int = Field(8, ge=1, description="crops in a batch")
    tries: int = Field(2, ge=1, description="random crops of which the busiest is taken")
    queries: int = Field(2304, ge=1, description="pixels per crop that LIIF is asked for")
    steps: int = Field(7000, ge=1, description="steps of the optimiser")
    warmup: int = Field(100, ge=0, description="steps until the full learning rate")
    lr_start: float = Field(1e-3, gt=0, description="learning rate after the warm-up")
    lr_end: float = Field(1e-6, ge=0, description="learning rate at the end")
    fft_weight: float = Field(0.05, ge=0, description="weight of the loss in the frequency domain")
    balance: float = Field(0.0, ge=0, le=1, description="1: the loss counts relative to the damage; 0: as it is")
    ema: float = Field(0.999, ge=0, lt=1, description="decay of the moving average of the weights")
    bf16_until: float = Field(0.85, ge=0, le=1, description="share of the steps in bfloat16 where that is fast")
    every: int = Field(100, ge=1, description="steps between two notes in the curve")
    start_from: str | None = Field(None, description="recipe or shipped model whose trained weights start this one")
    seed: int = Field(10, description="seed of everything random")

    @model_validator(mode="after")
    def _fits(self) -> "Recipe":
        multiple = 16 if self.network == "mssnet" else 8
        if self.patch % multiple:
            raise ValueError(f"patch is {self.patch!r}; {self.network} needs a multiple of {multiple}")
        if self.network == "mssnet" and self.scale != 1:
            raise ValueError(f"scale is {self.scale!r}; mssnet keeps the size, so it must be 1")
        return self

    def same_run(self, other: "Recipe") -> bool:
        """True if both give the same run: all but the words agree."""
        return self.model_copy(update={"title": ""}) == other.model_copy(update={"title": ""})


def load_recipe(name: str) -> Recipe:
    """Read a shipped recipe by name, or a TOML file by path; DataError when there is neither."""
    shipped = resources.files("restograph.training") / "recipes" / f"{name}.toml"
    path = Path(name)
    if path.is_file():
        text = path.read_text("utf-8")
    elif shipped.is_file():
        text = shipped.read_text("utf-8")
    else:
        known = ", ".join(recipe_names())
        raise DataError(f"no recipe {name!r}: give the path of a TOML file or one of {known}")
    try:
        return Recipe.model_validate(tomllib.loads(text))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(p) for p in first["loc"]) or "recipe"
        raise DataError(f"recipe {name!r}: {where}: {first['msg']}; mend this line") from None
    except tomllib.TOMLDecodeError as error:
        raise DataError(f"recipe {name!r} is not TOML ({error}); mend this line") from None


def recipe_names() -> list[str]:
    """Names of the shipped recipes, sorted."""
    folder = resources.files("restograph.training") / "recipes"
    return sorted(p.name.removesuffix(".toml") for p in folder.iterdir() if p.name.endswith(".toml"))
