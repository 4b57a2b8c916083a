"""The true service curve of an interval: how much one more position gives, from a floor upwards."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from staffing.fewest import Question

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_NOBODY = 1e-9  # service levels below this are the foot of the S
_ALL = 1.0 - 1e-6  # and those beyond this its shoulder


@dataclass(frozen=True, slots=True)
class Curves:
    """Service of whole positions in K intervals, a ladder each: what a linear program can use.

    Parameters
    ----------
    first
        Positions at the foot of each ladder, [K].
    last
        Positions at its top, [K].
    level
        Service level of first, first + 1, ... positions, [K, L]; beyond ``last`` that of ``last``.

    Examples
    --------
    Ten erlangs in Erlang C: each further position gives less than the one before.

    >>> from staffing.queues import Target
    >>> question = Question(Target(0.8, 20, over="day"), np.inf, 1)
    >>> load, aht_s = np.array([10.0]), np.array([180.0])
    >>> curves = service_curves(question, load, aht_s, np.array([11]), np.array([14]))
    >>> curves.level.round(3).tolist(), curves.gain.round(3).tolist()
    ([[0.39, 0.64, 0.796, 0.888]], [[0.251, 0.155, 0.093]])
    """

    first: IntArray
    last: IntArray
    level: FloatArray

    @property
    def gain(self) -> FloatArray:
        """Return what each further position adds, [K, L - 1]: falling, 0 beyond the ladder.

        ``level[:, :1]`` plus their running sum is concave, and is the curve itself where the
        ladder stands at the inflection or above. Below, it lies under the curve.
        """
        added = np.diff(self.level, axis=1)
        return np.minimum.accumulate(np.maximum(added, 0.0), axis=1)


def service_curves(
    question: Question, load: FloatArray, aht_s: FloatArray, first: IntArray, last: IntArray
) -> Curves:
    """Return the service level of every number of positions from ``first`` to ``last``.

    Parameters
    ----------
    question
        Threshold, patience and concurrency.
    load, aht_s
        Erlangs of contacts, and average handling time in seconds, [K].
    first, last
        The ladder of each interval, [K]; at least 1, and ``last`` not below ``first``.
    """
    count = last - first + 1
    row = np.repeat(np.arange(count.size), count)
    step = np.arange(row.size) - np.repeat(np.cumsum(count) - count, count)
    positions = (first[row] + step).astype(np.float64)
    found = question.served(positions, load[row], aht_s[row]).service_level
    width = np.arange(int(count.max(initial=1)))
    top = found[np.cumsum(count) - 1]
    level = np.where(width < count[:, None], 0.0, top[:, None])
    level[row, step] = found
    return Curves(first, last, level)


def inflections(
    question: Question, load: FloatArray, aht_s: FloatArray, least: IntArray
) -> IntArray:
    """Return the positions from which every further one gives less than the one before, [K].

    Parameters
    ----------
    question
        Threshold, patience and concurrency.
    load, aht_s
        Erlangs of contacts, and average handling time in seconds, [K].
    least
        Positions to begin with, [K], at least 1: where the gains fall from there on, these.

    Notes
    -----
    The service level is an S over the positions. Its inflection lies below the load for customers
    who hang up, and next to it for those who do not; it is found by halving.

    Examples
    --------
    >>> from staffing.queues import Target
    >>> question = Question(Target(0.8, 20), 180.0, 1)
    >>> inflections(question, np.array([10.0]), np.array([300.0]), np.array([1])).tolist()
    [8]
    """
    found = least.copy()
    at = np.flatnonzero(~_falling(question, load, aht_s, least))
    if not at.size:
        return found
    low, high = least[at], np.ceil(load[at] / question.concurrency).astype(np.int64) + 1
    high = np.maximum(high, low + 1)
    stride = 1
    while (rising := np.flatnonzero(~_falling(question, load[at], aht_s[at], high))).size:
        low[rising], high[rising] = high[rising], high[rising] + stride
        stride *= 2
    going = np.flatnonzero(high - low > 1)
    while going.size:
        middle, here = (low[going] + high[going]) // 2, at[going]
        falls = _falling(question, load[here], aht_s[here], middle)
        high[going] = np.where(falls, middle, high[going])
        low[going] = np.where(falls, low[going], middle)
        going = going[high[going] - low[going] > 1]
    found[at] = high
    return found


def _falling(
    question: Question, load: FloatArray, aht_s: FloatArray, positions: IntArray
) -> NDArray[np.bool_]:
    """Return whether the second position more gives less than the first."""
    three = service_curves(question, load, aht_s, positions, positions + 2).level
    falls = three[:, 2] - three[:, 1] <= three[:, 1] - three[:, 0]
    return (falls & (three[:, 0] > _NOBODY)) | (three[:, 0] >= _ALL)
