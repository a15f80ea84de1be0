"""One network on the pixels of one picture: padding, tiles, gray, and refusal of results that are no picture."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from restograph.errors import RunError
from restograph.models.card import Card, SizeRule
from restograph.run.memory import plan_cut
from restograph.run.tiles import Tick, tiled

Pixels = NDArray[np.float32]
Infer = Callable[[NDArray[np.float32]], NDArray[np.float32]]  # (1, 3, h, w) -> (1, 3, h*s, w*s)

_BT601 = np.array([0.299, 0.587, 0.114], dtype=np.float32)  # weights of luma; they add up to 1

ROUNDING = 2 / 255  # one step of 8 bits in the input, one in the output


class BadOutput(RunError):
    """A network returned values that are no picture; it may be worth one more try."""


@dataclass(frozen=True)
class Applied:
    """Result of one network: pixels (H*s, W*s, C) in [0, 1], tile side in input pixels, and whether it was tiled."""

    pixels: Pixels
    tile: int
    tiled: bool


def apply_model(infer: Infer, card: Card, pixels: Pixels, limit: int, tick: Tick | None = None) -> Applied:
    """Run a card's network on (H, W, C), C = 1 or 3, values in [0, 1], within `limit` bytes of memory.

    A picture of one colour stays exactly that colour. Raises BadOutput when the network returns NaN,
    infinity or one colour for a picture that has more, OutOfMemory when no tile fits.
    """
    height, width, channels = pixels.shape
    scale = whole_scale(card)
    if is_constant(pixels):  # there is nothing to restore, and rounding must not turn white into 254
        return Applied(np.tile(pixels[:1, :1], (height * scale, width * scale, 1)), max(height, width), tiled=False)
    padded = pad(pixels, card.size)
    cut = plan_cut(card, padded.shape[0], padded.shape[1], limit)
    out, tile = tiled(lambda part: _through(infer, card, part), padded, cut, scale, tick)
    clipped = checked(out[: height * scale, : width * scale], pixels, card)
    return Applied(to_channels(clipped, channels), tile, tiled=tile < max(padded.shape[:2]))


def whole_scale(card: Card) -> int:
    """The card's scale as an integer; raises RunError for a network of another scale."""
    if card.scale != int(card.scale):
        raise RunError(f"{card.name!r} has scale {card.scale!r}; only whole factors can be run, use a resize after")
    return int(card.scale)


def pad(pixels: Pixels, rule: SizeRule) -> Pixels:
    """Pad (H, W, C) at the bottom and right to the sizes that the rule allows.

    `reflect` needs more pixels than it makes up; smaller pictures repeat their edge instead.
    """
    missing = [_allowed(side, rule) - side for side in pixels.shape[:2]]
    if not any(missing):
        return pixels
    for axis, count in enumerate(missing):
        mode = "edge" if rule.pad == "reflect" and count >= pixels.shape[axis] else rule.pad
        widths = [(0, count if axis == a else 0) for a in range(3)]
        pixels = np.pad(pixels, widths, mode=mode)
    return pixels


def _allowed(side: int, rule: SizeRule) -> int:
    return -(-max(side, rule.minimum) // rule.multiple) * rule.multiple


def to_channels(pixels: Pixels, channels: int) -> Pixels:
    """(H, W, 3) as it is, or its luma (H, W, 1) for a picture that came in gray."""
    if pixels.shape[2] == channels:
        return np.ascontiguousarray(pixels, dtype=np.float32)
    luma: Pixels = np.clip(pixels @ _BT601, 0, 1).astype(np.float32)
    return luma[..., None]


def is_constant(pixels: Pixels) -> bool:
    """True if all pixels are equal."""
    return bool((pixels == pixels[0, 0]).all())


def checked(out: Pixels, given: Pixels, card: Card) -> Pixels:
    """`out` clipped to [0, 1]; raises BadOutput when it cannot be what was asked for.

    One colour is right only for a picture that differs nowhere from that colour by more than rounding.
    """
    if not np.isfinite(out).all():
        raise BadOutput(f"{card.name!r} returned NaN or infinite values; try --provider cpu or another model")
    clipped: Pixels = np.clip(out, 0, 1)
    if is_constant(clipped) and float(np.abs(given - clipped[0, 0]).max()) > ROUNDING:
        raise BadOutput(
            f"{card.name!r} returned one colour for a picture that has more; its weights may be damaged: "
            "run `restograph models verify`"
        )
    return clipped


def batch_of(card: Card, part: Pixels) -> NDArray[np.float32]:
    """(h, w, C) in [0, 1] -> (1, 3, h, w) in the card's range; gray becomes three equal planes."""
    low, high = card.input.low, card.input.high
    colours = np.broadcast_to(part, (*part.shape[:2], card.input.channels))
    batch: NDArray[np.float32] = np.ascontiguousarray(colours.transpose(2, 0, 1)[None]) * np.float32(high - low)
    return batch + np.float32(low)


def _through(infer: Infer, card: Card, part: Pixels) -> Pixels:
    low, high = card.input.low, card.input.high
    out = infer(batch_of(card, part))[0].transpose(1, 2, 0)
    scaled: Pixels = (out - np.float32(low)) / np.float32(high - low)
    return scaled
