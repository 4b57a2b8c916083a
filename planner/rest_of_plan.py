"""The rest of a plan with what is expected now: who serves what, what is missing, which service."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from planner.inputs import local_days, open_mask, target_periods
from planner.plan import Asked
from planner.staffed import demand_of, there_for
from staffing.projection import Projection, project
from staffing.requirement import requirement
from staffing.roster import Roster
from staffing.spare import settle

if TYPE_CHECKING:
    from planner.plan import Plan
    from planner.reforecast import Reforecast
    from staffing.allocation import Allocation
    from staffing.demand import Demand
    from staffing.pools import Pool

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

_NOTHING = 1e-6

#: What an hour of overdue work counts beside one missing on the line.
_OVERDUE = 0.5

#: Shares of the time planned for work that waits that may be lent to those who wait on the line.
_LENT = (0.0, 0.25, 0.5, 0.75, 1.0)

_RISEN = 0.05  # position hours of overdue work that a move may not add


class RestOfPlan:
    """A plan from now on: its demand made again, its agents given out, its service projected.

    Parameters
    ----------
    plan
        The plan.
    found
        What is expected now.
    """

    def __init__(self, plan: Plan, found: Reforecast) -> None:
        self.plan, self.found, self.rest = plan, found, found.rest
        self.future = found.rest.any(axis=0)
        self.is_open = open_mask(plan.scenario, plan.times)
        self.day = local_days(plan.scenario, plan.times)
        self.hours = plan.interval_s / 3600
        today = int(self.day[self.rest].min(initial=len(plan.days)))
        self.first = (self.rest & (self.day == today)).any(axis=0)
        after_now = np.cumsum(self.future) > 0
        self.soon = after_now & (self.day >= 0) & (self.day <= today + 2)
        self.live = np.array([not queue.deferred for queue in plan.queues])
        asked = Asked(plan.histories, plan.forecast, plan.queues, plan.requirement)
        self.there = there_for(plan.scenario, asked, plan.pools)
        self.demand = self._demand(found.contacts)
        self.surely = self._demand(self._many()).positions

    def _demand(self, contacts: FloatArray) -> Demand:
        """Return what is asked for, at the plan's risk, if so many contacts come."""
        plan = self.plan
        planned = plan.forecast.contacts
        risk = np.divide(
            plan.requirement.contacts, planned, out=np.ones_like(planned), where=planned > 0
        )
        needed = requirement(
            plan.queues,
            plan.times,
            contacts * risk,
            self.found.aht_s,
            plan.interval_s,
            target_periods(plan.scenario, plan.times),
        )
        asked = Asked(plan.histories, plan.forecast, plan.queues, needed)
        return demand_of(plan.scenario, asked, self.is_open, self.there)

    def _many(self) -> FloatArray:
        """Return contacts that the rest stays below in nine cases of ten, day by day ``[Q, I]``."""
        many = self.found.contacts.copy()
        for q, one in enumerate(self.found.anchored):
            for d in np.unique(self.day[q, self.rest[q]]):
                chosen = self.rest[q] & (self.day[q] == d)
                mean, _, high = one.total(chosen)
                if mean > 0:
                    many[q, chosen] *= max(high / mean, 1.0)
        return many

    def as_scheduled(self) -> Allocation:
        """Return who serves what if nobody does anything.

        Where more or less work comes that may wait, the time on duty for such work and for nobody
        goes to what then waits.
        """
        plan, found = self.plan, self.found
        planned = plan.forecast.contacts, plan.requirement.aht_s
        pairs = zip(planned, (found.contacts, found.aht_s), strict=True)
        if all(np.allclose(was[~self.live], now[~self.live]) for was, now in pairs):
            return plan.allocation
        return self._settled(plan.allocation)

    def moved(self, base: Allocation, capacity: FloatArray) -> Allocation:
        """Return who serves what if agents go to the queues that are short, from now on.

        Time that a queue on the line has too much goes to those that are short first, then to work
        that waits. Work that waits lends as much of its time on the first day as leaves no more of
        it overdue.
        """
        best = self._settled(replace(base, capacity=capacity))
        for lent in _LENT:
            found = self._settled(self._filled(base, capacity, lent))
            less = self.lack(found) < self.lack(best)
            if less and self._late(found) - self._late(base) <= _RISEN:
                best = found
        return best

    def lack(self, allocation: Allocation) -> float:
        """Return the position hours missing from now on; who waits on the line counts twice."""
        missing = self.missing(allocation).sum(axis=1)
        return float(missing @ np.where(self.live, 1.0, _OVERDUE)) * self.hours

    def _late(self, allocation: Allocation) -> float:
        """Return the hours of work that fall overdue from now to two days on."""
        missing = np.where(self.soon, self.demand.missing(allocation.given()), 0.0)
        return float(missing[~self.live].sum()) * self.hours

    def without(self, allocation: Allocation, taken: FloatArray) -> Allocation:
        """Return who serves what with positions ``[P, I]`` fewer, taken from those too many."""
        spare, parts = self._spare(allocation)
        gone = np.divide(taken, spare, out=np.zeros_like(taken), where=spare > _NOTHING)
        serve = allocation.serve - parts * np.minimum(gone, 1.0)[:, None, :]
        less = replace(
            allocation,
            serve=np.maximum(serve, 0.0).astype(np.float32),
            capacity=np.maximum(allocation.capacity - taken, 0.0),
        )
        return self._settled(less)

    def _settled(self, allocation: Allocation) -> Allocation:
        return settle(allocation, Roster((), ()), self.demand, self.day >= 0)

    def _filled(self, base: Allocation, capacity: FloatArray, lent: float) -> Allocation:
        serve = base.serve.astype(np.float64)
        speed = base.speeds()
        given = np.einsum("pqi,pq->qi", serve, speed)
        enough = np.divide(
            self.demand.positions, given, out=np.ones_like(given), where=given > _NOTHING
        )
        plain = self.live.copy()
        plain[list(self.demand.ladders)] = False
        trimmed = np.where(plain[:, None] & self.rest, np.minimum(enough, 1.0), 1.0)
        limited = np.array([_limited(pool) for pool in base.pools])
        serve[~limited] *= trimmed
        short = np.where(
            self.live[:, None] & self.rest,
            self.demand.missing(np.einsum("pqi,pq->qi", serve, speed)),
            0.0,
        )
        waits, held = serve[:, ~self.live].sum(axis=1), np.where(self.first, 1.0 - lent, 1.0)
        order = sorted(range(len(base.pools)), key=lambda p: int((speed[p][self.live] > 0).sum()))
        for p in order:
            kept = serve[p][self.live].sum(axis=0) + held * waits[p]
            free = np.maximum(capacity[p] - kept, 0.0)
            if limited[p]:
                free = np.maximum(capacity[p] - self.plan.allocation.capacity[p], 0.0)
            mine = np.flatnonzero((speed[p] > 0) & self.live)
            wanted = short[mine] / speed[p][mine][:, None]
            total = wanted.sum(axis=0)
            part = np.divide(
                np.minimum(free, total), total, out=np.zeros_like(total), where=total > _NOTHING
            )
            part[~self.future] = 0.0
            serve[p, mine] += wanted * part
            short[mine] *= 1.0 - part
        return replace(base, serve=serve.astype(np.float32), capacity=capacity)

    def missing(self, allocation: Allocation) -> FloatArray:
        """Return the positions missing from now on ``[Q, I]``; of work that waits, overdue."""
        return np.where(self.rest, self.demand.missing(allocation.given()), 0.0)

    def spare(self, allocation: Allocation) -> FloatArray:
        """Return each pool's positions too many on the line from now on ``[P, I]``.

        Measured against a rest of the day that nine in ten stay below.
        """
        return self._spare(allocation)[0]

    def _spare(self, allocation: Allocation) -> tuple[FloatArray, FloatArray]:
        """Return each pool's positions too many, in all ``[P, I]`` and by queue ``[P, Q, I]``."""
        given, speed = allocation.given(), allocation.speeds()
        plain = self.live.copy()
        plain[list(self.demand.ladders)] = False
        over = np.where(plain[:, None] & self.rest, given - self.surely, 0.0)
        share = np.divide(
            np.maximum(over, 0.0), given, out=np.zeros_like(given), where=given > _NOTHING
        )
        parts = np.asarray(allocation.serve * (speed > 0)[:, :, None] * share, dtype=np.float64)
        return parts.sum(axis=1), parts

    def projected(self, allocation: Allocation) -> Projection:
        """Return the service, the past as its agents could give it to those who came."""
        plan = self.plan
        return project(
            plan.queues,
            plan.times,
            self.found.contacts,
            self.found.aht_s,
            allocation.given(),
            plan.interval_s,
            is_open=self.is_open,
            day=self.day,
            there=self.there,
        )


def _limited(pool: Pool) -> bool:
    """Whether a pool keeps to what it was given: it has a largest share, or is paid by contact."""
    shared = pool.max_share < 1.0 and pool.max_share_of == "contacts"
    return shared or pool.cost_per_contact is not None
