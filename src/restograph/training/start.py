"""How a run starts: from another run, from a shipped model, or from random numbers that already pass the picture on."""

from pathlib import Path

import torch
from torch import Tensor, nn

from restograph.errors import DataError, ModelNotFound
from restograph.networks.liif import LIIF
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
    """Load what fits in name and shape; returns how many tensors did. SAFMN's body becomes LIIF's encoder."""
    if isinstance(net, LIIF) and not any(key.startswith("encoder.") for key in state):
        state = {f"encoder.{key}": weight for key, weight in state.items()}
    own = net.state_dict()
    fitting = {k: v for k, v in state.items() if k in own and own[k].shape == v.shape}
    net.load_state_dict(fitting, strict=False)
    return len(fitting)


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
