"""The networks in the package: their cards hold, any size works, and the figures can be reproduced."""

import io
from collections.abc import Callable
from functools import cache
from math import floor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from command_line import NOWHERE, texture
from restograph.image.quality import psnr, psnr_y, ssim_y
from restograph.image.resample import bicubic
from restograph.models.card import Card
from restograph.models.store import HOME_VARIABLE, installed, query_path, verify, weights_path
from restograph.run.engine import Engine
from restograph.training.blur import motion_kernel
from restograph.training.degrade import in_light, to_bytes, to_float
from restograph.workflow.graph import Node

EXPECTED = ["liif-safmn-any", "mssnet-tiny-deblur", "safmn-clean-x1", "safmn-x2", "safmn-x3", "safmn-x4"]
KINDS = {"safmn-clean-x1": "clean", "mssnet-tiny-deblur": "deblur"}
ANY_FACTOR = 2.5  # at which the network for any factor is tried
ALL_BYTES = 25_000_000  # that the shipped weights may take together
LEAST = {2: 36.8, 3: 32.9, 4: 30.6}  # PSNR-Y in dB on Set5
BICUBIC = {2: 33.66, 3: 30.39, 4: 28.43}  # what Matlab's bicubic reaches there
BUDGET = 2**40  # bytes: nothing here is cut into tiles
SHARED = Path(__file__).parents[2] / "shared" / "data"
Bytes = NDArray[np.uint8]


@pytest.fixture(autouse=True)
def nothing_of_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(NOWHERE))


def card(name: str) -> Card:
    found = next((c for c in installed() if c.name == name), None)
    if found is None:
        pytest.skip(f"the weights of {name} are not shipped yet")
    return found


@cache
def _engine() -> Engine:
    return Engine(installed(), "cpu", BUDGET)


def factor_of(one: Card) -> float:
    return ANY_FACTOR if one.any_factor else float(one.scale)


def enlarged(
    one: Card, pixels: NDArray[np.float32], factor: float, engine: Engine | None = None
) -> NDArray[np.float32]:
    """What the network makes of a picture in [0, 1]."""
    params: dict[str, int | float | str] = {"factor": factor} if one.kind == "upscale" else {}
    return (engine or _engine()).restore(Node(id="n", kind=one.kind, params=params, model=one.name), pixels)


def restored(one: Card, picture: Bytes, factor: float | None = None) -> Bytes:
    """What the network makes of 8-bit RGB, rounded to 8 bits as in a file."""
    made = enlarged(one, picture.astype(np.float32) / 255, factor or factor_of(one))
    return np.clip(np.rint(made * 255), 0, 255).astype(np.uint8)


def read(path: Path) -> Bytes:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def test_all_expected_networks_are_shipped() -> None:
    assert [c.name for c in installed()] == EXPECTED


@pytest.mark.parametrize("name", EXPECTED)
def test_a_card_says_what_there_is_to_know(name: str) -> None:
    one = card(name)
    assert verify(one).stat().st_size == one.bytes < 8_000_000
    assert one.licence == "Apache-2.0" and one.training.data and one.training.command and one.training.seed is not None
    assert one.kind == KINDS.get(name, "upscale") and (one.any_factor is not None) == name.endswith("any")
    assert one.tiling.bound is not None and one.bf16 is not None and one.training.stages
    assert one.quality, "no measured figure"
    for figure in one.quality:
        assert figure.convention and figure.command.startswith("python benchmarks/quality")


def test_all_weights_together_are_small() -> None:
    files = [weights_path(one) for one in installed()] + [query_path(one) for one in installed() if one.any_factor]
    assert sum(path.stat().st_size for path in files) < ALL_BYTES


@pytest.mark.parametrize("name", EXPECTED)
@pytest.mark.parametrize("size", [(1, 1), (1, 30), (7, 13), (8, 8), (21, 34), (45, 37), (64, 51)])
def test_any_size_gives_exactly_its_multiple(name: str, size: tuple[int, int]) -> None:
    one = card(name)
    made = restored(one, texture(*size))
    assert made.shape == (*(floor(side * factor_of(one) + 0.5) for side in size), 3)


@pytest.mark.parametrize("name", EXPECTED)
def test_the_picture_stays_the_same_picture(name: str) -> None:
    """Brought back to its size the output resembles the input, also where padding was needed."""
    one = card(name)
    picture = texture(45, 61)
    made = Image.fromarray(restored(one, picture)).resize((61, 45), Image.Resampling.BOX)
    assert psnr(np.asarray(made), picture) > (32 if one.kind == "upscale" else 26)  # cleaning takes the grain away


@pytest.mark.parametrize("name", EXPECTED)
@pytest.mark.parametrize("value", [0, 128, 255])
def test_flat_pictures_stay_flat(name: str, value: int) -> None:
    made = restored(card(name), np.full((24, 32, 3), value, np.uint8)).astype(int)
    assert np.abs(made - value).max() <= 3


@pytest.mark.parametrize("name", EXPECTED)
def test_the_same_input_gives_the_same_output(name: str) -> None:
    one = card(name)
    pixels = texture(33, 40).astype(np.float32) / 255
    made = [enlarged(one, pixels, factor_of(one), Engine((one,), "cpu", BUDGET)) for _ in range(2)]
    assert np.array_equal(*made)


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_set5_gives_the_figures_of_the_card(scale: int) -> None:
    one = card(f"safmn-x{scale}")
    folder = SHARED / "set5" / f"x{scale}"
    if not folder.is_dir():
        pytest.skip("needs the Set5 pictures in ../shared/data/set5")
    scores = []
    for path in sorted(folder.glob("*_LR.png")):
        truth = read(path.with_name(path.name.replace("_LR", "_HR")))
        made = restored(one, read(path))
        scores.append((psnr_y(made, truth, scale), ssim_y(made, truth, scale)))
    dB, similarity = np.mean(scores, axis=0)
    assert dB >= LEAST[scale] > BICUBIC[scale]
    figures = {figure.metric: figure.value for figure in one.quality}
    measured = {"PSNR-Y (dB)": round(dB, 2), "SSIM-Y": round(similarity, 4)}
    assert measured.keys() <= figures.keys(), f"the card lacks the figures {measured}"
    assert dB == pytest.approx(figures["PSNR-Y (dB)"], abs=0.01)
    assert similarity == pytest.approx(figures["SSIM-Y"], abs=0.0005)


@pytest.mark.parametrize("factor", [2.0, 2.5, 4.0])
def test_any_factor_beats_bicubic_on_set5(factor: float) -> None:
    """The small pictures are made here, so that 2.5 has one as well."""
    one, folder = card("liif-safmn-any"), SHARED / "set5" / "x2"
    if not folder.is_dir():
        pytest.skip("needs the Set5 pictures in ../shared/data/set5")
    gains = []
    for path in sorted(folder.glob("*_HR.png")):
        truth = read(path)[:200, :200]
        side = int(200 / factor)
        low = np.clip(np.rint(bicubic(truth.astype(np.float32), side, side)), 0, 255).astype(np.uint8)
        plain = np.clip(np.rint(bicubic(low.astype(np.float32), 200, 200)), 0, 255).astype(np.uint8)
        gains.append(psnr_y(restored(one, low, factor), truth, 4) - psnr_y(plain, truth, 4))
    assert np.mean(gains) >= 0.7


def holdout(side: int) -> list[Bytes]:
    """The middles of photographs that no network was trained on."""
    photos = [read(path) for path in sorted((SHARED / "photos" / "holdout").glob("*.jpg"))]
    if not photos:
        pytest.skip("needs the photographs in ../shared/data/photos/holdout")
    tops = [((p.shape[0] - side) // 2, (p.shape[1] - side) // 2) for p in photos]
    return [p[top : top + side, left : left + side] for p, (top, left) in zip(photos, tops, strict=True)]


def gain(one: Card, truths: list[Bytes], damage: Callable[[Bytes], Bytes]) -> float:
    """Mean gain in dB over the damaged pictures."""
    pairs = [(damage(truth), truth) for truth in truths]
    return float(np.mean([psnr(restored(one, bad), truth) - psnr(bad, truth) for bad, truth in pairs]))


@pytest.mark.parametrize(("quality", "least"), [(20, 0.7), (95, -2.5)])
def test_cleaning_gains_on_photographs_it_never_saw(quality: int, least: float) -> None:
    """At quality 95 there is nothing to gain, and little may be lost."""
    assert gain(card("safmn-clean-x1"), holdout(112), lambda p: squeezed(p, quality)) >= least


def test_noise_goes_from_photographs_it_never_saw() -> None:
    rng = np.random.default_rng(5)

    def grainy(picture: Bytes) -> Bytes:
        return np.clip(np.rint(picture + rng.normal(0, 25, picture.shape)), 0, 255).astype(np.uint8)

    assert gain(card("safmn-clean-x1"), holdout(112), grainy) >= 4


def test_deblurring_gains_on_photographs_it_never_saw() -> None:
    """Paths of a camera that training never drew: its seeds are lists."""
    rng = np.random.default_rng(20261125)

    def shaken(picture: Bytes) -> Bytes:
        return to_bytes(in_light(to_float(picture), motion_kernel(4.0, rng)))

    assert gain(card("mssnet-tiny-deblur"), holdout(160), shaken) >= 0.7


def squeezed(picture: Bytes, quality: int) -> Bytes:
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=quality, subsampling=2)
    with Image.open(buffer) as image:
        return np.asarray(image.convert("RGB"))


@pytest.mark.train
@pytest.mark.parametrize("name", EXPECTED)
def test_the_shipped_files_are_the_network_of_the_paper(name: str) -> None:
    """The weights, read back out of the ONNX files, give the same result in PyTorch."""
    torch = pytest.importorskip("torch", reason="needs the train extra")
    pytest.importorskip("onnx", reason="needs the train extra")
    from restograph.networks.export.readback import state_of
    from restograph.networks.registry import ARCHITECTURES

    one = card(name)
    state = state_of([verify(one)] + ([query_path(one)] if one.any_factor else []))
    family = next(a for a in ARCHITECTURES if a.family == one.family)
    net = family.build(family.config_of(state)).eval()
    net.load_state_dict(state, strict=False)  # the tails of MSSNet that serve training alone stay random
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # small pictures: waking threads would take most of the time
    for size in ((16, 16), (16, 80), (32, 48), (80, 64)):
        x = np.random.default_rng(size[1]).random((*size, 3), dtype=np.float32)
        for factor in (1.1, 2.0, 3.7, 6.0) if one.any_factor else (float(one.scale),):
            made = enlarged(one, x, factor)
            assert np.abs(made - np.clip(in_torch(net, x, made.shape, one), 0, 1)).max() <= 1e-4
    torch.set_num_threads(threads)


def in_torch(net: Any, x: NDArray[np.float32], shape: tuple[int, ...], one: Card) -> NDArray[np.float32]:
    """What PyTorch makes of a picture in [0, 1]."""
    import torch

    low = torch.from_numpy(x.transpose(2, 0, 1)[None].copy())
    with torch.no_grad():
        if one.any_factor:
            from restograph.training.objectives import OBJECTIVES

            out = OBJECTIVES["liif-safmn"].restore(net, low, (shape[0], shape[1]))
        else:
            out = net(low)
    return np.asarray(out[0].permute(1, 2, 0).numpy())
