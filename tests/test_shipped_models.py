"""The networks in the package: their cards hold, any size works, and the figures can be reproduced."""

import io
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from command_line import NOWHERE, texture
from restograph.image.quality import psnr, psnr_y, ssim_y
from restograph.models.card import Card
from restograph.models.runtime import Session
from restograph.models.store import HOME_VARIABLE, installed, verify
from restograph.run.apply_model import apply_model

EXPECTED = ["safmn-clean-x1", "safmn-x2", "safmn-x3", "safmn-x4"]
LEAST = {2: 36.8, 3: 32.9, 4: 30.6}  # PSNR-Y in dB on Set5
BICUBIC = {2: 33.66, 3: 30.39, 4: 28.43}  # what Matlab's bicubic reaches there
CLEANING = 0.7  # dB that cleaning gains at least at JPEG quality 20
BUDGET = 4 * 2**30  # bytes: nothing here is cut into tiles
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
def _session(one: Card) -> Session:
    return Session(one, "cpu")


def restored(one: Card, picture: Bytes) -> Bytes:
    """What the network makes of 8-bit RGB, rounded to 8 bits as in a file."""
    made = apply_model(_session(one).run, one, picture.astype(np.float32) / 255, BUDGET).pixels
    return np.clip(np.rint(made * 255), 0, 255).astype(np.uint8)


def read(path: Path) -> Bytes:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def test_all_expected_networks_are_shipped() -> None:
    assert [c.name for c in installed()] == EXPECTED


@pytest.mark.parametrize("name", EXPECTED)
def test_a_card_says_what_there_is_to_know(name: str) -> None:
    one = card(name)
    assert verify(one).stat().st_size == one.bytes < 3_000_000
    assert one.licence == "Apache-2.0" and one.training.data and one.training.command and one.training.seed is not None
    assert one.scale == int(name[-1]) and one.kind == ("clean" if one.scale == 1 else "upscale")
    assert one.quality, "no measured figure"
    for figure in one.quality:
        assert figure.convention and figure.command.startswith("python benchmarks/quality")


@pytest.mark.parametrize("name", EXPECTED)
@pytest.mark.parametrize("size", [(1, 1), (1, 30), (7, 13), (8, 8), (21, 34), (45, 37), (64, 51)])
def test_any_size_gives_exactly_its_multiple(name: str, size: tuple[int, int]) -> None:
    one = card(name)
    made = restored(one, texture(*size))
    assert made.shape == (size[0] * one.scale, size[1] * one.scale, 3)


@pytest.mark.parametrize("name", EXPECTED)
def test_the_picture_stays_the_same_picture(name: str) -> None:
    """Brought back to its size the output resembles the input, also where padding was needed."""
    one = card(name)
    picture = texture(45, 61)
    made = Image.fromarray(restored(one, picture)).resize((61, 45), Image.Resampling.BOX)
    assert psnr(np.asarray(made), picture) > (26 if one.kind == "clean" else 32)  # cleaning takes the grain away


@pytest.mark.parametrize("name", EXPECTED)
@pytest.mark.parametrize("value", [0, 128, 255])
def test_flat_pictures_stay_flat(name: str, value: int) -> None:
    made = restored(card(name), np.full((24, 32, 3), value, np.uint8)).astype(int)
    assert np.abs(made - value).max() <= 3


@pytest.mark.parametrize("name", EXPECTED)
def test_the_same_input_gives_the_same_output(name: str) -> None:
    one = card(name)
    pixels = texture(33, 40).astype(np.float32) / 255
    made = [apply_model(Session(one, "cpu").run, one, pixels, BUDGET).pixels for _ in range(2)]
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


def test_cleaning_gains_on_photographs_it_never_saw() -> None:
    """Cuts of the holdout at JPEG quality 20; at 95 there is nothing to gain, and little may be lost."""
    one = card("safmn-clean-x1")
    photos = sorted((SHARED / "photos" / "holdout").glob("*.jpg"))
    if not photos:
        pytest.skip("needs the photographs in ../shared/data/photos/holdout")
    gains: dict[int, list[float]] = {20: [], 95: []}
    for path in photos:
        full = read(path)
        top, left = (full.shape[0] - 112) // 2, (full.shape[1] - 112) // 2
        truth = full[top : top + 112, left : left + 112]
        for quality, values in gains.items():
            damaged = squeezed(truth, quality)
            values.append(psnr(restored(one, damaged), truth) - psnr(damaged, truth))
    assert np.mean(gains[20]) >= CLEANING
    assert np.mean(gains[95]) > -2.5


def squeezed(picture: Bytes, quality: int) -> Bytes:
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=quality, subsampling=2)
    with Image.open(buffer) as image:
        return np.asarray(image.convert("RGB"))


@pytest.mark.train
@pytest.mark.parametrize("name", EXPECTED)
def test_the_shipped_file_is_the_network_of_the_paper(name: str) -> None:
    """The weights, read back out of the ONNX file, give the same result in PyTorch."""
    torch = pytest.importorskip("torch", reason="needs the train extra")
    onnx = pytest.importorskip("onnx", reason="needs the train extra")
    from restograph.networks.safmn import SAFMN, config_of

    one = card(name)
    constants = onnx.load_from_string(verify(one).read_bytes()).graph.initializer
    arrays = {c.name: onnx.numpy_helper.to_array(c) for c in constants if c.name.endswith((".weight", ".bias"))}
    state = {key: torch.from_numpy(array.copy()) for key, array in arrays.items()}
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # small pictures: waking threads would take most of the time
    net = SAFMN(config_of(state)).eval()
    net.load_state_dict(state)
    assert net.config.upscaling_factor == one.scale
    session = _session(one)
    for size in ((8, 8), (8, 70), (13, 29), (37, 45)):
        x = np.random.default_rng(size[1]).random((1, 3, *size), dtype=np.float32)
        with torch.no_grad():
            wanted = net(torch.from_numpy(x)).numpy()
        assert np.abs(session.run(x) - wanted).max() <= 1e-4
    torch.set_num_threads(threads)
