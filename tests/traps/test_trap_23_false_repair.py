"""Trap 23: a warning where generated detail may mislead, and the consistency with the input is shown."""

from pathlib import Path

import pytest
from PIL import Image

from restograph.ask import ask
from restograph.evidence.brief import parse
from restograph.models.store import installed
from restograph.run.execute import execute
from restograph.run.seen import see

BRIEF = """A user has asked the following question:
"Make the face on this scan 2x bigger."

### Recommended AI Models:
Model: SISR-x2-Plain
Paper: https://papers.example/plain.pdf

### Related Papers:

Answer:
"""


def test_delicate_subjects_are_warned_about_and_consistency_is_measured(tmp_path: Path) -> None:
    if not any(card.name == "safmn-x2" for card in installed()):
        pytest.skip("safmn-x2 is not installed")
    source = tmp_path / "scan.png"
    Image.linear_gradient("L").resize((40, 32)).convert("RGB").save(source)
    asked = ask(parse(BRIEF), see(source), lambda plan: execute(plan, source, tmp_path / "out.png", cards=installed()))
    assert asked.record is not None and any("faces" in note for note in asked.record.warnings)
    assert asked.record.measurements.consistency_psnr is None or asked.record.measurements.consistency_psnr > 30
    templates = [s.template for s in asked.answer.statements]
    assert "delicate" in templates and "measured" in templates
