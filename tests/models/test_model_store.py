"""The store: shipped and own models, by name, checked by hash."""

import shutil
from pathlib import Path

import pytest

from restograph.errors import HashMismatch, ModelError, ModelNotFound
from restograph.models import store

TOYS = Path(__file__).parents[1] / "data" / "models"


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's model folder with two toys in it."""
    folder = tmp_path / "models"
    folder.mkdir()
    for name in ("identity-x1", "nearest-x2"):
        for suffix in (".toml", ".onnx"):
            shutil.copy(TOYS / (name + suffix), folder)
    monkeypatch.setenv(store.HOME_VARIABLE, str(tmp_path))
    return folder


def test_installed_is_sorted_and_holds_the_users_models(own: Path) -> None:
    names = [card.name for card in store.installed()]
    assert names == sorted(names)
    assert {"identity-x1", "nearest-x2"} <= set(names)


def test_find_knows_aliases_and_ignores_case(own: Path) -> None:
    assert store.find("NEAREST-x2").name == "nearest-x2"
    assert store.find("toy-nearest-X2").name == "nearest-x2"


def test_unknown_name_shows_the_near_ones(own: Path) -> None:
    with pytest.raises(ModelNotFound, match="did you mean 'nearest-x2'"):
        store.find("nearst-x2")


def test_verify_accepts_the_file_and_notices_one_changed_bit(own: Path) -> None:
    card = store.find("nearest-x2")
    assert store.verify(card) == own / "nearest-x2.onnx"
    data = bytearray((own / "nearest-x2.onnx").read_bytes())
    data[100] ^= 1
    (own / "nearest-x2.onnx").write_bytes(bytes(data))
    with pytest.raises(HashMismatch, match="nearest-x2"):
        store.verify(card)


def test_missing_weights_say_so(own: Path) -> None:
    card = store.find("nearest-x2")
    (own / "nearest-x2.onnx").unlink()
    with pytest.raises(ModelError, match="missing"):
        store.weights_path(card)


def test_a_card_that_is_not_installed_has_no_weights(own: Path) -> None:
    with pytest.raises(ModelNotFound):
        store.weights_path(store.find("nearest-x2").model_copy(update={"scale": 3}))


def test_one_broken_card_hides_no_other(own: Path) -> None:
    (own / "broken.toml").write_text("name = 3\n", "utf-8")
    assert "identity-x1" in {card.name for card in store.installed()}
    assert any("broken.toml" in problem for problem in store.problems())


def test_shipped_weights_are_what_their_cards_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(store.HOME_VARIABLE, str(tmp_path))
    assert store.problems() == ()
    for card in store.installed():
        path = store.verify(card)
        assert path.stat().st_size == card.bytes
