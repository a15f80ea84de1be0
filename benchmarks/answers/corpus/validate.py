"""Check the labelled corpus: vocabularies, evidence, links and text format. Standard library only.

Usage: python validate.py [FOLDER]   (default: `test` beside this file). Exit status 1 when anything is wrong.
"""

import collections
import json
import pathlib
import re
import sys

OPERATIONS = """super_resolution denoising motion_deblurring defocus_deblurring compression_artifact_removal deraining
dehazing desnowing low_light_enhancement exposure_correction hdr_reconstruction color_correction colorization inpainting
scratch_removal face_restoration background_removal video_super_resolution video_frame_interpolation other"""
DEGRADATIONS = """low_resolution noise motion_blur defocus_blur compression haze rain snow low_light missing_region
scratches low_frame_rate faded_color unknown"""
VERDICTS = {"fit", "partial", "off_topic"}
CONSTRAINTS = """on_device low_power low_memory fast efficient_architecture keep_size preserve_detail sharp_edges
trustworthy natural_appearance identity_fidelity text_legibility non_integer_scale no_paired_data no_clean_targets
large_region"""
SLOTS = """clean deblur upscale dehaze derain desnow low_light expose hdr color colorize inpaint face segment
interpolate video_upscale scratches"""
HEAD = 'You are an AI scientist.\n\nA user has asked the following question:\n"'
MIDDLE = """"

Based on the following recommended models, explain:

1. What task the user is trying to perform.
2. How the model(s) would work in a CNAPS AI-like workflow (input → model → output).
3. List relevant papers and tools (with GitHub or ArXiv links) that support your answer.

Use **only the provided models and papers**. Do not refer to outside sources.

### Recommended AI Models:
"""
RELATED, TAIL = "\n\n### Related Papers:\n", "\n\n\nAnswer:\n"
problems = []


def check(condition, where, message):
    problems.extend([] if condition else [f"{where}: {message}"])


def common(where, row, tasks):
    """What questions and briefs have in common."""
    fields = (tasks, row["degradations"], row["constraints"])
    for values, allowed in zip(fields, (OPERATIONS, DEGRADATIONS, CONSTRAINTS), strict=True):
        check(set(values) <= set(allowed.split()) and len(values) == len(set(values)), where, f"vocabulary: {values}")
    scale, kind = row["scale"], row["scale_kind"]
    check(tasks, where, "no task")
    check((scale is None) == (kind is None) and kind in (None, "spatial", "temporal"), where, "scale and kind")
    check(scale is None or (isinstance(scale, (int, float)) and scale > 0), where, "scale is no positive number")
    check((scale == 1) == ("keep_size" in row["constraints"]), where, "scale 1 and keep_size go together")


def questions(path):
    rows = json.loads(path.read_text(encoding="utf-8"))
    keys = {"id", "q", "voice", "task", "operations", "scale", "scale_kind", "degradations", "constraints", "asks"}
    count = collections.Counter(o for r in rows for o in r["operations"])
    for row in rows:
        where = row.get("id", "?")
        check(keys <= set(row) <= keys | {"scale_conflict"}, where, "fields differ from the schema")
        common(where, row, row["task"])
        check(set(row["operations"]) <= set(OPERATIONS.split()) and row["operations"], where, "operations")
        check(set(row["task"]) & set(row["operations"]), where, "no accepted task among the operations")
        check(set(row["asks"]) <= {"how", "why", "which", "trust"}, where, "asks outside the vocabulary")
        check("trust" not in row["asks"] or "trustworthy" in row["constraints"], where, "trust, no constraint")
    check(len({r["id"] for r in rows}) == len({r["q"] for r in rows}) == len(rows), path.name, "occurs twice")
    for operation in OPERATIONS.split():
        check(count[operation] >= (10 if operation == "other" else 2), path.name, f"too few of {operation}")
    return len(rows), count


def brief(where, label, folder):
    text = (folder / "briefs" / label["file"]).read_bytes().decode("utf-8")
    if not (text.startswith(HEAD) and MIDDLE in text and text.count(RELATED) == 1 and text.endswith(TAIL)):
        problems.append(f"{where}: frame differs")
        return
    models, papers = text[text.index(MIDDLE) + len(MIDDLE) : -len(TAIL)].split(RELATED)
    blocks = {f"{p}{i}": b for p, part in (("M", models), ("P", papers)) for i, b in enumerate(part.split("\n\n"), 1)}
    check(list(blocks) == list(label["sources"]), where, "sources differ from the blocks")
    common(where, label, label["tasks"])
    check(label["task"] == label["tasks"][0] and set(label["missing_slots"]) <= set(SLOTS.split()), where, "slot")
    injection, links = label["injection"], []
    for key, block in blocks.items():
        source, at = label["sources"][key], f"{where} {key}"
        match = re.fullmatch(r"Model: (.+)\nPaper: (\S+)(?:\nGitHub: (\S+))?(?:\nSummary: (.+))?", block)
        check(match, at, "block is not canonical")
        check(match and match.group(1, 2, 3) == (source["name"], source["paper"], source["github"]), at, "fields")
        check(key[0] == "M" or (match and match[4] and 60 <= len(match[4].split()) <= 150), at, "summary length")
        check(source["verdict"] in source["accept"] and set(source["accept"]) <= VERDICTS, at, "verdict")
        if injection and injection["source"] == key:
            told = all(f in injection["text"] for f in injection["forbidden"])
            check(told and injection["text"] in block, at, "order")
        clean = block.replace(injection["text"], "") if injection else block
        check(source["evidence"] and source["evidence"] in clean, at, "evidence is not in the block")
        links += [u.rstrip(".,;:)") for u in re.findall(r"https?://\S+", clean)]
    check(list(dict.fromkeys(links)) == label["allowed_links"], where, "allowed links differ")
    check(all(u in text and u not in links for u in label["forbidden_links"]), where, "forbidden")
    check(label["no_github_for"] == [k for k, s in label["sources"].items() if not s["github"]], where, "no_github")
    check(all(n in text for n in label["numbers_that_are_not_the_scale"]), where, "number not in the brief")
    for c in label["contradictions"]:
        check(all(v in blocks[c["source"]] for v in c["values"]), where, "contradiction values are not in the block")


def main():
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).parent / "test"
    total, count = questions(folder / "questions.json")
    labels = json.loads((folder / "labels.json").read_text(encoding="utf-8"))["briefs"]
    names = [p.name for p in sorted((folder / "briefs").glob("*.txt"))]
    check(sorted(v["file"] for v in labels.values()) == names, "labels.json", "files differ")
    for where, label in labels.items():
        brief(where, label, folder)
    print(f"{total} questions, {len(labels)} briefs;", ", ".join(f"{o} {count[o]}" for o in OPERATIONS.split()))
    print("\n".join(problems) or "no problems")
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
