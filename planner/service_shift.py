"""The demand of a plan, as it is and with every service level promised moved by some points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from planner.inputs import open_mask, target_periods
from staffing.coverage import reached
from staffing.demand import Demand, build_demand
from staffing.fewest import Question
from staffing.queues import Queue, Target
from staffing.requirement import Requirement, requirement

if TYPE_CHECKING:
    from planner.plan import Plan

#: Service levels between which promises are moved: nobody buys all or nothing.
LOWEST, HIGHEST = 0.05, 0.98


@dataclass(frozen=True, slots=True)
class ShiftedDemand:
    """What is asked when promises are moved.

    Parameters
    ----------
    demand
        As the linear program takes it.
    promised, level
        Of those who wait on the line, contacts weighing: the share promised in time, and the share
        that the positions needed give, fractions.
    """

    demand: Demand
    promised: float
    level: float


def demand_of(plan: Plan) -> Demand:
    """Return the demand that a plan was made for."""
    return _demand(plan, plan.queues, plan.requirement)


def demand_at(plan: Plan, points: float) -> ShiftedDemand | None:
    """Return the demand with the service levels of all queues answered at once moved by points.

    They stay between 5 and 98 %, or where they are beyond that already. None where no such queue
    promises a service level, or none of them expects a contact.
    """
    queues = tuple(_moved(queue, points) for queue in plan.queues)
    times, scenario = plan.times, plan.scenario
    needed = requirement(
        queues,
        times,
        plan.requirement.contacts,
        plan.requirement.aht_s,
        plan.interval_s,
        target_periods(scenario, times),
    )
    promised = [_promised(queue) for queue in queues]
    told = [q for q, share in enumerate(promised) if share is not None]
    contacts = needed.contacts[told].sum(axis=1)
    if not contacts.sum() > 0:
        return None
    shares = np.array([promised[q] for q in told], dtype=np.float64)
    levels = np.array([_level(queues[q], needed, q) for q in told])
    mean = [float((contacts * values).sum() / contacts.sum()) for values in (shares, levels)]
    return ShiftedDemand(_demand(plan, queues, needed), *mean)


def _demand(plan: Plan, queues: Sequence[Queue], needed: Requirement) -> Demand:
    scenario = plan.scenario
    return build_demand(
        queues,
        needed.positions,
        needed.contacts,
        open_mask(scenario, plan.times),
        plan.interval_s,
        needed.aht_s,
        reached(plan.pools, queues, plan.days, plan.times, plan.interval_s),
    )


def _promised(queue: Queue) -> float | None:
    return queue.target.service_level if isinstance(queue.target, Target) else None


def _moved(queue: Queue, points: float) -> Queue:
    """Return a queue with its service level moved.

    Examples
    --------
    >>> [_moved(Queue("phone", Target(0.8, 20)), n).target.service_level for n in (-10, 5, 40)]
    [0.7, 0.85, 0.98]
    """
    share = _promised(queue)
    if share is None or not isinstance(queue.target, Target):
        return queue
    low, high = min(LOWEST, share), max(HIGHEST, share)
    moved = float(np.clip(round(share + points / 100, 9), low, high))
    return replace(queue, target=replace(queue.target, service_level=moved))


def _level(queue: Queue, needed: Requirement, q: int) -> float:
    """Return the share answered in time at the positions needed, contacts weighing."""
    busy = (needed.contacts[q] > 0) & (needed.positions[q] > 0)
    if not isinstance(queue.target, Target) or not busy.any():
        return 1.0
    asked = Question(queue.target, queue.patience_s, queue.concurrency, queue.aht_alone_s)
    load = needed.load[q, busy] * queue.concurrency
    got = asked.served(needed.positions[q, busy], load, needed.aht_s[q, busy])
    return float(np.average(got.service_level, weights=needed.contacts[q, busy]))
