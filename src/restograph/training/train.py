"""Train one recipe, resumably: `restograph train RECIPE --data DIR`.

Loss: L1 + w * L1 of the 2-D Fourier transform (SAFMN, eq. 7); Adam (0.9, 0.99); cosine schedule with
a short warm-up; the exponential moving average of the weights is what gets exported.
"""

import json
import math
import time
from collections.abc import Callable
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from restograph.errors import DataError
from restograph.image.quality import psnr_y
from restograph.networks.safmn import SAFMN, SAFMNConfig
from restograph.training.data import Pair, batch, load_pairs, photographs
from restograph.training.recipe import Recipe

CHECKPOINT_EVERY = 120.0  # seconds
VALIDATION_BATCHES = 8
Report = Callable[[str], None]


def train(recipe: Recipe, data: Path, out: Path, minutes: float | None, resume: bool, report: Report) -> Path:
    """Train until the recipe's steps or the minutes are over; returns the checkpoint's path.

    The last tenth of the photographs (by name, at least one when there are two) is kept for
    validation and never trained on. Raises DataError when `out` holds a run and `resume` is not set.
    """
    out.mkdir(parents=True, exist_ok=True)
    checkpoint = out / "checkpoint.pt"
    if checkpoint.exists() and not resume:
        raise DataError(f"{str(checkpoint)!r} exists: add --resume to go on, or choose another folder with -o")
    files = photographs(data)
    if len(files) < 2:
        raise DataError(f"{str(data)!r} has one photograph: give at least two, since one is kept for validation")
    keep = min(len(files) - 1, max(1, len(files) // 10))
    training = load_pairs(files[: len(files) - keep], recipe)
    validation = load_pairs(files[len(files) - keep :], recipe.model_copy(update={"pages": 0}))
    run = _Run(recipe, out, checkpoint)
    if not checkpoint.exists() and recipe.start_from:
        run.start_from(out.parent / recipe.start_from / "checkpoint.pt", report)
    run.loop(training, validation, minutes, report)
    return checkpoint


class _Run:
    """The moving parts of a run: network, average, optimiser, step and curve."""

    def __init__(self, recipe: Recipe, out: Path, checkpoint: Path) -> None:
        torch.manual_seed(recipe.seed)
        self.recipe, self.out, self.checkpoint = recipe, out, checkpoint
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.net = SAFMN(SAFMNConfig(upscaling_factor=recipe.scale))
        start_as_interpolation(self.net)
        self.net = self.net.to(self.device)
        self.halves = _bfloat16_is_fast(self.device)
        self.average = {k: v.detach().clone() for k, v in self.net.state_dict().items()}
        self.optimiser = torch.optim.Adam(self.net.parameters(), lr=recipe.lr_start, betas=(0.9, 0.99))
        self.step, self.seconds = 0, 0.0
        self.curve: list[dict[str, float]] = []
        if checkpoint.exists():
            self._load()

    def start_from(self, path: Path, report: Report) -> None:
        """Take the body (everything but the head) of another run's average."""
        if not path.exists():
            raise DataError(f"recipe {self.recipe.name!r} starts from {str(path)!r}: train that recipe first")
        state = torch.load(path, weights_only=True)["average"]
        own = self.net.state_dict()
        body = {k: v for k, v in state.items() if k in own and own[k].shape == v.shape}
        self.net.load_state_dict(body, strict=False)
        self.average = {k: v.detach().clone() for k, v in self.net.state_dict().items()}
        report(f"body of {path.parent.name} loaded")

    def loop(self, training: list[Pair], validation: list[Pair], minutes: float | None, report: Report) -> None:
        begun, before = time.monotonic(), self.seconds
        saved = begun
        losses: list[float] = []
        while self.step < self.recipe.steps:
            losses.append(self._one_step(*batch(training, self.recipe, self.step)))
            now = time.monotonic()
            self.seconds = before + now - begun
            over = minutes is not None and now - begun > 60 * minutes
            if over or now - saved > CHECKPOINT_EVERY or self.step == self.recipe.steps:
                self._note(losses, validation, report)
                saved, losses = now, []
            if over:
                return

    def _one_step(self, lr: Tensor, hr: Tensor) -> float:
        recipe = self.recipe
        for group in self.optimiser.param_groups:
            group["lr"] = learning_rate(recipe, self.step)
        lr, hr = lr.to(self.device), hr.to(self.device)
        half = self.halves and self.step < recipe.bf16_until * recipe.steps
        with torch.autocast(self.device.type, torch.bfloat16, enabled=half):
            out = self.net(lr)
        loss = restoration_loss(out.float(), hr, recipe.fft_weight, _ease(lr, hr, recipe))
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.optimiser.step()
        self.step += 1
        decay = min(recipe.ema, self.step / (self.step + 10))  # a short memory at the start
        for key, value in self.net.state_dict().items():
            self.average[key].lerp_(value, 1 - decay)
        return float(loss.detach())

    def _note(self, losses: list[float], validation: list[Pair], report: Report) -> None:
        quality = self._validate(validation)
        loss = sum(losses) / max(1, len(losses))
        self.curve.append({"step": self.step, "seconds": self.seconds, "loss": loss, "psnr": quality})
        self._save()
        left = self.seconds / self.step * (self.recipe.steps - self.step)
        report(
            f"step {self.step}/{self.recipe.steps}  loss {loss:.5f}  validation {quality:.2f} dB  {left / 60:.0f} min left"
        )

    @torch.no_grad()
    def _validate(self, pairs: list[Pair]) -> float:
        """Mean PSNR-Y in dB of the averaged weights on fixed crops of the validation photographs."""
        net = SAFMN(self.net.config).to(self.device).eval()
        net.load_state_dict(self.average)
        scores = []
        for number in range(VALIDATION_BATCHES):
            lr, hr = batch(pairs, self.recipe, 10**9 + number)
            out = net(lr.to(self.device)).cpu()
            for one, truth in zip(out, hr, strict=True):
                a, b = (((x.clamp(0, 1) * 255).round().byte().permute(1, 2, 0).numpy()) for x in (one, truth))
                scores.append(psnr_y(a, b, self.recipe.scale))
        return sum(scores) / len(scores)

    def _save(self) -> None:
        state = {
            "net": self.net.state_dict(),
            "average": self.average,
            "optimiser": self.optimiser.state_dict(),
            "step": self.step,
            "seconds": self.seconds,
            "curve": self.curve,
            "recipe": self.recipe.model_dump_json(),
        }
        partial = self.checkpoint.with_suffix(".part")
        torch.save(state, partial)
        partial.replace(self.checkpoint)
        (self.out / "curve.json").write_text(json.dumps(self.curve, indent=1) + "\n")

    def _load(self) -> None:
        state = torch.load(self.checkpoint, weights_only=True, map_location=self.device)
        if state["recipe"] != self.recipe.model_dump_json():
            raise DataError(f"{str(self.checkpoint)!r} was made by another recipe: choose another folder with -o")
        self.net.load_state_dict(state["net"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.average, self.step = state["average"], state["step"]
        self.seconds, self.curve = state["seconds"], state["curve"]


def learning_rate(recipe: Recipe, step: int) -> float:
    """Linear warm-up, then a cosine from lr_start to lr_end."""
    if step < recipe.warmup:
        return recipe.lr_start * (step + 1) / recipe.warmup
    share = (step - recipe.warmup) / max(1, recipe.steps - recipe.warmup)
    return recipe.lr_end + (recipe.lr_start - recipe.lr_end) * 0.5 * (1 + math.cos(math.pi * share))


def restoration_loss(out: Tensor, truth: Tensor, fft_weight: float, ease: Tensor) -> Tensor:
    """L1 + fft_weight * L1 of the spectra, each picture of the batch weighted by `ease` (N,)."""
    plain = (out - truth).abs().mean(dim=(1, 2, 3))
    spectra = fft_loss(out, truth)
    return ((plain + fft_weight * spectra) * ease).mean()


def fft_loss(a: Tensor, b: Tensor) -> Tensor:
    """Mean absolute difference of the real 2-D Fourier transforms, real and imaginary parts apart: (N,)."""
    difference = torch.fft.rfft2(a) - torch.fft.rfft2(b)
    return torch.view_as_real(difference).abs().mean(dim=(1, 2, 3, 4))


def _ease(lr: Tensor, hr: Tensor, recipe: Recipe) -> Tensor:
    """Weights (N,) with mean 1: the less a picture is damaged, the more it counts, by the power `balance`.

    Without it heavy noise makes up nearly all of the loss, and the network blurs pictures that need nothing.
    """
    if not recipe.balance:
        return torch.ones(len(hr), device=hr.device)
    damage = (lr - hr).abs().mean(dim=(1, 2, 3))
    weight = (damage + 0.005) ** -recipe.balance
    return weight / weight.mean()


def _bfloat16_is_fast(device: torch.device) -> bool:
    """Whether the device computes in bfloat16 by itself; a processor without it is ten times slower than in float32."""
    return device.type == "cuda" or bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())


@torch.no_grad()
def start_as_interpolation(net: SAFMN) -> None:
    """Let the network start near nearest-neighbour enlargement, with the random blocks on top.

    Three feature channels carry the picture through to the head; on few training minutes this
    saves the steps that a random start spends on learning to copy.
    """
    scale = net.config.upscaling_factor
    head = net.to_img[0]
    assert isinstance(head, nn.Conv2d)
    head.weight.mul_(0.1)
    head.bias.zero_()  # type: ignore[union-attr]
    for colour in range(3):
        net.to_feat.weight[colour].zero_()
        net.to_feat.weight[colour, colour, 1, 1] = 1.0
        head.weight[colour * scale**2 : (colour + 1) * scale**2, colour, 1, 1] += 0.5  # feats(x) + x doubles it
