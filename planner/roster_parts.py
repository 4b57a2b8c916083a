"""Whether the people and the roster of a plan from a file fit its pools, days and shifts."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from planner.packing import MisfitError
from planner.scenario.agent_limits import strange_parts

if TYPE_CHECKING:
    from planner.plan import Plan
    from staffing.pools import Pool

#: The most of each limit of a contract.
_MOST = {
    "hours_per_week": 168.0,
    "overtime_hours_per_week": 168.0,
    "max_hours_per_week": 168.0,
    "weekly_rest_hours": 168.0,
    "max_hours_per_day": 24.0,
    "min_rest_hours": 24.0,
    "max_consecutive_days": 1000,
    "min_consecutive_days": 31,
    "min_consecutive_days_off": 31,
    "days_off_per_week": 6,
    "max_weekends_in_four": 4,
    "max_nights_in_row": 31,
}


def check_roster(plan: Plan) -> None:
    """Raise unless each pool's agents and limits are possible, and every shift is of them.

    Raises
    ------
    MisfitError
        Naming the first pool that does not fit. What it says of nobody is personal.
    """
    for pool in (*plan.pools, *plan.allocation.pools):
        _check_agents(pool)
        _check_limits(pool)
    names = {pool.name: set(pool.names) for pool in plan.pools}
    shifts = {
        pool.name: set(own) for pool, own in zip(plan.pools, plan.allocation.shifts, strict=True)
    }
    days, taken = set(plan.days), set()
    for duty in plan.roster.duties:
        known = duty.day in days and duty.agent in names.get(duty.pool, ())
        key = (duty.pool, duty.day, duty.agent)
        _true("duties", known and duty.shift in shifts[duty.pool] and key not in taken)
        taken.add(key)
    for left in plan.roster.unplaced:
        known = left.day in days and left.shift in shifts.get(left.pool, ())
        _true("unplaced", known and left.heads > 0 and min(left.hindered.values(), default=0) >= 0)


def _check_agents(pool: Pool) -> None:
    _true(f"names of {pool.name}", len(set(pool.names)) == len(pool.names))
    if not pool.people:
        return
    _true(f"people of {pool.name}", tuple(one.name for one in pool.people) == pool.names)
    for agent in pool.people:
        for part in strange_parts(agent):
            _true(f"{part} of an agent of {pool.name}", fits=False)


def _check_limits(pool: Pool) -> None:
    contract = pool.contract
    for name, most in _MOST.items():
        value = getattr(contract, name)
        _true(f"contract.{name} of {pool.name}", 0 <= value <= most)
    prices = contract.bend.values()
    _true(f"contract.bend of {pool.name}", all(0 <= p < math.inf for p in prices))


def _true(name: str, fits: bool) -> None:
    if not fits:
        message = f"{name} must be such as a scenario can ask for"
        raise MisfitError(message)
