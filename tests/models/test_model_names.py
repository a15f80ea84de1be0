"""Names of models: as briefs write them, and as commands take them."""

import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restograph.models.names import Parsed, kinship, parse_name, shown, slug, words


@pytest.mark.parametrize(
    ("name", "parsed"),
    [
        ("SISR-SAFMN-x3", Parsed("SISR", "SAFMN", "x3", "upscale", Fraction(3))),
        ("SISR-Any-LIIF-RDN", Parsed("SISR-Any", "LIIF", "RDN", "upscale", None)),
        ("Deblur-MSSNet-GoPro", Parsed("Deblur", "MSSNet", "GoPro", "deblur", Fraction(1))),
        ("Denoise-FFDNet-Color", Parsed("Denoise", "FFDNet", "Color", "clean", Fraction(1))),
        ("sisr-safmn-x2.5", Parsed("sisr", "safmn", "x2.5", "upscale", Fraction(5, 2))),
        ("SISR-SAFMN-NTIRE2023-x4", Parsed("SISR", "SAFMN", "NTIRE2023-x4", "upscale", Fraction(4))),
        ("LowLight-KinD-LOL", Parsed("", "LowLight-KinD-LOL", "", None, None)),
        ("SISR", Parsed("", "SISR", "", None, None)),
        ("", Parsed("", "", "", None, None)),
    ],
)
def test_parts_of_a_name(name: str, parsed: Parsed) -> None:
    assert parse_name(name) == parsed


def test_a_family_is_found_by_all_of_its_words() -> None:
    assert words("SISR-SAFMN++_x4") == ("sisr", "safmnpp", "x4")
    assert [kinship("SISR-SAFMN-NTIRE2023-x4", f) for f in ("SAFMN", "SAFMN-NTIRE2023", "SAFMN++", "LIIF")] == [
        1,
        2,
        0,
        0,
    ]
    assert kinship("SISR-Light-SAFMNPP-x4", "Light-SAFMN++") == 2 and kinship("SISR-SAFMNPP-x4", "Light-SAFMN++") == 0
    assert kinship("x", "") == 0


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("SAFMN_DF2K_x3", "safmn-df2k-x3"),
        ("SAFMN++_x4", "safmnpp-x4"),  # not safmn-x4, which is another network
        ("model_03000E", "model-03000e"),
        ("modèle d’été", "modele-d-ete"),
        (" ../€!", "model"),
        ("a" * 90, "a" * 64),
    ],
)
def test_names_of_files_become_names_of_models(text: str, name: str) -> None:
    assert slug(text) == name


@given(st.text())
def test_any_text_becomes_a_name_that_a_card_may_have(text: str) -> None:
    assert re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,63}", slug(text))
    assert slug(slug(text)) == slug(text)


def test_names_of_files_that_are_no_text_can_be_written() -> None:
    assert shown("été.pth") == "été.pth" and shown(b"\xff.pth".decode("utf-8", "surrogateescape")) == "?.pth"
