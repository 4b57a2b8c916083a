"""Which days a queue is open: as its timetable says, and as its history shows."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from forecasting.events import open_day_offsets
from forecasting.history import BoolArray, FloatArray, History, IntArray, weekdays_from

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecasting.drivers import Driver
    from forecasting.events import Event

MARGIN_DAYS = 90
"""Days that the axis reaches beyond history and horizon, so that windows may overhang."""

HOLIDAY, EVE, BETWEEN = 1, 2, 3
"""Kinds of days around public holidays; 0 is any other day."""

_BRIDGED_DAYS = 7
_SHUT_SHARE = 0.8  # zeros among a weekday's days that make it a closed weekday
_BUSY = 8.0  # median contacts of a weekday above which a zero means shut, not quiet
_RECENT_WEEKS = 53
_STOPPED_DAYS = 14  # empty days at the end that say a queue has stopped
_SHUT_HOLIDAY_SHARE, _QUIET_SHARE = 0.6, 0.15  # of a holiday's days, each below so much of usual
_KEPT_ELSEWHERE = re.compile(r" \((observed|estimated)[^)]*\)$")


@dataclass(frozen=True, slots=True)
class DaySeries:
    """A queue's days from before its history to after the horizon, as a method sees them.

    ``T`` days in a row; the history's are ``start`` to ``end``, the rest is unknown.

    Parameters
    ----------
    first_day
        Day of element 0.
    start, end
        Elements of the first day of history and of the first day after it.
    contacts
        Contacts in open slots [T]; NaN where unknown.
    is_open
        Whether the day is open [T].
    holidays
        Name of the public holiday [T], empty on other days and on the dates of events.
    events
        Events, in the order of ``offsets``.
    offsets, occurrence
        Open-day offset from each event and number of the occurrence [E, T].
    school
        Name of the school holiday [T], empty on other days.
    drivers
        By name a driver's effect (rate, log or linear) and its column [T].
    """

    first_day: dt.date
    start: int
    end: int
    contacts: FloatArray
    is_open: BoolArray
    holidays: tuple[str, ...]
    events: tuple[Event, ...]
    offsets: IntArray
    occurrence: IntArray
    school: tuple[str, ...] = ()
    drivers: Mapping[str, tuple[str, FloatArray]] = field(default_factory=dict)

    def day(self, element: int) -> dt.date:
        """Return the date of an element."""
        return self.first_day + dt.timedelta(days=element)

    def until(self, end: int) -> DaySeries:
        """Return the series as it was known before element ``end``."""
        contacts = self.contacts.copy()
        contacts[end:] = np.nan
        return replace(self, contacts=contacts, end=end)

    @property
    def weekday(self) -> IntArray:
        """Weekday of each day [T], Monday 0."""
        return weekdays_from(self.first_day, len(self.contacts))

    @property
    def holiday_kind(self) -> IntArray:
        """Whether a day is a public holiday, the eve of one, or between two a week apart [T]."""
        kind = np.zeros(len(self.contacts), dtype=np.int64)
        days = np.flatnonzero([bool(name) for name in self.holidays])
        kind[days[days > 0] - 1] = EVE
        for first, next_one in itertools.pairwise(days):
            if next_one - first <= _BRIDGED_DAYS:
                kind[first + 1 : next_one] = BETWEEN
        kind[days] = HOLIDAY
        return kind

    @property
    def known(self) -> BoolArray:
        """Open days whose contacts are known [T]."""
        known: BoolArray = self.is_open & ~np.isnan(self.contacts)
        return known

    @property
    def learned(self) -> BoolArray:
        """Events of which history shows at least one occurrence, by half [E]."""
        learned = np.zeros(len(self.events), dtype=np.bool_)
        known = self.known
        for number, occurrence in enumerate(self.occurrence):
            whole = np.bincount(occurrence[occurrence >= 0], minlength=1)
            part = np.bincount(occurrence[(occurrence >= 0) & known], minlength=len(whole))
            learned[number] = bool(np.any((part > 0) & (2 * part >= whole)))
        return learned

    @property
    def in_yearly_event(self) -> BoolArray:
        """Days inside the window of an event that comes a few times a year at most [T].

        In the past only events that it taught: before the first of its kind the days are like any.
        """
        inside = np.zeros(len(self.contacts), dtype=np.bool_)
        for event, occurrence, learned in zip(
            self.events, self.occurrence, self.learned, strict=True
        ):
            if event.is_yearly:
                inside[0 if learned else self.end :] |= (
                    occurrence[0 if learned else self.end :] >= 0
                )
        return inside

    @property
    def ordinary(self) -> BoolArray:
        """Known days outside of yearly events and public holidays [T]."""
        no_holiday = np.array([not name for name in self.holidays], dtype=np.bool_)
        ordinary: BoolArray = self.known & ~self.in_yearly_event & no_holiday
        return ordinary


def day_series(
    history: History,
    last_day: dt.date,
    events: Sequence[Event],
    holidays: Mapping[dt.date, str],
    *,
    school: Mapping[dt.date, str] | None = None,
    drivers: Sequence[Driver] = (),
) -> tuple[DaySeries, tuple[str, ...]]:
    """Return the days of a queue up to ``last_day`` and beyond, and notes on what was inferred.

    A weekday that history shows empty is taken as closed although the timetable has it open, and
    so is a public holiday that history shows empty; only where the queue is busy enough that the
    emptiness cannot be chance. Contacts outside the opening hours are left out.
    """
    start = MARGIN_DAYS
    first_day = history.first_day - dt.timedelta(days=start)
    count = (max(last_day, history.last_day) - first_day).days + 1 + MARGIN_DAYS
    end = start + len(history.contacts)
    weekday = weekdays_from(first_day, count)
    contacts = np.full(count, np.nan)
    contacts[start:end], left_out = open_totals(history)
    timetable: BoolArray = np.asarray(history.is_open.any(axis=1))[weekday]
    for day in history.closed_days:
        if 0 <= (day - first_day).days < count:
            timetable[(day - first_day).days] = False
    names = _labels(first_day, count, holidays)
    is_open, notes = _seen_open(timetable, contacts, weekday, names)
    if left_out > 0.01:
        notes.append(f"{left_out:.1%} of past contacts came outside the opening hours: left out")
    pairs = [open_day_offsets(event, first_day, is_open) for event in events]
    empty = np.empty((0, count), dtype=np.int64)
    dates = {date for event in events for date in event.dates}
    for i, name in enumerate(names):
        if name and first_day + dt.timedelta(days=i) in dates:
            names[i] = ""  # the event speaks for the day, so that its multiplier holds it all
    return DaySeries(
        first_day,
        start,
        end,
        contacts,
        is_open,
        tuple(names),
        tuple(events),
        np.array([offsets for offsets, _ in pairs]) if pairs else empty,
        np.array([occurrence for _, occurrence in pairs]) if pairs else empty,
        tuple(_labels(first_day, count, school or {})),
        {one.name: (one.effect, one.column(first_day, count, end)[0]) for one in drivers},
    ), tuple(notes)


def open_totals(history: History) -> tuple[FloatArray, float]:
    """Return contacts per day in open slots [D], and the share that came in closed ones.

    A day is unknown (NaN) when one of its open slots is.
    """
    mask = history.is_open[weekdays_from(history.first_day, len(history.contacts))]
    inside = np.where(mask, history.contacts, 0.0).sum(axis=1)
    every = float(np.nansum(history.contacts))
    within = float(np.nansum(np.where(mask, history.contacts, 0.0)))
    return inside, (every - within) / every if every > 0 else 0.0


def _labels(first_day: dt.date, count: int, named: Mapping[dt.date, str]) -> list[str]:
    names = [""] * count
    for day, name in named.items():
        if 0 <= (day - first_day).days < count:
            names[(day - first_day).days] = name
    return names


def _seen_open(
    timetable: BoolArray, contacts: FloatArray, weekday: IntArray, names: Sequence[str]
) -> tuple[BoolArray, list[str]]:
    """Return the open days [T] after a look at the zeros of history, and notes."""
    is_open, notes = timetable.copy(), []
    known = timetable & ~np.isnan(contacts)
    busy = np.zeros(7, dtype=np.bool_)
    for w in range(7):
        mine = np.flatnonzero(known & (weekday == w))[-_RECENT_WEEKS:]
        rest = contacts[known & (weekday != w)]
        shut = len(mine) >= 4 and float(np.mean(contacts[mine] == 0)) >= _SHUT_SHARE
        if shut and len(rest) and float(rest.mean()) >= _BUSY / 2:
            # A day that had contacts all the same was open.
            is_open &= (weekday != w) | (np.nan_to_num(contacts) > 0)
            day = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"][w]
            notes.append(f"{day}s show no contacts in the history: taken as closed")
        elif len(mine):
            busy[w] = float(np.median(contacts[mine])) >= _BUSY
    empty = known & is_open & (contacts == 0) & busy[weekday]
    stopped = _last_run(empty, known & is_open)
    if stopped >= _STOPPED_DAYS:
        empty[np.flatnonzero(empty)[-stopped:]] = False
        notes.append(
            f"no contacts on the last {stopped} open days: taken as zeros, not as closed days"
        )
    is_open &= ~empty
    return is_open, [*notes, *_shut_holidays(is_open, timetable, contacts, weekday, names, busy)]


def _last_run(empty: BoolArray, known: BoolArray) -> int:
    """Return how many of the last known days in a row are empty."""
    last = empty[np.flatnonzero(known)][::-1]
    return int(np.argmin(last)) if not last.all() else len(last)


def _shut_holidays(
    is_open: BoolArray,
    timetable: BoolArray,
    contacts: FloatArray,
    weekday: IntArray,
    names: Sequence[str],
    busy: BoolArray,
) -> list[str]:
    """Close the holidays to come that history shows all but empty, and return notes.

    A holiday that is kept on another day counts with the holiday itself.
    """
    known = timetable & ~np.isnan(contacts)
    usual = np.array(
        [np.median(contacts[mine]) if mine.any() else 0.0 for w in range(7)
         for mine in [known & is_open & (weekday == w)]]
    )  # fmt: skip
    by_name: defaultdict[str, list[int]] = defaultdict(list)
    for i, name in enumerate(names):
        if name:
            by_name[_KEPT_ELSEWHERE.sub("", name)].append(i)
    notes = []
    for name, places in by_name.items():
        seen = [i for i in places if known[i] and busy[weekday[i]]]
        quiet = [contacts[i] < _QUIET_SHARE * usual[weekday[i]] for i in seen]
        if seen and np.mean(quiet) >= _SHUT_HOLIDAY_SHARE:
            coming = [i for i in places if np.isnan(contacts[i])]
            is_open[coming] = False
            if any(timetable[i] for i in coming):
                notes.append(f"{name} shows no contacts in the history: taken as closed")
    return notes
