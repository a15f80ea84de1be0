"""What must hold of every answer: it follows the brief's names, numbers and domain, and nothing else."""

import itertools
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from brief_factory import CASES, Case, Paper, answer

from restograph.evidence.brief import parse

SHARED = Path(__file__).parents[3] / "shared" / "briefs"
SRC = Path(__file__).parents[2] / "src"
LONG_RUN = 12  # words; longer runs taken from a source count as verbatim

# Other names with the same first letters, so that the order by title stays.
NAMES = {
    "TwinGate": "TwistyGown", "LiftMap": "LimbMuse", "PruneFold": "PruddleFay", "CalmPixel": "CalvoPond", "ClearValley": "ClerkVole",
    "FogTown": "FodderTam", "BlockAway": "BlotchAuk", "LanternNet": "LantanaNib", "StillHand": "StiltHymn", "DryLens": "DraftLoom",
    "Rain by the Minute": "Raft by the Minnow", "WholeCloth": "WhorlClump", "TrueLook": "TruffleLum", "BetweenTimes": "BetonyTarn",
    "OldHue": "OldenHub", "Steady": "Steeple", "Calm-Raw": "Calk-Rib", "Valley-B": "Vale-C", "Steer": "Steel", "Any-Smooth": "Any-Smock",
}  # fmt: skip
NUMBERS = {
    "4.2x": "5.7x", "32.18": "29.46", "2.4 points": "3.9 points", "7.5%": "8.6%", "0.31": "0.57", "1400": "2300", "0.4 dB": "0.9 dB",
    "52%": "63%", "25%": "37%", "33.05": "34.19", "32.66": "31.27", "90 minutes": "70 minutes", "89%": "77%", "41 fps": "53 fps", "31%": "44%",
}  # fmt: skip
DOMAINS = {
    "rain for haze": ("dehaze", {"Haze": "Rain", "haze": "rain", "Dehaz": "Derain", "dehaz": "derain"}, "deraining", "haz"),
    "snow for rain": (
        "rain_with_order",
        {"Rain streaks": "Snowflakes", "rain streaks": "snowflakes", "rain": "falling snow", "Deraining": "Desnowing"},
        "desnowing",
        "derain",
    ),
    "noise for blur": (
        "shake",
        {"My hands shook": "The sensor was noisy", "motion deblurring": "denoising", "Motion Deblurring": "Denoising", "motion blur": "noise", "Deblur": "Denoise"},
        "denoising",
        "blur",
    ),
}  # fmt: skip


def replaced(text: str, words: dict[str, str]) -> str:
    for old, new in words.items():
        text = text.replace(old, new)
    return text


def in_sources(case: Case, words: dict[str, str]) -> Case:
    """The case with words of its names and summaries replaced; links and question stay."""

    def new(one: Paper) -> Paper:
        return Paper(replaced(one.title, words), replaced(one.summary, words), one.paper, one.code)

    return Case(case.question, tuple(map(new, case.models)), tuple(map(new, case.papers)))


@pytest.mark.parametrize("name", CASES)
def test_other_names_give_the_same_answer_with_those_names(name: str) -> None:
    old, new = answer(CASES[name].text), answer(in_sources(CASES[name], NAMES).text)
    told = re.sub(r"https?://\S+", "", new["markdown"])
    assert [word for word in NAMES if word in told and word not in CASES[name].question] == []
    links = old["links"]
    masked = {link: f"<{i}>" for i, link in enumerate(sorted(links, key=len, reverse=True))}
    assert replaced(replaced(old["markdown"], masked), NAMES) == replaced(new["markdown"], masked)


@pytest.mark.parametrize("name", CASES)
def test_other_numbers_give_the_same_answer_with_those_numbers(name: str) -> None:
    old, new = answer(CASES[name].text), answer(in_sources(CASES[name], NUMBERS).text)
    assert new["markdown"] == replaced(old["markdown"], NUMBERS)


@pytest.mark.parametrize(("old", "new"), [("3x", "4x"), ("3x", "7 times"), ("3x", "2.5x")])
def test_another_factor_changes_task_plan_and_output(old: str, new: str) -> None:
    case = CASES["jpeg_3x"]
    found = answer(Case(case.question.replace(old, new), case.models, case.papers).text)
    value = float(re.findall(r"[\d.]+", new)[0])
    assert found["task"]["scale"]["value"] == value
    assert [n["params"]["factor"] for n in found["workflow"]["nodes"] if n["kind"] == "upscale"] == [value]
    assert f"{value:g}×" in found["markdown"] and "3×" not in found["markdown"]


@pytest.mark.parametrize("name", DOMAINS)
def test_another_domain_gives_its_own_answer(name: str) -> None:
    case, words, operation, gone = DOMAINS[name]
    old, new = answer(CASES[case].text), answer(CASES[case].renamed(words).text)
    assert old["task"]["operations"][0]["name"] != operation == new["task"]["operations"][0]["name"]
    assert new["verdicts"]["P1"]["verdict"] == "fit"
    assert gone not in re.sub(r"https?://\S+", "", new["markdown"]).lower()


def test_another_question_to_the_same_sources_gives_other_verdicts() -> None:
    case = CASES["denoise"]
    haze = answer(Case(CASES["dehaze"].question, case.models, case.papers).text)
    noise = answer(case.text)
    assert (noise["verdicts"]["P1"]["verdict"], noise["verdicts"]["P2"]["verdict"]) == ("fit", "off_topic")
    assert (haze["verdicts"]["P1"]["verdict"], haze["verdicts"]["P2"]["verdict"]) == ("off_topic", "fit")


# ── the order of the sources ─────────────────────────────────────────────────────────────────────

_KEYS = re.compile(r"\b[MP]\d\b(?:(?:, | and )[MP]\d\b)*")


def unlabelled(data: dict[str, Any]) -> str:
    """The Markdown with titles in place of keys; lists of keys in the order of their titles."""
    titles = {row["key"]: row["title"] for row in data["sources"]}

    def named(match: re.Match[str]) -> str:
        return "|".join(sorted(titles[key] for key in re.findall(r"[MP]\d", match.group())))

    return _KEYS.sub(named, data["markdown"])


@pytest.mark.parametrize(
    "name", ["enlarge_3x", "denoise", "jpeg_same_size", "jpeg_3x", "shake", "holes", "enlarge_noisy_nothing_fits"]
)
def test_the_order_of_the_sources_moves_labels_only(name: str) -> None:
    case = CASES[name]
    told = unlabelled(answer(case.text))
    for models, papers in itertools.product(itertools.permutations(case.models), itertools.permutations(case.papers)):
        assert unlabelled(answer(Case(case.question, models, papers).text)) == told


# ── the same bytes everywhere ────────────────────────────────────────────────────────────────────

_SCRIPT = """
import hashlib, json, sys
sys.path.insert(0, sys.argv[1])
from brief_factory import CASES, answer
found = [json.dumps(answer(CASES[n].text), ensure_ascii=False) for n in ("enlarge_3x", "jpeg_3x", "rain_with_order", "conflict")]
print(hashlib.sha256("".join(found).encode("utf-8")).hexdigest())
"""


def test_hash_seed_locale_and_time_zone_do_not_move_a_byte() -> None:
    places = [("0", "C", "UTC"), ("1", "de_DE.UTF-8", "Asia/Tokyo"), ("2", "tr_TR.UTF-8", "America/New_York"), ("31", "POSIX", "UTC-9"), ("777", "C.UTF-8", "Pacific/Apia")]  # fmt: skip
    running = []
    for seed, tongue, zone in places:
        environment = {
            **os.environ,
            "PYTHONHASHSEED": seed,
            "LC_ALL": tongue,
            "LANG": tongue,
            "TZ": zone,
            "PYTHONPATH": str(SRC),
        }
        command = [sys.executable, "-c", _SCRIPT, str(Path(__file__).parent)]
        running.append(subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True))
    found = {process.communicate(timeout=120)[0] for process in running}
    assert len(found) == 1 and len(found.pop().strip()) == 64


# ── how much is quoted, and how long it is ───────────────────────────────────────────────────────


def verbatim_share(markdown: str, source: str) -> float:
    """Share of the words of an answer that stand in runs of more than LONG_RUN words of the source."""
    told, given = (re.findall(r"[\w×%.+-]+", text.lower()) for text in (markdown, source))
    runs = {tuple(given[i : i + LONG_RUN + 1]) for i in range(len(given) - LONG_RUN)}
    covered: set[int] = set()
    for i in range(len(told) - LONG_RUN):
        if tuple(told[i : i + LONG_RUN + 1]) in runs:
            covered.update(range(i, i + LONG_RUN + 1))
    return len(covered) / len(told)


@pytest.mark.skipif(not SHARED.exists(), reason="the shared briefs are not here")
@pytest.mark.parametrize("path", sorted(SHARED.glob("*.txt")), ids=lambda p: p.stem)
def test_answers_quote_at_most_two_fifths_and_stay_short(path: Path) -> None:
    brief = parse(path.read_bytes().decode("utf-8"))
    found = answer(brief.text)["markdown"]
    assert verbatim_share(found, brief.text) <= 0.40
    assert len(found.split()) <= 400


def test_the_share_of_quoted_words_is_measured() -> None:
    words = [f"w{i}" for i in range(40)]
    assert verbatim_share(" ".join(words), " ".join(words)) == 1
    assert verbatim_share(" ".join(words[:12] + ["x"] * 12), " ".join(words)) == 0
    assert verbatim_share(" ".join(words[:13] + ["x"] * 13), " ".join(words)) == 0.5


def test_an_answer_survives_json(tmp_path: Path) -> None:
    found = answer(CASES["jpeg_3x"].text)
    file = tmp_path / "answer.json"
    file.write_text(json.dumps(found, ensure_ascii=True), "utf-8")
    assert json.loads(file.read_text("utf-8")) == found
