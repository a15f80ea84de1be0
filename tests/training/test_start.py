"""How runs start: from a run, from a shipped model, or as a network that passes the picture on."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

torch = pytest.importorskip("torch", reason="training needs the train extra")
pytestmark = pytest.mark.train

from restograph.errors import DataError  # noqa: E402
from restograph.models.store import HOME_VARIABLE, find, verify  # noqa: E402
from restograph.networks.export.readback import state_of  # noqa: E402
from restograph.networks.liif import LIIF, LIIFConfig, make_coord  # noqa: E402
from restograph.networks.mssnet import MSSNet, MSSNetConfig  # noqa: E402
from restograph.networks.safmn import SAFMN, SAFMNConfig, config_of  # noqa: E402
from restograph.training.start import start_near_the_picture, starting_weights, take_over  # noqa: E402


@pytest.fixture(autouse=True)
def nothing_of_the_users(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))


def picture() -> Any:
    coarse = np.random.default_rng(1).integers(0, 256, (12, 12, 3), dtype=np.uint8)
    smooth = np.asarray(Image.fromarray(coarse).resize((48, 48), Image.Resampling.BICUBIC))
    return torch.from_numpy(smooth.copy()).permute(2, 0, 1)[None].float() / 255


@torch.no_grad()  # type: ignore[misc]
def likeness(net: Any, x: Any, wanted: Any) -> float:
    """Correlation of the network's output with a picture."""
    return float(np.corrcoef(net(x).flatten(), wanted.flatten())[0, 1])


@pytest.mark.parametrize("scale", [1, 2, 3, 4])
def test_safmn_starts_by_carrying_the_picture_through(scale: int) -> None:
    torch.manual_seed(0)
    net, x = SAFMN(SAFMNConfig(upscaling_factor=scale)).eval(), picture()
    large = torch.nn.functional.interpolate(x, scale_factor=scale, mode="nearest")
    start_near_the_picture(net)
    assert likeness(net, x, large) > 0.2  # the blocks, still random, lie on top
    net.feats = torch.nn.Sequential()
    assert likeness(net, x, large) > 0.8


def test_mssnet_starts_near_its_input() -> None:
    torch.manual_seed(0)
    net, x = MSSNet(MSSNetConfig(8, 6, 4)).eval(), picture()
    before = likeness(net, x, x)
    start_near_the_picture(net)
    assert likeness(net, x, x) > max(before, 0.9)


def test_a_run_beside_comes_before_a_shipped_model(tmp_path: Path) -> None:
    assert starting_weights("safmn-x2", tmp_path)[1] == "the installed safmn-x2"
    (tmp_path / "safmn-x2").mkdir()
    torch.save({"average": {"a": torch.ones(1)}}, tmp_path / "safmn-x2" / "checkpoint.pt")
    state, where = starting_weights("safmn-x2", tmp_path)
    assert list(state) == ["a"] and where.endswith("checkpoint.pt")


def test_a_missing_start_says_what_to_train_first(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="train that recipe first"):
        starting_weights("nothing", tmp_path)


def test_shipped_weights_come_back_whole() -> None:
    state = state_of([verify(find("safmn-x2"))])
    net = SAFMN(config_of(state))
    assert take_over(net, state) == len(net.state_dict())
    assert all(torch.equal(net.state_dict()[name], state[name]) for name in net.state_dict())


def test_another_factor_takes_the_body_and_liif_takes_it_as_its_encoder() -> None:
    state = state_of([verify(find("safmn-x2"))])
    larger = SAFMN(SAFMNConfig(upscaling_factor=3))
    assert take_over(larger, state) == len(larger.state_dict()) - 2  # weight and bias of the head
    field = LIIF(LIIFConfig())
    assert take_over(field, state) == sum(key.startswith("encoder.") for key in field.state_dict())
    assert torch.equal(field.state_dict()["encoder.to_feat.weight"], state["to_feat.weight"] / 2)
    back = SAFMN(SAFMNConfig(upscaling_factor=4))
    assert take_over(back, field.state_dict()) == len(back.state_dict()) - 2
    for name, weight in back.state_dict().items():
        assert name.startswith("to_img") or torch.allclose(weight, state[name], atol=1e-6), name


@torch.no_grad()  # type: ignore[misc]
def test_liif_starts_as_the_mean_of_what_safmn_makes_of_a_pixel() -> None:
    """Asked for the pixels of the input themselves, it gives the enlarged picture made smaller again."""
    state, x = state_of([verify(find("safmn-x2"))]), picture()
    large = SAFMN(SAFMNConfig(upscaling_factor=2))
    large.load_state_dict(state)
    for hidden, near in (((96, 96), True), ((8,), False)):
        torch.manual_seed(0)
        field = LIIF(LIIFConfig(hidden=hidden)).eval()
        take_over(field, state)
        coord = make_coord(48, 48)[None]
        out = field(x * 2 - 1, coord, torch.full_like(coord, 2 / 48)).transpose(1, 2).view(1, 3, 48, 48) / 2 + 0.5
        wanted = torch.nn.functional.avg_pool2d(large(x), 2)
        assert (float((out - wanted)[..., 4:-4, 4:-4].abs().mean()) < 0.03) == near
