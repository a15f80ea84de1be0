"""What is wanted, in several voices for each change of a picture; what is denied or kept is not wanted."""

import json
from pathlib import Path

import pytest

from restograph.task.read import read_task

CORPUS = Path(__file__).parents[2] / "benchmarks/answers/corpus/dev/questions.json"

FAMILIES = {
    "super_resolution": [
        "The only copy is 120 pixels wide, and the town wants it on a banner.",
        "Enlarged fivefold, the stamp still has its perforation. How?",
        "From 72 to 288 dpi on the same sheet, and no steps. Which network?",
    ],
    "denoising": [
        "ISO 10000 and every shadow is full of coloured specks.",
        "The grain has left my concert photo, the eyelashes have not.",
        "My telescope frame is noisy, there is only one of it.",
    ],
    "motion_deblurring": [
        "I trembled, and every lamp drew a little hook.",
        "The cyclist is one long smear because the shutter was slow.",
        "Taken out of a moving tram; undo the shake.",
    ],
    "defocus_deblurring": [
        "The autofocus chose the fence instead of my son.",
        "At f/1.4 one eye is sharp and the other is not.",
        "I held the label too close to the lens and it went soft.",
    ],
    "compression_artifact_removal": [
        "Forwarded through nine chats, the sky is made of little squares.",
        "Ringing round every letter since somebody saved it as a JPEG.",
        "The heavily compressed scan is smooth again at the same size.",
    ],
    "deraining": [
        "It poured during the final; the streaks are gone.",
        "Drops on the windscreen hide the castle.",
        "How does a network tell a raindrop from a lamp?",
    ],
    "dehazing": [
        "Sea mist swallowed the pier, and the processed photo shows it.",
        "Smog lies over the town; lift it.",
        "The far ridges are pale and flat because of the haze.",
    ],
    "desnowing": [
        "A blizzard hides the runners.",
        "Flakes everywhere; the snow on the roofs may stay.",
        "Take the falling snow out of the webcam picture.",
    ],
    "low_light_enhancement": [
        "The cellar was nearly black, now I see the shelves.",
        "Shot at night without a flash; make it lighter.",
        "One candle lit us all, and the picture is too dark.",
    ],
    "exposure_correction": [
        "The whole series is overexposed.",
        "The flash was too strong, the faces are paper white.",
        "Too bright and too dark frames on one roll; which network repairs both?",
    ],
    "hdr_reconstruction": [
        "Three brackets were merged and nobody shows up as a ghost.",
        "An HDR file from one ordinary snapshot: where does the range come from?",
        "Expand my SDR slides for a 1000 nit screen.",
    ],
    "color_correction": [
        "The tungsten lamps turned us all orange.",
        "Slides from 1971 have faded to magenta.",
        "White balance was wrong at the whole wedding.",
    ],
    "colorization": [
        "Grandmother's black-and-white portrait is in colour now.",
        "How does it choose the colour of a dress in a monochrome print?",
        "Colourise this 1920 street scene.",
    ],
    "inpainting": [
        "Remove the tourist in front of the fountain.",
        "A corner of the print is torn off; what was there?",
        "The watermark was replaced by plausible sky.",
    ],
    "scratch_removal": [
        "The old negative is full of scratches.",
        "A crease runs through the only picture of my mother.",
        "Dust and hairs on a scanned slide.",
    ],
    "face_restoration": [
        "The faces in the school photo are unrecognisable blobs.",
        "Restore grandfather's face, leave the rest.",
        "Her face came back from a ruined portrait. Is it still her?",
    ],
    "background_removal": [
        "Cut the teapot out for the catalogue.",
        "My dog with a transparent background, every hair kept.",
        "The product on white, the kitchen table gone.",
    ],
    "video_super_resolution": [
        "My 480p home video in 1080p without flicker.",
        "Upscale the VHS tape of our wedding.",
        "How do neighbouring frames help to enlarge a clip?",
    ],
    "video_frame_interpolation": [
        "From 25 to 50 fps, smoothly.",
        "The stop-motion film is choppy; new frames, please.",
        "Slow motion from an ordinary clip: what is drawn between two frames?",
    ],
    "other": [
        "How many sheep are in the picture?",
        "Make my cat look like a painting by Monet.",
        "The podcast has a hum; clean the voice.",
        "My PDF is 9 MB and must be under 2 MB.",
        "Straighten the leaning tower.",
    ],
}


@pytest.mark.parametrize(("operation", "question"), [(op, q) for op, questions in FAMILIES.items() for q in questions])
def test_the_change_is_read(operation: str, question: str) -> None:
    assert read_task(question).primary == operation


@pytest.mark.parametrize(
    ("question", "unwanted"),
    [
        ("I brightened a cave picture without noise coming up.", "denoising"),
        ("The enlarged logo has no blur and no haze.", "dehazing"),
        ("Deblur my shaky photo, not the video.", "video_super_resolution"),
        ("A slow shutter smeared the dancer; I don't want it larger.", "super_resolution"),
    ],
)
def test_what_is_denied_is_not_wanted(question: str, unwanted: str) -> None:
    assert unwanted not in [op.name for op in read_task(question).operations]


def test_what_only_a_denial_names_is_wanted_all_the_same() -> None:
    assert read_task("The same picture, just without the grain.").primary == "denoising"


@pytest.mark.parametrize(
    ("question", "operations"),
    [
        (
            "The press photo is blocky and 600 by 400; I need it at 1200 by 800.",
            {"compression_artifact_removal", "super_resolution"},
        ),
        ("Colourise grandmother and repair the scratches.", {"colorization", "scratch_removal"}),
        ("It is noisy and too small; enlarge it twofold.", {"denoising", "super_resolution"}),
        ("One dark church, one candle, a little grain.", {"low_light_enhancement", "denoising"}),
    ],
)
def test_two_wishes_are_both_read(question: str, operations: set[str]) -> None:
    assert {op.name for op in read_task(question).operations} == operations


def test_a_wish_brings_no_second_step_by_a_mere_picture_of_speech() -> None:
    for question in ("The milky way shot at ISO 25600 is all dots.",):
        assert len(read_task(question).operations) == 1


def test_faint_words_are_named_with_what_else_they_may_mean() -> None:
    task = read_task("It looks a bit soft and grey.")
    assert 1 <= len(task.operations) <= 2 and sum(op.confidence for op in task.operations) < 1


def test_nothing_is_read_into_empty_words() -> None:
    assert read_task("Hello there, good afternoon.").operations == ()


@pytest.mark.skipif(not CORPUS.is_file(), reason="the corpus of questions is not part of an installed package")
def test_the_development_half_of_the_corpus_is_read() -> None:
    """Floors below what was measured, so that a change that harms whole families shows."""
    rows = json.loads(CORPUS.read_text("utf-8"))
    right = scaled = 0
    for row in rows:
        task = read_task(row["q"])
        right += task.primary in row["task"]
        value = task.scale.value if task.scale else None
        scaled += value == row["scale"] or (None not in (value, row["scale"]) and abs(value - row["scale"]) < 0.02)
    assert right / len(rows) >= 0.94 and scaled / len(rows) >= 0.96
