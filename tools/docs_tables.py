"""Write the tables of the pages anew from the program: kinds, recipes, models, figures, cards, errors of briefs.

The pages keep their sentences and the heads of their tables; only the rows are replaced. Words that
the program does not hold itself (what a field means) stand here, and a field without words is an error.
"""

import json
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from pydantic import BaseModel

from restograph.errors import BriefError
from restograph.evidence.brief import parse
from restograph.evidence.library import catalogue
from restograph.models.card import Card, Stage, Training, read_card
from restograph.training.degrade import Damage
from restograph.training.recipe import Recipe, load_recipe, recipe_names
from restograph.workflow.kinds import KINDS, Kind

ROOT = Path(__file__).parents[1]
CARDS = ROOT / "src" / "restograph" / "models" / "catalog"
FIGURES = ROOT / "benchmarks" / "results" / "quality.json"
GOOD_BRIEF = ROOT / "examples" / "compressed_3x.txt"

Row = tuple[str, ...]

TITLES = {
    "load": "read the picture",
    "save": "write the picture",
    "load_video": "read the video",
    "save_video": "write the video",
    "mask": "let the user mark a region",
}
CARD_FIELDS = {
    "schema_version": "version of this format",
    "name": "name in commands and records",
    "family": "architecture",
    "kind": "kind of step that it executes: `clean`, `deblur` or `upscale`",
    "operations": "what it does, in the closed vocabulary",
    "scale": "side of the output over side of the input",
    "title": "one line for lists",
    "paper": "address of the paper",
    "github": "address of the authors' code",
    "licence": "SPDX identifier of the licence of the weights",
    "licence_note": "whose work it is",
    "weights": "name of the ONNX file, without a folder",
    "sha256": "digest of that file",
    "bytes": "size of that file",
    "input": "channels, range of values, names of the tensors",
    "size": "smallest side, multiple, and how missing pixels are made up",
    "tiling": "size of tiles, halo, and the largest difference measured between tiles and the whole picture",
    "any_factor": "the second file of a network that enlarges by any factor, and the factors that were measured",
    "training": "photographs, command, recipe, seed, steps, minutes",
    "bf16": "PSNR in decibel of the output in bfloat16 against that in float32",
    "quality": "measured figures with benchmark, measure and convention; the first one ranks models of one kind",
    "aliases": "other names of this very model",
    "stands_in_for": "words of names in whose place it may run; `*` for all",
}


def with_rows(text: str, head: str, rows: Iterable[Row]) -> str:
    """The page with these rows, as Markdown cells, below the table whose head begins with `head`.

    ValueError when the page has no such table.
    """
    found = re.search(rf"^{re.escape(head)}.*\n\|[-| ]+\|\n((?:\|.*\n)*)", text, re.M)
    if found is None:
        raise ValueError(f"there is no table {head!r} on the page; write its head and the line below it first")
    return text[: found.start(1)] + "".join(f"| {' | '.join(row)} |\n" for row in rows) + text[found.end(1) :]


def _meaning(words: Mapping[str, str], field: str) -> str:
    if field not in words:
        raise ValueError(f"the field {field!r} has no meaning yet; add a line for it in tools/docs_tables.py")
    return words[field]


def _parameters(kind: Kind) -> str:
    said = []
    for param in kind.params:
        if param.type == "choice":
            choices = ", ".join(f"`{choice}`" for choice in param.choices)
            said.append(f"`{param.name}`: {choices} (default `{param.default}`)")
        else:
            said.append(f"`{param.name}`: {param.meaning.removeprefix('pixels: ')}")
    return ("; or " if kind.needs_one_of else "; ").join(said) or "none"


def kinds() -> list[Row]:
    """Every kind of step: name, what it does, parameters, whether it runs."""
    return [
        (f"`{k.name}`", TITLES.get(k.name, k.title), _parameters(k), "yes" if k.runnable else "no")
        for k in KINDS.values()
    ]


def recipes() -> list[Row]:
    """Every shipped recipe: name, what it trains, what it starts from."""
    every = [load_recipe(name) for name in recipe_names()]
    return [(f"`{r.name}`", r.title, f"`{r.start_from}`" if r.start_from else "random numbers") for r in every]


def _fields(model: type[BaseModel]) -> list[Row]:
    """Every field of a recipe or of its damage: name, default as in TOML, meaning."""
    rows: list[Row] = []
    for name, field in model.model_fields.items():
        default = field.get_default(call_default_factory=True)
        said = (
            "required"
            if field.is_required()
            else "see below"
            if isinstance(default, Damage)
            else f"`{json.dumps(default)}`"
        )
        if not field.description:
            raise ValueError(f"the field {name!r} has no meaning yet; give it a description in {model.__name__}")
        rows.append((f"`{name}`", said, field.description))
    return rows


def recipe_fields() -> list[Row]:
    """Every field of a recipe."""
    return _fields(Recipe)


def damage_fields() -> list[Row]:
    """Every field of the damage of a recipe."""
    return _fields(Damage)


def _cards() -> list[Card]:
    return [read_card(path) for path in sorted(CARDS.glob("*.toml"))]


def _lower(title: str) -> str:
    return title[0].lower() + title[1:]


def installed() -> list[Row]:
    """The shipped models for the README: name, node, factor, what it does."""
    return [
        (f"`{c.name}`", f"`{c.kind}`", "any" if c.any_factor else f"{c.scale:g}", _does(c.title, c.kind))
        for c in _cards()
    ]


def _does(title: str, kind: str) -> str:
    """The README's table has the factor in a column of its own."""
    return "enlarges" if kind == "upscale" else _lower(title)


def models() -> list[Row]:
    """The shipped models: name, what it does, size of the weights, how long it was trained."""
    return [
        (
            f"`{c.name}`",
            _lower(c.title),
            f"{(c.bytes + (c.any_factor.bytes if c.any_factor else 0)) / 1e6:.2f} MB",
            _trained(c.training),
        )
        for c in _cards()
    ]


def _trained(training: Training) -> str:
    """Stage by stage, as far as it was recorded."""
    stages = training.stages or (Stage(recipe=training.recipe, steps=training.steps, minutes=training.minutes),)
    known = [
        f"{s.steps} steps in {s.minutes:g} minutes{' on a GPU' if s.device else ''}"
        for s in stages
        if s.steps and s.minutes is not None
    ]
    return ", then ".join(known) + (f"; {len(stages)} stages" if len(known) < len(stages) else "")


def figures() -> list[Row]:
    """The measured quality: model, benchmark, measure, baseline, figure of the model."""
    rows = json.loads(FIGURES.read_text(encoding="utf-8"))["results"]["rows"]
    return [(f"`{r['model']}`", r["benchmark"], r["metric"], f"{r['baseline']:g}", f"{r['value']:g}") for r in rows]


def card_fields() -> list[Row]:
    """Every field of a card: name, meaning."""
    return [(f"`{name}`", _meaning(CARD_FIELDS, name)) for name in Card.model_fields]


def broken_briefs() -> dict[str, str]:
    """An example brief, broken in every way that the page about briefs shows, by the words of that page."""
    good = GOOD_BRIEF.read_text(encoding="utf-8")
    address = "https://github.com/sunny2109/SAFMN"
    return {
        "no heading": good.partition("### Recommended")[0],
        "no announcement": good.replace("A user has asked the following question:\n", ""),
        "no question": "A user has asked the following question:\n\n\n### Recommended AI Models:\n",
        "no `Model:` line": good.replace("Model: SISR-SAFMN-x3\n", ""),
        "a field twice": good.replace(f"GitHub: {address}", f"Paper: {address}"),
        "a line that is no field": good.replace("Summary: The authors propose", "The authors propose"),
    }


def brief_errors() -> list[Row]:
    """What is wrong with a brief, and the message; ValueError when a broken brief can be read."""
    rows: list[Row] = []
    for name, text in broken_briefs().items():
        try:
            parse(text)
        except BriefError as error:
            rows.append((name, f"`{error}`"))
        else:
            raise ValueError(f"the brief with {name!r} can be read now; break it anew in tools/docs_tables.py")
    return rows


TABLES: tuple[tuple[str, str, Callable[[], list[Row]]], ...] = (
    ("README.md", "| name | node |", installed),
    ("docs/workflow.md", "| kind | does |", kinds),
    ("docs/training.md", "| recipe | trains |", recipes),
    ("docs/training.md", "| field | default |", recipe_fields),
    ("docs/training.md", "| damage | default |", damage_fields),
    ("docs/models.md", "| name | does |", models),
    ("docs/models.md", "| model | benchmark |", figures),
    ("docs/models.md", "| field | meaning |", card_fields),
    ("docs/briefs.md", "| what is wrong |", brief_errors),
)


def with_counts(text: str) -> str:
    """The page about limits, with the size of the catalogue and the kinds that run."""
    entries = [entry.kind for entry in catalogue()]
    held = f"{entries.count('model')} models and {entries.count('paper')} papers"
    running = [f"`{kind.name}`" for kind in KINDS.values() if kind.runnable]
    run = f"- {len(running)} of {len(KINDS)} kinds of steps run: {', '.join(running)}. Everything"
    text = re.sub(r"(?<=The catalogue is small: )\d+ models and \d+ papers", held, text)
    return re.sub(r"^- \d+ of \d+ kinds of steps run: .*?\. Everything", run, text, flags=re.M | re.S)


def pages() -> dict[str, str]:
    """The new text of every page that has a table or a count, by its path from the root."""
    found: dict[str, str] = {}
    for name, head, rows in TABLES:
        text = found.get(name) or (ROOT / name).read_text(encoding="utf-8")
        found[name] = with_rows(text, head, rows())
    found["docs/limits.md"] = with_counts((ROOT / "docs" / "limits.md").read_text(encoding="utf-8"))
    return found


def main() -> int:
    """Write the pages whose tables differ from the program."""
    for name, text in pages().items():
        if (ROOT / name).read_text(encoding="utf-8") != text:
            (ROOT / name).write_text(text, encoding="utf-8", newline="\n")
            print(f"wrote the tables of {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
