"""The pages under test: commands parse, shown output is real, links and files are there, tables match the program.

A ```console block is a session: lines that begin with "$ " are typed, the lines below are what is
printed, "…" stands for anything, and "# exit 1" after a command is its exit code when it is not 0.
"""

import contextlib
import importlib.util
import io
import json
import re
import shlex
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any
from xml.etree import ElementTree

import pytest

from restograph.cli import main
from restograph.errors import BriefError
from restograph.evidence.brief import parse
from restograph.models.card import Card
from restograph.models.store import installed
from restograph.training.recipe import Recipe, load_recipe, recipe_names
from restograph.workflow.kinds import KINDS
from restograph.workflow.line import parse_line

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), ROOT / "examples" / "README.md"])
NAMES = [page.relative_to(ROOT).as_posix() for page in PAGES]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)
CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
PATH = re.compile(r"(?:src|docs|tests|tools|benchmarks|examples|\.ci)/[\w./-]+")
EXIT = re.compile(r"\s+# exit (\d)$")


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(name: str, *languages: str) -> list[str]:
    return [body for language, body in BLOCK.findall(text_of(name)) if language in languages]


def inline(name: str) -> list[str]:
    """Code within sentences and tables, with the bars of tables freed."""
    return [code.replace("\\|", "|") for code in CODE.findall(BLOCK.sub("", text_of(name)))]


# ── commands ─────────────────────────────────────────────────────────────────────────────────────


def calls(name: str) -> Iterator[list[str]]:
    """The words after `restograph` of every command line of a page, up to a bar, a redirection or a comment."""
    lines = [line.removeprefix("$ ") for body in blocks(name, "sh", "console", "text") for line in body.splitlines()]
    for line in [*lines, *inline(name)]:
        if not re.match(r"restograph( [a-z-]|$)", line) or "restograph: " in line:
            continue
        lexer = shlex.shlex(EXIT.sub("", line), posix=True, punctuation_chars=True)
        lexer.commenters = ""
        words: list[str] = []
        for word in lexer:
            if set(word) <= set("|<>&;"):
                break
            words.append(word)
        yield words[1:]


def parses(words: list[str]) -> None:
    """Fail unless the command exists and takes these options and values; a bare name is a mention, not a call."""
    from typer.main import get_command

    command: Any = get_command(_app())
    path = ["restograph"]
    while words and hasattr(command, "commands"):
        assert words[0] in command.commands, f"no command {' '.join([*path, words[0]])!r}"
        command, path, words = command.commands[words[0]], [*path, words[0]], words[1:]
    if words:
        command.make_context(" ".join(path), list(words))


def _app() -> Any:
    from restograph.cli import app

    return app


@pytest.mark.parametrize("name", NAMES)
def test_every_command_line_parses(name: str) -> None:
    for words in calls(name):
        try:
            parses(words)
        except Exception as error:
            raise AssertionError(f"{name}: restograph {shlex.join(words)}: {error}") from error


def test_wrong_commands_are_noticed() -> None:
    for words in (["brew"], ["models", "burn"], ["ask", "--loud", "x"], ["run"]):
        if words == ["run"]:
            parses(words)  # a mention
            continue
        with pytest.raises((AssertionError, Exception)):
            parses(words)


@pytest.mark.parametrize("name", NAMES)
def test_every_one_liner_parses(name: str) -> None:
    steps = "|".join(k.name for k in KINDS.values() if k.role == "step")
    lines = [words[1] for words in calls(name) if words[:1] == ["run"] and len(words) > 1]
    lines = [line for line in lines if not line.endswith((".json", ".yaml", ".yml")) and not re.fullmatch("[A-Z]+", line)]
    # `clean` alone is a word of the text; with a value, a setting or a bar it is a line
    lines += [code for code in inline(name) if re.match(rf"(?:{steps}) (?:[\dx|]|\w+=|\w+ \|)", code)]
    lines += [line for body in blocks(name, "text") for line in body.splitlines() if re.match(rf"(?:{steps}) [\d|]", line)]
    for line in lines:
        if "upscal " not in line:  # shown as a mistake
            parse_line(line)


# ── sessions ─────────────────────────────────────────────────────────────────────────────────────


def typed(line: str) -> tuple[int, str]:
    """Exit code and everything printed, in order, of one command line."""
    words, printed, code = shlex.split(line), io.StringIO(), 0
    assert words[0] == "restograph", f"sessions type restograph only, not {words[0]!r}"
    before, sys.argv = sys.argv, words
    try:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            main()
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
    """What is shown, as a pattern: a line "…" stands for any lines, "…" within a line for any letters."""
    parts = [r"(?:.*\n)*?" if line == "…" else re.escape(line).replace("…", ".*") + r"\n" for line in lines]
    return re.compile("".join(parts) + (r"(?:.*\n?)*" if lines[-1:] == ["…"] else r"\n*"))


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the sessions of the pages can be typed."""
    folder = tmp_path_factory.mktemp("docs")
    (folder / "examples").symlink_to(ROOT / "examples")
    (folder / "w.yaml").write_text(blocks("docs/workflow.md", "yaml")[0], encoding="utf-8")
    code, printed = typed(f"restograph ask --brief {shlex.quote(str(ROOT / 'examples/compressed_3x.txt'))} --json")
    answer = json.loads(printed)
    answer["statements"][0]["text"] = answer["statements"][0]["text"].replace("3×", "4×")
    (folder / "tampered.json").write_text(json.dumps(answer), encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", [name for name in NAMES if blocks(name, "console")])
def test_what_is_shown_is_what_is_printed(name: str, workplace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = workplace / name.replace("/", "-")
    folder.mkdir()
    for item in ("examples", "w.yaml", "tampered.json"):
        (folder / item).symlink_to(workplace / item)
    monkeypatch.chdir(folder)
    for body in blocks(name, "console"):
        for line, wanted, shown in session(body):
            code, printed = typed(line)
            assert code == wanted, f"{name}: {line}\n{printed}"
            if shown:
                assert shown_as(shown).fullmatch(printed), f"{name} shows another output than:\n$ {line}\n{printed}"


def test_other_output_is_noticed() -> None:
    assert shown_as(["a", "…", "c"]).fullmatch("a\nb\nb\nc\n")
    assert shown_as(["a", "…"]).fullmatch("a\nb\n")
    assert shown_as(["a … z"]).fullmatch("a, b, z\n".replace(",", ""))
    assert not shown_as(["a", "c"]).fullmatch("a\nb\nc\n")


@pytest.mark.parametrize("name", [name for name in NAMES if blocks(name, "python")])
def test_python_examples_run(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    for body in blocks(name, "python"):
        with contextlib.ExitStack() as files:

            def opened(path: str, **how: Any) -> Any:
                return files.enter_context(Path(path).open(**how))  # noqa: B023

            exec(compile(body, name, "exec"), {"open": opened})


# ── links and files ──────────────────────────────────────────────────────────────────────────────


def anchors(page: Path) -> set[str]:
    """The anchors of the headings of a page, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", BLOCK.sub("", page.read_text(encoding="utf-8")), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", NAMES)
def test_every_relative_link_resolves(name: str) -> None:
    for link in LINK.findall(BLOCK.sub("", text_of(name))):
        if link.startswith(("https://", "http://", "mailto:")):
            continue
        path, _, anchor = link.partition("#")
        target = ((ROOT / name).parent / path).resolve() if path else ROOT / name
        assert target.exists(), f"{name} links to {link}"
        assert not anchor or anchor in anchors(target), f"{name} links to {link}, which has no such heading"


@pytest.mark.parametrize("name", NAMES)
def test_every_named_file_exists(name: str) -> None:
    for code in inline(name):
        for path in PATH.findall(code) if PATH.fullmatch(code) else []:
            assert (ROOT / path).exists(), f"{name} names {path}"


def test_the_layout_in_the_readme_is_that_of_the_source() -> None:
    tree = next(body for body in blocks("README.md", "text") if body.startswith("src/restograph/"))
    package, folder = ROOT / "src" / "restograph", ROOT / "src" / "restograph"
    for line in tree.splitlines()[1:]:
        first = line.split()[0]
        folder = package / first if first.endswith("/") else package
        assert folder.is_dir(), first
        for file in re.findall(r"\b\w+\.(?:py|toml)\b|(?<= )\w+/", line):
            assert (folder / file).exists() or (package / file).exists(), f"README.md places {file} in {folder.name}"
    folders = {path.name for path in package.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders <= set(re.findall(r"^  (\w+)/", tree, re.M))


def test_the_picture_of_the_flow_is_what_its_code_draws() -> None:
    drawn = _tool("flow_picture").drawing()
    assert text_of("docs/flow.svg") == drawn
    assert ElementTree.fromstring(drawn).tag.endswith("svg")
    assert not re.search(r"<script|<image|@import|(?:href|src)=|url\((?!#)", drawn)


def _tool(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"docs_tool_{name}", ROOT / "tools" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# ── tables against the program ───────────────────────────────────────────────────────────────────


def rows(name: str) -> list[list[str]]:
    """Cells of all tables of a page."""
    lines = [line for line in text_of(name).splitlines() if line.startswith("|")]
    return [[cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


def test_kinds_and_what_runs() -> None:
    shown = {row[0].strip("`"): row[-1] for row in rows("docs/workflow.md") if row[0].strip("`") in KINDS and len(row) == 4}
    assert shown == {kind.name: "yes" if kind.runnable else "no" for kind in KINDS.values()}
    assert f"{sum(k.runnable for k in KINDS.values())} of {len(KINDS)} kinds" in text_of("docs/limits.md")
    assert f"{len(KINDS)} kinds of steps" in text_of("CHANGELOG.md")


def test_installed_models_and_their_figures() -> None:
    figures = {tuple(row) for row in rows("docs/models.md")}
    shipped = {path.stem for path in (ROOT / "src/restograph/models/catalog").glob("*.toml")}
    for card in installed():
        if card.name not in shipped:  # the user's own
            continue
        assert f"| `{card.name}` |" in text_of("README.md"), f"README.md does not list {card.name}"
        for found in card.quality:
            wanted = (f"`{card.name}`", found.benchmark, found.metric, f"{found.value:g}")
            assert any((row[0], row[1], row[2], row[-1]) == wanted for row in figures if len(row) == 5), wanted
    listed = {row[0].strip("`") for row in rows("docs/models.md")} | {row[0].strip("`") for row in rows("README.md")}
    assert {name for name in listed if name.startswith("safmn-")} == shipped


def test_baselines_are_those_of_the_benchmark() -> None:
    measured = json.loads(text_of("benchmarks/results/quality.json"))["results"]["rows"]
    wanted = {(f"`{r['model']}`", r["benchmark"], r["metric"], f"{r['baseline']:g}", f"{r['value']:g}") for r in measured}
    assert {tuple(row) for row in rows("docs/models.md") if len(row) == 5 and "safmn" in row[0]} == wanted


def test_fields_of_cards_and_recipes() -> None:
    shown = {row[0].strip("`") for row in rows("docs/models.md")}
    assert set(Card.model_fields) <= shown
    defaults = {row[0].strip("`"): row[1].strip("`") for row in rows("docs/training.md") if len(row) == 3}
    assert set(Recipe.model_fields) <= set(defaults)
    for name, field in Recipe.model_fields.items():
        wanted = "required" if field.is_required() else json.dumps(field.default)
        assert defaults[name] == wanted, f"the default of {name} is {wanted}"
    recipes = {row[0].strip("`"): row[2].strip("`") for row in rows("docs/training.md") if len(row) == 3}
    for name in recipe_names():
        assert recipes[name] == (load_recipe(name).start_from or "random numbers")


def test_errors_of_briefs_are_real() -> None:
    good = text_of("examples/compressed_3x.txt")
    broken = {
        "no heading": good.partition("### Recommended")[0],
        "no announcement": good.replace("A user has asked the following question:\n", ""),
        "no question": "A user has asked the following question:\n\n\n### Recommended AI Models:\n",
        "no `Model:` line": good.replace("Model: SISR-SAFMN-x3\n", ""),
        "a field twice": good.replace("GitHub: https://github.com/sunny2109/SAFMN", "Paper: https://github.com/sunny2109/SAFMN"),
        "a line that is no field": good.replace("Summary: The authors propose", "The authors propose"),
    }
    told = {row[0]: row[1].strip("`") for row in rows("docs/briefs.md") if len(row) == 2}
    for name, text in broken.items():
        with pytest.raises(BriefError) as error:
            parse(text)
        assert told.get(name) == str(error.value), f"docs/briefs.md, {name}: {error.value}"


def test_the_changelog_knows_the_version() -> None:
    version = tomllib.loads(text_of("pyproject.toml"))["project"]["version"]
    assert version in text_of("CHANGELOG.md")
