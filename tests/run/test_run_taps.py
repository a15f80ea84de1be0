"""Neighbours along one side: what eq. (4) of LIIF says, ties included, and nothing lost between tiles."""

from fractions import Fraction
from itertools import pairwise
from math import floor

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from restograph.run.taps import pixels_of, taps

lengths = st.integers(2, 90)
factors = st.fractions(min_value=1, max_value=16, max_denominator=20)


def expected(length: int, wanted: int, pixel: int) -> dict[int, Fraction]:
    """Input pixels of an output pixel and their weights, in exact arithmetic."""
    centre = Fraction((2 * pixel + 1) * length, 2 * wanted)  # in input pixels
    below = floor(centre - Fraction(1, 2))
    share = centre - Fraction(1, 2) - below
    found: dict[int, Fraction] = {}
    for index, weight in ((below, 1 - share), (below + 1, share)):
        inside = min(max(index, 0), length - 1)
        found[inside] = found.get(inside, Fraction(0)) + weight
    return {index: weight for index, weight in found.items() if weight}


@given(lengths, factors)
def test_taps_are_the_live_neighbours(length: int, factor: Fraction) -> None:
    wanted = floor(length * factor + Fraction(1, 2))
    found = taps(length, wanted, 0, wanted)
    for pixel in range(wanted):
        pair = found.pairs[:, pixel]
        weights: dict[int, float] = {}
        for tap, weight in zip(pair, found.weights[:, pixel], strict=True):
            index = int(found.index[tap])
            weights[index] = weights.get(index, 0) + float(weight)
            offset = Fraction((2 * pixel + 1) * length, wanted) - (2 * index + 1)
            assert abs(float(found.offset[tap]) - float(offset)) < 1e-5
        exact = expected(length, wanted, pixel)
        assert {index for index, weight in weights.items() if weight} == set(exact)
        assert all(abs(weights[index] - float(weight)) < 1e-6 for index, weight in exact.items())


@given(lengths, factors, st.data())
def test_a_part_is_cut_out_of_the_whole(length: int, factor: Fraction, data: st.DataObject) -> None:
    wanted = floor(length * factor + Fraction(1, 2))
    start = data.draw(st.integers(0, wanted - 1))
    stop = data.draw(st.integers(start + 1, wanted))
    whole, part = taps(length, wanted, 0, wanted), taps(length, wanted, start, stop)
    shift = whole.pairs[0, start]
    assert np.array_equal(part.pairs + shift, whole.pairs[:, start:stop])
    assert np.array_equal(part.weights, whole.weights[:, start:stop])
    assert np.array_equal(part.index, whole.index[shift : shift + len(part.index)])


def test_whole_factors_have_few_phases_and_odd_ones_a_single_tap_at_their_centre() -> None:
    even, odd = taps(20, 40, 8, 32), taps(20, 60, 9, 51)
    assert len(set(even.offset.tolist())) == 4 and len(even.index) == 48
    assert len(set(odd.offset.tolist())) == 5 and len(odd.index) == 70  # 5 for every 3 pixels


@given(lengths, factors, st.integers(1, 30))
def test_ranges_of_output_pixels_follow_each_other(length: int, factor: Fraction, tile: int) -> None:
    wanted = floor(length * factor + Fraction(1, 2))
    ranges = [pixels_of(start, min(start + tile, length), length, wanted) for start in range(0, length, tile)]
    assert ranges[0][0] == 0 and ranges[-1][1] == wanted
    assert all(before[1] == after[0] for before, after in pairwise(ranges))
    for (start, stop), begin in zip(ranges, range(0, length, tile), strict=True):
        if start < stop:
            found = taps(length, wanted, start, stop).index
            assert begin - 1 <= found.min() and found.max() <= begin + tile
