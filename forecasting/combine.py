"""Methods combined: weights by what each got wrong in past windows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecasting.aligned import YEAR_DAYS, last_year, nearest_event, recent_weekdays
from forecasting.parts import Combined, Window
from forecasting.regression import as_known

if TYPE_CHECKING:
    from forecasting.history import BoolArray, FloatArray
    from forecasting.regression import Known, Regression

WITNESSES = ("event regression", "last year by event", "recent weekdays")
"""Methods that are combined, in the order of the weights."""

# Belief before any window has spoken; recent weekdays know no events.
_ORDINARY, _EVENT = np.array([1.0, 0.2, 0.3]), np.array([1.0, 0.25, 0.0])
_POWER = 2.0  # how fast belief falls with a method's error over the best one's
_WINDOW_DAYS, _RECENT, _YEARS = 28, 3, 2
_LEAST_DAYS = 120  # of history before a window


def combine(found: Regression, own: FloatArray, length: int) -> Combined:
    """Return the weighted mean of the regression and its witnesses.

    Parameters
    ----------
    own
        The regression's expected contacts [T].
    length
        Days from the end of history to the end of the horizon.

    Notes
    -----
    Windows are the last three of four weeks, and the horizon's own season one and two years ago.
    A method's weight falls with the square of its error over the best one's, from a belief that
    puts the regression first; weights are those of ordinary days and of event windows apart.
    """
    series = found.series
    in_event = nearest_event(series)[0] >= 0
    windows = tuple(_window(found, start, length) for start in _starts(found))
    ordinary = _weights(windows, series.contacts, ~in_event, _ORDINARY)
    event = _weights(windows, series.contacts, in_event, _EVENT)
    now = as_known(found, series.end)
    every = np.stack([own, *_witnesses(now)])
    weights = np.where(in_event, event[:, None], ordinary[:, None])
    expected = _mean(every, weights)
    ahead = np.arange(len(own)) >= series.end
    return Combined(np.where(ahead, expected, own), ordinary, event, windows)


def mean_in(window: Window, combined: Combined, in_event: BoolArray) -> FloatArray:
    """Return what the combination would have expected of a past window's days [N]."""
    mine = in_event[window.days]
    weights = np.where(mine, combined.event[:, None], combined.ordinary[:, None])
    return _mean(window.expected, weights)


def _starts(found: Regression) -> list[int]:
    end, first = found.series.end, found.series.start + _LEAST_DAYS
    starts = [end - _WINDOW_DAYS * k for k in range(1, _RECENT + 1)]
    starts += [end - YEAR_DAYS * k for k in range(1, _YEARS + 1)]
    return [start for start in starts if start >= first]


def _window(found: Regression, start: int, length: int) -> Window:
    series = found.series
    stop = min(start + max(length, _WINDOW_DAYS), series.end)
    days = np.arange(start, stop)[series.known[start:stop]]
    known = as_known(found, start)
    expected = np.stack([known.expected, *_witnesses(known)])[:, days]
    return Window(start, days, expected)


def _witnesses(known: Known) -> tuple[FloatArray, FloatArray]:
    return (
        last_year(known.series, known.steady, known.weight),
        recent_weekdays(known.series, known.weight, known.steady),
    )


def _mean(expected: FloatArray, weights: FloatArray) -> FloatArray:
    """Return the weighted mean over methods; where one says nothing, the others."""
    weights = np.where(np.isnan(expected), 0.0, weights)
    above = (np.nan_to_num(expected) * weights).sum(axis=0)
    mean: FloatArray = above / np.maximum(weights.sum(axis=0), 1e-12)
    return mean


def _weights(
    windows: tuple[Window, ...], contacts: FloatArray, mask: BoolArray, belief: FloatArray
) -> FloatArray:
    """Return the methods' weights [M] on the days of a mask, summing to 1."""
    prior: FloatArray = belief / float(belief.sum())
    tells = [any(not np.isnan(w.expected[m]).all() for w in windows) for m in range(len(belief))]
    asked: BoolArray = (belief > 0) & np.array(tells, dtype=np.bool_)
    if not asked.any():
        return prior
    error, total = np.zeros(len(belief)), 0.0
    for window in windows:
        told = mask[window.days] & ~np.isnan(window.expected[asked]).any(axis=0)
        actual = contacts[window.days[told]]
        error += np.abs(window.expected[:, told] - actual).sum(axis=1, where=asked[:, None])
        total += float(actual.sum())
    if total <= 0 or error[asked].min() <= 0:
        return prior
    trust = np.ones(len(belief))
    trust[asked] = (error[asked].min() / error[asked]) ** _POWER
    weights: FloatArray = prior * trust
    return weights / float(weights.sum())
