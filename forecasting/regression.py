"""The event regression: a day as level x season x weekday x holiday x events x drivers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecasting.breaks import TOLD_AFTER_DAYS
from forecasting.design import Design, design
from forecasting.level import Level, recent_level
from forecasting.parts import DayForecast, EventError, expected_contacts
from forecasting.ridge import Fit, Prior, exp, fit_ridge, mean_of, refit

if TYPE_CHECKING:
    from forecasting.history import BoolArray, FloatArray, IntArray
    from forecasting.openings import DaySeries

_CALENDAR = ("month", "holiday", "school", "driver")
_HELD = 1e9
_WILDER = 0.35  # how far, on the log scale, an event may go beyond all that it did before
_HALF_LIFE_DAYS, _EVENT_HALF_LIFE_DAYS = 500.0, 1_500.0


@dataclass(frozen=True, slots=True)
class Regression:
    """A fitted event regression, ready to be asked again for another past or another prior.

    Parameters
    ----------
    series
        What it was fitted to.
    table
        Its columns for all days of the series.
    rows
        The known days [N], and how far each is remembered.
    fit
        What it found.
    learned
        Which events have columns [E].
    """

    series: DaySeries
    table: Design
    rows: IntArray
    memory: FloatArray
    fit: Fit
    learned: BoolArray


def regress(series: DaySeries, learned: BoolArray) -> Regression:
    """Return the ridge-penalised quasi-Poisson regression of a series on the log scale.

    Weekday, yearly waves, a stiff trend, holidays, drivers, and one effect per event and open-day
    offset, with weekdays of their own before events whose weekday moves; event days are
    remembered longer than ordinary ones; days beyond two standard deviations are believed less.
    """
    table = design(series, learned)
    rows = np.flatnonzero(series.known)
    memory = _memory(series, rows, series.end)
    fit = fit_ridge(table.columns.rows(rows), series.contacts[rows], memory, table.prior)
    return Regression(series, table, rows, memory, fit, learned)


@dataclass(frozen=True, slots=True)
class Known:
    """What a regression knew at some time.

    Parameters
    ----------
    series
        The series as it was known then.
    expected
        Contacts expected then [T], 0 on closed days.
    steady
        Factor of the level's breaks, days of the month, holidays and drivers [T]: contacts over it
        are alike from week to week.
    weight
        How far each day was believed [T].
    """

    series: DaySeries
    expected: FloatArray
    steady: FloatArray
    weight: FloatArray


def as_known(found: Regression, end: int) -> Known:
    """Return what the regression would have expected at an earlier ``end``, or at its own.

    Contacts from that element on do not teach it, nor does a break that could not be told yet. The
    scales of penalties, the belief in each day and what other queues lend are those of the whole
    history, and two steps of Newton's method lead there from its fit: enough to weigh methods by,
    and a little kinder than a forecast made at the time.
    """
    series, rows, columns = found.series.until(end), found.rows, found.table.columns
    memory = np.where(rows < end, _memory(series, rows, end), 0.0)
    prior = _before_breaks(found, end)
    coefficients = refit(columns.rows(rows), found.series.contacts[rows], memory, found.fit, prior)
    mean = mean_of(columns, coefficients)
    weight = np.where(np.arange(len(mean)) < end, _spread_out(series, rows, found.fit.weight), 0.0)
    level = recent_level(series, mean, weight, found.fit.dispersion)
    expected = np.where(series.is_open, mean * exp(_ahead(level, len(mean), end)), 0.0)
    steady = np.zeros(len(coefficients))
    for own in _calendar(found.table):
        steady[own] = coefficients[own]
    return Known(series, expected, exp(columns.times(steady)), weight)


def _before_breaks(found: Regression, end: int) -> Prior:
    """Return the prior with breaks that are too young at ``end`` held at nothing."""
    prior, table = found.fit.prior, found.table
    young = np.flatnonzero(table.breaks > end - TOLD_AFTER_DAYS) + table.steps.start
    if len(young) == 0:
        return prior
    penalty = prior.penalty.copy()
    penalty[young, young] += _HELD
    return Prior(penalty, prior.centre, prior.groups)


def _calendar(table: Design) -> list[slice]:
    """Return the columns of what is known in advance and neither weekday, season nor event."""
    names = [name for name in table.parts if name.split()[0] in _CALENDAR]
    return [table.steps, *(table.parts[name] for name in names)]


def with_prior(found: Regression, prior: Prior) -> Regression:
    """Return the regression under another prior, a few steps away."""
    columns, counts = found.table.columns.rows(found.rows), found.series.contacts[found.rows]
    fit = found.fit
    coefficients = refit(columns, counts, found.memory, fit, prior)
    moved = Fit(coefficients, fit.weight, fit.dispersion, fit.inflation, prior, fit.variance)
    return Regression(found.series, found.table, found.rows, found.memory, moved, found.learned)


def by_part(found: Regression) -> DayForecast:
    """Return the expected contacts of all days by part, and what past events say of its errors.

    The level error of the last 36 ordinary days is carried forward and decays. Events without
    columns have no part yet.
    """
    series, table, fit = found.series, found.table, found.fit
    logs = {name: table.log_part(name, fit.coefficients) for name in table.parts}
    _centre_weekdays(series, logs)
    weight = _spread_out(series, found.rows, fit.weight)
    mean = mean_of(table.columns, fit.coefficients)
    level = recent_level(series, mean, weight, fit.dispersion)
    logs["level"] += _ahead(level, len(mean), series.end)
    for name in logs:
        if name.startswith("event "):
            logs[name] = _no_wilder(logs[name], series)
    parts = {name: exp(log) for name, log in logs.items()}
    return DayForecast(
        parts,
        expected_contacts(parts, series.is_open),
        weight,
        fit.dispersion,
        fit.inflation,
        level,
        _leave_years_out(found),
        "event regression",
        (),
    )


def _no_wilder(log: FloatArray, series: DaySeries) -> FloatArray:
    """Return an event's part with days ahead held near the strongest and weakest of its past."""
    past = log[series.known]
    low, high = min(float(past.min()), 0.0) - _WILDER, max(float(past.max()), 0.0) + _WILDER
    ahead = np.arange(len(log)) >= series.end
    return np.where(ahead, np.clip(log, low, high), log)


def _memory(series: DaySeries, rows: IntArray, end: int) -> FloatArray:
    """Return how far each row is remembered at ``end``: event days longer than ordinary ones."""
    age = (end - 1 - rows).astype(np.float64)
    half_life = np.where(series.in_yearly_event[rows], _EVENT_HALF_LIFE_DAYS, _HALF_LIFE_DAYS)
    weights: FloatArray = 0.5 ** (age / half_life)
    return weights


def _spread_out(series: DaySeries, rows: IntArray, values: FloatArray) -> FloatArray:
    every = np.zeros(len(series.contacts))
    every[rows] = values
    return every


def _ahead(level: Level, count: int, end: int) -> FloatArray:
    """Return what is left of a level error on each day from ``end`` on [T], 0 before."""
    ahead = np.arange(count, dtype=np.float64) - end
    return np.where(ahead >= 0, level.ahead(np.maximum(ahead, 0.0)), 0.0)


def _centre_weekdays(series: DaySeries, logs: dict[str, FloatArray]) -> None:
    """Move the open weekdays' mean into the level, so that a weekday's part reads as a ratio."""
    mean = float(logs["weekday"][series.known].mean())
    logs["weekday"] = logs["weekday"] - mean
    logs["level"] = logs["level"] + mean


def _leave_years_out(found: Regression) -> tuple[EventError, ...]:
    """Return each past occurrence of a yearly event against a fit without that year's events."""
    series, rows = found.series, found.rows
    inside = series.in_yearly_event[rows]
    # Years end in July, so that Christmas and New Year stay together.
    year = (series.first_day.toordinal() + rows + 180) * 4 // 1461
    errors: list[EventError] = []
    learned = [n for n in np.flatnonzero(found.learned) if series.events[n].is_yearly]
    columns = found.table.columns.rows(rows)
    for left in np.unique(year[inside]) if learned else ():
        out = inside & (year == left)
        memory = np.where(out, 0.0, found.memory)
        mean = mean_of(columns, refit(columns, series.contacts[rows], memory, found.fit))
        for number in learned:
            mine = np.flatnonzero(out & (series.occurrence[number][rows] >= 0))
            if len(mine) == 0 or not np.any(series.occurrence[number][rows[~out]] >= 0):
                continue
            errors.append(EventError(int(number), series.contacts[rows[mine]], mean[mine]))
    return tuple(errors)
