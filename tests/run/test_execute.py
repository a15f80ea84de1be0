"""Executing a workflow: sizes, bytes, what is refused before, during and after the work."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from restograph.errors import ImageError, LimitExceeded, MissingSlot, OutputExists, RunError
from restograph.image.limits import Limits
from restograph.models import store
from restograph.models.card import Card
from restograph.run.execute import execute
from restograph.workflow.graph import Node, linear
from restograph.workflow.line import parse_line


@pytest.fixture
def cards(monkeypatch: pytest.MonkeyPatch) -> tuple[Card, ...]:
    """The toy models that say they may be used."""
    monkeypatch.setenv(store.HOME_VARIABLE, str(Path(__file__).parents[1] / "data"))
    return tuple(c for c in store.installed() if c.name in {"identity-x1", "nearest-x2", "nearest-x3", "nan-x1"})


def _noise(height: int, width: int, channels: int) -> np.ndarray:
    shape = (height, width, channels) if channels > 1 else (height, width)
    return np.random.default_rng(3).integers(0, 256, shape, dtype=np.uint8)


def _shape(path: Path) -> tuple[str, tuple[int, int]]:
    """Mode and size of a picture file."""
    with Image.open(path) as image:
        return image.mode, image.size


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "phöto one.png"
    Image.fromarray(_noise(21, 34, 3)).save(path)
    return path


def test_the_output_is_what_the_nodes_make_of_the_input(cards: tuple[Card, ...], photo: Path, tmp_path: Path) -> None:
    record = execute(parse_line("clean | upscale 3"), photo, tmp_path / "out.png", cards=cards)
    with Image.open(tmp_path / "out.png") as image:
        out = np.asarray(image)
    assert np.array_equal(out, _noise(21, 34, 3).repeat(3, 0).repeat(3, 1))
    assert (record.input.width, record.input.height, record.input.format) == (34, 21, "PNG")
    assert (record.output.width, record.output.height, record.output.format) == (102, 63, "PNG")
    assert [(w.node, w.name, w.tiled) for w in record.weights] == [
        ("clean", "identity-x1", False),
        ("upscale", "nearest-x3", False),
    ]
    assert record.machine.providers == {"clean": "cpu", "upscale": "cpu"}
    assert set(record.timing.nodes) == {"clean", "upscale"}
    assert record.disclosures == () and any("faces" in w for w in record.warnings)


@pytest.mark.parametrize(
    ("line", "size"), [("upscale 6", (204, 126)), ("upscale 2.5", (85, 53)), ("resize 100x", (100, 62))]
)
def test_output_sizes(cards: tuple[Card, ...], photo: Path, tmp_path: Path, line: str, size: tuple[int, int]) -> None:
    record = execute(parse_line(line), photo, tmp_path / "out.png", cards=cards)
    assert _shape(tmp_path / "out.png")[1] == size == (record.output.width, record.output.height)


@pytest.mark.parametrize(("mode", "channels"), [("L", 1), ("RGB", 3), ("RGBA", 4)])
def test_kinds_of_pictures_stay(cards: tuple[Card, ...], tmp_path: Path, mode: str, channels: int) -> None:
    Image.fromarray(_noise(9, 12, channels)).save(tmp_path / "in.png")
    execute(parse_line("upscale 2"), tmp_path / "in.png", tmp_path / "out.png", cards=cards)
    assert _shape(tmp_path / "out.png") == (mode, (24, 18))


def test_the_same_run_gives_the_same_bytes(cards: tuple[Card, ...], photo: Path, tmp_path: Path) -> None:
    records = []
    for name in ("a.png", "b.png"):
        records.append(execute(parse_line("clean | upscale 2.5"), photo, tmp_path / name, cards=cards))
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    assert records[0].measurements == records[1].measurements


def test_a_small_budget_cuts_tiles_and_changes_no_pixel(cards: tuple[Card, ...], tmp_path: Path) -> None:
    Image.fromarray(_noise(700, 600, 3)).save(tmp_path / "in.png")
    whole = execute(parse_line("upscale 2"), tmp_path / "in.png", tmp_path / "a.png", cards=cards)
    small = execute(parse_line("upscale 2"), tmp_path / "in.png", tmp_path / "b.png", cards=cards, memory=2**26)
    assert (whole.weights[0].tiled, small.weights[0].tiled, small.weights[0].tile) == (False, True, 512)
    assert small.options.memory == 2**26
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_a_missing_enlargement_writes_no_picture(cards: tuple[Card, ...], photo: Path, tmp_path: Path) -> None:
    up = Node(id="up", kind="upscale", params={"factor": 3}, missing=True)
    plan = linear([Node(id="load", kind="load"), up, Node(id="save", kind="save")])
    with pytest.raises(MissingSlot):
        execute(plan, photo, tmp_path / "out.png", cards=cards)
    assert not (tmp_path / "out.png").exists()
    record = execute(plan, photo, tmp_path / "out.png", cards=cards, fill_missing=True)
    assert record.workflow.node("up").model == "nearest-x3" and len(record.disclosures) == 1


def test_a_broken_model_writes_no_picture(cards: tuple[Card, ...], photo: Path, tmp_path: Path) -> None:
    tidy = Node(id="tidy", kind="clean", model="nan-x1")
    plan = linear([Node(id="load", kind="load"), tidy, Node(id="save", kind="save")])
    with pytest.raises(RunError, match=r"node 'tidy'.*NaN"):
        execute(plan, photo, tmp_path / "out.png", cards=cards)
    assert [p.name for p in tmp_path.iterdir()] == [photo.name]


def test_existing_outputs_are_refused_before_any_work(cards: tuple[Card, ...], photo: Path, tmp_path: Path) -> None:
    def never(node: str, done: int, total: int) -> None:
        raise AssertionError("work began")

    out = tmp_path / "out.png"
    out.write_bytes(b"mine")
    with pytest.raises(OutputExists, match="--force"):
        execute(parse_line("upscale 2"), photo, out, cards=cards, progress=never)
    with pytest.raises(OutputExists, match="input itself"):
        execute(parse_line("upscale 2"), photo, photo, cards=cards, force=True, progress=never)
    with pytest.raises(ImageError, match="no folder"):
        execute(parse_line("upscale 2"), photo, tmp_path / "no" / "x.png", cards=cards, progress=never)
    with pytest.raises(ImageError, match=r"x\.txt"):
        execute(parse_line("upscale 2"), photo, tmp_path / "x.txt", cards=cards, progress=never)
    assert out.read_bytes() == b"mine"
    execute(parse_line("upscale 2"), photo, out, cards=cards, force=True)
    assert _shape(out)[1] == (68, 42)


def test_a_result_beyond_the_pixel_limit_is_refused_before_any_work(
    cards: tuple[Card, ...], photo: Path, tmp_path: Path
) -> None:
    limits = Limits(max_pixels=34 * 21 * 4)
    execute(parse_line("upscale 2"), photo, tmp_path / "a.png", cards=cards, limits=limits)
    with pytest.raises(LimitExceeded, match="output of node upscale"):
        execute(parse_line("upscale 3"), photo, tmp_path / "b.png", cards=cards, limits=limits)


def test_cancelling_leaves_nothing(cards: tuple[Card, ...], photo: Path, tmp_path: Path) -> None:
    def cancel(node: str, done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        execute(parse_line("upscale 2"), photo, tmp_path / "out.png", cards=cards, progress=cancel)
    assert [p.name for p in tmp_path.iterdir()] == [photo.name]


def test_progress_reaches_the_end_of_every_network(cards: tuple[Card, ...], photo: Path, tmp_path: Path) -> None:
    seen: dict[str, tuple[int, int]] = {}
    execute(
        parse_line("clean | upscale 2"),
        photo,
        tmp_path / "out.png",
        cards=cards,
        progress=lambda node, done, total: seen.__setitem__(node, (done, total)),
    )
    assert seen == {"clean": (714, 714), "upscale": (714, 714)}


def test_a_missing_input_is_named(cards: tuple[Card, ...], tmp_path: Path) -> None:
    with pytest.raises(ImageError, match=r"gone\.png"):
        execute(parse_line("upscale 2"), tmp_path / "gone.png", tmp_path / "out.png", cards=cards)
