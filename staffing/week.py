"""One week's program: its variables and its rules, one function a rule."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from staffing.coverage import PoolCover
from staffing.demand import Demand
from staffing.solver import Program

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Window:
    """What a week's program looks at: intervals ``[start, stop)`` and the days that begin in it.

    ``weeks`` are the day ranges within which weekly limits hold: the week itself and, where the
    horizon goes on, the first day of the next, looked at but not decided. What happens from
    interval ``keep`` on is decided with the next week.
    """

    start: int
    keep: int
    stop: int
    weeks: tuple[Span, ...]

    @property
    def days(self) -> range:
        """Days whose shifts the program places."""
        return range(self.weeks[0][0], self.weeks[-1][1])

    @property
    def spans(self) -> tuple[Span, ...]:
        """Intervals of the week itself and, where there are any, those looked at ahead."""
        ahead = ((self.keep, self.stop),) if self.keep < self.stop else ()
        return ((self.start, self.keep), *ahead)


@dataclass(frozen=True, slots=True)
class Prices:
    """What the program pays for missing positions, per position hour."""

    shortage: float

    #: Share of an interval's need that may be missing at the plain price; beyond it, twice that.
    SMALL = 0.10

    @property
    def overdue(self) -> float:
        """Price of an hour's overdue work for each hour that it is late."""
        return 0.05 * self.shortage


class WeekProgram:
    """The program of one week: heads per pool, day and shift; who serves which queue when.

    Earlier weeks leave ``spill``, positions of shifts that began before ``[P, I]``; ``backlog``,
    work still waiting ``[Q]``; and ``placed``, heads of each day per pool ``[D]``.
    """

    def __init__(
        self,
        window: Window,
        demand: Demand,
        covers: tuple[PoolCover, ...],
        spill: FloatArray,
        backlog: FloatArray,
        placed: Sequence[IntArray],
        prices: Prices,
    ) -> None:
        self.window, self.demand, self.covers, self.prices = window, demand, covers, prices
        self.spill, self.backlog, self.placed = spill, backlog, placed
        self.extras: dict[Span, list[int]] = {week: [] for week in window.weeks}
        self.hours = demand.interval_s / 3600
        self.block = max(1, 3600 // demand.interval_s)
        self.program = Program(f"week_from_{covers[0].days[window.days[0]]}")
        self._place_heads()
        self._serve_queues()
        self._let_work_wait()
        for p in range(len(covers)):
            _capacity(self, p)
            _spare_time(self, p)
            _agents_a_day(self, p)
            for week in window.weeks:
                _days_a_week(self, p, week)
                _hours_a_week(self, p, week)
                _minimum_billing(self, p, week)
            _run_of_days(self, p)
            _largest_share(self, p)
        for q in range(len(demand.queues)):
            (_work_in_time if demand.queues[q].deferred else _need)(self, q)

    def _place_heads(self) -> None:
        """Add ``heads``: per pool ``[days, shifts]``, at the price of their paid hours."""
        self.heads: list[IntArray] = []
        for cover in self.covers:
            days = self.window.days
            keys = [
                f"{cover.pool.name}_{cover.days[d]}_{s.label}" for d in days for s in cover.shifts
            ]
            cost = np.tile([s.paid_hours * cover.marginal_price for s in cover.shifts], len(days))
            numbers = self.program.variables("heads", keys, cost=cost)
            self.heads.append(numbers.reshape(len(days), len(cover.shifts)))

    def _serve_queues(self) -> None:
        """Add ``serve[p, q, i]`` and the missing positions of queues answered at once."""
        d, w = self.demand, self.window
        shape = (len(self.covers), len(d.queues), w.stop - w.start)
        self.serve = np.full(shape, -1)
        self.spare = np.full((shape[0], shape[2]), -1)
        self.short = np.full((2, *shape[1:]), -1)
        needed = d.positions[:, w.start : w.stop]
        for p, cover in enumerate(self.covers):
            on = self._may_be_on_duty(p)
            for q in cover.queue_numbers:
                where = np.flatnonzero(on & (needed[q] > 0))
                per_position = cover.speeds[q] * d.contacts_per_position[q, w.start + where]
                keys = self._keys(f"{cover.pool.name}_{d.queues[q].name}", where)
                self.serve[p, q, where] = self.program.variables(
                    "serve", keys, cost=cover.contact_price * per_position
                )
            if any(d.queues[q].deferred for q in cover.queue_numbers):
                where = np.flatnonzero(on)
                keys = self._keys(cover.pool.name, where)
                self.spare[p, where] = self.program.variables("spare", keys)
        for q in range(len(d.queues)):
            where = np.flatnonzero(needed[q] > 0)
            keys = self._keys(d.queues[q].name, where)
            small = Prices.SMALL * needed[q, where]
            price = self.prices.shortage * self.hours
            self.short[0, q, where] = self.program.variables("short", keys, cost=price, upper=small)
            self.short[1, q, where] = self.program.variables("very_short", keys, cost=2 * price)

    def _let_work_wait(self) -> None:
        """Add, per block of an hour, ``work[p, q, b]``, ``waiting[q, b]`` and ``late[q, b]``."""
        d, w = self.demand, self.window
        # A block ends where the week does, so that what waits passes on to the next week as it is.
        starts = [np.arange(first, last, self.block) for first, last in w.spans]
        self.edges = np.concatenate([*starts, [w.stop]])
        blocks = len(self.edges) - 1
        self.work = np.full((len(self.covers), len(d.queues), blocks), -1)
        self.waiting = np.full((len(d.queues), blocks), -1)
        self.late = np.full((len(d.queues), blocks), -1)
        for q, queue in enumerate(d.queues):
            if not queue.deferred:
                continue
            keys = self._block_keys(queue.name)
            each = float(d.contacts_per_position[q, w.start]) / self.hours
            price = np.full(
                blocks, self.prices.overdue * np.diff(self.edges) * self.hours * self.hours
            )
            # Waiting costs next to nothing, but something: idle hands take the work early.
            waiting = np.full(blocks, 0.001 * self.prices.shortage * self.hours)
            waiting[-1] = max(cover.work_price(each) for cover in self.covers) * self.hours
            self.waiting[q] = self.program.variables("waiting", keys, cost=waiting)
            self.late[q] = self.program.variables("late", keys, cost=price)
            for p, cover in enumerate(self.covers):
                if q in cover.queue_numbers:
                    keys = self._block_keys(f"{cover.pool.name}_{queue.name}")
                    per_position = cover.speeds[q] * d.contacts_per_position[q, w.start]
                    price_of_work = cover.contact_price * per_position
                    self.work[p, q] = self.program.variables("work", keys, cost=price_of_work)

    def _may_be_on_duty(self, p: int) -> npt.NDArray[np.bool_]:
        w = self.window
        return self.covers[p].reach(w.days)[w.start : w.stop] | (
            self.spill[p, w.start : w.stop] > 0
        )

    def _keys(self, name: str, offsets: IntArray) -> list[str]:
        return [f"{name}_{self.window.start + i}" for i in offsets]

    def _block_keys(self, name: str) -> list[str]:
        return [f"{name}_{i}" for i in self.edges[:-1]]

    def cost_ahead(self) -> float:
        """Return what the last solution pays for the days that are looked at, not decided."""
        w = self.window
        days, kept = w.weeks[0][1] - w.weeks[0][0], w.keep - w.start
        blocks = int(np.searchsorted(self.edges[:-1], w.keep))
        parts = [
            *(heads[days:] for heads in self.heads),
            self.serve[:, :, kept:],
            self.short[:, :, kept:],
            *(array[..., blocks:] for array in (self.work, self.waiting, self.late)),
            *(np.array(self.extras[week], dtype=np.int64) for week in w.weeks[1:]),
        ]
        numbers = np.concatenate([part.ravel() for part in parts])
        return self.program.cost_of(numbers[numbers >= 0])

    def value_or_zero(self, numbers: IntArray) -> FloatArray:
        """Return the last solution's values of variables, 0 where there is none (-1).

        What is nothing to a solver may be as little as -1e-14: no value is below 0.
        """
        found = np.maximum(self.program.values(np.maximum(numbers, 0)), 0.0)
        return np.where(numbers >= 0, found, 0.0)


def _terms(numbers: IntArray, factor: float = 1.0) -> Iterator[tuple[int, float]]:
    return ((int(v), factor) for v in numbers if v >= 0)


def _capacity(week: WeekProgram, p: int) -> None:
    """Positions given to queues and left spare <= positions on duty, in every interval."""
    w, cover = week.window, week.covers[p]
    rows: list[list[tuple[int, float]]] = [[] for _ in range(w.start, w.stop)]
    for day, numbers in zip(w.days, week.heads[p], strict=True):
        each = cover.pool.positions_per_head(day)
        for s, variable in enumerate(numbers):
            first, profile = cover.on_duty(day, s)
            for k in np.flatnonzero(profile):
                i = first + int(k) - w.start
                if 0 <= i < len(rows):
                    rows[i].append((int(variable), -each * float(profile[k])))
    for i, row in enumerate(rows):
        used = [*_terms(week.serve[p, :, i]), *_terms(week.spare[p, i : i + 1])]
        if used:
            name = f"capacity_{cover.pool.name}_{w.start + i}"
            week.program.at_most(name, used + row, float(week.spill[p, w.start + i]))


def _spare_time(week: WeekProgram, p: int) -> None:
    """Work done on what may wait <= time left spare, in every block of an hour."""
    for b, (start, stop) in enumerate(zip(week.edges[:-1], week.edges[1:], strict=True)):
        offset = week.window.start
        spare = week.spare[p, start - offset : stop - offset]
        done = list(_terms(week.work[p, :, b]))
        if done:
            name = f"spare_{week.covers[p].pool.name}_{start}"
            week.program.at_most(name, [*done, *_terms(spare, -1.0)], 0.0)


def _agents_a_day(week: WeekProgram, p: int) -> None:
    """Heads on a day <= agents employed on that day."""
    for day, numbers in zip(week.window.days, week.heads[p], strict=True):
        cover = week.covers[p]
        name = f"agents_{cover.pool.name}_{cover.days[day]}"
        week.program.at_most(name, _terms(numbers), float(cover.pool.agents[day]))


def _of_week(week: WeekProgram, p: int, span: Span) -> IntArray:
    first = week.window.days[0]
    return week.heads[p][span[0] - first : span[1] - first]


def _days_a_week(week: WeekProgram, p: int, span: Span) -> None:
    """Heads that fall on agents of a step of the ramp, over a week <= the days they may work.

    On each day: heads that fall on them >= heads - agents of later steps.
    """
    cover, heads = week.covers[p], _of_week(week, p, span)
    for newer, most in cover.days_limits(span):
        key = f"{cover.pool.name}_{cover.days[span[0]]}"
        if not newer.any():
            week.program.at_most(f"days_{key}", _terms(heads.ravel()), most)
            continue
        key = f"{key}_beyond_{newer.max()}"
        days = [f"{key}_{cover.days[d]}" for d in range(*span)]
        fall = week.program.variables("older", days)
        for day, variable, numbers, later in zip(days, fall, heads, newer, strict=True):
            terms = [(int(variable), 1.0), *_terms(numbers, -1.0)]
            week.program.at_least(f"older_{day}", terms, -float(later))
        week.program.at_most(f"days_{key}", _terms(fall), most)


def _run_of_days(week: WeekProgram, p: int) -> None:
    """Heads over a day more than a run may last <= agents times the longest run."""
    cover, first = week.covers[p], week.window.days[0]
    for start, stop, most in cover.runs((first, week.window.days[-1] + 1)):
        before = int(week.placed[p][start:first].sum())
        heads = week.heads[p][max(start - first, 0) : stop - first]
        name = f"run_{cover.pool.name}_to_{cover.days[stop - 1]}"
        week.program.at_most(name, _terms(heads.ravel()), float(most - before))


def _hours_a_week(week: WeekProgram, p: int, span: Span) -> None:
    """Paid hours over a week - overtime <= ordinary hours; overtime <= its own limit.

    Paid hours - overtime - hours beyond the contract <= contracted hours, where these are paid
    anyway and fewer: in a week that the horizon cuts, or of an agent who comes in its middle.
    """
    cover, program = week.covers[p], week.program
    paid = [s.paid_hours for s in cover.shifts]
    heads = _of_week(week, p, span)
    terms = [(int(v), h) for row in heads for v, h in zip(row, paid, strict=True)]
    key = f"{cover.pool.name}_{cover.days[span[0]]}"
    extra = program.variables(
        "overtime", [key], cost=cover.overtime_price, upper=[cover.overtime_limit(span)]
    )
    terms += _terms(extra, -1.0)
    program.at_most(f"hours_{key}", terms, cover.hours_limit(span))
    if cover.sunk and cover.contracted_hours(span) < cover.hours_limit(span):
        rate = (cover.pool.cost_per_hour or 0.0) - cover.marginal_price
        beyond = program.variables("beyond_contract", [key], cost=rate)
        rule = [*terms, *_terms(beyond, -1.0)]
        program.at_most(f"contract_{key}", rule, cover.contracted_hours(span))
        extra = np.concatenate([extra, beyond])
    week.extras[span] += extra.tolist()


def _minimum_billing(week: WeekProgram, p: int, span: Span) -> None:
    """Paid hours over a week + hours billed for nothing >= minimum hours billed."""
    cover = week.covers[p]
    minimum = cover.minimum_hours(span)
    if minimum <= 0:
        return
    paid = [s.paid_hours for s in cover.shifts]
    terms = [(int(v), h) for row in _of_week(week, p, span) for v, h in zip(row, paid, strict=True)]
    key = f"{cover.pool.name}_{cover.days[span[0]]}"
    idle = week.program.variables("unused", [key], cost=cover.pool.cost_per_hour or 0.0)
    week.extras[span] += idle.tolist()
    week.program.at_least(f"minimum_{key}", [*terms, *_terms(idle)], minimum)


def _largest_share(week: WeekProgram, p: int) -> None:
    """Contacts that a pool takes of a queue in a week <= its largest share of the queue's."""
    cover, w, d = week.covers[p], week.window, week.demand
    if cover.pool.max_share >= 1.0:
        return
    for q, (start, stop) in itertools.product(cover.queue_numbers, w.spans):
        taken = cover.speeds[q] * d.contacts_per_position[q]
        if d.queues[q].deferred:
            here = np.flatnonzero((week.edges[:-1] >= start) & (week.edges[:-1] < stop))
            terms = list(_terms(week.work[p, q, here], float(taken[start])))
        else:
            here = np.flatnonzero(week.serve[p, q, start - w.start : stop - w.start] >= 0) + start
            terms = [(int(week.serve[p, q, i - w.start]), float(taken[i])) for i in here]
        if terms:
            offered = float(d.contacts[q, start:stop].sum())
            if start == 0:  # what waits when the horizon begins is handed out in its first week
                offered += float(d.waiting[q] * d.contacts_per_position[q, 0])
            limit = cover.pool.max_share * offered
            name = f"share_{cover.pool.name}_{d.queues[q].name}_{start}"
            week.program.at_most(name, terms, limit)


def _need(week: WeekProgram, q: int) -> None:
    """Positions given to a queue, times their speed, + positions missing >= positions needed."""
    w, d = week.window, week.demand
    for i in range(w.stop - w.start):
        needed = d.positions[q, w.start + i]
        if needed > 0:
            given = [
                (int(week.serve[p, q, i]), cover.speeds[q])
                for p, cover in enumerate(week.covers)
                if week.serve[p, q, i] >= 0
            ]
            name = f"need_{d.queues[q].name}_{w.start + i}"
            week.program.at_least(name, [*given, *_terms(week.short[:, q, i])], needed)


def _work_in_time(week: WeekProgram, q: int) -> None:
    """Work waiting = before + arrived - done, and work waiting - late <= work not yet due."""
    d = week.demand
    arrived = np.add.reduceat(d.load[q], week.edges[:-1])
    arrived[-1] = d.load[q, week.edges[-2] : week.edges[-1]].sum()
    name = d.queues[q].name
    for b, at in enumerate(week.edges[:-1]):
        done = [
            (int(week.work[p, q, b]), cover.speeds[q])
            for p, cover in enumerate(week.covers)
            if week.work[p, q, b] >= 0
        ]
        before = [*_terms(week.waiting[q, b - 1 : b], -1.0)] if b else []
        start = float(week.backlog[q]) if b == 0 else 0.0
        here = [*_terms(week.waiting[q, b : b + 1])]
        week.program.equal(
            f"waiting_{name}_{at}", [*here, *before, *done], start + float(arrived[b])
        )
        not_due = float(d.not_due[q, week.edges[b + 1] - 1])
        late = [*_terms(week.late[q, b : b + 1], -1.0)]
        week.program.at_most(f"in_time_{name}_{at}", [*here, *late], not_due)
