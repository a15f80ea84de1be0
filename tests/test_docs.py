"""The pages under test: commands parse, shown output is real, links and files are there, tables match the program.

What a session is, says tools/docs_sessions.py; `make docs` writes sessions and tables anew.
"""

import importlib.util
import json
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any
from xml.etree import ElementTree

import pytest

from restograph.errors import BriefError
from restograph.evidence.brief import parse
from restograph.evidence.library import catalogue
from restograph.models.card import Card, read_card
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


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(name: str, *languages: str) -> list[str]:
    return [body for language, body in BLOCK.findall(text_of(name)) if language in languages]


def inline(name: str) -> list[str]:
    """Code within sentences and tables, with the bars of tables freed."""
    return [code.replace("\\|", "|") for code in CODE.findall(BLOCK.sub("", text_of(name)))]


def _tool(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"docs_tool_{name}", ROOT / "tools" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SESSIONS, TABLES = _tool("docs_sessions"), _tool("docs_tables")


# ── commands ─────────────────────────────────────────────────────────────────────────────────────


def calls(name: str) -> Iterator[list[str]]:
    """The words after `restograph` of every command line of a page, up to a bar, a redirection or a comment."""
    lines = [line.removeprefix("$ ") for body in blocks(name, "sh", "console", "text") for line in body.splitlines()]
    for line in [*lines, *inline(name)]:
        if not re.match(r"restograph( [a-z-]|$)", line) or "restograph: " in line:
            continue
        lexer = shlex.shlex(SESSIONS.EXIT.sub("", line), posix=True, punctuation_chars=True)
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
    while words and hasattr(command, "commands") and words != ["--help"]:
        assert words[0] in command.commands, f"no command {' '.join([*path, words[0]])!r}"
        command, path, words = command.commands[words[0]], [*path, words[0]], words[1:]
    if words and words != ["--help"]:
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
    parses(["run"])  # a mention, not a call
    for words, told in (
        (["brew"], "no command"),
        (["models", "burn"], "no command"),
        (["ask", "--loud", "x"], "--loud"),
    ):
        with pytest.raises(Exception, match=told):
            parses(words)


@pytest.mark.parametrize("name", NAMES)
def test_every_one_liner_parses(name: str) -> None:
    steps = "|".join(k.name for k in KINDS.values() if k.role == "step")
    line = re.compile(rf"(?:{steps}) (?:[\dx|]|\w+=|\w+ \|)")  # a bare `clean` is a word of the text
    shown = [line for body in blocks(name, "text") for line in body.splitlines()]
    for text in [*inline(name), *shown]:
        if line.match(text):
            parse_line(text)
    for body in blocks(name, "sh"):
        for typed_line in body.splitlines():
            words = shlex.split(typed_line, comments=True)
            if words[:2] == ["restograph", "run"] and not words[2].endswith((".json", ".yaml")):
                parse_line(words[2])


# ── sessions ─────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the sessions of the pages can be typed."""
    folder = tmp_path_factory.mktemp("docs")
    SESSIONS.furnish(folder)
    return folder


@pytest.mark.parametrize("name", [name for name in NAMES if blocks(name, "console")])
def test_what_is_shown_is_what_is_printed(name: str, workplace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = workplace / name.replace("/", "-")
    folder.mkdir()
    for item in ("examples", "w.yaml", "ordered.txt", "tampered.json"):
        (folder / item).symlink_to(workplace / item)
    monkeypatch.chdir(folder)
    for body in blocks(name, "console"):
        for line, wanted, shown in SESSIONS.session(body):
            code, printed = SESSIONS.typed(line)
            assert code == wanted, f"{name}: {line}\n{printed}"
            if shown:
                assert SESSIONS.shown_as(shown).fullmatch(printed.strip()), (
                    f"{name} shows another output than:\n$ {line}\n{printed}"
                )


def test_long_answers_are_shortened_to_what_is_named() -> None:
    printed = "One. Two is kept. Three.\n\nFour.\n\n- Fits: a\n- Fits: b\n"
    assert SESSIONS.shortened(printed, ("^Two", "b$")) == ["… Two is kept. …", "…", "- Fits: b"]
    assert SESSIONS.shortened(printed, ()) == ["…"]
    missed = SESSIONS.unmatched("docs/ask.md", 'restograph brief "how is haze"', "### A\nModel: B\n")
    assert missed == ["^Paper:", "^GitHub:"]


def test_other_output_is_noticed() -> None:
    assert SESSIONS.shown_as(["a b", "c"]).fullmatch("a b c")
    assert SESSIONS.shown_as(["a", "…", "c"]).fullmatch("a\nb\nb\nc")
    assert SESSIONS.shown_as(["a … z"]).fullmatch("a b z")
    assert SESSIONS.shown_as(["a", "…"]).fullmatch("a\nb")
    assert not SESSIONS.shown_as(["a", "c"]).fullmatch("a\nb\nc")
    assert not SESSIONS.shown_as(["a", "…", "d"]).fullmatch("a\nb\nc")


@pytest.mark.parametrize("name", [name for name in NAMES if blocks(name, "python")])
def test_python_examples_run(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    for body in blocks(name, "python"):
        exec(compile(body, name, "exec"), {})


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


# ── tables against the program ───────────────────────────────────────────────────────────────────


def table(name: str, *head: str) -> list[list[str]]:
    """Cells, without their backquotes, of the table of a page whose head begins with these cells."""
    start = f"| {' | '.join(head)} |"
    _, found, rest = text_of(name).partition(start)
    assert found, f"{name} has no table {start}"
    lines = [line for line in rest.split("\n\n")[0].splitlines()[2:] if line.startswith("|")]
    return [[_bare(cell) for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


def _bare(cell: str) -> str:
    text = cell.strip().replace("\\|", "|")
    return text[1:-1] if text.count("`") == 2 and text[0] == text[-1] == "`" else text


def test_kinds_and_what_runs() -> None:
    shown = {row[0]: row[-1] for row in table("docs/workflow.md", "kind", "does")}
    assert shown == {kind.name: "yes" if kind.runnable else "no" for kind in KINDS.values()}
    assert f"{sum(k.runnable for k in KINDS.values())} of {len(KINDS)} kinds" in text_of("docs/limits.md")
    assert f"{len(KINDS)} kinds of steps" in text_of("CHANGELOG.md")


def test_installed_models_and_their_figures() -> None:
    folder = ROOT / "src" / "restograph" / "models" / "catalog"
    cards = [read_card(path) for path in sorted(folder.glob("*.toml"))]
    assert [row[0] for row in table("README.md", "name", "node")] == [card.name for card in cards]
    assert [row[0] for row in table("docs/models.md", "name", "does")] == [card.name for card in cards]
    shown = {(row[0], row[1], row[2], row[4]) for row in table("docs/models.md", "model", "benchmark")}
    for card in cards:
        assert {(card.name, q.benchmark, q.metric, f"{q.value:g}") for q in card.quality} <= shown, card.name


def test_figures_are_those_of_the_benchmark() -> None:
    measured = json.loads(text_of("benchmarks/results/quality.json"))["results"]["rows"]
    wanted = [[r["model"], r["benchmark"], r["metric"], f"{r['baseline']:g}", f"{r['value']:g}"] for r in measured]
    assert table("docs/models.md", "model", "benchmark") == wanted


def test_fields_of_cards() -> None:
    assert [row[0] for row in table("docs/models.md", "field")] == list(Card.model_fields)


def test_recipes_and_their_fields() -> None:
    defaults = {n: f.get_default(call_default_factory=True) for n, f in Recipe.model_fields.items()}
    said = {
        n: "required" if f.is_required() else "see below" if n == "damage" else json.dumps(defaults[n])
        for n, f in Recipe.model_fields.items()
    }
    assert {row[0]: row[1] for row in table("docs/training.md", "field", "default")} == said
    starts = {name: load_recipe(name).start_from or "random numbers" for name in recipe_names()}
    assert {row[0]: row[2] for row in table("docs/training.md", "recipe")} == starts


def test_rows_are_replaced_and_nothing_else() -> None:
    page = "a\n\n| x | y |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n\nb | c\n"
    assert TABLES.with_rows(page, "| x |", [("5", "6")]) == "a\n\n| x | y |\n|---|---|\n| 5 | 6 |\n\nb | c\n"
    with pytest.raises(ValueError, match="no table"):
        TABLES.with_rows(page, "| z |", [])


def test_the_size_of_the_catalogue() -> None:
    kinds = [entry.kind for entry in catalogue()]
    assert f"{kinds.count('model')} models and {kinds.count('paper')} papers" in text_of("docs/limits.md")


def test_errors_of_briefs_are_real() -> None:
    told = {row[0]: row[1] for row in table("docs/briefs.md", "what is wrong")}
    for name, text in TABLES.broken_briefs().items():
        with pytest.raises(BriefError) as error:
            parse(text)
        assert told.get(name) == str(error.value), f"docs/briefs.md, {name}: {error.value}"


def test_the_changelog_knows_the_version() -> None:
    version = tomllib.loads(text_of("pyproject.toml"))["project"]["version"]
    assert version in text_of("CHANGELOG.md")
