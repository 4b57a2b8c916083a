"""Simpler methods for shorter histories: exponential smoothing, weekday means, one mean, zero."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np

from forecasting.level import LEVEL_SD, Level
from forecasting.parts import DayForecast, expected_contacts
from forecasting.ridge import robust_dispersion

if TYPE_CHECKING:
    from forecasting.history import FloatArray, IntArray
    from forecasting.openings import DaySeries

_MIN_CONTACTS, _MIN_DAYS_SMOOTHED, _MIN_DAYS_BY_WEEKDAY = 30.0, 28, 10
_SPIKE, _RARE = 3.0, 0.2
_MOST_DAYS_SMOOTHED = 371  # a weekly season learns nothing from before that, and fits faster


def _smoothed(series: DaySeries, means: FloatArray, capped: FloatArray) -> tuple[float, FloatArray]:
    """Return level and weekday ratios [7] by exponential smoothing with a weekly season.

    statsmodels' ``ExponentialSmoothing`` on square roots, which steadies the spread of counts;
    days that are closed or unknown are taken as their weekday's mean ``means``.
    """
    # Loaded here: it takes longer to import than most forecasts take to make.
    from statsmodels.tsa.holtwinters import ExponentialSmoothing

    first = max(int(np.flatnonzero(series.known)[0]), series.end - _MOST_DAYS_SMOOTHED)
    past = slice(first, series.end)
    usual = means[series.weekday[past]]
    filled = np.array(usual)
    known = series.known[past]
    filled[known] = capped[len(capped) - int(known.sum()) :]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of an optimum not quite reached: its forecast will do
        fit = ExponentialSmoothing(
            np.sqrt(filled), seasonal="add", seasonal_periods=7, initialization_method="estimated"
        ).fit()
        week = np.maximum(np.asarray(fit.forecast(7), dtype=np.float64), 0.0) ** 2
    weekday = series.weekday[series.end : series.end + 7]
    smoothed = np.array(means, dtype=np.float64)
    smoothed[weekday] = week[: len(weekday)]
    smoothed = np.where(np.isfinite(smoothed) & (means > 0), smoothed, means)
    level = float(smoothed[means > 0].mean())
    return level, smoothed / level if level > 0 else np.ones(7)


def _capped(counts: FloatArray, weekday: IntArray) -> FloatArray:
    """Return counts with single spikes, above three times their weekday's median, cut to it.

    Where more than one day in five is that high, it is no spike.
    """
    if len(counts) == 0:
        return counts
    usual = np.array([np.median(counts[weekday == w]) for w in weekday])
    usual = np.maximum(usual, np.median(counts))
    high = (counts > _SPIKE * usual) & (usual > 1)
    return np.where(high, usual, counts) if high.mean() <= _RARE else counts


def simpler(series: DaySeries) -> DayForecast:
    """Return a level and weekdays smoothed, or means drawn together, or one mean, or zero.

    Exponential smoothing needs 28 known open days, weekday means ten; the note says
    which it was.
    """
    count, notes = len(series.contacts), list[str]()
    days = int(series.known.sum())
    contacts = float(series.contacts[series.known].sum())
    known = np.flatnonzero(series.known)
    y, weekday = series.contacts[known], series.weekday
    y = _capped(y, weekday[known])
    contacts = float(y.sum())
    overall = contacts / days if days else 0.0
    ratio, method = np.ones(7), "overall mean" if days else "no history"
    if days >= _MIN_DAYS_BY_WEEKDAY and contacts > 0:
        method = "weekday means"
        sums = np.bincount(weekday[known], weights=y, minlength=7)
        seen = np.bincount(weekday[known], minlength=7)
        ratio = (sums + overall) / ((seen + 1) * overall)
    if days >= _MIN_DAYS_SMOOTHED and contacts >= _MIN_CONTACTS:
        method = "exponential smoothing"
        overall, ratio = _smoothed(series, overall * ratio, y)
    if days == 0:
        notes.append("no known open day in the history: forecast is zero")
    else:
        notes.append(f"short history ({days} open days, {contacts:.0f} contacts): {method}")
    parts = {"level": np.full(count, overall), "weekday": ratio[weekday]}
    expected = expected_contacts(parts, series.is_open)
    weight = np.zeros(count)
    actual = series.contacts[known]
    weight[known] = np.where(actual > 0, (y / np.maximum(actual, 1e-12)) ** 2, 1.0)
    positive = expected[known] > 0
    dispersion = (
        robust_dispersion(y[positive], expected[known][positive]) if positive.any() else 1.0
    )
    return DayForecast(
        parts, expected, weight, dispersion, 1.1, Level(sd=2 * LEVEL_SD), (), method, tuple(notes)
    )
