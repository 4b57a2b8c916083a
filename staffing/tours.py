"""Tours of a pool's agents side by side, on one axis of days that may begin before the horizon."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from staffing.coverage import weeks_of
from staffing.people import ANY_TIME, NEVER, Agent, Worked
from staffing.pools import Contract, Pool
from staffing.shifts import MINUTES_A_DAY, Shift, day_start, shift_start

IntArray = npt.NDArray[np.int32]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

_NIGHT = (21 * 60, 30 * 60)  # local minutes: 21:00 to 06:00 (French labour code, L3122-20)
_NIGHT_WORK = 180  # minutes of it that make a night shift (L3122-5)
_WEEKS_BEFORE = 3  # so that four weekends on end can be counted


@dataclass(frozen=True, slots=True, eq=False)
class Kinds:
    """What a tour can hold on each day, ``[D, K]``; the last kind is a day off.

    ``start`` and ``end`` are minutes since the axis began, ``at`` the start in local minutes after
    the day's midnight, ``paid`` minutes, ``night`` is 1 where
    three hours or more lie in the night.
    """

    start: IntArray
    end: IntArray
    at: IntArray
    paid: IntArray
    night: IntArray

    def of(self, kinds: IntArray) -> tuple[IntArray, ...]:
        """Return each array by the kinds ``[D, N]`` of tours, ``[D, N]``."""
        days, count = self.start.shape
        place = kinds + np.arange(0, days * count, count, dtype=np.int32)[:, None]
        arrays = (self.start, self.end, self.at, self.paid, self.night)
        return tuple(array.ravel().take(place) for array in arrays)


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """What the tours of a pool are held against, days ``D`` with those before the horizon first.

    Parameters
    ----------
    contract
        The pool's contract.
    days, before
        The days of the axis, and how many of them lie before the horizon.
    employed
        Whether each agent is employed on each day, ``[D, A]``.
    midnights
        Local midnights and the one after the last day, minutes since the axis began, ``[D + 1]``.
    weeks
        Number of each calendar week's first day, ``[W]``.
    earliest, latest
        Local minutes between which each agent's shift of a day lies, ``[D, A]``.
    minutes
        Ordinary minutes of each agent in each week, ``[W, A]``.
    days_a_week
        Most days of work of each agent in each week, ``[W, A]``.
    kinds
        What a day of the horizon can hold, ``[D - before, K]``.
    past
        What each agent worked on the days before, ``[before, A]`` each.
    """

    contract: Contract
    days: tuple[dt.date, ...]
    before: int
    employed: BoolArray
    midnights: IntArray
    weeks: IntArray
    earliest: IntArray
    latest: IntArray
    minutes: IntArray
    days_a_week: IntArray
    kinds: Kinds
    past: Kinds

    @property
    def agents(self) -> int:
        """Number of agents."""
        return int(self.earliest.shape[1])

    @property
    def off(self) -> int:
        """The kind that is a day off."""
        return int(self.kinds.start.shape[1]) - 1

    @property
    def due(self) -> FloatArray:
        """Ordinary minutes of each agent on the horizon's days of each week, ``[W, A]``.

        A seventh for each day of employment.
        """
        return self.minutes * self.days_employed / 7

    @property
    def days_employed(self) -> IntArray:
        """Days of each week in the horizon on which each agent is employed, ``[W, A]``."""
        inside = self.employed.astype(np.int32)
        inside[: self.before] = 0
        return np.asarray(np.add.reduceat(inside, self.weeks, axis=0), dtype=np.int32)

    def week_of(self, day: int) -> int:
        """Return the number of the calendar week that holds a day of the axis."""
        return int(np.searchsorted(self.weeks, day, side="right")) - 1

    def until(self, day: int) -> Terms:
        """Return the same terms, the horizon's days up to and with ``day`` alone."""
        last = self.before + day + 1
        weeks = self.weeks[self.weeks < last]
        return replace(
            self,
            days=self.days[:last],
            employed=self.employed[:last],
            midnights=self.midnights[: last + 1],
            weeks=weeks,
            earliest=self.earliest[:last],
            latest=self.latest[:last],
            minutes=self.minutes[: len(weeks)],
            days_a_week=self.days_a_week[: len(weeks)],
            kinds=_rows(self.kinds, day + 1),
        )

    def tours(self, agents: npt.NDArray[np.int64], kinds: IntArray) -> Tours:
        """Return the tours of agents ``[N]`` with these kinds of days, ``[D - before, N]``."""
        now = self.kinds.of(kinds)
        past = (self.past.start, self.past.end, self.past.at, self.past.paid, self.past.night)
        start, end, at, paid, night = (
            np.concatenate([old[:, agents], new]) if self.before else new
            for old, new in zip(past, now, strict=True)
        )
        return Tours(self, agents, start, end, at, paid, night, start >= 0)


@dataclass(frozen=True, slots=True, eq=False)
class Tours:
    """Tours to look at together, every array ``[D, N]`` but ``agents``, ``[N]``.

    On days off ``start`` is -1 and the rest 0.
    """

    terms: Terms
    agents: npt.NDArray[np.int64]
    start: IntArray
    end: IntArray
    at: IntArray
    paid: IntArray
    night: IntArray
    works: BoolArray

    def by_week(self, daily: IntArray | BoolArray) -> IntArray:
        """Return sums over each calendar week, ``[W, N]``."""
        return np.add.reduceat(np.asarray(daily, dtype=np.int32), self.terms.weeks, axis=0)


def terms_of(pool: Pool, shifts: Sequence[Shift], days: Sequence[dt.date]) -> Terms:
    """Return what a pool's tours are held against over the horizon's days.

    Days before the horizon are on the axis, from a Monday on, where it is known of somebody what
    they worked then.
    """
    known = any(agent.worked for agent in pool.people)
    before = days[0].weekday() + 7 * _WEEKS_BEFORE if known else 0
    axis = tuple(days[0] + dt.timedelta(days=d) for d in range(-before, 0)) + tuple(days)
    zero = day_start(axis[0], pool.timezone)
    after = axis[-1] + dt.timedelta(days=1)
    midnights = [
        round((day_start(day, pool.timezone) - zero).total_seconds() / 60) for day in (*axis, after)
    ]
    earliest, latest = _times(pool, axis, before)
    weeks = weeks_of(axis)
    minutes, most_days = week_limits(pool, axis, weeks)
    return Terms(
        contract=pool.contract,
        days=axis,
        before=before,
        employed=_employed(pool, axis, before),
        midnights=np.array(midnights, dtype=np.int32),
        weeks=np.array([first for first, _ in weeks]),
        earliest=earliest,
        latest=latest,
        minutes=minutes,
        days_a_week=most_days,
        kinds=_kinds(shifts, axis[before:], zero.timestamp(), pool.timezone),
        past=_past(pool, axis[:before], midnights, zero.timestamp()),
    )


def _rows(kinds: Kinds, count: int) -> Kinds:
    return Kinds(
        kinds.start[:count], kinds.end[:count], kinds.at[:count], kinds.paid[:count],
        kinds.night[:count],
    )  # fmt: skip


def _kinds(
    shifts: Sequence[Shift],
    days: Sequence[dt.date],
    zero: float,
    timezone: str,
) -> Kinds:
    table = np.zeros((4, len(days), len(shifts) + 1), dtype=np.int32)
    table[0, :, -1] = -1
    for d, day in enumerate(days):
        for s, shift in enumerate(shifts):
            start = round((shift_start(shift, day, timezone).timestamp() - zero) / 60)
            length = shift.end_minute - shift.start_minute
            table[:, d, s] = start, start + length, shift.start_minute, shift.paid_minutes
    night = _is_night(table[2], table[1] - table[0], table[0] >= 0)
    return Kinds(table[0], table[1], table[2], table[3], night)


def _is_night(at: IntArray, length: IntArray, works: BoolArray) -> IntArray:
    """Return 1 where three hours of a shift lie in the night before its day or after it."""
    found = np.zeros(at.shape, dtype=bool)
    for shift in (-MINUTES_A_DAY, 0, MINUTES_A_DAY):
        first, last = _NIGHT[0] + shift, _NIGHT[1] + shift
        found |= np.minimum(at + length, last) - np.maximum(at, first) >= _NIGHT_WORK
    return (found & works).astype(np.int32)


def _past(pool: Pool, days: Sequence[dt.date], midnights: Sequence[int], zero: float) -> Kinds:
    """Return what agents worked before; of several shifts on a day, first to last as one."""
    number = {day: d for d, day in enumerate(days)}
    table = np.zeros((4, len(days), len(pool.names)), dtype=np.int32)
    table[0] = -1
    for a, agent in enumerate(pool.people):
        for worked in sorted(agent.worked):
            if worked.day in number:
                d = number[worked.day]
                start, end, at, paid = _worked(worked, midnights[d], zero)
                if table[0, d, a] >= 0:
                    start, at = table[0, d, a], table[2, d, a]
                table[:, d, a] = start, end, at, table[3, d, a] + paid
    night = _is_night(table[2], table[1] - table[0], table[0] >= 0)
    return Kinds(table[0], table[1], table[2], table[3], night)


def _worked(worked: Worked, midnight: int, zero: float) -> tuple[int, int, int, int]:
    start, end = (round((at.timestamp() - zero) / 60) for at in (worked.start, worked.end))
    return start, end, start - midnight, round(worked.paid_hours * 60)


def _times(pool: Pool, axis: Sequence[dt.date], before: int) -> tuple[IntArray, IntArray]:
    agents = len(pool.names)
    table = np.empty((2, len(axis), agents), dtype=np.int32)
    table[:] = np.array(ANY_TIME)[:, None, None]
    if pool.people:
        for a, agent in enumerate(pool.people):
            table[:, :, a] = np.array([agent.times_on(day) for day in axis]).T
    else:
        there = np.arange(agents)[None, :] < pool.agents[:, None]
        table[:, before:][:, ~there] = np.array(NEVER)[:, None]
    return table[0], table[1]


def _employed(pool: Pool, axis: Sequence[dt.date], before: int) -> BoolArray:
    if pool.people:
        return np.array([[agent.employed_on(day) for agent in pool.people] for day in axis])
    there = np.arange(len(pool.names))[None, :] < pool.agents[:, None]
    return np.vstack([np.ones((before, len(pool.names)), dtype=bool), there])


def week_limits(
    pool: Pool, axis: Sequence[dt.date], weeks: Sequence[tuple[int, int]]
) -> tuple[IntArray, IntArray]:
    """Return ordinary minutes and most days of each agent in each week, ``[W, A]``.

    A day of known absence counts as a day worked, and as its part of the week's hours.
    """
    contract = pool.contract
    most, hours = 7 - contract.days_off_per_week, pool.hours_a_week
    people = pool.people or tuple(Agent(name) for name in pool.names)
    minutes = np.zeros((len(weeks), len(people)), dtype=np.int32)
    days = np.zeros_like(minutes)
    for w, (first, last) in enumerate(weeks):
        for a, agent in enumerate(people):
            gone = sum(agent.employed_on(d) and agent.absent_on(d) for d in axis[first:last])
            gone = min(gone, most)
            days[w, a] = most - gone
            minutes[w, a] = round(hours[a] * 60 * (1 - gone / most)) if most else 0
    return minutes, days
