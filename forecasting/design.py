"""The regression's columns: what a day is made of, and how strongly each part is held back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import block_diag

from forecasting.breaks import level_breaks
from forecasting.columns import Columns
from forecasting.openings import BETWEEN, EVE, HOLIDAY
from forecasting.ridge import Group, Prior

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecasting.history import BoolArray, FloatArray, IntArray
    from forecasting.openings import DaySeries

# Penalties are 1 / (standard deviation on the log scale) squared: an event is believed up to
# e**1.5, a season's slow waves up to e**0.3. Those marked with a range in _RANGES are where the
# evidence starts from, so that their size matters little.
_INTERCEPT, _WEEKDAY, _WAVE, _SLOPE = 1e-4, 1.0, 11.0, 11.0
_HINGE, _HINGE_YOUNG, _STEP = 1e3, 12.0, 4.0  # young: no year yet, so the trend follows the season
_SEASON_LEAST = 0.95
_HOLIDAY, _SCHOOL, _EVENT, _EVENT_WEEKDAY, _MONTH = 2.0, 8.0, 0.44, 4.0, 25.0
_EVENT_STEP, _EVENT_NEAR = 8.0, 4.0  # neighbouring offsets are alike, less so near the day itself
_RANGES = {
    "season": (0.3, 30.0),
    "month": (0.1, 1e3),
    "holiday": (0.5, 1e3),
    "school": (0.1, 1e3),
    "event": (0.5, 3e3),
}
_WAVES, _SLOW_WAVES = 12, 3  # yearly waves, and those that are held back no more than the first
_MONTH_WAVES, _MONTH_LEAST_DAYS = 5, 90
_HINGE_DAYS = 90
_DAMPING_DAYS = 30.0  # a slope dies out with this scale after the end of history
_WEEKDAY_REACH = 10  # open days before an event in which its weekday effects are looked for
_WEEKDAY_LEAST = 5  # a shorter window has no week in which weekdays could differ
_DRIVER = {"rate": (1.0, 11.0), "log": (0.0, 4.0), "linear": (0.0, 11.0)}  # centre, penalty
_YEAR = 365.25

Block = tuple["FloatArray", "FloatArray"]  # columns [T, K], and their penalty [K] or [K, K]


@dataclass(frozen=True, slots=True)
class Design:
    """Columns of the regression on the log scale.

    Parameters
    ----------
    columns
        Values [T, K].
    prior
        What is thought of their coefficients beforehand.
    parts
        For each part's name the columns that make it, as a slice.
    offsets
        By event name the open-day offsets of its first columns; weekday effects follow.
    breaks, steps
        First days of the level's breaks, and their columns.
    """

    columns: Columns
    prior: Prior
    parts: dict[str, slice]
    offsets: Mapping[str, IntArray]
    breaks: IntArray
    steps: slice

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
    breaks = level_breaks(series)
    waves = {"level": _trend(series, breaks), "season": _waves(series), "month": _month(series)}
    centre: dict[str, float] = {}
    for name, (effect, values) in series.drivers.items():
        centre[f"driver {name}"], penalty = _DRIVER[effect]
        waves[f"driver {name}"] = values[:, None], np.array([penalty])
    flags = {"weekday": _weekdays(series), "holiday": _holidays(series)}
    if any(series.school):
        flags["school"] = _school(series)
    offsets = {}
    for number in np.flatnonzero(learned):
        name = f"event {series.events[number].name}"
        flags[name], offsets[series.events[number].name] = _event(series, int(number))
    parts, at = {}, 0
    for name, (columns, _) in (waves | flags).items():
        parts[name] = slice(at, at + columns.shape[1])
        at += columns.shape[1]
    square = [np.diag(p) if p.ndim == 1 else p for _, p in (waves | flags).values()]
    centres = np.concatenate(
        [np.full(own.stop - own.start, centre.get(name, 0.0)) for name, own in parts.items()]
    )
    groups = tuple(
        Group(own, *_RANGES[name.split()[0]])
        for name, own in parts.items()
        if name.split()[0] in _RANGES and own.stop > own.start
    )
    table = Columns.build(*(np.hstack([c for c, _ in t.values()]) for t in (waves, flags)))
    prior, level = Prior(block_diag(*square), centres, groups), parts["level"].stop
    return Design(table, prior, parts, offsets, breaks, slice(level - len(breaks), level))


def _trend(series: DaySeries, breaks: IntArray) -> Block:
    """Intercept, slope, a hinge every quarter, in years and damped ahead; a step where one broke.

    Hinges are stiff: what moves within weeks is a break, or left to ``forecasting.level``; it must
    not pass for a trend or take the height of last year's event with it.
    """
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
    hinge = _HINGE if span >= _SEASON_LEAST * _YEAR else _HINGE_YOUNG
    penalty = [_INTERCEPT, _SLOPE, *[hinge] * len(hinges)][: len(columns)]
    columns += [(day >= at).astype(np.float64) for at in breaks]
    return np.stack(columns, axis=1), np.array([*penalty, *[_STEP] * len(breaks)])


def _weekdays(series: DaySeries) -> Block:
    return (series.weekday[:, None] == np.arange(7)).astype(np.float64), np.full(7, _WEEKDAY)


def _waves(series: DaySeries) -> Block:
    """Yearly waves: twelve where two years are known, two for one, none for less."""
    years = (series.end - series.start) / _YEAR
    pairs = _WAVES if years >= 1.9 else 2 if years >= _SEASON_LEAST else 0
    new_year = series.first_day.timetuple().tm_yday
    angle = 2 * np.pi * (np.arange(len(series.contacts)) + new_year) / _YEAR
    order = np.arange(1, pairs + 1)
    waves = angle[:, None] * order
    penalty = np.tile(_WAVE * np.maximum(order / _SLOW_WAVES, 1.0), 2)
    return np.hstack([np.sin(waves), np.cos(waves)]), penalty


def _month(series: DaySeries) -> Block:
    """Waves over the month: wages, bills and rents come on days of the month."""
    pairs = _MONTH_WAVES if series.end - series.start >= _MONTH_LEAST_DAYS else 0
    first = np.datetime64(series.first_day)
    day = first + np.arange(len(series.contacts))
    month = day.astype("datetime64[M]")
    start = month.astype("datetime64[D]")
    length = ((month + 1).astype("datetime64[D]") - start).astype(np.float64)
    angle = 2 * np.pi * (day - start).astype(np.float64) / length
    waves = angle[:, None] * np.arange(1, pairs + 1)
    penalty = np.tile(_MONTH * np.arange(1, pairs + 1) ** 2, 2)
    return np.hstack([np.sin(waves), np.cos(waves)]), penalty


def _holidays(series: DaySeries) -> Block:
    """Holidays, their eves, days between two, each by name, and the open day after a shut one."""
    known = series.known
    kind = series.holiday_kind
    weekday_open = np.array([series.is_open[w::7].mean() > 0.5 for w in range(7)])
    usual = weekday_open[np.arange(len(known)) % 7]
    shut = usual & ~series.is_open
    after = series.is_open & np.concatenate([[False], shut[:-1]])
    kinds = [kind == HOLIDAY, kind == EVE, kind == BETWEEN]
    flags = [*kinds, *_by_name(series.holidays, known), after]
    columns = np.stack(flags, axis=1)
    return columns.astype(np.float64), np.full(columns.shape[1], _HOLIDAY)


def _school(series: DaySeries) -> Block:
    """Any school holiday, and each by name."""
    any_school = np.array([bool(name) for name in series.school])
    columns = np.stack([any_school, *_by_name(series.school, series.known)], axis=1)
    return columns.astype(np.float64), np.full(columns.shape[1], _SCHOOL)


def _by_name(labels: tuple[str, ...], known: BoolArray) -> list[BoolArray]:
    """Return one column per label that a known day bears."""
    names = sorted({n for n, k in zip(labels, known, strict=True) if n and k})
    return [np.array([name == label for label in labels]) for name in names]


def _has_moved(series: DaySeries, number: int) -> bool:
    """Return whether whole past occurrences of an event fell on different weekdays.

    With one and a half, offsets and weekdays would say the same, and together say anything.
    """
    occurrence = series.occurrence[number]
    inside = occurrence >= 0
    whole = np.bincount(occurrence[inside], minlength=1)
    known = np.bincount(occurrence[inside & series.known], minlength=len(whole))
    seen = np.flatnonzero((known > 0) & (known >= whole))
    return len({series.events[number].dates[n].weekday() for n in seen}) > 1


def _event(series: DaySeries, number: int) -> tuple[Block, IntArray]:
    """One column per open-day offset of the window, and one per weekday before a moving date.

    A Saturday in the week of Valentine's Day is not an ordinary Saturday, wherever the day falls;
    an event that always falls on one weekday has that in its offsets already.
    """
    event, offsets = series.events[number], series.offsets[number]
    inside = series.occurrence[number] >= 0
    before, after = event.window
    every = np.arange(-before, after + 1)
    step = np.diff(np.eye(len(every)), axis=0)
    reach = np.maximum(np.abs(every[1:]), np.abs(every[:-1]))
    alike = _EVENT_STEP * np.minimum((reach / _EVENT_NEAR) ** 2, 1.0)
    columns = offsets[:, None] == every
    penalty = _EVENT * np.eye(len(every)) + step.T @ (alike[:, None] * step)
    if event.is_yearly and before >= _WEEKDAY_LEAST and _has_moved(series, number):
        near = inside & (offsets >= -_WEEKDAY_REACH) & (offsets <= 0)
        weekdays = (series.weekday[:, None] == np.arange(7)) & near[:, None]
        weekdays = weekdays[:, weekdays[series.known].any(axis=0)]
        columns = np.hstack([columns, weekdays])
        penalty = block_diag(penalty, _EVENT_WEEKDAY * np.eye(weekdays.shape[1]))
    return (columns.astype(np.float64), penalty), every
