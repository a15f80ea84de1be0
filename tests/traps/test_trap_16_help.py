"""Trap 16: thirty seconds to print the help. Here: under 0.3 s, and nothing heavy is even imported."""

import subprocess
import sys
import time

import pytest

from command_line import SCAN, environment

HEAVY = {"numpy", "PIL", "onnxruntime", "pydantic", "torch", "rich", "yaml", "safetensors", "onnx"}
LIMIT = 0.3  # seconds
TRIES = 8  # the fastest counts: a busy machine only adds

LOADED = """
import sys
from restograph.cli import main
try:
    main()
except SystemExit as done:
    assert not done.code, done.code
print(*sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
"""


def loaded(*arguments: str) -> set[str]:
    """Top-level packages that a command leaves loaded."""
    line = [sys.executable, "-c", LOADED, *arguments]
    done = subprocess.run(line, capture_output=True, text=True, encoding="utf-8", env=environment(), check=True)
    return set(done.stderr.splitlines()[-1].split())


def test_help_comes_at_once() -> None:
    seconds = []
    while len(seconds) < TRIES and (not seconds or min(seconds) >= LIMIT):
        begun = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "restograph", "--help"], stdout=subprocess.DEVNULL, env=environment(), check=True
        )
        seconds.append(time.perf_counter() - begun)
    assert min(seconds) < LIMIT, seconds


def test_help_imports_nothing_heavy() -> None:
    assert loaded("--help") & HEAVY == set()


@pytest.mark.parametrize("command", ["ask", "run", "models", "train"])
def test_the_help_of_a_command_imports_only_what_typer_brings(command: str) -> None:
    assert loaded(command, "--help") & HEAVY <= {"pydantic"}  # typer reads annotations with it


def test_importing_the_package_costs_nothing() -> None:
    line = [sys.executable, "-c", "import sys, restograph; print(*sys.modules)"]
    done = subprocess.run(line, capture_output=True, text=True, env=environment(), check=True)
    assert {name.partition(".")[0] for name in done.stdout.split()} & (HEAVY | {"typer"}) == set()


def test_an_answer_without_a_picture_needs_neither_runtime_nor_torch() -> None:
    packages = loaded("ask", "--brief", str(SCAN))
    assert "pydantic" in packages and packages & {"onnxruntime", "torch", "safetensors", "onnx"} == set()
