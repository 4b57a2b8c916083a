"""Bands of queues answered at once, made of three projections: middle, few and many contacts."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from staffing.chance import clustering
from staffing.lines import Lines

FloatArray = npt.NDArray[np.float64]

_STEADY = 0.98  # occupancy below which a queue in which nobody hangs up settles within a day
_DAY_S = 86_400


def clustered(lines: Lines) -> FloatArray:
    """Return how much more than independent contacts each interval's share strays ``[N, I]``.

    Where there is no steady state, or one that takes days to show, it is as if each day were of
    one piece.
    """
    result = np.ones(lines.contacts.shape)
    busy = (lines.contacts > 0) & (lines.slots > 0)
    steady = busy & ((lines.occupied < _STEADY) | np.isfinite(lines.patience_s)[:, None])
    row, interval = np.nonzero(steady)
    result[steady] = clustering(lines.rates(row, interval), lines.answer_within_s[row])
    most = lines.contacts.sum(axis=1, keepdims=True)
    most = np.maximum(most * _DAY_S / (lines.contacts.shape[1] * lines.interval_s), 1.0)
    result[busy & ~steady] = np.inf
    capped: FloatArray = np.minimum(result, most)
    return capped


def quantiles(paths: npt.NDArray[np.floating]) -> list[FloatArray]:
    """Return the 10 % and 90 % quantiles of every interval's contacts, one queue at a time."""
    low, high = (np.empty(paths.shape[1:]) for _ in range(2))
    for row in range(paths.shape[1]):
        low[row], high[row] = np.quantile(paths[:, row], [0.1, 0.9], axis=0)
    return [np.maximum(low, 0.0), np.maximum(high, 0.0)]


def interpolated(path: FloatArray, contacts: list[FloatArray], levels: FloatArray) -> FloatArray:
    """Return service levels of replications ``[R, I]`` from those of middle, low and high."""
    middle, few, many = contacts
    slopes = []
    for end, level in ((few, levels[1]), (many, levels[2])):
        apart = np.abs(end - middle) > 1e-9 * (1.0 + middle)
        rise, width = level - levels[0], np.where(apart, end - middle, 1.0)
        slopes.append(np.where(apart, rise / width, 0.0))
    slope = np.where(path < middle, slopes[0], slopes[1])
    result: FloatArray = np.clip(levels[0] + slope * (path - middle), 0.0, 1.0)
    return result
