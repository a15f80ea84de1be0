"""A picture that was looked at, and the facts of a run that an answer may cite: nothing of clock or host."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from restograph.image.files import sha256_of
from restograph.image.limits import Limits
from restograph.image.read import read_picture
from restograph.run.provenance import RunRecord
from restograph.task.look import Look, look


@dataclass(frozen=True)
class Seen:
    """The file's fingerprint and its measured state."""

    sha256: str
    look: Look

    def facts(self, record: RunRecord | None = None) -> dict[str, Any]:
        """What the answer's `run` holds: input, look, and after a run its output, models and measurements."""
        shape = {"width": self.look.width, "height": self.look.height}
        found: dict[str, Any] = {
            "input": {"sha256": self.sha256, **shape},
            "look": self.look.model_dump(mode="json"),
            "output": None,
        }
        if record:
            output = record.output.model_dump(mode="json", exclude={"path"})
            found |= {
                "output": output,
                "weights": [w.model_dump(mode="json") for w in record.weights],
                "measurements": record.measurements.model_dump(mode="json"),
                "disclosures": list(record.disclosures),
                "warnings": list(record.warnings),
            }
        return found


def see(path: Path, limits: Limits = Limits()) -> Seen:
    """Read a picture and measure it; raises ImageError or LimitExceeded."""
    picture = read_picture(path, limits)
    return Seen(sha256_of(path), look(picture))
