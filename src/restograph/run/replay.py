"""Do a recorded run again and say whether it gave the same bytes."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from restograph.errors import HashMismatch, ImageError, RunError
from restograph.image.files import sha256_of
from restograph.models.card import Card
from restograph.models.store import find
from restograph.run.bind import Bound, is_model_kind
from restograph.run.engine import Progress
from restograph.run.execute import execute
from restograph.run.provenance import read_record
from restograph.run.record import RunRecord
from restograph.workflow.graph import validate


@dataclass(frozen=True)
class Replay:
    """The record of the new run, and whether its output file equals the recorded one byte for byte."""

    record: RunRecord
    equal: bool


def replay(
    record_path: Path,
    output_path: Path | None = None,
    *,
    cards: Sequence[Card],
    force: bool = False,
    progress: Progress | None = None,
) -> Replay:
    """Repeat a recorded run; without `output_path` the picture is compared and thrown away.

    The recorded workflow is executed as it stands, with the recorded options and provider. Raises
    HashMismatch when the input or the weights are not the recorded ones, ModelNotFound when a network is
    gone, RunError for a malformed record.
    """
    old = read_record(record_path)
    check_record(old, cards)
    if output_path is not None:
        return _again(old, output_path, cards, force, progress)
    with tempfile.TemporaryDirectory(prefix="restograph-") as folder:
        return _again(old, Path(folder) / Path(old.output.path).name, cards, force, progress)


def check_record(record: RunRecord, cards: Sequence[Card]) -> None:
    """Raise unless the recorded input and networks are there, unchanged, and the workflow can be executed."""
    validate(record.workflow)
    for used in record.weights:
        card = find(used.name, cards)
        second = card.any_factor.sha256 if card.any_factor else None
        for recorded, found in ((used.sha256, card.sha256), (used.query_sha256, second)):
            if recorded != found:
                raise HashMismatch(
                    f"model {used.name!r} was recorded with SHA-256 {recorded!r}, installed is {found!r}; "
                    "install the recorded version or run the workflow anew"
                )
    unfilled = [n.id for n in record.workflow.nodes if is_model_kind(n.kind) and not n.skipped and n.model is None]
    if unfilled:
        raise RunError(f"the recorded workflow does not say which model executes {unfilled!r}; run the workflow anew")
    check_file("input", Path(record.input.path), record.input.sha256)


def check_file(role: str, path: Path, digest: str) -> None:
    """Raise ImageError if the recorded file is gone, HashMismatch if its bytes changed."""
    if not path.is_file():
        raise ImageError(f"the recorded {role} {str(path)!r} is not there; put it back or run the workflow anew")
    found = sha256_of(path)
    if found != digest:
        raise HashMismatch(
            f"the recorded {role} {str(path)!r} has changed: SHA-256 {found!r} instead of {digest!r}; "
            "put the recorded file back or run the workflow anew"
        )


def _again(old: RunRecord, path: Path, cards: Sequence[Card], force: bool, progress: Progress | None) -> Replay:
    record = execute(
        Bound(old.workflow, old.disclosures),
        Path(old.input.path),
        path,
        cards=cards,
        force=force,
        provider=old.machine.provider_asked,
        memory=old.options.memory,
        strip_metadata=old.options.strip_metadata,
        strip_location=old.options.strip_location,
        progress=progress,
    )
    return Replay(record, record.output.sha256 == old.output.sha256)
