"""Where the pixels of an enlarged picture find their neighbours: pure arithmetic along one side, exact at ties.

LIIF's local ensemble (arXiv 2012.09161, eq. 4) decodes an output pixel from the four nearest input pixels. The
neighbours of a grid of output pixels are those of its rows x those of its columns, and so are the weights.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
Real = NDArray[np.float32]


@dataclass(frozen=True)
class Taps:
    """Neighbours along one side of k output pixels; a neighbour of weight zero is no tap.

    `index` (t,): input pixel of each tap; `offset` (t,): from its centre to that of its output pixel,
    2 = one input pixel; `pairs` (2,k): the two taps of each output pixel, twice the same where there is one;
    `weights` (2,k): theirs, adding up to 1.
    """

    index: Whole
    offset: Real
    pairs: Whole
    weights: Real


def taps(length: int, wanted: int, start: int, stop: int) -> Taps:
    """Taps of the output pixels `start:stop` of `wanted`, of a side of `length` input pixels.

    In units of 1/(2 wanted) input pixels the centre of output pixel k lies at (2 k + 1) length and the centre of
    input pixel i at (2 i + 1) wanted: whole numbers, so every tie is seen as one. A pixel between two centres has
    two taps, weighted by the distance to the other one; on a centre or outside of all of them it has one.
    """
    centre = (2 * np.arange(start, stop, dtype=np.int64) + 1) * length
    below = (centre - wanted) // (2 * wanted)  # the last input pixel whose centre is not beyond
    distance = centre - (2 * below + 1) * wanted  # 0 … 2 wanted
    single = (distance == 0) | (below < 0) | (below >= length - 1)
    first = np.clip(below, 0, length - 1)
    share = np.where(single, 0.0, distance / (2 * wanted))
    places = np.cumsum(np.where(single, 1, 2)) - np.where(single, 1, 2)  # of each pixel's first tap
    pixel = np.repeat(np.arange(stop - start), np.where(single, 1, 2))
    index = first[pixel] + (np.arange(len(pixel)) - places[pixel])
    offset = (centre[pixel] - (2 * index + 1) * wanted) / wanted
    return Taps(
        index=index,
        offset=offset.astype(np.float32),
        pairs=np.stack([places, places + ~single]),
        weights=np.stack([1 - share, share]).astype(np.float32),
    )


def pixels_of(start: int, stop: int, length: int, wanted: int) -> tuple[int, int]:
    """Output pixels (half-open range) whose centres lie in the input pixels `start:stop`.

    Consecutive ranges of input pixels give consecutive ranges of output pixels: none is lost or doubled.
    """
    first, last = (-(-(2 * wanted * side - length) // (2 * length)) for side in (start, stop))
    return max(0, first), min(wanted, last)
