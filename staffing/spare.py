"""What the program leaves over and the roster leaves out: spare time given, missing heads off."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from staffing.allocation import Allocation
from staffing.coverage import cover_of, weeks_of
from staffing.demand import Demand
from staffing.evenly import evenly
from staffing.pools import Pool
from staffing.roster import Roster
from staffing.shifts import day_start

FloatArray = npt.NDArray[np.float64]
Served = npt.NDArray[np.float32]
BoolArray = npt.NDArray[np.bool_]

#: Positions too few to be worth giving.
_NOTHING = 1e-6


def settle(
    allocation: Allocation, roster: Roster, demand: Demand, within: BoolArray | None = None
) -> Allocation:
    """Return the allocation with the heads that the roster holds, and all their time given out.

    Heads that nobody could take are taken off: work that may wait goes first, then what their pool
    gives to each queue shrinks with its positions. Time on duty that the program gives to work that
    may wait, or to nobody, goes to work that waits, what is due first before the rest, then to the
    queues answered at once in proportion to their need: agents with nothing to do take the next
    contact. Pools with a
    largest share, or paid by contact, keep to what the program gave them. Pools as good at the same
    queues then share them alike, see ``staffing.evenly``. What is missing is counted anew.

    ``within`` says which intervals lie in the horizon's days of each queue's market ``[Q, I]``: no
    work that waits is done outside of them. Left out, all do.
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
    live = np.flatnonzero([not queue.deferred for queue in demand.queues])
    given = serve[:, live].sum(axis=1)
    fits = np.divide(capacity, given, out=np.ones_like(given), where=given > capacity)
    serve[:, live] *= np.minimum(fits, 1.0)[:, None, :].astype(np.float32)
    _work_off(allocation, capacity, serve, demand, within)
    _share_spare_time(allocation, capacity, serve, demand)
    serve = evenly(allocation.pools, allocation.queues, serve)
    settled = replace(allocation, heads=tuple(heads), capacity=capacity, serve=serve)
    return replace(settled, understaffing=demand.missing(settled.given()))


def refitted(
    allocation: Allocation, roster: Roster, demand: Demand, within: BoolArray | None = None
) -> Allocation:
    """Return the allocation with the heads of another roster, settled; see ``settle``."""
    heads = [np.zeros_like(own) for own in allocation.heads]
    number = {pool.name: p for p, pool in enumerate(allocation.pools)}
    day = {day: d for d, day in enumerate(allocation.days)}
    shift = [{shift: s for s, shift in enumerate(own)} for own in allocation.shifts]
    for duty in roster.duties:
        p = number[duty.pool]
        heads[p][day[duty.day], shift[p][duty.shift]] += 1
    for left in roster.unplaced:
        p = number[left.pool]
        heads[p][day[left.day], shift[p][left.shift]] += left.heads
    capacity = allocation.capacity.copy()
    for p, pool in enumerate(allocation.pools):
        if (heads[p] != allocation.heads[p]).any():
            cover = cover_of(
                pool, demand.queues, allocation.days, allocation.times, demand.interval_s
            )
            capacity[p] = cover.positions(heads[p])
    return settle(
        replace(allocation, heads=tuple(heads), capacity=capacity), roster, demand, within
    )


def _work_off(
    allocation: Allocation,
    capacity: FloatArray,
    serve: Served,
    demand: Demand,
    within: BoolArray | None,
) -> None:
    """Give time to work that waits, interval after interval, what is due first before the rest.

    It is the time that the program gives to such work and the time that it gives to nobody. A
    limited pool gives each queue no more, up to now, than the program meant it to; where its share
    of a week's contacts is limited, what it leaves in one week is not made up for in the next.
    """
    deferred = np.flatnonzero([queue.deferred for queue in demand.queues])
    speed = allocation.speeds()
    limited = np.array([_limited(pool) for pool in allocation.pools])
    meant = serve[:, deferred].copy()
    serve[:, deferred] = 0.0
    room = np.where(speed > 0, np.where(limited[:, None], 0.0, np.inf), 0.0)
    arrived, done = demand.arrived(), np.zeros(len(demand.queues))
    due = arrived - demand.not_due
    shared_out = np.array([_shared_out(pool) for pool in allocation.pools])
    new_week = _week_starts(allocation, demand.interval_s)
    for i in range(capacity.shape[1]):
        if i in new_week:
            room[shared_out] = 0.0
        room[:, deferred] += np.where(limited[:, None], meant[:, :, i], 0.0)
        left = capacity[:, i] - serve[:, :, i].sum(axis=1)
        here = deferred if within is None else deferred[within[deferred, i]]
        waiting = [q for q in here if arrived[q, i] - done[q] > _NOTHING]
        if not waiting or left.max(initial=0.0) < _NOTHING:
            continue
        first_due = [int(np.searchsorted(due[q], done[q] + _NOTHING)) for q in waiting]
        for _, q in sorted(zip(first_due, waiting, strict=True)):
            able = np.flatnonzero(np.minimum(room[:, q], left) > _NOTHING)
            for p in sorted(able, key=lambda p: not limited[p]):
                work = arrived[q, i] - done[q]
                taken = max(min(left[p], room[p, q], work / speed[p, q]), 0.0)
                serve[p, q, i] += taken
                room[p, q] -= taken
                left[p] -= taken
                done[q] += taken * speed[p, q]


def _limited(pool: Pool) -> bool:
    """Whether more contacts than the program gave would break a share or cost money."""
    return _shared_out(pool) or pool.cost_per_contact is not None


def _shared_out(pool: Pool) -> bool:
    """Whether the pool may take only a share of a week's contacts."""
    return pool.max_share < 1.0 and pool.max_share_of == "contacts"


def _week_starts(allocation: Allocation, interval_s: int) -> set[int]:
    """Return the intervals in which the program begins another week than the first."""
    found = set()
    for first, _ in weeks_of(allocation.days)[1:]:
        begins = min(day_start(allocation.days[first], p.timezone) for p in allocation.pools)
        found.add(int((begins - allocation.times[0]).total_seconds() // interval_s))
    return found


def _share_spare_time(
    allocation: Allocation, capacity: FloatArray, serve: Served, demand: Demand
) -> None:
    """Give what is left to the queues answered at once."""
    speed = allocation.speeds()
    for p, pool in enumerate(allocation.pools):
        if _limited(pool):
            continue
        need = demand.positions * (speed[p] > 0)[:, None]
        total = need.sum(axis=0)
        share = np.divide(need, total, out=np.zeros_like(need), where=total > 0)
        left = np.maximum(capacity[p] - serve[p].sum(axis=0), 0.0)
        serve[p] += (share * left).astype(np.float32)
