"""Witnesses beside the regression: last year aligned by event, and the weekdays of late."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np

from forecasting.events import OUTSIDE

if TYPE_CHECKING:
    from forecasting.history import FloatArray, IntArray
    from forecasting.openings import DaySeries

YEAR_DAYS = 364
"""Fifty-two weeks: the same weekday a year ago."""

_RECENT_DAYS, _COUNTED_DAYS = 90, 56  # growth is that of the last 56 ordinary days of 90
_HALF_YEAR = 180
_BELIEVED = 0.25
_WEEKS = 4


def last_year(
    series: DaySeries, steady: FloatArray | None = None, weight: FloatArray | None = None
) -> FloatArray:
    """Return expected contacts [T] from ``series.end`` on, NaN where last year tells nothing.

    An ordinary day expects the mean of its weekday 51, 52 and 53 weeks ago, a day in the window
    of a yearly event what the same open-day offset of the latest occurrence brought; both times
    the growth of recent ordinary days over theirs. Elements before ``end`` are NaN.

    Parameters
    ----------
    steady
        Factor of what else is known of each day [T], taken out of the past; left out: 1.
    weight
        How far each day is believed [T]; ordinary days believed by less than a quarter are passed
        over, so that a burst neither comes again nor passes for growth. Left out: all are believed.
    """
    count, end = len(series.contacts), series.end
    steady = np.ones(count) if steady is None else steady
    event, offset = nearest_event(series)
    contacts = series.contacts / steady
    believed = True if weight is None else weight >= _BELIEVED
    ordinary = np.where(series.known & (event < 0) & believed, contacts, np.nan)
    usual = _around(ordinary, (YEAR_DAYS - 7, YEAR_DAYS, YEAR_DAYS + 7))
    wider = _around(ordinary, (YEAR_DAYS - 14, YEAR_DAYS + 14))
    usual = np.where(np.isnan(usual), wider, usual)
    expected = np.full(count, np.nan)
    ahead = np.arange(end, count)
    expected[ahead] = np.where(event[ahead] < 0, usual[ahead], np.nan)
    known = np.flatnonzero(series.known & (event >= 0))
    last: dict[tuple[int, int], list[int]] = {}
    for day in known:
        last.setdefault((int(event[day]), int(offset[day])), []).append(int(day))
    for day in ahead[event[ahead] >= 0]:
        seen = last.get((int(event[day]), int(offset[day])), ())
        before = [past for past in seen if past < day - _HALF_YEAR]
        expected[day] = contacts[before[-1]] if before else np.nan
    return np.where(series.is_open, expected * _growth(ordinary, usual, end) * steady, 0.0)


def recent_weekdays(series: DaySeries, weight: FloatArray, steady: FloatArray) -> FloatArray:
    """Return the mean of each weekday's last four ordinary days [T], NaN where there is none.

    Parameters
    ----------
    weight
        How far each day is believed [T]: a burst counts little.
    steady
        Factor of what else is known of each day [T], taken out of the past.
    """
    usable = series.ordinary & (weight > 0)
    expected = np.full(len(usable), np.nan)
    for weekday in range(7):
        mine = series.weekday == weekday
        last = np.flatnonzero(usable & mine)[-_WEEKS:]
        if len(last):
            expected[mine] = np.average(series.contacts[last] / steady[last], weights=weight[last])
    return np.where(series.is_open, expected * steady, 0.0)


def nearest_event(series: DaySeries) -> tuple[IntArray, IntArray]:
    """Return each day's nearest yearly event, -1 outside of all, and its open-day offset [T].

    In the past only events that it taught, see ``DaySeries.in_yearly_event``.
    """
    count = len(series.contacts)
    event = np.full(count, -1, dtype=np.int64)
    offset = np.full(count, OUTSIDE, dtype=np.int64)
    ahead = np.arange(count) >= series.end
    for number, (one, learned) in enumerate(zip(series.events, series.learned, strict=True)):
        if one.is_yearly:
            nearer = (np.abs(series.offsets[number]) < np.abs(offset)) & (ahead | learned)
            event[nearer], offset[nearer] = number, series.offsets[number][nearer]
    return event, offset


def _around(values: FloatArray, back: tuple[int, ...]) -> FloatArray:
    """Return the mean of the values so many days ago that are known [T], NaN where none is."""
    shifted = np.full((len(back), len(values)), np.nan)
    for row, days in enumerate(back):
        shifted[row, days:] = values[: max(len(values) - days, 0)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of a mean of nothing: NaN is meant
        mean: FloatArray = np.nanmean(shifted, axis=0)
    return mean


def _growth(ordinary: FloatArray, usual: FloatArray, end: int) -> float:
    recent = slice(max(end - _RECENT_DAYS, 0), end)
    both = np.flatnonzero(~np.isnan(ordinary[recent]) & ~np.isnan(usual[recent]))[-_COUNTED_DAYS:]
    now, then = float(ordinary[recent][both].sum()), float(usual[recent][both].sum())
    return now / then if then > 0 else 1.0
