"""Plans: the reverse order of how the damage arose, sources that fit, gaps that stay visible."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restograph.evidence.brief import Span, parse
from restograph.task.lexicon import concept, section
from restograph.task.task import Operation, Scale, Scales, Target, Task
from restograph.verdict.verdict import Label, Verdict
from restograph.workflow.graph import Node, Workflow, validate
from restograph.workflow.kinds import KINDS
from restograph.workflow.line import parse_line, print_line
from restograph.workflow.plan import ASSUMED_FACTOR, MOST, filling, plan

EXAMPLE = Path(__file__).parents[2] / "src" / "restograph" / "examples" / "scan_2x.txt"
BRIEF = parse(EXAMPLE.read_text("utf-8"))  # sources M1, P1, P2, P3
KEYS = tuple(source.key for source in BRIEF.sources)
NAMES = tuple(name.partition(".")[2] for name in section("operation") if name != "operation.other")
SPAN = Span(source="Q", start=0, end=1)


def task(*operations: str, scale: float | None = None, kind: Scales = "spatial", target: Target | None = None) -> Task:
    return Task(
        operations=tuple(Operation(name=name, confidence=0.5, span=SPAN) for name in operations),
        scale=None if scale is None else Scale(value=scale, kind=kind, span=SPAN),
        target=target,
    )


def verdict(key: str, label: Label, serves: Sequence[str]) -> Verdict:
    span = Span(source=key, start=0, end=1)
    return Verdict(
        verdict=label,
        name_only=False,
        explains="no",
        axes={},
        reason="",
        span=span,
        basis=span,
        rule="fit",
        serves=tuple(serves),
    )


def judged(**serves: Sequence[str]) -> dict[str, Verdict]:
    """Sources that fit what is given for them; the others fit nothing."""
    return {key: verdict(key, "fit" if key in serves else "off_topic", serves.get(key, ())) for key in KEYS}


def steps(workflow: Workflow) -> list[Node]:
    return list(workflow.nodes[1:-1])


def test_enlarging_names_the_recommended_model_and_all_sources_that_fit() -> None:
    made = plan(BRIEF, task("super_resolution", scale=3), judged(M1=["super_resolution"], P2=["super_resolution"]))
    (node,) = steps(made)
    assert (node.id, node.kind, node.params, node.sources) == ("up", "upscale", {"factor": 3}, ("M1", "P2"))
    assert node.model == "SISR-RFDN-x2" and not node.missing
    assert "M1, P2" in node.reason


def test_a_step_that_nothing_fills_stays_as_missing() -> None:
    (node,) = steps(plan(BRIEF, task("super_resolution", scale=2), judged(P1=["denoising"])))
    assert node.missing and node.sources == () and node.model is None and "no provided source" in node.reason


def test_a_source_that_is_only_partial_fills_nothing() -> None:
    verdicts = judged() | {"P1": verdict("P1", "partial", ["denoising"])}
    assert filling(verdicts, ["denoising"]) == ()
    assert steps(plan(BRIEF, task("denoising"), verdicts))[0].missing


def test_a_paper_alone_names_no_model() -> None:
    (node,) = steps(plan(BRIEF, task("denoising"), judged(P1=["denoising"])))
    assert node.model is None and node.sources == ("P1",) and node.id == "denoise"


def test_cleaning_comes_before_enlarging_whatever_was_asked_first() -> None:
    wanted = task("super_resolution", "motion_deblurring", "dehazing", "compression_artifact_removal", scale=2)
    assert [n.kind for n in steps(plan(BRIEF, wanted, judged()))] == ["clean", "deblur", "dehaze", "upscale"]


def test_one_cleaning_step_when_the_same_sources_do_both() -> None:
    both = ["compression_artifact_removal", "denoising"]
    (node,) = steps(plan(BRIEF, task(*reversed(both)), judged(M1=both, P1=both)))
    assert node.params == {"remove": "compression+noise"} and node.sources == ("M1", "P1")


def test_two_cleaning_steps_when_the_sources_differ_compression_first() -> None:
    verdicts = judged(P1=["denoising"], P2=["compression_artifact_removal"])
    made = steps(plan(BRIEF, task("denoising", "compression_artifact_removal"), verdicts))
    assert [(n.id, n.params["remove"], n.sources) for n in made] == [
        ("clean", "compression", ("P2",)),
        ("denoise", "noise", ("P1",)),
    ]


@pytest.mark.parametrize(("name", "cause"), [("motion_deblurring", "motion"), ("defocus_deblurring", "defocus")])
def test_blur_has_its_cause(name: str, cause: str) -> None:
    (node,) = steps(plan(BRIEF, task(name), judged()))
    assert (node.kind, node.params) == ("deblur", {"cause": cause})


def test_filling_needs_a_mask_first() -> None:
    assert [n.kind for n in steps(plan(BRIEF, task("inpainting"), judged()))] == ["mask", "inpaint"]


def test_the_same_size_is_not_enlarged() -> None:
    made = plan(BRIEF, task("super_resolution", "denoising", scale=1), judged())
    assert [n.kind for n in steps(made)] == ["clean"]


def test_shrinking_is_a_resize_without_a_network() -> None:
    (node,) = steps(plan(BRIEF, task("super_resolution", scale=0.5), judged()))
    assert (node.kind, node.params, node.missing) == ("resize", {"factor": 0.5}, False)


def test_without_a_factor_one_is_assumed_and_told() -> None:
    (node,) = steps(plan(BRIEF, task("super_resolution"), judged()))
    assert node.params == {"factor": ASSUMED_FACTOR} and "assumed" in node.reason


def test_a_factor_beyond_one_step_is_told_and_never_exceeded() -> None:
    up, *rest = steps(plan(BRIEF, task("super_resolution", scale=40), judged()))
    assert max(p.most for p in KINDS["upscale"].params) == MOST
    assert up.params == {"factor": MOST} and any("at most" in node.reason for node in (up, *rest))
    assert [(node.kind, node.params) for node in rest] in ([], [("resize", {"factor": 2.5})])


@pytest.mark.parametrize("scale", [257, 1000, 1e6])
def test_an_absurd_factor_still_gives_a_plan(scale: float) -> None:
    validate(plan(BRIEF, task("super_resolution", scale=scale), judged()))


def test_a_size_in_pixels_is_the_last_resize() -> None:
    size = Target(type="size", width=1920, unit="px", span=SPAN)
    made = plan(BRIEF, task("denoising", target=size), judged())
    assert [(n.kind, n.params) for n in steps(made)][-1] == ("resize", {"size": "1920x"})
    both = Target(type="size", width=1920, height=1440, unit="px", span=SPAN)
    assert steps(plan(BRIEF, task("super_resolution", target=both), judged()))[-1].params == {"size": "1920x1440"}


def test_frames_per_second_are_no_size() -> None:
    made = plan(BRIEF, task("video_frame_interpolation", "denoising", scale=4, kind="temporal"), judged())
    assert [n.kind for n in made.nodes] == ["load_video", "interpolate", "save_video"]
    assert steps(made)[0].params == {"factor": 4}


@pytest.mark.parametrize(
    ("name", "kind"), [("video_super_resolution", "spatial"), ("video_frame_interpolation", "temporal")]
)
@pytest.mark.parametrize("scale", [1, 0.5])
def test_a_film_that_is_not_to_grow_stays_as_it_is(name: str, kind: Scales, scale: float) -> None:
    made = plan(BRIEF, task(name, scale=scale, kind=kind), judged())
    assert [n.kind for n in made.nodes] == ["load_video", "save_video"]


@pytest.mark.parametrize("wanted", [task(), task("other"), task("other", scale=3)])
def test_what_the_words_do_not_tell_gives_load_and_save(wanted: Task) -> None:
    assert [n.kind for n in plan(BRIEF, wanted, judged()).nodes] == ["load", "save"]


@st.composite
def cases(draw: st.DrawFn) -> tuple[Task, dict[str, Verdict]]:
    names = draw(st.lists(st.sampled_from(NAMES), max_size=5, unique=True))
    scale = draw(st.none() | st.floats(0.05, 60).map(lambda value: round(value, 3)))
    wanted = task(*names, scale=scale, kind=draw(st.sampled_from(("spatial", "temporal"))))
    labels = st.sampled_from(("fit", "partial", "off_topic"))
    serves = st.lists(st.sampled_from(NAMES), max_size=4, unique=True)
    return wanted, {key: verdict(key, draw(labels), draw(serves)) for key in KEYS}


@given(cases())
def test_every_plan_is_valid_ordered_and_honest(case: tuple[Task, dict[str, Verdict]]) -> None:
    wanted, verdicts = case
    made = plan(BRIEF, wanted, verdicts)
    validate(made)
    assert made.nodes[0].kind in ("load", "load_video") and made.nodes[-1].kind in ("save", "save_video")
    orders = [KINDS[n.kind].order for n in made.nodes]
    assert orders == sorted(orders) and len({n.id for n in made.nodes}) == len(made.nodes)
    for node in steps(made):
        names = [n for n in NAMES if concept(f"operation.{n}").data["node"] == node.kind]
        fits = [k for k, v in verdicts.items() if v.verdict == "fit" and set(names) & set(v.serves)]
        assert set(node.sources) <= set(fits) and (node.model is None or "M1" in node.sources)
        assert node.missing == (node.kind not in ("resize", "mask") and not node.sources)
        assert node.reason
    assert plan(BRIEF, wanted, verdicts) == made


@given(cases())
def test_every_wanted_change_of_a_picture_has_its_step(case: tuple[Task, dict[str, Verdict]]) -> None:
    wanted, verdicts = case
    kinds = {concept(f"operation.{op.name}").data["node"] for op in wanted.operations}
    shrinks = wanted.scale is not None and wanted.scale.kind == "spatial" and wanted.scale.value <= 1
    if kinds & {"video_upscale", "interpolate"}:
        return  # a film goes through its own steps only
    made = {n.kind for n in plan(BRIEF, wanted, verdicts).nodes}
    assert kinds - ({"upscale"} if shrinks else set()) <= made


def test_a_plan_prints_as_a_line_that_reads_back() -> None:
    wanted = task("super_resolution", "compression_artifact_removal", scale=3)
    made = plan(BRIEF, wanted, judged(M1=["super_resolution"]))
    line = print_line(made)
    assert line.startswith("clean compression") and "missing" in line and "upscale 3" in line
    assert [(n.kind, n.params, n.missing, n.model) for n in parse_line(line).nodes] == [
        (n.kind, n.params, n.missing, n.model) for n in made.nodes
    ]
