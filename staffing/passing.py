"""What weeks leave to later ones: those of a plan, or relaxed weeks solved one after another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from staffing.allocation import Allocation
from staffing.components import Component
from staffing.coverage import PoolCover
from staffing.demand import Demand
from staffing.week import Before, WeekProgram, Window

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


class Relaxed:
    """Relaxed weeks of some pools, one after another."""

    def __init__(self, demand: Demand, covers: Sequence[PoolCover]) -> None:
        self._covers, self._backlog = covers, demand.waiting
        self._heads = [np.zeros(cover.firsts.shape) for cover in covers]

    def before(self) -> Before:
        """Return what the weeks taken so far leave to the next."""
        spill = [c.positions(h) for c, h in zip(self._covers, self._heads, strict=True)]
        placed = tuple(np.rint(heads.sum(axis=1)).astype(np.int64) for heads in self._heads)
        return Before(np.array(spill), self._backlog, placed)

    def take(self, week: WeekProgram) -> None:
        """Take a solved week into account."""
        first, last = week.window.weeks[0]
        for heads, numbers in zip(self._heads, week.heads, strict=True):
            heads[first:last] = week.value_or_zero(numbers[: last - first])
        block = int(np.searchsorted(week.edges[:-1], week.window.keep)) - 1
        self._backlog = week.value_or_zero(week.waiting)[:, block]


def planned(plan: Allocation, part: Component, window: Window) -> Before:
    """Return what a plan leaves to a week of a component of its centre."""
    first, at = window.weeks[0][0], window.start
    spill, placed = [], []
    for p, cover in zip(part.pools, part.covers, strict=True):
        heads = plan.heads[p].copy()
        heads[first:] = 0
        spill.append(cover.positions(heads))
        placed.append(heads.sum(axis=1))
    backlog, demand = part.demand.waiting, part.demand
    if at > 0:
        done = plan.given()[list(part.queues), :at].sum(axis=1)
        backlog = np.maximum(demand.arrived()[:, at - 1] - done, 0.0)
        backlog = np.where([queue.deferred for queue in demand.queues], backlog, 0.0)
    return Before(np.array(spill), backlog, tuple(placed))
