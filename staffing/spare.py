"""What the program leaves over or the roster leaves out: spare time shared, missing heads taken off."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from staffing.allocation import Allocation
from staffing.coverage import cover_of
from staffing.demand import Demand
from staffing.roster import Roster


def settle(allocation: Allocation, roster: Roster, demand: Demand) -> Allocation:
    """Return the allocation with the heads that the roster holds, and all their time given out.

    Heads that nobody could take are taken off, and what their pool gives to each queue shrinks
    with its positions. Time on duty that no queue needs then goes to the open queues answered at
    once, in proportion to their need: agents who wait for a call take the next one. Pools with a
    largest share keep to what the program gave them.
    """
    number = {pool.name: p for p, pool in enumerate(allocation.pools)}
    heads = [pool_heads.copy() for pool_heads in allocation.heads]
    for missing in roster.unplaced:
        p = number[missing.pool]
        at = allocation.days.index(missing.day), allocation.shifts[p].index(missing.shift)
        heads[p][at] -= missing.heads
    capacity, serve = allocation.capacity.copy(), allocation.serve.copy()
    for p in {number[missing.pool] for missing in roster.unplaced}:
        pool = allocation.pools[p]
        cover = cover_of(
            pool, demand.queues, allocation.days, allocation.times, demand.interval_s
        )
        capacity[p] = cover.positions(heads[p])
    given = serve.sum(axis=1)
    fits = np.divide(capacity, given, out=np.ones_like(given), where=given > capacity)
    serve *= np.minimum(fits, 1.0)[:, None, :].astype(np.float32)
    _share_spare_time(allocation, capacity, serve, demand)
    return replace(allocation, heads=tuple(heads), capacity=capacity, serve=serve)


def _share_spare_time(
    allocation: Allocation,
    capacity: np.ndarray[tuple[int, int], np.dtype[np.float64]],
    serve: np.ndarray[tuple[int, int, int], np.dtype[np.float32]],
    demand: Demand,
) -> None:
    for p, pool in enumerate(allocation.pools):
        if pool.max_share < 1.0:
            continue
        speed = np.array([pool.speed.get(name, 0.0) for name in allocation.queues])
        need = demand.positions * (speed > 0)[:, None]
        total = need.sum(axis=0)
        share = np.divide(need, total, out=np.zeros_like(need), where=total > 0)
        left = np.maximum(capacity[p] - serve[p].sum(axis=0), 0.0)
        serve[p] += (share * left).astype(np.float32)
