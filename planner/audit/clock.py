"""Minutes since 1970 and wall clocks: instants, midnights, calendar weeks."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterable
from zoneinfo import ZoneInfo

DAY_MINUTES = 1440


def minute_of(moment: dt.datetime) -> int:
    """Return an instant in whole minutes since 1970.

    Examples
    --------
    >>> minute_of(dt.datetime.fromisoformat("1970-01-01T02:05:00+01:00"))
    65
    """
    return int(moment.timestamp()) // 60


@functools.lru_cache(maxsize=100_000)
def instant(day: dt.date, minute: int, zone: ZoneInfo) -> int:
    """Return the instant at which a clock shows so many minutes after midnight of a day.

    Minutes from 1440 on are those of the days that follow. A time that the clock skips is taken by
    the clock of before, which is an hour later on the wall.

    Examples
    --------
    >>> paris = ZoneInfo("Europe/Paris")
    >>> skipped = instant(dt.date(2027, 3, 28), 150, paris)
    >>> wall(skipped, paris).isoformat()
    '2027-03-28T03:30:00+02:00'
    """
    more, left = divmod(minute, DAY_MINUTES)
    time = dt.time(left // 60, left % 60, tzinfo=zone)
    return minute_of(dt.datetime.combine(day + dt.timedelta(days=more), time))


@functools.lru_cache(maxsize=100_000)
def wall(minute: int, zone: ZoneInfo) -> dt.datetime:
    """Return what a zone's clock and calendar show at an instant."""
    return dt.datetime.fromtimestamp(minute * 60, zone)


def hhmm(minute: int) -> str:
    """Return minutes after midnight as ``HH:MM``.

    Examples
    --------
    >>> hhmm(1500)
    '01:00'
    """
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"


def monday(day: dt.date) -> dt.date:
    """Return the first day of a day's calendar week.

    Examples
    --------
    >>> monday(dt.date(2027, 2, 14)).isoformat()
    '2027-02-08'
    """
    return day - dt.timedelta(days=day.weekday())


def weeks(days: Iterable[dt.date]) -> list[list[dt.date]]:
    """Return days by calendar week, the first and the last of which may be cut.

    Examples
    --------
    >>> first = dt.date(2027, 2, 13)
    >>> [len(week) for week in weeks(first + dt.timedelta(days=n) for n in range(10))]
    [2, 7, 1]
    """
    found: dict[dt.date, list[dt.date]] = {}
    for day in days:
        found.setdefault(monday(day), []).append(day)
    return list(found.values())
