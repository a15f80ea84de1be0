"""A stranger's ONNX file as a model: what it takes and gives is measured by running it, nothing is believed."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import onnx

from restograph.errors import ModelError
from restograph.models.card import Card, InputSpec, ModelKind, SizeRule, Tiling
from restograph.models.convert_picture import picture
from restograph.models.convert_result import Converted
from restograph.models.names import OPERATIONS, shown, slug

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

FAMILY = "unknown (ONNX)"
LARGEST = 2**30  # bytes; a protocol buffer ends at 2 GB, and nothing that enlarges pictures comes near
STANDARD = ("", "ai.onnx", "ai.onnx.ml", "com.microsoft")  # domains that ONNX Runtime knows without add-ons
MULTIPLES = (1, 2, 4, 8, 16, 32, 64)  # of which sides may have to be multiples, tried in this order


@dataclass(frozen=True)
class Measured:
    """What running it has shown: output side over input side, and which sizes it takes."""

    scale: int
    size: SizeRule
    tried: tuple[tuple[int, int], ...]


def convert_onnx(path: Path, kind: ModelKind | None) -> Converted:
    """Check an ONNX file, measure it and describe it; raises ModelError that says what does not fit."""
    data = _read(path)
    _refuse_foreign(_checked(data, path), path)
    session = _session(data, path)
    ports = _ports(session, path)
    found = _measured(session, ports, path)
    tried = ", ".join(f"{width}x{height}" for height, width in found.tried)
    return Converted(
        card=_card(path, data, ports, found, _kind(found, kind, path)),
        onnx=(data,),
        weights=None,
        what=f"{FAMILY}, {ports.input!r} -> {ports.output!r}, ×{found.scale}",
        sure="by its inputs and outputs only; that it takes RGB in [0, 1] is assumed",
        checked=f"runs in ONNX Runtime on {tried}; sides must be multiples of {found.size.multiple}",
    )


def _card(path: Path, data: bytes, ports: InputSpec, found: Measured, kind: ModelKind) -> Card:
    return Card(
        name=slug(path.stem),
        family=FAMILY,
        kind=kind,
        operations=OPERATIONS[kind],
        scale=found.scale,
        title=f"Network from {shown(path.name)}" + (f", enlarges by {found.scale}" if found.scale > 1 else ""),
        licence="NOASSERTION",
        weights="model.onnx",
        sha256=hashlib.sha256(data).hexdigest(),
        bytes=len(data),
        input=ports,
        size=found.size,
        tiling=Tiling(tile=512, halo=64, align=found.size.multiple, bytes_per_pixel=16_384),
    )


def _kind(found: Measured, asked: ModelKind | None, path: Path) -> ModelKind:
    """Factor above 1: upscale; factor 1: what the user says."""
    if found.scale > 1:
        if asked not in (None, "upscale"):
            raise ModelError(f"{str(path)!r} enlarges by {found.scale}, so it is not for {asked!r}; leave --kind out")
        return "upscale"
    if asked in (None, "upscale"):
        raise ModelError(f"{str(path)!r} keeps the size; say what it is for: --kind clean or --kind deblur")
    assert asked is not None
    return asked


def _read(path: Path) -> bytes:
    if not path.is_file():
        raise ModelError(f"there is no file {str(path)!r}; check the path")
    if (size := path.stat().st_size) > LARGEST:
        raise ModelError(f"{str(path)!r} has {size} bytes, at most {LARGEST} are taken; is it a model for pictures?")
    return path.read_bytes()


def _checked(data: bytes, path: Path) -> Any:
    try:
        model = onnx.load_from_string(data)
    except Exception as error:  # the protocol buffer parser's own class
        raise ModelError(f"{str(path)!r} is no ONNX model ({_line(error)}); fetch it again") from error
    if outside := next((t.name for t in _tensors(model) if t.data_location == onnx.TensorProto.EXTERNAL), None):
        raise ModelError(
            f"{str(path)!r} keeps {outside!r} in another file; save it as one: onnx.save(model, path) "
            "with save_as_external_data=False"
        )
    try:
        onnx.checker.check_model(model)
    except Exception as error:  # onnx.checker.ValidationError, and what its C++ side throws
        raise ModelError(f"{str(path)!r} is no valid ONNX model: {_line(error)}; export it again") from error
    return model


def _graphs(graph: Any) -> Any:
    """A graph and those inside its nodes (If, Loop, Scan)."""
    yield graph
    for node in graph.node:
        for attribute in node.attribute:
            for inner in (attribute.g, *attribute.graphs):
                if inner.node:
                    yield from _graphs(inner)


def _tensors(model: Any) -> Any:
    for graph in _graphs(model.graph):
        yield from graph.initializer
        for node in graph.node:
            yield from (a.t for a in node.attribute if a.type == onnx.AttributeProto.TENSOR)


def _refuse_foreign(model: Any, path: Path) -> None:
    """Operators that only an add-on library could execute; such a library is code of a stranger."""
    own = {(function.domain, function.name) for function in model.functions}  # spelled out in the file itself
    nodes = [node for graph in _graphs(model.graph) for node in graph.node]
    nodes += [node for function in model.functions for node in function.node]
    foreign = sorted(
        {f"{n.domain}.{n.op_type}" for n in nodes if n.domain not in STANDARD and (n.domain, n.op_type) not in own}
    )
    if foreign:
        raise ModelError(
            f"{str(path)!r} needs operators that are not part of ONNX: {', '.join(foreign)}; "
            "export it with standard operators"
        )


def _session(data: bytes, path: Path) -> "InferenceSession":
    import onnxruntime

    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4  # what matters comes back as an exception
    try:
        return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime's classes share no base of their own
        raise ModelError(f"{str(path)!r} does not load in ONNX Runtime: {_line(error)}; export it again") from error


def _ports(session: "InferenceSession", path: Path) -> InputSpec:
    ends = {"input": session.get_inputs(), "output": session.get_outputs()}
    for side, ports in ends.items():
        if len(ports) != 1:
            names = ", ".join(port.name for port in ports)
            raise ModelError(
                f"{str(path)!r} has {len(ports)} {side}s ({names}); one picture in, one out is what runs here"
            )
        (port,) = ports
        if port.type != "tensor(float)":
            raise ModelError(f"{str(path)!r}: {side} {port.name!r} is {port.type}; export it with float32 ends")
        if len(port.shape) != 4 or (isinstance(port.shape[1], int) and port.shape[1] != 3):
            raise ModelError(
                f"{str(path)!r}: {side} {port.name!r} has shape {port.shape!r}, not (batch, 3, height, width)"
            )
    (port,) = ends["input"]
    if any(isinstance(side, int) for side in port.shape[2:]):
        raise ModelError(
            f"{str(path)!r}: input {port.name!r} takes pictures of {port.shape[2:]!r} only; "
            "export it with free height and width (dynamic axes)"
        )
    return InputSpec(input=port.name, output=ends["output"][0].name)


def _measured(session: "InferenceSession", ports: InputSpec, path: Path) -> Measured:
    """Try sizes that are odd multiples of 1, 2, 4, …: the first that run, both with one whole factor, give the rule."""
    reasons = []
    for multiple in MULTIPLES:
        least = -(-32 // multiple) * multiple
        sizes = tuple((least + a * multiple, least + b * multiple) for a, b in ((1, 3), (5, 1)))
        try:
            first, second = (_scale(session, ports, size) for size in sizes)
        except _Failed as failed:
            reasons.append(str(failed))
            continue
        if first == second and first >= 1 and first == int(first):
            return Measured(int(first), SizeRule(minimum=_least(session, ports, multiple), multiple=multiple), sizes)
        reasons.append(f"it gives ×{first:g} and ×{second:g}, where one whole factor from 1 on is needed")
    raise ModelError(f"{str(path)!r} gives no usable picture: {reasons[0]}; export it again")


class _Failed(Exception):
    """A size that the model does not take, or makes no picture of."""


def _scale(session: "InferenceSession", ports: InputSpec, size: tuple[int, int]) -> float:
    x = picture(*size)
    try:
        (out,) = session.run([ports.output], {ports.input: x})
    except Exception as error:  # ONNX Runtime's classes share no base of their own
        raise _Failed(_line(error)) from error
    if out.ndim != 4 or out.shape[:2] != (1, 3):
        raise _Failed(f"it gives {out.shape!r} for {x.shape!r}")
    if not np.isfinite(out).all():
        raise _Failed("it gives NaN or infinite values for a picture")
    across, down = (o / i for o, i in zip(out.shape[2:], size, strict=True))
    if across != down:
        raise _Failed(f"it makes {out.shape[2:]!r} of {size!r}")
    return float(across)


def _least(session: "InferenceSession", ports: InputSpec, multiple: int) -> int:
    """The smallest of a few square sizes that runs."""
    for side in (8, 16):
        if side % multiple == 0:
            try:
                _scale(session, ports, (side, side))
            except _Failed:
                continue
            return side
    return max(32, multiple)


def _line(error: Exception) -> str:
    lines = [line for line in str(error).splitlines() if line.strip()]
    return re.sub(r"\s+", " ", lines[0])[:300] if lines else type(error).__name__
