"""The regression's columns: what a day is made of, and how strongly each part is held back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecasting.columns import Columns

if TYPE_CHECKING:
    from forecasting.history import BoolArray, FloatArray
    from forecasting.openings import DaySeries

# Penalties are 1 / (standard deviation on the log scale) squared: an event is believed up to
# e**1.5, a season's harmonic up to e**0.3. Those of trend, waves and events are a trial's; those of
# weekday and holiday are a choice. None was fitted to a series here.
_INTERCEPT, _WEEKDAY, _HARMONIC, _SLOPE, _HINGE = 1e-4, 1.0, 11.0, 11.0, 6.0
_HOLIDAY, _EVENT = 2.0, 0.44
_HINGE_DAYS = 90
_DAMPING_DAYS = 60.0  # a slope dies out with this scale after the end of history
_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class Design:
    """Columns of the regression on the log scale.

    Parameters
    ----------
    columns
        Values [T, K].
    penalty
        Ridge penalty of each column [K].
    parts
        For each part's name the columns that make it, as a slice.
    """

    columns: Columns
    penalty: FloatArray
    parts: dict[str, slice]

    def log_part(self, name: str, coefficients: FloatArray) -> FloatArray:
        """Return what one part adds to the log of each row [T]."""
        own = np.zeros(len(coefficients))
        own[self.parts[name]] = coefficients[self.parts[name]]
        return self.columns.times(own)


def design(series: DaySeries, learned: BoolArray) -> Design:
    """Return the columns for all days of a series.

    Parameters
    ----------
    learned
        Which events history knows enough of to learn an effect [E].
    """
    waves = {"level": _trend(series), "season": _harmonics(series)}
    flags = {"weekday": _weekdays(series), "holiday": _holidays(series)}
    for number in np.flatnonzero(learned):
        flags[f"event {series.events[number].name}"] = _event(series, int(number))
    parts, at = {}, 0
    for name, (columns, _) in (waves | flags).items():
        parts[name] = slice(at, at + columns.shape[1])
        at += columns.shape[1]
    return Design(
        Columns.build(*(np.hstack([c for c, _ in table.values()]) for table in (waves, flags))),
        np.concatenate([penalty for _, penalty in (waves | flags).values()]),
        parts,
    )


def _trend(series: DaySeries) -> tuple[FloatArray, FloatArray]:
    """Intercept, slope and a hinge every quarter, in years; damped after the end of history."""
    day = np.arange(len(series.contacts), dtype=np.float64)
    beyond = np.maximum(day - (series.end - 1), 0.0)
    damped = _DAMPING_DAYS * (1.0 - np.exp(-beyond / _DAMPING_DAYS))
    time = np.minimum(day, series.end - 1) + damped
    span = series.end - series.start
    # From the end backwards, so that the last hinge has a full quarter to learn from.
    hinges = series.end - np.arange(_HINGE_DAYS, max(span - _HINGE_DAYS / 2, 0), _HINGE_DAYS)
    columns = [np.ones_like(day)]
    if span >= 2 * _HINGE_DAYS:
        columns.append((time - series.end) / _YEAR)
        columns += [np.maximum(time - hinge, 0.0) / _YEAR for hinge in hinges]
    penalty = [_INTERCEPT, _SLOPE, *[_HINGE] * len(hinges)][: len(columns)]
    return np.stack(columns, axis=1), np.array(penalty)


def _weekdays(series: DaySeries) -> tuple[FloatArray, FloatArray]:
    return (series.weekday[:, None] == np.arange(7)).astype(np.float64), np.full(7, _WEEKDAY)


def _harmonics(series: DaySeries) -> tuple[FloatArray, FloatArray]:
    """Yearly waves: five where two years are known, two for one, none for less."""
    years = (series.end - series.start) / _YEAR
    pairs = 5 if years >= 1.9 else 2 if years >= 0.95 else 0
    new_year = series.first_day.timetuple().tm_yday
    angle = 2 * np.pi * (np.arange(len(series.contacts)) + new_year) / _YEAR
    order = np.arange(1, pairs + 1)
    waves = angle[:, None] * order
    return np.hstack([np.sin(waves), np.cos(waves)]), np.full(2 * pairs, _HARMONIC)


def _holidays(series: DaySeries) -> tuple[FloatArray, FloatArray]:
    """Any holiday, each holiday by name, and the open day after one that was shut."""
    known = series.known
    any_holiday = np.array([bool(name) for name in series.holidays])
    names = sorted({n for n, k in zip(series.holidays, known, strict=True) if n and k})
    by_name = [np.array([name == h for h in series.holidays]) for name in names]
    weekday_open = np.array([series.is_open[w::7].mean() > 0.5 for w in range(7)])
    usual = weekday_open[np.arange(len(known)) % 7]
    shut = usual & ~series.is_open
    after = series.is_open & np.concatenate([[False], shut[:-1]])
    columns = np.stack([any_holiday, *by_name, after], axis=1).astype(np.float64)
    return columns, np.full(columns.shape[1], _HOLIDAY)


def _event(series: DaySeries, number: int) -> tuple[FloatArray, FloatArray]:
    """One column per open-day offset of the window that history has seen."""
    offsets = series.offsets[number]
    inside = series.occurrence[number] >= 0
    seen = np.unique(offsets[inside & series.known])
    return (offsets[:, None] == seen).astype(np.float64), np.full(len(seen), _EVENT)
