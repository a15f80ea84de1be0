"""What the answer has to respect: the words that say it, and words that only sound alike."""

import pytest

from restograph.task.read import read_task

SAID = {
    "trustworthy": [
        "Enlarged plate of a car. Would a judge accept it?",
        "Is the crack in the cleaned X-ray real?",
        "Could the letters on the sharpened sign be invented?",
        "Repair the photo, but do not invent anything.",
        "How far can one rely on a denoised scan?",
    ],
    "preserve_detail": [
        "The grain went, every single whisker stayed.",
        "Remove the noise without smearing the feathers.",
        "After deblocking even the thinnest wires are still there.",
    ],
    "sharp_edges": ["The enlarged logo has razor sharp outlines.", "Cut out with a clean edge, no fringes round the shape."],
    "text_legibility": ["The enlarged map labels are legible.", "The blurred receipt was sharpened and one can read the prices."],
    "natural_appearance": ["The skin looks natural after denoising.", "Restore the face, but no plastic skin."],
    "identity_fidelity": ["The restored face still looks like her.", "Repair the blurred face; it must not become someone else's."],
    "on_device": ["Dehaze on the drone's own board computer.", "It upscales on my phone without internet."],
    "low_power": ["The denoiser runs on a small solar panel.", "One charge lasts a week although the reader enlarges every page."],
    "low_memory": ["My card has only 4 GB; which deblurring network fits?", "It denoises and never runs out of memory."],
    "fast": ["It derains live, while I drive.", "The picture is enlarged in under a second."],
    "efficient_architecture": ["What slim network enlarges like that?", "Which lightweight net removes haze?"],
    "no_paired_data": ["Learn to derain when there is no dry twin of the same scene.", "Brighten with unpaired pictures."],
    "no_clean_targets": ["A denoiser for frames of which no clean version will ever exist."],
    "large_region": ["Half of the mural is missing; fill it.", "Inpaint an area so large that nothing is left."],
    "non_integer_scale": ["How can one network enlarge by any factor?", "An enlargement whose factor is not a whole number."],
}  # fmt: skip
UNSAID = {
    "on_device": ["I enlarged a phone picture.", "A phone sensor has two half-pixel views; does that help with focus?"],
    "fast": ["The clip slowed to a quarter of its speed.", "The ball was too fast and is a smear."],
    "trustworthy": ["Why do upscalers put teeth where there were none?", "Is there a network for rain?"],
    "text_legibility": ["The valley should be clear and large enough for print."],
    "sharp_edges": ["Only one eye sharp; now both are."],
    "efficient_architecture": ["Straighten the leaning walls.", "50 % wider: which model does such a modest step?"],
    "low_memory": ["My file is 12 MB and the form wants it under 2 MB."],
    "large_region": ["Half of my photos are too dark."],
    "natural_appearance": ["On a cheap tablet, no internet, a cartoon was enlarged."],
}


@pytest.mark.parametrize(("name", "question"), [(n, q) for n, questions in SAID.items() for q in questions])
def test_a_constraint_is_read(name: str, question: str) -> None:
    assert name in read_task(question).constraints


@pytest.mark.parametrize(("name", "question"), [(n, q) for n, questions in UNSAID.items() for q in questions])
def test_a_constraint_is_not_read_into_words(name: str, question: str) -> None:
    assert name not in read_task(question).constraints
