"""Training recipes: TOML files that hold everything a run depends on besides the photographs."""

import tomllib
from importlib import resources
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from restograph.errors import DataError


class Recipe(BaseModel):
    """One training run. Sizes in LR pixels, noise in 1/255, learning rates of Adam."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    network: Literal["safmn"] = "safmn"
    scale: int = Field(ge=1, le=4)
    degradation: Literal["bicubic", "compression"] = "bicubic"
    quality: tuple[int, int] = (10, 95)
    noise: tuple[float, float] = (0.0, 15.0)
    pages: int = Field(0, ge=0)  # generated pages of text and lines beside the photographs
    patch: int = Field(48, ge=16)
    batch: int = Field(8, ge=1)
    steps: int = Field(7000, ge=1)
    warmup: int = Field(100, ge=0)
    lr_start: float = Field(1e-3, gt=0)
    lr_end: float = Field(1e-6, ge=0)
    fft_weight: float = Field(0.05, ge=0)
    balance: float = Field(0.0, ge=0, le=1)  # 1: a picture's loss counts relative to its damage; 0: as it is
    ema: float = Field(0.999, ge=0, lt=1)
    bf16_until: float = Field(0.85, ge=0, le=1)  # share of the steps that may run in bfloat16
    start_from: str | None = None  # recipe whose trained body starts this one
    seed: int = 10


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
        raise DataError(
            f"recipe {name!r}: {'.'.join(str(p) for p in first['loc'])}: {first['msg']}; mend this line"
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise DataError(f"recipe {name!r} is not TOML ({error}); mend this line") from None


def recipe_names() -> list[str]:
    """Names of the shipped recipes, sorted."""
    folder = resources.files("restograph.training") / "recipes"
    return sorted(p.name.removesuffix(".toml") for p in folder.iterdir() if p.name.endswith(".toml"))
