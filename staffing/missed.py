"""What service is expected to take off or add to each vendor's invoice, over the sample paths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from staffing.allocation import Allocation
from staffing.costing import (
    PoolCost,
    contacts_answered,
    contacts_bill,
    contacts_taken,
    discount_of,
    premium_of,
    service_reached,
)
from staffing.coverage import cover_of
from staffing.demand import Demand
from staffing.projection import Projection

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Spread:
    """A sum of money as the middle forecast has it, and over the forecast's sample paths.

    Parameters
    ----------
    planned
        At the contacts expected.
    mean, p10, p90
        Mean and the 10 % and 90 % quantiles over the paths; ``planned`` without any.
    """

    planned: float
    mean: float
    p10: float
    p90: float

    @classmethod
    def over(cls, planned: float, paths: FloatArray) -> Spread:
        """Return the spread of a sum over paths ``[R]``.

        Examples
        --------
        >>> Spread.over(3.0, np.arange(9.0))
        Spread(planned=3.0, mean=4.0, p10=0.0, p90=8.0)
        """
        if not len(paths):
            return cls(planned, planned, planned, planned)
        low, high = np.quantile(paths, [0.1, 0.9], method="weibull")
        return cls(planned, float(paths.mean()), float(low), float(high))


def expected_penalties(
    allocation: Allocation, demand: Demand, projection: Projection, costs: Sequence[PoolCost]
) -> tuple[tuple[Spread, Spread], ...]:
    """Return each pool's penalty and bonus, in the pools' order.

    On a path a pool handles the same share of each queue's contacts as in the plan, and is judged
    by the service that those queues get there, weighed by the contacts that it handles of each.
    Hours cost what they cost in the plan; contacts are paid for as many as the path brings.
    """
    handled = contacts_taken(allocation, demand.queues, contacts_answered(demand, projection))
    planned = contacts_taken(allocation, demand.queues, demand.contacts).sum(axis=1)
    daily = projection.daily
    came = daily.path_contacts.sum(axis=2)
    level = np.divide(daily.path_in_time.sum(axis=2), came, out=np.ones_like(came), where=came > 0)
    usual = daily.contacts.sum(axis=1)
    more = np.divide(came, usual, out=np.ones_like(came), where=usual > 0)
    result = []
    for p, (pool, cost) in enumerate(zip(allocation.pools, costs, strict=True)):
        money = np.full(len(more), cost.cost + cost.penalty - cost.bonus)
        if pool.cost_per_contact is not None:
            cover = cover_of(
                pool, demand.queues, allocation.days, allocation.times, demand.interval_s
            )
            money = np.array([contacts_bill(cover, planned[p], m @ handled[p]) for m in more])
        own = more * handled[p].sum(axis=1)
        reached = [service_reached(*path) for path in zip(own, level, strict=True)]
        off = np.array([discount_of(pool.penalty, share) for share in reached])
        on_top = np.array([premium_of(pool.bonus, share) for share in reached])
        result.append(
            (Spread.over(cost.penalty, money * off), Spread.over(cost.bonus, money * on_top))
        )
    return tuple(result)
