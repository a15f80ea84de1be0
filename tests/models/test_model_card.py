"""Cards: what a TOML file may say, and how a wrong one is refused."""

from pathlib import Path

import pytest

from restograph.errors import ModelError
from restograph.models.card import Card, read_card

TOYS = Path(__file__).parents[1] / "data" / "models"


def _edited(tmp_path: Path, old: str, new: str) -> Path:
    text = (TOYS / "nearest-x2.toml").read_text("utf-8")
    assert old in text
    path = tmp_path / "card.toml"
    path.write_text(text.replace(old, new), "utf-8")
    return path


def test_card_reads_every_field() -> None:
    card = read_card(TOYS / "pooled-x1.toml")
    assert (card.name, card.kind, card.scale) == ("pooled-x1", "clean", 1)
    assert (card.size.minimum, card.size.multiple, card.tiling.align) == (8, 8, 8)
    assert card.tiling.exact and card.input.output == "restored"
    assert card.operations == ("compression_artifact_removal", "denoising")


def test_card_survives_json() -> None:
    card = read_card(TOYS / "nearest-x2.toml")
    assert Card.model_validate_json(card.model_dump_json()) == card


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('weights = "nearest-x2.onnx"', 'weights = "../../etc/passwd"', "weights"),
        ('weights = "nearest-x2.onnx"', 'weights = ".."', "weights"),
        ('"super_resolution"', '"magic"', "operations"),
        ("scale = 2", "scale = 0", "scale"),
        ("scale = 2", "scale = nan", "scale"),
        ('sha256 = "', 'sha256 = "Z', "sha256"),
        ('family = "toy"', 'family = "toy"\nflavour = "sweet"', "flavour"),
        ('name = "nearest-x2"', 'name = "a b"', "name"),
    ],
)
def test_wrong_field_is_named(tmp_path: Path, old: str, new: str, named: str) -> None:
    with pytest.raises(ModelError, match=named):
        read_card(_edited(tmp_path, old, new))


def test_broken_toml_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "half.toml"
    path.write_bytes(b'name = "x')
    with pytest.raises(ModelError, match=r"half\.toml"):
        read_card(path)
