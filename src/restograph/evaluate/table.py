"""The figures of an evaluation as Markdown."""

from typing import Any

PARTS = ("reading", "answers", "baselines")


def table(found: dict[str, Any]) -> str:
    """One row for each figure, with its 95 % interval; then what was misread, by operation and by voice."""
    lines = ["| part | figure | value | 95 % interval | rows |", "|---|---|---|---|---|"]
    for part in PARTS:
        for name, f in found.get(part, {}).items():
            lines.append(
                f"| {part} | {name.replace('_', ' ')} | {f['value']:.3f} | {f['low']:.3f} to {f['high']:.3f} | {f['rows']} |"
            )
    for group in ("operation", "voice"):
        if misses := found.get(f"misses_by_{group}"):
            lines += ["", f"| tasks misread, by {group} | wrong | of |", "|---|---|---|"]
            lines += [f"| {name or 'not said'} | {wrong} | {count} |" for name, (wrong, count) in misses.items()]
    return "\n".join(lines) + "\n"
