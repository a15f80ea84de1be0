"""Execute a workflow on a picture: bind, check, run node by node, write the picture, return the record."""

import platform
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import MappingProxyType

from restograph import __version__
from restograph.image.files import sha256_of
from restograph.image.limits import Limits, check_pixels
from restograph.image.picture import Picture
from restograph.image.sniff import HEAD_BYTES, sniff
from restograph.models.card import Card, Provider
from restograph.models.runtime import usable_cores
from restograph.run.bind import Bound, bind
from restograph.run.engine import Engine, Progress
from restograph.run.measure import measure
from restograph.run.memory import available, budget
from restograph.run.nodes import STEPS
from restograph.run.nodes.load import load
from restograph.run.nodes.save import refuse_early, save
from restograph.run.record import Machine, Options, PictureFile, RunRecord, Timing, Versions
from restograph.workflow.graph import Node, Workflow, kind_of, ordered, output_size


def execute(
    workflow: Workflow | Bound,
    image_path: Path,
    output_path: Path,
    *,
    cards: Sequence[Card],
    force: bool = False,
    provider: Provider = "auto",
    memory: int | None = None,
    fill_missing: bool = False,
    recommended: Mapping[str, str] = MappingProxyType({}),
    strip_metadata: bool = False,
    strip_location: bool = False,
    progress: Progress | None = None,
    limits: Limits = Limits(),
) -> RunRecord:
    """Run a workflow on `image_path` and write the picture, whole or not at all, to `output_path`.

    `recommended` are names of a brief's models by key (`bind`); `memory` is the budget of a network in bytes. `progress` is called after every tile; what it raises
    stops the run, and nothing is written. Raises what `bind` raises, OutputExists before any work,
    ImageError, ModelError, or RunError naming the node.
    """
    begun, started = time.perf_counter(), datetime.now(UTC).isoformat(timespec="seconds")
    bound = workflow if isinstance(workflow, Bound) else bind(workflow, cards, fill_missing, recommended)
    refuse_early(output_path, image_path, force)
    free = available()
    engine = Engine(cards, provider, budget(memory, free), progress)
    digest = sha256_of(image_path) if image_path.is_file() else ""  # a missing file is named by the reader
    picture = load(image_path, limits)
    _check_sizes(bound.workflow, picture, limits)
    result = run_nodes(bound.workflow, picture, engine)
    stripped = {"strip_metadata": strip_metadata, "strip_location": strip_location}
    notes = save(result, output_path, source=image_path, force=force, **stripped)
    return RunRecord(
        workflow=bound.workflow,
        input=_file(image_path, digest, picture),
        output=_file(output_path, sha256_of(output_path), result),
        weights=tuple(engine.used),
        versions=_versions(),
        options=Options(memory=engine.limit, **stripped),
        disclosures=bound.disclosures,
        measurements=measure(picture, result),
        warnings=(*picture.notes, *engine.warnings, *notes),
        timing=Timing(started=started, seconds=round(time.perf_counter() - begun, 3), nodes=engine.seconds),
        machine=_machine(engine, free),
    )


def run_nodes(workflow: Workflow, picture: Picture, engine: Engine) -> Picture:
    """What reaches the save node when `picture` leaves the load node; a skipped node passes its picture on."""
    made: dict[str, Picture] = {}
    for node in ordered(workflow):
        role = kind_of(node).role
        given = picture if role == "source" else made[_feeder(workflow, node)]
        if role == "sink":
            return given
        if role == "step" and not node.skipped:
            with engine.timed(node):
                given = STEPS[node.kind](node, given, engine)
        made[node.id] = given
    raise AssertionError("a valid workflow has a sink")


def _feeder(workflow: Workflow, node: Node) -> str:
    """Id of the node that feeds the picture input; it is the first input of every kind."""
    port = f"{node.id}.{kind_of(node).inputs[0].name}"
    return next(a.partition(".")[0] for a, b in workflow.edges if b == port)


def _check_sizes(workflow: Workflow, picture: Picture, limits: Limits) -> None:
    """Refuse a result beyond the pixel limit before hours are spent on it."""
    width, height = picture.width, picture.height
    for node in ordered(workflow):
        width, height = output_size(node, width, height)
        check_pixels(width, height, limits, f"output of node {node.id}")


def _file(path: Path, digest: str, picture: Picture) -> PictureFile:
    with path.open("rb") as file:
        kind = sniff(file.read(HEAD_BYTES), path)
    return PictureFile(path=str(path.resolve()), sha256=digest, width=picture.width, height=picture.height, format=kind)


def _versions() -> Versions:
    return Versions(
        restograph=__version__,
        onnxruntime=_version("onnxruntime"),
        numpy=_version("numpy"),
        pillow=_version("pillow"),
        python=".".join(map(str, sys.version_info[:3])),
    )


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "from source"


def _machine(engine: Engine, free: int) -> Machine:
    return Machine(
        system=f"{platform.system()} {platform.release()}",
        processor=platform.processor() or platform.machine(),
        cores=usable_cores(),
        memory_available=free,
        provider_asked=engine.provider,
        providers=engine.providers,
    )
