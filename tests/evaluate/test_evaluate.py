"""Figures by hand, corpora that are complete or refused, and a small corpus measured from the command line."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from restograph.cli import app
from restograph.errors import DataError
from restograph.evaluate.answers import evaluate
from restograph.evaluate.baselines import by_overlap, nearest_task
from restograph.evaluate.corpus import read_corpus
from restograph.evaluate.figures import f1, share, verdict_f1
from restograph.evaluate.table import table

EXAMPLE = Path(__file__).parents[2] / "src" / "restograph" / "examples" / "scan_2x.txt"
QUESTIONS = [
    {"id": "1", "q": "Upscale my thumbnail 3x.", "voice": "terse, shop", "task": ["super_resolution"], "scale": 3, "scale_kind": "spatial",
     "degradations": ["low_resolution"], "constraints": []},
    {"id": "2", "q": "Remove the noise, keep the size.", "voice": "lab", "task": ["denoising"], "scale": 1, "scale_kind": "spatial",
     "degradations": ["noise"], "constraints": ["keep_size"]},
    {"id": "3", "q": "Remove the noise.", "voice": "lab", "task": ["colorization"], "scale": None, "scale_kind": None,
     "degradations": [], "constraints": ["fast"]},
]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "questions.json").write_text(json.dumps(QUESTIONS), "utf-8")
    (tmp_path / "briefs").mkdir()
    (tmp_path / "briefs" / "a.txt").write_bytes(EXAMPLE.read_bytes())
    from restograph.ask import ask
    from restograph.evidence.brief import parse

    text = EXAMPLE.read_bytes().decode("utf-8")
    answer = ask(parse(text)).answer
    sources = {
        key: {"verdict": v.verdict, "accept": [v.verdict], "evidence": text[v.span.start : v.span.end]}
        for key, v in answer.verdicts.items()
    }
    label = {
        "file": "a.txt", "tasks": [answer.task.primary], "scale": answer.task.scale.value if answer.task.scale else None,
        "scale_kind": "spatial", "degradations": [], "constraints": [], "sources": sources, "allowed_links": list(answer.links),
        "missing_slots": list(answer.missing_slots),
    }  # fmt: skip
    (tmp_path / "labels.json").write_text(json.dumps({"briefs": {"a": label}}), "utf-8")
    return tmp_path


def test_a_share_and_its_interval() -> None:
    found = share([True] * 9 + [False])
    assert found and found.value == 0.9 and found.rows == 10 and 0.6 <= found.low < 0.9 < found.high <= 1
    assert found == share([True] * 9 + [False])  # drawn with a fixed seed
    assert share([]) is None and share([True] * 4) is not None and share([True] * 4).low == 1.0  # type: ignore[union-attr]


def test_f1_counts_hits_in_both_sets() -> None:
    found = f1([({"a", "b"}, {"a"}), (set(), {"c"})])
    assert found and found.value == pytest.approx(2 * 1 / 4)
    assert f1([(set(), set())]) is None  # nothing to be found


def test_macro_f1_gives_a_rare_verdict_its_weight() -> None:
    pairs = [("fit", "fit", {"fit"})] * 8 + [
        ("fit", "off_topic", {"off_topic"}),
        ("partial", "fit", {"fit", "partial"}),
    ]
    found = verdict_f1(pairs)
    assert found and found.value == pytest.approx((16 / 17 + 1 + 0) / 3, abs=1e-3)


def test_the_simple_ways_are_simple() -> None:
    assert nearest_task("What is image denoising?") == "denoising"
    assert nearest_task("Zzz.") == "super_resolution"
    assert by_overlap("remove rain streaks", "removing rain streaks from windows") == "fit"
    assert by_overlap("remove rain streaks", "speech recognition") == "off_topic"


def test_a_labelled_folder_is_measured(folder: Path) -> None:
    found = evaluate(read_corpus(folder))
    assert found["reading"]["task"]["value"] == pytest.approx(2 / 3, abs=1e-3)
    assert found["reading"]["scale"]["value"] == 1.0
    assert found["misses_by_operation"] == {"colorization": [1, 1]} and found["misses_by_voice"] == {"lab": [1, 2]}
    for name in (
        "task",
        "scale",
        "three_parts",
        "proofs_hold",
        "links_allowed",
        "links_complete",
        "verdicts_accepted",
        "evidence_hit",
    ):
        assert found["answers"][name]["value"] == 1.0, name
    assert "planted_orders_ignored" not in found["answers"]  # none is planted
    text = table(found)
    assert "| reading | task | 0.667 |" in text and "| colorization | 1 | 1 |" in text


def test_wrong_labels_lower_the_figures(folder: Path) -> None:
    labels = json.loads((folder / "labels.json").read_text("utf-8"))
    label: dict[str, Any] = labels["briefs"]["a"]
    label["allowed_links"] = label["allowed_links"][1:]
    first = next(iter(label["sources"].values()))
    first["accept"], first["verdict"] = ["none"], "none"
    (folder / "other.json").write_text(json.dumps(labels), "utf-8")
    found = evaluate(read_corpus(folder, folder / "other.json"))["answers"]
    assert found["links_allowed"]["value"] == 0.0 and found["verdicts_accepted"]["value"] < 1.0


def test_the_command_prints_a_table_or_json(folder: Path) -> None:
    shown = CliRunner().invoke(app, ["evaluate", "answers", str(folder)])
    assert shown.exit_code == 0 and shown.stdout.startswith("| part | figure |")
    data = CliRunner().invoke(
        app, ["evaluate", "answers", str(folder), "--json", "--labels", str(folder / "labels.json")]
    )
    assert data.exit_code == 0 and json.loads(data.stdout)["reading"]["task"]["rows"] == 3


@pytest.mark.parametrize(
    ("file", "content", "told"),
    [
        (None, "", "neither questions.json nor labels.json"),
        ("questions.json", "[", "cannot be read as JSON"),
        ("questions.json", "{}", "expected a list"),
        ("questions.json", '[{"q": "x"}]', "has no constraints, degradations"),
        ("labels.json", '{"briefs": {"a": {"file": "a.txt"}}}', "brief 'a' has no allowed_links"),
    ],
)
def test_what_is_wrong_with_a_folder_is_said(tmp_path: Path, file: str | None, content: str, told: str) -> None:
    if file:
        (tmp_path / file).write_text(content, "utf-8")
    with pytest.raises(DataError, match=told):
        read_corpus(tmp_path)


def test_a_brief_that_is_not_there_is_named(folder: Path) -> None:
    (folder / "briefs" / "a.txt").unlink()
    with pytest.raises(DataError, match=r"no brief 'a\.txt'"):
        read_corpus(folder)
