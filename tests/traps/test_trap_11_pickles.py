"""Trap 11: pickled checkpoints run code."""

from pathlib import Path

import pytest

from restograph.errors import ModelError

torch = pytest.importorskip("torch", reason="checkpoints need the train extra")
pytestmark = pytest.mark.train

MARK = "RESTOGRAPH_PICKLE_RAN"


class Harmless:
    """Would set an environment variable while it is unpickled: a stand-in for anything worse."""

    def __reduce__(self) -> tuple[object, ...]:
        import os

        return os.putenv, (MARK, "1")


class Printer:
    """A global that does nothing bad at all; it is refused like any other."""

    def __reduce__(self) -> tuple[object, ...]:
        return print, ("unpickled",)


@pytest.mark.parametrize("foreign", [Harmless(), Printer()])
@pytest.mark.parametrize("place", ["top", "beside", "inside"])
def test_a_foreign_global_is_refused_before_it_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], foreign: object, place: str
) -> None:
    from restograph.networks import load

    content = {
        "top": foreign,
        "beside": {"params": {"to_feat.weight": torch.zeros(1)}, "note": foreign},
        "inside": {"params": {"to_feat.weight": foreign}},
    }[place]
    path = tmp_path / "weights.pth"
    torch.save(content, path)
    with pytest.raises(ModelError, match=r"could run code: it calls for '(print|posix\.putenv|os\.putenv)'"):
        load(path)
    assert "unpickled" not in capsys.readouterr().out


@pytest.mark.parametrize("name", ["x.pth", "x.pt", "x.ckpt", "x.bin", "x"])
@pytest.mark.parametrize("legacy", [False, True])
def test_adding_such_a_file_runs_nothing_and_installs_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, legacy: bool
) -> None:
    from command_line import call

    path = tmp_path / name
    content = {"params": {"to_feat.weight": torch.zeros(1)}, "note": Printer()}
    torch.save(content, path, _use_new_zipfile_serialization=not legacy)
    done = call("models", "add", path, "--force", home=tmp_path / "home")
    assert done.code == 1 and "could run code" in done.err and "weights_only" not in done.err
    assert "unpickled" not in done.out + done.err + capsys.readouterr().out
    assert not (tmp_path / "home").exists()


def test_the_test_file_would_have_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "weights.pth"
    torch.save({"note": Printer()}, path)
    torch.load(path, weights_only=False)
    assert "unpickled" in capsys.readouterr().out


def test_plain_pickles_and_legacy_files_are_refused_too(tmp_path: Path) -> None:
    import pickle

    from restograph.networks import load

    for name, data in (("a.pth", pickle.dumps(Printer())), ("b.pth", b"\x80\x04garbage"), ("c.pt", b"")):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(ModelError, match=name):
            load(tmp_path / name)
