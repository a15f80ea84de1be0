"""What LIIF checkpoints hold beside the weights: a specification (['model']['args']) and numbers never used.

The specification names classes to build. Here it is data: compared with what the weights' shapes say, and
asked for what shapes cannot tell: the local ensemble, and how much a block of EDSR adds.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from math import isfinite
from typing import Any

import torch

from restograph.errors import ModelError
from restograph.networks.liif import RGB_MEAN, EDSRConfig, EncoderConfig, LIIFConfig, RDNConfig, SAFMNBodyConfig
from restograph.networks.reading import State

_ENCODERS = {"edsr-baseline": EDSRConfig, "edsr": EDSRConfig, "rdn": RDNConfig, "safmn": SAFMNBodyConfig}
_NAMES = {"encoder_spec": tuple(_ENCODERS), "imnet_spec": ("mlp",)}
_RES_SCALE = {"edsr": 0.1}  # where the specification leaves it out; 1 for the others
_FLAGS = ("feat_unfold", "cell_decode")


def with_spec(spec: Mapping[Any, Any], config: LIIFConfig) -> LIIFConfig:
    """The sizes read off the shapes, with what only the specification says; raises ModelError when the two disagree."""
    arguments = spec.get("args")
    if spec.get("name", "liif") != "liif":
        raise ModelError(
            f"the file says that it is a {spec['name']!r}, but its weights are those of LIIF; check its origin"
        )
    if not isinstance(arguments, Mapping):
        return config
    for part, names in _NAMES.items():
        inner = arguments.get(part)
        said = inner.get("name") if isinstance(inner, Mapping) else None
        if said is not None and said not in names:
            raise ModelError(
                f"the file's {part} names {said!r}, known are {', '.join(names)}; only LIIF with these runs here"
            )
        if part == "encoder_spec" and said is not None and not isinstance(config.encoder, _ENCODERS[said]):
            found = type(config.encoder).__name__.removesuffix("Config")
            raise ModelError(
                f"the file's encoder_spec names {said!r}, but its weights are those of {found}; check its origin"
            )
    for flag in _FLAGS:
        if arguments.get(flag, getattr(config, flag)) is not getattr(config, flag):
            raise ModelError(
                f"the file says {flag}={arguments[flag]!r}, but its weights say otherwise; check its origin"
            )
    return replace(
        config,
        encoder=_with_res_scale(arguments.get("encoder_spec"), config.encoder),
        local_ensemble=arguments.get("local_ensemble", True) is not False,
    )


def _with_res_scale(spec: Any, encoder: EncoderConfig) -> EncoderConfig:
    if not isinstance(encoder, EDSRConfig) or not isinstance(spec, Mapping):
        return encoder
    inner = spec.get("args")
    usual = _RES_SCALE.get(spec.get("name", ""), 1.0)
    said = inner.get("res_scale", usual) if isinstance(inner, Mapping) else usual
    if isinstance(said, bool) or not isinstance(said, int | float) or not isfinite(said):
        raise ModelError(f"the file's encoder_spec says res_scale={said!r}, which is no number; check its origin")
    return replace(encoder, res_scale=float(said))


def with_means(state: State, own: Collection[str]) -> State:
    """The weights, with EDSR's frozen colour means where a file left them out: LIIF never applies them."""
    frozen = {}
    for name, sign in (("sub_mean", -1), ("add_mean", 1)):
        frozen[f"encoder.{name}.weight"] = torch.eye(3).view(3, 3, 1, 1)
        frozen[f"encoder.{name}.bias"] = sign * torch.tensor(RGB_MEAN)
    return {**{key: weight for key, weight in frozen.items() if key in own}, **state}
