"""Losses in closed form, and what each network makes of a picture."""

from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs the train extra")
pytestmark = pytest.mark.train

from restograph.networks.mssnet import MSSNet, MSSNetConfig, half  # noqa: E402
from restograph.training.objectives import OBJECTIVES, fft_loss, picture_loss  # noqa: E402
from restograph.training.recipe import Recipe  # noqa: E402

ANY = Recipe(name="any", network="liif-safmn", sizes={"hidden": (8,)}, scale=4, patch=16, queries=37)


def test_the_fourier_loss_is_its_definition() -> None:
    a, b = torch.rand(2, 3, 8, 12), torch.rand(2, 3, 8, 12)
    difference = np.fft.rfft2(a.double().numpy()) - np.fft.rfft2(b.double().numpy())
    wanted = (np.abs(difference.real) + np.abs(difference.imag)).mean(axis=(1, 2, 3)) / 2
    assert fft_loss(a, b).tolist() == pytest.approx(wanted.tolist(), rel=1e-5)
    assert fft_loss(a, a).tolist() == [0, 0]


def test_one_bright_pixel_costs_the_same_wherever_it_is_at_the_origin() -> None:
    a = torch.zeros(1, 1, 4, 4)
    a[0, 0, 0, 0] = 1  # its transform is one everywhere: mean of (1, 0) over real and imaginary parts
    assert float(fft_loss(a, torch.zeros_like(a))) == pytest.approx(0.5)


def test_pictures_of_a_batch_have_their_own_loss() -> None:
    truth = torch.zeros(2, 3, 4, 4)
    out = truth + torch.tensor([0.1, 0.4]).view(2, 1, 1, 1)
    assert picture_loss(out, truth, 0).tolist() == pytest.approx([0.1, 0.4])
    assert picture_loss(out, truth, 0.5).tolist() == pytest.approx(
        (picture_loss(out, truth, 0) + 0.5 * fft_loss(out, truth)).tolist()
    )


def test_mssnets_loss_is_the_mean_over_its_six_pictures() -> None:
    recipe = Recipe(
        name="m", network="mssnet", sizes={"wf": 4, "scale": 2, "vscale": 2}, scale=1, patch=16, fft_weight=0
    )
    net, low, truth = MSSNet(MSSNetConfig(4, 2, 2)), torch.rand(2, 3, 16, 16), torch.rand(2, 3, 16, 16)
    with torch.no_grad():
        made = OBJECTIVES["mssnet"].loss(net, (low, truth), recipe)
        wanted = [half(truth) if n == 0 else truth for n in range(6)]
        each = [(o - w).abs().mean(dim=(1, 2, 3)) for o, w in zip(net.stages(low), wanted, strict=True)]
    assert made.tolist() == pytest.approx(torch.stack(each).mean(dim=0).tolist())


class Painted(torch.nn.Module):  # type: ignore[misc]
    """A stand-in for LIIF: the colour of a place is its row, its column and zero."""

    def forward(self, inp: Any, coord: Any, cell: Any) -> Any:
        return torch.cat([coord, torch.zeros_like(coord[..., :1])], dim=-1)


def test_liif_is_asked_for_pixels_of_the_truth() -> None:
    """A truth painted by the same rule has no loss, wherever the random pixels lie; another has."""
    objective = OBJECTIVES["liif-safmn"]
    low = torch.rand(2, 3, 16, 16)
    truth = objective.restore(Painted(), low, (23, 31))
    assert truth.shape == (2, 3, 23, 31)
    assert truth[0, 0, :, 0].tolist() == pytest.approx([(2 * i + 1) / 46 for i in range(23)], abs=1e-6)  # rows first

    def loss(truth: Any, seed: int) -> Any:
        return objective.loss(Painted(), objective.inputs(low, truth, ANY, np.random.default_rng(seed)), ANY)

    for seed in range(5):
        assert loss(truth, seed).tolist() == pytest.approx([0, 0], abs=1e-6)
    assert (loss(truth.flip(2), 0) > 0.1).all()
