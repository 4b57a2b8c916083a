"""Shifts of a running day changed within their contract: longer, called, shorter, breaks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from staffing.crew import Crew, Duty
from staffing.pools import Pool
from staffing.rules import RULES, overtime_minutes
from staffing.shifts import Shift, day_start, duty_profile, shift_start
from staffing.tours import Tours

FloatArray = npt.NDArray[np.float64]
Kind = Literal["break", "overtime", "call", "home"]

#: Minutes by which a shift on duty may be longer, or shorter.
LONGER = (60, 120, 180)

#: Minutes from now until somebody who is off can be at work.
CALLED_WITHIN = 120

#: Minutes of work at least left of a shift that ends early.
_SHORTEST = 120


@dataclass(frozen=True, slots=True)
class Option:
    """One way to change a shift of a pool's agents on a day.

    Parameters
    ----------
    kind
        A break moved, a longer shift, one more shift, or an earlier end.
    day
        Number of the day.
    before, after
        The shift as it is, None where the agent is off, and as it would be.
    change
        Positions that one agent adds or takes off ``[I]``.
    begins, ends
        From when to when it is another day than before, in UTC.
    """

    kind: Kind
    day: int
    before: Shift | None
    after: Shift
    change: FloatArray
    begins: pd.Timestamp
    ends: pd.Timestamp

    @property
    def paid_hours(self) -> float:
        """Paid hours more, below 0 where fewer."""
        return self.after.paid_hours - (self.before.paid_hours if self.before else 0.0)


class Desk:
    """A pool's duties while a plan runs: what may be changed from now on, and changed one by one.

    Parameters
    ----------
    pool, shifts, days
        The pool, its shifts, and the horizon's days.
    duties
        The roster's duties, this pool's among them.
    times, interval_s
        The interval axis in UTC.
    now
        The time before which nothing can be changed.
    asked
        Numbers of the days that may be changed.
    """

    def __init__(
        self,
        pool: Pool,
        shifts: Sequence[Shift],
        days: tuple[dt.date, ...],
        duties: Iterable[Duty],
        times: pd.DatetimeIndex,
        interval_s: int,
        now: pd.Timestamp,
        asked: Sequence[int],
    ) -> None:
        self.pool, self.days = pool, days
        self._times, self._interval_s, self._now = times, interval_s, now
        number = {day: d for d, day in enumerate(days)}
        name = {agent: a for a, agent in enumerate(pool.names)}
        self.work = {
            (number[one.day], name[one.agent]): one.shift for one in duties if one.pool == pool.name
        }
        self._own = tuple(shifts)
        self.options = [option for day in asked for option in self._on(day)]
        every = {*shifts, *self.work.values(), *(option.after for option in self.options)}
        self._crew = Crew(pool, sorted(every), days)
        self._number = {shift: s for s, shift in enumerate(self._crew.shifts)}
        self._rules = [rule for rule in RULES if rule.binds(pool.contract)]

    def agents(self, option: Option) -> list[int]:
        """Return the agents whose tours keep every rule with this change, least overtime first."""
        everybody = range(len(self.pool.names))
        able = [a for a in everybody if self.work.get((option.day, a)) == option.before]
        if option.before is None:
            there = self.pool.there(self.days[option.day : option.day + 1])[:, 0]
            able = [a for a in able if a < len(there) and there[a]]
        if not able:
            return []
        if option.kind == "break":
            return able
        now, asked = self._tours(None), self._tours((option, able))
        good = np.ones(len(self.pool.names), dtype=bool)
        for rule in self._rules:
            good &= rule.measure(asked).broken.sum(axis=0) <= rule.measure(now).broken.sum(axis=0)
        over = overtime_minutes(asked).sum(axis=0)
        return sorted((a for a in able if good[a]), key=lambda a: (over[a], a))

    def money(self, option: Option, agent: int) -> float:
        """Return what one agent's change costs; below 0 where it saves.

        Of contracted hours only overtime costs anything more; pools paid by contact cost nothing
        by the hour.
        """
        now, asked = self._tours(None), self._tours((option, [agent]))
        more = overtime_minutes(asked) - overtime_minutes(now)
        overtime = float(more[:, agent].sum()) / 60
        rate, contract = self.pool.cost_per_hour or 0.0, self.pool.contract
        ordinary = 0.0 if contract.paid == "contracted" else option.paid_hours - overtime
        return rate * (ordinary + overtime * contract.overtime_cost_factor)

    def take(self, option: Option, agent: int) -> None:
        """Change an agent's shift."""
        self.work[option.day, agent] = option.after

    def _tours(self, changed: tuple[Option, Sequence[int]] | None) -> Tours:
        places = [(d, self._number[shift], a) for (d, a), shift in self.work.items()]
        draft = self._crew.draft(
            places, np.zeros((len(self.days), len(self._crew.shifts)), dtype=np.int64)
        )
        if changed is not None:
            option, agents = changed
            draft.kinds[option.day, agents] = self._crew.kinds.of(self._number[option.after])
        return self._crew.tours(draft)

    def _on(self, day: int) -> list[Option]:
        """Return the ways to change the shifts of a day."""
        midnight = day_start(self.days[day], self.pool.timezone)
        minute = (self._now - midnight).total_seconds() / 60
        working = sorted({shift for (d, _), shift in self.work.items() if d == day})
        found = []
        for shift in working:
            if shift.end_minute <= minute:
                continue
            found += [self._option("break", day, shift, to) for to in self._breaks(shift, minute)]
            found += [self._option("overtime", day, shift, to) for to in self._longer(shift)]
            found += [self._option("home", day, shift, to) for to in self._shorter(shift, minute)]
        called = [shift for shift in self._own if shift.start_minute >= minute + CALLED_WITHIN]
        return found + [self._option("call", day, None, shift) for shift in called]

    def _breaks(self, shift: Shift, minute: float) -> list[Shift]:
        span = shift.start_minute, shift.end_minute, shift.paid_minutes
        over = [pause for pause in shift.breaks if pause[0] < minute]
        return [
            one
            for one in self._own
            if (one.start_minute, one.end_minute, one.paid_minutes) == span
            and one != shift
            and [pause for pause in one.breaks if pause[0] < minute] == over
        ]

    def _longer(self, shift: Shift) -> list[Shift]:
        """Return the shift some hours longer, where it then has the breaks that its length asks."""
        rules, found = self.pool.shifts, []
        for m in LONGER:
            paid = shift.paid_minutes + m
            due = sum(paid > rule.after_hours[1] * 60 for rule in rules.breaks)
            if shift.end_minute + m <= rules.latest_end and len(shift.breaks) >= due:
                found.append(Shift(shift.start_minute, shift.end_minute + m, shift.breaks, paid))
        return found

    def _shorter(self, shift: Shift, minute: float) -> list[Shift]:
        found = []
        for m in LONGER:
            end = shift.end_minute - m
            whole = all(pause[1] <= end for pause in shift.breaks)
            if whole and end >= max(minute, shift.start_minute + _SHORTEST):
                found.append(Shift(shift.start_minute, end, shift.breaks, shift.paid_minutes - m))
        return found

    def _option(self, kind: Kind, day: int, before: Shift | None, after: Shift) -> Option:
        each = self.pool.positions_per_head(day)
        change = self._profile(day, after)
        if before is not None:
            change = change - self._profile(day, before)
        minutes = _changed(kind, before, after)
        start = shift_start(after, self.days[day], self.pool.timezone)
        begins, ends = (start + pd.Timedelta(minutes=m - after.start_minute) for m in minutes)
        return Option(kind, day, before, after, change * each, begins, ends)

    def _profile(self, day: int, shift: Shift) -> FloatArray:
        """Return the share of each interval on duty ``[I]``."""
        start = shift_start(shift, self.days[day], self.pool.timezone)
        since = (start - self._times[0]).total_seconds()
        first, offset = divmod(int(since), self._interval_s)
        profile = duty_profile(shift, self._interval_s, offset)
        on = np.zeros(len(self._times))
        low, high = max(first, 0), min(first + len(profile), len(on))
        if low < high:
            on[low:high] = profile[low - first : high - first]
        return on


def _changed(kind: Kind, before: Shift | None, after: Shift) -> tuple[int, int]:
    """Return the minutes from which and until which a day differs.

    Examples
    --------
    >>> _changed("overtime", Shift(480, 720, (), 240), Shift(480, 780, (), 300))
    (720, 780)
    """
    if before is None:
        return after.start_minute, after.end_minute
    if kind == "break":
        moved = sorted({*before.breaks} ^ {*after.breaks})
        return moved[0][0], max(end for _, end in moved)
    ends = before.end_minute, after.end_minute
    return min(ends), max(ends)
