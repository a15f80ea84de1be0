"""Which sentences of a summary explain, which only set the scene, and which report results.

Shared by the frames and by the checker, which re-reads what an answer claims to be an explanation.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Literal

from restograph.evidence.sentences import Range
from restograph.task.lexicon import compiled, concept, hits

_BACKGROUND = re.compile(
    r"^(?:although|while|despite|numerous|existing|previous|earlier|most|many|traditional\w*|conventional\w*|currently|usually|typically|recent\w*|"
    r"in recent years|deep learning|with limited|given the|unlike|"
    r"(?:however|yet|but|unfortunately|nevertheless|still|in practice),? (?:the )?(?:most|many|existing|previous|prior|these|such|current|all|both|conventional|traditional|recent)\b"
    r"(?! (?:we|our)\b)|(?:[\w' -]{2,60}, )?(?:however, )?(?:the |most |many |all |some )*(?:existing|previous|prior|earlier|prevailing|popular|current|conventional|traditional|recent) "
    r"(?:\w+[ -]){0,4}?(?:methods?|approaches|works?|techniques|models?|networks?|algorithms?|studies|solutions?|systems?|arts?))\b|(?:is|are) (?:typically|usually|traditionally|normally|commonly|generally|often) \w+ed\b|\b(?:is a (?:critical|fundamental|key|classic|long-standing)|remains? (?:a |an |under|challenging|difficult|open)|"
    r"suffers? from|key problem|(?:usually|often|typically|commonly|mostly|tend to|generally) (?:fail|demand|requir|suffer|rel|us|need|assum|adopt|employ|depend|lead|lack|struggl|ignor|produc)\w*|work poorly|have been proposed|is the (?:concept|task|problem) of|has primarily focused|(?:methods|approaches|works|models|networks|systems|pipelines) (?:(?:that|which|without|with|for) (?:[\w'-]+ ){1,8})?(?:usually|often|typically|mostly|commonly|tend to|rarely)|"
    r"(?:is|are) (?:hard|difficult|expensive|costly|laborious|tedious|scarce|rarely possible) to (?:collect|obtain|acquire|capture|annotate|gather|come by|record))\b",
    re.I,
)
_RESULT = re.compile(
    r"\b(?:experiment\w*|results? (?:show|on)|outperform\w*|state[- ]of[- ]the[- ]art|benchmarks?|datasets? (?:show|with)|code is|source code|available at|"
    r"evaluat\w*|demonstrat\w*|(?:beats?|gains?|improv\w*) .{0,30}(?:dB|%)|fps|user study|won the)\b",
    re.I,
)


_TRAINING = re.compile(
    r"\b(?:training|trained|trains|supervis(?:ed|ion)|fine-tun\w+|pre-?train\w*|side tasks?|auxiliary)\b", re.I
)
_PROPOSES = re.compile(r"\b(?:we|our|this paper|this work) (?:propose|present|develop|introduce)", re.I)

# Objects on which some tasks work by themselves, and the subjects that make an object the user's own.
_HOME = {
    "video": {"video_super_resolution", "video_frame_interpolation"},
    "faces": {"face_restoration", "background_removal"},
}
_OF_FILMS = ("frames", "exposures", "more")  # needs that whoever has a film can meet
_SUBJECTS = {"faces": ("face", "person"), "medical": ("medical",), "microscopy": ("microscopy",)}
_OWN = ("video", "medical", "microscopy", "remote_sensing", "views", "scenes", "faces", "training_data")

EXPLAINS = 2.0  # mechanism score from which a sentence explains something
_PASSING, _METHOD = 0.75, 2.0  # a word in one sentence on the field, or two there; in one sentence on the method
SHOWN = 0.0  # the same for the sentence that shows best what the work is about: neither background nor results


@lru_cache(maxsize=4096)
def is_background(sentence: str) -> bool:
    """True for sentences about the field rather than the work."""
    return bool(_BACKGROUND.search(sentence)) and not _PROPOSES.search(sentence)


@lru_cache(maxsize=4096)
def is_result(sentence: str) -> bool:
    """True for sentences about experiments, benchmarks and code rather than the method."""
    return bool(_RESULT.search(sentence))


_DENIES = re.compile(
    r"\b(?:no|not|never|cannot|without|neither|nor|beyond|outside|exclud\w+|discard\w+|bypass\w+|unchanged|untouched|preserved|only|instead|"
    r"rather than|unsupported|impossible|nothing)\b",
    re.I,
)


def denies(sentence: str) -> bool:
    """True for sentences that bound or deny something: they often tell why a work does not quite fit."""
    return bool(_DENIES.search(sentence))


@lru_cache(maxsize=4096)
def asks_nothing(sentence: str) -> bool:
    """True for sentences about training, or about other works, which say nothing of what this one needs in use."""
    return bool(_TRAINING.search(sentence)) or is_background(sentence)


def short_name(title: str) -> str:
    """'FFA-Net' of 'FFA-Net: Feature Fusion ...'; the whole title when it gives no short name."""
    head, colon, _ = title.partition(":")
    return head.strip() if colon and len(head.split()) <= 4 else title


_POINTS_BACK = re.compile(
    r"(?:it|its|this|these|they|their|both|such|our|the (?:method|model|approach|network|result\w*|latter))\b", re.I
)
_DANGLES = re.compile(
    r"(?:the (?:former|latter|first|second|third|last|other)\b|both\b|on the (?:one|other) hand|secondly|thirdly|second,|third,|lastly|this (?:is|was|allows?|enables?|makes?|leads?|results?|ensures?|can|gives?|yields?|reduces?|helps?|means|in turn|way|also)\b)|[^,]*\bfor (?:that|this) (?:is|are|was)\b",
    re.I,
)


def points_back(text: str, start: int) -> bool:
    """True if what is told from here on begins with a word for the work or for what was said before."""
    return bool(_POINTS_BACK.match(text, start))


def tells_how(text: str, place: Range, told: Range, is_shown: bool, constraints: Iterable[str]) -> bool:
    """May the sentence be told as an explanation? `told` is the part of it that would be told.

    It holds marks of mechanism; fewer will do where it shows best what the work does, or speaks of what was asked. It does
    not begin with something of which only the sentence before speaks ("the former", "this allows").
    """
    if _DANGLES.match(text, *told):
        return False
    asked = any(hits(text, f"constraint.{c}", ("serves",), *place) for c in constraints)
    return mechanism_score(text, place) >= (SHOWN if is_shown or asked else EXPLAINS)


@lru_cache(maxsize=4096)
def mechanism_score(text: str, place: Range) -> float:
    """How much a sentence explains: distinct cues of mechanism, less for background and results."""
    sentence = text[slice(*place)]
    pattern = compiled("mechanism.cues", ("patterns",))
    assert pattern is not None
    found = {m.group().lower() for m in pattern.finditer(text, *place)}
    penalty = 3.0 * is_background(sentence) + 2.0 * is_result(sentence)
    return min(len(found), 5) - penalty


def explains(
    text: str, sentences: Sequence[Range], related: bool, fits: bool, constraints: Iterable[str]
) -> Literal["yes", "in part", "no"]:
    """Does a summary explain what was asked? "yes" needs a fit, mechanism, and one of the constraints asked for."""
    if not related or not any(mechanism_score(text, s) >= EXPLAINS for s in sentences):
        return "no"
    asked = [f"constraint.{c}" for c in constraints if concept(f"constraint.{c}").data["serves"]]
    served = any(hits(text, c, ("serves",), *s) for c in asked for s in sentences)
    return "yes" if fits and (served or not asked) else "in part"


def passing(weights: Mapping[str, float], needed: Collection[str]) -> str | None:
    """What a work is about that speaks of the needed operations only as background; None if that is not so.

    `weights`: how much it speaks of each operation: 0.5 for a sentence on the field, 2 for one on the method, 3 for the title.
    A neighbour of the task is no other work.
    """
    related = {n for need in needed for n in concept(f"operation.{need}").data.get("near", ())} | set(needed)
    main = max(weights, key=lambda n: weights[n], default=None)
    most = max((weights.get(n, 0.0) for n in needed), default=0.0)
    return main if main and main not in related and 0 < most <= _PASSING and weights[main] >= _METHOD else None


def sought(subject: str) -> bool:
    """True for what a source should mention when the question speaks of it; of people in general none needs to."""
    data = concept(f"subject.{subject}").data
    return bool(data["delicate"] and data.get("sought", True))


def decides(constraint: str, needed: Iterable[str]) -> bool:
    """True if a source must say that it serves the constraint ("constraint.fast") in order to fit.

    A factor that is not whole decides about enlargement only: frames in between are made for any rate.
    """
    data = concept(constraint).data
    return bool(data.get("hard")) and not set(data.get("not_for", ())) & set(needed)


def at_home(text: str, question: Range, thing: str, needed: Iterable[str], subject: str | None) -> bool:
    """An object ("object.video"), or a need ("needs.exposures"), that belongs to the user's own task."""
    part, name = thing.split(".")
    if part == "needs":
        if name in _OF_FILMS and any(n.startswith("video") for n in needed):
            return True
        return bool(hits(text, thing, ("home",), *question))
    if set(needed) & _HOME.get(name, set()) or subject in _SUBJECTS.get(name, ()):
        return True
    return name in _OWN and bool(hits(text, thing, ("patterns",), *question))
