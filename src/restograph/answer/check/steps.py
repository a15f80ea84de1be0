"""The workflow of an answer against task and verdicts: every step is called for, and filled by whom it may be.

The planner is not imported. Kinds, order, parameters, sources and reasons follow from the needed
operations; after a run a step may be a chain of models with a resize, and the run's disclosures say so.
"""

from fractions import Fraction
from itertools import pairwise

from restograph.answer.check.document import Document, Fact, Json
from restograph.answer.check.premises import demand
from restograph.answer.check.rules import serves, step_operations
from restograph.task.lexicon import concept

# The reverse of how damage arose (as in workflow/kinds.py, which the trusted base does not import).
ORDER = (
    "load", "load_video", "clean", "deblur", "dehaze", "derain", "desnow", "low_light", "expose", "hdr", "color", "colorize",
    "scratches", "mask", "inpaint", "face", "segment", "upscale", "video_upscale", "interpolate", "resize", "save", "save_video",
)  # fmt: skip
_ENDS = {"load", "save", "load_video", "save_video"}
_HELPERS = {"mask", "resize"}  # steps that no source has to fill
_VIDEO = {"video_upscale", "interpolate"}
_REMOVES = {"compression_artifact_removal": "compression", "denoising": "noise"}
_CAUSES = {"motion_deblurring": "motion", "defocus_deblurring": "defocus"}
GROWS = {"super_resolution": "spatial", "video_super_resolution": "spatial", "video_frame_interpolation": "temporal"}
ASSUMED = 2.0  # the factor when none is named; the answer says so
MOST = 16.0


def check_workflow(doc: Document, facts: list[Fact]) -> None:
    """Failed unless the workflow is what task, verdicts and run allow."""
    workflow, nodes = doc.data["workflow"], doc.nodes
    demand(workflow["schema_version"] == 1, "the workflow has another schema version")
    demand(len({n["id"] for n in nodes}) == len(nodes), "two nodes have one id")
    places = [ORDER.index(n["kind"]) for n in nodes if n["kind"] in ORDER]
    demand(places == sorted(places) and len(places) == len(nodes), "the steps are unknown or out of order")
    demand(sorted(map(tuple, workflow["edges"])) == sorted(_edges(nodes)), "the edges do not join the steps in order")
    _check_kinds(doc)
    fits = {key: facts[v["proof"]] for key, v in doc.data["verdicts"].items()}
    for node in nodes:
        _check_node(doc, fits, node)
    _check_sizes(doc)


def _edges(nodes: list[Json]) -> list[tuple[str, str]]:
    """Every picture goes from step to step; a mask is drawn on the picture and leads into the filling."""
    port = "video" if nodes[0]["kind"] == "load_video" else "image"
    chain = [n["id"] for n in nodes if n["kind"] != "mask"]
    edges = [(f"{a}.{port}", f"{b}.{port}") for a, b in pairwise(chain)]
    for before, mask, after in zip(nodes, nodes[1:], nodes[2:], strict=False):
        if mask["kind"] == "mask":
            edges += [(f"{before['id']}.image", f"{mask['id']}.image"), (f"{mask['id']}.mask", f"{after['id']}.mask")]
    return edges


def _check_kinds(doc: Document) -> None:
    """The steps are those of the needed operations, one for each, and the ends are there once."""
    video = _is_video(doc)
    wanted = [n for n in doc.needed if n != "other" and not _stays(doc, n)]
    called = {concept(f"operation.{n}").data["node"] for n in wanted}
    called = called & _VIDEO if video else called | ({"mask"} if "inpaint" in called else set())
    kinds = [n["kind"] for n in doc.nodes]
    ends = ["load_video", "save_video"] if video else ["load", "save"]
    demand([k for k in kinds if k in _ENDS] == ends, "the plan does not begin and end once")
    extra = {"resize"} if doc.executed or _resize(doc) else set()
    demand(
        called <= set(kinds) <= called | set(ends) | extra,
        f"the task calls for {sorted(called)!r}, the plan has {kinds!r}",
    )
    demand(not _resize(doc) or "resize" in kinds or doc.executed, "the size that is asked for is not made")
    removed = [str(n["params"].get("remove")) for n in doc.nodes if n["kind"] == "clean"]
    needed = sorted(_REMOVES[n] for n in wanted if n in _REMOVES)
    if "clean" in called:
        demand(
            sorted("+".join(removed).split("+")) == needed, f"cleaning removes {removed!r}, the task needs {needed!r}"
        )
    several = [k for k in kinds if k not in ("clean", "upscale", "resize") and kinds.count(k) > 1]
    demand(not several and (doc.executed or kinds.count("upscale") <= 1), "a step is there twice")


def _is_video(doc: Document) -> bool:
    return any(concept(f"operation.{n}").data["node"] in _VIDEO for n in doc.needed)


def _stays(doc: Document, name: str) -> bool:
    """True if the question says that what the operation would raise, size or frame rate, is not to grow."""
    scale = doc.task["scale"]
    return bool(scale) and scale["value"] <= 1 and scale["kind"] == GROWS.get(name)


def _resize(doc: Document) -> Json | None:
    """Parameters of the resize that the question itself asks for."""
    scale, target = doc.task["scale"], doc.task["target"]
    if _is_video(doc):
        return None
    if scale and scale["kind"] == "spatial" and scale["value"] < 1:
        return {"factor": scale["value"]}
    if target and target["type"] == "size" and doc.needed not in ([], ["other"]):
        sides = [str(int(n)) if n else "" for n in (target["width"], target["height"])]
        return {"size": "x".join(sides)}
    return None


def _check_node(doc: Document, verdicts: dict[str, Fact], node: Json) -> None:
    what, free = f"node {node['id']!r}", node["kind"] in _ENDS | _HELPERS
    keys = [] if free else [k for k in doc.keys if serves(doc, verdicts[k], node)]
    demand(list(node["sources"]) == keys, f"{what} is filled by {keys!r}, not by {node['sources']!r}")
    demand(node["missing"] == (not free and not keys), f"{what}: missing is wrong")
    run = doc.data["run"] or {}
    models = [w.get("called") or w["name"] for w in run.get("weights", ()) if w["node"] == node["id"]]
    if doc.executed:
        demand(node["model"] in (models or [None]), f"{what} was not executed by {node['model']!r}")
        demand(not (node["skipped"] and node["model"]), f"{what} was skipped and executed")
    else:
        named = next((s.title for s in doc.brief.models if s.key in keys), None)
        demand(
            (node["model"], node["skipped"]) == (named, False), f"{what} names {node['model']!r}, expected {named!r}"
        )
        demand(node["id"] == _identity(node), f"{what} should be called {_identity(node)!r}")
    chained = (
        doc.executed and node["kind"] in ("upscale", "resize") and list(node["params"]) == ["factor"]
    )  # see _check_sizes
    demand(chained or node["params"] == _params(doc, node), f"{what}: the parameters do not follow from the task")
    planned = _reason(doc, node, keys)
    told = {note.removeprefix(f"{node['id']}: ") for note in run.get("disclosures", ())} if doc.executed else set()
    rest = node["reason"].removeprefix(planned).removeprefix("; ")
    demand(node["reason"].startswith(planned) and _all_told(rest, told), f"{what}: the reason is not that of the plan")


def _all_told(notes: str, told: set[str]) -> bool:
    """True if the notes, joined by semicolons that they may hold themselves, are all disclosed."""
    if not notes or notes in told:
        return True
    return any(notes.startswith(f"{note}; ") and _all_told(notes[len(note) + 2 :], told) for note in told)


def _reason(doc: Document, node: Json, keys: list[str]) -> str:
    if node["kind"] == "mask":
        return "the user marks what is to be filled"
    if node["kind"] == "resize":
        wanted = _resize(doc) or {}
        asked = "the size that the question names" if "size" in wanted else "the question asks for it"
        return asked if node["params"] == wanted else ""
    if node["kind"] in _ENDS:
        return ""
    names = sorted(step_operations(doc, node), key=doc.needed.index)
    labels = " and ".join(concept(f"operation.{n}").label for n in names)
    scale, tail = doc.task["scale"], ""
    if node["kind"] == "upscale" and not (scale and scale["kind"] == "spatial"):
        tail = "; the question names no factor, so this one is assumed"
    if "factor" in node["params"] and scale and scale["value"] > MOST:
        tail += f"; the question asks for {scale['value']:g} times, one step enlarges at most {MOST:g} times"
    return (f"{labels}, by {', '.join(keys)}" if keys else f"no provided source is shown to do {labels}") + tail


def _params(doc: Document, node: Json) -> Json:
    names, scale = step_operations(doc, node), doc.task["scale"]
    if node["kind"] == "clean":
        return {"remove": "+".join(sorted(_REMOVES[n] for n in names))}
    if node["kind"] == "deblur":
        return {"cause": _CAUSES[next(n for n in doc.needed if n in names)]}
    if node["kind"] in ("upscale", "video_upscale", "interpolate"):
        kind = "temporal" if node["kind"] == "interpolate" else "spatial"
        return {"factor": min(scale["value"], MOST) if scale and scale["kind"] == kind else ASSUMED}
    return (_resize(doc) or {}) if node["kind"] == "resize" else {}


def _identity(node: Json) -> str:
    if node["kind"] in ("load_video", "save_video"):
        return str(node["kind"]).removesuffix("_video")
    if node["kind"] == "clean" and node["params"] == {"remove": "noise"}:
        return "denoise"
    return "up" if node["kind"] == "upscale" else str(node["kind"])


def _check_sizes(doc: Document) -> None:
    """After a run: the steps make the factor of the task, and the output has the size that they make."""
    scale = doc.task["scale"]
    if not doc.executed:
        return
    steps = [n["params"] for n in doc.nodes if n["kind"] in ("upscale", "resize")]
    if any("size" in params for params in steps):
        return
    factors = [Fraction(str(params["factor"])) for params in steps]
    made = Fraction(1)
    for factor in factors:
        made *= factor
    if scale and scale["kind"] == "spatial":
        demand(abs(float(made) - min(scale["value"], MOST)) < 1e-3, f"the steps enlarge {float(made):g} times")
    before, after = doc.data["run"]["input"], doc.data["run"]["output"]
    for side in ("width", "height"):
        size = Fraction(before[side])
        for factor in factors:
            size = Fraction(int(size * factor + Fraction(1, 2)))
        demand(size == after[side], f"the output's {side} is {after[side]!r}, the steps make {int(size)}")
