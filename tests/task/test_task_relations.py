"""Factors that a phrase tells by itself, in space and in time, and phrases that tell none."""

import pytest

from restograph.task.quantity import factors

SPATIAL = [
    ("each pixel became nine", 3.0),
    ("64 output pixels for each one going in", 8.0),
    ("for each pixel of the tile a block of 5 by 5", 5.0),
    ("the sensor was set to 3x3 binning, I want the native grid", 3.0),
    ("the preview is a quarter of the width, restore the whole file", 4.0),
    ("shrunk to 40 % of the side length, back to the full hundred again", 2.5),
    ("add a hundred percent to both dimensions", 2.0),
    ("three halves of the original edge", 1.5),
    ("we exported @1x assets, phones want @3x", 3.0),
    ("currently 800 px wide, the shop insists on 2000 px wide", 2.5),
    ("long side 1024 now, long side 4096 afterwards", 4.0),
    ("eight hundred wide should be three thousand two hundred wide", 4.0),
    ("digitised with 100 dots per inch, the office asks for 400", 4.0),
]
TEMPORAL = [
    ("every second frame is missing in this film", 2.0),
    ("three out of four frames were thrown away", 4.0),
    ("of ten consecutive frames the logger keeps one", 10.0),
    ("the cartoon is drawn on twos", 2.0),
    ("drawings held for three frames each", 3.0),
    ("two synthetic frames into each gap", 3.0),
    ("seven inserted between any two originals", 8.0),
    ("a video of 15 fps where 30 is needed", 2.0),
    ("two seconds of breaking wave should last ten seconds", 5.0),
    ("an image each 15 minutes, wanted each 5 minutes", 3.0),
]


@pytest.mark.parametrize(("text", "value"), SPATIAL)
def test_a_relation_of_size_is_read(text: str, value: float) -> None:
    assert [q.value for q in factors(text) if q.kind == "spatial"] == [pytest.approx(value, abs=0.01)]


@pytest.mark.parametrize(("text", "value"), TEMPORAL)
def test_a_relation_of_time_is_read(text: str, value: float) -> None:
    assert [q.value for q in factors(text) if q.kind == "temporal"] == [pytest.approx(value, abs=0.01)]


@pytest.mark.parametrize(
    "text",
    [
        "chroma was stored at half resolution",
        "half of the picture is dark",
        "run twice a second",
        "take 30 photos and 60 prints",
    ],
)
def test_other_parts_and_counts_are_no_factor(text: str) -> None:
    assert not [q for q in factors(text) if q.kind in ("spatial", "temporal")]
