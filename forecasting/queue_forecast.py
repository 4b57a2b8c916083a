"""One queue on its way from its history to contacts per day and slot."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from forecasting.aligned import nearest_event
from forecasting.calibration import calibrate
from forecasting.combine import WITNESSES
from forecasting.handling import handling_times
from forecasting.history import DAY_S, local_slots, read_only, slots_per_day
from forecasting.methods import Fitted, fit_days, forecast_days
from forecasting.openings import day_series
from forecasting.overrides import apply_overrides
from forecasting.profile import day_shares, learn_profiles
from forecasting.uncertainty import (
    Spread,
    count_dispersion,
    count_quantile,
    ordinary_day_sd,
    spread,
)

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from forecasting.drivers import Driver
    from forecasting.events import Event
    from forecasting.history import BoolArray, FloatArray, History, IntArray
    from forecasting.openings import DaySeries
    from forecasting.overrides import Override
    from forecasting.parts import DayForecast
    from forecasting.pooling import Curve

_TOLD_GAP_DAYS = 7

OVERRIDE = "override"
"""Name of the part that a planner's overrides make."""


@dataclass(frozen=True, slots=True)
class QueueForecast:
    """One queue's days, and what they are made of.

    Parameters
    ----------
    queue
        Name of the queue.
    days
        Local days of the horizon [D].
    parts
        By name the factor of each part [D]: level (contacts), weekday, season, month, holiday,
        school, one ``event NAME`` per event, multipliers included, one ``driver NAME`` per driver,
        other methods, and the planner's override. Their product is ``day_total``.
    day_total
        Expected contacts [D], overrides included; 0 on closed days.
    model_total
        What the model alone expects [D].
    overridden
        Days on which a planner's override acts [D].
    share
        Share of the day's contacts per slot [D, S]; rows sum to 1, or 0 when closed.
    day_sigma
        Standard deviation of the log of the day's factor [D].
    dispersion
        Variance of a slot's count over its mean, given the day's factor.
    tail
        How much farther out the outer quantiles lie than a normal's, in standard errors.
    aht_s
        Mean handling time in seconds [D, S]; NaN when nothing tells it.
    method, notes
        Name of the method used, and what to know about it.
    weights
        By method its weight on ordinary days and in event windows; empty where there is one only.
    offsets
        By event name how many open days each day lies from it [D], see
        ``forecasting.events.open_day_offsets``.
    in_event
        Days in the window of a yearly event, which have its weights [D].
    """

    queue: str
    days: tuple[dt.date, ...]
    parts: Mapping[str, FloatArray]
    day_total: FloatArray
    model_total: FloatArray
    overridden: BoolArray
    share: FloatArray
    day_sigma: FloatArray
    dispersion: float
    tail: float
    aht_s: FloatArray
    method: str
    notes: tuple[str, ...]
    weights: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    offsets: Mapping[str, IntArray] = field(default_factory=dict)
    in_event: BoolArray | None = None

    def day_quantile(self, q: float) -> FloatArray:
        """Return a quantile of each day's count [D].

        The count noise of a day is ``dispersion``: ``day_sigma`` is what days stray beyond just
        that noise, so both together spread as past days did. Where the history is by day it is
        the days' own; where it is finer, that of the slots, which a day's total keeps as long as
        slots do not err together: what errs together is in ``day_sigma``.
        """
        return count_quantile(q, self.day_total, self.day_sigma, self.dispersion, self.tail)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known of a queue beside its past.

    Parameters
    ----------
    events
        Its events.
    holidays, school
        Names of its public and school holidays by date.
    drivers
        Figures that it follows.
    overrides
        What its planner knows better.
    aht_s
        A stated handling time in seconds, which goes before the history's.
    kind
        What it is like, such as its channel: queues of one kind lend each other event effects.
    """

    events: Sequence[Event] = ()
    holidays: Mapping[dt.date, str] = field(default_factory=dict)
    school: Mapping[dt.date, str] = field(default_factory=dict)
    drivers: Sequence[Driver] = ()
    overrides: Sequence[Override] = ()
    aht_s: float | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Begun:
    """A queue whose own history has been learned from."""

    history: History
    known: Circumstances
    fitted: Fitted
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QueueWork:
    """A queue's forecast by day, and what it takes to put it on an axis with others.

    Parameters
    ----------
    forecast
        The forecast.
    fitted, days
        Its series and the forecast of its days.
    spread
        How sure each day is.
    ordinary_sd
        Log standard deviation of ordinary days beyond count noise.
    day, slot
        Each interval's day, -1 outside of the horizon, and its slot [I].
    portions
        Intervals that share a slot's contacts [D, S].
    """

    forecast: QueueForecast
    fitted: Fitted
    days: DayForecast
    spread: Spread
    ordinary_sd: float
    day: IntArray
    slot: IntArray
    portions: FloatArray


def begin(history: History, last_day: dt.date, known: Circumstances) -> Begun:
    """Return what a queue's own history teaches about the days to ``last_day``."""
    series, notes = day_series(
        history, last_day, known.events, known.holidays, school=known.school, drivers=known.drivers
    )
    return Begun(history, known, fit_days(series), notes)


def finish(
    begun: Begun, days: Sequence[dt.date], times: pd.DatetimeIndex, lent: Mapping[str, Curve]
) -> QueueWork:
    """Return a queue's forecast.

    Parameters
    ----------
    days
        Days of the horizon in a row [D].
    times
        Starts of the horizon's intervals in UTC [I].
    lent
        By event name the effect that other queues have seen.
    """
    history, known, series = begun.history, begun.known, begun.fitted.series
    at = (days[0] - series.first_day).days
    horizon, past = slice(at, at + len(days)), slice(series.start, series.end)
    fitted = forecast_days(begun.fitted, horizon, lent)
    parts = _scaled_parts(fitted, horizon, known.events)
    factors = {name: part for name, part in parts.items() if name.startswith("event ")}
    before = {name: fitted.parts[name][past] for name in factors}
    ordinary, weekday, kind = series.ordinary[past], series.weekday[horizon], series.holiday_kind
    profiles = learn_profiles(
        history, fitted.weight[past], ordinary, fitted.expected[past], before, kind[past]
    )
    day, slot, portions = _places(history, days, times)
    is_open = series.is_open[horizon]
    share = day_shares(profiles, weekday, kind[horizon], is_open, factors, portions > 0)
    is_open = is_open & (share.sum(axis=1) > 0)
    model = np.where(is_open, np.prod(list(parts.values()), axis=0), 0.0)
    by_name = {name.removeprefix("event "): factor for name, factor in factors.items()}
    total, touched = apply_overrides(days, model, is_open, by_name, known.overrides)
    opened = (total > 0) & ~is_open
    wanted = day_shares(profiles, weekday, kind[horizon], opened, factors, portions > 0)
    share = np.where(opened[:, None], wanted, share)  # an opened day has the hours of its weekday
    total, touched, unheard = _heard(days, total, touched, opened & (wanted.sum(axis=1) <= 0))
    dispersion = count_dispersion(history, profiles.weekday, fitted)
    spreads, tail, in_event = _spreads(series, fitted, horizon, factors, dispersion)
    handling, more = _handling(begun, ordinary, before, factors, weekday)
    own = QueueForecast(
        history.queue,
        tuple(days),
        {name: read_only(part) for name, part in _with_override(parts, model, total).items()},
        read_only(total),
        read_only(model),
        read_only(touched),
        read_only(share),
        read_only(spreads.total),
        dispersion,
        tail,
        read_only(handling),
        fitted.method,
        (*_gap_notes(history, days[0]), *begun.notes, *fitted.notes, *more, *unheard),
        _weights(fitted),
        {e.name: series.offsets[n][horizon] for n, e in enumerate(series.events)},
        in_event,
    )
    sd = ordinary_day_sd(series, fitted, dispersion)
    return QueueWork(own, begun.fitted, fitted, spreads, sd, day, slot, portions)


def _spreads(
    series: DaySeries,
    fitted: DayForecast,
    horizon: slice,
    factors: Mapping[str, FloatArray],
    dispersion: float,
) -> tuple[Spread, float, BoolArray]:
    """Return how sure each day is, how far the tails lie out, and which days are in events [D]."""
    elements = np.arange(horizon.start, horizon.stop)
    spreads = spread(series, fitted, series.end, elements, factors, dispersion)
    calibration = calibrate(series, fitted, fitted.dispersion * fitted.inflation)
    in_event = nearest_event(series)[0][horizon] >= 0
    return spreads.scaled(calibration.scale(in_event)), calibration.tail, in_event


def _heard(
    days: Sequence[dt.date], total: FloatArray, touched: BoolArray, lost: BoolArray
) -> tuple[FloatArray, BoolArray, list[str]]:
    """Return the days' contacts and where overrides act without ``lost`` days, and notes on them.

    On those the planner states contacts, yet there is no hour in which they could come.
    """
    notes = [
        f"contacts stated for {days[int(d)]} are left out: its weekday has no opening hours"
        for d in np.flatnonzero(lost)
    ]
    return np.where(lost, 0.0, total), touched & ~lost, notes


def _gap_notes(history: History, first_day: dt.date) -> list[str]:
    """Return what to say of days between a history's end and the horizon, none for a week."""
    gap = (first_day - history.last_day).days - 1
    if gap <= _TOLD_GAP_DAYS or not len(history.contacts):
        return []
    return [f"history ends on {history.last_day}, {gap} days before the first one forecast"]


def _weights(fitted: DayForecast) -> dict[str, tuple[float, float]]:
    if fitted.combined is None:
        return {}
    one = fitted.combined
    every = zip(WITNESSES, one.ordinary, one.event, strict=True)
    return {name: (float(ordinary), float(event)) for name, ordinary, event in every}


def _with_override(
    parts: Mapping[str, FloatArray], model: FloatArray, total: FloatArray
) -> dict[str, FloatArray]:
    """Return the parts with the override's, so that their product is the total on every day.

    Where the model has nothing to scale, the stated contacts stand as the level; the level of a
    closed day is 0, for no planner closed it.
    """
    stated, some = (model <= 0) & (total > 0), model > 0
    result = {name: np.where(stated, 1.0, part) for name, part in parts.items()}
    result["level"] = np.where(some, result["level"], total)
    result[OVERRIDE] = np.divide(total, model, out=np.ones(len(model)), where=some)
    return result


def _scaled_parts(
    fitted: DayForecast, horizon: slice, events: Sequence[Event]
) -> dict[str, FloatArray]:
    """Return the parts of the horizon's days, each event scaled by its multiplier."""
    parts = {name: part[horizon] for name, part in fitted.parts.items()}
    for event in events:
        name = f"event {event.name}"
        parts[name] = np.maximum(1.0 + event.multiplier * (parts[name] - 1.0), 0.0)
    return parts


def _handling(
    begun: Begun,
    ordinary: BoolArray,
    before: Mapping[str, FloatArray],
    ahead: Mapping[str, FloatArray],
    weekday: IntArray,
) -> tuple[FloatArray, list[str]]:
    """Return handling times [D, S], NaN when nothing tells them, and notes."""
    size = (len(weekday), begun.history.slots)
    if begun.known.aht_s is not None:
        return np.full(size, begun.known.aht_s), []
    learned = handling_times(begun.history, ordinary, before, ahead, weekday)
    if learned is not None:
        return learned, []
    return np.full(size, np.nan), ["no handling time stated or in the history"]


def _places(
    history: History, days: Sequence[dt.date], times: pd.DatetimeIndex
) -> tuple[IntArray, IntArray, FloatArray]:
    """Return each interval's day (-1 outside) and slot [I], and intervals per day and slot [D, S].

    A slot skipped by the clocks has none, a repeated one two, which share its contacts.
    """
    # A day's interval is placed by its noon: other zones' midnights and clock changes shift it.
    middle = times + pd.Timedelta(seconds=DAY_S // 2 if history.interval_s == DAY_S else 0)
    day, slot = local_slots(middle, history.timezone, history.interval_s, days[0])
    inside = (day >= 0) & (day < len(days))
    day = np.where(inside, day, -1)
    size = (len(days), slots_per_day(history.interval_s))
    portions = np.zeros(size)
    np.add.at(portions, (day[inside], slot[inside]), 1.0)
    return day, slot, portions
