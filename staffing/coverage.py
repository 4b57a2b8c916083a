"""A pool on the interval axis: which shift covers what, what it costs, and the pool's limits."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from staffing.pools import Pool, Tier
from staffing.queues import Queue
from staffing.shifts import Shift, build_shifts, day_start, duty_profile, shift_start
from staffing.staff import Staff, staff_of

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class PoolCover:
    """A pool's shifts laid on the interval axis; built by ``cover_of``.

    ``firsts[d, s]`` is the interval in which shift ``s`` of day ``d`` starts, ``profiles[d][s]``
    the share of it and the following intervals on duty, ``midnights[d]`` the interval of the
    pool's local midnight. ``staff`` are the agents by name, where more is known of them.
    """

    pool: Pool
    days: tuple[dt.date, ...]
    shifts: tuple[Shift, ...]
    midnights: IntArray
    firsts: IntArray
    profiles: tuple[tuple[FloatArray, ...], ...]
    queue_numbers: tuple[int, ...]
    speeds: dict[int, float]
    intervals: int
    staff: Staff | None = None

    @property
    def heads_a_day(self) -> IntArray:
        """The most heads on each day, ``[D]``: agents employed, or of those with names there."""
        return self.pool.agents if self.staff is None else self.staff.heads_a_day()

    def groups_on(self, day: int) -> list[tuple[tuple[int, ...], int]]:
        """Return sets of a day's shifts that have a limit together, and the most heads on them."""
        tried = [(shifts, most) for d, shifts, most in self.pool.ceilings if d == day]
        return tried if self.staff is None else [*self.staff.groups_on(day), *tried]

    @property
    def contact_price(self) -> float:
        """Price of a contact, 0 where hours are paid."""
        return self.pool.cost_per_contact or 0.0

    @property
    def position_price(self) -> float:
        """Price of an hour of one position, shrinkage included; 0 where contacts are paid.

        Where newcomers slow the pool down, that of its slowest day; where prices change with the
        volume, at the dearest.
        """
        rate = 0.0 if self.pool.cost_per_hour is None else self.pool.dearest_price
        return rate / (1.0 - self.pool.shrinkage) / self.pool.slowest_pace

    def work_price(self, contacts_an_hour: float) -> float:
        """Return the most that an hour's work of one position costs, at the queue's own pace.

        That is at the pool's slowest queue; where contacts are paid, twice their price, so that it
        is more than they cost and the agents who handle them.
        """
        slowest = min(self.speeds.values(), default=1.0)
        contact = 0.0 if self.pool.cost_per_contact is None else self.pool.dearest_price
        return max(self.position_price / slowest, 2.0 * contact * contacts_an_hour)

    @property
    def sunk(self) -> bool:
        """Whether contracted hours are paid, worked or not."""
        return self.pool.contract.paid == "contracted"

    @property
    def marginal_price(self) -> float:
        """Price of one more scheduled hour; contracted hours are paid anyway, so next to nothing.

        A hundredth of the rate keeps the program from rostering people with nothing to do; at a
        price per contact, a tenth of a contact's does.
        """
        rate = self.pool.cost_per_hour or 0.0
        if self.sunk:
            return 0.01 * rate
        return rate or 0.1 * self.contact_price

    @property
    def overtime_price(self) -> float:
        """What an hour of overtime costs beyond ``marginal_price``."""
        rate = self.pool.cost_per_hour or 0.0
        return rate * self.pool.contract.overtime_cost_factor - self.marginal_price

    def sunk_cost(self, span: tuple[int, int]) -> float:
        """Return what is paid over days ``[start, stop)`` whoever works."""
        return self.contracted_hours(span) * (self.pool.cost_per_hour or 0.0) if self.sunk else 0.0

    def on_duty(self, day: int, shift: int) -> tuple[int, FloatArray]:
        """Return a shift's first interval, which may lie outside the axis, and its profile."""
        return int(self.firsts[day, shift]), self.profiles[day][shift]

    def within(self, day: int, shift: int) -> tuple[slice, FloatArray]:
        """Return where a shift lies on the axis, and its profile there: both may be empty."""
        first, profile = self.on_duty(day, shift)
        start = min(max(first, 0), self.intervals)
        stop = max(min(first + len(profile), self.intervals), start)
        return slice(start, stop), profile[start - first : stop - first]

    def reach(self, days: range) -> npt.NDArray[np.bool_]:
        """Return the intervals that some shift of these days covers, ``[I]``."""
        reached = np.zeros(self.intervals, dtype=bool)
        for day in days:
            for s in range(len(self.shifts)):
                first, profile = self.on_duty(day, s)
                at = first + np.flatnonzero(profile)
                reached[at[(at >= 0) & (at < self.intervals)]] = True
        return reached

    def positions(self, heads: IntArray | FloatArray) -> FloatArray:
        """Return positions on duty ``[I]``, net of shrinkage and at the pool's pace, of heads.

        Heads are ``[D, S]``; a shift past midnight keeps the pace of the day on which it starts.
        """
        total = np.zeros(self.intervals)
        for day, s in zip(*np.nonzero(heads), strict=True):
            here, on = self.within(int(day), int(s))
            total[here] += heads[day, s] * self.pool.positions_per_head(int(day)) * on
        return total

    def days_limits(self, span: tuple[int, int]) -> list[tuple[IntArray, int]]:
        """Return ``(newer, most)`` for each step of a ramp in the week, the last with nobody newer.

        Of each day's heads, those beyond the ``newer`` agents fall on those who were there before,
        and over the week these are at most ``most``. Of agents by name, see ``Staff.day_sets``.
        """
        contract, agents = self.pool.contract, self._agents(span)
        workable = 7 - contract.days_off_per_week
        if self.shifts:
            shortest = min(shift.paid_hours for shift in self.shifts)
            hours = contract.hours_per_week + contract.overtime_hours_per_week
            workable = min(workable, int(hours / shortest + 1e-9))
        steps = [np.minimum(agents, step) for step in np.unique(agents)]
        return [(agents - older, _most_heads(older, workable)) for older in steps]

    def runs(self, span: tuple[int, int]) -> list[tuple[int, int, int]]:
        """Return ``(start, stop, most heads)`` of stretches one day longer than a run may be.

        They end within days ``[start, stop)`` and may begin before, never before the horizon; of
        agents by name, shorter ones go on from what they worked before it.
        """
        if self.staff is not None:
            return self.staff.runs(span)
        longest = self.pool.contract.max_consecutive_days
        ends = range(max(span[0], longest) + 1, span[1] + 1)
        stretches = [(end - longest - 1, end) for end in ends]
        return [(*stretch, _most_heads(self._agents(stretch), longest)) for stretch in stretches]

    def contracted_hours(self, span: tuple[int, int]) -> float:
        """Return the hours that contracts pay over days ``[start, stop)``: a seventh a day."""
        if self.staff is not None:
            return self.staff.contracted_hours(span)
        return float(self._agents(span).sum() * self.pool.contract.hours_per_week / 7)

    def hours_limit(self, span: tuple[int, int]) -> float:
        """Return the most ordinary hours over days ``[start, stop)`` of one week.

        Who is there for a part of the week may work the week's hours on those days.
        """
        if self.staff is not None:
            return self.staff.hours_limit(span)
        longest = max((shift.paid_hours for shift in self.shifts), default=0.0)
        days = _days_employed(self._agents(span))
        return float(np.minimum(days * longest, self.pool.contract.hours_per_week).sum())

    def overtime_limit(self, span: tuple[int, int]) -> float:
        """Return the most overtime over days ``[start, stop)`` of one week in hours."""
        if self.staff is not None:
            return self.staff.overtime_limit(span)
        employed = len(_days_employed(self._agents(span)))
        return employed * self.pool.contract.overtime_hours_per_week

    def minimum_hours(self, span: tuple[int, int]) -> float:
        """Return the hours billed at least over days ``[start, stop)``, beyond contracted ones.

        On days for which hours are ordered, these count where they are more.
        """
        if self.sunk:
            return 0.0
        each, ordered = self.pool.minimum_hours_per_week, self.pool.ordered_hours_per_week
        on_notice = self.days_on_notice(span)
        return (on_notice * max(each, ordered) + (span[1] - span[0] - on_notice) * each) / 7

    def days_on_notice(self, span: tuple[int, int]) -> int:
        """Return on how many of the days ``[start, stop)``, the first ones, hours are ordered."""
        days = 0 if self.sunk else self.pool.notice_days
        return min(max(days - span[0], 0), span[1] - span[0])

    def ordered_hours(self, span: tuple[int, int]) -> float:
        """Return the hours ordered over days ``[start, stop)``: a seventh a day."""
        return self.pool.ordered_hours_per_week * self.days_on_notice(span) / 7

    def tiers(self, span: tuple[int, int]) -> list[Tier]:
        """Return the pool's tiers over days ``[start, stop)`` of one week: a seventh a day.

        None where contracted hours are paid: they have one price.
        """
        if self.sunk and self.pool.cost_per_hour is not None:
            return []
        share = (span[1] - span[0]) / 7
        return [Tier(tier.above * share, tier.price) for tier in self.pool.tiers]

    def price_of(self, volume: float, span: tuple[int, int]) -> float:
        """Return what hours or contacts billed over days ``[start, stop)`` of one week cost.

        Each costs the price of the tier that it falls into.
        """
        price = self.pool.cost_per_hour
        price = (self.pool.cost_per_contact or 0.0) if price is None else price
        money = price * volume
        for tier in self.tiers(span):
            money += (tier.price - price) * max(volume - tier.above, 0.0)
            price = tier.price
        return money

    def _agents(self, span: tuple[int, int]) -> IntArray:
        return self.pool.agents[span[0] : span[1]]


def _most_heads(agents: IntArray, days_each: int) -> int:
    """Return the most heads over days when each agent employed works so many of them."""
    return int(np.minimum(_days_employed(agents), max(days_each, 0)).sum())


def _days_employed(agents: IntArray) -> IntArray:
    """Return on how many of the days each agent is employed, ``[A]``."""
    return np.asarray((agents[:, None] > np.arange(agents.max(initial=0))).sum(axis=0))


def weeks_of(days: Sequence[dt.date]) -> list[tuple[int, int]]:
    """Return the calendar weeks, Monday to Sunday, as ranges of day numbers.

    Examples
    --------
    >>> weeks_of([dt.date(2022, 2, 5) + dt.timedelta(d) for d in range(10)])
    [(0, 2), (2, 9), (9, 10)]
    """
    starts = [d for d, day in enumerate(days) if d == 0 or day.weekday() == 0]
    return list(zip(starts, [*starts[1:], len(days)], strict=True))


def cover_of(
    pool: Pool,
    queues: Sequence[Queue],
    days: tuple[dt.date, ...],
    times: pd.DatetimeIndex,
    interval_s: int,
) -> PoolCover:
    """Return the pool's shifts on the axis; shifts longer than a legal day are left out."""
    longest = pool.contract.max_hours_per_day
    shifts = tuple(s for s in build_shifts(pool.shifts) if s.paid_hours <= longest)
    firsts = np.zeros((len(days), len(shifts)), dtype=np.int64)
    profiles = []
    for d, day in enumerate(days):
        row = []
        for s, shift in enumerate(shifts):
            offset = (shift_start(shift, day, pool.timezone) - times[0]).total_seconds()
            first = int(offset // interval_s)
            firsts[d, s] = first
            row.append(_profile(shift, interval_s, int(offset - first * interval_s)))
        profiles.append(tuple(row))
    midnights = np.array([(day_start(d, pool.timezone) - times[0]).total_seconds() for d in days])
    served = {
        q: pool.speed[queue.name] for q, queue in enumerate(queues) if queue.name in pool.speed
    }
    return PoolCover(
        pool,
        days,
        shifts,
        (midnights // interval_s).astype(np.int64),
        firsts,
        tuple(profiles),
        tuple(served),
        served,
        len(times),
        staff_of(pool, days, shifts),
    )


def reached(
    pools: Sequence[Pool],
    queues: Sequence[Queue],
    days: tuple[dt.date, ...],
    times: pd.DatetimeIndex,
    interval_s: int,
) -> npt.NDArray[np.bool_]:
    """Return when somebody who serves each queue can be on duty, ``[Q, I]``.

    A queue that nobody can ever serve counts as served always: what it lacks is agents.
    """
    there = np.zeros((len(queues), len(times)), dtype=bool)
    for pool in pools:
        cover = cover_of(pool, queues, days, times, interval_s)
        for day in np.flatnonzero(cover.heads_a_day).tolist():
            there[list(cover.queue_numbers)] |= cover.reach(range(day, day + 1))
    return there | ~there.any(axis=1, keepdims=True)


@functools.lru_cache(maxsize=4096)
def _profile(shift: Shift, interval_s: int, offset_s: int) -> FloatArray:
    profile = duty_profile(shift, interval_s, offset_s)
    profile.setflags(write=False)
    return profile
