"""Counts of contacts with the scatter of chance taken out, for formulas that add it themselves."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

_AROUND_S = 3600.0  # over which counts that scatter by chance alone are evened out


def without_chance(contacts: FloatArray, day: npt.ArrayLike, interval_s: float) -> FloatArray:
    """Return counts with the scatter taken out that Poisson arrivals have at a steady rate.

    Erlang A adds the scatter of arrivals to a rate. Given counts instead, which scatter already,
    it would have it twice: in short intervals it would see more hang-ups than there were.

    Parameters
    ----------
    contacts
        Counts of neighbouring intervals ``[I]``.
    day
        A number for each interval's day ``[I]``; days know nothing of each other.
    interval_s
        Length of an interval in seconds.

    Notes
    -----
    Each count is drawn towards the mean of the hour around it, by the same factor everywhere, so
    that the variance left is what goes beyond Poisson's: none where counts scatter as chance has
    them, all of it where they follow the clock. The hours' own scatter stays: a fifth of chance's
    at quarter hours. Each day keeps its total. Intervals of an hour or more stay as they are.

    Examples
    --------
    >>> without_chance(np.array([8.0, 12, 9, 11, 10]), np.zeros(5), 900.0).round(2).tolist()
    [9.63, 9.97, 9.97, 10.47, 9.97]
    """
    counts, days = np.asarray(contacts, np.float64), np.asarray(day)
    reach = math.floor(_AROUND_S / interval_s / 2.0)
    if reach < 1 or not counts.size:
        return counts
    first = np.flatnonzero(np.r_[True, days[1:] != days[:-1]])
    bounds = list(pairwise([*first.tolist(), counts.size]))
    mean = np.concatenate([_around(counts[low:high], reach) for low, high in bounds])
    own = 1.0 - 1.0 / (2 * reach + 1)  # a count is part of its own mean
    chance = float(mean.sum()) * own
    seen = float(np.square(counts - mean).sum())
    kept = math.sqrt(max(1.0 - chance / seen, 0.0)) if seen > 0 else 0.0
    result: FloatArray = mean + kept * (counts - mean)
    for low, high in bounds:
        total = float(result[low:high].sum())
        result[low:high] *= float(counts[low:high].sum()) / total if total > 0 else 1.0
    return result


def _around(counts: FloatArray, reach: int) -> FloatArray:
    """Return means over as many intervals before and after, fewer at the ends."""
    total = np.r_[0.0, np.cumsum(counts)]
    at = np.arange(counts.size)
    low, high = np.maximum(at - reach, 0), np.minimum(at + reach + 1, counts.size)
    result: FloatArray = (total[high] - total[low]) / (high - low)
    return result
