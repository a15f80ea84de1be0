"""Where commands write, and what is no amount of memory."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restograph.errors import OutputExists, RestographError
from restograph.outputs import Outputs, format_of, is_text, outputs_of, parse_bytes

IMAGE = Path("in/photo.jpg")


def names(outputs: Outputs) -> list[str]:
    return [p.as_posix() for p in outputs.paths()]


@pytest.mark.parametrize("out", ["a/b/", "a/b", "a/v1.2/"])
def test_a_folder_gets_the_picture_and_three_documents(out: str) -> None:
    folder = out.rstrip("/")
    files = ("photo-restored.jpg", "answer.md", "answer.json", "run.json")
    assert names(outputs_of(out, IMAGE)) == [f"{folder}/{name}" for name in files]


def test_an_existing_folder_needs_no_slash(tmp_path: Path) -> None:
    (tmp_path / "v1.2").mkdir()
    assert outputs_of(tmp_path / "v1.2", IMAGE).record == tmp_path / "v1.2" / "run.json"
    assert outputs_of(tmp_path / "v1.2", None).documents[1] == tmp_path / "v1.2" / "answer.json"


@pytest.mark.parametrize(
    ("out", "stem"), [("x.png", "x"), ("a/holiday.2024.tif", "a/holiday.2024"), ("ä ö.JPG", "ä ö")]
)
def test_a_picture_gets_neighbours(out: str, stem: str) -> None:
    assert names(outputs_of(out, IMAGE)) == [out, f"{stem}.answer.md", f"{stem}.answer.json", f"{stem}.run.json"]


@pytest.mark.parametrize(
    ("out", "form"),
    [
        ("x.md", "md"),
        ("x.JSON", "json"),
        ("x.html", "html"),
        ("x.bib", "bibtex"),
        ("x.csl.json", "csl"),
        ("csl.json", "json"),
    ],
)
def test_without_a_picture_one_document(out: str, form: str) -> None:
    assert outputs_of(out, None).paths() == [Path(out)] and format_of(Path(out)) == form


def test_without_a_picture_a_folder_gets_both_texts() -> None:
    assert names(outputs_of("out/", None)) == ["out/answer.md", "out/answer.json"]


@pytest.mark.parametrize(("out", "image"), [("x.md", IMAGE), ("x.html", IMAGE), ("x.png", None), ("x.pdf", None)])
def test_a_suffix_for_the_other_thing_is_refused(out: str, image: Path | None) -> None:
    with pytest.raises(RestographError, match=f"'{out}'"):
        outputs_of(out, image)


@pytest.mark.parametrize("suffix", [".jpg", ".PNG", ".tif", ".webp", ".avif"])
def test_the_format_of_the_input_is_kept(suffix: str) -> None:
    assert outputs_of("out/", Path(f"a{suffix}")).picture == Path(f"out/a-restored{suffix}")


@pytest.mark.parametrize("name", ["scan", "scan.jfif", "scan.bin"])
def test_an_unknown_suffix_becomes_png(name: str) -> None:
    assert outputs_of("out/", Path(name)).picture == Path("out/scan-restored.png")


def test_the_input_is_no_output_also_through_a_link(tmp_path: Path) -> None:
    image = tmp_path / "a.png"
    image.write_bytes(b"picture")
    (tmp_path / "link.png").symlink_to(image)
    for out in (image, tmp_path / "link.png", tmp_path / "." / "a.png"):
        with pytest.raises(RestographError, match="input picture"):
            outputs_of(out, image)


def test_names_that_are_no_text_are_refused() -> None:
    assert is_text("Zoë ×2 🙂") and not is_text("caf\udce9")
    for out, image in (("out/", Path("caf\udce9.png")), ("caf\udce9.png", IMAGE)):
        with pytest.raises(RestographError, match="UTF-8"):
            outputs_of(out, image)


def test_refuse_names_the_taken_file_before_any_work(tmp_path: Path) -> None:
    outputs = outputs_of(tmp_path / "x.png", IMAGE)
    outputs.refuse(force=False)
    (tmp_path / "x.run.json").touch()
    with pytest.raises(OutputExists, match=r"x\.run\.json"):
        outputs.refuse(force=False)
    outputs.refuse(force=True)
    outputs.refuse(force=False, paths=[tmp_path / "x.png"])


@pytest.mark.skipif(os.name != "posix" or (os.geteuid() == 0 and not Path("/proc").is_dir()), reason="needs /proc")
def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for out in (f"{tmp_path}/file/", f"{tmp_path}/file/deeper/", "/proc/restograph/"):
        with pytest.raises(RestographError, match="cannot make the folder"):
            outputs_of(out, IMAGE).make_folder()


def test_folders_are_made_with_their_parents(tmp_path: Path) -> None:
    outputs_of(f"{tmp_path}/a/b c/", IMAGE).make_folder()
    assert (tmp_path / "a" / "b c").is_dir()


def test_what_is_said_after_writing(tmp_path: Path) -> None:
    outputs = outputs_of(tmp_path / "x.png", IMAGE)
    assert "x.png" in outputs.said(executed=True) and "x.run.json" in outputs.said(executed=True)
    assert "x.png" not in outputs.said(executed=False)
    (tmp_path / "x.png").touch()
    assert outputs.said(executed=False).endswith("x.png came from an earlier run")


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("2GB", 2 * 10**9),
        ("800 MB", 8 * 10**8),
        ("1.5g", 15 * 10**8),
        ("64 kib", 65_536),
        ("2GiB", 2**31),
        ("1000000", 10**6),
        (None, None),
    ],
)
def test_amounts_of_memory(text: str | None, size: int | None) -> None:
    assert parse_bytes(text) == size


@pytest.mark.parametrize("text", ["", "lots", "2TB", "-1GB", "1,5GB", "GB", "2 G B", "1e9"])
def test_other_words_are_no_amount(text: str) -> None:
    with pytest.raises(RestographError, match="no amount of memory"):
        parse_bytes(text)


@given(st.text(max_size=12))
def test_any_text_is_an_amount_or_refused(text: str) -> None:
    try:
        size = parse_bytes(text)
    except RestographError:
        return
    assert isinstance(size, int) and size >= 0
