"""Own models come and go whole, whatever stops the command; nothing of another model is touched."""

import os
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from command_line import environment
from restograph.errors import ModelError, ModelNotFound, OutputExists
from restograph.models import install as module
from restograph.models import store
from restograph.models.card import AnyFactor, Card, Measured, read_card
from restograph.models.install import card_toml, install, remove, sweep

TOYS = Path(__file__).parents[1] / "data" / "models"
TOY = read_card(TOYS / "nearest-x2.toml")
DATA = (TOYS / "nearest-x2.onnx").read_bytes()


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(store.HOME_VARIABLE, str(tmp_path))
    return tmp_path / "models"


def _put(name: str = "mine", aliases: tuple[str, ...] = (), data: bytes = DATA, force: bool = False) -> Card:
    """Install the toy; other `data` gives another version of it."""
    import hashlib

    digest = hashlib.sha256(data).hexdigest()
    weights = f"{name}-{digest[:8]}.onnx"
    card = TOY.model_copy(
        update={"name": name, "aliases": aliases, "weights": weights, "sha256": digest, "bytes": len(data)}
    )
    install(card, {weights: data, weights.replace(".onnx", ".safetensors"): b"numbers"}, force)
    return card


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_an_installed_model_is_found_and_verified(own: Path) -> None:
    card = _put(aliases=("SISR-Mine-x2",))
    assert store.find("sisr-mine-X2") == card and store.verify(card).read_bytes() == DATA
    stem = card.weights.removesuffix(".onnx")
    assert _names(own) == [f"{stem}.onnx", f"{stem}.safetensors", "mine.toml"]


def test_a_folder_that_cannot_be_made_is_named(own: Path) -> None:
    own.touch()
    with pytest.raises(ModelError, match="RESTOGRAPH_HOME"):
        _put()


def test_a_taken_name_needs_force_and_then_leaves_nothing_old(own: Path) -> None:
    old = _put()
    with pytest.raises(OutputExists, match=r"'mine' is installed.*--force"):
        _put(data=DATA + b"\0")
    assert store.find("mine") == old
    new = _put(data=DATA + b"\0", force=True)
    assert store.find("mine") == new and len(_names(own)) == 3 and old.weights not in _names(own)
    assert _put(data=DATA + b"\0", force=True) == new and len(_names(own)) == 3


def test_a_shipped_name_needs_force_and_comes_back(own: Path) -> None:
    shipped = store.find("safmn-x2")
    with pytest.raises(OutputExists, match="safmn-x2"):
        _put("safmn-x2")
    _put("safmn-x2", force=True)
    assert store.find("safmn-x2").family == "toy"
    remove("safmn-x2")
    assert store.find("safmn-x2") == shipped and _names(own) == []


@pytest.mark.parametrize("force", [False, True])
def test_a_name_of_another_model_is_not_taken_twice(own: Path, force: bool) -> None:
    _put("first", ("SISR-Mine-x2",))
    with pytest.raises(OutputExists, match=r"'sisr-mine-x2' is a name of the installed 'first'.*models remove first"):
        _put("second", ("sisr-MINE-x2",), force=force)
    with pytest.raises(OutputExists, match="'first'"):
        _put("second", ("First",), force=force)
    assert {card.name for card in store.installed()} & {"first", "second"} == {"first"}


def test_remove_takes_own_models_only(own: Path) -> None:
    _put("first")
    other = _put("second", data=DATA + b"\0")
    assert remove("FIRST")[0] == "first.toml"
    assert store.verify(other).exists() and len(_names(own)) == 3
    with pytest.raises(ModelError, match="shipped"):
        remove("safmn-x2")
    with pytest.raises(ModelNotFound):
        remove("first")


def test_a_failure_leaves_nothing_behind(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = _put()
    before = _names(own)

    def full(*_: object) -> None:
        raise ModelError("the disk is full")

    monkeypatch.setattr(module, "atomic_write_text", full)
    for force in (True, False):
        with pytest.raises((ModelError, OutputExists)):
            _put(data=DATA + b"\0", force=force)
        assert _names(own) == before and store.verify(old).exists()


_KILLED = """
import os, signal, sys
from restograph.models import install
steps, left = ("atomic_write_bytes", "atomic_write_text"), [int(sys.argv[1])]
def stopping(write):
    def step(*arguments, **options):
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left[0] -= 1
        write(*arguments, **options)
    return step
for name in steps:
    setattr(install, name, stopping(getattr(install, name)))
sys.path.insert(0, sys.argv[2])
from models.test_install import DATA, _put
_put(data=DATA + b"new", force=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kills a process by signal")
@pytest.mark.parametrize("written", [0, 1, 2, 3])
def test_a_killed_replacement_leaves_the_old_model_or_the_new_one(own: Path, written: int) -> None:
    old = _put()
    tests = Path(__file__).parents[1]
    call = [sys.executable, "-c", _KILLED, str(written), str(tests)]
    done = subprocess.run(call, env=environment(RESTOGRAPH_HOME=str(own.parent)), check=False, timeout=120)
    assert done.returncode == (0 if written == 3 else -signal.SIGKILL)
    now = store.find("mine")
    assert store.verify(now).exists() and (now == old) == (written < 3)
    assert store.problems() == ()
    hour_ago = time.time() - 2 * 3600
    for path in own.iterdir():
        os.utime(path, (hour_ago, hour_ago))
    sweep(own)
    assert len(_names(own)) == 3 and store.verify(now).exists()


def test_sweeping_leaves_what_is_young_foreign_or_in_doubt(own: Path) -> None:
    _put()
    old = time.time() - 2 * 3600
    for name, age in (("a-01234567.onnx", None), ("b-01234567.onnx", old), ("photo.jpg", old), ("net.onnx", old)):
        (own / name).write_bytes(b"x")
        if age:
            os.utime(own / name, (age, age))
    (own / "broken.toml").write_text("name = ", "utf-8")
    sweep(own)
    assert len(_names(own)) == 8
    (own / "broken.toml").unlink()
    sweep(own)
    assert {"a-01234567.onnx", "photo.jpg", "net.onnx"} <= set(_names(own)) and "b-01234567.onnx" not in _names(own)


@given(
    st.text(st.characters(exclude_categories=("Cs",)), max_size=30),
    st.floats(min_value=0, max_value=1e9),
    st.lists(st.text(st.characters(exclude_categories=("Cs",)), max_size=9), max_size=3),
)
def test_cards_survive_being_written(text: str, number: float, aliases: list[str]) -> None:
    figures = (Measured(benchmark=text, metric="m", value=number), Measured(benchmark="b", metric=text, value=-1.5))
    second = AnyFactor(weights="q.onnx", sha256="0" * 64, bytes=3, most=3.5)
    changes = {"title": text, "aliases": tuple(aliases), "quality": figures, "any_factor": second, "scale": 1}
    card = Card.model_validate({**TOY.model_dump(), **changes})
    assert Card.model_validate(tomllib.loads(card_toml(card))) == card
