"""Check that every file in benchmarks/results says what was measured, by which command, where and with what.

A figure without its commit, machine and versions cannot be repeated, so it is not a result.
"""

import sys
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

RESULTS = Path(__file__).parents[1] / "benchmarks" / "results"


class Machine(BaseModel):
    """Where it was measured."""

    model_config = ConfigDict(extra="forbid")

    cpu: str = Field(min_length=1, description="Name of the processor.")
    cores: int = Field(ge=1, description="Cores that were used.")
    system: str = Field(min_length=1, description="Operating system and architecture.")
    python: str = Field(pattern=r"^3\.\d+\.\d+", description="Version of Python.")


class Result(BaseModel):
    """One file of results."""

    model_config = ConfigDict(extra="forbid")

    schema_version: int = Field(ge=1, le=1, description="Version of this format.")
    name: str = Field(pattern=r"^[a-z0-9_]+$", description="Name of the benchmark, that of its file.")
    command: str = Field(min_length=1, description="Command that made the file.")
    commit: str = Field(pattern=r"^([0-9a-f]{7,40}(-dirty)?|unknown)$", description="Commit that was measured.")
    machine: Machine
    versions: dict[str, str] = Field(min_length=1, description="Versions of the packages that matter.")
    results: dict[str, Any] = Field(min_length=1, description="The figures.")


def fault(path: Path) -> str | None:
    """What is wrong with one file, or None."""
    try:
        result = Result.model_validate_json(path.read_bytes())
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        return f"{path.name}: {'.'.join(str(p) for p in first['loc']) or 'document'}: {first['msg']}"
    if result.name != path.stem:
        return f"{path.name}: it is named {result.name!r} inside; name the file after the benchmark"
    return None


def main() -> int:
    """Print the faults; 1 if there are any."""
    files = sorted(RESULTS.glob("*.json"))
    found = [line for path in files if (line := fault(path)) is not None]
    print("\n".join([*found, f"{len(files)} files of results, {len(found)} with faults"]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
