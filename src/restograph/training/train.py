"""Train one recipe, resumably: `restograph train RECIPE --data DIR`.

Adam (0.9, 0.99), a short warm-up, then a cosine; the exponential moving average of the weights is what
gets exported. Everything that decides a step depends on the recipe and the step's number, and what has
been summed since the last note lies in the checkpoint: a run that was killed goes on to the same curve.
"""

import json
import math
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from torch import Tensor
from torch.optim.swa_utils import get_ema_multi_avg_fn

from restograph.errors import DataError
from restograph.training.curve import draw_curve
from restograph.training.data import Bytes, generated, load_photographs, photographs
from restograph.training.feed import feed
from restograph.training.objectives import OBJECTIVES, Inputs
from restograph.training.recipe import Recipe
from restograph.training.start import start_near_the_picture, starting_weights, take_over
from restograph.training.stepper import Stepper
from restograph.training.validate import validation

CHECKPOINT_EVERY = 120.0  # seconds
FIRST_WORD = 10  # steps after which the time left can be told
VALIDATION_BATCHES = 8
ALONE = 200  # dead-leaves pictures that stand in for photographs
MOST_WORKERS = 8  # our choice; more share the memory bus
UNSEEN = 10**6  # generated pictures from this number on are for validation
Report = Callable[[str], None]


def train(
    recipe: Recipe,
    data: Path | None,
    out: Path,
    minutes: float | None,
    resume: bool,
    report: Report,
    workers: int | None = None,
) -> Path:
    """Train until the recipe's steps or the minutes are over; returns the checkpoint's path.

    The last tenth of the photographs (by name, at least one when there are two) is kept for
    validation and never trained on. Without photographs, generated pictures are all.
    `workers` processes make pictures ahead, by default several for a GPU and none for a processor, which has enough
    to do; their number does not change the run.
    Raises DataError when `out` holds a run and `resume` is not set.
    """
    if data is None and not recipe.leaves:
        report(f"no photographs given: training on {ALONE} generated dead-leaves pictures")
        recipe = recipe.model_copy(update={"leaves": ALONE})
    checkpoint = out / "checkpoint.pt"
    if checkpoint.exists() and not resume:
        raise DataError(f"{str(checkpoint)!r} exists: add --resume to go on, or choose another folder with -o")
    training, held = pictures(recipe, data, report)
    out.mkdir(parents=True, exist_ok=True)
    run = Run(recipe, out, checkpoint, report)
    run.loop(training, held, minutes, workers_for(run.device) if workers is None else workers)
    return checkpoint


def pictures(recipe: Recipe, data: Path | None, report: Report) -> tuple[list[Bytes], list[Bytes]]:
    """Pictures to train on, and others to validate with."""
    made = generated(recipe, report=report)
    if data is None:
        few = recipe.model_copy(update={"leaves": min(recipe.leaves, 8), "pages": min(recipe.pages, 8)})
        return made, generated(few, first=UNSEEN)
    files = photographs(data)
    if len(files) < 2:
        raise DataError(f"{str(data)!r} has one photograph: give at least two, since one is kept for validation")
    keep = min(len(files) - 1, max(1, len(files) // 10))
    return load_photographs(files[:-keep], recipe) + made, load_photographs(files[-keep:], recipe)


class Run:
    """The moving parts of a run: network, average, optimiser, step and curve."""

    def __init__(self, recipe: Recipe, out: Path, checkpoint: Path, report: Report) -> None:
        torch.manual_seed(recipe.seed)
        self.recipe, self.out, self.checkpoint, self.report = recipe, out, checkpoint, report
        self.device = prepared_device()
        self.objective = OBJECTIVES[recipe.network]
        self.net = self.objective.build(recipe)
        start_near_the_picture(self.net)
        self.halves = bfloat16_is_fast(self.device)
        self.step, self.seconds, self.curve = 0, 0.0, list[dict[str, float]]()
        self.losses: list[Tensor] = []  # since the last note, where they were computed
        if recipe.start_from and not checkpoint.exists():
            state, where = starting_weights(recipe.start_from, out.parent)
            report(f"{take_over(self.net, state)} of {len(self.net.state_dict())} tensors taken from {where}")
        layout = torch.channels_last if self.halves else torch.contiguous_format  # each is the faster one there
        self.net = self.net.to(self.device).to(memory_format=layout)  # type: ignore[call-overload]
        self.average = {k: v.detach().clone() for k, v in self.net.state_dict().items()}
        self.stepper = Stepper(self.net, self._loss, recipe.lr_start, self.device, layout)
        if checkpoint.exists():
            self._load()

    def loop(self, training: Sequence[Bytes], held: Sequence[Bytes], minutes: float | None, workers: int = 0) -> None:
        """Steps until the end, notes every `recipe.every` of them, a checkpoint every two minutes."""
        begun, before, first = time.monotonic(), self.seconds, self.step
        saved = begun
        for inputs in feed(training, self.recipe, first, workers, self.device.type == "cuda"):
            self._one_step(inputs)
            now = time.monotonic()
            self.seconds = before + now - begun
            if self.step - first == FIRST_WORD:
                left = (self.recipe.steps - self.step) * (now - begun) / FIRST_WORD
                self.report(f"step {self.step}/{self.recipe.steps}  about {left / 60:.0f} min left")
            last = self.step == self.recipe.steps
            if noted := self.step % self.recipe.every == 0 or last:
                self._note(held)
            over = minutes is not None and now - begun > 60 * minutes
            if noted or over or now - saved > CHECKPOINT_EVERY:
                self._save()
                saved = now
            if over and not last:
                self.report(f"step {self.step}/{self.recipe.steps}  time is over; --resume goes on")
                return

    def _loss(self, net: torch.nn.Module, inputs: Inputs) -> Tensor:
        return self.objective.loss(net, inputs, self.recipe)

    def _one_step(self, inputs: Inputs) -> None:
        recipe = self.recipe
        half = self.halves and self.step < recipe.bf16_until * recipe.steps
        self.losses.append(self.stepper(inputs, learning_rate(recipe, self.step), half))
        self.step += 1
        decay = min(recipe.ema, self.step / (self.step + 10))  # a short memory at the start
        average, now = list(self.average.values()), list(self.net.state_dict().values())
        get_ema_multi_avg_fn(decay)(average, now, self.step)  # type: ignore[no-untyped-call]

    def _note(self, pictures: Sequence[Bytes]) -> None:
        net = self.objective.build(self.recipe).to(self.device).eval()
        net.load_state_dict(self.average)
        quality = validation(net, self.recipe, pictures, VALIDATION_BATCHES)
        loss = float(sum(map(float, self.losses)) / max(1, len(self.losses)))
        self.losses = []
        self.curve.append({"step": self.step, "seconds": round(self.seconds, 1), "loss": loss, "psnr": quality})
        left = self.seconds / self.step * (self.recipe.steps - self.step) / 60
        self.report(
            f"step {self.step}/{self.recipe.steps}  loss {loss:.5f}  validation {quality:.2f} dB  {left:.0f} min left"
        )

    def _save(self) -> None:
        state = {
            "net": self.net.state_dict(),
            "average": self.average,
            "optimiser": self.stepper.optimiser.state_dict(),
            "step": self.step,
            "seconds": self.seconds,
            "losses": [float(loss) for loss in self.losses],
            "curve": self.curve,
            "halves": self.halves,
            "device": self.device.type,
            "recipe": self.recipe.model_dump_json(),
        }
        partial = self.checkpoint.with_suffix(".part")
        torch.save(state, partial)
        partial.replace(self.checkpoint)
        (self.out / "curve.json").write_text(json.dumps(self.curve, indent=1) + "\n", "utf-8")
        (self.out / "curve.svg").write_text(draw_curve(self.recipe.name, self.curve), "utf-8")

    def _load(self) -> None:
        state = torch.load(self.checkpoint, weights_only=True, map_location=self.device)
        if not self.recipe.same_run(Recipe.model_validate_json(state["recipe"])):
            raise DataError(f"{str(self.checkpoint)!r} was made by another recipe: choose another folder with -o")
        self.net.load_state_dict(state["net"])
        self.stepper.load(state["optimiser"])
        self.average, self.step, self.seconds = state["average"], state["step"], state["seconds"]
        self.losses = [torch.tensor(loss, dtype=torch.float64) for loss in state["losses"]]
        self.curve, self.halves = state["curve"], state["halves"]


def learning_rate(recipe: Recipe, step: int) -> float:
    """Linear warm-up, then a cosine from lr_start to lr_end."""
    if step < recipe.warmup:
        return recipe.lr_start * (step + 1) / recipe.warmup
    share = (step - recipe.warmup) / max(1, recipe.steps - recipe.warmup)
    return recipe.lr_end + (recipe.lr_start - recipe.lr_end) * 0.5 * (1 + math.cos(math.pi * share))


def workers_for(device: torch.device) -> int:
    """Processes that keep a device fed."""
    return min(MOST_WORKERS, (os.cpu_count() or 2) - 1) if device.type == "cuda" else 0


def prepared_device() -> torch.device:
    """CUDA where there is one, set to its fast paths for float32; else the processor."""
    if not torch.cuda.is_available():
        return torch.device("cpu")
    torch.backends.cudnn.benchmark = True
    torch.set_float32_matmul_precision("high")
    return torch.device("cuda")


def bfloat16_is_fast(device: torch.device) -> bool:
    """Whether the device computes in bfloat16 by itself.

    Measured, SAFMN x2 on a processor that does not (AVX2): 4.0 s a step in place of 0.49 s in float32.
    """
    return device.type == "cuda" or bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())
