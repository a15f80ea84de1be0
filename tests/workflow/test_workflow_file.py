"""Workflow files: round trips, refusals with their line, and what wins: path, document or line."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from restograph.errors import WorkflowError
from restograph.workflow.file import dump_json, dump_yaml, load_workflow, parse_document, read_file
from restograph.workflow.graph import Node, Workflow, linear
from restograph.workflow.line import parse_line

TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)
NAME = st.from_regex(r"[A-Za-z_][A-Za-z0-9_-]{0,8}", fullmatch=True)
STEP = st.sampled_from(
    [("clean", {}), ("clean", {"remove": "noise"}), ("upscale", {"factor": 2.5}), ("resize", {"size": "2000x"})]
)


@st.composite
def workflows(draw: st.DrawFn) -> Workflow:
    steps = [("load", {}), *draw(st.lists(STEP, max_size=4)), ("save", {})]
    ids = draw(st.lists(NAME, min_size=len(steps), max_size=len(steps), unique=True))
    nodes = [
        Node(
            id=node_id,
            kind=kind,
            params=params,
            sources=tuple(draw(st.lists(TEXT, max_size=2))),
            reason=draw(TEXT),
            missing=draw(st.booleans()),
        )
        for node_id, (kind, params) in zip(ids, steps, strict=True)
    ]
    return linear(nodes)


@settings(max_examples=60, deadline=None)
@given(workflows())
def test_yaml_and_json_round_trip(workflow: Workflow) -> None:
    assert parse_document(dump_yaml(workflow)) == workflow
    assert parse_document(dump_json(workflow)) == workflow


def test_yaml_is_short_and_stable() -> None:
    assert dump_yaml(parse_line("upscale 3")) == (
        "schema_version: 1\n"
        "nodes:\n"
        "- {id: load, kind: load}\n"
        "- id: upscale\n"
        "  kind: upscale\n"
        "  params: {factor: 3}\n"
        "- {id: save, kind: save}\n"
        "edges:\n"
        "- [load.image, upscale.image]\n"
        "- [upscale.image, save.image]\n"
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("nodes:\n- {id: a, kind: load}\n- {id: b, knd: save}\nedges: []\n", "line 3: 'nodes.1.kind' is required"),
        ("nodes: []\nedges: []\ncolour: 1\n", "line 3: unknown key 'colour'"),
        (
            "nodes:\n- {id: a, kind: load, foo: 1}\nedges: []\n",
            "unknown key 'nodes.0.foo'; keys of a workflow: id, kind",
        ),
        ("nodes: []\nnodes: []\n", "line 2: the key 'nodes' is given twice"),
        ('{"nodes": [], "nodes": []}', "the key 'nodes' is given twice"),
        ("nodes: &x []\nedges: *x\n", "line 1: anchors and aliases are refused"),
        ("nodes: !!python/object:os.system {}\nedges: []\n", "line 1: the tag"),
        ('{"nodes": [}', "line 1, column 12: not JSON"),
        ("nodes: [\n", "not YAML"),
        (
            "nodes:\n- id: a\n  kind: clean\n  params: {remove: [1]}\nedges: []\n",
            "line 4: nodes.0.params.remove: a parameter",
        ),
        ("nodes:\n- {id: a, kind: clean, params: {remove: .inf}}\nedges: []\n", "no workflow has"),
        ("nodes: []\nedges:\n- [a.b]\n", "line 3: 'edges.0.1' is required"),
        ("- a\n- b\n", "should be an object"),
        ("nodes: " + "[" * 3000 + "\n", "nested too deeply"),
        ("nodes: []\nedges: []\n" + "#" * 1_000_001, "longer than"),
        (r'{"nodes": [{"id": "a", "kind": "load", "reason": "\ud800"}], "edges": []}', "got"),
        ("nodes: []\nedges: []\n# \udcff\n", "not YAML"),
        ("nodes: []\nedges: []\n", "exactly one load node, this one has 0"),
    ],
)
def test_a_wrong_document_is_located(text: str, told: str) -> None:
    with pytest.raises(WorkflowError, match=re.escape(told)):
        parse_document(text)


PIECES = st.sampled_from([*"{}[]:,-!&*'\"|>%@\n 1.~\t\x00\x85", "nodes", "edges", "id", "kind", "load"])


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_garbage_is_never_anything_but_a_workflow_error(text: str) -> None:
    for read in (parse_document, load_workflow):
        try:
            read(text)
        except WorkflowError as error:
            assert str(error)


def test_an_existing_path_wins_over_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_workflow("clean").nodes[1].kind == "clean"
    Path("clean").write_text(dump_yaml(parse_line("upscale 2")), encoding="utf-8")
    assert load_workflow("clean").nodes[1].kind == "upscale"


def test_documents_and_lines_are_told_apart(tmp_path: Path) -> None:
    workflow = parse_line("clean | upscale 3")
    path = tmp_path / "größer machen.yaml"
    path.write_text("\ufeff" + dump_yaml(workflow), encoding="utf-8")
    assert load_workflow(path) == load_workflow(str(path)) == workflow
    assert load_workflow(dump_json(workflow)) == load_workflow(dump_yaml(workflow)) == workflow
    (tmp_path / "line.txt").write_text("clean | upscale 3\n", encoding="utf-8")
    assert load_workflow(tmp_path / "line.txt") == workflow


def test_a_file_that_is_not_there_or_not_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(WorkflowError, match=re.escape("no workflow file 'gone.yaml'")):
        load_workflow("gone.yaml")
    with pytest.raises(WorkflowError, match="no workflow file"):
        load_workflow(tmp_path / "gone")
    (tmp_path / "w.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(WorkflowError, match=re.escape("w.yaml")):
        read_file(tmp_path / "w.yaml")
    (tmp_path / "v.yaml").write_text("nodes: []\nedges: []\ncolour: 1\n", encoding="utf-8")
    with pytest.raises(WorkflowError, match=re.escape("v.yaml: line 3")):
        read_file(tmp_path / "v.yaml")
