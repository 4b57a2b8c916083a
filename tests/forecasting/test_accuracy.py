"""Measures of error."""

import math

import pytest

from forecasting.accuracy import bias, coverage, wape


def test_unknowns_are_left_out():
    assert wape([10, math.nan, 10], [8, 5, 10]) == pytest.approx(0.1)
    assert bias([10, math.nan, 10], [8, 5, 10]) == pytest.approx(-0.1)
    assert coverage([1, math.nan], [0, 0], [2, 2]) == 1


def test_nothing_happened():
    assert math.isnan(wape([0, 0], [1, 1]))
    assert math.isnan(bias([0], [1]))
    assert math.isnan(coverage([math.nan], [0], [1]))


def test_shapes_must_match():
    with pytest.raises(ValueError, match="one shape"):
        wape([1, 2], [1])
