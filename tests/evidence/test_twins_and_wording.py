"""Names judged by the entry on the same work; what a summary says as a whole; which sentence shows it."""

from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from restograph.answer.check import check
from restograph.ask import ask
from restograph.evidence import wording
from restograph.evidence.brief import Brief, parse
from restograph.evidence.twins import twin
from restograph.evidence.wording import heard_in, is_astray, shown
from restograph.task.lexicon import concept, section
from restograph.task.linear import MIDDLE, parts
from restograph.task.names import named_operations
from restograph.training import sources

CORPUS = Path(__file__).parents[2] / "benchmarks/answers/corpus"
QUESTION = "My photo of the yard was taken in fog. How does a program work out what is behind it?"
CLEAR = (
    "We estimate from one picture how much light the air scatters on its way to the lens, and give back the scene "
    "as it would look in dry air. The output is a clear photograph of the same size."
)
COUNTS = (
    "A detector counts cars on a motorway camera. Dense mornings lower its score, and a second head says how sure "
    "it is. The output is a list of boxes, and the frames themselves are not changed."
)


def brief_of(name: str, paper: str, title: str, link: str, summary: str, code: str = "", own: str = "") -> Brief:
    blocks = f"Model: {name}\nPaper: {paper}\n" + (f"GitHub: {own}\n" if own else "")
    work = f"Model: {title}\nPaper: {link}\n" + (f"GitHub: {code}\n" if code else "") + f"Summary: {summary}\n"
    return parse(
        f'A user has asked the following question:\n"{QUESTION}"\n\n### Recommended AI Models:\n{blocks}\n'
        f"### Related Papers:\n{work}\nAnswer:\n"
    )


SAME = [
    ("https://arxiv.org/pdf/2401.00001", "http://arxiv.org/pdf/2401.00001v3.pdf", "", ""),
    ("https://arxiv.org/abs/2401.00001v2", "https://arxiv.org/pdf/2401.00001.pdf", "", ""),
    ("https://example.org/a.pdf", "http://www.example.org/A", "", ""),
    ("https://example.org/a", "https://example.org/b", "https://github.com/Some/Net", "https://github.com/some/net.git"),
]  # fmt: skip


@pytest.mark.parametrize(("paper", "link", "own", "code"), SAME)
def test_one_link_in_two_spellings_is_one_work(paper: str, link: str, own: str, code: str) -> None:
    brief = brief_of("Yonder-B3", paper, "Yonder: Dehazing With Few Weights", link, CLEAR, code, own)
    answer = ask(brief).answer
    assert (answer.verdicts["P1"].verdict, answer.verdicts["M1"].verdict) == ("fit", "fit")
    assert answer.verdicts["M1"].rule == "fit_by_paper" and answer.verdicts["M1"].name_only
    assert any(n.kind == "dehaze" and set(n.sources) == {"M1", "P1"} for n in answer.workflow.nodes)
    assert check(answer.model_dump(mode="json", by_alias=True)).ok


@pytest.mark.parametrize("link", ["https://arxiv.org/pdf/2401.00002", "https://arxiv.org/pdf/2401.0000"])
def test_another_link_is_another_work(link: str) -> None:
    brief = brief_of("Yonder-B3", "https://arxiv.org/pdf/2401.00001", "Yonder: Dehazing", link, CLEAR)
    answer = ask(brief).answer
    assert answer.verdicts["M1"].rule == "unknown_name" and answer.verdicts["M1"].verdict == "off_topic"
    assert "Not shown to fit: Yonder-B3" in answer.markdown


def test_a_name_is_no_better_than_the_work_at_its_link() -> None:
    link = "https://arxiv.org/pdf/2401.00001"
    answer = ask(brief_of("Yonder-B3", link, "Counting Cars in the Fog", link, COUNTS)).answer
    assert answer.verdicts["P1"].verdict == answer.verdicts["M1"].verdict == "off_topic"
    assert answer.verdicts["M1"].rule == "mismatch_by_paper"


def test_a_name_that_tells_keeps_its_own_verdict() -> None:
    link = "https://arxiv.org/pdf/2401.00001"
    brief = brief_of("Yonder-Deraining", link, "Yonder: Dehazing With Few Weights", link, CLEAR)
    assert twin(brief, brief.models[0]) == brief.papers[0]
    assert ask(brief).answer.verdicts["M1"].rule == "mismatch_by_name"


NAMES = [
    ("HAT-L-SRx4", "super_resolution"), ("Yonder-M-x2", "super_resolution"), ("SingleHDR", "hdr_reconstruction"),
    ("Yonder-base-OCR", "other"), ("SnowNet-forecast", "other"), ("Plate-Reader-v3", "other"), ("Yonder-Net", None),
    ("Face-Depth-B", "other"), ("Yonder-SIDD", "denoising"), ("FFA-Net", "dehazing"), ("AODNet-v2", "dehazing"), ("MAT-512", "inpainting"),
    ("Mat-512", None), ("U2-Net", "background_removal"), ("Zero-DCE++", "low_light_enhancement"), ("Restormer-Rain13K", "deraining"),
    ("SwinIR-M-x4", "super_resolution"), ("Sketch-FILM-Style", "other"), ("FILM-Style", "video_frame_interpolation"),
    ("SNR-Net", "low_light_enhancement"), ("PSFR-GAN", "face_restoration"), ("GridDehazeNet", "dehazing"), ("FaceParsingNet", "other"),
    ("RainDetectNet", "other"), ("DarkNet53", "other"), ("SuperPoint", "other"), ("IS-Net-general", "background_removal"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "wanted"), NAMES)
def test_what_a_name_promises(name: str, wanted: str | None) -> None:
    assert [n for n, _ in named_operations(name, 0, len(name))] == ([wanted] if wanted else [])


@pytest.mark.parametrize("concept_id", section("operation"))
def test_every_known_architecture_promises_what_it_is_known_for(concept_id: str) -> None:
    for name in concept(concept_id).data.get("known", ()):
        assert concept_id.split(".")[1] in {n for n, _ in named_operations(name, 0, len(name))}, name


def test_an_architecture_for_several_tasks_promises_each() -> None:
    name = "Restormer-base"
    found = named_operations(name, 0, len(name))
    assert {n for n, _ in found} >= {"denoising", "deraining", "motion_deblurring", "defocus_deblurring"}
    assert {place for _, place in found} == {(0, len("Restormer"))}


def places(brief: Brief) -> tuple[str, list[tuple[int, int]]]:
    return brief.text, brief.usable(brief.papers[0])


def test_the_whole_wording_is_heard_and_proved() -> None:
    brief = brief_of(
        "M", "https://a.org/1", "What the Air Keeps From Us", "https://a.org/2", CLEAR.replace("clear ", "")
    )
    text, ranges = places(brief)
    assert heard_in(text, ranges) in ("dehazing", None) and not is_astray(text, ranges)
    counted = brief_of("M", "https://a.org/1", "Cars in the Morning", "https://a.org/2", COUNTS)
    assert heard_in(*places(counted)) is None and is_astray(*places(counted))


def test_a_title_alone_is_not_heard() -> None:
    assert heard_in("Dehazing", [(0, 8)]) is None and not is_astray("Counting", [(0, 8)])


@given(st.lists(st.text(min_size=1, max_size=30), min_size=1, max_size=6))
def test_some_sentence_is_always_shown(lines: list[str]) -> None:
    text = "".join(lines)
    ends = np.cumsum([len(line) for line in lines]).tolist()
    ranges = list(zip([0, *ends[:-1]], ends, strict=True))
    assert shown(text, ranges, ranges[0], "fit") in ranges


def test_the_evidence_says_what_the_work_gives_rather_than_where_the_field_stands() -> None:
    brief = brief_of(
        "M",
        "https://a.org/1",
        "Cars in the Morning",
        "https://a.org/2",
        "Traffic is a problem in many towns. " + COUNTS,
    )
    text, ranges = places(brief)
    assert text[slice(*shown(text, ranges, ranges[0], "off_topic"))] != "Traffic is a problem in many towns."


def test_of_sentences_that_show_alike_one_that_serves_a_wish_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    summary = "It clears foggy frames. It learns from unpaired frames. It is not large."
    brief = brief_of("M", "https://a.org/1", "Unpaired Air", "https://a.org/2", summary)
    text, ranges = places(brief)
    monkeypatch.setattr(wording, "_scores", lambda text, ranges, verdict: dict.fromkeys(ranges, 0.0))
    assert shown(text, ranges, ranges[1], "fit") == shown(text, ranges, ranges[1], "fit", ["fast"]) == ranges[1]
    assert shown(text, ranges, ranges[1], "fit", ["no_paired_data"]) == ranges[2]  # a title alone does not count


def test_marked_abstracts_teach_which_sentence_shows_the_work() -> None:
    rows = list(sources.marked("denoising|A Title|First one. [[It takes grain out.]] Last one.\nother|B|No mark here."))
    assert [[chosen for _, chosen in row] for row in rows] == [[False, False, True, False]]
    plain = [
        pieces for pieces, _ in sources.abstracts("denoising|A Title|First one. [[It takes grain out.]] Last one.")
    ]
    assert plain == [p for p, _ in sources.abstracts("denoising|A Title|First one. It takes grain out. Last one.")]


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the labelled corpus is not part of an installed package")
def test_the_shipped_weights_are_those_of_the_training_script() -> None:
    lines = (CORPUS / "train" / "abstracts.txt").read_text("utf-8")
    works = [*sources.abstracts(lines), *sources.judged(CORPUS / "dev")]
    made: dict[str, Any] = {
        "restores": sources.fit_restores(works),
        "shows": sources.fit_shows([*sources.summaries(CORPUS / "dev"), *sources.marked(lines)]),
    }
    with resources.as_file(resources.files("restograph.evidence") / "wording.bin") as path:
        assert path.stat().st_size < 150_000
    for name, part in parts("restograph.evidence", "wording.bin").items():
        shipped = np.array([list(column) for column in part.columns.values()]).T - MIDDLE
        difference = np.abs(shipped - np.round(made[name].weights / made[name].step))
        assert (difference <= 1).mean() > 0.999 and difference.max() <= 3
