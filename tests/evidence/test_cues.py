"""Which sentences are about the field and which about the work; what a work does without."""

import pytest

from restograph.evidence.cues import is_background
from restograph.task.lexicon import hits


@pytest.mark.parametrize(
    "sentence",
    [
        "To achieve this goal, existing approaches use attention or transformers, but at a low resolution.",
        "For this purpose, most prior deep networks stack more layers.",
        "However, current denoising methods struggle with real cameras.",
        "In film archives, traditional colour correction systems need an operator.",
        "Popular solutions blend neighbouring frames.",
    ],
)
def test_what_others_do_is_background(sentence: str) -> None:
    assert is_background(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "In contrast to existing methods, the core of ours is the camera pipeline.",
        "Our network replaces the existing blocks by gates.",
        "To this end, we propose a network that existing cameras can run.",
        "It restores old films in one pass.",
        "The current frame is aligned with its neighbours by deformable convolution.",
    ],
)
def test_what_the_work_does_is_not(sentence: str) -> None:
    assert not is_background(sentence)


def spoken(sentence: str, part: str) -> list[str]:
    return [sentence[a:b] for a, b in hits(sentence, "constraint.no_paired_data", (part,), 0, len(sentence))]


@pytest.mark.parametrize(
    "sentence",
    [
        "It does not require any paired or unpaired data during training.",
        "Our method doesn't need paired training data.",
        "The network learns without aligned image pairs.",
        "It avoids the need for paired images.",
        "The loss is computed without relying on paired examples.",
    ],
)
def test_a_need_that_is_denied_serves_who_cannot_meet_it(sentence: str) -> None:
    assert spoken(sentence, "serves") and not spoken(sentence, "against")


@pytest.mark.parametrize(
    "sentence",
    [
        "Training relies on paired images of dark and bright scenes.",
        "This is not cheap. Paired images are collected with a tripod.",
        "No flash is used, but the loss needs paired examples.",
    ],
)
def test_a_need_stays_one_beside_another_denial(sentence: str) -> None:
    assert spoken(sentence, "against")
