"""The Model noun: a card says everything about a network that its runner and its readers need.

A model is data, not a subclass: one runner serves every card. Cards are TOML files in
`models/catalog/` (shipped) or in the user's model folder; the weights file lies beside or in `weights/`.
"""

import re
import tomllib
from fractions import Fraction
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from restograph.errors import ModelError

SCHEMA_VERSION = 1

ModelKind = Literal["clean", "deblur", "upscale"]
Provider = Literal["auto", "cpu", "cuda", "coreml", "directml", "openvino"]  # what may execute a network
Operation = Literal[
    "super_resolution",
    "denoising",
    "motion_deblurring",
    "defocus_deblurring",
    "compression_artifact_removal",
    "deraining",
    "dehazing",
    "desnowing",
    "low_light_enhancement",
    "exposure_correction",
    "hdr_reconstruction",
    "color_correction",
    "colorization",
    "inpainting",
    "scratch_removal",
    "face_restoration",
    "background_removal",
    "video_super_resolution",
    "video_frame_interpolation",
    "other",
]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class InputSpec(_Frozen):
    """What the network takes and what its tensors are called."""

    channels: Literal[3] = Field(default=3, description="Colour channels; gray pictures are repeated.")
    low: float = Field(default=0.0, description="Value of black.")
    high: float = Field(default=1.0, description="Value of white.")
    layout: Literal["NCHW"] = Field(default="NCHW", description="Order of the axes.")
    input: str = Field(default="image", description="Name of the input tensor.")
    output: str = Field(default="restored", description="Name of the output tensor.")


class SizeRule(_Frozen):
    """Which heights and widths the network takes; others are padded at the right and bottom, then cut off."""

    minimum: int = Field(default=1, ge=1, description="Smallest height and width in pixels.")
    multiple: int = Field(default=1, ge=1, description="Height and width must be multiples of this.")
    pad: Literal["symmetric", "reflect", "edge"] = Field(
        default="symmetric",
        description="How missing pixels are made up: mirrored with or without the edge, or repeated.",
    )


class Tiling(_Frozen):
    """How a picture beyond the memory budget is cut; all lengths in input pixels."""

    tile: int = Field(default=512, ge=1, description="Largest side of a tile, without its halo.")
    halo: int = Field(default=0, ge=0, description="Extra pixels read around a tile and thrown away after.")
    align: int = Field(default=1, ge=1, description="Tiles begin at multiples of this (pooling grids).")
    exact: bool = Field(
        default=False, description="Tiles equal the whole picture: the halo covers all the network sees."
    )
    bound: float | None = Field(
        default=None,
        ge=0,
        description="Largest difference measured between tiled and whole, of 1.0; null: not measured.",
    )
    global_statistics: bool = Field(
        default=False, description="The network looks at the whole picture; tiles change it."
    )
    bytes_per_pixel: int = Field(default=4096, ge=1, description="Peak memory per input pixel, measured.")


class AnyFactor(_Frozen):
    """The second file of a network that enlarges by any factor: it decodes the first one's output at a pixel grid."""

    weights: str = Field(description="File name of the query's ONNX model, without a folder.")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of that file.")
    bytes: int = Field(ge=1, description="Size of that file.")
    least: float = Field(default=1.0, ge=1, description="Smallest factor for which quality was measured.")
    most: float = Field(default=4.0, gt=1, le=16, description="Largest factor for which quality was measured.")

    @field_validator("weights")
    @classmethod
    def _plain_name(cls, value: str) -> str:
        return _plain_file_name(value)

    def measured(self, factor: Fraction) -> bool:
        """True if the quality at this factor is known."""
        return self.least <= factor <= self.most


class Stage(_Frozen):
    """One training run on the way to the weights."""

    recipe: str = Field(description="Name of the recipe.")
    steps: int | None = Field(default=None, description="Optimiser steps.")
    minutes: float | None = Field(default=None, description="Wall time; null: not recorded.")
    device: str = Field(default="", description="`cuda` if it was a GPU; empty: a processor, or not recorded.")


class Training(_Frozen):
    """Where the weights come from."""

    data: str = Field(default="", description="Training pictures and their licence.")
    command: str = Field(default="", description="The command that trained it.")
    recipe: str = Field(default="", description="Name of the recipe.")
    seed: int | None = Field(default=None, description="Seed of the run.")
    steps: int | None = Field(default=None, description="Optimiser steps of the last stage.")
    minutes: float | None = Field(default=None, description="Wall time of the last stage.")
    stages: tuple[Stage, ...] = Field(default=(), description="All runs in order; each starts from the one before.")


class Measured(_Frozen):
    """One measured figure of quality and how to get it again."""

    benchmark: str = Field(description="Set of pictures, for instance Set5 x3.")
    metric: str = Field(description="For instance PSNR-Y (dB) or SSIM-Y.")
    value: float
    convention: str = Field(default="", description="Channel, border, rounding.")
    command: str = Field(default="", description="The command that measures it.")


class Card(_Frozen):
    """All that is known about one installed network."""

    schema_version: Literal[1] = Field(default=1, description="Version of this format.")
    name: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$", description="Name in commands and records.")
    family: str = Field(description="Architecture, for instance SAFMN.")
    kind: ModelKind = Field(description="Kind of workflow node that it executes.")
    operations: tuple[Operation, ...] = Field(min_length=1, description="What it does, in the closed vocabulary.")
    scale: int | float = Field(default=1, ge=1, description="Output side / input side; 1 for any factor.")
    title: str = Field(description="One line for lists.")
    paper: str = Field(default="", description="Address of the paper.")
    github: str | None = Field(default=None, description="Address of the authors' code.")
    licence: str = Field(description="SPDX identifier of the weights' licence.")
    licence_note: str = Field(default="", description="One sentence: whose work, what is allowed.")
    weights: str = Field(description="File name of the ONNX model, without a folder.")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the weights file.")
    bytes: int = Field(ge=1, description="Size of the weights file.")
    input: InputSpec = InputSpec()
    size: SizeRule = SizeRule()
    tiling: Tiling = Tiling()
    any_factor: AnyFactor | None = Field(
        default=None, description="For a network that enlarges by any factor: `weights` is its encoder, this its query."
    )
    training: Training = Training()
    bf16: float | None = Field(
        default=None, description="PSNR in dB of the output in bfloat16 against that in float32; null: not measured."
    )
    quality: tuple[Measured, ...] = Field(default=(), description="Figures; the first one ranks cards of one kind.")
    aliases: tuple[str, ...] = Field(default=(), description="Other names of this very model.")
    stands_in_for: tuple[str, ...] = Field(
        default=(),
        description="Words of model names for which it may step in when they are not installed; * for all of its kind.",
    )

    @field_validator("weights")
    @classmethod
    def _plain_name(cls, value: str) -> str:
        return _plain_file_name(value)

    @model_validator(mode="after")
    def _any_factor_enlarges(self) -> Self:
        if self.any_factor and (self.kind != "upscale" or self.scale != 1):
            raise ValueError("a network for any factor has kind 'upscale' and scale 1, the factor comes from the node")
        return self


def _plain_file_name(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", value):
        raise ValueError(f"{value!r} must be a plain file name: the weights lie in the model folder")
    return value


def read_card(path: Path) -> Card:
    """Read one TOML card; raises ModelError that names the file and the field."""
    try:
        return Card.model_validate(tomllib.loads(path.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ModelError(f"model card {str(path)!r} cannot be read ({error}); repair or remove the file") from error
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise ModelError(
            f"model card {str(path)!r}: {field or 'card'}: {first['msg']}, got {first['input']!r}; correct the field"
        ) from error
