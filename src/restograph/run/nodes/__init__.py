"""What each runnable kind of node does: one file each, and one explicit table."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from restograph.image.picture import Picture
from restograph.run.engine import Engine
from restograph.run.nodes.clean import clean
from restograph.run.nodes.deblur import deblur
from restograph.run.nodes.resize import resize
from restograph.run.nodes.upscale import upscale
from restograph.workflow.graph import Node

Step = Callable[[Node, Picture, Engine], Picture]

STEPS: Mapping[str, Step] = MappingProxyType({"clean": clean, "deblur": deblur, "upscale": upscale, "resize": resize})
