"""The run record (`run.json`): what was done to which bytes, with what, so that it can be done again.

Everything that depends on the clock, the host or the provider stands in `timing` and `machine`.
On disk paths are relative to the folder of the record, so that the folder can be moved as a whole.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from restograph.errors import RunError
from restograph.image.files import atomic_write_text
from restograph.models.runtime import Provider
from restograph.run.measure import Measurements
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
    sha256: str = Field(description="SHA-256 of its weights.")
    tile: int = Field(description="Side of the tiles in input pixels; at least the picture's if it was not cut.")
    tiled: bool = Field(description="Whether the picture was cut.")


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


def write_record(record: RunRecord, path: Path, *, force: bool = False) -> None:
    """Write `run.json` atomically; raises OutputExists without `force`."""
    atomic_write_text(path, portable(record, path.parent).model_dump_json(indent=1) + "\n", force)


def read_record(path: Path) -> RunRecord:
    """Read a run record, its paths made absolute; raises RunError naming the field that is wrong."""
    try:
        record = RunRecord.model_validate_json(path.read_bytes())
    except OSError as error:
        raise RunError(f"run record {str(path)!r} cannot be read ({error}); check the path") from error
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "the document"
        raise RunError(f"{str(path)!r} is not a run record: {field}: {first['msg']}; make it again") from error
    folder = path.resolve().parent
    return _moved(record, lambda name: str((folder / name).resolve()))


def portable(record: RunRecord, folder: Path) -> RunRecord:
    """The record with paths relative to `folder`, as it stands in files."""
    base = folder.resolve()

    def relative(name: str) -> str:
        try:
            return Path(os.path.relpath(name, base)).as_posix()
        except ValueError:  # another drive on Windows
            return name

    return _moved(record, relative)


def _moved(record: RunRecord, change: Callable[[str], str]) -> RunRecord:
    ends = {
        end: getattr(record, end).model_copy(update={"path": change(getattr(record, end).path)})
        for end in ("input", "output")
    }
    return record.model_copy(update=ends)
