"""The real series that forecasts are judged on, each with its opening hours and its calendar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from forecasting.calendars import GIFT_DAYS, event_dates, public_holidays
from forecasting.events import Event
from forecasting.history import DAY_S, BoolArray, FloatArray, days_from, slots_per_day

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
GIFTS = tuple(name for name in GIFT_DAYS if not name.startswith("month"))
NEAR_DAYS = 7
"""Days from a judged gift day that count as its window."""


@dataclass(frozen=True, slots=True)
class Series:
    """One real queue.

    Parameters
    ----------
    name, title
        Its short name, and what it is.
    timezone, interval_s, country
        IANA zone, length of a slot in seconds, ISO code of the market.
    first_day, contacts
        Local day of row 0, and counts [D, S]; NaN where unknown.
    is_open
        Timetable [7, S], Monday first.
    events
        What moves its contacts, past and future.
    peaks
        Event and date of each peak that is judged.
    """

    name: str
    title: str
    timezone: str
    interval_s: int
    country: str
    first_day: dt.date
    contacts: FloatArray
    is_open: BoolArray
    events: tuple[Event, ...] = ()
    peaks: tuple[tuple[str, dt.date], ...] = ()

    @property
    def days(self) -> tuple[dt.date, ...]:
        """Local days of the rows."""
        return days_from(self.first_day, len(self.contacts))

    @property
    def is_daily(self) -> bool:
        """Whether a slot is a day."""
        return self.interval_s == DAY_S

    @property
    def holidays(self) -> Mapping[dt.date, str]:
        """Public holidays, from a year before the first day to a year after the last."""
        year = dt.timedelta(days=366)
        return public_holidays(self.country, self.first_day - year, self.days[-1] + year)

    def near_event(self, day: dt.date) -> bool:
        """Return whether a day is within a week of a judged kind of event.

        Where no peak is judged, any event of the series counts.
        """
        judged = {name for name, _ in self.peaks} or {event.name for event in self.events}
        return any(
            abs((day - date).days) <= NEAR_DAYS
            for event in self.events
            if event.name in judged
            for date in event.dates
        )

    def actual(self, first: dt.date, days: int) -> FloatArray:
        """Return what came in open slots on some days [days, S]; 0 where closed or unknown."""
        at = (first - self.first_day).days
        weekday = (np.arange(days) + first.weekday()) % 7
        return np.where(self.is_open[weekday], np.nan_to_num(self.contacts[at : at + days]), 0.0)


def load(name: str, folder: Path = DATA) -> Series:
    """Return a series by its name in ``SERIES``."""
    return _LOADERS[name](folder)


def _gift_days(first: int, last: int) -> tuple[Event, ...]:
    return tuple(Event(name, event_dates(name, "US", first, last)) for name in GIFTS)


def _peaks(wanted: Mapping[int, str]) -> tuple[tuple[str, dt.date], ...]:
    """Return the judged peaks from the names of each year's."""
    return tuple(
        (name, event_dates(name, "US", year, year)[0])
        for year, names in wanted.items()
        for name in names.split()
    )


def _daily(
    file: Path,
    column: str,
    name: str,
    title: str,
    events: tuple[Event, ...] = (),
    when: str = "date",
) -> Series:
    """Return a daily series; days without a row brought nothing."""
    table = pd.read_csv(file, parse_dates=[when]).set_index(when)[column]
    total = table.resample("D").sum()
    first = total.index[0].date()
    counts = total.to_numpy(dtype=np.float64)[:, None]
    always = np.ones((7, 1), dtype=np.bool_)
    return Series(name, title, "UTC", DAY_S, "US", first, counts, always, events)


def _with_peaks(series: Series, wanted: Mapping[int, str]) -> Series:
    years = series.first_day.year - 1, series.days[-1].year + 1
    fields = {field: getattr(series, field) for field in Series.__slots__}
    return Series(**{**fields, "events": _gift_days(*years), "peaks": _peaks(wanted)})


def _florist(folder: Path) -> Series:
    plain = _daily(folder / "florist_daily.csv", "orders", "florist", "florist orders")
    return _with_peaks(plain, dict.fromkeys((2021, 2022), "valentines_day mothers_day"))


def _giftcards(folder: Path) -> Series:
    plain = _daily(folder / "giftcard_daily.csv", "transactions", "giftcards", "gift cards")
    return _with_peaks(
        plain,
        {
            2017: "easter mothers_day fathers_day christmas",
            2018: "valentines_day easter mothers_day fathers_day",
        },
    )


def _ems(folder: Path) -> Series:
    return _daily(folder / "ems_calls_daily.csv", "calls", "ems", "EMS")


def _assessor(folder: Path) -> Series:
    table = pd.read_csv(folder / "assessor_events.csv", parse_dates=["start_date"])
    events = tuple(  # an event told twice has its date once
        Event(str(name), tuple(rows["start_date"].dt.date))
        for name, rows in table.groupby("feature")
    )
    file = folder / "assessor_calls_hourly.csv"
    return _daily(file, "calls", "assessor", "assessor", events, "datetime")


def _intraday(
    file: Path, interval_s: int, name: str, title: str, zone: tuple[str, str], is_open: BoolArray
) -> Series:
    """Return a series by slots; a day without any row is unknown."""
    table = pd.read_csv(file, parse_dates=["datetime"]).set_index("datetime")["calls"]
    counts = table.resample(f"{interval_s}s").sum(min_count=1)
    first, last = counts.index[0].normalize(), counts.index[-1].normalize()
    slots = slots_per_day(interval_s)
    axis = pd.date_range(first, periods=((last - first).days + 1) * slots, freq=f"{interval_s}s")
    grid = counts.reindex(axis).to_numpy(dtype=np.float64).reshape(-1, slots)
    unknown = np.isnan(grid).all(axis=1)[:, None]
    grid = np.where(unknown, np.nan, np.nan_to_num(grid))
    return Series(name, title, zone[0], interval_s, zone[1], first.date(), grid, is_open)


def _bank(folder: Path) -> Series:
    hours = np.zeros((7, 96), dtype=np.bool_)
    hours[:5, 28:84] = True  # weekdays, 07:00 to 21:00
    zone = "America/New_York", "US"
    return _intraday(folder / "bank_calls_5min.csv", 900, "bank", "bank 15 min", zone, hours)


def _technion(folder: Path) -> Series:
    hours = np.ones((7, 48), dtype=np.bool_)
    zone = "Asia/Jerusalem", "IL"
    file = folder / "technion1999_calls_6min.csv"
    return _intraday(file, 1800, "technion", "Technion 30 min", zone, hours)


_LOADERS: dict[str, Callable[[Path], Series]] = {
    "florist": _florist,
    "giftcards": _giftcards,
    "ems": _ems,
    "assessor": _assessor,
    "bank": _bank,
    "technion": _technion,
}
SERIES = tuple(_LOADERS)
"""Names of the series."""
