"""Trains the readers of summaries (evidence/wording.py): numpy only, no chance, the same weights each time.

Which sentence shows what a work does is learned from labelled briefs, by the evidence that people chose, and from abstracts
in which [[ ]] marks it. Whether a work restores pictures is learned from labelled abstracts, one a line
(`operations|title|summary`), and from the verdicts of the briefs: what fits restores, and what is off-topic does not, unless its title speaks of an operation.

Usage: python -m restograph.training.sources BRIEFS ABSTRACTS.txt OUTPUT.bin    (BRIEFS: labels.json and briefs/)
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from restograph.evaluate.corpus import read_corpus
from restograph.evidence.brief import parse
from restograph.evidence.sentences import sentences
from restograph.evidence.wording import BUCKETS, sentence_pieces, summary_pieces
from restograph.task.lexicon import hits, section
from restograph.training.linear import Fit, Trained, among, chances, descend, save, sparse

RESTORES = Fit(ridge=1e-5, rounds=100)
SHOWS = Fit(rate=0.05, rounds=60, ridge=1.2e-3)

Sentence = tuple[list[int], bool]  # pieces, and whether it was chosen


def summaries(folder: Path) -> Iterator[list[Sentence]]:
    """Title and sentences of every source of labelled briefs that has a summary with the evidence in it."""
    for text, label in read_corpus(folder).briefs:
        brief = parse(text)
        for source in brief.sources:
            judged = label["sources"][source.key]
            evidence, verdict = str(judged["evidence"]), str(judged["verdict"])
            ranges, at = brief.usable(source), text.find(evidence)
            rows = [
                (sentence_pieces(text[a:b], number, len(ranges) - 1, verdict), a < at + len(evidence) and at < b)
                for number, (a, b) in enumerate(ranges)
            ]
            if not source.name_only and any(right for _, right in rows):
                yield rows


def marked(lines: str) -> Iterator[list[Sentence]]:
    """The same of the abstracts in which a sentence is marked."""
    for names, title, summary in _abstracts(lines):
        before, _, rest = summary.partition("[[")
        chosen = rest.partition("]]")[0].strip()
        if not chosen:
            continue
        plain, verdict = _unmarked(summary), "off_topic" if names == "other" else "fit"
        ranges, at = sentences(plain), plain.index(chosen, len(before) - 1 if before else 0)
        rows = [(sentence_pieces(title, 0, len(ranges), verdict), False)]
        for number, (a, b) in enumerate(ranges, 1):
            rows.append((sentence_pieces(plain[a:b], number, len(ranges), verdict), a < at + len(chosen) and at < b))
        yield rows


def _abstracts(lines: str) -> Iterator[tuple[str, str, str]]:
    for line in lines.splitlines():
        names, title, summary = line.split("|")
        yield names, title, summary


def _unmarked(summary: str) -> str:
    return summary.replace("[[", "").replace("]]", "")


def fit_shows(groups: list[list[Sentence]]) -> Trained:
    """The model that tells the evidence from the other sentences of its summary."""
    rows = [row for group in groups for row in group]
    starts = np.cumsum([0, *(len(group) for group in groups[:-1])])
    wanted = np.array([[right / sum(r for _, r in group)] for group in groups for _, right in group], np.float32)
    counts = np.full((len(rows), 1), 1 / len(groups), np.float32)
    link = among(list(starts), len(rows))
    return Trained(("shows",), descend(sparse([p for p, _ in rows]), wanted, counts, BUCKETS, link, SHOWS))


Work = tuple[list[int], bool]  # pieces of title and summary, and whether it restores pictures


def abstracts(lines: str) -> Iterator[Work]:
    """Labelled abstracts."""
    for names, title, summary in _abstracts(lines):
        yield summary_pieces(title, _unmarked(summary)), names != "other"


def judged(folder: Path) -> Iterator[Work]:
    """Sources of labelled briefs that surely restore pictures, or surely do not."""
    for text, label in read_corpus(folder).briefs:
        brief = parse(text)
        for source in (s for s in brief.sources if not s.name_only):
            title, *rest = brief.usable(source)
            verdict = label["sources"][source.key]["verdict"]
            another = any(
                hits(text, c, ("terms", "sources"), *title) for c in section("operation") if c != "operation.other"
            )
            if verdict == "fit" or (verdict == "off_topic" and not another):
                whole = summary_pieces(text[slice(*title)], " ".join(text[slice(*r)] for r in rest))
                yield whole, verdict == "fit"


def fit_restores(works: list[Work]) -> Trained:
    """The model that tells works that restore pictures from others that share their words."""
    wanted = np.array([[restores] for _, restores in works], np.float32)
    counts = np.full((len(works), 1), 1 / len(works), np.float32)
    texts = sparse([pieces for pieces, _ in works])
    return Trained(("restores",), descend(texts, wanted, counts, BUCKETS, chances(0.0), RESTORES))


def main() -> int:
    """Train on labelled briefs and abstracts, and write the weights."""
    briefs, lines, out = map(Path, sys.argv[1:4])
    told = lines.read_text("utf-8")
    shows = fit_shows([*summaries(briefs), *marked(told)])
    save(out, {"shows": shows, "restores": fit_restores([*abstracts(told), *judged(briefs)])})
    return 0


if __name__ == "__main__":
    sys.exit(main())
