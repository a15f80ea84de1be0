"""The picture of a run's curve: well-formed, and its line follows the figures."""

import re
from xml.etree import ElementTree

from restograph.training.curve import draw_curve


def points(svg: str) -> list[list[tuple[float, float]]]:
    lines = re.findall(r'<polyline points="([^"]*)"', svg)
    return [[(float(x), float(y)) for x, y in (p.split(",") for p in line.split())] for line in lines]


def test_the_lines_follow_the_figures() -> None:
    curve = [{"step": 100.0 * n, "loss": 1 / n, "psnr": 20.0 + n} for n in range(1, 5)]
    svg = draw_curve("my <run>", curve)
    ElementTree.fromstring(svg)
    loss, psnr = points(svg)
    assert len(loss) == len(psnr) == 4
    assert [y for _, y in loss] == sorted(y for _, y in loss)  # down the page: the loss falls
    assert [y for _, y in psnr] == sorted((y for _, y in psnr), reverse=True)
    assert [x for x, _ in loss] == sorted(x for x, _ in loss)
    assert "21" in svg and "24" in svg and "step 400" in svg and "my &lt;run&gt;" in svg


def test_no_point_and_one_point_can_be_drawn() -> None:
    for curve in ([], [{"step": 7.0, "loss": 0.5, "psnr": 30.0}]):
        ElementTree.fromstring(draw_curve("x", curve))
