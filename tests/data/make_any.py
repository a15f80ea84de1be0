"""Writes the tiny networks for any factor in tests/data/any/models: `python tests/data/make_any.py` (needs torch, onnx).

With RESTOGRAPH_HOME=tests/data/any they count as installed. They lie apart from the other toys, whose tests
are about networks of fixed factors. `bilinear-any` is a known function: a LIIF whose code is the colour of its
pixel and whose MLP gives that colour back, so that the local ensemble is bilinear interpolation.
"""

import hashlib
from pathlib import Path

import torch

from restograph.networks.export.liif import export_liif
from restograph.networks.liif import LIIF, EDSRConfig, LIIFConfig, SAFMNBodyConfig

HERE = Path(__file__).parent / "any" / "models"


def bilinear() -> LIIF:
    net = LIIF(LIIFConfig(EDSRConfig(dim=3, n_blocks=0), (3,)))
    with torch.no_grad():
        for weight in net.parameters():
            weight.zero_()
        for channel in range(3):
            net.encoder.head[0].weight[channel, channel, 1, 1] = 1
            net.imnet.layers[0].weight[channel, channel * 9 + 4] = 1  # the middle of the 3x3 codes
            net.imnet.layers[0].bias[channel] = 1  # above zero for the ReLU, taken off after it
            net.imnet.layers[2].weight[channel, channel] = 1
            net.imnet.layers[2].bias[channel] = -1
    return net


def wavy(encoder: SAFMNBodyConfig | EDSRConfig) -> LIIF:
    """Random weights, the same on every machine, scaled so that pictures stay within [0, 1]."""
    generator = torch.Generator().manual_seed(5)
    net = LIIF(LIIFConfig(encoder, (8, 6)))
    with torch.no_grad():
        for name, weight in net.named_parameters():
            fan = weight[0].numel() if weight.ndim > 1 else 4
            if "norm" not in name:
                weight.copy_(torch.rand(weight.shape, generator=generator).sub(0.5) * 2 / fan**0.5)
    return net


def write(name: str, net: LIIF, family: str, size: str, tiling: str) -> None:
    encoder, query = HERE / f"{name}.onnx", HERE / f"{name}-query.onnx"
    export_liif(net, encoder, query)
    digests = [(hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_size) for path in (encoder, query)]
    card = f"""name = "{name}"
family = "{family}"
kind = "upscale"
operations = ["super_resolution"]
title = "A tiny network for any factor, for tests"
licence = "Apache-2.0"
weights = "{encoder.name}"
sha256 = "{digests[0][0]}"
bytes = {digests[0][1]}
stands_in_for = ["*"]

[any_factor]
weights = "{query.name}"
sha256 = "{digests[1][0]}"
bytes = {digests[1][1]}
most = 4

[input]
output = "hidden"

[size]
{size}

[tiling]
bytes_per_pixel = 1024
{tiling}
"""
    (HERE / f"{name}.toml").write_text(card, "utf-8")


if __name__ == "__main__":
    HERE.mkdir(parents=True, exist_ok=True)
    write("bilinear-any", bilinear(), "toy", "", "halo = 3\nexact = true")
    # a 3x3 head, one block of two, one after it, the fold, and the neighbour of the outermost output pixel
    write("edsr-any", wavy(EDSRConfig(4, 1)), "LIIF", "", "halo = 6\nexact = true")
    pooled = "tile = 32\nhalo = 16\nalign = 8"
    write("safmn-any", wavy(SAFMNBodyConfig(4, 1)), "LIIF", "minimum = 8\nmultiple = 8", pooled)
