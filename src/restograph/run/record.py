"""The Run noun: the record of one finished run, as `run.json` and the answer show it.

Everything that depends on the clock, the host or the provider stands in `timing` and `machine`.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SerializerFunctionWrapHandler, model_serializer

from restograph.models.card import Provider
from restograph.workflow.graph import Workflow

SCHEMA_VERSION = 1


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PictureFile(_Frozen):
    """A picture on disk."""

    path: str = Field(description="Where it lies; in a file relative to the folder of the record.")
    sha256: str = Field(description="SHA-256 of the file.")
    width: int = Field(description="Pixels, after orientation.")
    height: int = Field(description="Pixels, after orientation.")
    format: str = Field(description="JPEG, PNG, WEBP, AVIF or TIFF.")


class WeightsUsed(_Frozen):
    """A network that executed a node."""

    node: str = Field(description="Id of the node.")
    name: str = Field(description="Name of the model.")
    called: str | None = Field(
        default=None, description="The name that asked for it, where that is another of its names; else left out."
    )
    sha256: str = Field(description="SHA-256 of its weights.")
    query_sha256: str | None = Field(
        default=None, description="SHA-256 of its second file, where it enlarges by any factor; else left out."
    )
    tile: int = Field(description="Side of the tiles in input pixels; at least the picture's if it was not cut.")
    tiled: bool = Field(description="Whether the picture was cut.")

    @model_serializer(mode="wrap")
    def _without_absent(self, fields: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Records of networks with one file, called by their name, read as they always did."""
        return {key: value for key, value in fields(self).items() if value is not None}


class Options(_Frozen):
    """What besides workflow and input decides the output bytes."""

    memory: int = Field(description="Memory budget in bytes.")
    strip_metadata: bool = False
    strip_location: bool = False


class Versions(_Frozen):
    """Software that had a part in the pixels."""

    restograph: str
    onnxruntime: str
    numpy: str
    pillow: str
    python: str


class Timing(_Frozen):
    """When and how long."""

    started: str = Field(description="UTC, ISO 8601.")
    seconds: float = Field(description="Whole run, reading and writing included.")
    nodes: dict[str, float] = Field(description="Seconds per executed node.")


class Machine(_Frozen):
    """Where, and on what."""

    system: str
    processor: str
    cores: int = Field(description="Cores this process could use.")
    memory_available: int = Field(description="Bytes free when the run began.")
    provider_asked: Provider = Field(description="The provider that was asked for.")
    providers: dict[str, Provider] = Field(description="The provider that executed each node.")


class Side(_Frozen):
    """One picture at the input's size; the measures are those of task/look.py."""

    sharpness: float = Field(description="Variance of the Laplacian of luma, in squared levels.")
    noise_sigma: float = Field(description="Standard deviation of the noise, in levels of 255.")
    blockiness: float = Field(description="Difference across 8 x 8 block borders over that inside; 1 is none.")
    block_step: float = Field(description="The same two means subtracted, in levels of 255.")


class Measurements(_Frozen):
    """Input and output side by side, and how well they agree; measured before the output is encoded."""

    size_before: tuple[int, int] = Field(description="Width and height of the input in pixels.")
    size_after: tuple[int, int] = Field(description="Width and height of the output in pixels.")
    before: Side
    after: Side = Field(description="The output, resized to the input's size by bicubic.")
    consistency_psnr: float | None = Field(
        description="PSNR in dB over all channels of the output at the input's size with the input; null if equal."
    )


class RunRecord(_Frozen):
    """One finished run."""

    schema_version: Literal[1] = Field(default=1, description="Version of this format.")
    workflow: Workflow = Field(description="What was executed, node for node.")
    input: PictureFile
    output: PictureFile
    weights: tuple[WeightsUsed, ...] = Field(description="Networks in order of use.")
    versions: Versions
    options: Options
    disclosures: tuple[str, ...] = Field(description="Where the run departs from the plan.")
    measurements: Measurements
    warnings: tuple[str, ...] = Field(description="What to keep in mind when using the output.")
    timing: Timing
    machine: Machine
