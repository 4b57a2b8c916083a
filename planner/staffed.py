"""Who works when: the demand of what is asked, shifts for it, names on them, spare time given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from planner.clock import Clock, Progress
from planner.demand_paths import demand_paths
from planner.inputs import escalations, local_days, target_periods
from planner.plan import Asked
from planner.scenario.model import Scenario
from planner.stopping import stopping
from staffing.allocation import Allocation, allocate
from staffing.costing import PoolCost, pool_costs
from staffing.coverage import reached
from staffing.demand import Demand, build_demand
from staffing.pools import Pool
from staffing.projection import Projection
from staffing.queues import Target
from staffing.raised import raised
from staffing.requirement import requirement
from staffing.roster import Roster, build_roster, overtime_hours
from staffing.roster import Watch as RosterWatch
from staffing.service_ladders import service_ladders
from staffing.spare import settle
from staffing.tightened import tightened
from staffing.weekly import Watch

BoolArray = npt.NDArray[np.bool_]

#: How often the allocation is solved at most until a day's or week's service is kept over time.
ROUNDS = 3

#: One point of service, as a share of contacts.
POINT = 0.01


def there_for(scenario: Scenario, asked: Asked, pools: tuple[Pool, ...]) -> BoolArray:
    """Return when somebody who serves each queue can be on duty, ``[Q, I]``."""
    times = asked.forecast.times
    return reached(pools, asked.queues, scenario.days, times, scenario.interval_s)


def demand_of(scenario: Scenario, asked: Asked, is_open: BoolArray, there: BoolArray) -> Demand:
    """Return what the queues ask for: positions, work that may wait, service over a period."""
    needed = asked.requirement
    ladders = service_ladders(
        asked.queues,
        needed.contacts,
        needed.aht_s,
        needed.positions,
        target_periods(scenario, needed.times),
        scenario.interval_s,
    )
    return build_demand(
        asked.queues,
        needed.positions,
        needed.contacts,
        is_open,
        scenario.interval_s,
        needed.aht_s,
        there,
        ladders,
    )


def staffed(
    scenario: Scenario,
    asked: Asked,
    demand: Demand,
    pools: tuple[Pool, ...],
    is_open: BoolArray,
    there: BoolArray,
    progress: Progress,
    clock: Clock,
    *,
    time_limit_s: float | None = None,
) -> tuple[Allocation, Roster]:
    """Return who works when, solved again while a promise is not quite kept, or heads no tours.

    ``time_limit_s``, or Ctrl-C, ends the search with the best found so far.
    """
    needed = asked.requirement
    with clock.stage("allocation"):
        several = demand_paths(
            scenario, asked, is_open, there, lambda done, of: progress("demand paths", done, of)
        )
    asked_for: Demand | None = demand
    within = local_days(scenario, needed.times) >= 0
    with stopping(time_limit_s) as stop:
        watch = Watch(
            lambda found: progress("allocation", found.done, found.steps, found.words), stop
        )
        best: tuple[Allocation, Roster] | None = None  # of those with heads that nobody takes
        for round_ in range(ROUNDS):
            if asked_for is None or (round_ and stop()):
                break
            with clock.stage("allocation"):
                allocation = allocate(
                    asked_for,
                    pools,
                    scenario.days,
                    needed.times,
                    shortage_price=scenario.shortage.price_per_hour,
                    several=several,
                    watch=watch,
                )
            with clock.stage("roster"):
                roster = build_roster(allocation, _rostering(progress, stop))
                allocation = settle(allocation, roster, demand, within)
            if best is not None and _misses(best[0]) <= _misses(allocation):
                allocation, roster = best
                break
            with clock.stage("allocation"):
                more = raised(demand, asked_for, allocation, needed.aht_s, is_open)
            best = (allocation, roster) if more is None and roster.unplaced else None
            if best is None:
                asked_for = more
            else:
                pools = tightened(allocation, roster)
    with clock.stage("requirement"):
        return with_points(scenario, asked, allocation), roster


def _misses(allocation: Allocation) -> float:
    """Return the positions that a plan misses, over all queues and intervals."""
    return float(allocation.understaffing.sum())


def _rostering(progress: Progress, stop: Callable[[], bool]) -> RosterWatch:
    """Return a watch over the tours' search: told to stop before it began, it goes on."""
    late = stop()

    def watch(done: int, of: int) -> bool:
        progress("roster", done, of)
        return stop() and not late

    return watch


def costed(
    scenario: Scenario,
    allocation: Allocation,
    roster: Roster,
    demand: Demand,
    projection: Projection,
) -> tuple[PoolCost, ...]:
    """Return each pool's invoice, overtime by agent as rostered."""
    escalated = {queue: share for queue, (_, share) in escalations(scenario).items()}
    overtime = overtime_hours(roster, allocation.pools, allocation.shifts, allocation.days)
    return pool_costs(allocation, demand, projection, escalated, overtime)


def with_points(scenario: Scenario, asked: Asked, allocation: Allocation) -> Allocation:
    """Return the allocation with the positions that one more point of service would take.

    Only shares promised in every interval are asked for more here: for one promised over the day
    or week the program itself says what a point costs.
    """
    told = [
        isinstance(queue.target, Target)
        and queue.target.service_level is not None
        and queue.target.over == "interval"
        and queue.target.service_level + POINT < 1
        for queue in asked.queues
    ]
    if allocation.worth is None or not any(told):
        return allocation
    raised_queues = [
        replace(queue, target=replace(queue.target, service_level=level + POINT))
        if rises and isinstance(queue.target, Target) and (level := queue.target.service_level)
        else queue
        for queue, rises in zip(asked.queues, told, strict=True)
    ]
    needed = asked.requirement
    chosen = np.flatnonzero(told)
    more = requirement(
        [raised_queues[q] for q in chosen],
        needed.times,
        needed.contacts[chosen],
        needed.aht_s[chosen],
        scenario.interval_s,
    )
    point = np.zeros(needed.positions.shape, dtype=np.float32)
    point[chosen] = np.maximum(more.positions - needed.positions[chosen], 0.0)
    return replace(allocation, worth=replace(allocation.worth, point=point))
