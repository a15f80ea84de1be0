"""Writes one file of results: figures with commit, machine and versions. Checked by tools/benchmark_files.py."""

import json
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PACKAGES = ("numpy", "onnxruntime", "pillow", "pydantic")


def write(name: str, command: str, results: dict[str, Any]) -> Path:
    """Write benchmarks/results/NAME.json and return its path."""
    data = {
        "schema_version": 1,
        "name": name,
        "command": command,
        "commit": commit(),
        "machine": {
            "cpu": cpu(), "cores": cores(), "system": f"{platform.system()} {platform.machine()}", "python": platform.python_version(),
        },
        "versions": {p: version(p) for p in PACKAGES},
        "results": results,
    }  # fmt: skip
    path = ROOT / "benchmarks" / "results" / f"{name}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return path


def commit() -> str:
    """The commit that is measured, with -dirty for uncommitted changes; 'unknown' outside git."""
    found = subprocess.run(
        ["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    dirty = subprocess.run(
        ["git", "-C", str(ROOT), "status", "--porcelain", "src"], capture_output=True, text=True, check=False
    )
    return found.stdout.strip() + ("-dirty" if dirty.stdout.strip() else "") if found.returncode == 0 else "unknown"


def cpu() -> str:
    """Name of the processor."""
    info = Path("/proc/cpuinfo")
    names = (
        [line.partition(":")[2].strip() for line in info.read_text().splitlines() if line.startswith("model name")]
        if info.exists()
        else []
    )
    return names[0] if names else platform.processor() or platform.machine()


def cores() -> int:
    """Cores that this process may use."""
    import os

    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
