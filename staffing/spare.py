"""What the program leaves over and the roster leaves out: spare time given, missing heads off."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from staffing.allocation import Allocation
from staffing.coverage import cover_of
from staffing.demand import Demand
from staffing.pools import Pool
from staffing.roster import Roster

FloatArray = npt.NDArray[np.float64]
Served = npt.NDArray[np.float32]

#: Positions too few to be worth giving, and to be told missing: ``serve`` has seven digits.
_NOTHING, _ROUNDING = 1e-6, 1e-4


def settle(allocation: Allocation, roster: Roster, demand: Demand) -> Allocation:
    """Return the allocation with the heads that the roster holds, and all their time given out.

    Heads that nobody could take are taken off, and what their pool gives to each queue shrinks
    with its positions. Time on duty that the program gives to nobody, or to work that has not come
    yet, goes first to work that waits, the most urgent first, then to the queues answered at
    once in proportion to their need: agents with nothing to do take the next contact. Pools with a
    largest share, or paid by contact, keep to what the program gave them. What is missing is
    counted anew.
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
        cover = cover_of(pool, demand.queues, allocation.days, allocation.times, demand.interval_s)
        capacity[p] = cover.positions(heads[p])
    given = serve.sum(axis=1)
    fits = np.divide(capacity, given, out=np.ones_like(given), where=given > capacity)
    serve *= np.minimum(fits, 1.0)[:, None, :].astype(np.float32)
    _work_off(allocation, capacity, serve, demand)
    _share_spare_time(allocation, capacity, serve, demand)
    settled = replace(allocation, heads=tuple(heads), capacity=capacity, serve=serve)
    return replace(settled, understaffing=_missing(settled.given(), demand))


def _missing(given: FloatArray, demand: Demand) -> FloatArray:
    """Return the positions that queues still miss; for work that may wait, what falls overdue."""
    due = np.cumsum(demand.load, axis=1) - demand.not_due
    late = np.clip(due - np.cumsum(given, axis=1), 0.0, np.diff(due, axis=1, prepend=0.0))
    deferred = np.array([queue.deferred for queue in demand.queues])[:, None]
    missing = np.where(deferred, late, np.maximum(demand.positions - given, 0.0))
    return np.where(missing > _ROUNDING, missing, 0.0)


def _work_off(allocation: Allocation, capacity: FloatArray, serve: Served, demand: Demand) -> None:
    """Give time to work that waits, interval after interval, never to more than there is."""
    deferred = [q for q, queue in enumerate(demand.queues) if queue.deferred]
    speed = _speeds(allocation)
    limited = np.array([_limited(pool) for pool in allocation.pools])[:, None]
    # What a pool may take beyond the program: a limited pool, only what it could not do when the
    # program meant it to.
    room = np.where(speed > 0, np.where(limited, 0.0, np.inf), 0.0)
    backlog = np.zeros(len(demand.queues))
    for i in range(capacity.shape[1]):
        backlog += demand.load[:, i]
        given = (serve[:, deferred, i] * speed[:, deferred]).sum(axis=0)
        waiting = backlog[deferred]
        used = np.divide(
            np.minimum(given, waiting), given, out=np.zeros_like(given), where=given > 0
        )
        room[:, deferred] += serve[:, deferred, i] * (1.0 - used)
        serve[:, deferred, i] *= used.astype(np.float32)
        backlog[deferred] -= np.minimum(given, waiting)
        left = capacity[:, i] - serve[:, :, i].sum(axis=1)
        if left.max(initial=0.0) < _NOTHING:
            continue
        urgency = backlog[deferred] / np.maximum(demand.not_due[deferred, i], _NOTHING)
        for k in np.argsort(-urgency, kind="stable"):
            q = deferred[k]
            for p in np.flatnonzero(room[:, q] > 0) if backlog[q] > _NOTHING else ():
                taken = max(min(left[p], room[p, q], backlog[q] / speed[p, q]), 0.0)
                serve[p, q, i] += taken
                room[p, q] -= taken
                left[p] -= taken
                backlog[q] -= taken * speed[p, q]


def _limited(pool: Pool) -> bool:
    """Whether more contacts than the program gave would break a share or cost money."""
    return pool.max_share < 1.0 or pool.cost_per_contact is not None


def _speeds(allocation: Allocation) -> FloatArray:
    """Return each pool's speed at each queue, 0 where it serves it not, ``[P, Q]``."""
    return np.array(
        [[pool.speed.get(q, 0.0) for q in allocation.queues] for pool in allocation.pools]
    )


def _share_spare_time(
    allocation: Allocation, capacity: FloatArray, serve: Served, demand: Demand
) -> None:
    """Give what is left to the queues answered at once."""
    speed = _speeds(allocation)
    for p, pool in enumerate(allocation.pools):
        if _limited(pool):
            continue
        need = demand.positions * (speed[p] > 0)[:, None]
        total = need.sum(axis=0)
        share = np.divide(need, total, out=np.zeros_like(need), where=total > 0)
        left = np.maximum(capacity[p] - serve[p].sum(axis=0), 0.0)
        serve[p] += (share * left).astype(np.float32)
