"""What a run did to the picture, measured on the pixels before they are encoded.

Noise, blocks and sharpness depend on the scale at which they are looked at: a block of 8 pixels is 24
wide after an enlargement by 3. So the output is brought to the input's size first, for all figures alike.
"""

import math

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from restograph.image.alpha import resize_alpha
from restograph.image.picture import Picture
from restograph.image.quality import psnr
from restograph.image.resample import bicubic
from restograph.task.look import look


class Side(BaseModel):
    """One picture at the input's size; the measures are those of task/look.py."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sharpness: float = Field(description="Variance of the Laplacian of luma, in squared levels.")
    noise_sigma: float = Field(description="Standard deviation of the noise, in levels of 255.")
    blockiness: float = Field(description="Difference across 8 x 8 block borders over that inside; 1 is none.")
    block_step: float = Field(description="The same two means subtracted, in levels of 255.")


class Measurements(BaseModel):
    """Input and output side by side, and how well they agree."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    size_before: tuple[int, int] = Field(description="Width and height of the input in pixels.")
    size_after: tuple[int, int] = Field(description="Width and height of the output in pixels.")
    before: Side
    after: Side = Field(description="The output, resized to the input's size by bicubic.")
    consistency_psnr: float | None = Field(
        description="PSNR in dB over all channels of the output at the input's size with the input; null if equal."
    )


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
