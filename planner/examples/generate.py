"""A centre's past from a few figures per queue: seeded, so the same file on every machine."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasting.calendars import event_dates, public_holidays
from planner.examples.orders import Orders

if TYPE_CHECKING:
    from pathlib import Path

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

PADDING_DAYS = 45  # an event's window may begin before the history, or end after it
LEVEL_MEMORY = 0.97  # share of a market's deviation from its level that the next day keeps
LEVEL_SD = 0.03  # log-sd of that deviation in the long run
HANDLING_SHAPE = 1.6  # gamma shape of one handling time: its sd is 0.8 of the mean

# Hour of the day -> relative weight. Written contacts of the night are stamped when the centre
# opens, hence their morning.
Shape = Mapping[float, float]
LIVE_SHAPE: Shape = {
    8: 0.5,
    9.5: 1.1,
    10.5: 1.3,
    12: 1.05,
    13.5: 0.9,
    15: 1.1,
    17: 1.15,
    19: 0.8,
    20: 0.5,
}
WRITTEN_SHAPE: Shape = {8: 2.2, 9: 1.5, 10: 1.2, 12: 1.0, 14: 0.9, 17: 1.0, 19: 0.9, 20: 0.9}


@dataclass(frozen=True, slots=True)
class Effect:
    """What an event does to a queue.

    Parameters
    ----------
    event
        A name that ``forecasting.calendars`` dates; any other name needs ``dates``.
    factors
        Offset in open days from the event -> factor on that day's contacts. A date on a closed
        day counts from the first open day after it.
    dates
        Dates of an event that no calendar knows: a mailing, a sale.
    """

    event: str
    factors: Mapping[int, float]
    dates: tuple[datetime.date, ...] = ()


@dataclass(frozen=True, slots=True)
class QueueSpec:
    """The figures of one queue.

    Parameters
    ----------
    name, country, timezone
        Name; country whose calendar counts; IANA zone of its hours.
    contacts_a_month
        Mean of a month without events, at the middle of the history.
    opening
        First and last hour of each weekday, Monday first; None: closed.
    weekday
        Relative weight of each weekday's contacts.
    shape
        Hour of the day -> relative weight, straight lines between.
    aht_s, aht_growth
        Mean handling time in seconds in the first year, and its relative change a year.
    season
        Relative weight of each month.
    growth
        Relative change of the contacts a year.
    effects
        What events do.
    holiday
        Factor on public holidays; 0: closed.
    day_sd
        Relative standard deviation of a day's own gamma factor.
    """

    name: str
    country: str
    timezone: str
    contacts_a_month: float
    opening: tuple[tuple[float, float] | None, ...]
    weekday: tuple[float, ...]
    shape: Shape
    aht_s: float
    aht_growth: float = 0.0
    season: tuple[float, ...] = (1.0,) * 12
    growth: float = 0.0
    effects: tuple[Effect, ...] = ()
    holiday: float = 1.0
    day_sd: float = 0.07


@dataclass(frozen=True, slots=True)
class Centre:
    """A centre's past: its queues, its span of days, and its file (.csv or .parquet).

    Where it has ``orders``, the contacts of every queue follow them day by day. ``beside`` names
    files that are shipped with the scenario and lie beside it.
    """

    queues: tuple[QueueSpec, ...]
    first_day: datetime.date = datetime.date(2024, 1, 1)
    last_day: datetime.date = datetime.date(2026, 12, 31)
    interval_minutes: int = 15
    file: str = "contacts.parquet"
    seed: int = 1
    orders: Orders | None = None
    beside: tuple[str, ...] = ()


def write_history(
    centre: Centre, directory: Path, progress: Callable[[int, int], None] | None = None
) -> Path:
    """Return the path of a centre's history, written into a directory.

    Parquet holds ``start`` in UTC, CSV in local time with its offset. Only intervals with
    contacts are written, and one zero for an open day that had none.
    """
    tables = []
    for done, queue in enumerate(centre.queues, start=1):
        tables.append(queue_history(centre, queue))
        if progress is not None:
            progress(done, len(centre.queues))
    path = directory / centre.file
    if path.suffix == ".parquet":
        table = pd.concat(tables, ignore_index=True)
        table["queue"] = table["queue"].astype("category")
        table.to_parquet(path, index=False, engine="pyarrow", compression="zstd")
    else:
        for table, queue in zip(tables, centre.queues, strict=True):
            local = table["start"].dt.tz_convert(queue.timezone)
            table["start"] = [stamp.isoformat(timespec="minutes") for stamp in local]
        table = pd.concat(tables, ignore_index=True)
        table.to_csv(path, index=False, encoding="utf-8", lineterminator="\n")
    return path


def queue_history(centre: Centre, queue: QueueSpec) -> pd.DataFrame:
    """Return one queue's past: start (UTC), queue, contacts, aht_s (whole seconds).

    Poisson counts around ``expected_contacts`` times a gamma factor per day; handling times are
    means of that many gamma draws.
    """
    rng = _rng(centre.seed, queue.name)
    expected = expected_contacts(centre, queue)
    days = _days(centre.first_day, centre.last_day)
    level = _level(centre, queue.country, days.size)
    shape = queue.day_sd**-2
    day_factor = level * rng.standard_gamma(shape, days.size) / shape
    contacts = rng.poisson(expected * day_factor[:, None])
    at = np.nonzero(contacts)
    years = (days - days[0])[at[0]] / 365.25
    count = contacts[at]
    mean = rng.standard_gamma(HANDLING_SHAPE * count) / (HANDLING_SHAPE * count)
    aht_s = np.rint(queue.aht_s * (1.0 + queue.aht_growth) ** years * mean)
    # A day of zeros must differ from an unknown day.
    idle = (expected.sum(axis=1) > 0) & (contacts.sum(axis=1) == 0)
    first_slot = (expected > 0).argmax(axis=1)
    rows = np.concatenate([at[0], np.flatnonzero(idle)])
    slots = np.concatenate([at[1], first_slot[idle]])
    zeros = np.zeros(int(idle.sum()))
    starts = _utc_starts(centre.first_day, centre.last_day, centre.interval_minutes, queue.timezone)
    table = pd.DataFrame(
        {
            "start": starts[rows, slots],
            "queue": queue.name,
            "contacts": np.concatenate([count, zeros]).astype(np.int32),
            "aht_s": np.concatenate([np.maximum(aht_s, 1.0), zeros * np.nan]),
        }
    )
    table["start"] = table["start"].dt.tz_localize("UTC")
    table["aht_s"] = table["aht_s"].astype("Int32")
    return table.dropna(subset="start").sort_values("start", ignore_index=True)


def expected_contacts(centre: Centre, queue: QueueSpec) -> FloatArray:
    """Return the mean contacts of a queue's local days and wall-clock slots, ``[D, S]``.

    Level, orders, trend, season, weekday, holidays and events multiply.
    """
    days = _days(centre.first_day, centre.last_day, PADDING_DAYS)
    dates = days.astype("datetime64[D]").astype(object)
    weekday = (days + 3) % 7  # 1970-01-01 was a Thursday
    weights = np.array(queue.weekday) * np.array([hours is not None for hours in queue.opening])
    month = np.array([date.month - 1 + (date.day - 0.5) / 30.5 for date in dates])
    season = np.array(queue.season) / np.mean(queue.season)
    total = queue.contacts_a_month * 12 / 365.25 * (weights * 7 / weights.sum())[weekday]
    total *= np.interp(month, np.arange(12) + 0.5, season, period=12)
    total *= (1.0 + queue.growth) ** ((days - days.mean()) / 365.25)
    if centre.orders is not None:
        orders = centre.orders.by_day(dates[0], dates[-1])
        total *= orders * 365.25 / (12 * centre.orders.a_month)
    for holiday in public_holidays(queue.country, dates[0], dates[-1]):
        total[holiday.toordinal() - dates[0].toordinal()] *= queue.holiday
    total *= event_factor(queue, days, total > 0)
    inside = slice(PADDING_DAYS, days.size - PADDING_DAYS)
    expected: FloatArray = (
        total[inside, None] * _profile(queue, centre.interval_minutes)[weekday[inside]]
    )
    return expected


def event_factor(queue: QueueSpec, days: IntArray, is_open: npt.NDArray[np.bool_]) -> FloatArray:
    """Return the product of a queue's event effects on days counted from 1970-01-01, ``[D]``."""
    factor = np.ones(days.size)
    open_days = np.flatnonzero(is_open)
    first, last = days[[0, -1]].astype("datetime64[D]").astype(object)
    for effect in queue.effects:
        dates = effect.dates or event_dates(effect.event, queue.country, first.year, last.year)
        day = np.array(dates, dtype="datetime64[D]").astype(np.int64)
        centre = np.searchsorted(days[open_days], day)
        for offset, value in effect.factors.items():
            at = centre[(day >= days[0]) & (day <= days[-1])] + offset
            factor[open_days[at[(at >= 0) & (at < open_days.size)]]] *= value
    return factor


def _days(first_day: datetime.date, last_day: datetime.date, padding: int = 0) -> IntArray:
    """Return days counted from 1970-01-01."""
    epoch = datetime.date(1970, 1, 1).toordinal()
    first, last = first_day.toordinal() - epoch, last_day.toordinal() - epoch
    return np.arange(first - padding, last + padding + 1)


def _profile(queue: QueueSpec, interval_minutes: int) -> FloatArray:
    """Return each weekday's share of the contacts per slot, ``[7, S]``."""
    hour = (np.arange(1440 // interval_minutes) + 0.5) * interval_minutes / 60
    knots = sorted(queue.shape.items())
    weight = np.interp(hour, [h for h, _ in knots], [w for _, w in knots], period=24)
    opening = [hours or (0.0, 0.0) for hours in queue.opening]
    share = np.array([weight * ((hour > start) & (hour < end)) for start, end in opening])
    share /= np.maximum(share.sum(axis=1, keepdims=True), np.finfo(float).tiny)
    return share


def _level(centre: Centre, country: str, days: int) -> FloatArray:
    """Return how far a market strays from its level: a slow log-AR(1), shared by its queues."""
    steps = _rng(centre.seed, country).normal(0.0, LEVEL_SD * (1 - LEVEL_MEMORY**2) ** 0.5, days)
    state = np.zeros(days)
    for day in range(1, days):
        state[day] = LEVEL_MEMORY * state[day - 1] + steps[day]
    return np.exp(state)


@lru_cache(maxsize=8)
def _utc_starts(
    first_day: datetime.date, last_day: datetime.date, interval_minutes: int, timezone: str
) -> npt.NDArray[np.datetime64]:
    """Return the UTC start of each local day and slot, ``[D, S]``; not-a-time where skipped."""
    days = _days(first_day, last_day)
    minutes = days[:, None] * 1440 + np.arange(0, 1440, interval_minutes)
    local = pd.DatetimeIndex(minutes.ravel().astype("datetime64[m]").astype("datetime64[us]"))
    first_pass = np.ones(local.size, dtype=bool)  # of a repeated hour
    utc = local.tz_localize(timezone, ambiguous=first_pass, nonexistent="NaT").tz_convert("UTC")
    starts: npt.NDArray[np.datetime64] = utc.tz_localize(None).to_numpy().reshape(minutes.shape)
    return starts


def _rng(seed: int, name: str) -> np.random.Generator:
    # Named, because default_rng may become another generator one day.
    sequence = np.random.SeedSequence([seed, crc32(name.encode())])
    return np.random.Generator(np.random.PCG64(sequence))
