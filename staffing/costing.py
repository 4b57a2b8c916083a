"""What each pool costs for the hours that it works, bills and wastes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from staffing.allocation import Allocation
from staffing.coverage import PoolCover, cover_of, weeks_of
from staffing.demand import Demand
from staffing.pools import Penalty
from staffing.projection import Projection

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PoolCost:
    """One pool's invoice over the horizon; hours, contacts, money in the scenario's currency.

    Parameters
    ----------
    paid_hours
        Hours scheduled, or contracted where those are paid worked or not, and overtime.
    productive_hours
        Hours net of shrinkage and at the pool's pace that the plan gives to queues.
    billed_hours
        Paid hours, or the minimum billed where that is more.
    contacts
        Contacts handled, as projected.
    cost
        What is paid in the end, ``penalty`` already off.
    penalty
        Discount expected for missed service.

    Examples
    --------
    >>> PoolCost("lyon", "vendor", 100.0, 70.0, 120.0, 600.0, 3120.0, 0.0).cost_per_contact
    5.2
    """

    pool: str
    kind: Literal["in_house", "vendor"]
    paid_hours: float
    productive_hours: float
    billed_hours: float
    contacts: float
    cost: float
    penalty: float

    @property
    def cost_per_hour(self) -> float:
        """Cost per paid hour; 0 where nothing was paid."""
        return _ratio(self.cost, self.paid_hours)

    @property
    def cost_per_productive_hour(self) -> float:
        """Cost per productive hour; 0 where there was none."""
        return _ratio(self.cost, self.productive_hours)

    @property
    def cost_per_contact(self) -> float:
        """Cost per contact handled; 0 where none was."""
        return _ratio(self.cost, self.contacts)


def _ratio(money: float, base: float) -> float:
    return money / base if base > 0 else 0.0


def pool_costs(
    allocation: Allocation, demand: Demand, projection: Projection
) -> tuple[PoolCost, ...]:
    """Return each pool's costs, in the pools' order.

    Parameters
    ----------
    allocation
        The plan's heads and who serves which queue ``[P, Q, I]``.
    demand
        The contacts planned for; a vendor's commitment is a share of those handed to it.
    projection
        The contacts expected and the service that they get, which decides penalties.
    """
    planned = contacts_taken(allocation, demand, demand.contacts)
    handled = contacts_taken(allocation, demand, contacts_answered(demand, projection))
    return tuple(
        _pool_cost(allocation, p, demand, planned[p], handled[p], projection)
        for p in range(len(allocation.pools))
    )


def contacts_answered(demand: Demand, projection: Projection) -> FloatArray:
    """Return the contacts that are answered, ``[Q, I]``; work that may wait, when it is done."""
    answered = projection.contacts * (1 - projection.abandonment)
    waits = np.array([queue.deferred for queue in demand.queues])
    answered[waits] = projection.answered[waits]
    return answered


def contacts_taken(allocation: Allocation, demand: Demand, contacts: FloatArray) -> FloatArray:
    """Return how many of the contacts ``[Q, I]`` each pool takes of each queue, ``[P, Q]``.

    Of a queue answered at once, pools take an interval's contacts in proportion to the positions
    that they give in it, speed included; of work that may wait, all contacts in proportion to all
    that they give, whenever they come. Contacts of intervals in which nobody works are spread like
    the rest.
    """
    given = allocation.serve * allocation.speeds()[:, :, None]
    total = given.sum(axis=0)
    share = np.divide(given, total, out=np.zeros_like(given), where=total > 0)
    deferred = np.array([queue.deferred for queue in demand.queues])
    taken = np.where(deferred, given.sum(axis=2), (share * contacts).sum(axis=2))
    reached = taken.sum(axis=0)
    scale = np.divide(contacts.sum(axis=1), reached, out=np.zeros_like(reached), where=reached > 0)
    return np.asarray(taken * scale, dtype=np.float64)


def _pool_cost(
    allocation: Allocation,
    p: int,
    demand: Demand,
    planned: FloatArray,
    handled: FloatArray,
    projection: Projection,
) -> PoolCost:
    pool, heads = allocation.pools[p], allocation.heads[p]
    cover = cover_of(pool, demand.queues, allocation.days, allocation.times, demand.interval_s)
    paid = billed = money = 0.0
    for span in weeks_of(allocation.days):
        week = _week_bill(cover, heads, span)
        paid, billed, money = paid + week[0], billed + week[1], money + week[2]
    contacts = float(handled.sum())
    if pool.cost_per_contact is not None:
        owed = max(contacts, pool.committed_share_of_forecast * float(planned.sum()))
        money += pool.cost_per_contact * owed
    penalty = money * discount(pool.penalty, handled, _service_of(projection))
    return PoolCost(
        pool=pool.name,
        kind=pool.kind,
        paid_hours=paid,
        productive_hours=float(allocation.serve[p].sum()) * demand.interval_s / 3600,
        billed_hours=billed,
        contacts=contacts,
        cost=money - penalty,
        penalty=penalty,
    )


def _week_bill(
    cover: PoolCover, heads: npt.NDArray[np.int64], span: tuple[int, int]
) -> tuple[float, float, float]:
    """Return hours paid, hours billed and money, of one week."""
    pool = cover.pool
    lengths = np.array([shift.paid_hours for shift in cover.shifts])
    scheduled = float((heads[span[0] : span[1]] @ lengths).sum()) if len(lengths) else 0.0
    overtime = max(scheduled - cover.hours_limit(span), 0.0)
    paid = max(scheduled, cover.contracted_hours(span)) if cover.sunk else scheduled
    billed = max(paid, cover.minimum_hours(span))
    rate = pool.cost_per_hour or 0.0
    premium = overtime * (pool.contract.overtime_cost_factor - 1.0)
    return paid, billed, rate * (billed + premium)


def _service_of(projection: Projection) -> FloatArray:
    """Return the service level of each queue over the horizon, contact-weighted, ``[Q]``."""
    contacts = projection.contacts.sum(axis=1)
    served = (projection.contacts * projection.service_level).sum(axis=1)
    share = np.divide(served, contacts, out=np.ones_like(served), where=contacts > 0)
    return np.asarray(share, dtype=np.float64)


def discount(penalty: Penalty | None, handled: FloatArray, service: FloatArray) -> float:
    """Return the share of the invoice that a vendor forgoes, for the service of what it handled."""
    if penalty is None or handled.sum() <= 0:
        return 0.0
    reached = float((handled * service).sum() / handled.sum())
    points = max(penalty.below_service_level - reached, 0.0) * 100
    return min(points * penalty.discount_per_point, penalty.max_discount)
