"""Other ways to forecast a queue's days, from the simplest to the textbook's, to be judged by."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from forecasting.aligned import last_year, recent_weekdays
from forecasting.simpler import simpler

if TYPE_CHECKING:
    from forecasting.history import BoolArray, FloatArray
    from forecasting.openings import DaySeries

Rival = Callable[["DaySeries"], "FloatArray"]

_BEFORE, _AFTER = 7, 2  # calendar days around an event that have an effect of their own
_YEAR, _PAIRS = 365.25, 3
_LEAST_DAYS = 56  # known days without which a regression is not tried
_STEPS = 15  # of the fit; what still moves after them are dummies of days without contacts
_MOST_GROWTH = 20.0  # times the largest day seen: beyond that a straight trend has run away


def seasonal_naive(series: DaySeries) -> FloatArray:
    """Return what the same weekday of the last known week brought [T], 0 on closed days."""
    expected = np.full(len(series.contacts), _mean(series))
    known = np.flatnonzero(series.known)
    for weekday in range(7):
        last = known[series.weekday[known] == weekday][-1:]
        if len(last):
            expected[series.weekday == weekday] = series.contacts[last[0]]
    return np.where(series.is_open, expected, 0.0)


def last_year_by_event(series: DaySeries) -> FloatArray:
    """Return last year's days aligned by event [T]; where they tell nothing, recent weekdays."""
    ones = np.ones(len(series.contacts))
    expected = last_year(series)
    for other in (recent_weekdays(series, ones, ones), _mean(series) * ones):
        expected = np.where(np.isnan(expected), other, expected)
    return np.where(series.is_open, expected, 0.0)


def exponential_smoothing(series: DaySeries) -> FloatArray:
    """Return Holt and Winters' smoothing with a weekly season [T]; from less than 28 days, means.

    It is what the planner itself uses for short histories, see ``forecasting.simpler``.
    """
    return simpler(series).expected


def regression_with_events(series: DaySeries) -> FloatArray:
    """Return a textbook Poisson regression [T]: weekday, season, trend, holidays and events.

    statsmodels' GLM with a log link: a level per weekday, three yearly pairs of waves from one
    year of history on, a straight trend, a flag for public holidays, and one dummy per event and
    calendar day from seven before it to two after. Nothing is shrunk, weighted or counted in open
    days; what history does not show has no effect, and what always brought nothing does so again.
    Short histories get smoothing, and so does a past on which the regression does not converge.
    """
    known = np.flatnonzero(series.known)
    if len(known) < _LEAST_DAYS or not series.contacts[known].sum() > 0:
        return exponential_smoothing(series)
    # Loaded here: it takes longer to import than most forecasts take to make.
    from statsmodels.api import GLM, families

    columns = _textbook_columns(series, int(known[-1] - known[0]) + 1)
    columns = columns[:, np.any(columns[known] != 0, axis=0)]
    some = series.contacts[known] > 0
    dead = ~np.any(columns[known[some]] != 0, axis=0)  # their effect would be minus infinity
    shut = np.any(columns[:, dead] != 0, axis=1)
    columns, known = columns[:, ~dead], known[~shut[known]]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of an optimum at infinity: a dummy that saw zeros alone
        model = GLM(series.contacts[known], columns[known], family=families.Poisson())
        try:
            fit = model.fit(maxiter=_STEPS)
        except (ValueError, np.linalg.LinAlgError):
            return exponential_smoothing(series)
    log = columns @ np.asarray(fit.params, dtype=np.float64)
    most = np.log(_MOST_GROWTH * series.contacts[known].max())
    expected = np.exp(np.clip(np.nan_to_num(log), -30.0, most))
    return np.where(series.is_open & ~shut, expected, 0.0)


RIVALS: Mapping[str, Rival] = {
    "seasonal naive": seasonal_naive,
    "last year by event": last_year_by_event,
    "exponential smoothing": exponential_smoothing,
    "regression with events": regression_with_events,
}
"""Methods by name: each takes a series as it was known, and returns contacts of all its days."""


def _mean(series: DaySeries) -> float:
    known = series.known
    return float(series.contacts[known].mean()) if known.any() else 0.0


def _textbook_columns(series: DaySeries, span: int) -> FloatArray:
    """Return the columns of the textbook regression [T, K]; duplicates are left to the solver."""
    time = (np.arange(len(series.contacts), dtype=np.float64) - series.end) / _YEAR
    flags: list[BoolArray] = [series.weekday == weekday for weekday in range(7)]
    flags.append(np.array([bool(name) for name in series.holidays]))
    for event in series.events:
        dates = [(date - series.first_day).days for date in event.dates]
        for offset in range(-_BEFORE, _AFTER + 1):
            flags.append(np.isin(np.arange(len(time)), np.array(dates) + offset))
    waves = [time]
    if span >= _YEAR:
        for pair in range(1, _PAIRS + 1):
            angle = 2 * np.pi * pair * time
            waves += [np.sin(angle), np.cos(angle)]
    return np.column_stack([*(flag.astype(np.float64) for flag in flags), *waves])
