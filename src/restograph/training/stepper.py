"""One step of the optimiser; on CUDA a recorded graph, since small networks spend their time on launching kernels."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from restograph.training.objectives import Inputs

EAGER = 4  # steps before recording: they choose convolution algorithms and make the optimiser's state
LARGEST_GRADIENT = 1.0  # norm to which gradients are clipped
Loss = Callable[[nn.Module, Inputs], Tensor]


class Stepper:
    """Network, optimiser and loss as one function of a step's inputs."""

    def __init__(
        self, net: nn.Module, loss: Loss, lr: float, device: torch.device, layout: torch.memory_format
    ) -> None:
        self.net, self.loss, self.device, self.layout = net, loss, device, layout
        cuda = device.type == "cuda"
        self.options = {"fused": cuda, "capturable": cuda}
        rate = torch.tensor(lr, device=device) if cuda else lr
        self.optimiser = torch.optim.Adam(net.parameters(), lr=rate, betas=(0.9, 0.99), **self.options)
        self.recorded: dict[bool, tuple[torch.cuda.CUDAGraph, Inputs, Tensor]] = {}
        self.before = dict.fromkeys((False, True), 0)  # eager steps so far, by precision
        # recording must not share the stream of other work
        self.stream = torch.cuda.Stream() if cuda else None  # type: ignore[no-untyped-call]

    def __call__(self, weights_and_inputs: Inputs, lr: float, half: bool) -> Tensor:
        """Change the network by one step at rate `lr`, in bfloat16 where `half`; the loss before it, without dimension."""
        self._set(lr)
        if self.device.type != "cuda":
            return self._step(weights_and_inputs, half)
        if half not in self.recorded and self.before[half] >= EAGER:
            self.recorded[half] = self._record(weights_and_inputs, half)
        if half in self.recorded:
            graph, places, loss = self.recorded[half]
            for place, value in zip(places, weights_and_inputs, strict=True):
                place.copy_(value, non_blocking=True)
            graph.replay()
            return loss.clone()
        self.before[half] += 1
        return self._aside(self._placed(weights_and_inputs), half)

    def load(self, state: dict[str, object]) -> None:
        """Take over a saved optimiser, from whichever device."""
        groups = state["param_groups"]
        assert isinstance(groups, list)
        for group in groups:
            group.update(self.options)
        self.optimiser.load_state_dict(state)
        for group in self.optimiser.param_groups:
            rate = float(group["lr"])
            group["lr"] = torch.tensor(rate, device=self.device) if self.options["fused"] else rate

    def _set(self, lr: float) -> None:
        for group in self.optimiser.param_groups:
            if isinstance(group["lr"], Tensor):
                group["lr"].fill_(lr)
            else:
                group["lr"] = lr

    def _placed(self, inputs: Inputs) -> Inputs:
        layouts = (self.layout if x.dim() == 4 else torch.contiguous_format for x in inputs)
        return tuple(x.to(self.device).contiguous(memory_format=m) for x, m in zip(inputs, layouts, strict=True))

    def _aside(self, inputs: Inputs, half: bool) -> Tensor:
        """A step on the stream that records."""
        assert self.stream is not None
        self.stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(self.stream):
            loss = self._step(inputs, half)
        torch.cuda.current_stream().wait_stream(self.stream)
        return loss

    def _step(self, weights_and_inputs: Inputs, half: bool) -> Tensor:
        weights, *inputs = weights_and_inputs
        cached = self.stream is None  # a graph must hold every cast itself
        with torch.autocast(self.device.type, torch.bfloat16, enabled=half, cache_enabled=cached):
            each = self.loss(self.net, tuple(inputs))
        loss = (each * weights).mean()
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.net.parameters(), LARGEST_GRADIENT)
        self.optimiser.step()
        return loss.detach()

    def _record(self, inputs: Inputs, half: bool) -> tuple[torch.cuda.CUDAGraph, Inputs, Tensor]:
        """The step as a graph; recording runs nothing, so the network stays as it is."""
        places, graph = self._placed(inputs), torch.cuda.CUDAGraph()
        self.optimiser.zero_grad(set_to_none=True)
        with torch.cuda.graph(
            graph, stream=self.stream, capture_error_mode="thread_local"
        ):  # others pin memory meanwhile
            loss = self._step(places, half)
        return graph, places, loss
