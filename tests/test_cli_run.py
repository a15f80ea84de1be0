"""`restograph run` and `restograph check`: the same bytes from every form of a workflow, and what is refused."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from command_line import SCAN, call, photo, size_of
from restograph.workflow.file import dump_json, dump_yaml
from restograph.workflow.line import parse_line

TOYS = Path(__file__).parent / "data" / "models"
LINE = "upscale 2 | resize 60x"


@pytest.fixture
def image(tmp_path: Path) -> Path:
    return photo(tmp_path / "foto eins.png")


@pytest.fixture
def recorded(image: Path, tmp_path: Path) -> Path:
    """The record of a finished run; its picture lies beside it."""
    done = call("run", LINE, image, "-o", f"{tmp_path}/first/")
    assert done.code == 0, done.err
    return tmp_path / "first" / "run.json"


def read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def test_line_yaml_json_and_record_give_the_same_bytes(recorded: Path, image: Path, tmp_path: Path) -> None:
    plan = parse_line(LINE)
    (tmp_path / "plan.yaml").write_text(dump_yaml(plan), "utf-8")
    (tmp_path / "plan.json").write_text(dump_json(plan), "utf-8")
    for form in ("yaml", "json"):
        assert call("run", tmp_path / f"plan.{form}", image, "-o", tmp_path / f"{form}.png").code == 0
    assert call("run", recorded, "-o", tmp_path / "again.png").code == 0
    first = (recorded.parent / "foto eins-restored.png").read_bytes()
    assert [(tmp_path / f"{n}.png").read_bytes() == first for n in ("yaml", "json", "again")] == [True] * 3
    assert size_of(tmp_path / "yaml.png") == (60, 42)


def test_run_writes_picture_and_record_and_prints_nothing(image: Path, tmp_path: Path) -> None:
    done = call("run", LINE, image, "-o", tmp_path / "x.png")
    assert (done.code, done.out) == (0, "") and "x.run.json" in done.err
    assert sorted(p.name for p in tmp_path.glob("x.*")) == ["x.png", "x.run.json"]


def test_run_json_prints_the_record_alone(image: Path, tmp_path: Path) -> None:
    done = call("run", LINE, image, "-o", tmp_path / "x.png", "--json")
    shown, written = json.loads(done.out), read(tmp_path / "x.run.json")
    assert shown["output"]["sha256"] == written["output"]["sha256"] and shown["workflow"] == written["workflow"]


def test_an_existing_path_wins_over_a_line(image: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("resize 50x").write_text(dump_yaml(parse_line("resize 20x")), "utf-8")
    assert call("run", "resize 50x", image, "-o", "x.png").code == 0
    assert size_of(tmp_path / "x.png")[0] == 20


def test_a_record_without_output_name_compares_and_keeps_nothing(recorded: Path, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    done = call("run", recorded)
    assert (done.code, done.out) == (0, "") and "the same bytes" in done.err
    assert sorted(tmp_path.rglob("*")) == before


def test_a_repeated_run_into_a_folder_writes_its_own_record(recorded: Path, tmp_path: Path) -> None:
    assert call("run", recorded, "-o", f"{tmp_path}/second.d/").code == 0
    made = tmp_path / "second.d"
    assert sorted(p.name for p in made.iterdir()) == ["foto eins-restored.png", "run.json"]
    assert read(made / "run.json")["output"] == read(recorded)["output"]
    assert call("check", made / "run.json").code == 0
    done = call("run", recorded, "-o", f"{tmp_path}/second.d/")
    assert done.code == 1 and "--force" in done.err


def test_a_record_moves_with_its_pictures(recorded: Path, tmp_path: Path) -> None:
    (tmp_path / "archive").mkdir()
    shutil.move(recorded.parent, tmp_path / "archive" / "first")
    shutil.move(tmp_path / "foto eins.png", tmp_path / "archive")
    assert call("run", tmp_path / "archive" / "first" / "run.json").code == 0


def test_a_changed_input_is_refused(recorded: Path, image: Path) -> None:
    photo(image, height=27)
    for command in ("run", "check"):
        done = call(command, recorded)
        assert done.code == 1 and "has changed" in done.err and "foto eins.png" in done.err


def test_a_missing_input_is_refused(recorded: Path, image: Path) -> None:
    image.unlink()
    done = call("run", recorded)
    assert done.code == 1 and "not there" in done.err and "Traceback" not in done.err


def test_other_bytes_than_recorded_end_with_1(recorded: Path) -> None:
    data = read(recorded)
    data["output"]["sha256"] = "0" * 64
    recorded.write_text(json.dumps(data), "utf-8")
    done = call("run", recorded, "--json")
    assert done.code == 1 and "differs" in done.err
    assert json.loads(done.out)["output"]["sha256"] != "0" * 64


def test_a_record_takes_no_picture_and_no_other_options(recorded: Path, image: Path) -> None:
    done = call("run", recorded, image)
    assert done.code == 1 and "names its own picture" in done.err
    for option in (["--provider", "cpu"], ["--memory", "1GB"], ["--fill-missing"], ["--strip-metadata"]):
        done = call("run", recorded, *option)
        assert done.code == 1 and "its own options" in done.err


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("upscale", "factor"),
        ("upscale 2 | polish", "polish"),
        ("upscale 99", "99"),
        ("", "restograph: "),
        ("no-such.yaml", "no-such.yaml"),
        ("load | save", "save"),
    ],
)
def test_a_workflow_that_cannot_be_run_is_explained(line: str, says: str, image: Path, tmp_path: Path) -> None:
    done = call("run", line, image, "-o", tmp_path / "x.png")
    assert done.code == 1 and says in done.err and done.err.startswith("restograph: ")
    assert not (tmp_path / "x.png").exists()


def test_a_workflow_needs_a_picture_and_an_output(image: Path) -> None:
    for more in ([], [image]):
        done = call("run", "upscale 2", *more)
        assert done.code == 1 and "IMAGE -o OUT" in done.err


def test_a_broken_result_is_refused_and_nothing_is_written(image: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "models").mkdir(parents=True)
    for suffix in (".toml", ".onnx"):
        shutil.copy(TOYS / f"nan-x1{suffix}", home / "models")
    plan = parse_line("clean")
    nodes = [n.model_copy(update={"model": "nan-x1"}) if n.kind == "clean" else n for n in plan.nodes]
    (tmp_path / "plan.yaml").write_text(dump_yaml(plan.model_copy(update={"nodes": tuple(nodes)})), "utf-8")
    done = call("run", tmp_path / "plan.yaml", image, "-o", f"{tmp_path}/out/", home=home)
    assert done.code == 1 and "clean" in done.err
    assert list((tmp_path / "out").iterdir()) == []


# ── check ────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def answered(image: Path, tmp_path: Path) -> Path:
    assert call("ask", "--brief", SCAN, image, "-o", f"{tmp_path}/answered/").code == 0
    return tmp_path / "answered" / "answer.json"


CHANGES = {
    "a digit": lambda d: d["markdown"].replace("2×", "3×", 1),
    "a link": lambda d: d["markdown"].replace("arxiv.org/pdf/2005.03341", "arxiv.org/pdf/2005.03342"),
    "a word": lambda d: d["markdown"].replace("Off-topic", "Fits", 1),
}


@pytest.mark.parametrize("change", CHANGES)
def test_an_answer_is_rejected_after_a_change_of_its_text(change: str, answered: Path) -> None:
    assert call("check", answered).code == 0
    data = read(answered)
    text = CHANGES[change](data)
    assert text != data["markdown"]
    answered.write_text(json.dumps({**data, "markdown": text}), "utf-8")
    done = call("check", answered)
    assert (done.code, done.out) == (1, "") and done.err.startswith("answer rejected: ")


def test_an_answer_is_rejected_after_a_change_of_verdict_or_order(answered: Path) -> None:
    data = read(answered)
    verdicts = {**data["verdicts"], "P3": {**data["verdicts"]["P3"], "verdict": "fit"}}
    for broken in ({**data, "verdicts": verdicts}, {**data, "statements": data["statements"][::-1]}):
        answered.write_text(json.dumps(broken), "utf-8")
        assert call("check", answered).code == 1


def test_a_record_is_rejected_after_a_change(recorded: Path) -> None:
    assert call("check", recorded).code == 0
    sound = recorded.read_text("utf-8")
    for old, new in (('"factor": 2', '"factor": 0'), ('"kind": "resize"', '"kind": "polish"'), ('"weights"', '"w"')):
        assert old in sound
        recorded.write_text(sound.replace(old, new), "utf-8")
        done = call("check", recorded)
        assert (done.code, done.out) == (1, "") and done.err.startswith("run record rejected: ")
    used = json.loads(sound)["weights"][0]["sha256"]
    recorded.write_text(sound.replace(used, "f" * 64), "utf-8")
    assert "recorded with SHA-256" in call("check", recorded).err


def test_a_record_is_rejected_when_its_picture_is_another(recorded: Path) -> None:
    made = recorded.parent / "foto eins-restored.png"
    made.write_bytes(made.read_bytes() + b"\0")
    done = call("check", recorded)
    assert done.code == 1 and "output" in done.err and "has changed" in done.err


def test_a_workflow_is_checked_and_rejected_with_node_and_port(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(dump_yaml(parse_line("clean | upscale 3")), "utf-8")
    done = call("check", path)
    assert (done.code, done.err) == (0, "") and "clean | upscale 3" in done.out
    path.write_text(path.read_text("utf-8").replace("upscale.image", "upscale.picture"), "utf-8")
    done = call("check", path)
    assert done.code == 1 and "upscale" in done.err and "picture" in done.err


def test_check_json_is_one_document_also_when_rejected(recorded: Path, answered: Path, tmp_path: Path) -> None:
    (tmp_path / "plan.yaml").write_text("nodes: 3\n", "utf-8")
    (tmp_path / "foto eins.png").write_bytes(b"changed")
    for path, kind, holds in (
        (answered, "answer", True),
        (recorded, "run record", False),
        (tmp_path / "plan.yaml", "workflow", False),
    ):
        done = call("check", path, "--json")
        document = json.loads(done.out)
        assert (document["kind"], document["ok"]) == (kind, holds) and document["detail"]
        assert done.code == (0 if holds else 1) and done.err == ""


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00\xff\xfe",
        b"[" * 100_000,
        b'{"statements": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"statements": 3}',
        b'{"statements": [], "proofs": 7}',
        b'{"statements": [1], "proofs": [], "schema": 1}',
        b'{"input": 1, "output": 2}',
        b'{"nodes": []}',
        b"- just\n- a list\n",
        b"true",
    ],
)
def test_check_explains_any_file(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "some file.json"
    path.write_bytes(data)
    done = call("check", path)
    assert (done.code, done.out) == (1, "") and "Traceback" not in done.err and done.err.strip()


def test_check_names_a_file_that_is_not_there(tmp_path: Path) -> None:
    done = call("check", tmp_path / "none.json")
    assert done.code == 1 and "none.json" in done.err
