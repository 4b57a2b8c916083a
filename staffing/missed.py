"""What missed service is expected to take off each vendor's invoice, over the sample paths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from staffing.allocation import Allocation
from staffing.costing import PoolCost, contacts_answered, contacts_taken, discount
from staffing.demand import Demand
from staffing.pools import Pool
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
) -> tuple[Spread, ...]:
    """Return each pool's penalty, in the pools' order.

    On a path a pool handles the same share of each queue's contacts as in the plan, and is judged
    by the service that those queues get there, weighed by the contacts that it handles of each.
    Hours cost what they cost in the plan; contacts are paid for as many as the path brings.
    """
    handled = contacts_taken(allocation, demand, contacts_answered(demand, projection))
    planned = contacts_taken(allocation, demand, demand.contacts)
    daily = projection.daily
    came = daily.path_contacts.sum(axis=2)
    level = np.divide(daily.path_in_time.sum(axis=2), came, out=np.ones_like(came), where=came > 0)
    usual = daily.contacts.sum(axis=1)
    more = np.divide(came, usual, out=np.ones_like(came), where=usual > 0)
    return tuple(
        Spread.over(
            cost.penalty,
            np.array(
                [
                    _invoice(pool, cost, float((own * factor).sum()), float(meant.sum()))
                    * discount(pool.penalty, own * factor, service)
                    for factor, service in zip(more, level, strict=True)
                ]
            ),
        )
        for pool, cost, own, meant in zip(allocation.pools, costs, handled, planned, strict=True)
    )


def _invoice(pool: Pool, cost: PoolCost, handled: float, planned: float) -> float:
    """Return the invoice before any discount, where a pool handles so many contacts."""
    money = cost.cost + cost.penalty
    if pool.cost_per_contact is None:
        return money
    owed = [
        max(contacts, pool.committed_share_of_forecast * planned)
        for contacts in (handled, cost.contacts)
    ]
    return money * owed[0] / owed[1] if owed[1] > 0 else pool.cost_per_contact * owed[0]
