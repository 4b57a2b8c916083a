"""What each pool really costs, the price at which the mix would switch, and what service costs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from planner.clock import Progress
from planner.plan import Plan
from planner.service_shift import demand_at, demand_of
from planner.sourced import Bill, HeadcountPoint, ServicePoint, Sourcing, Switch
from staffing.answer import Answer
from staffing.breakeven import Bought, PriceCurve, price_curve
from staffing.coverage import weeks_of
from staffing.missed import expected_penalties
from staffing.spending import spending
from staffing.staff import staff_of
from staffing.whatif import WhatIf

if TYPE_CHECKING:
    import datetime as dt

    from staffing.demand import Demand
    from staffing.pools import Pool

#: The range of prices looked into: at least these an hour, and so many times the pool's own.
RANGE, TIMES = (10.0, 80.0), (0.25, 3.0)
#: Own headcount against today's, and service promised against today's in points.
FACTORS = (0.0, 0.25, 0.5, 0.75, 0.9, 1.0, 1.1, 1.25, 1.5)
SHIFTS = (-20.0, -15.0, -10.0, -5.0, 0.0, 5.0, 10.0, 15.0)
_FEW_FACTORS = (0.5, 0.75, 1.0, 1.25)
_FEW_SHIFTS = (-10.0, 0.0, 10.0)


def source(
    plan: Plan,
    progress: Progress,
    points: int | None = None,
    weeks: int | None = None,
) -> Sourcing:
    """Return what each pool of a plan really costs, and how prices and service would change it.

    Parameters
    ----------
    plan
        The plan, with its forecast's sample paths.
    progress
        Called with a stage, steps done and steps in all.
    points
        Prices tried for each pool; left out: as many as the size of the centre allows.
    weeks
        How many weeks are asked, the busiest among them; left out: all, two of a large centre.

    Notes
    -----
    A keyboard interrupt while mixes are solved ends the work; what is done is returned.
    """
    demand = demand_of(plan)
    found = as_planned(plan, demand)
    chosen = chosen_weeks(plan, weeks or usual_weeks(plan))
    spans = weeks_of(plan.days)
    if len(chosen) < len(spans):
        found.weeks = tuple(plan.days[spans[week][0]] for week in chosen)
    work = _Work(found, demand, progress, points or usual_points(plan), chosen)
    try:
        work.run()
    except KeyboardInterrupt:
        found.stopped = True
    order = [pool.name for pool in plan.pools]
    found.switches.sort(key=lambda switch: order.index(switch.pool))
    return found


def as_planned(plan: Plan, demand: Demand | None = None) -> Sourcing:
    """Return what each pool of a plan really costs, before any other price is tried."""
    asked = demand_of(plan) if demand is None else demand
    return Sourcing(
        plan,
        spending(plan.allocation, asked, plan.projection, plan.forecast.aht_s, plan.costs),
        expected_penalties(plan.allocation, asked, plan.projection, plan.costs),
    )


def _size(plan: Plan) -> int:
    return sum(len(pool.speed) for pool in plan.pools) * len(plan.times)


def is_large(plan: Plan) -> bool:
    """Return whether solving takes so long that fewer weeks, points and steps are asked."""
    return _size(plan) > _LARGE


def usual_points(plan: Plan) -> int:
    """Return how many prices are tried for each pool."""
    return _LEAST if is_large(plan) else _MOST


def usual_weeks(plan: Plan) -> int | None:
    """Return how many weeks are asked; None: all."""
    return _FEW_WEEKS if is_large(plan) else None


def chosen_weeks(plan: Plan, count: int | None) -> tuple[int, ...]:
    """Return numbers of weeks, evenly from the busiest to the calmest; all where none are counted.

    Two of four are the busiest and the third, which is an ordinary one.
    """
    spans = weeks_of(plan.days)
    if count is None or count >= len(spans):
        return tuple(range(len(spans)))
    daily = plan.projection.daily.contacts.sum(axis=0)
    ranked = sorted(range(len(spans)), key=lambda week: -daily[slice(*spans[week])].sum())
    return tuple(sorted(ranked[int(k * len(spans) / count)] for k in range(count)))


_LARGE, _LEAST, _MOST, _FEW_WEEKS = 100_000, 4, 14, 2


@dataclass(slots=True)
class _Work:
    """The work on one centre, in two lanes: pools as they are paid, and all else."""

    found: Sourcing
    demand: Demand
    progress: Progress
    points: int
    weeks: tuple[int, ...]
    stopping: bool = False
    tried: int = 0

    def run(self) -> None:
        """Work in both lanes until they are done, or one of them ends the other."""
        self._told("prices", 0, self._prices)
        with ThreadPoolExecutor(max_workers=2) as workers:
            base: Future[Answer] = Future()
            lanes = [
                workers.submit(self.as_they_are, base),
                workers.submit(self.otherwise, base),
            ]
            try:
                for lane in as_completed(lanes):
                    lane.result()
            except BaseException:
                self.stopping = True
                if not base.done():
                    base.cancel()
                raise

    @property
    def _prices(self) -> int:
        return len(self.found.plan.pools) * self.points

    def _told(self, stage: str, done: int, of: int) -> None:
        """Tell how far a stage is, unless somebody ended the work."""
        if self.stopping:
            raise KeyboardInterrupt
        self.progress(stage, done, of)

    def _ask(self, demand: Demand, pools: Sequence[Pool]) -> WhatIf:
        plan = self.found.plan
        return WhatIf(
            demand,
            pools,
            plan.days,
            plan.times,
            shortage_price=plan.scenario.shortage.price_per_hour,
            base=plan.allocation if self.found.weeks else None,
            weeks=self.weeks,
        )

    def as_they_are(self, base: Future[Answer]) -> None:
        """Try the prices of pools paid by schedule or contact, then other numbers of own agents."""
        plan = self.found.plan
        mix = self._ask(self.demand, plan.pools)
        base.set_result(mix.solve())
        self.switches([pool for pool in plan.pools if not _sunk(pool)], mix, base.result())
        self.headcount(mix)

    def otherwise(self, base: Future[Answer]) -> None:
        """Try own teams' prices as if paid by schedule, then other service."""
        pools = self.found.plan.pools
        sunk = [pool for pool in pools if _sunk(pool)]
        if sunk:
            mix = self._ask(self.demand, [_scheduled(pool) for pool in pools])
            self.switches(sunk, mix, mix.solve())
        self.frontier(base)

    def switches(self, pools: Sequence[Pool], mix: WhatIf, today: Answer) -> None:
        """Find how the price of each of some pools decides what is bought of it."""
        for pool in pools:
            switch = _Switching(pool, mix, today)
            for curve in switch.curves(self.points):
                last = curve
                self._told("prices", self.tried + len(curve.points), self._prices)
            self.found.switches.append(switch.told(last))
            self.tried += self.points
            self._told("prices", self.tried, self._prices)

    def headcount(self, mix: WhatIf) -> None:
        """Find what more or fewer own agents would cost."""
        plan = self.found.plan
        own = [pool for pool in plan.pools if pool.kind == "in_house"]
        if not any(pool.agents.any() for pool in own):
            return
        factors = _told_apart(own, FACTORS if self.points > _LEAST else _FEW_FACTORS)
        spans = [weeks_of(plan.days)[week] for week in self.weeks]
        for done, factor in enumerate(factors):
            self._told("headcount", done, len(factors))
            answer = mix.solve(agents={pool.name: factor for pool in own})
            self.found.headcount.append(_headcount(plan, own, factor, answer, spans))
        self._told("headcount", len(factors), len(factors))

    def frontier(self, base: Future[Answer]) -> None:
        """Find what more or less service for those who wait on the line would cost."""
        plan = self.found.plan
        shifts = SHIFTS if self.points > _LEAST else _FEW_SHIFTS
        for done, shift in enumerate(shifts):
            self._told("frontier", done, len(shifts))
            asked = demand_at(plan, shift)
            if asked is None:
                return
            answer = base.result() if shift == 0 else self._ask(asked.demand, plan.pools).solve()
            point = ServicePoint(shift, asked.promised, asked.level, _bill(answer))
            self.found.frontier.append(point)
        self._told("frontier", len(shifts), len(shifts))


@dataclass(frozen=True, slots=True)
class _Switching:
    """One pool's price, asked of a mix."""

    pool: Pool
    mix: WhatIf
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
        without = None
        if not _sunk(self.pool):
            without = _bill(self.mix.solve(prices={name: 0.0}, agents={name: 0.0}))
        return Switch(
            name,
            self.pool.cost_per_contact is not None,
            _sunk(self.pool),
            self._bought(price, self.today),
            curve,
            _bill(self.today),
            without,
        )


def _sunk(pool: Pool) -> bool:
    """Whether a pool's contracted hours are paid, worked or not."""
    return pool.contract.paid == "contracted"


def _scheduled(pool: Pool) -> Pool:
    return replace(pool, contract=replace(pool.contract, paid="scheduled"))


def _told_apart(own: Sequence[Pool], factors: Sequence[float]) -> list[float]:
    """Return the factors that make other numbers of agents than today's, each number once."""
    known: dict[bytes, float] = {}
    for factor in (1.0, *factors):
        agents = np.concatenate([np.rint(factor * pool.agents) for pool in own])
        known.setdefault(agents.tobytes(), factor)
    return sorted(known.values())


def _headcount(
    plan: Plan,
    own: Sequence[Pool],
    factor: float,
    answer: Answer,
    spans: Sequence[tuple[int, int]],
) -> HeadcountPoint:
    vendors = {pool.name for pool in plan.pools if pool.kind == "vendor"}
    whole = sum(answer.contacts.values())
    outside = sum(answer.contacts[name] for name in vendors)
    contracted = sum(
        _contracted_hours(pool, factor, plan.days, span) * (pool.cost_per_hour or 0.0)
        for pool in own
        for span in spans
        if _sunk(pool)
    )
    return HeadcountPoint(
        factor,
        float(sum(np.rint(factor * pool.agents).max() for pool in own)),
        _bill(answer),
        contracted,
        outside / whole if whole > 0 else 0.0,
    )


def _contracted_hours(
    pool: Pool, factor: float, days: Sequence[dt.date], span: tuple[int, int]
) -> float:
    """Return the hours paid, worked or not, of so many times a pool's agents over some days."""
    staff = staff_of(pool, days, ())
    if staff is not None:
        return factor * staff.contracted_hours(span)
    agents = float(np.rint(factor * pool.agents[slice(*span)]).sum())
    return agents * pool.contract.hours_per_week / 7


def _bill(answer: Answer) -> Bill:
    return Bill(answer.cost, answer.cost - answer.missing_cost, answer.shortage_hours)
