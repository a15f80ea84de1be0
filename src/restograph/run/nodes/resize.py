"""resize: antialiased bicubic to a size or by a factor; adds no detail."""

import numpy as np

from restograph.image.alpha import resize_alpha
from restograph.image.picture import Picture
from restograph.image.resample import bicubic
from restograph.run.engine import Engine
from restograph.workflow.graph import Node, output_size


def resize(node: Node, picture: Picture, engine: Engine) -> Picture:
    """The picture in the node's size. Bicubic overshoots at edges, so values are clipped to [0, 1]."""
    width, height = output_size(node, picture.width, picture.height)
    pixels = np.clip(bicubic(picture.pixels, width, height), 0, 1)
    return picture.with_pixels(pixels, resize_alpha(picture.alpha, width, height))
