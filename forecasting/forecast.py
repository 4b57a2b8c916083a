"""The door: histories and calendars in, contacts per queue and interval with their spread out."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import ndtri

from forecasting.history import DAY_S, local_slots, read_only, slots_per_day
from forecasting.methods import forecast_days
from forecasting.openings import day_series
from forecasting.profile import day_shares, handling_times, learn_profiles
from forecasting.uncertainty import (
    count_dispersion,
    count_quantile,
    day_factors,
    ordinary_day_sd,
    shared_share,
    spread,
)

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence

    import numpy.typing as npt

    from forecasting.events import Event
    from forecasting.history import BoolArray, FloatArray, History, IntArray
    from forecasting.parts import DayForecast
    from forecasting.openings import DaySeries
    from forecasting.uncertainty import Spread

QUANTILES = (0.1, 0.5, 0.9)


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
        By name the factor of each part [D]: level (contacts), weekday, season, holiday, and one
        ``event NAME`` per event, multipliers included. Their product is ``day_total`` on open
        days.
    day_total
        Expected contacts [D]; 0 on closed days.
    share
        Share of the day's contacts per slot [D, S]; rows sum to 1, or 0 when closed.
    day_sigma
        Standard deviation of the log of the day's factor [D].
    dispersion
        Variance of a slot's count over its mean, given the day's factor.
    aht_s
        Mean handling time in seconds [D, S]; NaN when nothing tells it.
    method, notes
        Name of the method used, and what to know about it.
    """

    queue: str
    days: tuple[dt.date, ...]
    parts: Mapping[str, FloatArray]
    day_total: FloatArray
    share: FloatArray
    day_sigma: FloatArray
    dispersion: float
    aht_s: FloatArray
    method: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Forecast:
    """Contacts of all queues in all intervals.

    Parameters
    ----------
    queues
        Names [Q].
    times
        Starts of the intervals in UTC [I].
    interval_s
        Length of an interval in seconds.
    contacts, aht_s
        Expected contacts, and handling time in seconds (NaN where nothing tells it) [Q, I].
    quantiles
        Quantiles 0.1, 0.5 and 0.9 of an interval's count, its count noise included [Q, I].
    paths
        Sampled expectations [R, Q, I], float32: contacts given the replication's day factors,
        without count noise. Their mean over R is ``contacts``.
    sigma
        Standard deviation of the log day factor [Q, I].
    by_queue
        Each queue's days and parts [Q].
    """

    queues: tuple[str, ...]
    times: pd.DatetimeIndex
    interval_s: int
    contacts: FloatArray
    aht_s: FloatArray
    quantiles: Mapping[float, FloatArray]
    paths: npt.NDArray[np.float32]
    sigma: FloatArray
    by_queue: tuple[QueueForecast, ...]

    def at_risk(self, risk: float) -> FloatArray:
        """Return the contacts to staff for [Q, I]: the day factor at its quantile ``risk``.

        0.5 gives the expected ``contacts``; 0.9 contacts that at least nine days in ten stay
        below, up to count noise: a little more than nine, since quantiles are counted from the
        expectation, which lies above the middle.

        Raises
        ------
        ValueError
            When ``risk`` is not in (0, 1).
        """
        if not 0 < risk < 1:
            msg = f"risk must be in (0, 1), a fraction, got {risk}"
            raise ValueError(msg)
        return self.contacts * np.exp(self.sigma * float(ndtri(risk)))


@dataclass(frozen=True, slots=True)
class _QueueWork:
    """One queue on its way through the stages."""

    forecast: QueueForecast
    series: DaySeries
    fitted: DayForecast
    spread: Spread
    ordinary_sd: float
    day: IntArray
    slot: IntArray
    portions: FloatArray  # intervals that share a slot's contacts [D, S]


def forecast(
    histories: Sequence[History],
    days: Sequence[dt.date],
    times: pd.DatetimeIndex,
    *,
    events: Mapping[str, Sequence[Event]],
    holidays: Mapping[str, Mapping[dt.date, str]],
    rng: np.random.Generator,
    aht_s: Mapping[str, float] | None = None,
    replications: int = 50,
    progress: Callable[[int, int], None] | None = None,
) -> Forecast:
    """Return the forecast of all queues.

    Parameters
    ----------
    histories
        Each queue's past [Q], all of one interval length; lengths of the past may differ.
    days
        Local days of the horizon in a row [D], the same for all queues.
    times
        Starts of the horizon's intervals in UTC [I]: regular, from the earliest local midnight
        of the first day to the latest after the last.
    events, holidays
        By queue name its events, and its public holidays in history and horizon; a queue left out
        has none.
    rng
        Source of randomness of the sample paths.
    aht_s
        By queue name a stated handling time in seconds, which goes before the history's.
    replications
        Number of sample paths R.
    progress
        Called with (queues done, queues) after each queue.

    Raises
    ------
    ValueError
        When intervals differ between queues or from ``times``, days are not in a row, or a queue
        has two events of one name.

    Examples
    --------
    A queue with ten contacts each weekday morning and five each afternoon:

    >>> import datetime as dt
    >>> from forecasting.history import History
    >>> hours = np.repeat([[True, True]] * 5 + [[False, False]] * 2, 1, axis=0)
    >>> counts = np.where(hours, [10.0, 5.0], 0.0)
    >>> past = History("fr", "Europe/Paris", 43_200, dt.date(2024, 1, 1),
    ...                np.tile(counts, (26, 1)), None, hours)
    >>> monday = dt.date(2024, 7, 1)
    >>> times = pd.date_range("2024-06-30T22:00Z", periods=2, freq="12h")
    >>> found = forecast([past], [monday], times, events={}, holidays={},
    ...                  rng=np.random.default_rng(1))
    >>> found.contacts.round(1).tolist()
    [[10.0, 5.0]]
    """
    _check(histories, days, times, events)
    work = []
    for number, history in enumerate(histories):
        stated = (aht_s or {}).get(history.queue)
        mine = events.get(history.queue, ())
        work.append(_queue(history, days, times, mine, holidays.get(history.queue, {}), stated))
        if progress is not None:
            progress(number + 1, len(histories))
    interval_s = histories[0].interval_s if histories else 900
    return _gather(work, times, interval_s, replications, rng)


def _check(
    histories: Sequence[History],
    days: Sequence[dt.date],
    times: pd.DatetimeIndex,
    events: Mapping[str, Sequence[Event]],
) -> None:
    faults = []
    if not days or any((b - a).days != 1 for a, b in itertools.pairwise(days)):
        faults.append("days must be one or more days in a row")
    lengths = sorted({history.interval_s for history in histories})
    if len(lengths) > 1:
        faults.append(f"histories must share one interval_s, got {lengths}")
    if times.tz is None:
        faults.append("times must be in UTC, got times without a zone")
    if len(times) > 1 and lengths and (times[1] - times[0]).total_seconds() != lengths[0]:
        faults.append(f"times must be {lengths[0]} s apart, got {times[1] - times[0]}")
    for queue, own in events.items():
        names = [event.name for event in own]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            faults.append(f"events of queue {queue} must have different names, got twice {twice}")
    if faults:
        raise ValueError("; ".join(faults))


def _queue(
    history: History,
    days: Sequence[dt.date],
    times: pd.DatetimeIndex,
    events: Sequence[Event],
    holidays: Mapping[dt.date, str],
    stated_aht_s: float | None,
) -> _QueueWork:
    """Return one queue's forecast by day and slot."""
    series, notes = day_series(history, days[-1], events, holidays)
    fitted = forecast_days(series)
    at = (days[0] - series.first_day).days
    horizon = slice(at, at + len(days))
    past = slice(series.start, series.end)
    parts = _scaled_parts(fitted, horizon, events)
    factors = {name: part for name, part in parts.items() if name.startswith("event ")}
    profiles = learn_profiles(
        history,
        fitted.weight[past],
        series.ordinary[past],
        fitted.expected[past],
        {name: fitted.parts[name][past] for name in factors},
    )
    day, slot, portions = _places(history, days, times)
    is_open = series.is_open[horizon]
    share = day_shares(profiles, series.weekday[horizon], is_open, factors, portions > 0)
    some = is_open & (share.sum(axis=1) > 0)
    total = np.where(some, np.prod(list(parts.values()), axis=0), 0.0)
    dispersion = count_dispersion(history, profiles.weekday, fitted)
    spreads = spread(series, fitted, horizon, factors, dispersion)
    handling, more = _handling_times(history, stated_aht_s)
    own = QueueForecast(
        history.queue,
        tuple(days),
        {name: read_only(part) for name, part in parts.items()},
        read_only(total),
        read_only(share),
        read_only(spreads.total),
        dispersion,
        read_only(handling[series.weekday[horizon]]),
        fitted.method,
        (*notes, *fitted.notes, *more),
    )
    ordinary = ordinary_day_sd(series, fitted, dispersion)
    return _QueueWork(own, series, fitted, spreads, ordinary, day, slot, portions)


def _scaled_parts(
    fitted: DayForecast, horizon: slice, events: Sequence[Event]
) -> dict[str, FloatArray]:
    """Return the parts of the horizon's days, each event scaled by its multiplier."""
    parts = {name: part[horizon] for name, part in fitted.parts.items()}
    for event in events:
        name = f"event {event.name}"
        parts[name] = np.maximum(1.0 + event.multiplier * (parts[name] - 1.0), 0.0)
    return parts


def _handling_times(history: History, stated_s: float | None) -> tuple[FloatArray, list[str]]:
    """Return handling times [7, S], NaN when nothing tells them, and notes."""
    if stated_s is not None:
        return np.full((7, history.slots), stated_s), []
    learned = handling_times(history)
    if learned is not None:
        return learned, []
    return np.full((7, history.slots), np.nan), ["no handling time stated or in the history"]


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


def _gather(
    work: Sequence[_QueueWork],
    times: pd.DatetimeIndex,
    interval_s: int,
    replications: int,
    rng: np.random.Generator,
) -> Forecast:
    """Return all queues on the common axis, with quantiles and sample paths."""
    shape = (len(work), len(times))
    contacts, handling, sigma = np.zeros(shape), np.full(shape, np.nan), np.zeros(shape)
    paths = np.zeros((replications, *shape), dtype=np.float32)
    if work:
        sds = [one.ordinary_sd for one in work]
        alike = shared_share([w.series for w in work], [w.fitted for w in work], sds)
        factors = day_factors([w.spread for w in work], alike, replications, rng)
    for q, one in enumerate(work):
        inside: BoolArray = one.day >= 0
        day, slot = one.day[inside], one.slot[inside]
        own = one.forecast
        contacts[q, inside] = (own.day_total[day] * own.share[day, slot]) / np.maximum(
            one.portions[day, slot], 1.0
        )
        handling[q, inside] = own.aht_s[day, slot]
        sigma[q, inside] = own.day_sigma[day]
        paths[:, q, inside] = factors[:, q, day] * contacts[q, inside]
    over = np.array([w.forecast.dispersion for w in work]).reshape(-1, 1)
    return Forecast(
        tuple(w.forecast.queue for w in work),
        times,
        interval_s,
        read_only(contacts),
        read_only(handling),
        {q: read_only(count_quantile(q, contacts, sigma, over)) for q in QUANTILES},
        read_only(paths),
        read_only(sigma),
        tuple(w.forecast for w in work),
    )
