"""`restograph ask` without a picture: doors, formats, outputs, and what is refused."""

import json
from pathlib import Path

import pytest

from command_line import EXAMPLES, LOW_LIGHT, SCAN, call, photo

NOTHING = "What is the capital of France?"


def test_the_answer_goes_to_standard_output_and_nothing_else_is_said() -> None:
    done = call("ask", "--brief", SCAN)
    assert done.code == 0 and done.err == ""
    assert done.out.startswith("**1.") and "**2." in done.out and "**3." in done.out
    assert "https://github.com/FudanVI/FudanOCR/tree/main/text-gestalt" in done.out


def test_json_is_one_document_and_says_the_same() -> None:
    done = call("ask", "--brief", SCAN, "--json")
    document = json.loads(done.out)
    assert done.code == 0 and done.err == ""
    assert document["markdown"] == call("ask", "--brief", SCAN).out
    assert document["brief"] == SCAN.read_text("utf-8") and document["run"] is None
    assert [s["key"] for s in document["sources"]] == ["M1", "P1", "P2", "P3"]
    assert call("ask", "--brief", SCAN, "--format", "json").out == done.out


def test_html_is_one_page_that_loads_nothing() -> None:
    page = call("ask", "--brief", SCAN, "--format", "html").out
    assert page.startswith("<!doctype html>") and page.endswith("</html>\n")
    assert "<script" not in page and " src=" not in page and "<svg" in page


@pytest.mark.parametrize("name", sorted(p.name for p in EXAMPLES.glob("*.txt")))
def test_every_answer_to_an_example_passes_the_checker(name: str, tmp_path: Path) -> None:
    assert call("ask", "--brief", EXAMPLES / name, "-o", tmp_path / "a.json").code == 0
    done = call("check", tmp_path / "a.json")
    assert (done.code, done.err) == (0, "") and "hold" in done.out


def test_a_brief_on_standard_input_is_the_brief_of_the_file() -> None:
    piped = call("ask", "--brief", "-", stdin=SCAN.read_bytes())
    assert piped == call("ask", "--brief", SCAN)


def test_a_byte_order_mark_and_windows_line_ends_are_read() -> None:
    text = "\ufeff" + SCAN.read_text("utf-8").replace("\n", "\r\n")
    done = call("ask", "--brief", "-", "--json", stdin=text.encode())
    assert done.code == 0
    assert json.loads(done.out)["brief"] == text
    assert json.loads(done.out)["links"] == json.loads(call("ask", "--brief", SCAN, "--json").out)["links"]


def test_the_open_door_is_the_closed_door_behind_a_search(tmp_path: Path) -> None:
    question = "How do I remove the JPEG blocks from this picture and make it 2x bigger?"
    found = call("brief", question)
    assert found.code == 0 and question in found.out
    (tmp_path / "brief.txt").write_bytes(found.out.encode())
    assert call("ask", question, "--json").out == call("ask", "--brief", tmp_path / "brief.txt", "--json").out


def test_a_question_that_nothing_answers_is_answered_honestly() -> None:
    done = call("ask", NOTHING, "--json")
    assert done.code == 0, done.err
    document = json.loads(done.out)
    assert document["sources"] == [] and document["links"] == []


@pytest.mark.parametrize("question", ["", "   ", "\n\t"])
def test_an_empty_question_is_refused(question: str) -> None:
    done = call("ask", question)
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("restograph: the question ") and "is empty" in done.err


def test_a_question_that_is_no_text_is_refused() -> None:
    done = call("ask", "make this 2x bigger \udcff")
    assert (done.code, done.out) == (1, "") and "not UTF-8" in done.err


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"first\nsecond \xff\n", "line 2: standard input is not UTF-8"),
        ("A user has asked".encode("utf-16"), "line 1: standard input is not UTF-8"),
        (b"", "line 1: expected the heading"),
        (b"### Recommended AI Models:\n\n### Related Papers:\n", "line 1: expected"),
        (SCAN.read_bytes().replace(b"Model: SISR", b"Name: SISR"), "expected 'Model: NAME'"),
    ],
)
def test_a_brief_that_does_not_parse_is_named_by_its_line(data: bytes, says: str) -> None:
    done = call("ask", "--brief", "-", stdin=data)
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("restograph: line ") and says in done.err and done.err.count("\n") == 1


def test_a_brief_that_is_not_there_is_named(tmp_path: Path) -> None:
    done = call("ask", "--brief", tmp_path / "nö brief.txt")
    assert done.code == 1 and "nö brief.txt" in done.err and "Traceback" not in done.err
    assert call("ask", "--brief", tmp_path).code == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("ask",),
        ("ask", "question", "a.png", "b.png"),
        ("ask", "--brief", "b.txt", "a.png", "b.png"),
        ("ask", "question", "--format", "pdf"),
        ("ask", "question", "--provider", "abacus"),
        ("ask", "question", "--memory", "lots"),
        ("ask", "question", "--no-such-option"),
        ("no-such-command",),
        ("run", "upscale 2", "a.png", "-o", "b.png", "--provider", "abacus"),
    ],
)
def test_wrong_options_end_with_2_and_a_hint(arguments: tuple[str, ...]) -> None:
    done = call(*arguments)
    assert (done.code, done.out) == (2, "")
    assert "--help" in done.err


def test_documents_are_written_by_their_suffix(tmp_path: Path) -> None:
    shown = {form: call("ask", "--brief", SCAN, "--format", form).out for form in ("md", "json", "html")}
    for form, text in shown.items():
        path = tmp_path / "new folder" / f"answer.{form}"
        assert call("ask", "--brief", SCAN, "-o", path).code == 0
        assert path.read_bytes() == text.encode("utf-8")
    assert len(list((tmp_path / "new folder").iterdir())) == 3


@pytest.mark.parametrize("name", ["answers/", "v1.2/", "plain"])
def test_a_folder_gets_both_texts(name: str, tmp_path: Path) -> None:
    assert call("ask", "--brief", SCAN, "-o", f"{tmp_path}/{name}").code == 0
    assert sorted(p.name for p in (tmp_path / name).iterdir()) == ["answer.json", "answer.md"]


def test_a_picture_cannot_be_written_without_one(tmp_path: Path) -> None:
    done = call("ask", "--brief", SCAN, "-o", tmp_path / "out.png")
    assert done.code == 1 and "no picture was given" in done.err
    assert list(tmp_path.iterdir()) == []


def test_existing_documents_need_force_and_stay_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "answer.json").write_text("mine", "utf-8")
    done = call("ask", "--brief", SCAN, "-o", tmp_path)
    assert done.code == 1 and "--force" in done.err and "answer.json" in done.err
    assert [p.name for p in tmp_path.iterdir()] == ["answer.json"]
    assert (tmp_path / "answer.json").read_text("utf-8") == "mine"
    assert call("ask", "--brief", SCAN, "-o", tmp_path, "--force").code == 0
    assert json.loads((tmp_path / "answer.json").read_text("utf-8"))["question"]


def test_with_a_brief_the_lone_word_is_the_picture(tmp_path: Path) -> None:
    image = photo(tmp_path / "one.png")
    done = call("ask", "--brief", SCAN, image, "--json")
    run = json.loads(done.out)["run"]
    assert done.code == 0 and (run["input"]["width"], run["input"]["height"]) == (37, 26)
    assert run["output"] is None and "only looked at" in done.err
    assert [p.name for p in tmp_path.iterdir()] == ["one.png"]
    assert "no file" in call("ask", "--brief", SCAN, "how does that work?").err


def test_answers_depend_on_the_brief() -> None:
    assert call("ask", "--brief", SCAN).out != call("ask", "--brief", LOW_LIGHT).out
