"""The composition root of the command line: wires the stops together, reads inputs, writes outputs.

Every function does one command and returns its exit code. Documents go to standard output, everything
else to standard error; nothing is written before it is known that nothing would be overwritten.
"""

import json as jsonlib
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from restograph.errors import BriefError, QuestionError, WorkflowError
from restograph.outputs import Outputs, format_of, is_text, outputs_of, parse_bytes, read_bytes

if TYPE_CHECKING:
    from restograph.answer.length import Length
    from restograph.answer.render import Format
    from restograph.ask import Asked
    from restograph.draft.server import Server
    from restograph.evidence.brief import Brief
    from restograph.models.card import Provider
    from restograph.run.engine import Progress
    from restograph.run.provenance import RunRecord
    from restograph.workflow.graph import Workflow


@dataclass(frozen=True)
class Options:
    """Switches that several commands share; `memory` is a text like 2GB."""

    force: bool = False
    fill_missing: bool = False
    strip_metadata: bool = False
    strip_location: bool = False
    provider: str = "auto"
    memory: str | None = None

    def check(self) -> None:
        """Raise RestographError for a provider or an amount of memory that does not exist."""
        _provider(self.provider)
        parse_bytes(self.memory)


@dataclass(frozen=True)
class Telling:
    """How an answer is told: its format and length, and the server of a language model that words the explanations."""

    form: "Format" = "md"
    length: "Length" = "normal"
    server: "Server | None" = None


FORMATS = ("md", "html", "json", "bibtex", "csl")
LENGTHS = ("short", "normal", "long")


def telling(form: str, length: str, url: str | None, model: str, seconds: float) -> Telling:
    """DraftError for a server that cannot be one."""
    server = None
    if url is not None:
        from restograph.draft.server import Server

        server = Server(url, model, seconds)
    return Telling(cast("Format", form), cast("Length", length), server)


def ask(
    question: str | None, brief: str | None, image: Path | None, out: str | None, telling: Telling, options: Options
) -> int:
    """Answer, and with a picture and an output also run the plan; 1 when the picture could not be made."""
    from restograph.answer.render import render
    from restograph.ask import ask as answer_it

    parsed = _brief_of(question, brief)
    if image is None:
        outputs = outputs_of(out, None) if out is not None else Outputs()
        outputs.refuse(options.force)
        asked = _worded(answer_it(parsed, length=telling.length), telling)
        _write_answer(asked, outputs, options.force)
    else:
        asked = _ask_with_picture(parsed, image, out, options, telling)
    sys.stdout.write(render(asked.answer, telling.form))
    if asked.missing:
        _say(f"no picture was made: {asked.missing}")
        return 1
    if image is not None and out is None:
        _say("the picture was only looked at; add -o OUT to run the workflow on it")
    return 1 if image is not None and out is not None and asked.record is None else 0


def _brief_of(question: str | None, brief: str | None) -> "Brief":
    """The closed door reads a brief, the open door finds one."""
    from restograph.evidence.brief import parse
    from restograph.find import find_brief

    if brief is None:
        if not question or not question.strip():
            raise QuestionError(
                f"the question {question!r} is empty; say what was done, or should be done, to the picture"
            )
        if not is_text(question):
            raise QuestionError(
                f"the question {question!r} is not UTF-8 text; type it in a UTF-8 terminal, or use --brief FILE"
            )
        return find_brief(question)
    name = "standard input" if brief == "-" else brief
    data = sys.stdin.buffer.read() if brief == "-" else read_bytes(Path(brief))
    try:
        return parse(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise BriefError(data.count(b"\n", 0, error.start) + 1, f"{name} is not UTF-8 text; save it as UTF-8") from None


def _worded(asked: "Asked", telling: Telling) -> "Asked":
    """With the sentences of a language model in it, where one was asked for and they may be said."""
    if telling.server is None:
        return asked
    from restograph.answer.compose import reworded
    from restograph.draft.guard import draft

    found = draft(asked.answer, telling.server.ask)
    answer = reworded(asked.answer, found.drafts, telling.length) if found.drafts else asked.answer
    _say(found.say(sum(s.kind == "DRAFTED" for s in answer.statements)))
    return replace(asked, answer=answer)


def _ask_with_picture(
    parsed: "Brief", image: Path, out: str | None, options: Options, telling: Telling = Telling()
) -> "Asked":
    from restograph.ask import ask as answer_it
    from restograph.run.seen import see

    if out is None:
        return _worded(answer_it(parsed, see(image), length=telling.length), telling)
    outputs = outputs_of(out, image)
    outputs.refuse(options.force)
    seen = see(image)
    with _bars() as progress:
        titles = {source.key: source.title for source in parsed.models}
        asked = answer_it(
            parsed, seen, lambda plan: _execute(plan, image, outputs, options, progress, titles), telling.length
        )
    asked = _worded(asked, telling)
    if asked.record is not None:
        _write_record(asked.record, outputs, options.force)
    _write_answer(asked, outputs, options.force)
    _say(outputs.said(asked.record is not None))
    return asked


def _execute(
    plan: "Workflow",
    image: Path,
    outputs: Outputs,
    options: Options,
    progress: "Progress | None",
    recommended: "Mapping[str, str]" = MappingProxyType({}),
) -> "RunRecord":
    from restograph.models.store import installed
    from restograph.run.execute import execute

    assert outputs.picture is not None
    outputs.make_folder()
    return execute(
        plan,
        image,
        outputs.picture,
        cards=installed(),
        recommended=recommended,
        force=options.force,
        provider=_provider(options.provider),
        memory=parse_bytes(options.memory),
        fill_missing=options.fill_missing,
        strip_metadata=options.strip_metadata,
        strip_location=options.strip_location,
        progress=progress,
    )


def _provider(name: str) -> "Provider":
    from typing import get_args

    from restograph.errors import ProviderUnavailable
    from restograph.models.card import Provider

    if name not in get_args(Provider):
        raise ProviderUnavailable(f"there is no provider {name!r}; choose one of {', '.join(get_args(Provider))}")
    return cast("Provider", name)


def _write_record(record: "RunRecord", outputs: Outputs, force: bool) -> None:
    from restograph.run.provenance import write_record

    assert outputs.record is not None
    write_record(record, outputs.record, force=force)
    for note in (*record.disclosures, *record.warnings):
        _say(note)


def _write_answer(asked: "Asked", outputs: Outputs, force: bool) -> None:
    from restograph.answer.render import render
    from restograph.image.files import atomic_write_text

    outputs.make_folder()
    outputs.refuse(force, outputs.documents)
    for path in outputs.documents:
        atomic_write_text(path, render(asked.answer, cast("Format", format_of(path))), force)


def run(workflow: str, image: Path | None, out: str | None, json: bool, options: Options) -> int:
    """Run a workflow file, a one-liner or a run record."""
    path = Path(workflow)
    if path.suffix.lower() == ".json" and path.is_file() and _is_record(path):
        if image is not None:
            raise WorkflowError(f"{workflow!r} is a run record: it names its own picture; leave {str(image)!r} out")
        if replace(options, force=False) != Options():
            raise WorkflowError(
                f"{workflow!r} is a run record, repeated with its own options; use --force and -o with it only"
            )
        return _replay(path, out, json, options)
    from restograph.workflow.file import load_workflow

    plan = load_workflow(workflow)
    if image is None or out is None:
        raise WorkflowError("a workflow needs a picture and an output: restograph run 'clean | upscale 3' IMAGE -o OUT")
    outputs = outputs_of(out, image)
    made = [p for p in (outputs.picture, outputs.record) if p]
    outputs.refuse(options.force, made)
    with _bars() as progress:
        record = _execute(plan, image, outputs, options, progress)
    _write_record(record, outputs, options.force)
    _say(f"wrote {', '.join(str(p) for p in made)}")
    if json:
        print(record.model_dump_json(indent=1))
    return 0


def _is_record(path: Path) -> bool:
    try:
        data = jsonlib.loads(read_bytes(path))
    except ValueError:
        return False
    return isinstance(data, dict) and {"workflow", "input", "output"} <= data.keys() and "statements" not in data


def _replay(path: Path, out: str | None, json: bool, options: Options) -> int:
    from restograph.models.store import installed
    from restograph.run.provenance import read_record
    from restograph.run.replay import replay

    outputs = outputs_of(out, Path(read_record(path).input.path)) if out else Outputs()
    made = [p for p in (outputs.picture, outputs.record) if p]
    outputs.refuse(options.force, made)
    outputs.make_folder()
    with _bars() as progress:
        found = replay(path, outputs.picture, cards=installed(), force=options.force, progress=progress)
    if made:
        _write_record(found.record, outputs, options.force)
        _say(f"wrote {', '.join(str(p) for p in made)}")
    _say("the same bytes as recorded" if found.equal else "the output differs from the recorded one")
    if json:
        print(found.record.model_dump_json(indent=1))
    return 0 if found.equal else 1


def look(image: Path, json: bool) -> int:
    """Print what was measured in a picture."""
    from restograph.run.seen import see

    seen = see(image).look
    if json:
        print(seen.model_dump_json(indent=1))
        return 0
    for name, value in seen.model_dump(mode="json", exclude={"schema_version"}).items():
        shown = ", ".join(value) or "none" if isinstance(value, list) else value
        print(f"{name.replace('_', ' '):13} {f'{shown:.4g}' if isinstance(shown, float) else shown}")
    return 0


def brief(question: str) -> int:
    """Print the brief of a bare question."""
    sys.stdout.write(_brief_of(question, None).text)
    return 0


def demo(out: str, force: bool) -> int:
    """The example brief with the example picture, into a folder; prints where the files are."""
    from importlib.resources import as_file, files

    examples, folder = files("restograph") / "examples", f"{out}/"
    with as_file(examples / "compressed_3x.txt") as text, as_file(examples / "compressed.jpg") as picture:
        asked = _ask_with_picture(_brief_of(None, str(text)), picture, folder, Options(force=force, fill_missing=True))
        outputs = outputs_of(folder, picture)
    print(asked.answer.markdown)
    print("\n".join(str(p) for p in outputs.paths() if p.exists()))
    return 0 if asked.record else 1


def train(
    recipe: str, data: Path | None, out: Path, minutes: float | None, resume: bool, workers: int | None = None
) -> int:
    """Train a recipe; names the pip command when torch is missing."""
    from importlib.util import find_spec

    from restograph.errors import MissingExtra

    if find_spec("torch") is None:
        raise MissingExtra("train", "training")
    from restograph.training.recipe import load_recipe
    from restograph.training.train import train as train_it

    checkpoint = train_it(load_recipe(recipe), data, out, minutes, resume, _say, workers)
    print(checkpoint)
    return 0


def evaluate_answers(folder: Path, labels: Path | None, json: bool) -> int:
    """Print the figures of a labelled folder, as a table or as JSON."""
    from restograph.evaluate.answers import evaluate
    from restograph.evaluate.corpus import read_corpus
    from restograph.evaluate.table import table

    found = evaluate(read_corpus(folder, labels))
    print(jsonlib.dumps(found, indent=1, ensure_ascii=False) if json else table(found), end="\n" if json else "")
    return 0


@contextmanager
def _bars() -> "Iterator[Progress | None]":
    """A progress bar for each node on a terminal; nothing in a pipe."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

    tasks: dict[str, TaskID] = {}
    with Bars(console=Console(stderr=True), transient=True) as bars:

        def progress(node: str, done: int, total: int) -> None:
            if node not in tasks:
                tasks[node] = bars.add_task(node, total=total)
            bars.update(tasks[node], completed=done)

        yield progress


def _say(text: str) -> None:
    print(text, file=sys.stderr)
