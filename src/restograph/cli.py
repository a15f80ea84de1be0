"""The command line: parse, call one function, print. Heavy imports happen inside the commands."""

import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

if TYPE_CHECKING:
    from restograph.deliver import Options, Telling

app = typer.Typer(
    name="restograph",
    help="Ask about restoring pictures: a cited answer, the workflow it recommends, and that workflow executed.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
evaluate_app = typer.Typer(help="Measure Restograph on labels.", no_args_is_help=True, rich_markup_mode=None)
models_app = typer.Typer(help="The installed models.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(models_app, name="models")
app.add_typer(evaluate_app, name="evaluate")

Words = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Argument(metavar="[QUESTION] [IMAGE]", help="With --brief: [IMAGE]."),
]
BriefFile = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--brief", help="Answer this brief only; - reads standard input."),
]
Picture = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Argument(help="The picture; not needed for a run.json."),
]
Out = Annotated[
    Optional[str],  # noqa: UP045  (a text, not a Path: a slash at its end says that it is a folder)
    typer.Option("-o", "--out", metavar="PATH", help="Picture or folder to write to."),
]
Memory = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--memory", help="Memory budget of a network, like 2GB."),
]
Minutes = Annotated[
    Optional[float],  # noqa: UP045
    typer.Option("--minutes", help="Stop after this time; go on with --resume."),
]
Workers = Annotated[
    Optional[int],  # noqa: UP045
    typer.Option(
        "--workers", min=0, help="Processes that make training pictures ahead; without it some for a GPU only."
    ),
]
Photographs = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--data", help="Folder of photographs; without one, generated pictures are used."),
]
Name = Annotated[
    Optional[str],  # noqa: UP045
    typer.Argument(help="Name of a model; all when left out."),
]
Own = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--name", help="Name in commands and records; from the file's name when left out."),
]
Licence = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--licence", metavar="SPDX", help="Licence of the weights, like MIT."),
]
Kind = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--kind", help="clean or deblur, for a network that keeps the size."),
]
DraftWith = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--draft-with", metavar="URL", help="Server whose language model words the explanations, checked."),
]
DraftModel = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--model", help="The language model's name on that server."),
]
Fill = Annotated[
    bool, typer.Option("--fill-missing", help="Let the library's best model into steps that no source fills.")
]
Force = Annotated[bool, typer.Option("--force", help="Overwrite existing outputs.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]
Strip = Annotated[bool, typer.Option("--strip-metadata", help="Write no EXIF, XMP or captions.")]
Place = Annotated[bool, typer.Option("--strip-location", help="Leave out where the picture was taken.")]
Provider = Annotated[str, typer.Option("--provider", help="auto, cpu, cuda, ...: what executes the networks.")]


@app.command()
def ask(
    words: Words = None,
    brief: BriefFile = None,
    out: Out = None,
    form: Annotated[str, typer.Option("--format", help="md, html, json, bibtex or csl, on standard output.")] = "md",
    json: Json = False,
    length: Annotated[str, typer.Option("--length", help="short, normal or long.")] = "normal",
    draft_with: DraftWith = None,
    model: DraftModel = None,
    draft_seconds: Annotated[float, typer.Option("--draft-seconds", min=1, help="Time for one request to it.")] = 120,
    force: Force = False,
    fill_missing: Fill = False,
    strip_metadata: Strip = False,
    strip_location: Place = False,
    provider: Provider = "auto",
    memory: Memory = None,
) -> None:
    """Answer a question or a brief; with a picture and -o, also run the recommended workflow on it."""
    from restograph import deliver

    question, image = _split(words or [], brief)
    telling = _telling("json" if json else form, length, draft_with, model, draft_seconds)
    options = _options(force, fill_missing, strip_metadata, strip_location, provider, memory)
    raise typer.Exit(deliver.ask(question, brief, image, out, telling, options))


def _telling(form: str, length: str, url: str | None, model: str | None, seconds: float) -> "Telling":
    """Format, length and language model; what does not exist is a wrong option."""
    from restograph import deliver
    from restograph.errors import DraftError

    for name, value, known in (("format", form, deliver.FORMATS), ("length", length, deliver.LENGTHS)):
        if value not in known:
            raise typer.BadParameter(f"--{name} takes {', '.join(known)}, not {value!r}")
    if url is None and model is not None:
        raise typer.BadParameter("--model names a language model of a server; add --draft-with URL")
    try:
        return deliver.telling(form, length, url, model or "", seconds)
    except DraftError as error:
        raise typer.BadParameter(str(error)) from None


def _split(words: list[str], brief: str | None) -> tuple[str | None, Path | None]:
    """With --brief a lone positional is the picture; otherwise the first is the question."""
    if brief is not None:
        if len(words) > 1:
            raise typer.BadParameter("with --brief give at most one picture; the question is in the brief")
        return None, Path(words[0]) if words else None
    if not words or len(words) > 2:
        raise typer.BadParameter(
            'give a question in quotes, or --brief FILE: restograph ask "make this 3x bigger" photo.jpg'
        )
    return words[0], Path(words[1]) if len(words) == 2 else None


def _options(force: bool, fill: bool, strip: bool, place: bool, provider: str, memory: str | None) -> "Options":
    """The shared switches; a provider or an amount of memory that does not exist is a wrong option."""
    from restograph import deliver
    from restograph.errors import RestographError

    options = deliver.Options(force, fill, strip, place, provider, memory)
    try:
        options.check()
    except RestographError as error:
        raise typer.BadParameter(str(error)) from None
    return options


@app.command()
def run(
    workflow: Annotated[str, typer.Argument(help="Workflow file, a line like 'clean | upscale 3', or a run.json.")],
    image: Picture = None,
    out: Out = None,
    json: Json = False,
    force: Force = False,
    fill_missing: Fill = False,
    strip_metadata: Strip = False,
    strip_location: Place = False,
    provider: Provider = "auto",
    memory: Memory = None,
) -> None:
    """Run a workflow on a picture, or repeat a recorded run."""
    from restograph import deliver

    options = _options(force, fill_missing, strip_metadata, strip_location, provider, memory)
    raise typer.Exit(deliver.run(workflow, image, out, json, options))


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="An answer, a workflow or a run record.")], json: Json = False
) -> None:
    """Check a file: proofs of an answer, types of a workflow, hashes of a run record."""
    from restograph import verify

    raise typer.Exit(verify.check(file, json))


@app.command()
def look(image: Annotated[Path, typer.Argument(help="The picture.")], json: Json = False) -> None:
    """Measure the damage of a picture, without any model."""
    from restograph import deliver

    raise typer.Exit(deliver.look(image, json))


@app.command()
def brief(question: Annotated[str, typer.Argument(help="The question, in quotes.")]) -> None:
    """Print the brief that the library makes for a question."""
    from restograph import deliver

    raise typer.Exit(deliver.brief(question))


@app.command()
def demo(out: Out = None, force: Force = False) -> None:
    """Answer the example brief and run its workflow on the example picture."""
    from restograph import deliver

    raise typer.Exit(deliver.demo(out or "demo-output", force))


@app.command()
def train(
    recipe: Annotated[str, typer.Argument(help="Name of a shipped recipe, or a TOML file.")],
    data: Photographs = None,
    out: Out = None,
    minutes: Minutes = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the checkpoint.")] = False,
    workers: Workers = None,
) -> None:
    """Train a network from a recipe (needs the train extra)."""
    from restograph import deliver

    folder = Path(out) if out else Path("runs") / Path(recipe).stem
    raise typer.Exit(deliver.train(recipe, data, folder, minutes, resume, workers))


@evaluate_app.command("answers")
def evaluate_answers(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder with questions.json, labels.json and briefs.")],
    labels: Annotated[Optional[Path], typer.Option("--labels", help="Labels of the briefs, when not in DIR.")] = None,  # noqa: UP045
    json: Json = False,
) -> None:
    """Measure reading, judging and answering on labelled questions and briefs."""
    from restograph import deliver

    raise typer.Exit(deliver.evaluate_answers(folder, labels, json))


@models_app.command("list")
def models_list(json: Json = False) -> None:
    """Name, task and licence of every installed model."""
    from restograph import inventory

    raise typer.Exit(inventory.list_models(json))


@models_app.command("show")
def models_show(name: Annotated[str, typer.Argument(help="Name of a model.")], json: Json = False) -> None:
    """The card of one model: origin, training, measured quality; of a published one also how to get it."""
    from restograph import inventory

    raise typer.Exit(inventory.show_model(name, json))


@models_app.command("add")
def models_add(
    file: Annotated[Path, typer.Argument(help="A checkpoint (.pth, .pt, .safetensors) or an ONNX file.")],
    name: Own = None,
    licence: Licence = None,
    kind: Kind = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a model of the same name.")] = False,
    json: Json = False,
) -> None:
    """Recognise, convert, check and install the weights of a network (needs the train extra)."""
    from restograph import inventory

    if kind not in (None, "clean", "deblur", "upscale"):
        raise typer.BadParameter(f"--kind takes clean, deblur or upscale, not {kind!r}")
    raise typer.Exit(inventory.add_model(file, name, licence, kind, force, json))


@models_app.command("remove")
def models_remove(name: Annotated[str, typer.Argument(help="Name of a model that was added.")]) -> None:
    """Remove a model that was added; shipped ones stay."""
    from restograph import inventory

    raise typer.Exit(inventory.remove_model(name))


@models_app.command("verify")
def models_verify(
    name: Name = None,
    json: Json = False,
) -> None:
    """Compare the weights with the hashes of their cards."""
    from restograph import inventory

    raise typer.Exit(inventory.verify_models(name, json))


def main() -> None:
    """Entry point: errors of ours are one line on standard error, and exit code 1."""
    from restograph.errors import RestographError

    _same_bytes_everywhere()
    code: object = 0
    try:
        app()
    except RestographError as error:
        print(f"restograph: {error}", file=sys.stderr)
        code = 1
    except SystemExit as done:  # typer ends every command with one
        code = 0 if isinstance(done.__context__, BrokenPipeError) else done.code
        if code == 130:
            print("restograph: stopped; nothing was left half-written", file=sys.stderr)
    _flush()
    raise SystemExit(code)


def _same_bytes_everywhere() -> None:
    """Documents are UTF-8 with plain line ends, whatever the system's language; names of files pass as they are."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="surrogateescape", newline="\n")


def _flush() -> None:
    """A reader that has gone away (`| head`) is no fault of the command."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
