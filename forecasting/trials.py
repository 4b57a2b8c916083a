"""Which stretches of the past a forecast is tried on: its last weeks, and around its events."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecasting.events import Event

LEAST_DAYS = 14
"""Days of history without which there is no trial."""

_LEAST_PAST = 28  # days before a trial, where the history is long enough
_BEFORE_EVENT = 28  # days from the start of an event's trial to its date
_LEAD = 14  # least days from the start of a trial that an event shares with another
_OCCURRENCES = 2  # the latest of each event


@dataclass(frozen=True, slots=True, order=True)
class Trial:
    """Days in a row that are forecast as if nothing from the first on were known.

    Parameters
    ----------
    origin
        First day.
    last_day
        Last day.
    """

    origin: dt.date
    last_day: dt.date

    def holds(self, day: dt.date) -> bool:
        """Return whether a day is one of its days."""
        return self.origin <= day <= self.last_day


@dataclass(frozen=True, slots=True)
class Past:
    """What of a queue's history can be tried.

    Parameters
    ----------
    first_day, last_day
        First and last known day.
    events
        The queue's events.
    """

    first_day: dt.date
    last_day: dt.date
    events: tuple[Event, ...] = ()


def trials_of(pasts: Sequence[Past], days: int, windows: int) -> list[tuple[Trial, ...]]:
    """Return each queue's trials [Q]: the last weeks first, then events, the latest first.

    The last ``windows`` stretches of ``days`` end with the queue's history and do not overlap;
    fewer where less than four weeks would be left before the first, and one of half the history
    where it is shorter still. An event's latest two occurrences get a trial from 28 days before
    their date to the end of their window, unless a trial holds their date already. Queues share
    such trials as far as their dates allow, so that they can lend each other what they know.

    Examples
    --------
    >>> past = Past(dt.date(2024, 1, 1), dt.date(2024, 3, 31))
    >>> [str(trial.origin) for trial in trials_of([past], 28, 6)[0]]
    ['2024-03-04', '2024-02-05']
    """
    last = max((past.last_day for past in pasts), default=dt.date.min)
    result = [_rolling(past, last, days, windows) for past in pasts]
    shared: list[Trial] = []
    dates = [_occurrences(past) for past in pasts]
    for day, end in sorted({one for own in dates for one in own}, reverse=True):
        for q, past in enumerate(pasts):
            if (day, end) not in dates[q] or any(trial.holds(day) for trial in result[q]):
                continue
            fits = [one for one in shared if one.holds(day) and (day - one.origin).days >= _LEAD]
            if not fits:
                origin = day - dt.timedelta(days=_BEFORE_EVENT)
                fits = [Trial(origin, max(end, origin + dt.timedelta(days=days - 1)))]
                shared += fits
            result[q].append(Trial(fits[0].origin, min(fits[0].last_day, past.last_day)))
    return [tuple(own) for own in result]


def _rolling(past: Past, last: dt.date, days: int, windows: int) -> list[Trial]:
    """Return a queue's last stretches, aligned with those of all: ``last`` is the latest day."""
    behind = (last - past.last_day).days
    if (
        0 < behind < days and (past.last_day - past.first_day).days >= _LEAST_PAST
    ):  # its last stretch is cut short, and begins with the others'
        whole = replace(past, last_day=last)
        own = _rolling(whole, last, days, windows)
        return [replace(one, last_day=min(one.last_day, past.last_day)) for one in own]
    known = (past.last_day - past.first_day).days + 1
    count = min((known - _LEAST_PAST) // days, windows)
    if count < 1:
        if known < LEAST_DAYS:
            return []
        days, count = min(days, known // 2), 1
    ends = [past.last_day - dt.timedelta(days=days * k) for k in range(count)]
    return [Trial(end - dt.timedelta(days=days - 1), end) for end in ends]


def _occurrences(past: Past) -> set[tuple[dt.date, dt.date]]:
    """Return the latest dates of the yearly events, and when their effect should be over."""
    first = past.first_day + dt.timedelta(days=_LEAST_PAST + _BEFORE_EVENT)
    found = set()
    for event in past.events:
        if event.is_yearly:
            seen = [date for date in event.dates if first <= date <= past.last_day]
            after = dt.timedelta(days=event.window[1] + event.window[1] // 3)  # of open days
            found |= {(date, date + after) for date in seen[-_OCCURRENCES:]}
    return found
