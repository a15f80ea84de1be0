"""deblur: a network of the same size takes the blur of a moving camera away; alpha stays as it is."""

from restograph.image.picture import Picture
from restograph.run.engine import Engine
from restograph.workflow.graph import Node


def deblur(node: Node, picture: Picture, engine: Engine) -> Picture:
    """The sharpened picture, same size. Raises RunError naming the node."""
    return picture.with_pixels(engine.restore(node, picture.pixels), picture.alpha)
