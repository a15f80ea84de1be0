"""Measured damage: against known damage in synthetic pictures, and in photographs where they are at hand."""

import io
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFilter

from restograph.image.picture import Picture, to_float
from restograph.image.read import read_picture
from restograph.task.look import Look, blockiness, edge_widths, jpeg_quality, look, noise_sigma, sample, to_luma

PHOTOS = Path(__file__).parents[3] / "shared" / "data" / "photos" / "train"


def _picture(array: np.ndarray, alpha: np.ndarray | None = None) -> Picture:
    return Picture(to_float(array), alpha, 8, "gray" if array.shape[2] == 1 else "rgb", "PNG")


def _scene(height: int = 384, width: int = 512, seed: int = 0) -> np.ndarray:
    """Something like a photograph: soft shapes of all sizes with a few hard edges, no noise."""
    rng = np.random.default_rng(seed)
    scene = np.zeros((height, width, 3), np.float32)
    for cells in (3, 7, 15, 31):
        coarse = Image.fromarray(rng.integers(0, 256, (cells, cells, 3)).astype(np.uint8))
        scene += np.asarray(coarse.resize((width, height), Image.Resampling.BICUBIC), np.float32) / cells
    scene = (scene - scene.min()) / (scene.max() - scene.min()) * 180 + 30
    for _ in range(12):
        y, x, size = rng.integers(0, height - 40), rng.integers(0, width - 40), rng.integers(10, 40)
        scene[y : y + size, x : x + size] += rng.integers(-60, 60)
    return np.clip(np.rint(scene), 5, 250).astype(np.uint8)


def _jpeg(array: np.ndarray, quality: int) -> np.ndarray:
    buffer = io.BytesIO()
    Image.fromarray(array).save(buffer, "JPEG", quality=quality)
    with Image.open(buffer) as image:
        return np.asarray(image)


def _noisy(array: np.ndarray, sigma: float) -> np.ndarray:
    noise = np.random.default_rng(1).normal(0, sigma, array.shape)
    return np.clip(np.rint(array + noise), 0, 255).astype(np.uint8)


def _blurred(array: np.ndarray, radius: float) -> np.ndarray:
    return np.asarray(Image.fromarray(array).filter(ImageFilter.GaussianBlur(radius)))


@pytest.mark.parametrize("quality", range(10, 96))
@pytest.mark.parametrize("gray", [False, True])
def test_jpeg_quality_is_recovered_from_the_file(tmp_path: Path, quality: int, gray: bool) -> None:
    image = Image.fromarray(_scene(64, 64)[:16, :16])
    (image.convert("L") if gray else image).save(tmp_path / "a.jpg", quality=quality)
    assert look(read_picture(tmp_path / "a.jpg")).jpeg_quality == quality


def test_tables_of_other_makers_get_the_nearest_quality() -> None:
    ours = [16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55]  # the first quarter at quality 50
    ours += [14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62]
    ours += [18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92]
    ours += [49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99]
    assert jpeg_quality((tuple(v + (i % 3 - 1) for i, v in enumerate(ours)),)) == 50
    assert jpeg_quality(((1,) * 64,)) == 100
    assert jpeg_quality(None) is None
    assert jpeg_quality(((1, 2, 3),)) is None


@pytest.mark.parametrize("sigma", [1, 2, 5, 10, 20, 40])
@pytest.mark.parametrize("channels", [1, 3])
def test_noise_is_measured_within_a_tenth(sigma: float, channels: int) -> None:
    y, x = np.mgrid[0:512, 0:512]
    smooth = np.stack([110 + 20 * np.sin(x / 90 + c) + 15 * np.cos(y / 70) for c in range(channels)], axis=-1)
    found = noise_sigma(sample(to_float(_noisy(smooth, sigma))))
    assert found == pytest.approx(sigma, rel=0.1, abs=0.1)


def test_no_noise_is_measured_as_none() -> None:
    assert noise_sigma(sample(np.full((64, 64, 3), 0.4, np.float32))) == 0.0
    assert noise_sigma(sample(np.zeros((64, 64, 3), np.float32))) == 0.0


def test_black_bars_and_transparent_parts_do_not_hide_noise() -> None:
    noisy = _noisy(np.full((200, 300, 3), 120.0), 12)
    barred = noisy.copy()
    barred[:60], barred[-60:] = 0, 255
    assert look(_picture(barred)).noise_sigma == pytest.approx(12, rel=0.1)
    alpha = np.ones((200, 300), np.float32)
    alpha[:, :150] = 0
    flat = noisy.copy()
    flat[:, :150] = 77
    assert look(_picture(flat, alpha)).noise_sigma == pytest.approx(12, rel=0.1)


def test_blockiness_grows_as_quality_falls() -> None:
    scene = _scene()
    steps = [look(_picture(_jpeg(scene, quality))).block_step for quality in (90, 70, 50, 30, 10)]
    assert steps == sorted(steps)
    assert steps[-1] > 4 * max(steps[0], 0.1)
    ratios = [look(_picture(_jpeg(scene, quality))).blockiness for quality in (90, 50, 10)]
    assert ratios == sorted(ratios)


def test_a_cropped_grid_is_found_as_well() -> None:
    whole = _jpeg(_scene(), 30)
    cropped = whole[3:, 5:]
    assert look(_picture(cropped)).block_step == pytest.approx(look(_picture(whole)).block_step, rel=0.05)


def test_a_grid_drawn_by_hand_has_the_step_it_was_drawn_with() -> None:
    """Blocks of 8 whose levels alternate by 4: neighbours differ by 4 at borders and not inside."""
    y, x = np.mgrid[0:64, 0:64] // 8
    luma = np.asarray(100 + 4 * ((x + y) % 2), np.float32)[None]
    ratio, step = blockiness(luma)
    assert step == pytest.approx(4.0)
    assert ratio == pytest.approx((4 + 0.05) / 0.05)


def test_patterns_of_two_pixels_are_no_blocks() -> None:
    luma = np.tile(np.array([100, 104], np.float32).repeat(2), (64, 16))[None]
    assert blockiness(luma)[1] == pytest.approx(0.0, abs=1e-6)


def test_edges_are_as_wide_as_they_were_made() -> None:
    hard = np.full((64, 64, 3), 50, np.uint8)
    hard[:, 32:] = 200
    hard[40:, :] = 120
    assert edge_widths(to_luma(sample(to_float(hard)))) == (1.0, 1.0)
    ramp = np.clip((np.arange(64) - 30) * 30 + 50, 50, 200).astype(np.uint8)  # 150 levels over 5 pixels
    soft = np.repeat(np.tile(ramp, (64, 1))[..., None], 3, axis=2)
    widths = edge_widths(to_luma(sample(to_float(soft))))
    assert widths is not None
    assert widths[0] == pytest.approx(5.0, abs=0.01) or widths[0] < 5  # windows may hold part of the ramp
    assert edge_widths(np.full((1, 64, 64), 9, np.float32)) is None


def test_blur_widens_edges_and_lowers_sharpness() -> None:
    scene = _scene()
    looks = [look(_picture(_blurred(scene, radius) if radius else scene)) for radius in (0, 1, 2, 4)]
    widths = [seen.edge_width for seen in looks]
    assert None not in widths
    assert widths == sorted(widths)  # type: ignore[type-var]
    sharp = [seen.sharpness for seen in looks]
    assert sharp == sorted(sharp, reverse=True)


def test_shares_of_black_and_white() -> None:
    array = np.full((100, 100, 3), 128, np.uint8)
    array[:10], array[10:15] = 0, 255
    array[50] = (255, 0, 0)  # a pure colour is neither
    seen = look(_picture(array))
    assert (seen.clipped_low, seen.clipped_high) == (0.1, 0.05)
    assert look(_picture(np.full((9, 9, 1), 255, np.uint8))).brightness == 1.0


@settings(max_examples=60)
@given(st.integers(1, 40), st.integers(1, 40), st.sampled_from([1, 3]), st.integers(0, 99))
def test_any_size_is_looked_at_and_small_ones_are_not_judged(height: int, width: int, channels: int, seed: int) -> None:
    array = np.random.default_rng(seed).integers(0, 256, (height, width, channels)).astype(np.uint8)
    seen = look(_picture(array))
    assert (seen.width, seen.height, seen.damages) == (width, height, ())
    assert np.isfinite([seen.blockiness, seen.block_step, seen.noise_sigma, seen.sharpness, seen.brightness]).all()
    assert seen.blockiness >= 1.0
    assert seen.noise_sigma >= 0.0


@pytest.mark.parametrize("shape", [(2000, 3000, 3), (40, 60_000, 1), (60_000, 3, 3)])
def test_large_pictures_are_sampled_evenly_and_aligned(shape: tuple[int, int, int]) -> None:
    pixels = np.zeros(shape, np.float32)
    pixels[7::8] = 1.0
    tiles = sample(pixels)
    assert tiles.shape[3] == shape[2]
    assert tiles.size // shape[2] <= 2**20
    if shape[0] >= 8:
        assert (tiles[:, 7::8] == 255).all()
    assert np.array_equal(tiles, sample(pixels))


def test_a_sample_measures_what_the_whole_does() -> None:
    y, x = np.mgrid[0:1600, 0:1600]
    smooth = np.stack([120 + 60 * np.sin(x / 200) * np.cos(y / 150)] * 3, axis=-1)
    seen = look(_picture(_noisy(smooth, 8)))
    assert seen.noise_sigma == pytest.approx(8, rel=0.1)
    assert seen.damages == ("noise",)


def test_twelve_megapixels_take_under_a_second() -> None:
    pixels = np.random.default_rng(0).random((3000, 4000, 3), dtype=np.float32)
    picture = Picture(pixels, None, 8, "rgb", "JPEG")
    started = time.process_time()
    look(picture)
    assert time.process_time() - started < 1.5  # 0.46 s on an idle core; processor time, with room for a busy machine


def test_facts_of_the_file_are_passed_on() -> None:
    alpha = np.ones((8, 8), np.float32)
    picture = Picture(np.zeros((8, 8, 3), np.float32), alpha, 16, "rgb", "TIFF", orientation=6, frames=2, profile="P3")
    seen = look(picture)
    assert (seen.depth, seen.kind, seen.format, seen.profile) == (16, "rgb", "TIFF", "P3")
    assert (seen.has_alpha, seen.orientation, seen.frames, seen.jpeg_quality) == (True, 6, 2, None)


def test_a_look_is_frozen_and_survives_json() -> None:
    seen = look(_picture(_noisy(_scene(), 20)))
    assert Look.model_validate_json(seen.model_dump_json()) == seen
    assert look(_picture(_noisy(_scene(), 20))) == seen
    with pytest.raises(ValueError, match="frozen"):
        seen.width = 3  # type: ignore[misc]


def test_known_damage_is_named_in_the_order_of_treatment() -> None:
    scene = _scene(800, 800)
    assert look(_picture(scene)).damages == ()
    assert look(_picture(_jpeg(scene, 20))).damages == ("compression",)
    assert look(_picture(_noisy(scene, 10))).damages == ("noise",)
    both = Picture(to_float(_noisy(scene, 10)), None, 8, "rgb", "JPEG", quantization=((99,) * 64,))
    assert look(both).damages == ("compression", "noise")
    hard = np.asarray(Image.fromarray(_scene(200, 200)).resize((800, 800), Image.Resampling.NEAREST))
    assert look(_picture(_blurred(hard, 5))).damages == ("defocus_blur",)


photographs = pytest.mark.skipif(not PHOTOS.is_dir(), reason="the photographs of shared/data are not here")


def _photos(count: int = 3) -> list[np.ndarray]:
    paths = sorted(PHOTOS.glob("*.jpg"))[:: 37 // count][:count]
    found = []
    for path in paths:
        with Image.open(path) as image:
            found.append(np.asarray(image.convert("RGB")))
    return found


@photographs
def test_undamaged_photographs_show_no_damage() -> None:
    for path in sorted(PHOTOS.glob("*.jpg"))[::3]:
        seen = look(read_picture(path))
        assert seen.damages == (), path.name
        assert seen.jpeg_quality == 95


@photographs
def test_damaged_photographs_show_theirs() -> None:
    for array in _photos():
        assert "noise" in look(_picture(_noisy(array, 10))).damages
        assert "compression" in look(_picture(_jpeg(array, 20))).damages
        assert look(_picture(_blurred(array, 4))).damages == ("defocus_blur",)
