"""Networks for any factor: what a card says of them, and both of their files checked."""

import shutil
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from restograph.errors import HashMismatch, ModelError, RunError
from restograph.models import store
from restograph.models.anyfactor import AnyFactorSession
from restograph.models.card import Card, read_card
from restograph.run.taps import taps

HOME = Path(__file__).parents[1] / "data" / "any"


@pytest.fixture
def toys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the toy models, so that a test may damage them."""
    shutil.copytree(HOME / "models", tmp_path / "models")
    monkeypatch.setenv(store.HOME_VARIABLE, str(tmp_path))
    return tmp_path / "models"


def grid(height: int, width: int, tall: int, wide: int) -> dict[str, np.ndarray]:
    found = {"row": taps(height, tall, 0, tall), "column": taps(width, wide, 0, wide)}
    named = {"cell": np.float32([2 * height / tall, 2 * width / wide])}
    for side, t in found.items():
        named |= {
            f"{side}s": t.index,
            f"{side}_offsets": t.offset,
            f"{side}_pairs": t.pairs,
            f"{side}_weights": t.weights,
        }
    return named  # fmt: skip


def test_the_card_reads_and_survives_json(toys: Path) -> None:
    card = store.find("edsr-any")
    assert card.any_factor is not None and card.scale == 1 and card.kind == "upscale"
    assert card.any_factor.measured(Fraction(5, 2)) and not card.any_factor.measured(Fraction(6))
    assert Card.model_validate_json(card.model_dump_json()) == card
    assert store.query_path(card).name == card.any_factor.weights


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('weights = "edsr-any-query.onnx"', 'weights = "../x.onnx"', "any_factor.weights"),
        ("most = 4", "most = 17", "any_factor.most"),
        ('kind = "upscale"', 'kind = "clean"', "any factor"),
        ('kind = "upscale"', 'kind = "upscale"\nscale = 2', "any factor"),
    ],
)
def test_wrong_field_is_named(toys: Path, old: str, new: str, named: str) -> None:
    path = toys / "edsr-any.toml"
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    with pytest.raises(ModelError, match=named):
        read_card(path)


def test_both_files_give_colours(toys: Path) -> None:
    session = AnyFactorSession(store.find("bilinear-any"), "cpu")
    assert session.provider == "cpu"
    image = np.random.default_rng(1).random((1, 3, 4, 5), dtype=np.float32)
    out = session.query(session.encode(image), grid(4, 5, 4, 5))
    assert np.abs(out - image[0].transpose(1, 2, 0)).max() < 1e-6


@pytest.mark.parametrize("damaged", ["edsr-any.onnx", "edsr-any-query.onnx"])
def test_changed_files_are_not_loaded(toys: Path, damaged: str) -> None:
    (toys / damaged).write_bytes((toys / damaged).read_bytes() + b"\0")
    for use in (AnyFactorSession, store.verify):
        with pytest.raises(HashMismatch, match=damaged):
            use(store.find("edsr-any"))


def test_a_missing_second_file_is_named(toys: Path) -> None:
    (toys / "edsr-any-query.onnx").unlink()
    with pytest.raises(ModelError, match=r"edsr-any-query\.onnx"):
        AnyFactorSession(store.find("edsr-any"))


def test_a_grid_that_does_not_fit_is_an_error(toys: Path) -> None:
    session = AnyFactorSession(store.find("edsr-any"), "cpu")
    hidden = session.encode(np.zeros((1, 3, 4, 5), np.float32))
    with pytest.raises(RunError, match="edsr-any"):
        session.query(hidden[:2], grid(4, 5, 8, 10))


def test_a_network_of_one_factor_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(store.HOME_VARIABLE, str(HOME.parent))
    with pytest.raises(RunError, match="2 times only"):
        AnyFactorSession(store.find("nearest-x2"))


def test_threads_do_not_change_a_bit(toys: Path) -> None:
    image = np.random.default_rng(1).random((1, 3, 17, 23), dtype=np.float32)
    results = []
    for threads in (1, 2, 3):
        session = AnyFactorSession(store.find("safmn-any"), "cpu", threads)
        results.append(session.query(session.encode(image), grid(17, 23, 40, 61)))
    assert all(np.array_equal(results[0], other) for other in results[1:])
