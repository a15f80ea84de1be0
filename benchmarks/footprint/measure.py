"""Measure what the core costs: megabytes on disk, seconds of a cold start, peak memory.

    python benchmarks/footprint/measure.py

Builds the wheel, installs it with the pins of constraints.txt into a new environment, and starts the
installed program in fresh processes. Writes benchmarks/results/footprint.json. A busy machine makes the
seconds longer, so the load stands beside them, and the processor time, which hardly depends on it.
Needs pip's index for the packages, and Unix for the peak memory.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "benchmarks"))
from record import write  # noqa: E402

BRIEF = ROOT / "src" / "restograph" / "examples" / "compressed_3x.txt"
COMMANDS = {"restograph --help": ["--help"], "restograph ask --brief compressed_3x.txt": ["ask", "--brief", str(BRIEF)]}
NOT_OURS = (
    "pip",
    "setuptools",
    "pkg_resources",
    "_distutils_hack",
    "distutils-precedence",
)  # come with the environment
MB = 10**6
LARGEST = 8  # packages that are listed by name
MEMORY_UNIT = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss, in bytes


def installed(folder: Path) -> Path:
    """Build the wheel and install it with the pins into a new environment below `folder`; returns the wheel."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", str(folder), str(ROOT)], check=True)
    (wheel,) = folder.glob("restograph-*.whl")
    venv.create(folder / "venv", with_pip=True)
    own = [str(folder / "venv" / "bin" / "python"), *pip[1:]]
    subprocess.run([*own, "install", "-c", str(ROOT / "constraints.txt"), str(wheel)], check=True)
    return wheel


def sizes(site: Path) -> dict[str, Any]:
    """Bytes of files and of disk blocks in site-packages, without what every environment has, in MB."""
    found: dict[str, list[int]] = {}
    bytecode = 0
    for path in (p for p in site.rglob("*") if p.is_file() and not p.is_symlink()):
        top = path.relative_to(site).parts[0]
        if not top.startswith(NOT_OURS):
            seen = path.stat()
            name = top.partition("-")[0].removesuffix(".libs").casefold()
            entry = found.setdefault(name, [0, 0])
            entry[0] += seen.st_size
            entry[1] += seen.st_blocks * 512
            bytecode += seen.st_size if path.suffix == ".pyc" else 0
    largest = sorted(found, key=lambda name: -found[name][0])[:LARGEST]
    return {
        "files_mb": megabytes(sum(entry[0] for entry in found.values())),
        "disk_mb": megabytes(sum(entry[1] for entry in found.values())),
        "of_this_bytecode_mb": megabytes(bytecode),  # written by pip, not part of any wheel
        "largest_mb": {name: megabytes(found[name][0]) for name in largest},
    }


def megabytes(count: float) -> float:
    """Bytes as MB with one decimal."""
    return round(count / MB, 1)


def once(line: list[str], environment: dict[str, str]) -> tuple[float, float, int]:
    """Wall seconds, processor seconds and peak bytes of one process of its own."""
    begun = time.perf_counter()
    process = subprocess.Popen(line, stdout=subprocess.DEVNULL, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)  # else Popen would wait for it again
    if process.returncode:
        raise SystemExit(f"{line!r} ended with {process.returncode}; the figures would be those of a failure")
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * MEMORY_UNIT


def started(program: Path, arguments: list[str], times: int, home: Path) -> dict[str, float]:
    """Figures of `times` starts; the first one, with cold file caches, is told apart."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    environment = {**kept, "RESTOGRAPH_HOME": str(home)}
    first, *runs = [once([str(program), *arguments], environment) for _ in range(times + 1)]
    wall, processor, peak = (list(values) for values in zip(*runs, strict=True))
    return {
        "first_s": round(first[0], 3),
        "best_s": round(min(wall), 3),
        "median_s": round(median(wall), 3),
        "processor_best_s": round(min(processor), 3),
        "peak_mb": megabytes(max(peak)),
    }


def measure(times: int) -> dict[str, Any]:
    """All figures."""
    before = os.getloadavg()
    with tempfile.TemporaryDirectory(prefix="restograph-footprint-") as name:
        folder = Path(name)
        wheel = installed(folder)
        binaries = folder / "venv" / "bin"
        asked = [str(binaries / "python"), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
        site = Path(subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip())
        loaded = os.getloadavg()[0]
        starts = {
            shown: started(binaries / "restograph", line, times, folder / "home") for shown, line in COMMANDS.items()
        }
        return {
            "wheel_mb": megabytes(wheel.stat().st_size),
            "installed": sizes(site),
            "starts": starts,
            "repeats": times,
            "load_average": {"before": round(before[0], 2), "at_the_starts": round(loaded, 2)},
            "note": "load_average counts what else ran: above the number of cores, seconds are longer than on an idle machine",
        }


def main() -> None:
    """Measure and write the results."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=7, help="starts that count, for each command")
    results = measure(parser.parse_args().times)
    write("footprint", "python benchmarks/footprint/measure.py", results)
    print(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
