"""upscale: a network enlarges the colours; alpha, which no network was trained on, is enlarged by bicubic."""

from restograph.image.alpha import resize_alpha
from restograph.image.picture import Picture
from restograph.run.engine import Engine
from restograph.workflow.graph import Node


def upscale(node: Node, picture: Picture, engine: Engine) -> Picture:
    """The enlarged picture. Raises RunError naming the node."""
    pixels = engine.restore(node, picture.pixels)
    return picture.with_pixels(pixels, resize_alpha(picture.alpha, pixels.shape[1], pixels.shape[0]))
