"""The shipped catalogue of sources: every entry is complete, in the closed vocabulary, and linked once."""

import re
import tomllib
from collections import Counter
from importlib.resources import files
from typing import Any, get_args

import pytest

from restograph.models.card import Operation

FIELDS = {"key", "kind", "title", "paper", "github", "operations", "year", "summary"}
NAME = re.compile(r"[A-Z][A-Za-z0-9]*(-[A-Za-z0-9]+){2,3}")  # Task-Architecture-Variant, SISR-Any-LIIF-RDN
ARXIV = re.compile(r"https://arxiv\.org/abs/\d{4}\.\d{4,5}")
GITHUB = re.compile(r"https://github\.com/[\w.-]+/[\w.-]+(/tree/main/[\w.-]+)?")


def entries() -> list[dict[str, Any]]:
    folder = files("restograph") / "evidence" / "catalog"
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.iterdir(), key=lambda p: p.name)]
    return [source for text in texts for source in tomllib.loads(text)["source"]]


ENTRIES = entries()


@pytest.mark.parametrize("source", ENTRIES, ids=lambda source: str(source["key"]))
def test_an_entry_is_complete(source: dict[str, Any]) -> None:
    assert set(source) <= FIELDS
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", source["key"])
    assert ARXIV.fullmatch(source["paper"])
    assert "github" not in source or GITHUB.fullmatch(source["github"])
    assert 2012 <= source["year"] <= 2030
    assert source["operations"] and set(source["operations"]) <= set(get_args(Operation)) - {"other"}
    if source["kind"] == "model":
        assert NAME.fullmatch(source["title"]) and "summary" not in source
    else:
        assert source["kind"] == "paper"
        assert 60 <= len(source["summary"].split()) <= 110
        assert "\n" not in source["summary"] and source["summary"].endswith(".")


def test_keys_titles_and_papers_occur_once() -> None:
    papers = [source["paper"] for source in ENTRIES if source["kind"] == "paper"]
    for values in ([s["key"] for s in ENTRIES], [s["title"] for s in ENTRIES], papers):
        assert [value for value, count in Counter(values).items() if count > 1] == []


def test_every_model_has_its_paper_with_the_same_links_and_an_operation_in_common() -> None:
    papers = {source["paper"]: source for source in ENTRIES if source["kind"] == "paper"}
    for model in (source for source in ENTRIES if source["kind"] == "model"):
        paper = papers[model["paper"]]
        assert model["github"] == paper["github"], model["key"]
        cleaner = "-safmn-clean" in model["key"]  # the network of the SAFMN paper, trained here for another task
        assert cleaner or set(model["operations"]) <= set(paper["operations"]), model["key"]


def test_every_operation_has_a_paper_and_the_catalogue_is_large_enough() -> None:
    covered = {operation for source in ENTRIES if source["kind"] == "paper" for operation in source["operations"]}
    assert covered == set(get_args(Operation)) - {"other"}
    assert len(ENTRIES) >= 30


def test_the_shipped_networks_are_in_the_catalogue() -> None:
    titles = {source["title"] for source in ENTRIES}
    assert {"SISR-SAFMN-x2", "SISR-SAFMN-x3", "SISR-SAFMN-x4", "JPEG-SAFMN-Clean", "Denoise-SAFMN-Clean"} <= titles
