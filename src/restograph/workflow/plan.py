"""Task and verdicts -> Workflow: the steps in the reverse order of how the damage arose.

decode -> compression -> noise -> blur -> scene -> faces, fill -> enlarge -> encode (MAIR,
arXiv 2503.09403); the places are the `order` of the node kinds. A step that no source fills stays
in the plan as missing, with its reason.
"""

from collections.abc import Mapping

from restograph.evidence.brief import Brief
from restograph.task.lexicon import concept
from restograph.task.task import Task
from restograph.verdict.verdict import Verdict
from restograph.workflow.graph import Node, Workflow, linear
from restograph.workflow.kinds import KINDS

MOST = 16.0  # times that one step enlarges at most (workflow/kinds.py)
ASSUMED_FACTOR = 2.0  # when enlarging is asked for and no size is said; the answer discloses it
_REMOVES = {"compression_artifact_removal": "compression", "denoising": "noise"}
_CAUSES = {"motion_deblurring": "motion", "defocus_deblurring": "defocus"}
_VIDEO = {"video_upscale", "interpolate"}
_ENLARGES = {"super_resolution", "video_super_resolution"}


def plan(brief: Brief, task: Task, verdicts: Mapping[str, Verdict]) -> Workflow:
    """The workflow that the task needs; `sources` of a node are all sources that fit it.

    A task outside the vocabulary, or one that the words do not tell, gives load -> save.
    """
    named = [op.name for op in task.operations if op.name != "other"]
    video = any(concept(f"operation.{name}").data["node"] in _VIDEO for name in named)
    wanted = [name for name in named if not _stays(task, name)]
    groups = _groups(wanted, verdicts)
    nodes = [_node(brief, task, verdicts, kind, names) for kind, names in groups]
    if task.scale and task.scale.kind == "spatial" and task.scale.value < 1:
        nodes.append(
            Node(id="resize", kind="resize", params={"factor": task.scale.value}, reason="the question asks for it")
        )
    if sized := _wanted_size(task):
        nodes.append(sized)
    steps = sorted(_with_masks(nodes), key=lambda n: KINDS[n.kind].order)
    if video:
        steps = [n for n in steps if n.kind in _VIDEO]
    ends = ("load_video", "save_video") if video else ("load", "save")
    return linear([Node(id="load", kind=ends[0]), *steps, Node(id="save", kind=ends[1])])


def _stays(task: Task, name: str) -> bool:
    """True if the question says that what this operation would raise, size or frame rate, is not to grow."""
    if task.scale is None or task.scale.value > 1:
        return False
    return name in {"spatial": _ENLARGES, "temporal": {"video_frame_interpolation"}}[task.scale.kind]


def _wanted_size(task: Task) -> Node | None:
    """A size in pixels that the question names becomes the last resize."""
    target = task.target
    if target is None or target.type != "size" or not task.operations or task.primary == "other":
        return None
    width, height = (str(int(n)) if n else "" for n in (target.width, target.height))
    return Node(
        id="resize", kind="resize", params={"size": f"{width}x{height}"}, reason="the size that the question names"
    )


def _groups(wanted: list[str], verdicts: Mapping[str, Verdict]) -> list[tuple[str, list[str]]]:
    """Node kinds with their operations; one cleaning step serves two damages when the same sources do."""
    groups: list[tuple[str, list[str]]] = []
    for name in wanted:
        kind = concept(f"operation.{name}").data["node"]
        mates = [g for g in groups if g[0] == kind]
        if not mates:
            groups.append((kind, [name]))
        elif kind == "clean" and filling(verdicts, mates[0][1]) == filling(verdicts, [name]):
            mates[0][1].append(name)
        elif kind == "clean":
            groups.append((kind, [name]))
    return sorted(groups, key=lambda g: _clean_order(g[1]))


def _clean_order(names: list[str]) -> int:
    return 0 if "compression_artifact_removal" in names else 1  # compression was the last thing to happen


def filling(verdicts: Mapping[str, Verdict], names: list[str]) -> tuple[str, ...]:
    """Keys of the sources that fit one of these operations, in the brief's order."""
    return tuple(k for k, v in verdicts.items() if v.verdict == "fit" and set(names) & set(v.serves))


def _node(brief: Brief, task: Task, verdicts: Mapping[str, Verdict], kind: str, names: list[str]) -> Node:
    sources = filling(verdicts, names)
    labels = " and ".join(concept(f"operation.{n}").label for n in names)
    named = next((s.title for s in brief.models if s.key in sources), None)
    missing = not sources
    reason = f"no provided source is shown to do {labels}" if missing else f"{labels}, by {', '.join(sources)}"
    identity = "up" if kind == "upscale" else kind
    if kind == "clean" and names == ["denoising"]:
        identity = "denoise"
    params = _params(task, kind, names)
    if kind == "upscale" and not (task.scale and task.scale.kind == "spatial"):
        reason += "; the question names no factor, so this one is assumed"
    if "factor" in params and task.scale and task.scale.value > MOST:
        reason += f"; the question asks for {task.scale.value:g} times, one step enlarges at most {MOST:g} times"
    return Node(id=identity, kind=kind, params=params, sources=sources, model=named, reason=reason, missing=missing)


def _params(task: Task, kind: str, names: list[str]) -> dict[str, int | float | str]:
    if kind == "clean":
        return {"remove": "+".join(sorted(_REMOVES[n] for n in names))}
    if kind == "deblur":
        return {"cause": _CAUSES[names[0]]}
    if kind in ("upscale", "video_upscale"):
        value = task.scale.value if task.scale and task.scale.kind == "spatial" else ASSUMED_FACTOR
        return {"factor": _short(min(value, MOST))}
    if kind == "interpolate":
        value = task.scale.value if task.scale and task.scale.kind == "temporal" else ASSUMED_FACTOR
        return {"factor": _short(min(value, MOST))}
    return {}


def _short(value: float) -> int | float:
    return int(value) if value == int(value) else value


def _with_masks(nodes: list[Node]) -> list[Node]:
    """Filling needs to know where: the user draws the mask."""
    if not any(n.kind == "inpaint" for n in nodes):
        return nodes
    return [*nodes, Node(id="mask", kind="mask", reason="the user marks what is to be filled")]
