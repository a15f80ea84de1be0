"""Weights out of ONNX files are the weights that went in."""

from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="networks need the train extra")
pytest.importorskip("onnx", reason="exports need the train extra")
pytestmark = pytest.mark.train

from restograph.networks import liif, mssnet, safmn, safmnpp  # noqa: E402
from restograph.networks.export.mssnet import UNUSED  # noqa: E402
from restograph.networks.export.readback import ONE_PRELU, state_of  # noqa: E402
from restograph.networks.registry import ARCHITECTURES  # noqa: E402

EDSR, RDN = liif.EDSRConfig(8, 2), liif.RDNConfig(4, 2, 2, 4)
NETWORKS = {
    "SAFMN": safmn.SAFMNConfig(8, 2, 2.0, 3),
    "SAFMN-NTIRE2023": safmn.SAFMNNtireConfig(8, 2, 2.0, 2),
    "SAFMN++": safmnpp.SAFMNPPConfig(12, 2, 1.5, 2),
    "Light-SAFMN++": safmnpp.LightSAFMNPPConfig(8, 1, 1.5, 2),
    "LIIF": liif.LIIFConfig(liif.SAFMNBodyConfig(8, 1), (12, 10)),
    "MSSNet": mssnet.MSSNetConfig(4, 2, 2),
}


def written(net: Any, family: Any, folder: Path) -> list[Path]:
    paths = []
    for number, data in enumerate(family.export(net)):
        paths.append(folder / f"{number}.onnx")
        paths[-1].write_bytes(data)
    return paths


def same(net: Any, family: Any, folder: Path) -> None:
    torch.manual_seed(3)
    for weight in net.parameters():
        torch.nn.init.normal_(weight)
    found, own = state_of(written(net.eval(), family, folder)), net.state_dict()
    assert family.config_of(found) == net.config
    for name, weight in own.items():
        left_out = name.startswith(UNUSED) or "_mean." in name or (name.endswith(mssnet.PRELU) and name != ONE_PRELU)
        assert left_out or torch.allclose(found[name], weight, atol=1e-6), name
    assert found.keys() <= own.keys()


@pytest.mark.parametrize("family", ARCHITECTURES, ids=lambda a: a.family)
def test_the_weights_come_back(family: Any, tmp_path: Path) -> None:
    same(family.build(NETWORKS[family.family]), family, tmp_path)


@pytest.mark.parametrize("encoder", [EDSR, RDN])
@pytest.mark.parametrize("switch", ["none", "feat_unfold", "cell_decode"])
def test_liif_with_every_encoder_and_switch(encoder: Any, switch: str, tmp_path: Path) -> None:
    switches = {} if switch == "none" else {switch: False}
    family = next(a for a in ARCHITECTURES if a.family == "LIIF")
    same(liif.LIIF(liif.LIIFConfig(encoder, (12, 10), **switches)), family, tmp_path)
