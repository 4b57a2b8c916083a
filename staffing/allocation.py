"""The linear program: heads per pool, day and shift."""

from __future__ import annotations

import datetime as dt
import functools
import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from staffing.binding import worth_of
from staffing.components import Component, components_of
from staffing.coverage import PoolCover, cover_of, weeks_of
from staffing.demand import Demand
from staffing.pools import Pool
from staffing.several import PathCosts, Several, joined
from staffing.shifts import Shift
from staffing.week import Prices
from staffing.weekly import UNWATCHED, Found, Watch, Weekly, plan_weeks, steps_of
from staffing.worth import Worth

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

#: A gap that a solver's digits make: no other plan is cheaper.
_OPTIMAL = 1e-6


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
    worth
        What one more position, hour, agent or point of share is worth.
    stopped
        Whether the search was told to stop before it came to its own end.
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
    stopped: bool = False
    paths: PathCosts | None = None
    worth: Worth | None = None

    def given(self) -> FloatArray:
        """Return the positions that each queue gets, in units of its own AHT, ``[Q, I]``."""
        return np.asarray(np.einsum("pqi,pq->qi", self.serve, self.speeds()), dtype=np.float64)

    def speeds(self) -> FloatArray:
        """Return each pool's speed at each queue, 0 where it serves it not, ``[P, Q]``."""
        return np.array([[pool.speed.get(q, 0.0) for q in self.queues] for pool in self.pools])


def allocate(
    demand: Demand,
    pools: Sequence[Pool],
    days: tuple[dt.date, ...],
    times: pd.DatetimeIndex,
    *,
    shortage_price: float | None = None,
    several: Several | None = None,
    watch: Watch = UNWATCHED,
) -> Allocation:
    """Return heads per pool, day and shift that cover the demand at the least cost.

    Pools and queues that have nothing to do with each other are solved side by side, each week
    by week, with the first day of the next week in view; shifts past midnight and work still
    waiting pass from one week to the next. Each week is relaxed, its heads are made whole, small
    teams' are searched for better ones, and who serves which queue is solved for the whole heads.

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
    watch
        Told how far it is; when it says to stop, the best heads found so far are kept, and weeks
        that there was no time for get heads at a glance.

    Raises
    ------
    SolverError
        If the solver fails; a shortage of agents is never an error, it is priced and reported.
    """
    covers = tuple(cover_of(pool, demand.queues, days, times, demand.interval_s) for pool in pools)
    prices = Prices(dear_shortage(covers, demand) if shortage_price is None else shortage_price)
    components = components_of(demand, covers, together=several is not None)
    weeks, stopped = _solved(components, prices, several, watch)
    allocation = _joined(components, weeks, covers, demand, times, several)
    missing = demand.missing(allocation.given())
    told = [
        (component.pools, component.queues, week.worth)
        for component, week in zip(components, weeks, strict=True)
    ]
    worth = worth_of(told, (len(covers), *demand.positions.shape), prices.shortage)
    return replace(allocation, understaffing=missing, stopped=stopped, worth=worth)


def _solved(
    components: Sequence[Component],
    prices: Prices,
    several: Several | None,
    watch: Watch,
) -> tuple[list[Weekly], bool]:
    """Return each component's plan, solved side by side, and whether they were told to stop."""
    weeks = len(weeks_of(components[0].covers[0].days))
    steps, lock = steps_of(several) * weeks * len(components), threading.Lock()
    done, costs, stopped = [0], {}, [False]

    def stop() -> bool:
        stopped[0] = stopped[0] or watch.stop()
        return stopped[0]

    def step(number: int, state: Weekly) -> None:
        with lock:
            done[0] += 1
            costs[number] = state.cost, state.bound
            cost, bound = (float(sum(values)) for values in zip(*costs.values(), strict=True))
            watch.see(Found(done[0], steps, cost, bound))

    watch.see(Found(0, steps, 0.0, 0.0))
    with ThreadPoolExecutor(max_workers=min(len(components), os.cpu_count() or 1)) as workers:
        running = [
            workers.submit(
                plan_weeks,
                component.demand,
                component.covers,
                prices,
                several,
                functools.partial(step, number),
                stop,
            )
            for number, component in enumerate(components)
        ]
        try:
            return [future.result() for future in running], stopped[0]
        except BaseException:
            stopped[0] = True  # nobody waits for the others any more
            raise


def _joined(
    components: Sequence[Component],
    weeks: Sequence[Weekly],
    covers: tuple[PoolCover, ...],
    demand: Demand,
    times: pd.DatetimeIndex,
    several: Several | None,
) -> Allocation:
    """Return the components' plans as one, without what is missing."""
    days, size = covers[0].days, (len(demand.queues), len(times))
    heads: list[IntArray] = [np.zeros((0, 0), dtype=np.int64)] * len(covers)
    capacity = np.zeros((len(covers), size[1]))
    serve = np.zeros((len(covers), *size), dtype=np.float32)
    for component, week in zip(components, weeks, strict=True):
        for own, p in enumerate(component.pools):
            heads[p], capacity[p] = week.heads[own], week.spill[own]
            serve[p, list(component.queues)] = week.serve[own]
    cost, bound = sum(week.cost for week in weeks), sum(week.bound for week in weeks)
    gap = (cost - bound) / bound if bound > 0 else 0.0
    guessed = max(len(week.unsolved) for week in weeks)
    return Allocation(
        pools=tuple(cover.pool for cover in covers),
        queues=tuple(queue.name for queue in demand.queues),
        days=days,
        times=times,
        shifts=tuple(c.shifts for c in covers),
        heads=tuple(heads),
        capacity=capacity,
        serve=serve,
        understaffing=np.zeros(size),
        cost=cost,
        bound=bound,
        gap=gap,
        quality=_quality(gap, guessed, several),
        paths=None if guessed else joined([costs for week in weeks for costs in week.paths]),
    )


def _quality(gap: float, guessed: int, several: Several | None) -> str:
    if guessed:
        weeks = "1 week" if guessed == 1 else f"{guessed} weeks"
        return f"feasible, with shifts of {weeks} at a glance"
    words = f"within {max(gap, 0.0):.1%} of the relaxation".replace("%", " %")
    words = "optimal" if gap <= _OPTIMAL else words
    return words if several is None else f"{words}, what is decided ahead held"


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
