"""Who may go home early: where that saves money, and nobody who waits misses them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from planner.move import Chosen, Move
from staffing.queues import Promise

if TYPE_CHECKING:
    from planner.move import Standing
    from staffing.allocation import Allocation
    from staffing.moving import Desk
    from staffing.projection import Projection

FloatArray = npt.NDArray[np.float64]

_TRIED = (60, 15, 4, 1)  # agents sent home at most, fewer where that is too many
_POINT = 0.002  # of service


def sent_home(state: Standing) -> list[Move]:
    """Return shifts that end earlier, of pools paid by the hour scheduled.

    Spare is only who is so even if the rest of the day brings as many as nine days in ten stay
    below. With all of them gone no more is missing, and no queue's day falls below its promise.
    """
    before = [dict(desk.work) if desk else {} for desk in state.desks]
    for most in _TRIED:
        chosen = _chosen(state, most)
        if not chosen:
            return []
        taken = state.allocation.capacity - state.capacity(chosen)
        moved = state.rest.without(state.allocation, taken)
        after = state.rest.projected(moved)
        if _harmless(state, moved, after):
            return state.accept(moved, [state.move(one) for one in chosen], after)
        for desk, work in zip(state.desks, before, strict=True):
            if desk:
                desk.work = dict(work)
    return []


def _chosen(state: Standing, most: int) -> list[Chosen]:
    spare = state.rest.spare(state.allocation)
    found: list[Chosen] = []
    for p, desk in enumerate(state.desks):
        pool = state.allocation.pools[p]
        if desk and pool.kind == "in_house" and pool.contract.paid == "scheduled":
            found += _of_pool(state, p, desk, spare[p], most - sum(len(c.agents) for c in found))
    return found


def _of_pool(state: Standing, p: int, desk: Desk, spare: FloatArray, most: int) -> list[Chosen]:
    """Return a pool's shifts that end earlier, the longest time off first."""
    options = [option for option in desk.options if option.kind == "home"]
    options.sort(key=lambda option: (option.day, option.paid_hours))
    found, queues = [], len(state.rest.live)
    for option in options:
        taken = np.where(state.rest.future, np.maximum(-option.change, 0.0), 0.0)
        one = Chosen(p, option, [], 0.0, np.zeros(queues))
        while most > 0 and taken.any() and (taken <= spare + 1e-9).all():
            agents = desk.agents(option)
            if not agents:
                break
            one.cost += desk.money(option, agents[0])
            one.agents.append(desk.pool.names[agents[0]])
            desk.take(option, agents[0])
            spare -= taken
            most -= 1
        if one.agents:
            found.append(one)
    return found


def _harmless(state: Standing, moved: Allocation, after: Projection) -> bool:
    """Whether no more is missing, and no queue's day falls below its promise for it."""
    rest = state.rest
    if rest.lack(moved) - rest.lack(state.allocation) > 1e-3:
        return False
    for q, queue in enumerate(rest.plan.queues):
        target = queue.target
        promised = target.share if isinstance(target, Promise) else target.service_level or 0.0
        for d in np.unique(rest.day[q, rest.rest[q]]):
            chosen = rest.rest[q] & (rest.day[q] == d)
            contacts = after.contacts[q, chosen]
            if contacts.sum() <= 0:
                continue
            was, now = (
                float(contacts @ one.service_level[q, chosen] / contacts.sum())
                for one in (state.projection, after)
            )
            if now < min(promised, was) - _POINT:
                return False
    return True
