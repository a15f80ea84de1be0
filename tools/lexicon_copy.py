"""Copy src/restograph/task/lexicon.toml into lexicon.json, with the keys by which its patterns are looked up.

    python tools/lexicon_copy.py [--check]

The program reads the copy, which is faster; it goes back to lexicon.toml as soon as that has changed.
"""

import hashlib
import json
import sys
import tomllib
from pathlib import Path

from restograph.task.lexicon import keys_of, patterns_of

FOLDER = Path(__file__).parents[1] / "src" / "restograph" / "task"


def copied(content: bytes) -> str:
    """The copy of a lexicon."""
    tables = tomllib.loads(content.decode("utf-8"))
    always, keys = keys_of(pattern for _, pattern in patterns_of(tables))
    made = {
        "sha256": hashlib.sha256(content).hexdigest(),
        "always": always,
        "keys": dict(sorted(keys.items())),
        "tables": tables,
    }
    return json.dumps(made, ensure_ascii=False, separators=(",", ":")) + "\n"


def main() -> int:
    """Write the copy, or say whether it is one."""
    made = copied((FOLDER / "lexicon.toml").read_bytes())
    copy = FOLDER / "lexicon.json"
    if "--check" not in sys.argv:
        copy.write_text(made, "utf-8")
    elif not copy.is_file() or copy.read_text("utf-8") != made:
        print("lexicon.json is not a copy of lexicon.toml: run python tools/lexicon_copy.py")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
