"""Other prices asked of a plan: its weeks' programs are kept solved, for answers in seconds."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from planner.clock import Progress, quiet
from planner.service_shift import demand_of
from planner.sourcing import chosen_weeks, usual_weeks
from staffing.answer import sum_of
from staffing.coverage import weeks_of
from staffing.whatif import WhatIf

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence

    from planner.plan import Plan
    from staffing.answer import Answer

G = TypeVar("G")
T = TypeVar("T")

_LANES = 2  # weeks solved at once


@dataclass(frozen=True, slots=True)
class Mix:
    """The cheapest mix of some weeks at some prices, heads in fractions.

    Parameters
    ----------
    money
        What own teams and vendors are paid, contracts included.
    missing_cost
        The price of what is missing, late or put off, which nobody is paid.
    paid_hours, contacts
        Hours paid and contacts handled, by pool.
    shortage_hours
        Position hours missing.
    """

    money: float
    missing_cost: float
    paid_hours: Mapping[str, float]
    contacts: Mapping[str, float]
    shortage_hours: float


class Rates:
    """A plan's weeks, kept solved; all of them, or two of a large centre.

    What passes from one week to the next stays as in the plan.

    Parameters
    ----------
    plan
        The plan.
    progress
        Called with "rates", the weeks that are ready, and how many there are.
    weeks
        How many weeks are asked, the busiest among them; left out: as for ``source``.
    """

    def __init__(self, plan: Plan, progress: Progress = quiet, weeks: int | None = None) -> None:
        demand = demand_of(plan)
        chosen = chosen_weeks(plan, weeks or usual_weeks(plan))
        spans = weeks_of(plan.days)
        self.weeks: tuple[dt.date, ...] = tuple(plan.days[spans[week][0]] for week in chosen)

        def ready(week: int) -> WhatIf:
            return WhatIf(
                demand,
                plan.pools,
                plan.days,
                plan.times,
                shortage_price=plan.scenario.shortage.price_per_hour,
                base=plan.allocation,
                weeks=(week,),
            )

        self._kept = _each(ready, chosen, progress)
        self.today = self.ask({})

    def ask(self, prices: Mapping[str, float], progress: Progress = quiet) -> Mix:
        """Return the cheapest mix at other prices, by pool: per hour, or contact where those count.

        Raises
        ------
        ValueError
            Where a pool is unknown or a price is not a number of at least 0.
        """

        def asked(kept: WhatIf) -> Answer:
            return kept.solve(prices=prices)

        answer = sum_of(_each(asked, self._kept, progress))
        return Mix(
            answer.cost - answer.missing_cost,
            answer.missing_cost,
            dict(answer.paid_hours),
            dict(answer.contacts),
            answer.shortage_hours,
        )


def _each(work: Callable[[G], T], given: Sequence[G], progress: Progress) -> list[T]:
    """Return the work's answers in order, two weeks at once, while progress is told."""
    progress("rates", 0, len(given))
    with ThreadPoolExecutor(max_workers=_LANES) as lanes:
        begun = [lanes.submit(work, one) for one in given]
        for done, lane in enumerate(as_completed(begun), start=1):
            lane.result()
            progress("rates", done, len(given))
    return [lane.result() for lane in begun]


def at_these_rates(plan: Plan, prices: Mapping[str, float]) -> float | None:
    """Return what a plan left as it is would cost at other prices.

    A pool's whole invoice moves with its price: overtime, minimums, penalty and bonus are parts of
    it. None where a changed pool has no price today, or prices by volume, which do not move so.
    """
    total = 0.0
    for pool, cost in zip(plan.pools, plan.costs, strict=True):
        now = pool.cost_per_contact if pool.cost_per_contact is not None else pool.cost_per_hour
        if pool.name not in prices:
            total += cost.cost
        elif not now or pool.tiers:
            return None
        else:
            total += cost.cost * prices[pool.name] / now
    return total
