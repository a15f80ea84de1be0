"""Files written whole or not at all, and their fingerprints."""

import contextlib
import hashlib
import os
import secrets
from pathlib import Path

from restograph.errors import OutputExists, RestographError

_CHUNK = 2**20


def sha256_of(path: Path) -> str:
    """Hexadecimal SHA-256 of a file, read in pieces. Raises OSError if it cannot be read."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_CHUNK):
            digest.update(piece)
    return digest.hexdigest()


def same_file(a: Path, b: Path) -> bool:
    """True if both paths name one existing file, through links, `..` and letter case alike."""
    try:
        return a.samefile(b)
    except OSError:
        return a.resolve() == b.resolve()


def refuse_existing(path: Path, force: bool) -> None:
    """Raise OutputExists if `path` is taken and `force` is off, or a folder; RestographError for impossible names."""
    try:
        folder = path.is_dir()
    except OSError as error:
        raise RestographError(f"cannot write {str(path)!r}: {error.strerror}; choose another name") from error
    if folder:
        raise OutputExists(f"{str(path)!r} is a folder; name a file in it")
    if not force and os.path.lexists(path):
        raise OutputExists(f"{str(path)!r} exists already; choose another name or use --force to replace it")


def atomic_write_bytes(path: Path, data: bytes, force: bool) -> None:
    """Write `data` to `path` so that any moment shows the old file or the new one, never a part.

    The bytes go to a hidden file in the same folder, reach the disk, and take the name in one step.
    Raises OutputExists without `force` if the name is taken (also by a program running at the same
    time), RestographError if the folder is missing or the disk refuses; nothing is left behind then.
    """
    refuse_existing(path, force)
    if not path.parent.is_dir():
        raise RestographError(f"cannot write {str(path)!r}: there is no folder {str(path.parent)!r}; create it first")
    part = path.parent / f".restograph-{secrets.token_hex(8)}.part"
    try:
        _write_through(part, data)
        _take_name(part, path, force)
    except OSError as error:
        raise RestographError(
            f"cannot write {str(path)!r}: {error.strerror}; check permissions and free space"
        ) from error
    finally:
        with contextlib.suppress(FileNotFoundError):
            part.unlink()


def atomic_write_text(path: Path, text: str, force: bool) -> None:
    """As `atomic_write_bytes`, for text: UTF-8, line ends as they are."""
    atomic_write_bytes(path, text.encode("utf-8"), force)


def _write_through(part: Path, data: bytes) -> None:
    with part.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _take_name(part: Path, path: Path, force: bool) -> None:
    if force:
        part.replace(path)
        _sync_folder(path.parent)
        return
    try:
        os.link(part, path)  # unlike a rename, a link never replaces what appeared meanwhile
    except FileExistsError:
        raise OutputExists(f"{str(path)!r} appeared while it was being written; use --force to replace it") from None
    except OSError:  # a file system without hard links (FAT, some network shares)
        refuse_existing(path, force)
        part.replace(path)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    if not hasattr(os, "O_DIRECTORY"):  # Windows cannot open folders
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with contextlib.suppress(OSError):  # some network file systems refuse to sync a folder
            os.fsync(handle)
    finally:
        os.close(handle)
