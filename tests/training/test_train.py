"""Training: schedule and losses in closed form; a run that is stopped, killed or resumed loses nothing."""

import json
import math
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

torch = pytest.importorskip("torch", reason="training needs the train extra")
pytestmark = pytest.mark.train

from restograph.errors import DataError  # noqa: E402
from restograph.training import train as module  # noqa: E402
from restograph.training.data import Bytes  # noqa: E402
from restograph.training.degrade import Damage  # noqa: E402
from restograph.training.recipe import Recipe  # noqa: E402
from restograph.training.train import learning_rate, train  # noqa: E402

TINY = {"dim": 8, "n_blocks": 1}
RECIPE = Recipe(name="tiny", sizes=TINY, scale=2, patch=16, batch=1, steps=5, every=2, warmup=2, seed=3)
OTHERS = [
    Recipe(name="a", network="safmnpp", sizes={"dim": 9, "n_blocks": 1}, scale=2, patch=16, batch=1, steps=2, every=1),
    Recipe(name="b", network="light-safmnpp", sizes=TINY, scale=2, patch=16, batch=1, steps=2, every=1),
    Recipe(name="c", network="safmn-ntire", sizes=TINY, scale=2, patch=16, batch=1, steps=2, every=1),
    Recipe(name="d", network="liif-safmn", sizes={"hidden": (8, 8)}, scale=4, patch=16, batch=1, steps=2, every=1, queries=50),
    Recipe(
        name="e", network="mssnet", sizes={"wf": 4, "scale": 2, "vscale": 2}, scale=1, patch=16, batch=1, steps=2, every=1,
        damage=Damage(motion=(3, 6)),
    ),
    Recipe(name="f", sizes=TINY, scale=1, patch=16, batch=1, steps=2, every=1, balance=0.5, damage=Damage(jpeg=(10, 90))),
]  # fmt: skip


@pytest.fixture(autouse=True)
def every_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """A checkpoint after every step, and a short validation."""
    monkeypatch.setattr(module, "CHECKPOINT_EVERY", -1.0)
    monkeypatch.setattr(module, "VALIDATION_BATCHES", 1)


def scene(seed: int) -> NDArray[np.uint8]:
    coarse = np.random.default_rng(seed).integers(0, 256, (24, 28, 3), dtype=np.uint8)
    return np.asarray(Image.fromarray(coarse).resize((264, 256), Image.Resampling.BICUBIC))


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("photos")
    for number in range(4):
        Image.fromarray(scene(number)).save(folder / f"{number}.png")
    return folder


def quiet(text: str) -> None:
    """Progress that nobody reads."""


def result(folder: Path) -> tuple[list[dict[str, float]], dict[str, Any]]:
    """The curve without its clock, and the averaged weights, of a run."""
    state = torch.load(folder / "checkpoint.pt", weights_only=True)
    curve = json.loads((folder / "curve.json").read_text("utf-8"))
    assert curve == state["curve"]
    return [{k: v for k, v in row.items() if k != "seconds"} for row in curve], state["average"]


@pytest.fixture(scope="module")
def whole(photos: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An uninterrupted run."""
    out = tmp_path_factory.mktemp("whole") / "tiny"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "CHECKPOINT_EVERY", -1.0)
        patch.setattr(module, "VALIDATION_BATCHES", 1)
        train(RECIPE, photos, out, None, False, quiet)
    return out


def assert_same(a: Path, b: Path) -> None:
    (curve_a, weights_a), (curve_b, weights_b) = result(a), result(b)
    assert curve_a == curve_b and weights_a.keys() == weights_b.keys()
    assert all(torch.equal(weights_a[name], weights_b[name]) for name in weights_a)


# ── a run ────────────────────────────────────────────────────────────────────────────────────────


def test_a_run_leaves_checkpoint_and_curve(whole: Path) -> None:
    curve, _ = result(whole)
    assert [row["step"] for row in curve] == [2, 4, 5]
    assert all(math.isfinite(row["loss"]) and 5 < row["psnr"] < 60 for row in curve)
    assert sorted(p.name for p in whole.iterdir()) == ["checkpoint.pt", "curve.json", "curve.svg"]
    assert "step 5" in (whole / "curve.svg").read_text("utf-8")


def test_the_same_recipe_gives_the_same_weights(whole: Path, photos: Path, tmp_path: Path) -> None:
    train(RECIPE, photos, tmp_path / "tiny", None, False, quiet)
    assert_same(whole, tmp_path / "tiny")


def test_a_run_resumed_at_every_step_equals_the_uninterrupted_one(whole: Path, photos: Path, tmp_path: Path) -> None:
    for begun in (False, True, True, True, True):
        train(RECIPE, photos, tmp_path / "tiny", 0.0, begun, quiet)  # no minutes: one step, then it stops
    assert_same(whole, tmp_path / "tiny")


KILLED = """
import sys, torch
from pathlib import Path
from restograph.training import train as module
from restograph.training.recipe import Recipe
torch.set_num_threads(1)
module.CHECKPOINT_EVERY, module.VALIDATION_BATCHES = -1.0, 1
recipe = Recipe.model_validate_json(sys.argv[1])
module.train(recipe, Path(sys.argv[2]), Path(sys.argv[3]), None, False, lambda text: print(text, flush=True))
"""


@pytest.mark.skipif(os.name != "posix", reason="kill -9 as on Unix")
def test_kill_9_loses_at_most_the_steps_since_the_last_checkpoint(whole: Path, photos: Path, tmp_path: Path) -> None:
    out = tmp_path / "tiny"
    line = [sys.executable, "-c", KILLED, RECIPE.model_dump_json(), str(photos), str(out)]
    source = str(Path(module.__file__).parents[2])
    environment = {**os.environ, "PYTHONPATH": source}
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        assert [process.stdout.readline().split()[1] for _ in range(2)] == ["2/5", "4/5"]
        process.send_signal(signal.SIGKILL)
    assert torch.load(out / "checkpoint.pt", weights_only=True)["step"] >= 3
    train(RECIPE, photos, out, None, True, quiet)
    assert_same(whole, out)


def test_a_crash_while_saving_keeps_the_checkpoint_before(
    photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "tiny"
    train(RECIPE, photos, out, 0.0, False, quiet)

    def half(state: object, path: Path) -> None:
        path.write_bytes(b"half a checkpoint")
        raise OSError("disk full")

    monkeypatch.setattr(torch, "save", half)
    with pytest.raises(OSError, match="disk full"):
        train(RECIPE, photos, out, None, True, quiet)
    assert torch.load(out / "checkpoint.pt", weights_only=True)["step"] == 1


def test_a_finished_run_has_nothing_left_to_do(whole: Path, photos: Path) -> None:
    before = (whole / "checkpoint.pt").read_bytes()
    train(RECIPE, photos, whole, None, True, quiet)
    assert (whole / "checkpoint.pt").read_bytes() == before


def test_a_run_is_neither_overwritten_nor_mixed_with_another(whole: Path, photos: Path) -> None:
    with pytest.raises(DataError, match="--resume"):
        train(RECIPE, photos, whole, None, False, quiet)
    with pytest.raises(DataError, match="another recipe"):
        train(RECIPE.model_copy(update={"seed": 4}), photos, whole, None, True, quiet)


def test_a_body_is_taken_over_and_the_head_is_new(whole: Path, photos: Path) -> None:
    recipe = RECIPE.model_copy(
        update={"name": "next", "scale": 3, "start_from": "tiny", "lr_start": 1e-12, "lr_end": 0}
    )
    said: list[str] = []
    train(recipe, photos, whole.parent / "next", 0.0, False, said.append)
    assert any("tensors taken from" in line and "tiny" in line for line in said)
    body, started = result(whole)[1], result(whole.parent / "next")[1]
    assert all(torch.allclose(body[k], started[k], atol=1e-6) for k in body if not k.startswith("to_img"))
    assert started["to_img.0.weight"].shape[0] == 27


def test_a_missing_body_says_what_to_train_first(photos: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="train that recipe first"):
        train(RECIPE.model_copy(update={"start_from": "nothing"}), photos, tmp_path / "x", None, False, quiet)


# ── photographs for validation ───────────────────────────────────────────────────────────────────


def split(photos: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[list[Bytes], list[Bytes]]:
    """Pictures that a run would train on, and those it would validate with."""
    seen: list[tuple[list[Bytes], list[Bytes]]] = []
    monkeypatch.setattr(module.Run, "loop", lambda self, training, validation, *_: seen.append((training, validation)))
    train(RECIPE, photos, out, None, False, quiet)
    return seen[0]


@pytest.mark.parametrize(("count", "kept"), [(2, 1), (9, 1), (20, 2), (37, 3)])
def test_validation_photographs_are_never_trained_on(
    count: int, kept: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    for number in range(count):
        Image.new("RGB", (96, 96), (number * 6, 10, 20)).save(folder / f"{number:02}.png")
    training, validation = split(folder, tmp_path / "run", monkeypatch)
    reds = [{int(picture[0, 0, 0]) for picture in side} for side in (training, validation)]
    assert reds[0] & reds[1] == set() and reds[0] | reds[1] == {number * 6 for number in range(count)}
    assert reds[1] == {number * 6 for number in range(count - kept, count)}


def test_a_single_photograph_trains_or_is_refused_in_words(photos: Path, tmp_path: Path) -> None:
    folder = tmp_path / "one"
    folder.mkdir()
    (folder / "0.png").write_bytes((photos / "0.png").read_bytes())
    try:
        train(RECIPE, folder, tmp_path / "run", None, False, quiet)
    except DataError as error:
        assert "photograph" in str(error)
    else:
        assert (tmp_path / "run" / "checkpoint.pt").is_file()


# ── schedule, loss, start ────────────────────────────────────────────────────────────────────────


def test_the_learning_rate_warms_up_and_then_falls_along_a_cosine() -> None:
    recipe = Recipe(name="a", scale=2, steps=1000, warmup=100, lr_start=1e-3, lr_end=1e-6)
    rates = [learning_rate(recipe, step) for step in range(1001)]
    assert rates[0] == pytest.approx(1e-5) and rates[99] == rates[100] == pytest.approx(1e-3)
    assert rates[550] == pytest.approx((1e-3 + 1e-6) / 2) and rates[1000] == pytest.approx(1e-6)
    assert rates[:100] == sorted(rates[:100]) and rates[100:] == sorted(rates[100:], reverse=True)


def test_without_warm_up_it_begins_at_the_top() -> None:
    recipe = Recipe(name="a", scale=2, steps=10, warmup=0, lr_start=1e-3, lr_end=0)
    assert learning_rate(recipe, 0) == pytest.approx(1e-3) and learning_rate(recipe, 10) == pytest.approx(0, abs=1e-12)


# ── every network, and no photographs ────────────────────────────────────────────────────────────


@pytest.mark.parametrize("recipe", OTHERS, ids=lambda r: r.network)
def test_every_network_trains(recipe: Recipe, photos: Path, tmp_path: Path) -> None:
    train(recipe, photos, tmp_path / recipe.name, None, False, quiet)
    curve, weights = result(tmp_path / recipe.name)
    assert [row["step"] for row in curve] == [1, 2]
    assert all(math.isfinite(row["loss"]) and row["psnr"] > 3 for row in curve)
    assert all(torch.isfinite(w).all() for w in weights.values())


def test_without_photographs_generated_pictures_are_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ALONE", 2)
    said: list[str] = []
    out = tmp_path / "tiny"
    train(RECIPE, None, out, 0.0, False, said.append)
    assert any("no photographs given" in line for line in said)
    train(RECIPE, None, out, None, True, said.append)
    assert [row["step"] for row in result(out)[0]] == [2, 4, 5]


def test_sizes_that_a_network_does_not_have_are_named(photos: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"'depth'.* 'safmn'|'safmn'.*'depth'"):
        train(RECIPE.model_copy(update={"sizes": {"depth": 3}}), photos, tmp_path / "x", None, False, quiet)
