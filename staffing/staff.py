"""What agents with names may still work over days: who is there, days, hours and overtime."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from staffing.people import NEVER, Agent
from staffing.pools import Contract, Pool
from staffing.shifts import Shift

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
Span = tuple[int, int]

_NEARLY = 1e-9


@dataclass(frozen=True, slots=True)
class Staff:
    """A pool's agents by name on the days of a horizon; built by ``staff_of``.

    A day of absence is paid. It counts as a day worked and as a day's part of the agent's week,
    ``hours / (7 - days off)``, the week's hours at most. In the first week so do the days away and
    the shifts worked before the first day, where it is known what was worked then.

    Parameters
    ----------
    contract
        The pool's, with the overtime that each agent may work.
    lengths
        Paid hours of the shortest and the longest shift.
    employed, absent, there
        Who is employed, employed and away, and there on each day, ``[A, D]``.
    hours
        Ordinary hours a week of each agent, ``[A]``.
    before
        Of each agent before the first day: days and paid hours worked in the first week, days away
        in it, and days worked in a row until then, ``[4, A]``.
    groups
        By day, the shifts for which some of those there have no time: their numbers, and how many
        have time for one of them at least.
    size
        So many times these agents are asked about.
    """

    contract: Contract
    lengths: tuple[float, float]
    employed: BoolArray
    absent: BoolArray
    there: BoolArray
    hours: FloatArray
    before: FloatArray
    groups: tuple[tuple[tuple[tuple[int, ...], int], ...], ...]
    size: float = 1.0

    def with_one_more(self) -> Staff:
        """Return the staff with one more agent on the pool's contract, always there."""
        always = np.ones((1, self.there.shape[1]), dtype=bool)
        return replace(
            self,
            employed=np.vstack([self.employed, always]),
            absent=np.vstack([self.absent, ~always]),
            there=np.vstack([self.there, always]),
            hours=np.append(self.hours, self.contract.hours_per_week),
            before=np.hstack([self.before, np.zeros((4, 1))]),
        )

    def heads_a_day(self) -> IntArray:
        """Return how many are there on each day, ``[D]``."""
        return np.asarray(np.rint(self.size * self.there.sum(axis=0)), dtype=np.int64)

    def groups_on(self, day: int) -> list[tuple[tuple[int, ...], int]]:
        """Return shifts that not all may work who are there, and the most heads on them."""
        return [(shifts, int(self.size * most + _NEARLY)) for shifts, most in self.groups[day]]

    def contracted_hours(self, span: Span) -> float:
        """Return the hours paid over days ``[start, stop)``: a seventh of each agent's a day."""
        days = self.employed[:, slice(*span)].sum(axis=1)
        return float((days * self.hours / 7).sum() * self.size)

    def hours_limit(self, span: Span) -> float:
        """Return the most ordinary hours over days ``[start, stop)`` of one week.

        Who is there for a part of the week may work what is left of the week's hours on its days.
        """
        most = self._there(span) * self.lengths[1]
        return float(np.minimum(most, self._left(span)[0]).sum() * self.size)

    def overtime_limit(self, span: Span) -> float:
        """Return the most overtime over days ``[start, stop)`` of one week in hours."""
        return float(self._left(span)[1][self._there(span) > 0].sum() * self.size)

    def most_heads(self, span: Span, days: Sequence[int]) -> int:
        """Return the most heads over some days of the week ``[start, stop)``."""
        there = self.there[:, list(days)].sum(axis=1)
        return int(np.minimum(there, self._days_left(span)).sum() * self.size + _NEARLY)

    def day_sets(self, span: Span) -> list[tuple[int, ...]]:
        """Return sets of days of the week ``[start, stop)`` whose heads have a limit together.

        The first is the whole week. Others are left out that follow from one day less and its
        own agents, or from one day more. With all of them kept, the days that each agent may work
        can be dealt out to agents.
        """
        days = range(*span)
        each = self._days_left(span)
        there = self.there[:, slice(*span)].astype(np.int64)
        masks = np.array(list(itertools.product((0, 1), repeat=len(days))), dtype=np.int64)
        most = np.minimum(masks @ there.T, each).sum(axis=1)
        bit = 2 ** np.arange(len(days))[::-1]
        number = masks @ bit
        kept = [tuple(days)]
        for mask, own in zip(masks, number.tolist(), strict=True):
            on, off = np.flatnonzero(mask), np.flatnonzero(mask == 0)
            if len(on) < 2 or not len(off):
                continue
            less = any(most[own] >= most[own - bit[d]] + most[bit[d]] for d in on)
            if not less and not any(most[own + bit[d]] <= most[own] for d in off):
                kept.append(tuple(days[d] for d in on))
        return kept

    def runs(self, span: Span) -> list[tuple[int, int, int]]:
        """Return ``(start, stop, most heads)`` of stretches in which each agent has a day off.

        They are a day longer than a run may be, or, from the first day on, than what is left of a
        run that began before.
        """
        longest, run = self.contract.max_consecutive_days, self.before[3]
        found = []
        for stop in range(span[0] + 1, span[1] + 1):
            start = max(stop - longest - 1, 0)
            length = stop - start
            free = length > longest or (start == 0 and bool((run + length > longest).any()))
            if not free:
                continue
            tied = (run + length > longest) if start == 0 else np.full(len(run), fill_value=True)
            most = np.minimum(self.there[:, start:stop].sum(axis=1), length - tied)
            found.append((start, stop, int(most.sum() * self.size + _NEARLY)))
        return found

    def _there(self, span: Span) -> IntArray:
        return np.asarray(self.there[:, slice(*span)].sum(axis=1))

    def _used(self, span: Span) -> tuple[FloatArray, FloatArray]:
        """Return the days and hours of a week that absence and earlier shifts take, ``[A]``."""
        away = self.absent[:, slice(*span)].sum(axis=1)
        days, hours, away_before = self.before[:3] if span[0] == 0 else np.zeros((3, len(away)))
        away = away + away_before
        share = np.minimum(away / (7 - self.contract.days_off_per_week), 1.0)
        return away + days, share * self.hours + hours

    def _left(self, span: Span) -> tuple[FloatArray, FloatArray]:
        """Return the ordinary hours and overtime that each may still work in a week, ``[A]``."""
        over = self.hours - self._used(span)[1]
        extra = self.contract.overtime_hours_per_week
        return np.maximum(over, 0.0), np.clip(extra + np.minimum(over, 0.0), 0.0, None)

    def _days_left(self, span: Span) -> IntArray:
        """Return on how many days of a week each may still work, ``[A]``."""
        days = 7 - self.contract.days_off_per_week - self._used(span)[0]
        ordinary, overtime = self._left(span)
        fit = np.floor((ordinary + overtime) / self.lengths[0] + _NEARLY)
        most = np.maximum(np.minimum(days, fit), 0.0)
        return np.asarray(np.minimum(most, self._there(span)), dtype=np.int64)


def staff_of(pool: Pool, days: Sequence[dt.date], shifts: Sequence[Shift]) -> Staff | None:
    """Return a pool's agents by name; None where they are only counted.

    Examples
    --------
    Ada is away on two days: of her 35 hours 21 are left to work, on three days.

    >>> week = [dt.date(2027, 2, day) for day in range(1, 8)]
    >>> ada = Agent("Ada", absences=((week[0], week[1]),))
    >>> pool = Pool("paris", "in_house", "Europe/Paris", {"fr": 1.0}, np.ones(7, dtype=np.int64),
    ...             ("Ada",), cost_per_hour=58, people=(ada,))
    >>> staff, span = staff_of(pool, week, [Shift(480, 900, (), 420)]), (0, 7)
    >>> staff.contracted_hours(span), staff.hours_limit(span), staff.most_heads(span, range(7))
    (35.0, 21.0, 3)
    """
    if not pool.people:
        return None
    paid = [shift.paid_hours for shift in shifts] or [np.inf]
    people = pool.people
    known = any(agent.worked for agent in people)
    return Staff(
        contract=pool.contract,
        lengths=(min(paid), max(paid) if shifts else 0.0),
        employed=np.array([[a.employed_on(day) for day in days] for a in people]),
        absent=np.array([[_is_away(a, day) for day in days] for a in people]),
        there=pool.there(days),
        hours=pool.hours_a_week,
        before=np.array([_before(a, days[0], known=known) for a in people], dtype=np.float64).T,
        groups=tuple(_groups(pool, day, shifts) for day in days),
    )


def _is_away(agent: Agent, day: dt.date) -> bool:
    return agent.employed_on(day) and agent.absent_on(day)


def _before(agent: Agent, first: dt.date, *, known: bool) -> tuple[int, float, int, int]:
    """Return days and hours worked in the first week, days away in it, and the run of days.

    All are of before the first day; nothing where it is not known what was worked then.
    """
    if not known:
        return 0, 0.0, 0, 0
    week = [first - dt.timedelta(days=n + 1) for n in range(first.weekday())]
    worked = [shift for shift in agent.worked if shift.day in week]
    earlier = {shift.day for shift in agent.worked if shift.day < first}
    run = next(n for n in itertools.count() if first - dt.timedelta(days=n + 1) not in earlier)
    hours = sum(shift.paid_hours for shift in worked)
    days = len({shift.day for shift in worked})
    return days, hours, sum(_is_away(agent, day) for day in week), run


def _groups(
    pool: Pool, day: dt.date, shifts: Sequence[Shift]
) -> tuple[tuple[tuple[int, ...], int], ...]:
    """Return the sets of a day's shifts for which few have time, each with how many have.

    For the agents who may work a shift, whichever these are: all shifts that no others may work.
    None where everybody there has time for every shift, or times may be bent at a price.
    """
    times = [agent.times_on(day) for agent in pool.people]
    spans = sorted({span for span in times if span != NEVER})
    if not spans or "times" in pool.contract.bend:
        return ()
    begin, end = np.array(spans).T
    fits = [frozenset(np.flatnonzero((begin <= s.start_minute) & (s.end_minute <= end)).tolist())
            for s in shifts]  # fmt: skip
    number = [times.count(span) for span in spans]
    found = []
    for group in sorted(set(fits), key=sorted):
        if len(group) < len(spans):
            inside = tuple(s for s, own in enumerate(fits) if own <= group)
            found.append((inside, sum(number[n] for n in group)))
    return tuple(found)
