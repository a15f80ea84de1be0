"""Sizes and names that keep the code readable: checked by `make check`.

Files have at most 400 lines, functions at most 60, `ask.py` at most 60 as a whole; no module is a
drawer for everything. The median size of the package's files is reported, not enforced.
"""

import ast
import sys
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[1]
FOLDERS = ("src", "tests", "tools", "benchmarks", "examples")
MOST_FILE_LINES = 400
MOST_FUNCTION_LINES = 60
SMALLER = {"src/restograph/ask.py": 60}
DRAWERS = {"utils.py", "helpers.py", "common.py", "misc.py"}


def faults(path: Path, name: str) -> list[str]:
    """What is too large or badly named in one file; `name` is how it is reported."""
    text = path.read_text(encoding="utf-8")
    lines, most = len(text.splitlines()), SMALLER.get(name, MOST_FILE_LINES)
    found = [f"{name}: {lines} lines, at most {most}; split it"] if lines > most else []
    if path.name in DRAWERS:
        found.append(f"{name}: a module named {path.name!r} collects anything; name it after what it does")
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > MOST_FUNCTION_LINES:
                found.append(f"{name}:{node.lineno}: {node.name} has {length} lines, at most {MOST_FUNCTION_LINES}")
    return found


def main() -> int:
    """Print the faults and the median size; 1 if there are faults."""
    files = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
    found = [fault for path in files for fault in faults(path, path.relative_to(ROOT).as_posix())]
    print("\n".join(found), end="\n" if found else "")
    package = [len(p.read_text(encoding="utf-8").splitlines()) for p in files if p.is_relative_to(ROOT / "src")]
    package = [size for size in package if size]
    print(f"{len(files)} files, {len(package)} in the package with a median of {median(package):.0f} lines")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
