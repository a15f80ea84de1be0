"""The project's own checks notice what they are there for."""

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest

TOOLS = Path(__file__).parents[2] / "tools"


def tool(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"tool_{name}", TOOLS / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_sizes_notices_long_files_long_functions_and_drawers(tmp_path: Path) -> None:
    sizes = tool("sizes")
    path = tmp_path / "utils.py"
    path.write_text("def f():\n" + "    x = 1\n" * 400, encoding="utf-8")
    found = sizes.faults(path, "src/utils.py")
    assert [fault.split(":")[0] for fault in found] == ["src/utils.py"] * 3
    assert "401 lines" in found[0] and "named 'utils.py'" in found[1] and "f has 401 lines" in found[2]
    path = tmp_path / "ask.py"
    path.write_text("x = 1\n" * 61, encoding="utf-8")
    assert sizes.faults(path, "src/restograph/ask.py") and not sizes.faults(path, "src/restograph/other.py")


def result(**changes: object) -> dict[str, object]:
    machine = {"cpu": "EPYC", "cores": 2, "system": "Linux x86_64", "python": "3.11.7"}
    return {
        "schema_version": 1,
        "name": "cold_start",
        "command": "python benchmarks/cold_start.py",
        "commit": "0123abc",
        "machine": machine,
        "versions": {"onnxruntime": "1.31.1"},
        "results": {"seconds": 0.5},
        **changes,
    }


def test_a_complete_result_passes(tmp_path: Path) -> None:
    path = tmp_path / "cold_start.json"
    path.write_text(json.dumps(result()), encoding="utf-8")
    assert tool("benchmark_files").fault(path) is None


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"name": "other"}, "name the file after the benchmark"),
        ({"commit": "yesterday"}, "commit"),
        ({"machine": {"cpu": "EPYC"}}, "machine.cores"),
        ({"versions": {}}, "versions"),
        ({"results": {}}, "results"),
        ({"mood": "good"}, "mood"),
    ],
)
def test_an_incomplete_result_is_named(tmp_path: Path, changes: dict[str, object], told: str) -> None:
    path = tmp_path / "cold_start.json"
    path.write_text(json.dumps(result(**changes)), encoding="utf-8")
    assert told in tool("benchmark_files").fault(path)
