"""Breaks of the level: days from which on a queue brings lastingly more or less than before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from forecasting.history import FloatArray, IntArray
    from forecasting.openings import DaySeries

_MOST = 4
_LEAST_WEEKS = 3  # weeks on either side without which a break cannot be told from a burst
TOLD_AFTER_DAYS = 7 * _LEAST_WEEKS
"""Days after which a break can be told from a burst."""

_LEAST_STEP = 0.14  # log of the ratio after to before: about 15 %
_LEAST_SIGMAS = 7.0  # high, since the errors of neighbouring weeks are alike
_LASTING_WEEKS, _STRAY = 6, 0.6  # weeks that must stay near the step, within this share of it
_WAVES = 4
_MAD_TO_SD = 1.4826


def level_breaks(series: DaySeries) -> IntArray:
    """Return the first days of lasting changes of level, at most four, in order of time.

    Weekly contacts of ordinary days over their weekdays' means, on the log scale, are set against
    a straight line, yearly waves and one step; the best step stays when it is at least 15 % and
    seven standard errors, and the next is looked for beside it. A level needs three weeks to
    count as one.

    Examples
    --------
    Six months at 100 a day, then four weeks at 160:

    >>> import datetime as dt
    >>> from forecasting.history import History
    >>> from forecasting.openings import day_series
    >>> counts = np.concatenate([np.full(182, 100.0), np.full(28, 160.0)])[:, None]
    >>> hours = np.ones((7, 1), dtype=bool)
    >>> past = History("fr", "UTC", 86_400, dt.date(2024, 1, 1), counts, None, hours)
    >>> series, _ = day_series(past, dt.date(2024, 8, 30), (), {})
    >>> (level_breaks(series) - series.start).tolist()
    [182]
    """
    first, ratio, weight = _weekly(series)
    if len(ratio) < 4 * _LEAST_WEEKS:
        return np.empty(0, dtype=np.int64)
    week = np.arange(len(ratio), dtype=np.float64)
    base = [np.ones(len(week)), week / len(week)]
    if len(week) >= 104:
        angle = 2 * np.pi * first / 365.25
        for order in range(1, _WAVES + 1):
            base += [np.sin(order * angle), np.cos(order * angle)]
    found: list[int] = []
    while len(found) < _MOST:
        steps = [(first >= first[at]).astype(np.float64) for at in found]
        at = _best_step(ratio, weight, np.stack([*base, *steps], axis=1), found)
        if at is None:
            break
        found.append(at)
    return np.sort([_within_gap(series, first, at) for at in found]).astype(np.int64)


def _within_gap(series: DaySeries, first: IntArray, at: int) -> int:
    """Return the day of a break whose week follows a window without ordinary days.

    The level may have changed anywhere in that window: at the day from which on its contacts lie
    nearer to the level after it than to the one before.
    """
    stop = int(first[at])
    start = int(np.flatnonzero(series.ordinary[:stop])[-1]) + 1
    if stop - start < 7:
        return stop
    weekday, ordinary = series.weekday, series.ordinary
    days = np.arange(max(start - 6 * 7, series.start), min(stop + 6 * 7, series.end))
    usual = _usual(series)[weekday[days]]
    ratio = np.log((np.nan_to_num(series.contacts[days]) + 0.5) / (usual + 0.5))
    before, after = (
        float(np.median(ratio[ordinary[days] & side])) for side in (days < start, days >= stop)
    )
    inside = series.known[days] & (days >= start) & (days < stop)
    nearer = np.abs(ratio - after) - np.abs(ratio - before)  # below 0: after the break already
    gain = np.where(inside, nearer, 0.0)
    later = np.cumsum(gain[::-1])[::-1]  # cost of having the break on each day
    best = int(np.argmin(np.where((days >= start) & (days <= stop), later, np.inf)))
    return int(days[best])


def _usual(series: DaySeries) -> FloatArray:
    """Return the mean contacts of ordinary days by weekday [7]."""
    days = np.flatnonzero(series.ordinary)
    sums = np.bincount(series.weekday[days], weights=series.contacts[days], minlength=7)
    mean: FloatArray = sums / np.maximum(np.bincount(series.weekday[days], minlength=7), 1)
    return mean


def _weekly(series: DaySeries) -> tuple[IntArray, FloatArray, FloatArray]:
    """Return each week's first day, its log ratio to usual weekdays, and its root weight."""
    days = np.flatnonzero(series.ordinary)
    weekday, y = series.weekday[days], series.contacts[days]
    usual = _usual(series)
    week = (series.end - 1 - days) // 7  # whole weeks, counted back from the end
    count = int(week.max()) + 1 if len(days) else 0
    above = np.bincount(week, weights=y, minlength=count)[::-1]
    below = np.bincount(week, weights=usual[weekday], minlength=count)[::-1]
    first = series.end - 7 * np.arange(count, 0, -1)
    some = below > 0
    ratio = np.log((above[some] + 0.5) / (below[some] + 0.5))
    return first[some], ratio, np.sqrt(below[some] / max(float(below.mean()), 1e-9))


def _best_step(
    ratio: FloatArray, weight: FloatArray, base: FloatArray, found: list[int]
) -> int | None:
    """Return the week from which a step explains most, or None when no step is large and sure."""
    count = len(ratio)
    steps = np.tril(np.ones((count, count)))  # column k: 1 from week k on
    places = np.arange(_LEAST_WEEKS, count - _LEAST_WEEKS + 1)
    places = places[[all(abs(at - one) >= _LEAST_WEEKS for one in found) for at in places]]
    if len(places) == 0:
        return None
    basis, _ = np.linalg.qr(base * weight[:, None])

    def rest(columns: FloatArray) -> FloatArray:
        left: FloatArray = columns - basis @ (basis.T @ columns)
        return left

    columns, errors = rest(steps[:, places] * weight[:, None]), rest(ratio * weight)
    square = np.maximum((columns**2).sum(axis=0), 1e-9)
    size = columns.T @ errors / square
    gain = size**2 * square
    for row, place in enumerate(places):  # a burst is over when a lasting step is not
        after = slice(place, place + _LASTING_WEEKS)
        stray = np.abs(errors[after] - columns[after, row] * size[row])
        if np.any(stray > _STRAY * abs(size[row]) * weight[after]):
            gain[row] = 0.0
    best = int(np.argmax(gain))
    left = errors - columns[:, best] * size[best]
    sd = _MAD_TO_SD * float(np.median(np.abs(left - np.median(left)))) + 1e-3
    sure = np.sqrt(gain[best]) >= _LEAST_SIGMAS * sd
    return int(places[best]) if sure and abs(size[best]) >= _LEAST_STEP else None
