"""Write docs/cli.md from the help texts of the commands, or check that it is up to date (`--check`).

Every command is asked for its help in a process of its own, at a fixed width and without colours, so
that the page is the same on every machine.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[1] / "docs" / "cli.md"
WIDTH = "100"
HEAD = """# Commands

This page is written by `make docs` from the help texts of the commands; do not edit it.

Exit codes: 0 done (also when nothing was found), 1 failed check, malformed input or failed run, 2 wrong options.
With `--json` there is one document on standard output, everything else goes to standard error.
"""


def commands() -> list[tuple[str, ...]]:
    """Names of all commands as paths, the program itself first, groups before their commands."""
    from typer.main import get_command

    from restograph.cli import app

    found: list[tuple[str, ...]] = []

    def visit(command: Any, path: tuple[str, ...]) -> None:
        found.append(path)
        for name in sorted(getattr(command, "commands", {})):
            inner = command.commands[name]
            if not inner.hidden:
                visit(inner, (*path, name))

    visit(get_command(app), ())
    return found


def help_of(path: tuple[str, ...]) -> str:
    """Help text of one command, as printed on a terminal of fixed width."""
    environment = {
        **os.environ,
        "COLUMNS": WIDTH,
        "TERMINAL_WIDTH": WIDTH,
        "NO_COLOR": "1",
        "TERM": "dumb",
        "PYTHONUTF8": "1",
    }
    for forcing in ("FORCE_COLOR", "CLICOLOR_FORCE", "GITHUB_ACTIONS", "PY_COLORS"):
        environment.pop(forcing, None)
    call = [sys.executable, "-m", "restograph", *path, "--help"]
    done = subprocess.run(call, capture_output=True, text=True, encoding="utf-8", env=environment, check=True)
    shown = done.stdout.replace("python -m restograph", "restograph")
    return "\n".join(line.rstrip() for line in shown.strip("\n").splitlines())


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    for path in commands():
        parts.append(f"## {' '.join(('restograph', *path))}\n\n```text\n{help_of(path)}\n```\n")
    return "\n".join(parts)


def main() -> int:
    """Write the page, or with --check compare it; 1 if it is out of date."""
    parser = argparse.ArgumentParser(description="Write docs/cli.md from the commands' help.")
    parser.add_argument("--check", action="store_true", help="only compare, and fail if the page is out of date")
    arguments = parser.parse_args()
    wanted = page()
    if arguments.check:
        if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != wanted:
            print("docs/cli.md is not what the commands say; run: make docs", file=sys.stderr)
            return 1
        print("docs/cli.md is up to date")
        return 0
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(wanted, encoding="utf-8")
    print(f"wrote {PAGE}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
