"""What a run did to the picture, measured on the pixels before they are encoded.

Noise, blocks and sharpness depend on the scale at which they are looked at: a block of 8 pixels is 24
wide after an enlargement by 3. So the output is brought to the input's size first, for all figures alike.
"""

import math

import numpy as np

from restograph.image.alpha import resize_alpha
from restograph.image.picture import Picture
from restograph.image.quality import psnr
from restograph.image.resample import bicubic
from restograph.run.record import Measurements, Side
from restograph.task.look import look


def measure(before: Picture, after: Picture) -> Measurements:
    """Compare the picture that was loaded with the one that is saved."""
    small = np.clip(bicubic(after.pixels, before.width, before.height), 0, 1)
    agreement = psnr(before.pixels, small, peak=1.0)
    return Measurements(
        size_before=(before.width, before.height),
        size_after=(after.width, after.height),
        before=_side(before),
        after=_side(after.with_pixels(small, resize_alpha(after.alpha, before.width, before.height))),
        consistency_psnr=round(agreement, 2) if math.isfinite(agreement) else None,
    )


def _side(picture: Picture) -> Side:
    seen = look(picture)
    return Side(
        sharpness=seen.sharpness,
        noise_sigma=seen.noise_sigma,
        blockiness=seen.blockiness,
        block_step=seen.block_step,
    )
