"""A picture enlarged by any factor from the command's line to the record, and the record repeated."""

import json
import shutil
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from restograph.errors import HashMismatch
from restograph.models import store
from restograph.models.card import Card
from restograph.run.execute import execute
from restograph.run.provenance import read_record, write_record
from restograph.run.replay import replay
from restograph.workflow.line import parse_line
from restograph.workflow.values import scaled

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture
def cards(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> tuple[Card, ...]:
    """The toys for any factor, in a folder that a test may damage."""
    shutil.copytree(DATA / "any" / "models", tmp_path / "models")
    monkeypatch.setenv(store.HOME_VARIABLE, str(tmp_path))
    return tuple(c for c in store.installed() if c.name == "edsr-any")


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "in.png"
    noise = np.random.default_rng(3).integers(0, 256, (21, 34, 3), dtype=np.uint8)
    Image.fromarray(noise).save(path)
    return path


@pytest.mark.parametrize("factor", ["2.5", "3.14159", "7/3", "2", "1.05", "16"])
def test_every_factor_gives_its_size(cards: tuple[Card, ...], photo: Path, tmp_path: Path, factor: str) -> None:
    record = execute(parse_line(f"upscale {factor}"), photo, tmp_path / "out.png", cards=cards)
    wanted = (scaled(34, factor), scaled(21, factor))
    assert (record.output.width, record.output.height) == wanted
    assert wanted[0] == int(34 * Fraction(factor) + Fraction(1, 2))
    assert [(w.name, w.tiled) for w in record.weights] == [("edsr-any", False)]


@pytest.mark.parametrize(("mode", "channels"), [("L", 1), ("RGB", 3), ("RGBA", 4)])
def test_kinds_of_pictures_stay(cards: tuple[Card, ...], tmp_path: Path, mode: str, channels: int) -> None:
    shape = (9, 12, channels) if channels > 1 else (9, 12)
    Image.fromarray(np.random.default_rng(3).integers(0, 256, shape, dtype=np.uint8)).save(tmp_path / "in.png")
    execute(parse_line("upscale 2.5"), tmp_path / "in.png", tmp_path / "out.png", cards=cards)
    with Image.open(tmp_path / "out.png") as image:
        assert (image.mode, image.size) == (mode, (30, 23))


def test_the_record_names_both_files_and_repeats_the_run(cards: tuple[Card, ...], photo: Path, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    out, path = tmp_path / "out.png", tmp_path / "out.run.json"
    record = execute(
        parse_line("upscale 2.5"), photo, out, cards=cards, progress=lambda node, done, total: seen.append((done, total))
    )  # fmt: skip
    assert seen[-1] == (85 * 53, 85 * 53)
    write_record(record, path)
    (used,) = read_record(path).weights
    assert cards[0].any_factor is not None
    assert (used.sha256, used.query_sha256) == (cards[0].sha256, cards[0].any_factor.sha256)
    again = replay(path, cards=cards)
    assert again.equal and again.record.weights == record.weights


def test_another_query_file_is_not_the_recorded_run(cards: tuple[Card, ...], photo: Path, tmp_path: Path) -> None:
    record = execute(parse_line("upscale 2.5"), photo, tmp_path / "out.png", cards=cards)
    write_record(record, tmp_path / "out.run.json")
    other = cards[0].any_factor.model_copy(update={"sha256": "0" * 64})  # type: ignore[union-attr]
    with pytest.raises(HashMismatch, match="0000"):
        replay(tmp_path / "out.run.json", cards=[cards[0].model_copy(update={"any_factor": other})])
    fixed = cards[0].model_copy(update={"any_factor": None})
    with pytest.raises(HashMismatch, match="None"):
        replay(tmp_path / "out.run.json", cards=[fixed])


def test_records_of_networks_with_one_file_read_as_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(store.HOME_VARIABLE, str(DATA))
    Image.new("RGB", (5, 4), (1, 2, 3)).save(tmp_path / "in.png")
    cards = [store.find("nearest-x2")]
    record = execute(parse_line("upscale 2"), tmp_path / "in.png", tmp_path / "out.png", cards=cards)
    (used,) = json.loads(record.model_dump_json())["weights"]
    assert set(used) == {"node", "name", "sha256", "tile", "tiled"}


def test_a_small_budget_cuts_tiles(cards: tuple[Card, ...], tmp_path: Path) -> None:
    noise = np.random.default_rng(3).integers(0, 256, (300, 260, 3), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / "in.png")
    costly = cards[0].model_copy(update={"tiling": cards[0].tiling.model_copy(update={"bytes_per_pixel": 1024})})
    records = [
        execute(parse_line("upscale 1.5"), tmp_path / "in.png", tmp_path / name, cards=[costly], memory=memory)
        for name, memory in (("a.png", 2**31), ("b.png", 2**26))
    ]
    assert [record.weights[0].tiled for record in records] == [False, True]
    with Image.open(tmp_path / "a.png") as whole, Image.open(tmp_path / "b.png") as cut:
        assert np.abs(np.asarray(whole).astype(int) - np.asarray(cut)).max() <= 1
