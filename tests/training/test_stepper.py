"""A step of the optimiser: what it does to a network, on a processor and, where there is one, as a graph on CUDA."""

import copy
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="training needs the train extra")
pytestmark = pytest.mark.train

from restograph.training import stepper as module  # noqa: E402
from restograph.training.stepper import Stepper  # noqa: E402


def loss(net: Any, inputs: Any) -> Any:
    x, wanted = inputs
    return (net(x).float() - wanted).abs().mean(dim=(1, 2, 3))


def made(device: str, lr: float = 1e-2) -> tuple[Any, Stepper]:
    torch.manual_seed(1)
    net = torch.nn.Conv2d(3, 3, 3, padding=1).to(device)
    return net, Stepper(net, loss, lr, torch.device(device), torch.contiguous_format)


def inputs(seed: int) -> Any:
    rng = torch.Generator().manual_seed(seed)
    x = torch.rand(4, 3, 8, 8, generator=rng)
    return torch.tensor([1.0, 2.0, 0.5, 0.5]), x, 1 - x


def test_a_step_is_adams_on_the_weighted_loss() -> None:
    net, step = made("cpu")
    other = copy.deepcopy(net)
    adam = torch.optim.Adam(other.parameters(), lr=3e-3, betas=(0.9, 0.99))
    for seed in range(3):
        weights, *rest = inputs(seed)
        wanted = (loss(other, rest) * weights).mean()
        adam.zero_grad()
        wanted.backward()
        torch.nn.utils.clip_grad_norm_(other.parameters(), 1.0)
        adam.step()
        assert float(step(inputs(seed), 3e-3, False)) == pytest.approx(float(wanted.detach()))
    assert torch.allclose(net.weight, other.weight) and torch.allclose(net.bias, other.bias)


def test_gradients_are_clipped() -> None:
    net, step = made("cpu")
    weights, x, wanted = inputs(0)
    step((weights * 1e4, x, wanted), 1e-3, False)
    norm = torch.sqrt(sum((p.grad**2).sum() for p in net.parameters()))
    assert float(norm) == pytest.approx(1, abs=1e-3)


def test_a_saved_optimiser_goes_on_and_takes_the_rate_of_the_moment() -> None:
    net, step = made("cpu")
    step(inputs(0), 1e-2, False)
    later, again = made("cpu")
    later.load_state_dict(net.state_dict())
    again.load(copy.deepcopy(step.optimiser.state_dict()))
    for one in (step, again):
        one(inputs(1), 5e-3, False)
    assert torch.equal(net.weight, later.weight)
    assert again.optimiser.param_groups[0]["lr"] == 5e-3


def test_an_optimiser_saved_on_a_gpu_goes_on_here() -> None:
    net, step = made("cpu")
    step(inputs(0), 1e-2, False)
    state = copy.deepcopy(step.optimiser.state_dict())
    for group in state["param_groups"]:
        group.update(lr=torch.tensor(1e-2), fused=True, capturable=True)
    step.load(state)
    step(inputs(1), 1e-2, False)
    assert all(not group["fused"] and not group["capturable"] for group in step.optimiser.param_groups)
    assert torch.isfinite(net.weight).all()


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_the_recorded_step_does_what_the_eager_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    nets = []
    for eager in (module.EAGER, 10**9):
        monkeypatch.setattr(module, "EAGER", eager)
        net, step = made("cuda")
        for seed in range(12):
            step(inputs(seed), 1e-3, False)
        nets.append(net)
    assert torch.allclose(nets[0].weight, nets[1].weight, atol=1e-4)
