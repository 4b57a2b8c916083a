"""The demand of a plan, as it is and with every service level promised moved by some points."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from planner.inputs import open_mask, target_periods
from planner.plan import Asked, Plan
from planner.staffed import demand_of as staffed_demand
from planner.staffed import there_for
from staffing.demand import Demand
from staffing.fewest import Question
from staffing.queues import Queue, Target
from staffing.requirement import Requirement, requirement

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


def _demand(plan: Plan, queues: tuple[Queue, ...], needed: Requirement) -> Demand:
    asked = Asked(plan.histories, plan.forecast, queues, needed)
    there = there_for(plan.scenario, asked, plan.pools)
    return staffed_demand(plan.scenario, asked, open_mask(plan.scenario, plan.times), there)


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
