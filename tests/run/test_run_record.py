"""The run record: what stands in it, how it travels, and that it repeats the run."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from restograph.errors import HashMismatch, ImageError, ModelNotFound, OutputExists, RunError
from restograph.models import store
from restograph.models.card import Card
from restograph.run.execute import execute
from restograph.run.provenance import portable, read_record, write_record
from restograph.run.record import RunRecord
from restograph.run.replay import replay
from restograph.workflow.line import parse_line


@pytest.fixture
def cards(monkeypatch: pytest.MonkeyPatch) -> tuple[Card, ...]:
    monkeypatch.setenv(store.HOME_VARIABLE, str(Path(__file__).parents[1] / "data"))
    return tuple(c for c in store.installed() if c.name in {"identity-x1", "nearest-x2", "nearest-x3"})


@pytest.fixture
def done(cards: tuple[Card, ...], tmp_path: Path) -> Path:
    """A folder with a finished run: in.png, out.png, out.run.json."""
    folder = tmp_path / "work"
    folder.mkdir()
    noise = np.random.default_rng(3).integers(0, 256, (21, 34, 3), dtype=np.uint8)
    Image.fromarray(noise).save(folder / "in.png")
    record = execute(parse_line("clean | upscale 2.5"), folder / "in.png", folder / "out.png", cards=cards)
    write_record(record, folder / "out.run.json")
    return folder


def test_the_file_holds_no_time_and_no_host_outside_their_blocks(done: Path) -> None:
    document = json.loads((done / "out.run.json").read_text("utf-8"))
    for block in ("timing", "machine"):
        assert document.pop(block)
    text = json.dumps(document)
    assert "cpu" not in text and "seconds" not in text and str(done) not in text
    assert document["input"]["path"] == "in.png"


def test_reading_gives_back_what_was_written(done: Path) -> None:
    record = read_record(done / "out.run.json")
    assert record.input.path == str((done / "in.png").resolve())
    assert RunRecord.model_validate_json(portable(record, done).model_dump_json()) == portable(record, done)


def test_records_are_not_overwritten(done: Path) -> None:
    record = read_record(done / "out.run.json")
    with pytest.raises(OutputExists):
        write_record(record, done / "out.run.json")
    write_record(record, done / "out.run.json", force=True)


def test_replay_gives_the_same_bytes(cards: tuple[Card, ...], done: Path) -> None:
    again = replay(done / "out.run.json", done / "again.png", cards=cards)
    assert again.equal
    assert (done / "again.png").read_bytes() == (done / "out.png").read_bytes()
    old = read_record(done / "out.run.json")
    for field in ("workflow", "input", "weights", "options", "disclosures", "measurements", "warnings"):
        assert getattr(again.record, field) == getattr(old, field)


def test_replay_without_an_output_leaves_nothing(cards: tuple[Card, ...], done: Path) -> None:
    before = sorted(p.name for p in done.iterdir())
    assert replay(done / "out.run.json", cards=cards).equal
    assert sorted(p.name for p in done.iterdir()) == before


def test_the_whole_folder_can_be_moved(cards: tuple[Card, ...], done: Path, tmp_path: Path) -> None:
    shutil.move(done, tmp_path / "elsewhere")
    assert replay(tmp_path / "elsewhere" / "out.run.json", cards=cards).equal


def test_another_output_is_noticed(cards: tuple[Card, ...], done: Path) -> None:
    record = read_record(done / "out.run.json")
    forged = record.model_copy(update={"output": record.output.model_copy(update={"sha256": "0" * 64})})
    write_record(forged, done / "out.run.json", force=True)
    assert not replay(done / "out.run.json", cards=cards).equal


def test_a_changed_input_is_an_error(cards: tuple[Card, ...], done: Path) -> None:
    Image.new("RGB", (34, 21)).save(done / "in.png")
    with pytest.raises(HashMismatch, match=r"in\.png"):
        replay(done / "out.run.json", cards=cards)
    (done / "in.png").unlink()
    with pytest.raises(ImageError, match="not there"):
        replay(done / "out.run.json", cards=cards)


def test_changed_or_absent_weights_are_an_error(cards: tuple[Card, ...], done: Path) -> None:
    other = tuple(c.model_copy(update={"sha256": "1" * 64}) for c in cards)
    with pytest.raises(HashMismatch, match="identity-x1"):
        replay(done / "out.run.json", cards=other)
    with pytest.raises(ModelNotFound, match="identity-x1"):
        replay(done / "out.run.json", cards=())


@pytest.mark.parametrize(
    ("change", "named"),
    [({"schema_version": 9}, "schema_version"), ({"extra": 1}, "extra"), ({"input": 3}, "input")],
)
def test_a_malformed_record_names_the_field(done: Path, change: dict[str, object], named: str) -> None:
    path = done / "out.run.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | change), "utf-8")
    with pytest.raises(RunError, match=named):
        read_record(path)


def test_a_record_whose_workflow_lost_a_model_is_refused(cards: tuple[Card, ...], done: Path) -> None:
    record = read_record(done / "out.run.json")
    nodes = tuple(n.model_copy(update={"model": None}) for n in record.workflow.nodes)
    forged = record.model_copy(update={"workflow": record.workflow.model_copy(update={"nodes": nodes})})
    write_record(forged, done / "out.run.json", force=True)
    with pytest.raises(RunError, match="does not say which model"):
        replay(done / "out.run.json", cards=cards)
