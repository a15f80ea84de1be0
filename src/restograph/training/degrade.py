"""Degradations that make training inputs, in the order in which damage arises, each one seeded.

blur (motion, then lens) -> down -> noise -> compression. Pictures are 8-bit RGB (H, W, 3) at both ends; between
the stages they stay float32 in [0, 1]. `Damage` says which stages a recipe uses and how strong they are.
"""

import io
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydantic import BaseModel, ConfigDict, Field

from restograph.image.resample import bicubic, matlab_bicubic
from restograph.training.blur import blurred, gaussian_kernel, motion_kernel

Bytes = NDArray[np.uint8]
Pixels = NDArray[np.float32]
Span = tuple[float, float]

BLOCK = 8  # JPEG works on 8 x 8 blocks
MARGIN = 2 * BLOCK  # input pixels around a crop: the block grid moves in them, and filters reach beyond the crop


class Damage(BaseModel):
    """What happens to a photograph; a stage that is null is left out, a share says how often it strikes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    motion: Span | None = Field(None, description="length of the camera's path in pixels, from and to")
    motion_share: float = Field(1.0, ge=0, le=1, description="share of the crops with motion blur")
    lens: Span | None = Field(None, description="Gaussian blur, standard deviation in pixels, from and to")
    lens_share: float = Field(0.5, ge=0, le=1, description="share of the crops with Gaussian blur")
    filter: Literal["pillow", "matlab"] = Field(
        "pillow", description="which antialiased bicubic makes pictures smaller"
    )
    noise: Span | None = Field(None, description="noise, standard deviation of 255, from and to")
    noise_share: float = Field(0.5, ge=0, le=1, description="share of the crops with noise")
    shot: float = Field(0.0, ge=0, le=1, description="share of noisy crops whose noise grows with the light (Poisson)")
    jpeg: tuple[int, int] | None = Field(None, description="quality of JPEG, from and to")
    webp: tuple[int, int] | None = Field(None, description="quality of WebP, from and to; strikes instead of JPEG")
    webp_share: float = Field(0.2, ge=0, le=1, description="share of WebP among the compressed crops")
    compression_share: float = Field(0.9, ge=0, le=1, description="share of the crops that are compressed")

    @property
    def strikes(self) -> bool:
        """Whether anything happens besides making the picture smaller."""
        return any((self.motion, self.lens, self.noise, self.jpeg, self.webp))

    @property
    def reach(self) -> int:
        """Pixels of the sharp picture that a blurred pixel can depend on, to each side."""
        motion = int(np.ceil(self.motion[1])) + 1 if self.motion else 0
        return motion + (int(np.ceil(3 * self.lens[1])) if self.lens else 0)


def damaged(crop: Bytes, scale: int, damage: Damage, rng: np.random.Generator) -> Bytes:
    """8-bit RGB (H, W, 3) -> its damaged version (H/scale, W/scale, 3); what blur would make up at the edge is wrong."""
    out = to_float(crop)
    if damage.motion and rng.random() < damage.motion_share:
        out = in_light(out, motion_kernel(rng.uniform(*damage.motion), rng))
    if damage.lens and rng.random() < damage.lens_share:
        out = in_light(out, gaussian_kernel(rng.uniform(*damage.lens)))
    if scale > 1:
        out = smaller(out, scale, damage.filter)
    if damage.noise and rng.random() < damage.noise_share:
        out = noisy(out, rng.uniform(*damage.noise), rng.random() < damage.shot, rng)
    return compressed(to_bytes(out), damage, rng)


def in_light(pixels: Pixels, kernel: Pixels) -> Pixels:
    """Blur where it happens, in linear light (display gamma 2.2), so that lamps smear as lamps do."""
    return np.clip(blurred(np.clip(pixels, 0, 1) ** np.float32(2.2), kernel), 0, 1) ** np.float32(1 / 2.2)


def smaller(pixels: Pixels, scale: int, kernel: Literal["pillow", "matlab"]) -> Pixels:
    """(H, W, 3) -> (H/scale, W/scale, 3) by antialiased bicubic, in floating point or in 8 bits as Matlab does."""
    height, width = (side // scale for side in pixels.shape[:2])
    if kernel == "matlab":
        return to_float(matlab_bicubic(to_bytes(pixels), width, height))
    return bicubic(pixels, width, height)


def noisy(pixels: Pixels, sigma: float, shot: bool, rng: np.random.Generator) -> Pixels:
    """Add noise of standard deviation `sigma` (in 1/255), the same everywhere or growing with the light.

    `shot`: the variance is sigma^2 at white and a tenth of it at black, the affine law of sensors
    (Foi et al., IEEE TIP 2008, Poisson-Gaussian noise); the split between the two parts is our choice.
    """
    spread: Pixels | float = sigma / 255.0
    if shot:
        spread = np.float32(sigma / 255.0) * np.sqrt(np.float32(0.1) + np.float32(0.9) * np.clip(pixels, 0, 1))
    return np.asarray(pixels + spread * rng.standard_normal(pixels.shape, dtype=np.float32), dtype=np.float32)


def compressed(picture: Bytes, damage: Damage, rng: np.random.Generator) -> Bytes:
    """Through JPEG or WebP, or as it is."""
    if not (damage.jpeg or damage.webp) or rng.random() >= damage.compression_share:
        return picture
    if damage.webp and (damage.jpeg is None or rng.random() < damage.webp_share):
        return webp(picture, int(rng.integers(damage.webp[0], damage.webp[1] + 1)))
    assert damage.jpeg is not None
    return jpeg(picture, int(rng.integers(damage.jpeg[0], damage.jpeg[1] + 1)), int(rng.choice([0, 2, 2])))


def jpeg(picture: Bytes, quality: int, subsampling: int) -> Bytes:
    """Round trip through JPEG; subsampling 0 is 4:4:4, 2 is 4:2:0 (Pillow's numbers)."""
    return _through(picture, "JPEG", quality=quality, subsampling=subsampling)


def webp(picture: Bytes, quality: int) -> Bytes:
    """Round trip through lossy WebP."""
    return _through(picture, "WEBP", quality=quality)


def _through(picture: Bytes, form: str, **options: int) -> Bytes:
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, form, **options)
    with Image.open(buffer) as image:
        return np.asarray(image.convert("RGB"))


def to_float(picture: Bytes) -> Pixels:
    """8 bits -> float32 in [0, 1]."""
    return picture.astype(np.float32) / np.float32(255)


def to_bytes(pixels: NDArray[np.floating]) -> Bytes:
    """[0, 1], clipped -> 8 bits."""
    return np.asarray(np.clip(np.rint(pixels * 255), 0, 255), dtype=np.uint8)
