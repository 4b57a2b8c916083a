"""What each pool really costs, the price at which the mix would switch, and what service costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

import numpy as np

from planner.clock import Progress
from planner.plan import Plan
from planner.service_shift import demand_at, demand_of
from planner.sourced import Bill, HeadcountPoint, ServicePoint, Sourcing, Switch
from staffing.breakeven import Bought, PriceCurve, price_curve
from staffing.missed import expected_penalties
from staffing.spending import spending

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd

    from staffing.demand import Demand
    from staffing.pools import Pool

#: The range of prices looked into: at least these an hour, and so many times the pool's own.
RANGE, TIMES = (10.0, 80.0), (0.25, 3.0)
#: Own headcount against today's, and service promised against today's in points.
FACTORS = (0.0, 0.25, 0.5, 0.75, 0.9, 1.0, 1.1, 1.25, 1.5)
SHIFTS = (-20.0, -15.0, -10.0, -5.0, 0.0, 5.0, 10.0, 15.0)
_FEW_FACTORS = (0.5, 0.75, 1.0, 1.25)
_FEW_SHIFTS = (-10.0, 0.0, 10.0)


class Answer(Protocol):
    """What the cheapest mix costs and buys, fractions of heads allowed."""

    @property
    def cost(self) -> float:
        """Cost in all, contracts included, and what is missing at its price."""

    @property
    def missing_cost(self) -> float:
        """The part of it that nobody is paid: the price of what is missing, late or put off."""

    @property
    def paid_hours(self) -> Mapping[str, float]:
        """Hours scheduled by pool."""

    @property
    def contacts(self) -> Mapping[str, float]:
        """Contacts handled by pool."""

    @property
    def shortage_hours(self) -> float:
        """Position hours missing."""


class Mix(Protocol):
    """The program of the whole horizon, ready to be asked with something changed."""

    def solve(self, prices: Mapping[str, float] = ..., agents: Mapping[str, float] = ...) -> Answer:
        """Return the answer with pools' prices replaced and their numbers multiplied."""


class AskMix(Protocol):
    """How a mix is set up, see ``staffing.whatif.WhatIf``."""

    def __call__(
        self,
        demand: Demand,
        pools: Sequence[Pool],
        days: tuple[dt.date, ...],
        times: pd.DatetimeIndex,
        *,
        shortage_price: float | None = ...,
    ) -> Mix:
        """Return the program for a demand and pools."""


def source(plan: Plan, ask_mix: AskMix, progress: Progress, points: int | None = None) -> Sourcing:
    """Return what each pool of a plan really costs, and how prices and service would change it.

    Parameters
    ----------
    plan
        The plan, with its forecast's sample paths.
    ask_mix
        Sets up the program for a demand and pools.
    progress
        Called with a stage, steps done and steps in all.
    points
        Prices tried for each pool; left out: as many as the size of the centre allows.

    Notes
    -----
    A keyboard interrupt while mixes are solved ends the work; what is done is returned.
    """
    demand = demand_of(plan)
    found = Sourcing(
        plan,
        spending(plan.allocation, demand, plan.projection, plan.forecast.aht_s, plan.costs),
        expected_penalties(plan.allocation, demand, plan.projection, plan.costs),
    )
    work = _Work(found, demand, ask_mix, progress, points or usual_points(plan))
    try:
        work.prices()
        work.headcount()
        work.frontier()
    except KeyboardInterrupt:
        found.stopped = True
    return found


def usual_points(plan: Plan) -> int:
    """Return how many prices are tried for each pool: fewer where solving takes long."""
    size = sum(len(pool.speed) for pool in plan.pools) * len(plan.times)
    return int(np.clip(_SIZE / max(size, 1), _LEAST, _MOST))


_SIZE, _LEAST, _MOST = 200_000, 4, 14


@dataclass(slots=True)
class _Work:
    """The work on one centre."""

    found: Sourcing
    demand: Demand
    ask_mix: AskMix
    progress: Progress
    points: int
    mix: Mix | None = None

    def _ask(self, demand: Demand, pools: Sequence[Pool]) -> Mix:
        plan = self.found.plan
        price = plan.scenario.shortage.price_per_hour
        return self.ask_mix(demand, pools, plan.days, plan.times, shortage_price=price)

    def prices(self) -> None:
        """Find how each pool's price decides what is bought of it."""
        pools = self.found.plan.pools
        of = len(pools) * self.points
        self.progress("prices", 0, of)
        self.mix = self._ask(self.demand, pools)
        sunk = [pool for pool in pools if _sunk(pool)]
        free = self._ask(self.demand, [_scheduled(pool) for pool in pools]) if sunk else None
        base = self.mix.solve()
        base_free = free.solve() if free is not None else base
        for p, pool in enumerate(pools):
            mix, today = (free, base_free) if free is not None and _sunk(pool) else (self.mix, base)
            switch = _Switching(pool, mix, today)
            for done, curve in enumerate(switch.curves(self.points)):
                self.progress("prices", min(p * self.points + done + 2, of), of)
                last = curve
            self.found.switches.append(switch.told(last))
            self.progress("prices", (p + 1) * self.points, of)

    def headcount(self) -> None:
        """Find what more or fewer own agents would cost."""
        plan = self.found.plan
        own = [pool for pool in plan.pools if pool.kind == "in_house"]
        most = sum(int(pool.agents.max(initial=0)) for pool in own)
        if self.mix is None or not most:
            return
        factors = FACTORS if self.points > _LEAST else _FEW_FACTORS
        for done, factor in enumerate(factors):
            self.progress("headcount", done, len(factors))
            answer = self.mix.solve(agents={pool.name: factor for pool in own})
            self.found.headcount.append(_headcount(plan, own, factor, most, answer))
        self.progress("headcount", len(factors), len(factors))

    def frontier(self) -> None:
        """Find what more or less service for those who wait on the line would cost."""
        plan = self.found.plan
        shifts = SHIFTS if self.points > _LEAST else _FEW_SHIFTS
        for done, shift in enumerate(shifts):
            self.progress("frontier", done, len(shifts))
            asked = demand_at(plan, shift)
            if asked is None:
                return
            mix = self.mix if shift == 0 and self.mix else self._ask(asked.demand, plan.pools)
            answer = mix.solve()
            self.found.frontier.append(
                ServicePoint(shift, asked.promised, asked.level, _bill(answer))
            )
        self.progress("frontier", len(shifts), len(shifts))


@dataclass(frozen=True, slots=True)
class _Switching:
    """One pool's price, asked of a mix."""

    pool: Pool
    mix: Mix
    today: Answer

    def _bought(self, price: float, answer: Answer) -> Bought:
        by_contact = self.pool.cost_per_contact is not None
        amounts = answer.contacts if by_contact else answer.paid_hours
        return Bought(price, max(float(amounts[self.pool.name]), 0.0), answer.cost)

    def _price(self) -> float:
        by_contact = self.pool.cost_per_contact
        return by_contact if by_contact is not None else self.pool.cost_per_hour or 0.0

    def curves(self, points: int) -> Iterator[PriceCurve]:
        """Return the curve of the pool's price, finer with each price tried."""
        price, name = self._price(), self.pool.name
        low, high = price * TIMES[0], price * TIMES[1]
        if self.pool.cost_per_contact is None:
            low, high = min(low, RANGE[0]), max(high, RANGE[1])
        known = (self._bought(price, self.today),)
        return price_curve(
            lambda at: self._bought(at, self.mix.solve(prices={name: at})),
            low,
            max(high, low + 1.0),
            known,
            points=points,
        )

    def told(self, curve: PriceCurve) -> Switch:
        """Return what is told of the pool, with what the mix costs without it."""
        name, price = self.pool.name, self._price()
        without = self.mix.solve(prices={name: 0.0}, agents={name: 0.0})
        return Switch(
            name,
            self.pool.cost_per_contact is not None,
            _sunk(self.pool),
            self._bought(price, self.today),
            curve,
            _bill(self.today),
            _bill(without),
        )


def _sunk(pool: Pool) -> bool:
    """Whether a pool's contracted hours are paid, worked or not."""
    return pool.contract.paid == "contracted"


def _scheduled(pool: Pool) -> Pool:
    return replace(pool, contract=replace(pool.contract, paid="scheduled"))


def _headcount(
    plan: Plan, own: Sequence[Pool], factor: float, most: int, answer: Answer
) -> HeadcountPoint:
    vendors = {pool.name for pool in plan.pools if pool.kind == "vendor"}
    whole = sum(answer.contacts.values())
    outside = sum(answer.contacts[name] for name in vendors)
    contracted = sum(
        float(pool.agents.sum()) * pool.contract.hours_per_week / 7 * (pool.cost_per_hour or 0.0)
        for pool in own
        if _sunk(pool)
    )
    return HeadcountPoint(
        factor,
        factor * most,
        _bill(answer),
        factor * contracted,
        outside / whole if whole > 0 else 0.0,
    )


def _bill(answer: Answer) -> Bill:
    return Bill(answer.cost, answer.cost - answer.missing_cost, answer.shortage_hours)
