"""What steps are fed with: the same whoever makes it, whole pictures made smaller once, weights by damage."""

import itertools

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs the train extra")
pytestmark = pytest.mark.train

from restograph.image.resample import bicubic, matlab_bicubic  # noqa: E402
from restograph.training.data import Bytes, made_smaller  # noqa: E402
from restograph.training.degrade import Damage, to_bytes  # noqa: E402
from restograph.training.feed import feed, weights_of_pictures  # noqa: E402
from restograph.training.recipe import Recipe  # noqa: E402

PLAIN = Recipe(name="plain", scale=3, patch=16, batch=2, steps=6, damage=Damage(filter="matlab"))
CLEAN = Recipe(name="clean", scale=1, patch=16, batch=2, steps=6, balance=0.7, damage=Damage(jpeg=(10, 95)))
ANY = Recipe(name="any", network="liif-safmn", scale=4, patch=16, batch=2, steps=6, queries=40)


def scene(seed: int) -> Bytes:
    coarse = np.random.default_rng(seed).random((30, 35, 3), dtype=np.float32)
    return to_bytes(bicubic(coarse, 211, 199))


PICTURES = [scene(seed) for seed in range(3)]


@pytest.mark.parametrize("recipe", [PLAIN, CLEAN, ANY], ids=lambda r: r.name)
def test_any_number_of_workers_feeds_the_same(recipe: Recipe) -> None:
    alone, helped = (list(feed(PICTURES, recipe, 0, workers, False)) for workers in (0, 2))
    assert len(alone) == len(helped) == recipe.steps
    for a, b in zip(itertools.chain(*alone), itertools.chain(*helped), strict=True):
        assert torch.equal(a, b)


@pytest.mark.parametrize("recipe", [PLAIN, CLEAN, ANY], ids=lambda r: r.name)
def test_a_run_that_goes_on_is_fed_as_if_it_had_never_stopped(recipe: Recipe) -> None:
    whole, rest = (list(feed(PICTURES, recipe, first, 0, False)) for first in (0, 4))
    assert len(rest) == 2 and all(torch.equal(a, b) for a, b in zip(whole[4][1:], rest[0][1:], strict=True))
    assert list(feed(PICTURES, recipe, 6, 0, False)) == []


def test_small_crops_are_cut_from_whole_small_pictures() -> None:
    small = made_smaller(PICTURES, PLAIN)
    assert small is not None and [s.shape for s in small] == [(66, 70, 3)] * 3
    assert np.array_equal(small[1], matlab_bicubic(PICTURES[1][:198, :210], 70, 66))
    for _, low, truth in feed(PICTURES, PLAIN, 0, 0, False):
        assert low.shape == (2, 3, 16, 16) and truth.shape == (2, 3, 48, 48)
        centres = torch.nn.functional.avg_pool2d(truth, 3)
        assert float((low - centres).abs().mean()) < 0.02  # the same place, turned the same way


@pytest.mark.parametrize("recipe", [CLEAN, ANY, PLAIN.model_copy(update={"damage": Damage(noise=(1, 2))})])
def test_where_chance_strikes_nothing_is_made_beforehand(recipe: Recipe) -> None:
    assert made_smaller(PICTURES, recipe) is None


def test_lightly_damaged_pictures_count_as_much_as_heavily_damaged_ones() -> None:
    truth = torch.zeros(3, 3, 4, 4)
    low = truth + torch.tensor([0.005, 0.035, 0.155]).view(3, 1, 1, 1)
    assert weights_of_pictures(low, truth, 0.0).tolist() == [1, 1, 1]
    relative = weights_of_pictures(low, truth, 1.0)
    assert relative.mean() == pytest.approx(1) and (relative / relative[2]).tolist() == pytest.approx([16, 4, 1])
    half = weights_of_pictures(low, truth, 0.5)
    assert (half / half[2]).tolist() == pytest.approx([4, 2, 1])
