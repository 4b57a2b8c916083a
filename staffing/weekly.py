"""The horizon week by week: each week relaxed, its heads made whole, its services kept."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from staffing.binding import WeekWorth, relaxed_worth, whole_worth
from staffing.coverage import PoolCover, weeks_of
from staffing.demand import Demand
from staffing.paths_program import decide_ahead, hold_ahead, steps
from staffing.rough import RoughWeek
from staffing.several import PathCosts, Several
from staffing.stated import state_week
from staffing.week import Before, Prices, WeekProgram, Window
from staffing.whole import GOOD_ENOUGH, improve, make_whole, relax

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


def never() -> bool:
    """Return False: do not stop."""
    return False


def unseen(_found: Found) -> None:
    """Look at nothing."""


@dataclass(frozen=True, slots=True)
class Found:
    """How far the program has come: steps done and in all, cost so far and what it must cost.

    Parameters
    ----------
    done, steps
        Steps of solving, three a week.
    cost, bound
        Of the weeks that have whole heads, and of their relaxations.
    """

    done: int
    steps: int
    cost: float
    bound: float

    @property
    def gap(self) -> float:
        """Return ``(cost - bound) / bound``, 0 before the first week is done."""
        return (self.cost - self.bound) / self.bound if self.bound > 0 else 0.0

    @property
    def words(self) -> str:
        """Return the best cost so far, what it must cost at least, and the gap between them."""
        if self.cost <= 0:
            return ""
        gap = f"{max(self.gap, 0.0):.1%}".replace("%", " %")
        return f"{self.cost:,.0f} so far, at least {self.bound:,.0f}: within {gap}"


@dataclass(frozen=True, slots=True)
class Watch:
    """Who looks on while it is solved: ``see`` is told how far it is, ``stop`` whether to end."""

    see: Callable[[Found], None] = unseen
    stop: Callable[[], bool] = never


UNWATCHED = Watch()


@dataclass(slots=True)
class Weekly:
    """What earlier weeks leave to later ones, and the plan so far; arrays as in ``Allocation``."""

    heads: list[IntArray]
    spill: FloatArray
    backlog: FloatArray
    serve: npt.NDArray[np.float32]
    cost: float = 0.0
    bound: float = 0.0
    paths: list[PathCosts] = field(default_factory=list)
    worth: list[WeekWorth] = field(default_factory=list)
    unsolved: list[Window] = field(default_factory=list)  # weeks that there was no time for

    def before(self) -> Before:
        """Return what the weeks so far leave to the next."""
        placed = [heads.sum(axis=1) for heads in self.heads]
        return Before(self.spill, self.backlog, placed)


def steps_of(several: Several | None) -> int:
    """Return the steps of solving a week: relax it, make it whole, search; before, the paths."""
    return 3 if several is None else 3 + steps(several)


def plan_weeks(
    demand: Demand,
    covers: tuple[PoolCover, ...],
    prices: Prices,
    several: Several | None,
    step: Callable[[Weekly], None],
    stop: Callable[[], bool],
) -> Weekly:
    """Return the plan of pools ``covers`` for the queues of ``demand``, one week after the other.

    Shifts past midnight and work still waiting pass from one week to the next. When told to stop,
    the weeks left get heads at a glance, so that there is always a plan. ``step`` is called after
    each of the ``steps_of`` a week.
    """
    days = covers[0].days
    size = (len(covers), len(demand.queues), covers[0].intervals)
    state = Weekly(
        heads=[np.zeros((len(days), len(c.shifts)), dtype=np.int64) for c in covers],
        spill=np.zeros((size[0], size[2])),
        backlog=demand.waiting.copy(),
        serve=np.zeros(size, dtype=np.float32),
    )
    for window in windows(days, covers, size[2]):
        if stop() or not _plan_week(window, demand, covers, prices, several, state, step, stop):
            _guess_week(window, demand, covers, state)
    return state


def windows(
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
    several: Several | None,
    state: Weekly,
    step: Callable[[Weekly], None],
    stop: Callable[[], bool],
) -> bool:
    """Plan a week and return whether there was time to."""
    before = state.before()
    week = state_week(window, demand, covers, before, prices)
    if several is not None:
        told = functools.partial(step, state)
        ahead = decide_ahead(window, demand, several, covers, before, prices, told, stop)
        if ahead is None:
            return False
        hold_ahead(week, ahead)
        state.paths.append(ahead.costs)
    found = relax(week, stop)
    if found is None:
        return False
    step(state)
    worth = relaxed_worth(week)
    relaxed, ahead_of_it = found
    decided = relaxed - ahead_of_it + sum(c.sunk_cost(window.weeks[0]) for c in covers)
    if not make_whole(week, stop):
        return False
    step(state)
    if several is None:  # heads decided for the paths are no longer free
        slack = GOOD_ENOUGH * decided
        improve(week, relaxed + slack, stop, worth=slack / (2 * len(window.days)))
    state.worth.append(whole_worth(week, worth))
    state.bound += decided
    state.cost += decided + week.program.objective - relaxed
    _keep_services(week, state)
    first, last = window.weeks[0]
    for p, cover in enumerate(covers):
        values = week.program.values(week.heads[p][: last - first])
        state.heads[p][first:last] = np.rint(values).astype(np.int64)
        state.spill[p] = cover.positions(state.heads[p])
    step(state)
    return True


def _guess_week(
    window: Window, demand: Demand, covers: tuple[PoolCover, ...], state: Weekly
) -> None:
    """Plan a week at a glance."""
    span, here = window.weeks[0], slice(window.start, window.keep)
    found = RoughWeek(demand, covers, span, state.before())
    state.serve[:, :, here] = found.serve[:, :, here]
    for p, cover in enumerate(covers):
        state.heads[p][slice(*span)] = found.heads[p]
        state.spill[p] = cover.positions(state.heads[p])
    state.unsolved.append(window)


def _keep_services(week: WeekProgram, state: Weekly) -> None:
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
