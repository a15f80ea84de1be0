"""How a run starts: from another run, from a shipped model, or from random numbers that already pass the picture on."""

from pathlib import Path

import torch
from torch import Tensor, nn

from restograph.errors import DataError, ModelNotFound
from restograph.networks.liif import LIIF, MLP, SAFMNBody
from restograph.networks.mssnet import MSSNet
from restograph.networks.safmn import SAFMN

State = dict[str, Tensor]


def starting_weights(name: str, runs: Path) -> tuple[State, str]:
    """Averaged weights of the run `runs`/`name`, else those of the installed model of that name; and where they lie."""
    path = runs / name / "checkpoint.pt"
    if path.is_file():
        state: State = torch.load(path, weights_only=True, map_location="cpu")["average"]
        return state, str(path)
    from restograph.models.store import find, query_path, verify
    from restograph.networks.export.readback import state_of

    try:
        card = find(name)
    except ModelNotFound:
        raise DataError(
            f"this recipe starts from {name!r}, which is neither a run ({str(path)!r} is not there) nor an installed "
            "model: train that recipe first"
        ) from None
    files = [verify(card)] + ([query_path(card)] if card.any_factor else [])
    return state_of(files), f"the installed {name}"


def take_over(net: nn.Module, state: State) -> int:
    """Load what fits in name and shape; returns how many tensors did.

    SAFMN becomes LIIF's encoder and first decoder, and the encoder becomes the body of a SAFMN again.
    """
    if isinstance(net, LIIF) and isinstance(net.encoder, SAFMNBody) and "to_img.0.weight" in state:
        _decode_as_safmn(net.imnet, state["to_img.0.weight"], state["to_img.0.bias"])
        state = {f"encoder.{key}": weight for key, weight in _in_liifs_range(state).items()}
    if isinstance(net, SAFMN) and "encoder.to_feat.weight" in state:
        state = _in_safmns_range({k.removeprefix("encoder."): v for k, v in state.items() if k.startswith("encoder.")})
    own = net.state_dict()
    fitting = {k: v for k, v in state.items() if k in own and own[k].shape == v.shape}
    net.load_state_dict(fitting, strict=False)
    return len(fitting)


def _in_liifs_range(state: State) -> State:
    """SAFMN's first convolution for pictures in [-1, 1] in place of [0, 1]."""
    weight, bias = state["to_feat.weight"], state["to_feat.bias"]
    return {**state, "to_feat.weight": weight / 2, "to_feat.bias": bias + weight.sum(dim=(1, 2, 3)) / 2}


def _in_safmns_range(state: State) -> State:
    """The other way round: for pictures in [0, 1]."""
    weight, bias = state["to_feat.weight"], state["to_feat.bias"]
    return {**state, "to_feat.weight": weight * 2, "to_feat.bias": bias - weight.sum(dim=(1, 2, 3))}


@torch.no_grad()
def _decode_as_safmn(mlp: MLP, weight: Tensor, bias: Tensor) -> None:
    """Some units of each layer carry the colours that SAFMN's head (3 s^2,C,3,3) gives; their mean comes out.

    Together with LIIF's local ensemble that is the enlarged picture made smaller and bilinearly enlarged, and which
    of the s^2 colours belongs where is left to learn. Does nothing where the MLP is too narrow.
    """
    first, *between, last = (layer for layer in mlp.layers if isinstance(layer, nn.Linear))
    carried, codes = len(weight), weight[0].numel()
    if min(layer.out_features for layer in (first, *between)) < carried or first.in_features < codes:
        return
    first.weight[:carried].zero_()
    first.weight[:carried, :codes], first.bias[:carried] = weight.flatten(1), bias
    for layer in between:
        layer.weight[:carried].zero_()
        layer.weight[:carried, :carried], layer.bias[:carried] = torch.eye(carried), 0.0
    last.weight.mul_(0.1)
    last.weight[:, :carried] = torch.eye(3).repeat_interleave(carried // 3, dim=1) * (2 * 3 / carried)
    last.bias.fill_(-1.0)  # from [0, 1] to [-1, 1]


@torch.no_grad()
def start_near_the_picture(net: nn.Module) -> None:
    """Random numbers, arranged so that the untrained network already gives about its input back.

    On few training minutes this saves the steps that a random start spends on learning to copy.
    """
    if isinstance(net, SAFMN):
        _start_as_interpolation(net)
    if isinstance(net, MSSNet):
        for tail in (net.tail1_1.tail, net.tail2_1.tail, net.tail2_2.tail, net.tail3_1, net.tail3_2, net.tail3_3):
            tail.weight.mul_(0.1)  # it predicts what is to be added to the input


def _start_as_interpolation(net: SAFMN) -> None:
    """Three feature channels carry the picture through to the head: nearest-neighbour enlargement."""
    scale = net.config.upscaling_factor
    head = net.to_img[0]
    assert isinstance(head, nn.Conv2d) and head.bias is not None
    head.weight.mul_(0.1)
    head.bias.zero_()
    for colour in range(3):
        net.to_feat.weight[colour].zero_()
        net.to_feat.weight[colour, colour, 1, 1] = 1.0
        head.weight[colour * scale**2 : (colour + 1) * scale**2, colour, 1, 1] += 0.5  # feats(x) + x doubles it
