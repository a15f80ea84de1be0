"""The registry of node kinds: what each step takes, gives and may be told. Data, not classes to inherit.

Ports are typed, so that a network which sharpens feature maps or counts photons can never be
wired in where a picture is expected. `runnable` says whether this version can execute the kind;
the others can be planned, drawn and answered about.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Literal

DataType = Literal["Image", "Mask", "Video", "Features", "PhotonCounts"]
ParamType = Literal["number", "size", "choice"]
Role = Literal["source", "step", "sink"]


@dataclass(frozen=True)
class PortType:
    """What flows through a port; an attribute left None means any.

    Image is h x w x `channels`, values in [0, 1] at run time, `depth` bits per channel in the file.
    Mask is h x w in [0, 1]. Video is frames x h x w x channels at `fps`.
    Features (n x c x h x w of a vision encoder) and PhotonCounts (detector counts) are not pictures.
    """

    data: DataType
    channels: int | None = None
    depth: int | None = None
    fps: int | None = None

    def accepts(self, given: "PortType") -> bool:
        """True if a value of type `given` may enter a port of this type."""
        pairs = ((self.channels, given.channels), (self.depth, given.depth), (self.fps, given.fps))
        return self.data == given.data and all(a is None or b is None or a == b for a, b in pairs)

    def __str__(self) -> str:
        known = [f"{n}={v}" for n in ("channels", "depth", "fps") if (v := getattr(self, n)) is not None]
        return f"{self.data}({', '.join(known)})" if known else self.data


@dataclass(frozen=True)
class Port:
    """A named, typed opening of a node."""

    name: str
    type: PortType


@dataclass(frozen=True)
class Param:
    """One parameter of a kind. Range of a number: above < value <= most; `times_sign` lets it be written x3 or 3x."""

    name: str
    type: ParamType
    meaning: str
    choices: tuple[str, ...] = ()
    above: Fraction = Fraction(0)
    most: Fraction = Fraction(16)
    times_sign: bool = False
    default: str | None = None


@dataclass(frozen=True)
class Kind:
    """One kind of node. `order` is its place in a plan: the reverse of how damage arose, then enlarge, encode.

    `needs_one_of`: exactly one of these parameters must be given (empty: none is required).
    """

    name: str
    title: str
    order: int
    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]
    params: tuple[Param, ...] = ()
    needs_one_of: tuple[str, ...] = ()
    changes_size: bool = False
    runnable: bool = False
    role: Role = "step"

    def param(self, name: str) -> Param | None:
        """The parameter of that name, or None."""
        return next((p for p in self.params if p.name == name), None)


IMAGE = PortType("Image")
RGB = PortType("Image", channels=3)
RGBA = PortType("Image", channels=4)
MASK = PortType("Mask")
VIDEO = PortType("Video")
FEATURES = PortType("Features")
PHOTON_COUNTS = PortType("PhotonCounts")

_IN = (Port("image", IMAGE),)
_CLIP = (Port("video", VIDEO),)
_FACTOR = Param("factor", "number", "times wider and higher", above=Fraction(1), times_sign=True)
_FRAMES = Param("factor", "number", "times more frames per second", above=Fraction(1), times_sign=True)
_REMOVE = Param(
    "remove",
    "choice",
    "the damage to take away",
    choices=("compression+noise", "compression", "noise"),
    default="compression+noise",
)
_CAUSE = Param("cause", "choice", "what blurred the picture", choices=("motion", "defocus"), default="motion")
_SIZE = Param("size", "size", "pixels: 2000x (width), x1500 (height), 2000x1500 (both)")
_RATIO = Param("factor", "number", "times wider and higher: 0.5, 5/6 or 83.3%")


def _same(name: str, title: str, order: int, *params: Param, runnable: bool = False) -> Kind:
    """A kind that takes a picture and gives one of the same size."""
    return Kind(name, title, order, _IN, _IN, params, runnable=runnable)


_ALL = (
    Kind("load", "load", 0, (), _IN, runnable=True, role="source"),
    Kind("load_video", "load video", 0, (), _CLIP, role="source"),
    _same("clean", "clean", 10, _REMOVE, runnable=True),
    _same("deblur", "deblur", 20, _CAUSE, runnable=True),
    _same("dehaze", "remove haze", 30),
    _same("derain", "remove rain", 31),
    _same("desnow", "remove snow", 32),
    _same("low_light", "brighten", 33),
    _same("expose", "correct exposure", 34),
    _same("hdr", "recover dynamic range", 35),
    _same("color", "correct colours", 36),
    Kind("colorize", "colorize", 37, _IN, (Port("image", RGB),)),
    _same("scratches", "remove scratches", 40),
    Kind("mask", "mask by the user", 41, _IN, (Port("mask", MASK),)),
    Kind("inpaint", "fill masked region", 42, (*_IN, Port("mask", MASK)), _IN),
    _same("face", "restore faces", 43),
    Kind("segment", "remove background", 44, _IN, (Port("image", RGBA),)),
    Kind("upscale", "upscale", 50, _IN, _IN, (_FACTOR,), ("factor",), changes_size=True, runnable=True),
    Kind("video_upscale", "upscale video", 51, _CLIP, _CLIP, (_FACTOR,), ("factor",), changes_size=True),
    Kind("interpolate", "interpolate frames", 52, _CLIP, _CLIP, (_FRAMES,), ("factor",)),
    Kind("resize", "resize", 60, _IN, _IN, (_SIZE, _RATIO), ("size", "factor"), changes_size=True, runnable=True),
    Kind("save", "save", 90, _IN, (), runnable=True, role="sink"),
    Kind("save_video", "save video", 90, _CLIP, (), role="sink"),
)

KINDS: Mapping[str, Kind] = MappingProxyType({kind.name: kind for kind in _ALL})
