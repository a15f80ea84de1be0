"""Published weights as data: their names, and how a file is told to be one of them."""

from dataclasses import replace
from pathlib import Path

import pytest

from restograph.models.names import kinship, parse_name
from restograph.models.published import Facts, Published, alike, find_published, identify, published

X3 = Facts("SAFMN", 3, 148, 232_695, "0" * 64, "0" * 64, ("weights",))
LIGHT = next(p for p in published() if p.name == "sisr-light-safmnpp-x4")


def test_all_are_read_and_no_name_is_used_twice() -> None:
    names = [name.casefold() for one in published() for name in {one.name, *(n.casefold() for n in one.names)}]
    assert len(published()) == 10 and len(names) == len(set(names))


@pytest.mark.parametrize("one", published(), ids=lambda one: one.name)
def test_what_is_said_agrees_with_itself(one: Published) -> None:
    assert one.file.endswith((".pth", ".pt")) and one.name in one.add and one.file in one.add
    for name in one.names:
        parsed = parse_name(name)
        assert parsed.kind == one.kind and find_published(name.upper()) == one
        assert parsed.scale == one.scale and kinship(name.replace("LightSAFMN", "Light-SAFMN"), one.family)


@pytest.mark.train
@pytest.mark.parametrize("one", published(), ids=lambda one: one.name)
def test_numbers_are_those_of_the_networks(one: Published) -> None:
    torch = pytest.importorskip("torch", reason="networks need the train extra")
    from restograph.networks.liif import LIIFConfig, RDNConfig
    from restograph.networks.registry import ARCHITECTURES, meta

    network = next(a for a in ARCHITECTURES if a.family == one.family)
    config = network.default
    if one.scale in (2, 3, 4):
        config = replace(config, upscaling_factor=one.scale)
    if one.name.endswith("rdn"):
        config = LIIFConfig(RDNConfig(), (256, 256, 256, 256))
    net = meta(network, config)
    assert isinstance(net, torch.nn.Module)
    assert (len(net.state_dict()), sum(p.numel() for p in net.parameters())) == (one.tensors, one.parameters)
    assert network.facts(config).code_licence == "NONE" or one.licence != "NONE"


def test_a_file_is_told_by_the_digest_of_its_numbers_whatever_its_name() -> None:
    facts = Facts("Light-SAFMN++", 4, 12, 66_176, "0" * 64, LIGHT.weights_sha256, ("x",))
    found = identify(facts)
    assert found is not None and found.published == LIGHT and found.certain
    found = identify(replace(facts, weights_sha256="1" * 64, sha256=LIGHT.sha256 + "0" * 56))
    assert found is not None and found.certain


def test_other_numbers_are_not_the_published_ones_where_their_digest_is_known() -> None:
    facts = Facts("Light-SAFMN++", 4, 12, 66_176, "0" * 64, "1" * 64, ("light_safmnpp", "sisr-light-safmnpp-x4"))
    assert identify(facts) is None and alike(facts) == ()


@pytest.mark.parametrize("name", ["SAFMN_DF2K_x3", "sisr-safmn-x3", "SISR-SAFMN-X3"])
def test_a_name_counts_when_network_and_size_agree(name: str) -> None:
    found = identify(replace(X3, names=("weights", name)))
    assert found is not None and found.published.name == "sisr-safmn-x3" and not found.certain
    assert identify(replace(X3, names=(name,), parameters=1)) is None
    assert identify(replace(X3, names=(name,), scale=2)) is None


def test_shapes_alone_give_candidates_only() -> None:
    assert identify(X3) is None and [one.name for one in alike(X3)] == ["sisr-safmn-x3"]
    mssnet = Facts("MSSNet", 1, 328, 15_614_497, "0" * 64, "0" * 64, ("model_03000E",))
    assert [one.name for one in alike(mssnet)] == ["deblur-mssnet-gopro", "deblur-mssnet-realblurj"]


def test_no_weights_are_in_the_package() -> None:
    folder = Path(__file__).parents[2] / "src" / "restograph" / "models" / "published"
    assert {path.suffix for path in folder.iterdir()} == {".toml"}
