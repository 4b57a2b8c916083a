"""What each pool costs for the hours that it works, bills and wastes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np
import numpy.typing as npt

from staffing.allocation import Allocation
from staffing.coverage import PoolCover, cover_of, weeks_of
from staffing.demand import Demand
from staffing.pools import Bonus, Penalty
from staffing.projection import Projection
from staffing.queues import Queue

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
        Paid hours, or the minimum billed or hours ordered where these are more.
    contacts
        Contacts handled, as projected.
    cost
        What is paid in the end, ``penalty`` already off and ``bonus`` on top.
    penalty
        Discount expected for missed service.
    bonus
        Premium expected for service beyond what was promised.
    contacts_solved
        Contacts handled that the pool solves and their queues hand on to no other.
    overtime_hours
        Hours that agents work beyond their contract's, among those paid.

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
    bonus: float = 0.0
    contacts_solved: float = 0.0
    overtime_hours: float = 0.0

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

    @property
    def cost_per_contact_solved(self) -> float:
        """Cost per contact solved; 0 where none was."""
        return _ratio(self.cost, self.contacts_solved)


def _ratio(money: float, base: float) -> float:
    return money / base if base > 0 else 0.0


def pool_costs(
    allocation: Allocation,
    demand: Demand,
    projection: Projection,
    escalated: Mapping[str, float] = MappingProxyType({}),
    overtime: FloatArray | None = None,
) -> tuple[PoolCost, ...]:
    """Return each pool's costs, in the pools' order.

    Parameters
    ----------
    allocation
        The plan's heads and who serves which queue ``[P, Q, I]``.
    demand
        The contacts planned for; a vendor's commitment is a share of those handed to it.
    projection
        The contacts expected and the service that they get, which decides penalties and bonuses.
    escalated
        By queue, the share of contacts handled that go on to another queue, where they do.
    overtime
        Hours that each pool's agents work beyond their contracts in each week ``[P, W]``, as
        ``staffing.roster.overtime_hours`` counts them. Left out, as few as its heads allow.
    """
    if overtime is None:
        overtime = least_overtime(allocation, demand)
    planned = contacts_taken(allocation, demand.queues, demand.contacts)
    handled = contacts_taken(allocation, demand.queues, contacts_answered(demand, projection))
    return tuple(
        _pool_cost(
            allocation, p, demand, planned[p], handled[p], projection, escalated, overtime[p]
        )
        for p in range(len(allocation.pools))
    )


def contacts_answered(demand: Demand, projection: Projection) -> FloatArray:
    """Return the contacts that are answered, ``[Q, I]``; work that may wait, when it is done."""
    answered = projection.contacts * (1 - projection.abandonment)
    waits = np.array([queue.deferred for queue in demand.queues])
    answered[waits] = projection.answered[waits]
    return answered


def contacts_taken(
    allocation: Allocation, queues: Sequence[Queue], contacts: FloatArray
) -> FloatArray:
    """Return how many of the contacts ``[Q, I]`` each pool takes of each queue, ``[P, Q, I]``.

    Of a queue answered at once, pools take an interval's contacts in proportion to the positions
    that they give in it, speed included; of work that may wait, all contacts in proportion to all
    that they give, when they give it. Contacts of intervals in which nobody works are spread like
    the rest.
    """
    given = allocation.serve * allocation.speeds()[:, :, None]
    total = given.sum(axis=0)
    share = np.divide(given, total, out=np.zeros_like(given), where=total > 0)
    deferred = np.array([queue.deferred for queue in queues])
    taken = np.where(deferred[:, None], given, share * contacts)
    reached = taken.sum(axis=(0, 2))
    scale = np.divide(contacts.sum(axis=1), reached, out=np.zeros_like(reached), where=reached > 0)
    return np.asarray(taken * scale[:, None], dtype=np.float64)


def _pool_cost(
    allocation: Allocation,
    p: int,
    demand: Demand,
    planned: FloatArray,
    handled: FloatArray,
    projection: Projection,
    escalated: Mapping[str, float],
    overtime: FloatArray,
) -> PoolCost:
    """Return a pool's costs from the contacts it takes as planned and as expected, ``[Q, I]``."""
    pool, heads = allocation.pools[p], allocation.heads[p]
    cover = cover_of(pool, demand.queues, allocation.days, allocation.times, demand.interval_s)
    paid = billed = money = 0.0
    spans, extras = weeks_of(allocation.days), overtime.tolist()
    if cover.sunk and pool.contract.weekly_hours == "averaged":
        spans, extras = [(0, len(allocation.days))], [sum(extras)]
    for span, extra in zip(spans, extras, strict=True):
        part = _bill(cover, heads, span, extra)
        paid, billed, money = paid + part[0], billed + part[1], money + part[2]
    if pool.cost_per_contact is not None:
        money += contacts_bill(cover, planned.sum(axis=0), handled.sum(axis=0))
    by_queue = handled.sum(axis=1)
    reached = service_reached(by_queue, _service_of(projection))
    penalty, bonus = (
        money * discount_of(pool.penalty, reached),
        money * premium_of(pool.bonus, reached),
    )
    solved = [
        pool.solved.get(queue, 1.0) * (1.0 - escalated.get(queue, 0.0))
        for queue in allocation.queues
    ]
    return PoolCost(
        pool=pool.name,
        kind=pool.kind,
        paid_hours=paid,
        productive_hours=float(allocation.serve[p].sum()) * demand.interval_s / 3600,
        billed_hours=billed,
        contacts=float(by_queue.sum()),
        cost=money - penalty + bonus,
        penalty=penalty,
        bonus=bonus,
        contacts_solved=float(by_queue @ solved),
        overtime_hours=float(overtime.sum()),
    )


def _bill(
    cover: PoolCover, heads: npt.NDArray[np.int64], span: tuple[int, int], overtime: float
) -> tuple[float, float, float]:
    """Return hours paid, hours billed and money, of one week with so many hours of overtime.

    Contracted hours are paid worked or not, and overtime on top, whoever else is under hours; where
    they are averaged, it is the horizon's in one.
    """
    pool = cover.pool
    lengths = np.array([shift.paid_hours for shift in cover.shifts])
    scheduled = _scheduled(cover, heads, span)
    paid = scheduled
    if cover.sunk:
        paid = max(scheduled - overtime, cover.contracted_hours(span)) + overtime
    on_notice = heads[span[0] : span[0] + cover.days_on_notice(span)]
    unused = max(cover.ordered_hours(span) - float((on_notice @ lengths).sum()), 0.0)
    billed = max(paid + unused, cover.minimum_hours(span))
    if pool.cost_per_hour is None:
        return paid, billed, 0.0
    premium = pool.cost_per_hour * overtime * (pool.contract.overtime_cost_factor - 1.0)
    return paid, billed, cover.price_of(billed, span) + premium


def least_overtime(allocation: Allocation, demand: Demand) -> FloatArray:
    """Return the hours beyond those that each pool's contracts hold in each week, ``[P, W]``."""
    found = []
    for pool, heads in zip(allocation.pools, allocation.heads, strict=True):
        cover = cover_of(pool, demand.queues, allocation.days, allocation.times, demand.interval_s)
        found.append(
            [
                max(_scheduled(cover, heads, span) - cover.hours_limit(span), 0.0)
                for span in weeks_of(allocation.days)
            ]
        )
    return np.array(found)


def _scheduled(cover: PoolCover, heads: npt.NDArray[np.int64], span: tuple[int, int]) -> float:
    """Return the paid hours of the heads over days ``[start, stop)``."""
    lengths = np.array([shift.paid_hours for shift in cover.shifts])
    return float((heads[span[0] : span[1]] @ lengths).sum()) if len(lengths) else 0.0


def contacts_bill(cover: PoolCover, planned: FloatArray, handled: FloatArray) -> float:
    """Return what contacts ``[I]`` cost, those of take-or-pay that did not come included.

    These are billed in the weeks of the others, in proportion; where none came, as planned.
    """
    committed = cover.pool.committed_share_of_forecast * float(planned.sum())
    came = float(handled.sum())
    scale = max(committed / came, 1.0) if came > 0 else cover.pool.committed_share_of_forecast
    billed = scale * (handled if came > 0 else planned)
    money, starts = 0.0, np.array([*cover.midnights, cover.intervals])
    for first, last in weeks_of(cover.days):
        start = 0 if first == 0 else starts[first]
        stop = cover.intervals if last == len(cover.days) else starts[last]
        money += cover.price_of(float(billed[start:stop].sum()), (first, last))
    return money


def _service_of(projection: Projection) -> FloatArray:
    """Return the service level of each queue over the horizon, contact-weighted, ``[Q]``."""
    contacts = projection.contacts.sum(axis=1)
    served = (projection.contacts * projection.service_level).sum(axis=1)
    share = np.divide(served, contacts, out=np.ones_like(served), where=contacts > 0)
    return np.asarray(share, dtype=np.float64)


def service_reached(handled: FloatArray, service: FloatArray) -> float | None:
    """Return the service level of what a pool handled ``[Q]``; none where it handled nothing."""
    return float((handled * service).sum() / handled.sum()) if handled.sum() > 0 else None


def discount_of(penalty: Penalty | None, reached: float | None) -> float:
    """Return the share of the invoice that a vendor forgoes for the service reached."""
    if penalty is None or reached is None:
        return 0.0
    points = max(penalty.below_service_level - reached, 0.0) * 100
    return min(points * penalty.discount_per_point, penalty.max_discount)


def premium_of(bonus: Bonus | None, reached: float | None) -> float:
    """Return the share of the invoice that a vendor gets on top for the service reached."""
    if bonus is None or reached is None:
        return 0.0
    points = max(reached - bonus.above_service_level, 0.0) * 100
    return min(points * bonus.premium_per_point, bonus.max_premium)
