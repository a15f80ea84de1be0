"""The networks known here, each with what tells its checkpoints apart and what its card says.

An explicit table: to add a network, write its file, its export, and one entry here.
"""

import warnings
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import torch
from torch import nn

from restograph.errors import ModelError
from restograph.models.card import InputSpec, ModelKind, SizeRule, Tiling
from restograph.networks import liif, mssnet, safmn, safmnpp
from restograph.networks.liif_spec import with_means, with_spec
from restograph.networks.reading import State

Config = Any  # the network's own frozen dataclass of sizes

ENLARGEMENT = "upscaling_factor"  # what every SAFMN calls its scale


@dataclass(frozen=True)
class Facts:
    """What a card says about every network of a family, whatever its weights."""

    paper: str
    github: str
    code_licence: str  # SPDX identifier of the authors' code; NONE when their repository grants nothing
    size: SizeRule
    tiling: Tiling
    input: InputSpec = field(default_factory=InputSpec)


@dataclass(frozen=True)
class Architecture:
    """One family of networks: how its state dict looks, how it is built, exported and described."""

    family: str
    landmarks: Mapping[str, int]  # keys that together only this family has, with their number of axes
    config_of: Callable[[State], Config]
    build: Callable[[Config], nn.Module]
    default: Config  # of the published weights
    facts: Callable[[Config], Facts]
    sizes: Callable[[Config], str]
    exporters: tuple[str, ...]  # module:function from a network to the bytes of an ONNX model, imported when needed
    kind: ModelKind | None = None  # None: upscale when it enlarges, else the weights do not tell what they are for
    any_factor: bool = False
    prefers: tuple[str, ...] = ("params",)  # which of several state dicts the authors' own demo loads
    prepare: Callable[[State, Collection[str]], State] = lambda state, _: state
    compare: Callable[[Mapping[Any, Any], Config], Config] = lambda _, config: config

    def fits(self, state: State) -> bool:
        """True if every landmark is there with its number of axes."""
        return all(k in state and state[k].ndim == n and state[k].numel() for k, n in self.landmarks.items())

    def scale_of(self, config: Config) -> int:
        """Output side over input side; 1 for the networks that keep the size, or take any factor."""
        return int(getattr(config, ENLARGEMENT, 1))

    def kind_of(self, config: Config) -> ModelKind | None:
        """What it does, or None when the weights do not tell."""
        return "upscale" if self.scale_of(config) > 1 else self.kind

    def export(self, net: nn.Module) -> tuple[bytes, ...]:
        """ONNX bytes of a network of this family, one model for each exporter; needs the onnx package."""
        made = []
        for exporter in self.exporters:
            module, _, function = exporter.partition(":")
            made.append(getattr(import_module(module), function)(net))
        return tuple(made)


def meta(architecture: Architecture, config: Config) -> nn.Module:
    """The network as shapes alone, so that a forged file cannot make us allocate more than it holds."""
    with torch.device("meta"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch remarks on layers without channels, which forged shapes ask for
        return architecture.build(config)


# ── SAFMN and its variants ───────────────────────────────────────────────────────────────────────


def _safmn_sizes(config: Config) -> str:
    blocks = f"{config.n_blocks} block{'s' * (config.n_blocks != 1)}"
    return f"{config.dim} channels, {blocks}, ffn_scale {config.ffn_scale:g}, ×{config.upscaling_factor}"


def _safmn_facts(paper: str, least: int, whole: bool = False) -> Callable[[Config], Facts]:
    """Any size from `least` on works without padding, and padding would change the result; tiles begin on its grid."""

    def facts(config: Config) -> Facts:
        memory = 56 * max(config.dim, 16)  # 2000 bytes per input pixel were measured at 36 channels
        tiling = Tiling(tile=960, halo=32, align=least, global_statistics=whole, bytes_per_pixel=memory)
        return Facts(paper, "https://github.com/sunny2109/SAFMN", "Apache-2.0", SizeRule(minimum=least), tiling)

    return facts


_SAFMN_PAPER = "https://arxiv.org/abs/2302.13800"
_ENDS = {"to_feat.weight": 4, "to_img.0.weight": 4}

SAFMN = Architecture(
    family="SAFMN",
    landmarks={**_ENDS, "feats.0.norm1.weight": 1, "feats.0.ccm.ccm.0.weight": 4},
    config_of=safmn.config_of,
    build=safmn.SAFMN,
    default=safmn.SAFMNConfig(),
    facts=_safmn_facts(_SAFMN_PAPER, 8),
    sizes=_safmn_sizes,
    exporters=("restograph.networks.export.safmn:safmn_bytes",),
)
SAFMN_NTIRE = Architecture(
    family="SAFMN-NTIRE2023",
    landmarks={**_ENDS, "norm.gamma": 4, "feats.0.safm.aggr.weight": 4, "feats.0.ccm.ccm.0.weight": 4},
    config_of=safmn.ntire_config_of,
    build=safmn.SAFMNNtire,
    default=safmn.SAFMNNtireConfig(),
    facts=_safmn_facts(_SAFMN_PAPER, 16, whole=True),  # its one normalisation weighs channels over the whole picture
    sizes=_safmn_sizes,
    exporters=("restograph.networks.export.safmn:ntire_bytes",),
)
SAFMNPP = Architecture(
    family="SAFMN++",
    landmarks={**_ENDS, "feats.0.conv1.proj.weight": 4, "feats.0.conv2.conv1.weight": 4},
    config_of=safmnpp.config_of,
    build=safmnpp.SAFMNPP,
    default=safmnpp.SAFMNPPConfig(),
    facts=_safmn_facts(_SAFMN_PAPER, 8),
    sizes=_safmn_sizes,
    exporters=("restograph.networks.export.safmnpp:safmnpp_bytes",),
    prefers=("params_ema", "params"),
)
SAFMNPP_LIGHT = Architecture(
    family="Light-SAFMN++",
    landmarks={**_ENDS, "feats.0.conv1.proj.weight": 4, "feats.0.conv2.conv.0.weight": 4},
    config_of=safmnpp.light_config_of,
    build=safmnpp.LightSAFMNPP,
    default=safmnpp.LightSAFMNPPConfig(),
    facts=_safmn_facts("https://arxiv.org/abs/2404.16484", 8),
    sizes=_safmn_sizes,
    exporters=("restograph.networks.export.safmnpp:light_bytes",),
)


# ── LIIF ─────────────────────────────────────────────────────────────────────────────────────────


def _liif_sizes(config: Config) -> str:
    encoder = type(config.encoder).__name__.removesuffix("Config")
    return f"{encoder} with {config.encoder.dim} channels, MLP {'-'.join(map(str, config.hidden))}, any factor"


def _liif_facts(config: Config) -> Facts:
    least, halo, memory = _liif_reach(config)
    return Facts(
        paper="https://arxiv.org/abs/2012.09161",
        github="https://github.com/yinboc/liif",
        code_licence="BSD-3-Clause",
        size=SizeRule(minimum=least),
        tiling=Tiling(tile=512, halo=halo, align=least, bytes_per_pixel=memory + 8 * max(config.hidden, default=0)),
        input=InputSpec(low=-1.0, high=1.0),
    )


def _liif_reach(config: Config) -> tuple[int, int, int]:
    """Smallest side, halo, and bytes per pixel of the encoder, a third above what was measured with published widths."""
    encoder = config.encoder
    if isinstance(encoder, liif.EDSRConfig):
        return 1, 2 * encoder.n_blocks + 4, 40 * encoder.dim  # the halo is all that it sees
    if isinstance(encoder, liif.RDNConfig):
        return 1, 64, 8 * (encoder.n_blocks * encoder.dim + encoder.n_convs * encoder.growth)
    return 8, 32, 56 * encoder.dim


LIIF = Architecture(
    family="LIIF",
    landmarks={"imnet.layers.0.weight": 2, "imnet.layers.0.bias": 1},
    config_of=liif.config_of,
    build=liif.LIIF,
    default=liif.LIIFConfig(liif.EDSRConfig(), (256, 256, 256, 256)),
    facts=_liif_facts,
    sizes=_liif_sizes,
    exporters=("restograph.networks.export.liif:encoder_bytes", "restograph.networks.export.liif:query_bytes"),
    kind="upscale",
    any_factor=True,
    prefers=("sd",),
    prepare=with_means,
    compare=with_spec,
)


# ── MSSNet ───────────────────────────────────────────────────────────────────────────────────────


def one_prelu(state: State, own: Collection[str]) -> State:
    """The one PReLU that the whole network shares under all of its 87 keys; raises ModelError when they disagree."""
    keys = [key for key in own if key.endswith(mssnet.PRELU)]
    said = {key: state[key] for key in keys if key in state}
    first = next(iter(said.values()), None)
    if first is None:
        return state
    for key, weight in said.items():
        if not torch.equal(weight, first):
            raise ModelError(
                f"{key!r} is {weight.tolist()!r}, but {next(iter(said))!r} is {first.tolist()!r}; MSSNet shares one PReLU, "
                "so all of them must be equal: take an unmodified checkpoint"
            )
    return {**state, **dict.fromkeys(keys, first)}


def _mssnet_facts(config: Config) -> Facts:
    return Facts(
        paper="https://arxiv.org/abs/2202.09652",
        github="https://github.com/kky7/MSSNet",
        code_licence="NONE",
        size=SizeRule(minimum=16, multiple=16, pad="reflect"),
        tiling=Tiling(tile=256, halo=64, align=16, bytes_per_pixel=60 * max(config.wf, 16)),
    )


MSSNET = Architecture(
    family="MSSNet",
    landmarks={"shallow_feat3.0.weight": 4, "E1_1.down12.down.1.weight": 4, "E1_1.down23.down.1.weight": 4},
    config_of=mssnet.config_of,
    build=mssnet.MSSNet,
    default=mssnet.MSSNetConfig(),
    facts=_mssnet_facts,
    sizes=lambda config: f"{' / '.join(map(str, config.channels))} channels",
    exporters=("restograph.networks.export.mssnet:mssnet_bytes",),
    kind="deblur",
    prefers=("model_state_dict",),
    prepare=one_prelu,
)

ARCHITECTURES: tuple[Architecture, ...] = (SAFMN, SAFMN_NTIRE, SAFMNPP, SAFMNPP_LIGHT, LIIF, MSSNET)
