"""The linear program: heads per pool, day and shift."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from staffing.coverage import PoolCover, cover_of, weeks_of
from staffing.demand import Demand
from staffing.paths_program import Before, decide_ahead, hold_ahead, steps
from staffing.pools import Pool
from staffing.rounding import whole_heads
from staffing.several import PathCosts, Several, joined
from staffing.shifts import Shift
from staffing.solver import Method, SolverError, Status
from staffing.stated import state_week
from staffing.week import Prices, WeekProgram, Window

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

#: Heads of one shift that may be added to the rounded ones.
_ADDED = 3


@dataclass(frozen=True, slots=True)
class Allocation:
    """Who works when, for which queues, and how good the program says that this is.

    Parameters
    ----------
    heads
        Per pool, heads on each day and shift, ``[D, S]``.
    capacity
        Positions on duty net of shrinkage and at the pool's pace, ``[P, I]``.
    serve
        Positions of a pool given to a queue, before the pool's speed, ``[P, Q, I]``.
    understaffing
        Positions missing, ``[Q, I]``; for deferred queues the work that falls overdue.
    cost, bound, gap
        Objective of the weekly programs with whole heads, of their relaxations, and
        ``(cost - bound) / bound``. Missing positions count at their price, days that a week's
        program only looks at do not count.
    quality
        The answer's quality in words: "within 1.2 % of the relaxation"; where several paths decide
        ahead, of the one that holds what they decided.
    paths
        What the heads decided ahead cost on each of several demand paths, where there are any.
    """

    pools: tuple[Pool, ...]
    queues: tuple[str, ...]
    days: tuple[dt.date, ...]
    times: pd.DatetimeIndex
    shifts: tuple[tuple[Shift, ...], ...]
    heads: tuple[IntArray, ...]
    capacity: FloatArray
    serve: npt.NDArray[np.float32]
    understaffing: FloatArray
    cost: float
    bound: float
    gap: float
    quality: str
    paths: PathCosts | None = None

    def given(self) -> FloatArray:
        """Return the positions that each queue gets, in units of its own AHT, ``[Q, I]``."""
        return np.asarray(np.einsum("pqi,pq->qi", self.serve, self.speeds()), dtype=np.float64)

    def speeds(self) -> FloatArray:
        """Return each pool's speed at each queue, 0 where it serves it not, ``[P, Q]``."""
        return np.array([[pool.speed.get(q, 0.0) for q in self.queues] for pool in self.pools])


@dataclass(slots=True)
class _State:
    """What earlier weeks leave to later ones, and the plan so far."""

    heads: list[IntArray]
    spill: FloatArray
    backlog: FloatArray
    serve: npt.NDArray[np.float32]
    cost: float = 0.0
    bound: float = 0.0
    paths: list[PathCosts] = field(default_factory=list)


def allocate(
    demand: Demand,
    pools: Sequence[Pool],
    days: tuple[dt.date, ...],
    times: pd.DatetimeIndex,
    *,
    shortage_price: float | None = None,
    several: Several | None = None,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Allocation:
    """Return heads per pool, day and shift that cover the demand at the least cost.

    The horizon is solved week by week, each with the first day of the next in view; shifts past
    midnight and work still waiting pass from one week to the next. Each week is relaxed, its heads
    are made whole, and who serves which queue is solved again for the whole heads.

    Parameters
    ----------
    demand
        Positions and work ``[Q, I]``.
    shortage_price
        Price of an hour of one missing position; twice that beyond a tenth of the need. Left out,
        it is ``dear_shortage``.
    several
        Demand paths to plan against: the shifts of pools decided ahead are chosen for all of them
        at once, and the rest of the plan is made for ``demand`` with these. None: all is chosen
        for ``demand``.
    progress
        Called with weeks done and weeks in all; in smaller steps where there are several paths.

    Raises
    ------
    SolverError
        If the solver fails; a shortage of agents is never an error, it is priced and reported.
    """
    covers = tuple(cover_of(pool, demand.queues, days, times, demand.interval_s) for pool in pools)
    size = (len(pools), len(demand.queues), len(times))
    state = _State(
        heads=[np.zeros((len(days), len(c.shifts)), dtype=np.int64) for c in covers],
        spill=np.zeros((size[0], size[2])),
        backlog=demand.waiting.copy(),
        serve=np.zeros(size, dtype=np.float32),
    )
    windows = _windows(days, covers, len(times))
    prices = Prices(dear_shortage(covers, demand) if shortage_price is None else shortage_price)
    each = 1 if several is None else 1 + steps(several)
    told = _Steps(progress, each * len(windows))
    for window in windows:
        _plan_week(window, demand, covers, prices, state, several, told)
        told()
    gap = (state.cost - state.bound) / state.bound if state.bound > 0 else 0.0
    allocation = Allocation(
        pools=tuple(pools),
        queues=tuple(queue.name for queue in demand.queues),
        days=days,
        times=times,
        shifts=tuple(c.shifts for c in covers),
        heads=tuple(state.heads),
        capacity=state.spill,
        serve=state.serve,
        understaffing=np.zeros(size[1:]),
        cost=state.cost,
        bound=state.bound,
        gap=gap,
        quality=f"within {max(gap, 0.0):.1%} of the relaxation".replace("%", " %")
        + ("" if several is None else ", what is decided ahead held"),
        paths=joined(state.paths),
    )
    return replace(allocation, understaffing=demand.missing(allocation.given()))


class _Steps:
    """Counts steps from 0 on, and tells each."""

    def __init__(self, progress: Callable[[int, int], None], of: int) -> None:
        self._progress, self._done, self._of = progress, 0, of
        progress(0, of)

    def __call__(self) -> None:
        self._done += 1
        self._progress(self._done, self._of)


def dear_shortage(covers: Sequence[PoolCover], demand: Demand) -> float:
    """Return a price of an hour of one missing position that leaves it empty only at need.

    It is what the dearest pool's shortest shift costs for one position at its slowest queue, so
    that a shift is worth a single hour of one position; for pools paid by contact, twice what a
    position's hour of contacts costs.
    """
    prices = [1.0]
    for cover in covers:
        shortest = min((shift.paid_hours for shift in cover.shifts), default=0.0)
        each = demand.contacts_per_position[list(cover.speeds)].max(initial=0.0)
        each *= 3600 / demand.interval_s
        work = cover.work_price(each)
        prices.append(work if cover.contact_price else shortest * work)
    return float(max(prices))


def _windows(
    days: tuple[dt.date, ...], covers: tuple[PoolCover, ...], intervals: int
) -> list[Window]:
    """Return the weeks, Monday to Sunday, each with the first day of the next in view."""
    midnight = [max(min(int(c.midnights[d]) for c in covers), 0) for d in range(len(days))]
    midnight.append(intervals)
    windows = []
    for start, end in weeks_of(days):
        ahead = ((end, end + 1),) if end < len(days) else ()
        first = 0 if start == 0 else midnight[start]
        # Pools in later zones still work on the day in view when the next begins.
        stop = intervals if end + 1 >= len(days) else midnight[end + 1]
        windows.append(Window(first, midnight[end], stop, ((start, end), *ahead)))
    return windows


def _plan_week(
    window: Window,
    demand: Demand,
    covers: tuple[PoolCover, ...],
    prices: Prices,
    state: _State,
    several: Several | None,
    told: Callable[[], None],
) -> None:
    placed = [heads.sum(axis=1) for heads in state.heads]
    week = state_week(window, demand, covers, state.spill, state.backlog, placed, prices)
    if several is not None:
        before = Before(state.spill, state.backlog, placed)
        ahead = decide_ahead(window, demand, several, covers, before, prices, told)
        hold_ahead(week, ahead)
        state.paths.append(ahead.costs)
    _require_optimal(week, "interior")
    relaxed = week.program.objective
    decided = relaxed - week.cost_ahead() + sum(c.sunk_cost(window.weeks[0]) for c in covers)
    _fix_whole_heads(week)
    state.bound += decided
    state.cost += decided + week.program.objective - relaxed
    _keep_services(week, state)
    first, last = window.weeks[0]
    for p, cover in enumerate(covers):
        state.heads[p][first:last] = np.rint(
            week.program.values(week.heads[p][: last - first])
        ).astype(np.int64)
        state.spill[p] = cover.positions(state.heads[p])


def _fix_whole_heads(week: WeekProgram) -> None:
    """Make the week's heads whole, add heads where that left a want, and solve for the rest."""
    span = week.window.weeks[0]
    numbers = [heads[: span[1] - span[0]] for heads in week.heads]
    rounded = _whole(week, numbers, span)
    for variables, least in zip(numbers, rounded, strict=True):
        week.program.bound(variables, least, least + _ADDED)
    _require_optimal(week, "simplex")
    for variables, whole in zip(numbers, _whole(week, numbers, span), strict=True):
        week.program.fix(variables, whole)
    _require_optimal(week, "simplex")


def _whole(week: WeekProgram, numbers: list[IntArray], span: tuple[int, int]) -> list[IntArray]:
    return [
        whole_heads(week.program.values(variables), cover, span, placed)
        for variables, cover, placed in zip(numbers, week.covers, week.placed, strict=True)
    ]


def _require_optimal(week: WeekProgram, method: Method) -> None:
    status = week.program.solve(method)
    if status is not Status.OPTIMAL:
        message = f"the week's program ended {status.value}, it must have an answer"
        raise SolverError(message)


def _keep_services(week: WeekProgram, state: _State) -> None:
    """Write what the week decides for the intervals before ``keep`` into the plan."""
    w, demand = week.window, week.demand
    keep, count = w.keep, w.keep - w.start
    state.serve[:, :, w.start : keep] = week.value_or_zero(week.serve)[:, :, :count]
    work = week.value_or_zero(week.work)
    waiting = week.value_or_zero(week.waiting)
    spare = week.value_or_zero(week.spare)
    for b, (start, stop) in enumerate(zip(week.edges[:-1], week.edges[1:], strict=True)):
        if start >= keep:
            break
        here = slice(start - w.start, stop - w.start)
        total = spare[:, here].sum(axis=1, keepdims=True)
        share = np.divide(spare[:, here], total, out=np.zeros_like(spare[:, here]), where=total > 0)
        deferred = [q for q, queue in enumerate(demand.queues) if queue.deferred]
        state.serve[:, deferred, start:stop] = work[:, deferred, b, None] * share[:, None, :]
        state.backlog = waiting[:, b].copy()
