"""Each method for a queue's days: history and calendar in, expected contacts by part out."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecasting.design import Design, design
from forecasting.events import OUTSIDE
from forecasting.level import LEVEL_SD, Level, recent_level
from forecasting.openings import MARGIN_DAYS
from forecasting.ridge import Fit, exp, fit_ridge, mean_of, refit, robust_dispersion

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecasting.events import Event
    from forecasting.history import BoolArray, FloatArray, IntArray
    from forecasting.openings import DaySeries

_HALF_LIFE_DAYS, _EVENT_HALF_LIFE_DAYS = 500.0, 1_500.0
_MIN_DAYS, _MIN_CONTACTS = 56, 30.0
_MIN_DAYS_SMOOTHED, _MIN_DAYS_BY_WEEKDAY = 28, 14


@dataclass(frozen=True, slots=True)
class EventError:
    """What one occurrence of an event brought, against a forecast that had not seen its year."""

    event: int
    actual: FloatArray
    expected: FloatArray


@dataclass(frozen=True, slots=True)
class DayForecast:
    """Expected contacts of all days of a series, by part.

    Parameters
    ----------
    parts
        Factor of each part [T]; their product is ``expected`` where the day is open. Multipliers
        of events are not in them.
    expected
        Expected contacts [T]; fitted in the past; 0 on closed days.
    weight
        How far a past day was believed, 0 to 1 [T]; 0 where unknown.
    dispersion
        Variance of a day's count over its mean, at least 1.
    inflation
        By how much squared errors ahead exceed fitted ones: days over days less parameters.
    level
        Error of the level at the end of history, and its spread.
    errors
        Past occurrences of events against forecasts that had not seen them.
    method, notes
        Name of the method, and what to know about it.
    """

    parts: Mapping[str, FloatArray]
    expected: FloatArray
    weight: FloatArray
    dispersion: float
    inflation: float
    level: Level
    errors: tuple[EventError, ...]
    method: str
    notes: tuple[str, ...]


def forecast_days(series: DaySeries) -> DayForecast:
    """Return the forecast of a queue's days by the best method that its history allows.

    The event regression needs eight weeks of known open days, exponential smoothing four, weekday
    means two; less gives the overall mean, and nothing gives zero. The notes say which and why.
    """
    known = series.known
    days, contacts = int(known.sum()), float(np.nansum(series.contacts[known]))
    learned, notes = _learned_events(series), list[str]()
    if days >= _MIN_DAYS and contacts >= _MIN_CONTACTS:
        return _regression(series, learned, notes)
    return _means(series, days, contacts, notes)


def _learned_events(series: DaySeries) -> BoolArray:
    """Return which events history shows at least once [E]."""
    learned = np.zeros(len(series.events), dtype=np.bool_)
    for number, _event in enumerate(series.events):
        occurrence = series.occurrence[number]
        whole = np.bincount(occurrence[occurrence >= 0], minlength=1)
        part = np.bincount(occurrence[(occurrence >= 0) & series.known], minlength=len(whole))
        learned[number] = bool(np.any((part > 0) & (2 * part >= whole)))
    return learned


def _event_notes(series: DaySeries, number: int, learned: bool) -> list[str]:
    """Return what to say of an event's effect, nothing when it does not touch the days ahead."""
    event = series.events[number]
    if not np.any(series.offsets[number, series.end : -MARGIN_DAYS] != OUTSIDE):
        return []
    if learned:
        if event.uplift is None:
            return []
        return [f"{event.name}: learned from history, the stated uplift is not used"]
    if event.uplift is None:
        return [f"{event.name}: not in the history and no uplift stated, so no effect"]
    return [f"{event.name}: not in the history, stated uplift {event.uplift:g} used"]


def _unlearned_part(event: Event, offsets: IntArray) -> FloatArray:
    """Return the factor [T] of an event that history knows nothing of."""
    if event.uplift is None:
        return np.ones(len(offsets))
    return 1.0 + (event.uplift - 1.0) * event.shape(offsets)


# ------------------------------------------------------------------ event regression


def _regression(series: DaySeries, learned: BoolArray, notes: list[str]) -> DayForecast:
    """Return the forecast by ridge-penalised quasi-Poisson regression on the log scale.

    Weekday, yearly waves, a hinged trend, holidays, and one effect per event and open-day offset;
    event days are remembered longer than ordinary ones; days beyond two standard deviations are
    believed less; the level of the last 36 ordinary days is carried forward and decays.
    """
    table = design(series, learned)
    rows = np.flatnonzero(series.known)
    memory = _memory(series, rows)
    fit = fit_ridge(table.columns.rows(rows), series.contacts[rows], memory, table.penalty)
    log_parts = {name: table.log_part(name, fit.coefficients) for name in table.parts}
    _centre_weekdays(series, log_parts)
    weight = np.zeros(len(series.contacts))
    weight[rows] = fit.weight
    mean = mean_of(table.columns, fit.coefficients)
    level = recent_level(series, mean, weight, fit.dispersion)
    ahead = np.arange(len(mean), dtype=np.float64) - series.end
    log_parts["level"] += np.where(ahead >= 0, level.ahead(np.maximum(ahead, 0.0)), 0.0)
    parts = {name: exp(log) for name, log in log_parts.items()}
    for number, event in enumerate(series.events):
        notes += _event_notes(series, number, bool(learned[number]))
        if not learned[number]:
            parts[f"event {event.name}"] = _unlearned_part(event, series.offsets[number])
    return DayForecast(
        parts,
        expected_contacts(parts, series.is_open),
        weight,
        fit.dispersion,
        fit.inflation,
        level,
        _leave_years_out(series, table, rows, memory, fit),
        "event regression",
        tuple(notes),
    )


def expected_contacts(parts: Mapping[str, FloatArray], is_open: BoolArray) -> FloatArray:
    """Return the product of the parts, 0 on closed days."""
    product = np.ones(len(is_open))
    for part in parts.values():
        product = product * part
    return np.where(is_open, product, 0.0)


def _memory(series: DaySeries, rows: IntArray) -> FloatArray:
    """Return how far each row is remembered: event days longer than ordinary ones."""
    age = (series.end - 1 - rows).astype(np.float64)
    half_life = np.where(series.in_yearly_event[rows], _EVENT_HALF_LIFE_DAYS, _HALF_LIFE_DAYS)
    weights: FloatArray = 0.5 ** (age / half_life)
    return weights


def _centre_weekdays(series: DaySeries, log_parts: dict[str, FloatArray]) -> None:
    """Move the open weekdays' mean into the level, so that a weekday's part reads as a ratio."""
    usual = series.known
    mean = float(log_parts["weekday"][usual].mean())
    log_parts["weekday"] = log_parts["weekday"] - mean
    log_parts["level"] = log_parts["level"] + mean


def _leave_years_out(
    series: DaySeries, table: Design, rows: IntArray, memory: FloatArray, fit: Fit
) -> tuple[EventError, ...]:
    """Return each past occurrence of a yearly event against a fit without that year's events."""
    inside = series.in_yearly_event[rows]
    # Years end in July, so that Christmas and New Year stay together.
    year = (series.first_day.toordinal() + rows + 180) * 4 // 1461
    errors: list[EventError] = []
    learned = [
        number
        for number, event in enumerate(series.events)
        if event.is_yearly and f"event {event.name}" in table.parts
    ]
    for left in np.unique(year[inside]) if learned else ():
        out = inside & (year == left)
        x, y = table.columns.rows(rows[~out]), series.contacts[rows[~out]]
        other = refit(x, y, memory[~out], table.penalty, fit)
        mean = mean_of(table.columns.rows(rows), other)
        for number in learned:
            mine = np.flatnonzero(out & (series.occurrence[number][rows] >= 0))
            if len(mine) == 0 or not np.any(series.occurrence[number][rows[~out]] >= 0):
                continue
            errors.append(EventError(number, series.contacts[rows[mine]], mean[mine]))
    return tuple(errors)


# ------------------------------------------------------------------ simpler methods


def _smoothed(series: DaySeries, means: FloatArray) -> tuple[float, FloatArray]:
    """Return level and weekday ratios [7] by exponential smoothing with a weekly season.

    statsmodels' ``ExponentialSmoothing`` on square roots, which steadies the spread of counts;
    days that are closed or unknown are taken as their weekday's mean ``means``.
    """
    # Loaded here: it takes longer to import than most forecasts take to make.
    from statsmodels.tsa.holtwinters import ExponentialSmoothing

    first = int(np.flatnonzero(series.known)[0])
    past = slice(first, series.end)
    usual = means[series.weekday[past]]
    filled = np.where(series.known[past], series.contacts[past], usual)
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


def _means(series: DaySeries, days: int, contacts: float, notes: list[str]) -> DayForecast:
    """Return a level and weekdays smoothed, or means drawn together, or one mean, or zero."""
    count = len(series.contacts)
    known = np.flatnonzero(series.known)
    y, weekday = series.contacts[known], series.weekday
    overall = contacts / days if days else 0.0
    ratio, method = np.ones(7), "overall mean" if days else "no history"
    if days >= _MIN_DAYS_BY_WEEKDAY and contacts > 0:
        method = "weekday means"
        sums = np.bincount(weekday[known], weights=y, minlength=7)
        seen = np.bincount(weekday[known], minlength=7)
        ratio = (sums + overall) / ((seen + 1) * overall)
    if days >= _MIN_DAYS_SMOOTHED and contacts >= _MIN_CONTACTS:
        method = "exponential smoothing"
        overall, ratio = _smoothed(series, overall * ratio)
    if days == 0:
        notes.append("no known open day in the history: forecast is zero")
    else:
        notes.append(f"short history ({days} open days, {contacts:.0f} contacts): {method}")
    parts = {"level": np.full(count, overall), "weekday": ratio[weekday]}
    for number, event in enumerate(series.events):
        notes += _event_notes(series, number, learned=False)
        parts[f"event {event.name}"] = _unlearned_part(event, series.offsets[number])
    expected = expected_contacts(parts, series.is_open)
    weight = np.zeros(count)
    weight[known] = 1.0
    positive = expected[known] > 0
    dispersion = (
        robust_dispersion(y[positive], expected[known][positive]) if positive.any() else 1.0
    )
    return DayForecast(
        parts, expected, weight, dispersion, 1.1, Level(sd=2 * LEVEL_SD), (), method, tuple(notes)
    )
