"""Short questions in the style "before, after: how?", which came with the design, and a few of the same families."""

import json
from pathlib import Path

import pytest

from restograph.task.read import read_task

PROBES = Path(__file__).parents[2].parent / "shared" / "briefs" / "question_probes.json"
FAMILIES = [
    ("The meadow shot is three times as bright now. How are the greens kept?", "low_light_enhancement", None),
    ("My cellar picture came out twice as bright and the walls kept their hue. How?", "low_light_enhancement", None),
    ("It removes the rain but leaves the snow on the roofs. How?", "deraining", None),
    ("Sharpen the lens blur, keep the grain.", "defocus_deblurring", None),
    ("A third of the postcard was eaten by moths and the tool completed it. How?", "inpainting", None),
    ("The mist over the lake is gone in the new picture. How?", "dehazing", None),
    ("A frozen picture out of the newsreel, blown up to triple its width and height.", "super_resolution", 3),
    ("My old clip went from 25 to 100 fps. Where do the frames come from?", "video_frame_interpolation", 4),
]


@pytest.mark.skipif(not PROBES.is_file(), reason="needs the probes of the design in ../shared/briefs")
def test_all_probes_of_the_design_are_read() -> None:
    for row in json.loads(PROBES.read_text("utf-8")):
        task = read_task(row["q"])
        value = task.scale.value if task.scale else None
        assert task.primary in row["task"] and value == row["scale"], row["q"]


@pytest.mark.parametrize(("question", "operation", "factor"), FAMILIES)
def test_their_families_are_read(question: str, operation: str, factor: float | None) -> None:
    task = read_task(question)
    assert task.primary == operation and (task.scale.value if task.scale else None) == factor
