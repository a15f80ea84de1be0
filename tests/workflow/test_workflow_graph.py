"""The typed graph: what validates, and that every fault names its node and port."""

import re

import pytest

from restograph.errors import WorkflowError
from restograph.workflow.graph import (
    Node,
    Workflow,
    check_params,
    fresh_id,
    is_linear,
    linear,
    not_runnable,
    ordered,
    output_size,
    same_graph,
    validate,
)
from restograph.workflow.kinds import IMAGE, KINDS, MASK, RGBA, VIDEO, PortType


def chain(*kinds: str) -> Workflow:
    params = {"upscale": {"factor": 3}, "video_upscale": {"factor": 2}, "interpolate": {"factor": 2}}
    params["resize"] = {"factor": "1/2"}
    return linear([Node(id=kind, kind=kind, params=params.get(kind, {})) for kind in kinds])


def with_edges(workflow: Workflow, *edges: tuple[str, str]) -> Workflow:
    return workflow.model_copy(update={"edges": edges})


def test_a_chain_validates_and_is_in_order() -> None:
    workflow = chain("load", "clean", "upscale", "resize", "save")
    validate(workflow)
    assert workflow.edges[1] == ("clean.image", "upscale.image")
    assert [node.id for node in ordered(workflow)] == ["load", "clean", "upscale", "resize", "save"]
    assert not_runnable(workflow) == ()


def test_every_kind_has_a_valid_graph() -> None:
    for kind in KINDS.values():
        if kind.role != "step":
            continue
        video = kind.inputs[0].type.data == "Video"
        steps = {"inpaint": ("mask", "inpaint"), "mask": ("mask", "inpaint")}.get(kind.name, (kind.name,))
        validate(chain("load_video" if video else "load", *steps, "save_video" if video else "save"))


def test_the_order_of_kinds_is_the_reverse_of_how_damage_arose() -> None:
    order = [KINDS[name].order for name in ("load", "clean", "deblur", "dehaze", "face", "upscale", "resize", "save")]
    assert order == sorted(order)


@pytest.mark.parametrize(
    ("node", "told"),
    [
        (Node(id="a", kind="upscal"), "'a': unknown kind 'upscal', did you mean 'upscale'?"),
        (Node(id="a", kind="upscale"), "'a': upscale needs factor"),
        (Node(id="a", kind="upscale", params={"factor": 1}), "'a': upscale factor: 1 is out of range"),
        (Node(id="a", kind="upscale", params={"factor": 17}), "out of range; it must be above 1 and at most 16"),
        (Node(id="a", kind="upscale", params={"factor": True}), "a number was expected"),
        (Node(id="a", kind="upscale", params={"scale": 2}), "no parameter 'scale'"),
        (Node(id="a", kind="clean", params={"remove": "nois"}), "did you mean 'noise'?"),
        (Node(id="a", kind="resize"), "'a': resize needs size or factor, and it is not given"),
        (Node(id="a", kind="resize", params={"size": "20x20", "factor": 2}), "not both"),
        (Node(id="a", kind="resize", params={"size": "big"}), "'big' is not a size"),
        (Node(id="a", kind="upscale", params={"factor": 2}, skipped=True), "cannot be skipped"),
        (Node(id="a", kind="clean", model=" x"), "cannot be the name of a model"),
    ],
)
def test_a_wrong_node_is_named_with_the_way_out(node: Node, told: str) -> None:
    load, save = Node(id="load", kind="load"), Node(id="save", kind="save")
    edges = (("load.image", "a.image"), ("a.image", "save.image"))
    with pytest.raises(WorkflowError, match=re.escape(told)):
        validate(Workflow(nodes=(load, node, save), edges=edges))


@pytest.mark.parametrize(
    ("edges", "told"),
    [
        ((("load.image", "clean.image"),), "'save': input port 'image' is not connected"),
        ((("load.image", "save.image"), ("load.image", "gone.image")), "'gone.image' names no node"),
        ((("load", "save.image"),), "'load' names no node; write node.port"),
        ((("load.picture", "save.image"),), "'load' has no output port 'picture'; its outputs are 'image'"),
        ((("load.image", "save.image"), ("clean.image", "save.image")), "'save.image' is fed by both"),
        ((("load.image", "save.image"), ("clean.image", "clean.image")), "form a cycle"),
        ((("load.image", "save.image"), ("load.image", "clean.image")), "'clean' leads nowhere"),
    ],
)
def test_a_wrong_wiring_is_named(edges: tuple[tuple[str, str], ...], told: str) -> None:
    with pytest.raises(WorkflowError, match=re.escape(told)):
        validate(with_edges(chain("load", "clean", "save"), *edges))


def test_types_of_ports_must_agree() -> None:
    workflow = with_edges(chain("load", "mask", "save"), ("load.image", "mask.image"), ("mask.mask", "save.image"))
    with pytest.raises(WorkflowError, match=re.escape("'mask.mask' gives Mask, but 'save.image' takes Image")):
        validate(workflow)


def test_port_types_compare_what_both_state() -> None:
    assert IMAGE.accepts(RGBA) and RGBA.accepts(IMAGE)
    assert not RGBA.accepts(PortType("Image", channels=3))
    assert not IMAGE.accepts(MASK) and not IMAGE.accepts(VIDEO)
    assert str(RGBA) == "Image(channels=4)"


@pytest.mark.parametrize("kinds", [("load", "clean"), ("clean", "save"), ("load", "load", "save")])
def test_one_load_and_one_save(kinds: tuple[str, ...]) -> None:
    nodes = [Node(id=f"n{i}", kind=kind) for i, kind in enumerate(kinds)]
    with pytest.raises(WorkflowError):
        validate(linear(nodes))


def test_ids_are_unique_and_plain() -> None:
    save = Node(id="a", kind="save")
    with pytest.raises(WorkflowError, match="two nodes are called 'a'"):
        validate(linear([Node(id="a", kind="load"), save]))
    with pytest.raises(WorkflowError, match=re.escape("node id 'a.b'")):
        validate(linear([Node(id="a.b", kind="load"), save]))


def test_another_schema_version_is_refused() -> None:
    with pytest.raises(WorkflowError, match="schema_version 2"):
        validate(chain("load", "save").model_copy(update={"schema_version": 2}))


def test_linear_joins_each_input_to_the_nearest_fitting_output() -> None:
    workflow = chain("load", "mask", "inpaint", "save")
    assert ("load.image", "inpaint.image") in workflow.edges
    assert ("mask.mask", "inpaint.mask") in workflow.edges
    assert is_linear(workflow)


def test_same_graph_ignores_sources_reasons_and_names_only() -> None:
    a = chain("load", "clean", "upscale", "save")
    renamed = [n.model_copy(update={"id": f"x{i}", "sources": ("P1",), "reason": "r"}) for i, n in enumerate(a.nodes)]
    assert same_graph(a, linear(renamed))
    for change in ({"missing": True}, {"model": "m"}, {"params": {"remove": "noise"}}, {"skipped": True}):
        nodes = [n.model_copy(update=change) if n.kind == "clean" else n for n in a.nodes]
        assert not same_graph(a, linear(nodes)), change
    default = [
        n.model_copy(update={"params": {"remove": "compression+noise"}}) if n.kind == "clean" else n for n in a.nodes
    ]
    assert same_graph(a, linear(default))


def test_same_graph_compares_factors_by_value() -> None:
    half, percent = (
        linear(
            [Node(id="a", kind="load"), Node(id="b", kind="resize", params={"factor": f}), Node(id="c", kind="save")]
        )
        for f in (0.5, "50%")
    )
    assert same_graph(half, percent)


def test_the_order_of_nodes_in_the_file_does_not_matter_for_running() -> None:
    a = chain("load", "clean", "upscale", "save")
    turned = a.model_copy(update={"nodes": tuple(reversed(a.nodes))})
    assert [n.id for n in ordered(turned)] == [n.id for n in ordered(a)]
    assert same_graph(a, turned)


def test_output_size_follows_the_parameters() -> None:
    up = Node(id="u", kind="upscale", params={"factor": "3x"})
    assert check_params(up) == {"factor": 3}
    assert output_size(up, 320, 241) == (960, 723)
    assert output_size(Node(id="r", kind="resize", params={"size": "640x"}), 320, 241) == (640, 482)
    assert output_size(Node(id="c", kind="clean"), 320, 241) == (320, 241)


def test_kinds_without_a_runner_are_reported_unless_skipped() -> None:
    workflow = chain("load", "dehaze", "clean", "save")
    assert [n.id for n in not_runnable(workflow)] == ["dehaze"]
    nodes = [n.model_copy(update={"skipped": n.kind == "dehaze"}) for n in workflow.nodes]
    assert not_runnable(linear(nodes)) == ()


def test_ids_are_numbered_from_the_second_on() -> None:
    assert [fresh_id("clean", taken) for taken in ((), ("clean",), ("clean", "clean2"))] == [
        "clean",
        "clean2",
        "clean3",
    ]


def test_the_nouns_have_a_json_schema_with_a_sentence_for_every_field() -> None:
    schema = Workflow.model_json_schema()
    for fields in (schema["properties"], schema["$defs"]["Node"]["properties"]):
        assert all(field["description"].endswith(".") for field in fields.values())
    assert schema["additionalProperties"] is False
