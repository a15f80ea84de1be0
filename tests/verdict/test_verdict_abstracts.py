"""Short abstracts of many kinds, each with the verdicts that can be defended; and what names promise."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from restograph.evidence.brief import parse
from restograph.task.lexicon import candidates, hits, section
from restograph.task.names import operation_of_token
from restograph.task.read import read_task
from restograph.verdict.judge import judge
from restograph.verdict.verdict import Verdict

TABLE = tomllib.loads(Path(__file__).with_name("abstracts.toml").read_text("utf-8"))
CASES = TABLE["case"]


def judged(question: str, papers: str = "", models: str = "") -> dict[str, Verdict]:
    text = f'A user has asked the following question:\n"{question}"\n\n### Recommended AI Models:\n{models}\n\n### Related Papers:\n{papers}\n\n\nAnswer:\n'
    brief = parse(text)
    return judge(brief, read_task(brief.text, *brief.question))


def paper(case: dict[str, Any]) -> str:
    return f"Model: {case['title']}\nPaper: http://arxiv.org/pdf/2301.00001v1.pdf\nSummary: {case['summary']}"


@pytest.mark.parametrize("case", CASES, ids=[f"{c['ask']}: {c['title'][:40]}" for c in CASES])
def test_an_abstract_gets_a_verdict_that_can_be_defended(case: dict[str, Any]) -> None:
    verdict = judged(TABLE["questions"][case["ask"]], paper(case))["P1"]
    assert verdict.verdict in case["accept"], (verdict.rule, verdict.found)


def test_the_questions_of_the_table_are_read() -> None:
    wanted = {
        "enlarge": "super_resolution", "denoise_no_clean": "denoising", "deblur": "motion_deblurring", "defocus": "defocus_deblurring",
        "hdr_brackets": "hdr_reconstruction", "cast": "color_correction", "video": "video_super_resolution", "fill": "inpainting",
    }  # fmt: skip
    assert {name: read_task(TABLE["questions"][name]).primary for name in wanted} == wanted


@pytest.mark.parametrize(
    ("name", "operation"),
    [
        ("SISR-x4-HAT-L", "super_resolution"), ("RealSR-BSRGAN-x2", "super_resolution"), ("VSR-BasicVSR-REDS4", "video_super_resolution"),
        ("Denoise-NAFNet-SIDD", "denoising"), ("Deblur-MSSNet-GoPro", "motion_deblurring"), ("Defocus-IFAN-DPDD", "defocus_deblurring"),
        ("JPEG-FBCNN-Color", "compression_artifact_removal"), ("Derain-PReNet-Rain100H", "deraining"), ("Dehaze-DehazeFormer-B", "dehazing"),
        ("Desnow-HDCW-CSD", "desnowing"), ("LLIE-ZeroDCE", "low_light_enhancement"), ("Exposure-MSEC-5k", "exposure_correction"),
        ("HDR-SingleHDR-Real", "hdr_reconstruction"), ("WB-DeepWB-S1", "color_correction"), ("Colorize-DDColor-M", "colorization"),
        ("Inpaint-LaMa-Big", "inpainting"), ("OldPhoto-BOPBTL-v2", "scratch_removal"), ("Face-GFPGAN-v1.4", "face_restoration"),
        ("Cutout-U2NetP", "background_removal"), ("VFI-FILM-L1", "video_frame_interpolation"), ("Detect-YOLO-N", "other"),
    ],
)  # fmt: skip
def test_the_first_token_of_a_name_promises_a_task(name: str, operation: str) -> None:
    found = next(op for token in name.split("-") if (op := operation_of_token(token)))
    assert found == operation


def test_a_name_that_says_no_task_is_not_guessed() -> None:
    question = TABLE["questions"]["denoise"]
    verdicts = judged(question, models="Model: Yonderformer-Base\nPaper: https://arxiv.org/pdf/2413.09881")
    assert verdicts["M1"].rule == "unknown_name"


def test_brackets_are_no_further_need_of_somebody_who_has_brackets() -> None:
    case = next(c for c in CASES if c["ask"] == "hdr_brackets")
    assert judged(TABLE["questions"]["hdr_brackets"], paper(case))["P1"].verdict == "fit"
    assert judged(TABLE["questions"]["hdr_single"], paper(case))["P1"].rule == "extra_input"


def test_no_concept_is_found_that_was_no_candidate() -> None:
    lists = {
        "operation": ("terms", "sources"),
        "object": ("patterns",),
        "needs": ("patterns",),
        "constraint": ("serves",),
    }
    found = 0
    for case in CASES:
        text = f"{case['title']}. {case['summary']}"
        for part, names in lists.items():
            spoken = {c for c in section(part) if hits(text, c, names, 0, len(text))}
            assert spoken <= set(candidates(text, [(0, len(text))], part, names))
            found += len(spoken)
    assert found > len(CASES)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Models are trained for rain streaks, motion blur and noise.", True),  # a veto in the middle of a phrase
        ("A model is trained for rain streaks.", False),
        ("It removes the blur of the background.", False),  # and at its end
    ],
)
def test_a_veto_counts_at_the_ends_of_a_phrase(text: str, wanted: bool) -> None:
    assert bool(hits(text, "operation.motion_deblurring", ("terms", "sources"), 0, len(text))) == wanted
