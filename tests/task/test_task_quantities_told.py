"""Quantities as other authors told them: one case for each way of saying it, so that none is lost."""

import pytest

from restograph.task.read import read_task

CASES = [
    ("Three times as long in each direction, the moth must look crisp.", 3, "spatial"),
    ("Please double it along every edge, the lace has to survive.", 2, "spatial"),
    ("Twice as high on both sides for the hall, sharper please.", 2, "spatial"),
    ("The plate was 90 pixels high and smeared; afterwards it is 360 pixels high and readable.", 4, "spatial"),
    ("The stamp scan was 500 px along the short edge; the print shop sent back 1500 px. How?", 3, "spatial"),
    ("800 grew to 1600 on the long side and it looks fine, how?", 2, "spatial"),
    ("640 was raised to 1280 across. How does it invent the bark?", 2, "spatial"),
    ("I ran 2x and then another 2x, plastic skin. Why?", 4, "spatial"),
    ("x3 followed by x2 gave a mushy poster.", 6, "spatial"),
    ("NTSC tape, 240 lines brought up to 720, moving captions legible?", 3, "spatial"),
    ("50 mm lens, crop factor 1.6, the focus sat on the fence.", None, None),
    ("Debanded and unresized please, the sky has steps from the JPEG.", 1, "spatial"),
    ("The chip shot was 25 fps, 100 came out, silky slow motion.", 4, "temporal"),
    ("Our matrix is fixed at 512 x 512, remove the speckle without altering that.", 1, "spatial"),
    ("1024 px in, 1024 px out, and the fog is gone. How?", 1, "spatial"),
    ("The visa photo is already 413 x 531, only remove the wall behind her.", 1, "spatial"),
    ("A 600 x 400 window out of the frame is needed at 2400 x 1600, sharp.", 4, "spatial"),
    ("Five metres per pixel before, one and a quarter after: why do I see cars?", 4, "spatial"),
    ("The file is four times as large but the picture is still 1200 by 900; grain is gone.", 1, "spatial"),
    ("My dive lasts eight seconds instead of two, in slow motion, smooth as butter.", 4, "temporal"),
    ("'Triples every picture', says the box. 640x480 went in, 640x480 came out, only the noise is off.", 1, "spatial"),
    ("The number of pixels is just what it was, only the rain is gone.", 1, "spatial"),
    ("We have not enlarged it, the haze is simply gone.", 1, "spatial"),
    ("The size of the photo was kept, the scratches went.", 1, "spatial"),
    ("An animation of 8 drawings per second; I want 24 drawings, please smooth.", 3, "temporal"),
    ("Four times the megapixels, they said; there were 6 and now there are 24.", 2, "spatial"),
    ("Resolution left as it is, but take the blur away.", 1, "spatial"),
    ("The invoice is three times as high as last year; can you sharpen the logo?", None, None),
    ("The network is half the size and takes the grain away.", None, None),
    ("I took 12 of them in 2 seconds, all shaken.", None, None),
    ("Shot at 1/30, 3200 ISO, 24 mm; noise everywhere, 45 megapixels.", None, None),
    ("It took ten seconds instead of two to remove the haze.", None, None),
]


@pytest.mark.parametrize(("question", "value", "kind"), CASES)
def test_the_factor_is_read(question: str, value: float | None, kind: str | None) -> None:
    scale = read_task(question).scale
    assert (scale and (round(scale.value, 2), scale.kind)) == (value and (value, kind))
