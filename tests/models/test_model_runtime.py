"""Sessions: checked bytes, shapes, failures, and equal results for any number of threads."""

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from restograph.errors import HashMismatch, ModelError, OutOfMemory, RunError
from restograph.models import store
from restograph.models.runtime import Session, usable_cores

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture
def toys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the toy models, so that a test may damage them."""
    shutil.copytree(DATA / "models", tmp_path / "models")
    monkeypatch.setenv(store.HOME_VARIABLE, str(tmp_path))
    return tmp_path / "models"


def _noise(*shape: int) -> np.ndarray:
    return np.random.default_rng(7).random(shape, dtype=np.float32)


def test_nearest_enlarges(toys: Path) -> None:
    x = _noise(1, 3, 5, 7)
    out = Session(store.find("nearest-x3"), "cpu").run(x)
    assert np.array_equal(out, x.repeat(3, axis=2).repeat(3, axis=3))
    assert out.dtype == np.float32


def test_changed_weights_are_not_loaded(toys: Path) -> None:
    shutil.copy(toys / "nearest-x2.onnx", toys / "identity-x1.onnx")
    with pytest.raises(HashMismatch, match="identity-x1"):
        Session(store.find("identity-x1"))


def test_a_file_that_is_no_model_is_named(toys: Path) -> None:
    import hashlib

    (toys / "identity-x1.onnx").write_bytes(b"not a model")
    text = (toys / "identity-x1.toml").read_text("utf-8")
    old = store.find("identity-x1").sha256
    (toys / "identity-x1.toml").write_text(text.replace(old, hashlib.sha256(b"not a model").hexdigest()), "utf-8")
    with pytest.raises(ModelError, match="identity-x1"):
        Session(store.find("identity-x1"))


def test_a_card_with_the_wrong_scale_is_noticed(toys: Path) -> None:
    text = (toys / "nearest-x2.toml").read_text("utf-8")
    (toys / "nearest-x2.toml").write_text(text.replace("scale = 2", "scale = 3"), "utf-8")
    with pytest.raises(RunError, match="its card is wrong"):
        Session(store.find("nearest-x2"), "cpu").run(_noise(1, 3, 4, 4))


def test_a_refused_input_names_model_and_shape(toys: Path) -> None:
    with pytest.raises(RunError, match=r"'blocks-x1' failed on input \(1, 3, 8, 9\)"):
        Session(store.find("blocks-x1"), "cpu").run(_noise(1, 3, 8, 9))


def test_threads_do_not_change_a_bit(toys: Path) -> None:
    x = _noise(1, 3, 61, 47)
    results = [Session(store.find("blur-x1"), "cpu", threads).run(x) for threads in (1, 2, 3)]
    assert all(np.array_equal(results[0], other) for other in results[1:])


def test_default_threads_are_the_usable_cores(toys: Path) -> None:
    assert Session(store.find("identity-x1")).threads == usable_cores() >= 1


_STARVED = """
import resource, sys
import numpy as np
from restograph.errors import OutOfMemory
from restograph.models.runtime import Session
from restograph.models.store import find
session = Session(find("nearest-x3"), "cpu", threads=1)
batch = np.zeros((1, 3, 2000, 2000), np.float32)  # the output takes 432 MB
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + 2**27, used + 2**27))
try:
    session.run(batch)
except (OutOfMemory, MemoryError) as error:
    print(type(error).__name__)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="limits memory through /proc and RLIMIT_AS")
def test_a_failed_allocation_is_out_of_memory(toys: Path) -> None:
    done = subprocess.run([sys.executable, "-c", _STARVED], capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout.strip() in {OutOfMemory.__name__, MemoryError.__name__}, done.stderr
