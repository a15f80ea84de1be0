import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restograph.errors import OutputExists, RestographError
from restograph.image import files
from restograph.image.files import atomic_write_bytes, atomic_write_text, same_file, sha256_of


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_sha256_of_known_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"abc")
    assert sha256_of(path) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@given(st.binary(max_size=5000))
def test_bytes_arrive(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("w") / "ünïcode name 🦊.bin"
    atomic_write_bytes(path, data, force=False)
    assert path.read_bytes() == data
    assert _names(path.parent) == [path.name]


def test_text_is_utf8_with_its_own_line_ends(tmp_path: Path) -> None:
    atomic_write_text(tmp_path / "t", "é\r\n\n", force=False)
    assert (tmp_path / "t").read_bytes() == b"\xc3\xa9\r\n\n"


def test_an_existing_file_needs_force(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")
    with pytest.raises(OutputExists, match="--force"):
        atomic_write_bytes(path, b"new", force=False)
    assert path.read_bytes() == b"old"
    atomic_write_bytes(path, b"new", force=True)
    assert path.read_bytes() == b"new"


def test_a_file_that_appears_meanwhile_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a"
    write = files._write_through

    def slow(part: Path, data: bytes) -> None:
        write(part, data)
        path.write_bytes(b"of another program")

    monkeypatch.setattr(files, "_write_through", slow)
    with pytest.raises(OutputExists, match="appeared"):
        atomic_write_bytes(path, b"ours", force=False)
    assert path.read_bytes() == b"of another program"
    assert _names(tmp_path) == ["a"]


def test_file_systems_without_links_work_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(1, "no links here")

    monkeypatch.setattr(os, "link", refuse)
    atomic_write_bytes(tmp_path / "a", b"x", force=False)
    assert (tmp_path / "a").read_bytes() == b"x"
    assert _names(tmp_path) == ["a"]


@pytest.mark.parametrize("force", [False, True])
def test_a_full_disk_leaves_the_old_file_and_no_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, force: bool
) -> None:
    path = tmp_path / "a"
    if force:
        path.write_bytes(b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(RestographError, match="No space left"):
        atomic_write_bytes(path, b"new", force=force)
    assert _names(tmp_path) == (["a"] if force else [])
    assert not force or path.read_bytes() == b"old"


def test_an_interrupt_leaves_no_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        atomic_write_bytes(tmp_path / "a", b"new", force=False)
    assert _names(tmp_path) == []


def test_places_that_cannot_be_written_are_named(tmp_path: Path) -> None:
    with pytest.raises(RestographError, match="create it first"):
        atomic_write_bytes(tmp_path / "no" / "a", b"", force=False)
    with pytest.raises(OutputExists, match="is a folder"):
        atomic_write_bytes(tmp_path, b"", force=True)
    with pytest.raises(RestographError, match="too long"):
        atomic_write_bytes(tmp_path / ("n" * 300), b"", force=True)


def test_files_get_ordinary_permissions(tmp_path: Path) -> None:
    atomic_write_bytes(tmp_path / "a", b"", force=False)
    (tmp_path / "b").write_bytes(b"")
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == stat.S_IMODE((tmp_path / "b").stat().st_mode)


def test_a_link_is_replaced_and_its_target_kept(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_bytes(b"precious")
    link.symlink_to(target)
    with pytest.raises(OutputExists):
        atomic_write_bytes(link, b"new", force=False)
    atomic_write_bytes(link, b"new", force=True)
    assert (target.read_bytes(), link.read_bytes()) == (b"precious", b"new")


def test_one_file_under_many_names(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    a = tmp_path / "a"
    a.write_bytes(b"")
    (tmp_path / "hard").hardlink_to(a)
    (tmp_path / "soft").symlink_to(a)
    assert same_file(a, tmp_path / "sub" / ".." / "a")
    assert same_file(a, tmp_path / "soft")
    assert same_file(a, tmp_path / "hard")
    assert not same_file(a, tmp_path / "b")
    assert same_file(tmp_path / "b", tmp_path / "sub" / ".." / "b")
