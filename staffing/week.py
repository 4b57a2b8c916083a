"""One week's program: what it looks at, its prices and its variables."""

from __future__ import annotations

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

    @property
    def giving_up(self) -> float:
        """Price of an hour's overdue work whose promise is given up: it then costs little more.

        It is less than a missing position, so that where agents lack those who wait on the line
        come first, however late the work gets that may wait.
        """
        return 0.9 * self.shortage

    @property
    def given_up(self) -> float:
        """Price of an hour's work given up for each hour that it still waits."""
        return 0.1 * self.overdue


@dataclass(frozen=True, slots=True)
class FallingTier:
    """A cheaper tier of the week decided: its variable, 1 where it is reached, and where it begins.

    ``volume`` are the terms of what a pool bills for something, ``on_notice`` those of its days on
    notice, for which it bills ``ordered`` at least; over the week it bills ``minimum`` at least.
    """

    reached: int
    above: float
    volume: tuple[tuple[int, float], ...]
    on_notice: tuple[tuple[int, float], ...] = ()
    ordered: float = 0.0
    minimum: float = 0.0


@dataclass(frozen=True, slots=True)
class Before:
    """What earlier weeks leave to a week.

    Parameters
    ----------
    spill
        Positions of shifts that began before ``[P, I]``.
    backlog
        Work still waiting ``[Q]``.
    placed
        Heads of each day per pool ``[D]``.
    """

    spill: FloatArray
    backlog: FloatArray
    placed: Sequence[IntArray]


class WeekProgram:
    """The program of one week: heads per pool, day and shift; who serves which queue when.

    Left out, ``program`` is one of its own; ``heads`` are variables of pools whose shifts are
    decided with others' in it, None for those that decide their own.
    """

    def __init__(
        self,
        window: Window,
        demand: Demand,
        covers: tuple[PoolCover, ...],
        before: Before,
        prices: Prices,
        program: Program | None = None,
        heads: Sequence[IntArray | None] | None = None,
    ) -> None:
        self.window, self.demand, self.covers, self.prices = window, demand, covers, prices
        self.spill, self.backlog, self.placed = before.spill, before.backlog, before.placed
        self.extras: dict[Span, list[int]] = {week: [] for week in window.weeks}
        #: Contacts missing in time over a day or week, by week; part of the extras.
        self.unserved: dict[Span, list[int]] = {week: [] for week in window.weeks}
        #: Hours or contacts billed for nothing, by pool and week; tiers of falling prices.
        self.unused: dict[tuple[int, Span], list[int]] = {}
        self.overtime: dict[tuple[int, Span], IntArray] = {}
        self.falling: list[FallingTier] = []
        self.hours = demand.interval_s / 3600
        self.block = max(1, 3600 // demand.interval_s)
        name = f"week_from_{covers[0].days[window.days[0]]}"
        self.program = Program(name) if program is None else program
        self._place_heads([None] * len(covers) if heads is None else heads)
        self._serve_queues()
        self._let_work_wait()

    def _place_heads(self, given: Sequence[IntArray | None]) -> None:
        """Add ``heads``: per pool ``[days, shifts]``, at the price of their paid hours."""
        days = self.window.days
        self.heads: list[IntArray] = [
            place_heads(self.program, cover, days) if own is None else own
            for cover, own in zip(self.covers, given, strict=True)
        ]

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
        floors = d.floors[:, w.start : w.stop]
        for q in range(len(d.queues)):
            where = np.flatnonzero(floors[q] > 0)
            keys = self._keys(d.queues[q].name, where)
            small = Prices.SMALL * floors[q, where]
            price = self.prices.shortage * self.hours
            self.short[0, q, where] = self.program.variables("short", keys, cost=price, upper=small)
            self.short[1, q, where] = self.program.variables("very_short", keys, cost=2 * price)

    def _let_work_wait(self) -> None:
        """Add, per block of an hour, ``work[p, q, b]`` and what waits, is late, is given up."""
        d, w = self.demand, self.window
        # A block ends where the week does, so that what waits passes on to the next week as it is.
        starts = [np.arange(first, last, self.block) for first, last in w.spans]
        self.edges = np.concatenate([*starts, [w.stop]])
        blocks = len(self.edges) - 1
        self.work = np.full((len(self.covers), len(d.queues), blocks), -1)
        self.waiting = np.full((len(d.queues), blocks), -1)
        self.late = np.full((len(d.queues), blocks), -1)
        self.giving_up = np.full((len(d.queues), blocks), -1)
        self.given_up = np.full((len(d.queues), blocks), -1)
        for q, queue in enumerate(d.queues):
            if not queue.deferred:
                continue
            keys = self._block_keys(queue.name)
            each = float(d.contacts_per_position[q, w.start]) / self.hours
            hour = np.diff(self.edges) * self.hours * self.hours
            # Waiting costs next to nothing, but something: idle hands take the work early.
            waiting = np.full(blocks, 0.001 * self.prices.shortage * self.hours)
            served = [cover.work_price(each) for cover in self.covers if q in cover.speeds]
            waiting[-1] = max(served, default=0.0) * self.hours
            self.waiting[q] = self.program.variables("waiting", keys, cost=waiting)
            prices = self.prices
            self.late[q] = self.program.variables("late", keys, cost=prices.overdue * hour)
            self.giving_up[q] = self.program.variables(
                "giving_up", keys, cost=prices.giving_up * self.hours
            )
            self.given_up[q] = self.program.variables("given_up", keys, cost=prices.given_up * hour)
            for p, cover in enumerate(self.covers):
                if q in cover.queue_numbers:
                    keys = self._block_keys(f"{cover.pool.name}_{queue.name}")
                    per_position = cover.speeds[q] * d.contacts_per_position[q, w.start]
                    price_of_work = cover.contact_price * per_position
                    self.work[p, q] = self.program.variables("work", keys, cost=price_of_work)

    def elsewhere(self, day: int) -> IntArray:
        """Return the variables that a day's heads do not touch, the day by its number in here.

        These are the heads of other days, and who serves the queues answered at once while none of
        its shifts lasts; work that may wait moves from day to day.
        """
        w = self.window
        on = np.zeros(w.stop - w.start, dtype=bool)
        for cover in self.covers:
            on |= cover.reach(range(w.days[day], w.days[day] + 1))[w.start : w.stop]
        off = np.logical_not(on)
        parts = [
            *(np.delete(heads, day, axis=0) for heads in self.heads),
            *(array[..., off] for array in (self.serve, self.short)),
        ]
        numbers = np.concatenate([part.ravel() for part in parts])
        return numbers[numbers >= 0]

    def _may_be_on_duty(self, p: int) -> npt.NDArray[np.bool_]:
        w = self.window
        return self.covers[p].reach(w.days)[w.start : w.stop] | (
            self.spill[p, w.start : w.stop] > 0
        )

    def _keys(self, name: str, offsets: IntArray) -> list[str]:
        return [f"{name}_{self.window.start + i}" for i in offsets]

    def _block_keys(self, name: str) -> list[str]:
        return [f"{name}_{i}" for i in self.edges[:-1]]

    @property
    def waits(self) -> tuple[IntArray, ...]:
        """The variables of work that may wait, all ``[..., blocks]``."""
        return self.work, self.waiting, self.late, self.giving_up, self.given_up

    def cost_ahead(self) -> float:
        """Return what the last solution pays for the days that are looked at, not decided."""
        w = self.window
        days, kept = w.weeks[0][1] - w.weeks[0][0], w.keep - w.start
        blocks = int(np.searchsorted(self.edges[:-1], w.keep))
        parts = [
            *(heads[days:] for heads in self.heads),
            self.serve[:, :, kept:],
            self.short[:, :, kept:],
            *(array[..., blocks:] for array in self.waits),
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


def place_heads(program: Program, cover: PoolCover, days: range, factor: float = 1.0) -> IntArray:
    """Return new variables, a pool's heads ``[days, shifts]``, at their price times a factor."""
    keys = [f"{cover.pool.name}_{cover.days[d]}_{s.label}" for d in days for s in cover.shifts]
    each = [s.paid_hours * cover.marginal_price * factor for s in cover.shifts]
    numbers = program.variables("heads", keys, cost=np.tile(each, len(days)))
    return numbers.reshape(len(days), len(cover.shifts))


def terms_of(numbers: IntArray, factor: float = 1.0) -> Iterator[tuple[int, float]]:
    """Yield a rule's terms: each variable that there is (not -1), with the same factor."""
    return ((int(v), factor) for v in numbers if v >= 0)
