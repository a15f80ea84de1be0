"""Families of ways to name a size, a rate or a factor: each with several wordings, and what must not be taken for one."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restograph.task.numerals import number
from restograph.task.quantity import factors, same_size
from restograph.task.read import read_task

SPATIAL = {
    "two sizes apart": [
        ("My scan was 640 x 480. The returned file is 2560 x 1920.", 4),
        ("pics are 500x500, etsy asks for 2000x2000", 4),
        ("They want 3000 by 2000 pixels; all I have is 750 by 500.", 4),
        ("1024x768 in, 3072x2304 out", 3),
        ("from 600×400 to 1500×1000 px", 2.5),
        ("reduced from 4000x3000 to 2000x1500 for the web", 0.5),
        ("Two by three inches on the desk, eight by twelve on the easel.", 4),
    ],
    "one side": [
        ("The logo is 150 px wide and the printer needs 1200 px", 8),
        ("from 512 to 2048 pixels on the long edge", 4),
        ("1024 → 4096 and still fine", 4),
        ("300 to 1200, no artefacts", 4),
        ("The crop is 700 pixels high; the magazine wants 2100.", 3),
    ],
    "names of screens": [
        ("from Full HD to 4K", 2),
        ("a 540p clip, I want it in 2160p", 4),
        ("720p tape; needs to be Full HD for the screening", 1.5),
        ("It was quarter HD and is Full HD now", 2),
    ],
    "megapixels": [
        ("a 3 megapixel file made into a 12 megapixel one", 2),
        ("5-megapixel phone shot, agency wants 45 megapixels", 3),
        ("4 to 16 megapixels", 2),
    ],
    "paper, lengths and dots": [
        ("10×15 cm to 40×60 cm", 4),
        ("The passport photo is 35 x 45 mm; for the wreath it must be 350 x 450 mm", 10),
        ("The leaflet is A5. They hang it as A1 now.", 4),
        ("scanned at 150 dpi, now 600 dpi at the same paper size", 4),
        ("10x8 inch print from a 5x4 inch negative at the same dpi", 2),
        ("3 cm wide in the book, 12 cm wide on the wall", 4),
    ],
    "metres per pixel count backwards": [
        ("5 m pixels turned into 1 m pixels", 5),
        ("from 30 metre to 10 metre resolution", 3),
        ("60 cm GSD to 15 cm", 4),
    ],
    "factors in words": [
        ("a fourfold enlargement", 4),
        ("two and a half times larger", 2.5),
        ("2½ times as wide", 2.5),
        ("scaled up by 4", 4),
        ("blow it up by a factor 2", 2),
        ("half as big again", 1.5),
        ("a third larger", 4 / 3),
        ("enlarged by a quarter", 1.25),
        ("fifty per cent wider", 1.5),
        ("a hundred and fifty per cent larger", 2.5),
        ("an enlargement of 400 %", 4),
        ("at treble size", 3),
        ("Tripled my holiday photo", 3),
        ("scale the panel times four", 4),
        ("enlarge 4:1", 4),
        ("scaled by the factor root two", math.sqrt(2)),
    ],
    "pixels and areas take the root": [
        ("sixteen times as many pixels", 4),
        ("nine times the area", 3),
        ("every pixel became sixteen", 4),
        ("four times the pixels on each side", 4),
    ],
    "a comma does not type the number": [("upscaled my photo 3x, sharper than ever", 3), ("Enlarge this map 3x", 3)],
}
TEMPORAL = {
    "rates": [
        ("24 fps to 60", 2.5),
        ("drawn at 12 frames a second, needs 24", 2),
        ("8 pictures per second, delivery at 24", 3),
        ("I want 60 fps out of 20 fps", 3),
        ("30p to 60p", 2),
        ("My clip stutters at 24 fps, I need 48.", 2),
        ("the frame rate went from 12 to 24", 2),
    ],
    "slow motion": [
        ("slowed to a quarter of its speed", 4),
        ("played at half speed and smooth", 2),
        ("slowed down to 25 %", 4),
        ("shown at one tenth of the real speed", 10),
        ("8x slow motion", 8),
        ("one second becomes eight", 8),
    ],
    "new frames": [
        ("three new frames between every two", 4),
        ("every second frame is invented", 2),
        ("three of four frames are AI", 4),
    ],
}
NEITHER = [
    "It is 800 px wide and 600 px high",
    "for a 4K monitor",
    "a 1600 px wide phone picture on A2 paper at 240 dpi",
    "fast enough for 30 frames a second",
    "the network runs at 60 fps on my laptop",
    "half of my photo was torn",
    "saved twice",
    "ISO 400 to 3200",
    "from 1920 to 1935",
    "from 5000 to 6500 Kelvin",
    "My file is 12 MB and must be under 2 MB",
    "a 50 mm lens at f/2 and 1/60 s",
    "a 5x5 kernel and a 3x3 convolution",
    "taken two minutes apart with 3 stops difference",
    "from a 6-inch phone to a 55-inch TV",
    "3× fewer parameters",
    "runs 3× faster",
    "2x brighter",
    "doubled the exposure",
    "four times sharper",
    "saved ten times over",
    "shot with 10x zoom",
    "10x smaller network",
    "The file got four times smaller after compression",
]
SAME = [
    "at exactly the same size", "keep it 4000×3000", "still 6000 by 4000 pixels", "at the same matrix size", "leave the size alone",
    "no rescaling please", "do not resize", "without enlarging it", "its dimensions stay the same", "the resolution must not change",
    "not one pixel more", "pixel for pixel", "don't make it bigger", "no bigger than it was", "Same width and height",
    "it stays 1920 x 1080", "the size hasn't changed", "must remain 2048 by 1536 px", "same number of pixels", "at its native resolution",
    "without touching the dimensions", "Size untouched.", "3000x2000 before and after", "as large as before", "1:1 please",
    "24 megapixels in and 24 megapixels out", "leave it at 800x600", "Same pixels, but no more bricks", "Make it 0 % bigger",
    "neither larger nor smaller than the original", "without any change in size",
    "without blowing up the file dimensions", "don't inflate the image size", "it must not enlarge the dimensions",
]  # fmt: skip
NOT_SAME = [
    "lighter, not bigger and not sharper", "How does resolution stay high?", "the resolution changed", "Why does no upscaler work?",
    "same size as a stamp", "the same photo", "it is 4000x3000", "600 dpi now on the same paper size", "the scale of 1:25000",
    "still 24 megapixels too few", "I don't need it bigger, just without grain.",
]  # fmt: skip


def _flat(table: dict[str, list[tuple[str, float]]]) -> list[tuple[str, float]]:
    return [row for rows in table.values() for row in rows]


@pytest.mark.parametrize(("text", "value"), _flat(SPATIAL))
def test_a_spatial_factor_is_read(text: str, value: float) -> None:
    found = [q for q in factors(text) if q.kind == "spatial"]
    assert found and all(q.value == pytest.approx(value, abs=2e-3) for q in found)


@pytest.mark.parametrize(("text", "value"), _flat(TEMPORAL))
def test_a_temporal_factor_is_read(text: str, value: float) -> None:
    found = [q for q in factors(text) if q.kind in ("spatial", "temporal")]
    assert [q.kind for q in found] == ["temporal"] * len(found) and found
    assert all(q.value == pytest.approx(value, abs=2e-3) for q in found)


@pytest.mark.parametrize("text", NEITHER)
def test_other_numbers_are_neither(text: str) -> None:
    assert [q for q in factors(text) if q.kind in ("spatial", "temporal")] == []


@pytest.mark.parametrize("text", SAME)
def test_the_same_size_is_an_order(text: str) -> None:
    scale = read_task(f"Remove the noise. {text}").scale
    assert scale is not None and (scale.value, scale.kind) == (1.0, "spatial")


@pytest.mark.parametrize("text", NOT_SAME)
def test_a_comparison_is_no_order(text: str) -> None:
    assert same_size(text, 0, len(text)) is None


def test_a_size_pair_outweighs_a_claim_and_the_two_are_a_conflict() -> None:
    task = read_task("It says 2× on the lid, but the picture went from 512 to 2048 pixels. How?")
    assert task.scale is not None and task.scale.value == 4
    assert len(task.conflicts) == 1


def test_a_size_that_follows_from_two_sizes_is_no_wish_for_a_fraction() -> None:
    assert "non_integer_scale" not in read_task("My clip is 480p and must be 1080p.").constraints
    assert "non_integer_scale" in read_task("Enlarge my photo 2.25 times.").constraints


@given(st.integers(2, 16), st.sampled_from(["×", "x", " times", "-fold", " fold"]))
def test_every_whole_factor_is_read(value: int, sign: str) -> None:
    found = factors(f"I enlarged the drawing {value}{sign} and like it.")
    assert [(q.value, q.kind) for q in found] == [(value, "spatial")]


@given(st.integers(40, 900), st.integers(40, 900), st.integers(2, 8))
def test_every_pair_of_sizes_gives_its_factor(width: int, height: int, factor: int) -> None:
    text = f"The file is {width}x{height} and should be {width * factor}x{height * factor}."
    assert [(q.value, q.kind) for q in factors(text)] == [(factor, "spatial")]


@given(
    st.integers(2, 99),
    st.sampled_from(
        ["fewer parameters", "faster", "brighter", "smaller network", "less memory", "cheaper", "the exposure"]
    ),
)
def test_what_is_no_size_never_becomes_one(value: int, counted: str) -> None:
    for sign in ("×", " times"):
        assert not [q for q in factors(f"It is {value}{sign} {counted}.") if q.kind in ("spatial", "temporal")]


@given(
    st.integers(1, 19),
    st.sampled_from([("a half", 0.5), ("a quarter", 0.25), ("three quarters", 0.75), ("two thirds", 2 / 3)]),
)
def test_mixed_numbers_in_words(whole: int, fraction: tuple[str, float]) -> None:
    words = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
    assert number(f"{words.split()[whole - 1]} and {fraction[0]}") == pytest.approx(whole + fraction[1])
