"""Trains the readers of summaries (evidence/wording.py): numpy only, no chance, the same weights each time.

Which sentence shows what a work does is learned from labelled briefs, by the evidence that people chose. Whether a work
restores pictures is learned from labelled abstracts, one a line: `operations|title|summary`.

Usage: python -m restograph.training.sources BRIEFS ABSTRACTS.txt OUTPUT.bin    (BRIEFS: labels.json and briefs/)
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from restograph.evaluate.corpus import read_corpus
from restograph.evidence.brief import parse
from restograph.evidence.wording import BUCKETS, sentence_pieces, summary_pieces
from restograph.training.linear import Fit, Trained, among, chances, descend, save, sparse

RESTORES = Fit(ridge=1e-4, rounds=100)
SHOWS = Fit(rate=0.05, rounds=60, ridge=1e-4)

Sentence = tuple[list[int], bool]  # pieces, and whether it was chosen


def summaries(folder: Path) -> Iterator[list[Sentence]]:
    """Title and sentences of every source of labelled briefs that has a summary with the evidence in it."""
    for text, label in read_corpus(folder).briefs:
        brief = parse(text)
        for source in brief.sources:
            evidence = str(label["sources"][source.key]["evidence"])
            ranges, at = brief.usable(source), text.find(evidence)
            rows = [
                (sentence_pieces(text[a:b], number, len(ranges) - 1), a < at + len(evidence) and at < b)
                for number, (a, b) in enumerate(ranges)
            ]
            if not source.name_only and any(right for _, right in rows):
                yield rows


def fit_shows(groups: list[list[Sentence]]) -> Trained:
    """The model that tells the evidence from the other sentences of its summary."""
    rows = [row for group in groups for row in group]
    starts = np.cumsum([0, *(len(group) for group in groups[:-1])])
    wanted = np.array([[right / sum(r for _, r in group)] for group in groups for _, right in group], np.float32)
    counts = np.full((len(rows), 1), 1 / len(groups), np.float32)
    link = among(list(starts), len(rows))
    return Trained(("shows",), descend(sparse([p for p, _ in rows]), wanted, counts, BUCKETS, link, SHOWS))


def fit_restores(lines: str) -> Trained:
    """The model that tells works that restore pictures from others that share their words."""
    rows = [line.split("|") for line in lines.splitlines()]
    wanted = np.array([[names != "other"] for names, *_ in rows], np.float32)
    counts = np.full((len(rows), 1), 1 / len(rows), np.float32)
    texts = sparse([summary_pieces(title, summary) for _, title, summary in rows])
    return Trained(("restores",), descend(texts, wanted, counts, BUCKETS, chances(0.0), RESTORES))


def main() -> int:
    """Train on labelled briefs and abstracts, and write the weights."""
    briefs, abstracts, out = map(Path, sys.argv[1:4])
    restores = fit_restores(abstracts.read_text("utf-8"))
    save(out, {"shows": fit_shows(list(summaries(briefs))), "restores": restores})
    return 0


if __name__ == "__main__":
    sys.exit(main())
