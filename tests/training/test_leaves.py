"""Generated scenes: reproducible, without holes, and with the statistics of photographs."""

import hashlib
import os
import subprocess
import sys

import numpy as np
import pytest
from numpy.typing import NDArray

from restograph.training import leaves as scene
from restograph.training.leaves import fall, leaves
from restograph.training.outlines import outline, radii
from restograph.training.texture import TILE, noise, palette

Grey = NDArray[np.float64]


@pytest.fixture(scope="module")
def images() -> list[NDArray[np.uint8]]:
    return [leaves(5, number) for number in range(6)]


def grey(image: NDArray[np.uint8]) -> Grey:
    return image @ np.array([0.299, 0.587, 0.114])


def radial_power(image: Grey) -> tuple[Grey, Grey]:
    """Frequency (cycles per image) and mean power at that distance from zero."""
    size = len(image)
    window = np.hanning(size)[:, None] * np.hanning(size)
    power = np.abs(np.fft.fft2((image - image.mean()) * window)) ** 2
    place = np.fft.fftfreq(size, 1 / size)
    ring = np.hypot(place[:, None], place).astype(int).ravel()
    mean = np.bincount(ring, power.ravel()) / np.bincount(ring)
    kept = np.arange(4, size // 3)  # below lies the window, above the shrinking
    return kept.astype(float), mean[kept]


def test_a_scene_depends_on_seed_and_number_alone() -> None:
    first = leaves(3, 1, 96)
    leaves(3, 2, 96)
    np.random.default_rng(0).random()
    assert np.array_equal(first, leaves(3, 1, 96))


@pytest.mark.parametrize("hash_seed", ["1", "77"])
def test_a_scene_is_the_same_in_another_process(hash_seed: str) -> None:
    code = "import hashlib; from restograph.training.leaves import leaves; print(hashlib.sha256(leaves(3, 1, 96)).hexdigest())"
    env = {**os.environ, "PYTHONHASHSEED": hash_seed, "OMP_NUM_THREADS": hash_seed[0]}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == hashlib.sha256(leaves(3, 1, 96)).hexdigest()


def test_no_two_numbers_or_seeds_are_alike(images: list[NDArray[np.uint8]]) -> None:
    small = [leaves(seed, number, 64) for seed in range(2) for number in range(8)]
    for group in (images, small):
        flat = [grey(image).ravel() for image in group]
        likeness = np.corrcoef(flat) - np.eye(len(flat))
        assert np.abs(likeness).max() < 0.8 and len({image.tobytes() for image in group}) == len(group)


@pytest.mark.parametrize("size", [1, 2, 33, 97, 200])
def test_any_size(size: int) -> None:
    for number in range(4):
        image = leaves(0, number, size)
        assert image.shape == (size, size, 3) and image.dtype == np.uint8


def test_values_use_the_full_range(images: list[NDArray[np.uint8]]) -> None:
    for image in images:
        assert image.min() == 0 and image.max() == 255
        assert 40 < image.mean() < 200 and grey(image).std() > 20
        clipped = ((image == 0) | (image == 255)).mean()
        assert clipped < 0.05


def test_white_leaves_on_white_ground_leave_no_hole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scene, "paint", lambda labels, *rest: np.ones((*labels.shape, 3), np.float32))
    monkeypatch.setattr(scene, "_shade", lambda labels, *rest: np.ones(labels.shape, np.float32))
    monkeypatch.setattr(scene, "_exposed", lambda rng, image: image)
    for number in range(12):
        assert np.abs(leaves(1, number, 64).astype(np.float64) - 1).max() < 1e-4


@pytest.mark.parametrize("cover", [0.1, 0.7, 0.99])
def test_leaves_fall_until_the_wanted_share_is_hidden(cover: float) -> None:
    labels, places = fall(np.random.default_rng(2), 200, cover, 3, 100)
    assert cover <= (labels >= 0).mean() < min(1, cover + 0.4)  # the last leaf may be a large one
    assert sorted(set(labels[labels >= 0].tolist())) == list(range(len(places.x) - 1))  # each is seen; then the ground


def test_leaves_in_front_hide_those_behind() -> None:
    """The first leaf is whole, as large as its radius says; later ones have lost parts."""
    labels, places = fall(np.random.default_rng(8), 400, 0.95, 12, 60)
    area = np.bincount(labels[labels >= 0], minlength=len(places.x)) / (np.pi * places.radius**2)
    assert area[:20].mean() > 2 * area[-100:-1].mean()


def test_sizes_follow_the_cubic_law() -> None:
    drawn = np.sort(radii(np.random.default_rng(4), 40_000, 4, 400))
    assert drawn[0] >= 4 and drawn[-1] <= 400
    wanted = (4.0**-2 - drawn**-2) / (4.0**-2 - 400.0**-2)
    assert np.abs(wanted - (np.arange(len(drawn)) + 0.5) / len(drawn)).max() < 0.01  # Kolmogorov-Smirnov


def test_fallen_leaves_follow_the_cubic_law() -> None:
    """Exponent by maximum likelihood, from leaves that hardly touch each other."""
    rng = np.random.default_rng(6)
    seen = np.concatenate([fall(rng, 1000, 0.06, 2, 200)[1].radius[:-1] for _ in range(6)])
    assert 2.75 < 1 + len(seen) / np.log(seen / 2).sum() < 3.25


def test_outlines_are_closed_round_the_middle_and_of_many_kinds() -> None:
    rng = np.random.default_rng(3)
    reach = []
    for _ in range(300):
        points = outline(rng, 20)
        assert len(points) >= 3 and np.isfinite(points).all()
        low, high = points.min(axis=0), points.max(axis=0)
        reach.append(np.hypot(*(high - low)) / 20)
    assert np.percentile(reach, 20) > 2 and np.percentile(reach, 90) > 4  # discs have 2.8


def test_power_falls_as_in_photographs(images: list[NDArray[np.uint8]]) -> None:
    slopes = []
    for image in images:
        frequency, power = radial_power(grey(image))
        slopes.append(np.polyfit(np.log(frequency), np.log(power), 1)[0])
    assert -3.0 < np.mean(slopes) < -1.8 and min(slopes) > -3.4 and max(slopes) < -1.4


def test_gradients_are_heavy_tailed(images: list[NDArray[np.uint8]]) -> None:
    for image in images:
        step = np.diff(grey(image), axis=1)
        step -= step.mean()
        assert (step**4).mean() / (step**2).mean() ** 2 > 8  # a Gaussian has 3


def test_noise_repeats_without_a_seam() -> None:
    fields = noise(np.random.default_rng(1))
    assert fields.shape[1:] == (TILE, TILE) and np.allclose(fields.std(axis=(1, 2)), 1, atol=1e-3)
    inner = np.abs(np.diff(fields, axis=2)).mean(axis=(1, 2))
    seam = np.abs(fields[:, :, 0] - fields[:, :, -1]).mean(axis=1)
    assert (seam < 1.3 * inner).all()


def test_palettes_are_mostly_dull_and_widely_lit() -> None:
    colours = np.concatenate([palette(np.random.default_rng(seed), 10) for seed in range(200)])
    assert colours.min() >= 0 and colours.max() <= 1
    chroma, light = np.ptp(colours, axis=1), colours.mean(axis=1)
    assert 0.05 < np.median(chroma) < 0.25 and np.percentile(light, 95) - np.percentile(light, 5) > 0.5
