"""The command line as a program of its own: streams, terminals, environments, signals."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from command_line import SCAN, call, environment, photo

PROGRAM = [sys.executable, "-m", "restograph"]
POSIX = pytest.mark.skipif(os.name != "posix", reason="pseudo-terminals and pipes as on Unix")


def run(*arguments: object, stdin: bytes = b"", **more: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*PROGRAM, *map(str, arguments)], input=stdin, capture_output=True, env=environment(**more), check=False
    )


@pytest.mark.parametrize(
    "more",
    [
        {"PYTHONHASHSEED": "1", "TZ": "Pacific/Auckland", "PYTHONIOENCODING": "latin-1"},
        {"PYTHONHASHSEED": "2", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONOPTIMIZE": "1"},
    ],
)
def test_the_answer_has_the_same_bytes_everywhere(more: dict[str, str]) -> None:
    done = run("ask", "--brief", "-", "--json", stdin=SCAN.read_bytes(), **more)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == call("ask", "--brief", SCAN, "--json").out.encode("utf-8")


def test_a_pipe_gets_no_progress_bars(tmp_path: Path) -> None:
    done = run("run", "upscale 2", photo(tmp_path / "é.png"), "-o", tmp_path / "x.png", FORCE_COLOR="1")
    assert done.returncode == 0 and done.stdout == b""
    assert b"\x1b" not in done.stderr and b"\r" not in done.stderr
    assert all(line.startswith((b"detail ", b"wrote ")) for line in done.stderr.splitlines())


@POSIX
def test_a_terminal_gets_progress_bars(tmp_path: Path) -> None:
    import pty

    parent, child = pty.openpty()
    line = [*PROGRAM, "run", "upscale 2", str(photo(tmp_path / "a.png")), "-o", str(tmp_path / "x.png")]
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=child, env=environment(TERM="xterm")) as process:
        os.close(child)
        shown = b""
        try:
            while piece := os.read(parent, 4096):
                shown += piece
        except OSError:  # Linux: the other end was closed
            pass
        assert process.wait() == 0
    os.close(parent)
    assert b"\x1b[" in shown and b"upscale" in shown and b"wrote" in shown


@POSIX
@pytest.mark.parametrize("form", ["md", "json"])  # one fits into the pipe, the other is cut while it is written
def test_a_reader_that_goes_away_is_no_fault(form: str) -> None:
    line = [*PROGRAM, "ask", "--brief", str(SCAN), "--format", form]
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


@POSIX
def test_names_that_are_no_text_are_refused_or_used_but_never_a_crash(tmp_path: Path) -> None:
    """Old archives hold names in other encodings; they reach Python as lone surrogates."""
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.png"))
    photo(tmp_path / "plain.png").rename(path)
    done = run("run", "resize 50%", path, "-o", tmp_path / "x.png")
    assert b"Traceback" not in done.stderr
    assert (tmp_path / "x.run.json").exists() == (done.returncode == 0)
