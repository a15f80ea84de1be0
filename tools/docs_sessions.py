"""Write the console sessions of the pages anew from what the commands print.

A ```console block is a session: lines that begin with "$ " are typed, the lines below are what is printed
(long lines are wrapped), "…" stands for anything, and "# exit 1" is an exit code other than 0. Output that
is shown whole is replaced; long answers are shortened to the sentences that KEEP names; other shortened
output is left as it is. What no longer fits is reported: the sentences of the page may no longer be true.
"""

import contextlib
import io
import json
import re
import shlex
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from pathlib import Path

from restograph.cli import main as restograph

ROOT = Path(__file__).parents[1]
WIDTH = 116
GAP = "…"
CONSOLE = re.compile(r"^```console\n(.*?)^```$", re.M | re.S)
EXIT = re.compile(r"\s+# exit (\d)$")

# Which sentences of a long answer a page shows: page and part of the command, then patterns. Sentences have
# several wordings, so patterns name what all of them share where they can.
KEEP: dict[tuple[str, str], tuple[str, ...]] = {
    ("README.md", "ask --brief examples/compressed_3x.txt"): (
        r"^\*\*",
        r"^(?:The )?(?:[Pp]lan|workflow):",
        r"name only",
        r"Nothing provided fills|stays empty|none of",
        r"^(?:The sources|What the others)",
        r"^- (?:Deep Compression|Variational image compression)",
        r"^Output",
        r"^With clean",
        r"^- Fits: SISR",
        r"^- Off-topic: Variational",
    ),
    ("docs/ask.md", "ask --brief examples/scan_2x.txt"): (
        r"^\*\*",
        r"^(?:The )?(?:[Pp]lan|workflow):",
        r"name only",
        r"^- A sequential",
        r"^- TrOCR",
        r"^Output",
        r"^Caution|speaks of text|shows text",
        r"^- Fits: SISR",
        r"^- Off-topic",
    ),
    ("docs/ask.md", 'brief "how is haze'): (r"^### ", r"^Model:", r"^Paper:", r"^GitHub:"),
    ("docs/ask.md", 'ask "brighten'): (r"^\*\*1", r"also shows|Beyond the question", r"only looked at"),
    ("docs/answers.md", "ask --brief examples/compressed_3x.txt -o"): (),
}


def typed(line: str) -> tuple[int, str]:
    """Exit code and everything printed, in order, of one command line; ValueError for another program."""
    words, printed, code = shlex.split(line), io.StringIO(), 0
    if words[0] != "restograph":
        raise ValueError(f"sessions type restograph only, not {words[0]!r}; use a sh block for other programs")
    before, sys.argv = sys.argv, words
    try:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            restograph()
    except SystemExit as done:
        code = int(done.code or 0)
    finally:
        sys.argv = before
    return code, printed.getvalue()


def session(body: str) -> Iterator[tuple[str, int, list[str]]]:
    """Command, exit code and shown lines of each command of a console block."""
    for part in re.split(r"^\$ ", body, flags=re.M)[1:]:
        line, *shown = part.rstrip("\n").split("\n")
        wanted = EXIT.search(line)
        yield EXIT.sub("", line), int(wanted[1]) if wanted else 0, shown


def shown_as(lines: list[str]) -> re.Pattern[str]:
    """What is shown, as a pattern: long lines may be wrapped, and "…" stands for anything."""
    words = [re.escape(word).replace(GAP, ".*?") for word in " ".join(lines).split()]
    pattern = r"\s+".join(words).replace(r"\s+.*?", r"\s*.*?").replace(r".*?\s+", r".*?\s*")
    return re.compile(pattern, re.S)


def _block(name: str, language: str) -> str:
    """The first block of a language on a page; ValueError when there is none."""
    found = re.search(rf"^```{language}\n(.*?)^```$", (ROOT / name).read_text(encoding="utf-8"), re.M | re.S)
    if found is None:
        raise ValueError(f"{name} has no {language!r} block any more; the sessions need it")
    return found[1]


def furnish(folder: Path) -> None:
    """Put into an empty folder the files that the sessions speak of, made as the pages say."""
    (folder / "examples").symlink_to(ROOT / "examples")
    (folder / "w.yaml").write_text(_block("docs/workflow.md", "yaml"), encoding="utf-8")
    told = " ".join((ROOT / "docs" / "briefs.md").read_text(encoding="utf-8").split())
    order = re.search(r"“(Ignore all [^”]+)”", told)
    if order is None:
        raise ValueError("docs/briefs.md no longer quotes the sentence that ordered.txt adds")
    ordered = _block("docs/briefs.md", "text").replace("\n\nAnswer:", f" {order[1]}\n\nAnswer:")
    (folder / "ordered.txt").write_text(ordered, encoding="utf-8")
    _, printed = typed(f"restograph ask --brief {shlex.quote(str(ROOT / 'examples/compressed_3x.txt'))} --json")
    answer = json.loads(printed)
    answer["statements"][0]["text"] = answer["statements"][0]["text"].replace("3×", "4×")
    (folder / "tampered.json").write_text(json.dumps(answer), encoding="utf-8")


def wrapped(line: str) -> list[str]:
    """One printed line as lines of at most WIDTH characters; words and addresses stay whole."""
    indent = "  " if line.startswith("- ") else ""
    return textwrap.wrap(line, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False) or [""]


def _sentences(line: str) -> list[str]:
    if line.startswith(("- ", "**2", "**3", "Model:", "Summary:", "Paper:", "GitHub:")):
        return [line]
    return re.split(r"(?<=[a-z)\]”×]\.) (?=[A-Z“])|(?<=”) (?=[A-Z])", line)


def _kept(line: str, keep: tuple[str, ...]) -> str:
    """A printed line with each run of sentences that are not kept as one gap."""
    said: list[str] = []
    for sentence in _sentences(line):
        if any(re.search(pattern, sentence) for pattern in keep):
            said.append(sentence)
        elif said[-1:] != [GAP]:
            said.append(GAP)
    return " ".join(said)


def shortened(printed: str, keep: tuple[str, ...]) -> list[str]:
    """The sentences that match one of the patterns, with gaps between; whole lines left out leave one gap."""
    lines: list[str] = []
    for line in printed.strip("\n").splitlines():
        said = _kept(line, keep) if line.strip() else ""
        if said == GAP:
            while lines[-1:] == [""]:
                lines.pop()
        if said not in ("", GAP) or lines[-1:] not in ([""], [GAP]):
            lines.append(said)
    return [part for line in lines for part in wrapped(line)]


def shown_anew(name: str, line: str, shown: list[str], printed: str) -> list[str]:
    """The lines that a page shows below a command, given those it shows now and what is printed."""
    if not any(part.strip() for part in shown):
        return []
    for (page, part), keep in KEEP.items():
        if page == name and part in line:
            return shortened(printed, keep)
    if GAP in "".join(shown):
        return shown
    return [part for whole in printed.strip("\n").splitlines() for part in wrapped(whole)]


def unmatched(name: str, line: str, printed: str) -> list[str]:
    """The patterns of a page that keep nothing of what is printed: the text around may no longer be true."""
    wanted = [keep for (page, part), keep in KEEP.items() if page == name and part in line]
    told = [sentence for whole in printed.splitlines() for sentence in _sentences(whole)]
    return [p for keep in wanted for p in keep if not any(re.search(p, sentence) for sentence in told)]


def page_anew(name: str) -> tuple[str, list[str]]:
    """The text of a page with its sessions typed again, in order, and what has to be mended by hand."""
    faults: list[str] = []

    def block(found: re.Match[str]) -> str:
        lines: list[str] = []
        for line, wanted, shown in session(found[1]):
            code, printed = typed(line)
            anew = shown_anew(name, line, shown, printed)
            if code != wanted:
                faults.append(f"{name}: '{line}' exits with {code}, the page says {wanted}")
            if anew and not shown_as(anew).fullmatch(printed.strip()):
                faults.append(f"{name}: '{line}' prints something else now; shorten its output anew:\n{printed}")
            if anew:
                missed = unmatched(name, line, printed)
                faults.extend(
                    f"{name}: '{line}' prints nothing like {p!r}; see KEEP and the text around" for p in missed
                )
            lines += [f"$ {line}" + (f"  # exit {wanted}" if wanted else ""), *anew]
        return "\n".join(["```console", *lines, "```"])

    text = (ROOT / name).read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        furnish(Path(folder))
        return CONSOLE.sub(block, text), faults


def main() -> int:
    """Write the pages whose sessions differ from what is printed; 1 if something has to be mended by hand."""
    faults: list[str] = []
    for path in sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]):
        name, text = path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
        if not CONSOLE.search(text):
            continue
        anew, found = page_anew(name)
        faults += found
        if anew != text:
            path.write_text(anew, encoding="utf-8", newline="\n")
            print(f"wrote the sessions of {name}")
    print("\n".join(faults), end="\n" if faults else "", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
