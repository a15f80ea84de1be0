"""Look at a photograph without any model: what it is, and which damage can be measured in it.

Every measure works on the numbers of the file scaled to 0..255 ("levels"). Pictures of more than
2**20 pixels are sampled on a fixed grid of tiles at full resolution, since shrinking would remove
what is to be measured.

The thresholds come from the 37 photographs of the training folder (0.8 to 1.6 megapixels, JPEG
quality 95), each damaged in known ways; beside each number stands what it was set between.
"""

from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

Levels = NDArray[np.float32]  # tiles (N, h, w, C) or luma (N, h, w), values 0..255

Damage = Literal["compression", "noise", "motion_blur", "defocus_blur"]
Kind = Literal["gray", "palette", "rgb", "cmyk"]
Format = Literal["JPEG", "PNG", "WEBP", "AVIF", "TIFF"]

BLOCK = 8  # JPEG transforms blocks of 8 x 8 pixels
_SAMPLE = 2**20  # pixels that are measured; all of them up to here
_GRID, _TILE = 8, 128  # 8 x 8 tiles of 128 x 128 pixels are 2**20

# At quality 75 three quarters of the photographs pass `_BLOCK_STEP`, at 85 a fifth, at 90 and above none.
_JPEG_QUALITY = 75
# Undamaged photographs, also enlarged, shrunk or cut to 128 pixels: at most 0.48 levels; quality 75: 0.68 (median).
_BLOCK_STEP = 0.6
# Undamaged photographs reach 2.1, and a scanned print on grainy paper 3.8; noise of 5 is measured as 4.9 at least.
# Cuts of 128 to 384 pixels may be texture without any flat place: of 740 undamaged ones the highest gave 5.7.
_NOISE_LARGE, _NOISE_SMALL, _LARGE = 4.0, 6.0, 2**19
# Sharp photographs stay below 1.8 pixels, and below 3.4 when enlarged three times, which is softer than files
# straight from a camera; Gaussian blur of 3 pixels gives 3.9 (median). Without motion the two axes differ by at most
# 1.9 (cuts included); motion over 15 pixels gives 2.9 (median).
_EDGE_WIDTH, _EDGE_RATIO = 3.5, 2.0
_SMALLEST = 128  # below that, undamaged cuts pass all of these thresholds now and then: nothing is concluded

# Luma quantisation of ITU-T T.81, table K.1, in row order: the base that the Independent JPEG Group scales by quality.
_LUMA_BASE = (
    (16, 11, 10, 16, 24, 40, 51, 61),
    (12, 12, 14, 19, 26, 58, 60, 55),
    (14, 13, 16, 24, 40, 57, 69, 56),
    (14, 17, 22, 29, 51, 87, 80, 62),
    (18, 22, 37, 56, 68, 109, 103, 77),
    (24, 35, 55, 64, 81, 104, 113, 92),
    (49, 64, 78, 87, 103, 121, 120, 101),
    (72, 92, 95, 98, 112, 100, 103, 99),
)


class Seen(Protocol):
    """What `look` needs of a picture: decoded pixels and the facts of its file."""

    @property
    def pixels(self) -> NDArray[np.float32]:
        """(H, W, C) in [0, 1], C = 1 or 3."""

    @property
    def alpha(self) -> NDArray[np.float32] | None:
        """(H, W) in [0, 1]."""

    @property
    def depth(self) -> int:
        """Bits per sample of the file."""

    @property
    def kind(self) -> Kind:
        """How the file stores colour."""

    @property
    def format(self) -> Format:
        """Format of the file."""

    @property
    def profile(self) -> str | None:
        """Name of the embedded colour profile."""

    @property
    def orientation(self) -> int:
        """EXIF orientation found in the file."""

    @property
    def frames(self) -> int:
        """Pictures in the file."""

    @property
    def quantization(self) -> tuple[tuple[int, ...], ...] | None:
        """JPEG quantisation tables in row order, luma first."""


class Look(BaseModel):
    """The measured state of one picture."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: Literal[1] = 1
    width: int = Field(description="pixels, after orientation")
    height: int = Field(description="pixels, after orientation")
    depth: int = Field(description="bits per sample in the file")
    kind: Kind = Field(description="how the file stores colour")
    format: Format = Field(description="format of the file")
    profile: str | None = Field(default=None, description="name of the embedded colour profile")
    orientation: int = Field(default=1, description="EXIF orientation found in the file, already applied")
    has_alpha: bool = Field(default=False, description="the picture has a transparency channel")
    frames: int = Field(default=1, description="pictures in the file; the first one is measured")
    jpeg_quality: int | None = Field(default=None, description="IJG quality (1 to 100) nearest to the luma table")
    blockiness: float = Field(description="mean difference across 8 x 8 block borders over that inside; 1 is none")
    block_step: float = Field(description="by how many levels of 255 the border exceeds every other phase of the grid")
    noise_sigma: float = Field(description="standard deviation of the noise per channel, in levels of 255")
    sharpness: float = Field(description="variance of the Laplacian of luma, in squared levels; depends on content")
    edge_width: float | None = Field(
        default=None, description="pixels that the sharpest edges take; None without edges"
    )
    edge_ratio: float | None = Field(default=None, description="edge width along the softer axis over the sharper one")
    brightness: float = Field(description="mean luma, 0 to 1")
    clipped_low: float = Field(description="share of pixels that are pure black")
    clipped_high: float = Field(description="share of pixels that are pure white")
    damages: tuple[Damage, ...] = Field(default=(), description="damage beyond what undamaged photographs show")


def look(picture: Seen) -> Look:
    """Measure a picture; deterministic, under a second for 12 megapixels, for any size from 1 x 1."""
    height, width = picture.pixels.shape[:2]
    tiles = sample(picture.pixels, picture.alpha)
    luma = to_luma(tiles)
    quality = jpeg_quality(picture.quantization)
    ratio, step = blockiness(luma)
    sigma = noise_sigma(tiles)
    widths = edge_widths(luma)
    low, high = _clipped(picture.pixels)
    seen = Look(
        width=width,
        height=height,
        depth=picture.depth,
        kind=picture.kind,
        format=picture.format,
        profile=picture.profile,
        orientation=picture.orientation,
        has_alpha=picture.alpha is not None,
        frames=picture.frames,
        jpeg_quality=quality,
        blockiness=round(ratio, 3),
        block_step=round(step, 3),
        noise_sigma=round(sigma, 2),
        sharpness=round(sharpness(luma), 2),
        edge_width=None if widths is None else round(widths[0], 2),
        edge_ratio=None if widths is None else round(widths[1] / widths[0], 2),
        brightness=round(float(luma.mean()) / 255, 4),
        clipped_low=round(low, 5),
        clipped_high=round(high, 5),
    )
    return seen.model_copy(update={"damages": damages(seen)})


def damages(seen: Look) -> tuple[Damage, ...]:
    """What stands clear of every undamaged photograph that was measured, in the order in which to treat it."""
    found: list[Damage] = []
    judged = min(seen.width, seen.height) >= _SMALLEST
    coarse = seen.jpeg_quality is not None and seen.jpeg_quality <= _JPEG_QUALITY
    if coarse or (judged and seen.block_step >= _BLOCK_STEP):
        found.append("compression")
    if judged and seen.noise_sigma >= (_NOISE_LARGE if seen.width * seen.height >= _LARGE else _NOISE_SMALL):
        found.append("noise")
    if judged and (blur := _blur(seen.edge_width, seen.edge_ratio)) is not None:
        found.append(blur)
    return tuple(found)


def _blur(width: float | None, ratio: float | None) -> Damage | None:
    if width is None or ratio is None or width * ratio < _EDGE_WIDTH:
        return None
    if ratio >= _EDGE_RATIO:  # soft along one axis only
        return "motion_blur"
    return "defocus_blur" if width >= _EDGE_WIDTH else None


def sample(pixels: NDArray[np.float32], alpha: NDArray[np.float32] | None = None) -> Levels:
    """Tiles (N, h, w, C) in levels 0..255: the whole picture, or an even grid of tiles of a large one.

    Tiles start at multiples of 8, so that all of them cut the JPEG grid alike. What is fully
    transparent becomes black, which the noise measure skips like everything clipped.
    """
    height, width = pixels.shape[:2]
    if height * width <= _SAMPLE:
        corners = [(0, 0)]
        tall, wide = height, width
    else:
        tall, wide = min(_TILE, height), min(_TILE * _TILE // min(_TILE, height), width)
        corners = [(y, x) for y in _starts(height, tall) for x in _starts(width, wide)]
    tiles = np.stack([pixels[y : y + tall, x : x + wide] for y, x in corners]) * np.float32(255)
    if alpha is not None:
        tiles[np.stack([alpha[y : y + tall, x : x + wide] for y, x in corners]) == 0] = 0
    return tiles


def _starts(length: int, tile: int) -> list[int]:
    return sorted({int(at) // BLOCK * BLOCK for at in np.linspace(0, length - tile, _GRID)})


def to_luma(tiles: Levels) -> Levels:
    """ITU-R BT.601 luma (N, h, w) in full range, 0..255; gray pictures are their own."""
    if tiles.shape[-1] == 1:
        return tiles[..., 0]
    return tiles @ np.array([0.299, 0.587, 0.114], dtype=np.float32)


def jpeg_quality(tables: tuple[tuple[int, ...], ...] | None) -> int | None:
    """The quality from 1 to 100 whose IJG luma table is nearest to the first table; None without tables.

    The Independent JPEG Group scales the base table by 5000/q below 50 and by 200 - 2q from there on,
    rounds, and clips to 1..255. Exact for files of libjpeg; the nearest equivalent for others.
    """
    if not tables or len(tables[0]) != BLOCK * BLOCK:
        return None
    quality = np.arange(1, 101)
    scale = np.where(quality < 50, 5000 // quality, 200 - 2 * quality)
    candidates = np.clip((np.outer(scale, np.ravel(_LUMA_BASE)) + 50) // 100, 1, 255)
    distance = np.abs(candidates - np.array(tables[0])).sum(axis=1)
    return int(quality[np.flatnonzero(distance == distance.min())[-1]])


def blockiness(luma: Levels) -> tuple[float, float]:
    """How much more neighbours differ across 8 x 8 block borders than inside: (ratio, step in levels).

    The mean absolute difference of neighbouring columns is taken for each of the 8 phases modulo 8;
    the largest one counts as the border, so a cropped grid is found as well. The ratio compares it
    with the mean of the others; a twentieth of a level on both sides keeps flat pictures at 1. The
    step is its excess over the largest of the others, which only a single standing line has:
    patterns of two or four pixels, as enlarging leaves them, give none. Rows are treated alike and
    both axes are averaged. Differences count up to 16 levels; anything stronger is an edge of the scene.
    """
    ratios, excesses = [1.0], [0.0]
    axes = [axis for axis in (1, 2) if luma.shape[axis] > BLOCK]
    for axis in axes:
        steps = np.minimum(np.abs(np.diff(luma, axis=axis)), 16).mean(axis=(0, 3 - axis), dtype=np.float64)
        *inside, border = sorted(float(steps[k::BLOCK].mean()) for k in range(BLOCK))
        ratios.append((border + 0.05) / (sum(inside) / len(inside) + 0.05))
        excesses.append(border - inside[-1])
    first = 1 if axes else 0
    return float(np.mean(ratios[first:])), float(np.mean(excesses[first:]))


def noise_sigma(tiles: Levels) -> float:
    """Standard deviation of white noise per channel, in levels, averaged over the channels.

    The second difference in both directions (the mask of Immerkær, "Fast Noise Variance Estimation",
    Computer Vision and Image Understanding 64(2), 1996) cancels structure and answers white noise
    with six times its sigma. It is taken over blocks of 8 x 8 pixels, and the flattest twentieth of
    the blocks counts, since the others hold texture. On pure noise that quantile lies at 0.75 of
    sigma, hence the division. Blocks that touch pure black or white are skipped, since clipping
    removes noise.
    """
    estimates = [_channel_sigma(tiles[..., c]) for c in range(tiles.shape[-1])]
    return float(np.mean(estimates))


def _channel_sigma(channel: Levels) -> float:
    height, width = channel.shape[1:]
    if height < 3 or width < 3:
        return 0.0
    vertical = channel[:, :-2] - 2 * channel[:, 1:-1] + channel[:, 2:]
    response = vertical[..., :-2] - 2 * vertical[..., 1:-1] + vertical[..., 2:]
    rows, columns = min(BLOCK, height - 2), min(BLOCK, width - 2)
    answers, inner = _blocks(response, rows, columns), _blocks(channel[:, 1:-1, 1:-1], rows, columns)
    whole = (inner.min(axis=1) >= 2) & (inner.max(axis=1) <= 253)
    if not whole.any():
        return 0.0
    sigmas = np.sqrt(np.mean(answers[whole] ** 2, axis=1, dtype=np.float64)) / 6
    return float(np.quantile(sigmas, 0.05) / (0.75 if len(sigmas) > 1 else 1.0))


def _blocks(values: Levels, rows: int, columns: int) -> Levels:
    """(N, h, w) to (blocks, rows * columns); what does not fill a block is left out."""
    count, height, width = values.shape
    down, across = height // rows, width // columns
    cut = values[:, : down * rows, : across * columns].reshape(count, down, rows, across, columns)
    return cut.transpose(0, 1, 3, 2, 4).reshape(-1, rows * columns)


def sharpness(luma: Levels) -> float:
    """Variance of the four-neighbour Laplacian of luma, in squared levels; 0 for pictures under 3 pixels.

    It grows with detail, but also with noise and block borders: compare it only between versions of
    one picture (Pech-Pacheco et al., "Diatom autofocusing in brightfield microscopy", ICPR 2000).
    """
    if min(luma.shape[1:]) < 3:
        return 0.0
    centre = luma[:, 1:-1, 1:-1]
    around = luma[:, :-2, 1:-1] + luma[:, 2:, 1:-1] + luma[:, 1:-1, :-2] + luma[:, 1:-1, 2:]
    return float((around - 4 * centre).var(dtype=np.float64))


def edge_widths(luma: Levels) -> tuple[float, float] | None:
    """Pixels that the sharpest edges take, along the sharper and the softer of the two axes.

    In windows of 9 pixels with a contrast of at least 32 levels, the contrast over the steepest step
    is the width of the edge; the tenth part with the smallest widths gives the result. 1 is a hard
    edge. An axis needs 50 such windows; without any the result is None.
    """
    widths = [width for axis in (1, 2) if (width := _axis_width(luma, axis)) is not None]
    return (min(widths), max(widths)) if widths else None


def _axis_width(luma: Levels, axis: int) -> float | None:
    window = 9
    if luma.shape[axis] < window:
        return None
    lines = np.moveaxis(luma, axis, 2)[:, ::2]  # every second line and window: neighbours say the same
    views = np.lib.stride_tricks.sliding_window_view(lines, window, axis=2)[:, :, ::2]
    contrast = views.max(axis=-1) - views.min(axis=-1)
    strong = contrast >= 32
    if int(strong.sum()) < 50:
        return None
    steepest = np.abs(np.diff(views[strong], axis=-1)).max(axis=-1)
    return float(np.quantile(contrast[strong] / steepest, 0.1))


def _clipped(pixels: NDArray[np.float32]) -> tuple[float, float]:
    """Shares of pixels at the lowest and highest of 256 codes in all channels; large pictures are strided."""
    stride = max(1, int(np.ceil(np.sqrt(pixels.shape[0] * pixels.shape[1] / 2**22))))
    seen = pixels[::stride, ::stride]
    low, high = (seen <= 0.5 / 255).all(axis=2), (seen >= 254.5 / 255).all(axis=2)
    return float(low.mean()), float(high.mean())
