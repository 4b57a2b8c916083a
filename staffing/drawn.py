"""Contacts drawn one by one: when each comes, how long it takes, how long the customer waits."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

_TOGETHER_S = 7200  # for which a fraction of an agent is there, or is not
_GOLDEN = 0.6180339887498949  # steps that spread evenly over [0, 1)


@dataclass(frozen=True, slots=True)
class Drawn:
    """Contacts of one queue over R replications laid end to end, arrays ``[C]``.

    Parameters
    ----------
    times
        Arrival in seconds, ascending; replication r begins at r times the horizon's length.
    interval
        Interval of the arrival, r I + i.
    handling_s
        Seconds of handling, at the queue's own AHT.
    patience_s
        Seconds that the customer would wait; infinite: for ever.
    """

    times: FloatArray
    interval: IntArray
    handling_s: FloatArray
    patience_s: FloatArray


def draw(
    contacts: FloatArray,
    aht_s: FloatArray,
    patience_s: float,
    interval_s: int,
    rng: np.random.Generator,
    *,
    spread: float = 1.0,
) -> Drawn:
    """Return the contacts of one queue, drawn at random.

    Parameters
    ----------
    contacts
        Expected in each interval of each replication ``[R, I]``.
    aht_s
        Average handling time of each interval ``[I]``.
    patience_s
        Mean patience in seconds; infinite: nobody hangs up.
    interval_s
        Length of an interval in seconds.
    rng
        Source of chance.
    spread
        Standard deviation of handling times over their mean: 1 exponential, 0 all alike.

    Notes
    -----
    Poisson arrivals at a constant rate within an interval; gamma handling times; exponential
    patience.

    Examples
    --------
    >>> drawn = draw(np.full((2, 3), 50.0), np.full(3, 60.0), np.inf, 900, np.random.default_rng(1))
    >>> bool((np.diff(drawn.times) >= 0).all()), int(drawn.interval.max())
    (True, 5)
    """
    counts = rng.poisson(contacts).ravel()
    interval = np.repeat(np.arange(counts.size), counts)
    # the order of arrivals within an interval is that of sorted uniform numbers
    times = np.sort(interval + rng.random(interval.size)) * interval_s
    mean = np.tile(aht_s, contacts.shape[0])[interval]
    size = interval.size
    handling = strayed(mean, spread, rng)
    endless = not math.isfinite(patience_s)
    patience = np.full(size, np.inf) if endless else rng.standard_exponential(size) * patience_s
    return Drawn(times, interval, handling, patience)


def strayed(mean: FloatArray, spread: float, rng: np.random.Generator) -> FloatArray:
    """Return handling times of these means, gamma, of a standard deviation over mean of ``spread``.

    Examples
    --------
    >>> strayed(np.array([60.0, 90.0]), 0.0, np.random.default_rng(1)).tolist()
    [60.0, 90.0]
    """
    if spread == 1.0:
        return rng.standard_exponential(mean.size) * mean
    return rng.standard_gamma(spread**-2, mean.size) * (mean * spread**2) if spread > 0.0 else mean


def whole(positions: FloatArray, offset: FloatArray, interval_s: int) -> IntArray:
    """Return whole numbers of agents whose mean over the offsets is the fraction ``[R, I]``.

    A fraction of an agent is there in that fraction of the time, two hours at a time.

    Parameters
    ----------
    positions
        Agents, fractions allowed ``[I]``.
    offset
        One number in [0, 1) for each replication ``[R]``.
    interval_s
        Length of an interval in seconds.

    Examples
    --------
    >>> whole(np.array([2.0, 2.5]), np.array([0.2, 0.7]), 900).tolist()
    [[2, 2], [2, 3]]
    """
    block = np.arange(positions.size) * interval_s // _TOGETHER_S
    moved = (offset[:, None] + _GOLDEN * block) % 1.0
    # what was made of fractions of agents may miss a whole number by a rounding
    result: IntArray = np.floor(positions + moved + 1e-6).astype(np.int64)
    return result


def between(start: FloatArray, end: FloatArray, intervals: int, interval_s: int) -> FloatArray:
    """Return the seconds of all spans that lie in each interval ``[intervals]``.

    Parameters
    ----------
    start, end
        Spans in seconds; parts outside of the intervals are left out.

    Examples
    --------
    >>> between(np.array([5.0, 12.0]), np.array([25.0, 14.0]), 3, 10).tolist()
    [5.0, 12.0, 5.0]
    """
    until = np.zeros(intervals + 1)
    last = intervals * float(interval_s)
    edges = np.arange(intervals + 1) * float(interval_s)
    for sign, moments in ((1.0, start), (-1.0, end)):
        clipped = np.clip(moments, 0.0, last)
        at = np.minimum((clipped / interval_s).astype(np.int64), intervals - 1)
        count = np.concatenate([[0.0], np.cumsum(np.bincount(at, minlength=intervals))])
        total = np.concatenate([[0.0], np.cumsum(np.bincount(at, clipped, intervals))])
        until += sign * (edges * count - total)
    return np.maximum(np.diff(until), 0.0)  # nothing is not -1e-11
