"""What each pool's money goes for: contacts, waiting for them, time away, hours not worked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from staffing.allocation import Allocation
from staffing.costing import PoolCost, contacts_answered, contacts_taken
from staffing.demand import Demand
from staffing.projection import Projection

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Spending:
    """One pool's invoice over the horizon, parted by what it pays for.

    Parameters
    ----------
    pool
        The pool's name.
    scheduled_hours, on_duty_hours, contact_hours
        Hours of the shifts; those of them on duty, net of shrinkage and paid breaks and at the
        pool's pace; and those of these that contacts take.
    on_contacts, waiting, away
        Money for the time that contacts take, for the rest of the time on duty, and for the rest of
        the shifts: shrinkage, paid breaks, newcomers who are slow.
    not_worked
        Money for contracted hours that no shift uses.
    minimum
        Money for what is billed though it is not worked: minimum hours, hours ordered, contacts
        committed to.
    overtime
        What overtime costs beyond the same hours of ordinary time.

    Notes
    -----
    The six sums of money add up to the invoice before penalty and bonus.
    """

    pool: str
    scheduled_hours: float
    on_duty_hours: float
    contact_hours: float
    on_contacts: float
    waiting: float
    away: float
    not_worked: float
    minimum: float
    overtime: float

    @property
    def parts(self) -> tuple[float, ...]:
        """The six sums of money, in the order of the fields."""
        return (
            self.on_contacts,
            self.waiting,
            self.away,
            self.not_worked,
            self.minimum,
            self.overtime,
        )


def spending(
    allocation: Allocation,
    demand: Demand,
    projection: Projection,
    aht_s: FloatArray,
    costs: Sequence[PoolCost],
) -> tuple[Spending, ...]:
    """Return what each pool's money goes for, in the pools' order.

    Parameters
    ----------
    allocation, demand, projection
        The plan, as ``staffing.costing.pool_costs`` takes it.
    aht_s
        Seconds that a contact takes ``[Q, I]``, at its queue's concurrency.
    costs
        What the pools cost.
    """
    answered = contacts_answered(demand, projection)
    handled = contacts_taken(allocation, demand.queues, answered).sum(axis=2)
    planned = contacts_taken(allocation, demand.queues, demand.contacts).sum(axis=(1, 2))
    each_s = _agent_time(demand, projection.contacts, aht_s)
    speeds = allocation.speeds()
    each_hours = np.divide(each_s, speeds, out=np.zeros_like(speeds), where=speeds > 0) / 3600
    return tuple(
        _spent(allocation, p, demand, float(handled[p] @ each_hours[p]), float(planned[p]), cost)
        for p, cost in enumerate(costs)
    )


def _agent_time(demand: Demand, contacts: FloatArray, aht_s: FloatArray) -> FloatArray:
    """Return the seconds of an agent that a contact of each queue takes on average, ``[Q]``."""
    known = np.isfinite(aht_s) & (contacts > 0)
    number = np.where(known, contacts, 0.0)
    total = (number * np.where(known, aht_s, 0.0)).sum(axis=1)
    at_once = np.array([queue.concurrency for queue in demand.queues])
    return np.asarray(total / np.maximum(number.sum(axis=1), 1e-12) / at_once)


def _spent(
    allocation: Allocation,
    p: int,
    demand: Demand,
    contact_hours: float,
    planned: float,
    cost: PoolCost,
) -> Spending:
    pool = allocation.pools[p]
    lengths = np.array([shift.paid_hours for shift in allocation.shifts[p]])
    scheduled = float((allocation.heads[p] @ lengths).sum()) if len(lengths) else 0.0
    on_duty = min(float(allocation.capacity[p].sum()) * demand.interval_s / 3600, scheduled)
    busy = min(contact_hours, on_duty)
    invoice = cost.cost + cost.penalty - cost.bonus
    if pool.cost_per_contact is not None:
        owed = max(cost.contacts, pool.committed_share_of_forecast * planned)
        handled = invoice * cost.contacts / owed if owed > 0 else 0.0
        parts = (handled, 0.0, 0.0, 0.0, invoice - handled, 0.0)  # who waits, waits at their cost
    else:
        premium = (pool.cost_per_hour or 0.0) * cost.overtime_hours
        premium *= pool.contract.overtime_cost_factor - 1.0
        rate = (invoice - premium) / cost.billed_hours if cost.billed_hours > 0 else 0.0
        unused, unbilled = cost.paid_hours - scheduled, cost.billed_hours - cost.paid_hours
        hours = np.array([busy, on_duty - busy, scheduled - on_duty, unused, unbilled])
        parts = (*(rate * hours).tolist(), premium)
    return Spending(pool.name, scheduled, on_duty, busy, *parts)
