"""Run records on disk (`run.json`): paths relative to the folder of the record, so that it can be moved as a whole."""

import os
from collections.abc import Callable
from pathlib import Path

from pydantic import ValidationError

from restograph.errors import RunError
from restograph.image.files import atomic_write_text
from restograph.run.record import RunRecord

__all__ = ["RunRecord", "portable", "read_record", "write_record"]


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
