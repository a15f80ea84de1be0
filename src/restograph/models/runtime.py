"""ONNX Runtime sessions: one card, one provider, quiet, and the same bytes for any number of threads.

Measured with ONNX Runtime 1.31 on x86-64 (AVX-512), SAFMN x2, sizes 8…256: outputs with 1, 2 and 3
intra-op threads are equal to the last bit.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
from numpy.typing import NDArray

from restograph.errors import ModelError, OutOfMemory, ProviderUnavailable, RunError
from restograph.models.card import Card, Provider
from restograph.models.store import check_bytes, weights_path

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

Tensor = NDArray[np.float32]

_NAMES: dict[Provider, str] = {
    "cpu": "CPUExecutionProvider",
    "cuda": "CUDAExecutionProvider",
    "coreml": "CoreMLExecutionProvider",
    "directml": "DmlExecutionProvider",
    "openvino": "OpenVINOExecutionProvider",
}
_AUTO: tuple[Provider, ...] = ("cuda", "cpu")  # the others round differently enough that they must be asked for
_ONLY_FATAL = 4  # ONNX Runtime's severity; what matters comes back as an exception
_MEMORY_WORDS = ("bad_alloc", "out of memory", "failed to allocate", "available memory")


class Network:
    """One loaded file; `provider` is the one that really executes it, `threads` those of one operator."""

    def __init__(self, card: Card, path: Path, sha256: str, provider: Provider, threads: int | None) -> None:
        """Load and check the weights. Raises HashMismatch, ProviderUnavailable or ModelError."""
        data = path.read_bytes()
        check_bytes(card, data, path, sha256)  # the bytes that were hashed are the bytes that are loaded
        self.card = card
        self.threads = threads or usable_cores()
        self._session, self.provider = _open(card, data, provider, self.threads)

    def call(self, output: str, given: Mapping[str, NDArray[Any]], shown: str) -> Tensor:
        """One output as float32; `shown` is the input that messages name.

        Raises OutOfMemory when the runtime cannot allocate, RunError for any other failure.
        """
        name, shape = self.card.name, given[shown].shape
        try:
            (out,) = self._session.run([output], dict(given))
        except MemoryError:
            raise
        except Exception as error:  # ONNX Runtime's classes share no base of their own
            text = str(error)
            if any(word in text.casefold() for word in _MEMORY_WORDS):
                raise OutOfMemory(
                    f"model {name!r} ran out of memory on {shape!r}; choose smaller tiles with --memory"
                ) from error
            raise RunError(f"model {name!r} failed on input {shape!r}: {text}") from error
        return np.asarray(out, dtype=np.float32)


class Session(Network):
    """A loaded model of a fixed scale."""

    def __init__(self, card: Card, provider: Provider = "auto", threads: int | None = None) -> None:
        """Load and check the weights. Raises HashMismatch, ProviderUnavailable or ModelError."""
        super().__init__(card, weights_path(card), card.sha256, provider, threads)

    def run(self, batch: Tensor) -> Tensor:
        """(N, 3, H, W) float32 -> (N, 3, H*s, W*s) float32, in the card's range. Raises what `call` raises."""
        ports = self.card.input
        out = self.call(ports.output, {ports.input: np.ascontiguousarray(batch, np.float32)}, ports.input)
        return _expected(self.card, batch, out)


def available_providers() -> tuple[Provider, ...]:
    """Providers that this installation of ONNX Runtime was built with; a driver may still be absent."""
    import onnxruntime

    built = set(onnxruntime.get_available_providers())
    return tuple(name for name, long in _NAMES.items() if long in built)


def usable_cores() -> int:
    """Processor cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


def _open(card: Card, data: bytes, asked: Provider, threads: int) -> "tuple[InferenceSession, Provider]":
    if asked not in get_args(Provider):
        raise ProviderUnavailable(f"unknown provider {asked!r}; choose one of {', '.join(get_args(Provider))}")
    built = available_providers()
    wanted = [name for name in (_AUTO if asked == "auto" else (asked,)) if name in built]
    if not wanted:
        raise ProviderUnavailable(
            f"provider {asked!r} is not in this ONNX Runtime, which has {', '.join(built)}; "
            "install the matching onnxruntime package, or use --provider auto"
        )
    for name in wanted:
        session = _session(card, data, name, threads)
        if session.get_providers()[0] == _NAMES[name]:
            return session, name
    raise ProviderUnavailable(
        f"provider {asked!r} did not start (driver or device missing); use --provider auto or --provider cpu"
    )


def _session(card: Card, data: bytes, provider: Provider, threads: int) -> "InferenceSession":
    import onnxruntime

    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.log_severity_level = _ONLY_FATAL
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # beside other work 0.61 s, not 0.82
    options.enable_mem_pattern = False  # planned ahead it took 2937 bytes per pixel of SAFMN x2 at 512x512, not 1573
    try:
        return onnxruntime.InferenceSession(data, options, providers=[_NAMES[provider]])
    except Exception as error:  # ONNX Runtime's classes share no base of their own
        raise ModelError(
            f"weights of {card.name!r} are not a model that ONNX Runtime {onnxruntime.__version__} can load: {error}; "
            "install the model again or convert it anew"
        ) from error


def _expected(card: Card, batch: Tensor, out: Tensor) -> Tensor:
    n, c, h, w = batch.shape
    shape = (n, c, round(h * card.scale), round(w * card.scale))
    if out.shape != shape:
        raise RunError(f"model {card.name!r} returned {out.shape!r} instead of {shape!r}; its card is wrong")
    return out
