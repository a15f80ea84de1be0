"""Words against the picture: conflicts point to a span of the question and to a measurement."""

import pytest

from restograph.evidence.brief import Span
from restograph.task.agree import FINE_JPEG, disagreements
from restograph.task.look import Damage, Look
from restograph.task.read import read_task
from restograph.task.task import Conflict, Operation, Task

BLOCKS = "The chat app left JPEG blocks everywhere. How can they be removed?"


def look(width: int = 640, height: int = 480, quality: int | None = None, damages: tuple[Damage, ...] = ()) -> Look:
    return Look(
        width=width, height=height, depth=8, kind="rgb", format="JPEG" if quality else "PNG", jpeg_quality=quality,
        blockiness=1, block_step=0, noise_sigma=0, sharpness=1, brightness=0.5, clipped_low=0, clipped_high=0,
        damages=damages,
    )  # fmt: skip


def found(question: str, seen: Look) -> list[tuple[str, str, str | Span]]:
    """Kind, the words of the question, and the pointer of each conflict."""
    conflicts = disagreements(question, read_task(question), seen)
    assert all(isinstance(c.a, Span) and c.a.source == "Q" for c in conflicts)
    return [(c.kind, question[c.a.start : c.a.end], c.b) for c in conflicts if isinstance(c.a, Span)]


def test_words_and_picture_that_agree() -> None:
    assert found(BLOCKS, look(quality=20, damages=("compression",))) == []
    assert found("Make it 2x bigger", look()) == []


@pytest.mark.parametrize("quality", [FINE_JPEG, 97])
def test_blocks_complained_of_in_a_fine_jpeg(quality: int) -> None:
    ((kind, words, pointer),) = found(BLOCKS, look(quality=quality))
    assert (kind, pointer) == ("degradation", "/look/jpeg_quality") and "blocks" in words.lower()


def test_a_fine_jpeg_that_was_a_bad_one_before_shows_its_blocks() -> None:
    assert found(BLOCKS, look(quality=95, damages=("compression",))) == []


def test_a_file_without_quality_says_nothing_of_it() -> None:
    assert found(BLOCKS, look(quality=None)) == []
    assert found(BLOCKS, look(quality=FINE_JPEG - 1)) == []


@pytest.mark.parametrize("sign", ["x", "×", " by "])
def test_a_size_that_the_file_does_not_have(sign: str) -> None:
    question = f"How do I get from 640{sign}480 to 1920{sign}1440 without soft edges?"
    assert found(question, look(640, 480)) == [] == found(question, look(480, 640))
    ((kind, words, pointer),) = found(question, look(800, 600))
    assert (kind, pointer) == ("size", "/input") and words.startswith("640")


def test_a_plain_factor_is_no_size() -> None:
    assert found("Make it 3x bigger, it is 20 years old", look(100, 100)) == []


def test_damage_that_is_seen_and_not_said() -> None:
    seen = look(quality=20, damages=("compression", "noise"))
    pointers = [(kind, pointer) for kind, _, pointer in found("Make it 2x bigger", seen)]
    assert pointers == [("degradation", "/look/damages/0"), ("degradation", "/look/damages/1")]
    assert [pointer for _, _, pointer in found(BLOCKS, seen)] == ["/look/damages/1"]


def test_blur_that_is_seen_is_not_held_against_the_words() -> None:
    assert found("Make it 2x bigger", look(damages=("motion_blur",))) == []


def test_words_that_tell_no_task_conflict_with_nothing() -> None:
    assert found("What is the capital of France?", look(quality=10, damages=("compression",))) == []


def test_a_reading_without_a_place_in_the_words_needs_none() -> None:
    bare = Task(operations=(Operation(name="super_resolution", confidence=0.5, span=None),))
    assert disagreements("", bare, look(damages=("noise",))) == ()
    told = bare.model_copy(update={"claims_by_user": (Span(source="Q", start=0, end=3),)})
    expected = Conflict(kind="degradation", a=Span(source="Q", start=0, end=3), b="/look/damages/0")
    assert disagreements("abc", told, look(damages=("noise",))) == (expected,)
