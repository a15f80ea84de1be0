"""Ten thousand briefs through the Python API on one core: how long, and how much memory.

    python benchmarks/answers/many.py [COUNT]

The briefs of the corpus in turn, each with another question of the corpus, so that most texts are new. Also the time of one
cold `restograph ask --brief` without a picture. Writes benchmarks/results/many.json.
"""

import json
import os
import resource
import subprocess
import sys
import time
from itertools import cycle, islice
from pathlib import Path

from restograph.ask import ask
from restograph.evidence.brief import parse

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "benchmarks"))
from record import write  # noqa: E402

CORPUS = ROOT / "benchmarks" / "answers" / "corpus"
BRIEF = ROOT / "src" / "restograph" / "examples" / "compressed_3x.txt"


def briefs(count: int) -> list[str]:
    texts = [p.read_bytes().decode("utf-8") for p in sorted(CORPUS.glob("*/briefs/*.txt"))]
    rows = json.loads((CORPUS / "dev" / "questions.json").read_text("utf-8"))
    asked = [row["q"] for row in rows if '"' not in row["q"] and "\n" not in row["q"]]
    made = []
    for text, question in islice(zip(cycle(texts), cycle(asked), strict=False), count):
        a, b = parse(text).question
        made.append(text[:a] + question + text[b:])
    return made


def megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def cold() -> float:
    """Seconds of one call in a new process, the best of five; modules are compiled, as an installer leaves them."""
    line = [sys.executable, "-m", "restograph", "ask", "--brief", str(BRIEF)]
    here = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    times = []
    for _ in range(5):
        begin = time.perf_counter()
        subprocess.run(line, check=True, capture_output=True, env=here)
        times.append(time.perf_counter() - begin)
    return min(times)


def pace() -> float:
    """Seconds of a loop of a million multiplications, the best of five: how fast this machine is just now."""
    times = []
    for _ in range(5):
        begin = time.perf_counter()
        sum(i * i for i in range(1_000_000))
        times.append(time.perf_counter() - begin)
    return min(times)


def main() -> None:
    """Answer them all; memory is looked at after a tenth and at the end."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    texts = briefs(count)
    begin, memory, words = time.perf_counter(), [], 0
    for number, text in enumerate(texts, 1):
        words += len(ask(parse(text)).answer.markdown.split())
        if number in (count // 10, count // 2, count):
            memory.append(round(megabytes(), 1))
            print(number, f"{time.perf_counter() - begin:.0f} s", memory[-1], "MB", flush=True)
    seconds = time.perf_counter() - begin
    results = {
        "briefs": count, "seconds": round(seconds, 1), "milliseconds_each": round(1000 * seconds / count, 1), "words_each": round(words / count),
        "peak_megabytes_after_a_tenth_half_all": memory, "cold_ask_seconds": round(cold(), 3), "seconds_of_a_million_multiplications": round(pace(), 3),
    }  # fmt: skip
    write("many", "python benchmarks/answers/many.py", results)
    print(results)


if __name__ == "__main__":
    main()
