"""Strangers' ONNX files: measured, not believed; what cannot run here is refused with the reason."""

import hashlib
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

onnx = pytest.importorskip("onnx", reason="ONNX files are checked with the train extra")
pytestmark = pytest.mark.train

from onnx import TensorProto, helper, numpy_helper  # noqa: E402

from restograph.errors import ModelError  # noqa: E402
from restograph.models.convert_onnx import convert_onnx  # noqa: E402

TOYS = Path(__file__).parents[1] / "data" / "models"
FREE = ["n", 3, "h", "w"]


def _model(path: Path, nodes: list[Any], ends: Any = None, constants: Any = (), domain: str = "") -> Path:
    """One graph from "x" to "y", unchecked."""
    inputs, outputs = ends or ({"x": FREE}, {"y": FREE})
    infos = [
        [helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in side.items()] for side in (inputs, outputs)
    ]
    graph = helper.make_graph(nodes, "g", *infos, list(constants))
    opsets = [helper.make_opsetid("", 17), *([helper.make_opsetid(domain, 1)] if domain else [])]
    path.write_bytes(helper.make_model(graph, opset_imports=opsets, ir_version=8).SerializeToString())
    return path


def _refused(path: Path, told: str) -> None:
    with pytest.raises(ModelError, match=told) as error:
        convert_onnx(path, None)
    assert repr(str(path)) in str(error.value)


@pytest.mark.parametrize("name", ["nearest-x2", "nearest-x3"])
def test_an_enlarger_says_its_factor_by_what_it_does(name: str) -> None:
    made = convert_onnx(TOYS / f"{name}.onnx", None)
    card, data = made.card, (TOYS / f"{name}.onnx").read_bytes()
    assert (card.kind, card.scale, card.operations) == ("upscale", int(name[-1]), ("super_resolution",))
    assert (card.family, card.name, made.onnx, made.weights) == ("unknown (ONNX)", name, (data,), None)
    assert (card.sha256, card.bytes) == (hashlib.sha256(data).hexdigest(), len(data))
    assert (card.input.input, card.input.output, card.size.multiple) == ("image", "restored", 1)
    assert "assumed" in made.sure and "37" not in made.what


def test_a_network_that_keeps_the_size_needs_its_kind(tmp_path: Path) -> None:
    path = Path(shutil.copy(TOYS / "blur-x1.onnx", tmp_path))
    _refused(path, "keeps the size.*--kind clean or --kind deblur")
    made = convert_onnx(path, "deblur")
    assert (made.card.kind, made.card.operations) == ("deblur", ("motion_deblurring",))
    with pytest.raises(ModelError, match="enlarges by 2, so it is not for 'clean'"):
        convert_onnx(TOYS / "nearest-x2.onnx", "clean")


def test_sizes_that_it_takes_are_found_by_trying() -> None:
    assert convert_onnx(TOYS / "blocks-x1.onnx", "clean").card.size.multiple == 8
    assert convert_onnx(TOYS / "pooled-x1.onnx", "clean").card.size.multiple == 8
    assert convert_onnx(TOYS / "identity-x1.onnx", "clean").card.size.minimum == 8


def test_an_output_that_is_no_picture_is_refused() -> None:
    with pytest.raises(ModelError, match="NaN"):
        convert_onnx(TOYS / "nan-x1.onnx", "clean")


def test_damaged_files_are_refused(tmp_path: Path) -> None:
    data = (TOYS / "nearest-x2.onnx").read_bytes()
    for name, content in (("text", b"no model"), ("empty", b""), ("cut", data[: len(data) // 2])):
        (tmp_path / f"{name}.onnx").write_bytes(content)
        _refused(tmp_path / f"{name}.onnx", "fetch it again|export it again")
    _refused(tmp_path / "none.onnx", "no file")


def test_foreign_operators_are_refused_by_name(tmp_path: Path) -> None:
    node = helper.make_node("Sharpen", ["x"], ["y"], domain="com.stranger")
    _refused(_model(tmp_path / "m.onnx", [node], domain="com.stranger"), r"not part of ONNX: com\.stranger\.Sharpen")
    inner = helper.make_graph(
        [helper.make_node("Sharpen", ["x"], ["z"], domain="com.stranger")],
        "inner", [], [helper.make_tensor_value_info("z", TensorProto.FLOAT, FREE)],
    )  # fmt: skip
    branch = helper.make_node("If", ["yes"], ["y"], then_branch=inner, else_branch=inner)
    yes = numpy_helper.from_array(np.array(True), "yes")
    _refused(_model(tmp_path / "i.onnx", [branch], None, [yes], "com.stranger"), r"com\.stranger\.Sharpen")


def test_weights_in_other_files_are_refused(tmp_path: Path) -> None:
    weight = numpy_helper.from_array(np.zeros((3, 3, 1, 1), np.float32), "w")
    weight.data_location = TensorProto.EXTERNAL
    weight.ClearField("raw_data")
    entry = weight.external_data.add()
    entry.key, entry.value = "location", "../secrets.bin"
    node = helper.make_node("Conv", ["x", "w"], ["y"])
    _refused(_model(tmp_path / "m.onnx", [node], None, [weight]), "keeps 'w' in another file")


@pytest.mark.parametrize(
    ("ends", "told"),
    [
        (({"x": ["n", 1, "h", "w"]}, {"y": ["n", 1, "h", "w"]}), "not .batch, 3, height, width."),
        (({"x": ["n", 3, 64, 64]}, {"y": ["n", 3, 64, 64]}), "free height and width"),
        (({"x": [3, "h", "w"]}, {"y": [3, "h", "w"]}), "not .batch, 3, height, width."),
        (({"x": FREE, "s": [1]}, {"y": FREE}), "2 inputs .x, s."),
    ],
)
def test_other_ends_are_refused(tmp_path: Path, ends: Any, told: str) -> None:
    _refused(_model(tmp_path / "m.onnx", [helper.make_node("Identity", ["x"], ["y"])], ends), told)


def test_half_precision_ends_are_refused(tmp_path: Path) -> None:
    infos = [helper.make_tensor_value_info(n, TensorProto.FLOAT16, FREE) for n in "xy"]
    graph = helper.make_graph([helper.make_node("Identity", ["x"], ["y"])], "g", infos[:1], infos[1:])
    path = tmp_path / "half.onnx"
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    path.write_bytes(model.SerializeToString())
    _refused(path, "float32")


@pytest.mark.parametrize("scales", [[1, 1, 0.5, 0.5], [1, 1, 1.5, 1.5], [1, 1, 2, 3]])
def test_factors_that_cannot_run_here_are_refused(tmp_path: Path, scales: list[float]) -> None:
    node = helper.make_node("Resize", ["x", "", "s"], ["y"], mode="nearest")
    path = _model(tmp_path / "m.onnx", [node], None, [numpy_helper.from_array(np.array(scales, np.float32), "s")])
    _refused(path, "no usable picture")
