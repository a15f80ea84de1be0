"""Which sentences of a source are told, and how much of them."""

import pytest

from restograph.answer.length import BUDGETS, Budget, Length
from restograph.ask import ask
from restograph.evidence.brief import parse
from restograph.evidence.sentences import sentences, told_range
from restograph.task.read import read_task

SLIM = (
    "Pixels on a Diet: Enlarging on Small Chips",
    "The network enlarges pictures three times with separable convolutions and one attention block. An encoder extracts features, "
    "a mask selects the useful ones, and a decoder combines them. The weights fill 240 kB.",
)
KNOB = (
    "A Dial for Blocks: Blind Removal of JPEG Artifacts",
    "Blocks of JPEG pictures are removed under control of a dial. A module predicts the quality and hands it to the layers.",
)


def told(question: str, *papers: tuple[str, str], length: Length = "short") -> list[tuple[str, str]]:
    blocks = "\n\n".join(
        f"Model: {title}\nPaper: http://arxiv.org/pdf/2413.0{n}001v1.pdf\nSummary: {summary}"
        for n, (title, summary) in enumerate(papers)
    )
    text = f'A user has asked the following question:\n"{question}"\n\n### Recommended AI Models:\n\n\n### Related Papers:\n{blocks}\n\n\nAnswer:\n'
    answer = ask(parse(text), length=length).answer
    return [(s.template, s.text) for s in answer.statements if s.template.startswith("mechanism")]


ZOOM = (
    "Another Diet: Enlarging with Attention",
    "Pictures are enlarged three times by a network of attention blocks. A generator predicts residual features, an encoder "
    "extracts priors, and a decoder fuses both with learned weights.",
)


@pytest.mark.parametrize("order", [(SLIM, ZOOM, KNOB), (KNOB, ZOOM, SLIM)])
def test_every_step_is_explained_before_any_twice(order: tuple[tuple[str, str], ...]) -> None:
    said = told("My scan was blocky from JPEG and small; now it is clean and three times as large. How?", *order)
    keys = {text.rsplit("[", 1)[1][:2] for _, text in said}  # of three sources a short answer tells two
    assert len(said) == 2
    assert f"P{order.index(KNOB) + 1}" in keys


@pytest.mark.parametrize(
    "dangling",
    [
        "The former holds attention layers that extract features, the latter a decoder that combines them.",
        "This allows the network to learn weights for features of every layer.",
        "On the other hand, a decoder combines the features of two branches.",
    ],
)
def test_no_sentence_is_told_that_begins_with_what_was_said_before(dangling: str) -> None:
    title, summary = KNOB
    said = told("Remove the JPEG blocks, please. How does it work?", (title, f"{summary} {dangling}"))
    assert said and not any("decoder" in text or "This allows" in text for _, text in said)


@pytest.mark.parametrize(
    ("sentence", "begins"),
    [
        ("Inspired by the success of implicit shapes, we propose a function of coordinates.", "we propose"),
        ("To address these issues, we propose two decoders.", "we propose"),
        ("To remedy this problem, in this paper, we propose a network.", "we propose"),
        ("Based on this observation, Alder learns a curve for each pixel.", "Alder"),
        ("To see far, a network needs a wide receptive field.", "To see far"),
        ("Unlike earlier work, no reference is needed.", "Unlike"),
    ],
)
def test_occasion_and_purpose_are_left_out_and_contrast_is_not(sentence: str, begins: str) -> None:
    start, end = told_range(sentence, (0, len(sentence)))
    assert sentence[start:end].startswith(begins)


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("My clip went from 25 to 50 fps. How are the frames in between invented?", False),
        ("The poster is four times as large. Where is the new texture made up?", False),
        ("The poster is four times as large. Are the new leaves invented?", True),
        ("Was any of the detail in this enlarged photo made up?", True),
    ],
)
def test_asking_how_it_is_invented_is_no_doubt(question: str, wanted: bool) -> None:
    assert ("trustworthy" in read_task(question).constraints) == wanted


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Hence choose option B. We propose a network.", 2),
        ("Lamps of type A. The others fade.", 2),
        ("By J. Smith and A. Lee.", 1),
    ],
)
def test_an_initial_ends_a_sentence_when_no_name_follows(text: str, count: int) -> None:
    assert len(sentences(text)) == count


CURVES = (
    "Curves of Light: Brightening Pictures Without a Reference",
    "A network estimates for each pixel of a dark picture a curve that brightens it. An encoder extracts features and a decoder "
    "combines them with attention. Learned weights refine the illumination in several stages. It does not need paired data, "
    "nor does it need unpaired data.",
)


def test_what_a_source_says_of_a_wish_is_told_second_at_the_latest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(BUDGETS, "normal", (338, (Budget(2, 0, 0, 0),)))
    question = "How can a network learn to brighten my dark pictures without matching pairs?"
    said = told(question, CURVES, length="normal")
    assert len(said) == 2 and "does not need paired data" in said[1][1]
