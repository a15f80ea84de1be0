"""The voters and their sum: which changes of the picture the words speak of, best first.

The lexicon (technical terms, lay symptoms, weak hints), the shape of the numbers (sizes, frame rates) and a
small classifier. Negated and kept properties cancel a reading.
"""

import math
import re
from collections.abc import Collection, Mapping

from restograph.evidence.brief import Span
from restograph.task.further import BROUGHT, CERTAIN, HINTED, LIKELY, SPOKEN, odds_of, spoken
from restograph.task.lexicon import Range, hits, section
from restograph.task.quantity import Quantity, kept_by_sizes, same_size
from restograph.task.task import Operation
from restograph.task.vote import heard, pull, vote

WEIGHTS = {"terms": (3.0, 2), "symptoms": (2.0, 3), "weak": (0.75, 2)}  # weight of a hit, hits that count
STRONG = 2.0  # lexicon and shape score from which a reading stands on its own
SHAPE = 2.5  # what a typed number adds
CLOSE = 1.0  # how far a second hint may stand behind the best one (a factor of e) to be named with it
CLEAR = 0.5  # vote from which a video is spoken of without being named

# "not blurry", "without noise" cancel; "no longer blurry", "not noisy any more" tell what was wrong.
_NEGATED = re.compile(
    r"(?:\b(?:without|not|isn't|wasn't|aren't|weren't|no need (?:to|for)|don't|didn't|doesn't|do not|did not|never|instead of|"
    r"rather than|other than|nor|neither|avoid\w*|no)\s+(?:\w+\s+){0,2}(?:\w+,?\s+(?:or|nor)\s+(?:\w+\s+)?)?)$",
    re.I,
)
_STILL_A_SYMPTOM = re.compile(
    r"\b(?:no longer|no more|not \w+ any ?more|hardly|barely|not only|not just|could not|couldn't|can't|cannot|would not|wouldn't)\s+(?:\w+\s+){0,2}$",
    re.I,
)
# What is to stay is not what is to change: "keep the colours", "leaves the grain".
_KEPT = re.compile(
    r"\b(?:keep|keeps|keeping|kept|preserv\w+|retain\w*|leaves?|leaving|spar(?:e|es|ing))\s(?:(?:the|its|their|all|my|these|those|original|natural|true)\s){0,2}$",
    re.I,
)
_BRIGHTER = re.compile(r"\b(?:bright\w*|lighter|luminance)\b", re.I)
_VIDEO = re.compile(
    r"\b(?:videos?|clips?|footage|movies?|dvds?|vhs|hi8|episodes?|camcorders?|animation|animated|recordings?|reels?|live ?streams?|stream(?:ed|ing)|lecture|series|anime|tapes?|"
    r"replays?|broadcasts?|u-?matic|beta(?:cam|max)|laser ?discs?|(?:next|previous|neighbou?ring) frames?|across (?:the )?frames|macroblocks|dash ?cam|webcam|newsreel|frame to frame|frames|(?:super|8|16)[- ]?8?[- ]?mm|fps|loop|gif|gameplay|game capture|tv|"
    r"film(?! (?:scan|grain|photo|negative|roll|camera))s?)\b",
    re.I,
)
_STILL_OF = re.compile(
    r"\b(?:still|frozen|single|one|freeze)[- ](?:picture|frame|photo|image|shot)s? (?:out of|from|of|in|taken|grabbed|cut|pulled)\b|\bscreen ?(?:shot|grab|capture)s?\b|\bframe grabs?\b|\bfreeze[- ]frames?\b|\bstills? (?:from|of|out of)\b",
    re.I,
)
_SAME_RATE = re.compile(
    r"\b(?:frame ?rate|fps|frames per second|number of frames)\b[^.;?!]{0,20}\b(?:stay|remain|keep|kept|unchanged|same|as it is|as before)\w*|"
    r"\b(?:keep|keeping|leav\w+|same|unchanged|original)\b[^.;,?!]{0,20}\b(?:frame ?rate|fps|frames per second|number of frames)\b",
    re.I,
)
_MONO = re.compile(
    r"\b(?:black[- ](?:and|&)[- ]white|black white|b ?& ?w|b/w|monochrome|gr[ae]y ?scale|bw|never had (?:any )?colou?r|no colou?rs?)\b",
    re.I,
)

_SIZING = ("super_resolution", "video_super_resolution")

# Readings of one group share their words: only the best of each group stays.
_GROUPS = (
    ("super_resolution", "video_super_resolution"),
    ("motion_deblurring", "defocus_deblurring"),
    ("low_light_enhancement", "exposure_correction", "hdr_reconstruction"),
    ("color_correction", "colorization"),
    ("inpainting", "scratch_removal"),
    ("inpainting", "background_removal"),
    ("dehazing", "deraining"),
    ("dehazing", "desnowing"),
    ("deraining", "desnowing"),
    ("motion_deblurring", "face_restoration"),
    ("motion_deblurring", "video_frame_interpolation"),
    ("deraining", "motion_deblurring"),
)

# Of these never both: one is told by denying the other ("no shake, the focus was off"), or is a form of it.
_EITHER = ({"motion_deblurring", "defocus_deblurring"}, {"color_correction", "colorization"}, set(_SIZING))

Score = tuple[float, Range | None]


def ranked(
    text: str, start: int, stop: int, numbers: list[Quantity], brought: Collection[str] = ()
) -> tuple[Operation, ...]:
    """Operations that stand on their own, best first; when none does, the two best hints.

    An operation for which a source was `brought` is taken for a further wish a little sooner.
    """
    found = _scores(text, start, stop, numbers)
    votes = vote(text[start:stop])
    sized = any(q.kind == "spatial" and q.value != 1 for q in numbers)
    total = {
        name: pull(score, votes.get(name, 0.0))
        for name, (score, _) in found.items()
        if score > 0 or (heard(name, text[start:stop]) and _may_be_heard(name, text, start, stop))
    }
    same = same_size(text, start, stop)
    kept = bool(same and (not sized or kept_by_sizes(text, same)) and any(name not in _SIZING for name in total))
    if kept:
        total = {name: value for name, value in total.items() if name not in _SIZING}  # what keeps its size
    best = _one_of_each_group(total)
    order = sorted(best, key=lambda name: (-best[name], list(found).index(name)))
    if order[:1] in ([], ["other"]):
        return _operations(order[:1], best, found)
    first, *behind = [name for name in order if name != "other"]
    wanted = {name: found[name][0] for name in found if _may_be_wanted(name, first, text, start, stop, kept)}
    more = [n for n, points in wanted.items() if _also(text, start, stop, n, first, points, sized, n in brought)]
    total |= {n: min(pull(found[n][0], votes[n]), total[first]) for n in more}
    if not more and all(found[name][0] < STRONG for name in [first, *behind]):
        more = [name for name in behind[:1] if total[name] >= total[first] - CLOSE]
    chosen = [first]
    for name in sorted(more, key=lambda n: -total[n]):
        chosen += [name] * all({name, other} not in _EITHER for other in chosen)
    return _operations(chosen[:3], total, found)


def _may_be_wanted(name: str, first: str, text: str, start: int, stop: int, kept: bool) -> bool:
    """May it be a further wish? Not what is denied, nor the other form of the first, nor to enlarge what keeps its size."""
    if name in ("other", first) or {name, first} in _EITHER or (kept and name in _SIZING):
        return False
    places = hits(text, f"operation.{name}", tuple(WEIGHTS), start, stop)
    if name == "video_frame_interpolation" and _SAME_RATE.search(text, start, stop):
        return False
    denied = bool(places) and all(_negated(text, start, r) for r in places)
    return not denied and _may_be_heard(name, text, start, stop)


def _may_be_heard(name: str, text: str, start: int, stop: int) -> bool:
    """Frames need a video, or a clear vote."""
    return (
        not name.startswith("video") or bool(_VIDEO.search(text, start, stop)) or vote(text[start:stop])[name] >= CLEAR
    )


def _also(text: str, start: int, stop: int, name: str, first: str, points: float, sized: bool, brought: bool) -> bool:
    """A further reading becomes a step of the plan, so words, votes and a clause of its own have to carry it together."""
    if sized and name in _SIZING:
        return True
    share, _ = spoken(text, start, stop, name)
    rival = any(name in group and first in group for group in _GROUPS)
    if points >= STRONG and (share >= CERTAIN or (share >= HINTED and not rival and _plainly(text, start, stop, name))):
        return True
    enough = BROUGHT if brought else LIKELY
    return max(points / STRONG, share / SPOKEN) >= 1 and odds_of(text, start, stop, name, points, rival) >= enough


def _plainly(text: str, start: int, stop: int, name: str) -> bool:
    """Somebody says it with a word that means nothing else."""
    places = hits(text, f"operation.{name}", ("terms", "plain"), start, stop)
    return any(not _negated(text, start, r) for r in places)


def _operations(names: list[str], total: dict[str, float], found: dict[str, Score]) -> tuple[Operation, ...]:
    """With confidences: shares of what speaks for all readings."""
    most = max(total.values(), default=0.0)
    everything = math.fsum(math.exp(value - most) for value in total.values())
    rows = []
    for name in names:
        place = found[name][1]
        span = Span(source="Q", start=place[0], end=place[1]) if place else None
        rows.append(Operation(name=name, confidence=round(math.exp(total[name] - most) / everything, 2), span=span))
    return tuple(rows)


def _scores(text: str, start: int, stop: int, numbers: list[Quantity]) -> dict[str, Score]:
    """Score of each operation by words and numbers, and the range that decided it."""
    names = [name.split(".")[1] for name in section("operation")]
    video = bool(_VIDEO.search(text, start, stop)) and not _STILL_OF.search(text, start, stop)
    shapes = _shapes(numbers, video)
    shapes += [
        ("low_light_enhancement", (q.start, q.end))
        for q in numbers
        if q.kind == "brightness"
        and q.unit == "x"
        and q.value > 1
        and _BRIGHTER.search(text, max(start, q.start - 30), min(stop, q.end + 30))
    ]
    found = {name: _score(text, start, stop, name, False) for name in names}
    if not shapes and all(score < STRONG for score, _ in found.values()):  # "just without grain" is all that is said
        for name in (n for n in names if n != "other"):  # what is denied sends nobody away
            found[name] = max(found[name], _score(text, start, stop, name, True), key=lambda s: s[0])
    for name, place in shapes:
        found[name] = (found[name][0] + SHAPE, found[name][1] or place)
    return _settled(found, video, bool(_MONO.search(text, start, stop)), vote(text[start:stop]))


def _shapes(numbers: list[Quantity], video: bool) -> list[tuple[str, Range]]:
    """What typed numbers speak for; a bare "slower" speaks for frames only where there is a video."""
    made = {"spatial": "super_resolution", "temporal": "video_frame_interpolation"}
    return [
        (made[q.kind], (q.start, q.end))
        for q in numbers
        if q.kind in made and q.value != 1 and (q.kind == "spatial" or video or q.end - q.start > 8)
    ]


def _score(text: str, start: int, stop: int, name: str, denied: bool) -> Score:
    """Score by words and the range that decided it; with `denied`, "without grain" counts as well."""
    total, best = 0.0, None
    for kind, (weight, most) in WEIGHTS.items():
        places = [
            r for r in hits(text, f"operation.{name}", (kind,), start, stop) if denied or not _negated(text, start, r)
        ]
        total += weight * min(len(places), most)
        best = best or (places[0] if places else None)
    return total, best


def _negated(text: str, start: int, place: Range) -> bool:
    before = text[max(start, place[0] - 40) : place[0]]
    if _KEPT.search(before):
        return True
    return bool(_NEGATED.search(before)) and not _STILL_A_SYMPTOM.search(before)


def _settled(found: dict[str, Score], video: bool, mono: bool, votes: Mapping[str, float]) -> dict[str, Score]:
    """A video is enlarged as a video; without one there is nothing between frames; colour comes to what has none."""
    still, moving = found["super_resolution"], found["video_super_resolution"]
    if video and (moving[0] >= STRONG or votes["video_super_resolution"] > votes["super_resolution"]):
        found["video_super_resolution"] = (still[0] + moving[0], moving[1] or still[1])
        found["super_resolution"] = (0.0, None)
    elif not video and votes["video_super_resolution"] < CLEAR:
        found["video_super_resolution"] = (0.0, None)
    if not video and found["video_frame_interpolation"][0] < STRONG and votes["video_frame_interpolation"] < CLEAR:
        found["video_frame_interpolation"] = (0.0, None)
    if mono and STRONG <= found["colorization"][0] >= found["color_correction"][0] - SHAPE:
        found["color_correction"] = (0.0, None)
    return found


def _one_of_each_group(total: dict[str, float]) -> dict[str, float]:
    lost = set()
    for group in _GROUPS:
        there = [name for name in group if name in total]
        best = max(there, key=lambda name: total[name], default=None)
        lost |= {name for name in there if name != best}
    return {name: value for name, value in total.items() if name not in lost}
