"""Who may import whom. The rules are the data below; the code after them reads every import with ast.

Imports inside functions count like those at the top: laziness changes when a package is loaded, not
what a module depends on.
"""

import ast
from collections.abc import Iterable, Mapping
from pathlib import Path

PACKAGE = "restograph"
ROOT = Path(__file__).parents[1] / "src" / PACKAGE

# ── the rules; "task" stands for restograph.task and everything in it ────────────────────────────

# The nouns import only each other, their own folder and the errors.
NOUNS = (
    "task.question", "task.task", "evidence.source", "evidence.brief", "verdict.verdict", "workflow.graph", "models.card", "run.record",
)  # fmt: skip
ERRORS = "errors"

# The stops that think are pure: neither they nor what they import touch networks or picture files.
PURE = ("task", "evidence", "verdict", "workflow", "answer")
IMPURE_PACKAGES = ("torch", "onnxruntime", "openvino", "PIL", "safetensors", "onnx")

# The stand-alone checker sees neither composer nor judge: all that it reaches is the trusted base.
CHECKER = "answer.check"
TRUSTED = (
    "answer.check",
    "evidence.brief",
    "evidence.sentences",  # sentence ends, used by the brief
    "evidence.orders",  # flagged sentences, used by the brief
    "evidence.discourse",
    "evidence.cues",  # which sentences explain: the checker reads them again
    "evidence.twins",  # which entries are one work
    "evidence.wording",  # what a summary says as a whole, by weights like those of task.vote
    "task.quantity",
    "task.patterns",  # regular expressions, compiled late
    "task.lookup",  # which patterns of the lexicon a text may match
    "task.numerals",  # numbers in digits and words, for the quantities
    "task.sizes",  # pairs of sizes and rates, for the quantities
    "task.relations",  # factors said as relations, for the quantities
    "task.frames",  # the same in time
    "task.kept",  # an explicit same size, for the quantities
    "task.lexicon",
    "task.names",  # the grammar of model names, a table like the lexicon
    "task.further",  # what a clause of the question says, by the same votes
    "task.vote",  # the classifier and its weights, a table like the lexicon
    "task.linear",  # how such weights are read
    "task.wishes",  # constraints that words and votes agree on
    "errors",
)

# package: the only folders or modules of ours that may import it
ONLY_THERE = {
    "onnxruntime": ("run", "models"),
    "openvino": ("run", "models"),
    "PIL": ("image", "training"),
    "torch": ("networks", "training", "models.convert"),  # models.convert_* as well: see inside()
    "safetensors": ("networks", "training", "models.convert"),
    "onnx": ("networks", "training", "models.convert"),
    "httpx": ("draft.server",),  # the only door to a network, and only for --draft-with
    "typer": ("cli",),
    "rich": ("cli", "deliver"),
}

# folder of ours: the only ones that may import it (besides itself)
IMPORTED_BY = {
    "networks": ("training", "models.convert", "cli"),
    "training": ("cli", "deliver"),
    "cli": ("__main__",),
    "draft": ("deliver", "serve"),
    "ask": ("cli", "deliver", "serve", "evaluate", "__init__"),
    "find": ("cli", "deliver", "serve", "__init__"),
}

# ── reading the imports ──────────────────────────────────────────────────────────────────────────

Imports = Mapping[str, frozenset[str]]


def inside(module: str, names: Iterable[str]) -> bool:
    """True if the module is one of the names or lies below one; "answer.check" covers answer.check_report too."""
    return any(module == n or module.startswith((f"{n}.", f"{n}_")) for n in names)


def read_package(root: Path = ROOT) -> dict[str, frozenset[str]]:
    """Imports of every module: ours as "task.read", others by their top name with a leading "@"."""
    files = {name_of(path.relative_to(root)): path for path in sorted(root.rglob("*.py"))}
    return {name: imports(path.read_text(encoding="utf-8"), set(files)) for name, path in files.items()}


def name_of(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


def imports(source: str, ours: set[str]) -> frozenset[str]:
    """Names that a source imports anywhere in it; a relative import is reported as "relative"."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found.update(named(alias.name, ours) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            if node.level:
                found.add("relative")
            elif module == PACKAGE or module.startswith(PACKAGE + "."):
                found.update(named(f"{module}.{alias.name}", ours) for alias in node.names)
            else:
                found.add("@" + module.partition(".")[0])
    return frozenset(found)


def named(full: str, ours: set[str]) -> str:
    """Module of ours that a dotted name lies in, or "@package"."""
    if full != PACKAGE and not full.startswith(PACKAGE + "."):
        return "@" + full.partition(".")[0]
    inner = full[len(PACKAGE) + 1 :]
    while inner and inner not in ours:
        inner = inner.rpartition(".")[0]
    return inner or "__init__"


def reach(start: str, package: Imports) -> set[str]:
    """Everything that a module imports, directly or through other modules of ours."""
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        for name in package.get(waiting.pop(), frozenset()):
            if name not in seen:
                seen.add(name)
                waiting.append(name)
    return seen


# ── the rules as functions: each gives a line for every breach ───────────────────────────────────


def noun_faults(package: Imports) -> list[str]:
    allowed = (*NOUNS, ERRORS)
    return [
        f"{noun} is a noun and imports {name}"
        for noun in NOUNS
        for name in sorted(package.get(noun, frozenset()))
        if not name.startswith("@") and not inside(name, (*allowed, noun.partition(".")[0]))
    ]


def purity_faults(package: Imports) -> list[str]:
    impure = {"@" + name for name in IMPURE_PACKAGES}
    return [
        f"{module} is pure and reaches {name[1:]}"
        for module in sorted(package)
        if inside(module, PURE)
        for name in sorted(reach(module, package) & impure)
    ]


def checker_faults(package: Imports) -> list[str]:
    return [
        f"{module} belongs to the checker and reaches {name}"
        for module in sorted(package)
        if inside(module, (CHECKER,))
        for name in sorted(reach(module, package))
        if not name.startswith("@") and name not in {"answer", "evidence", "task"} and not inside(name, TRUSTED)
    ]


def place_faults(package: Imports) -> list[str]:
    return [
        f"{module} imports {other}, which only {', '.join(places)} may"
        for module, names in sorted(package.items())
        for other, places in ONLY_THERE.items()
        if "@" + other in names and not inside(module, places)
    ]


def importer_faults(package: Imports) -> list[str]:
    return [
        f"{module} imports {name}, which only {', '.join(importers)} may"
        for module, names in sorted(package.items())
        for guarded, importers in IMPORTED_BY.items()
        for name in sorted(names)
        if inside(name, (guarded,)) and not inside(module, (guarded, *importers))
    ]


def relative_faults(package: Imports) -> list[str]:
    return [
        f"{module} imports by a relative path; write the full one"
        for module in package
        if "relative" in package[module]
    ]


RULES = (noun_faults, purity_faults, checker_faults, place_faults, importer_faults, relative_faults)


# ── the tests ────────────────────────────────────────────────────────────────────────────────────


def test_the_package_keeps_every_rule() -> None:
    package = read_package()
    assert len(package) > 20
    assert [fault for rule in RULES for fault in rule(package)] == []


def test_the_nouns_that_the_rules_name_exist() -> None:
    assert [noun for noun in NOUNS if noun not in read_package()] == []


def test_errors_import_nothing_of_ours() -> None:
    assert [name for name in read_package()[ERRORS] if not name.startswith("@")] == []


def test_every_rule_notices_its_breach() -> None:
    ours = {"task.task", "task.read", "run.execute", "answer.check", "answer.compose", "networks.safmn", "models.store"}
    breaches = {
        "task.task": "from restograph.run import execute",
        "task.read": "def f():\n    from restograph.models import store",
        "models.store": "import onnxruntime as ort",
        "answer.check": "from restograph.answer.compose import plan",
        "answer.compose": "import torch.nn",
        "run.execute": "from restograph.networks.safmn import SAFMN",
        "networks.safmn": "from . import other",
    }
    package = {name: imports(source, ours) for name, source in breaches.items()}
    assert noun_faults(package) == ["task.task is a noun and imports run.execute"]
    assert "task.read is pure and reaches onnxruntime" in purity_faults(package)
    assert checker_faults(package) == ["answer.check belongs to the checker and reaches answer.compose"]
    assert place_faults(package) == ["answer.compose imports torch, which only networks, training, models.convert may"]
    assert importer_faults(package) == [
        "run.execute imports networks.safmn, which only training, models.convert, cli may"
    ]
    assert relative_faults(package) == ["networks.safmn imports by a relative path; write the full one"]
