"""A plan whose roster is changed as little as possible: somebody is ill, or heads changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from planner.inputs import local_days, open_mask
from planner.plan import Asked
from planner.staffed import costed, demand_of, there_for
from staffing.daily import Daily
from staffing.projection import Projection, project
from staffing.repair import Change, changes, repaired, with_absence
from staffing.roster import Roster, Unplaced
from staffing.spare import refitted

if TYPE_CHECKING:
    from planner.plan import Plan

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Absence:
    """An agent of a pool who is not there from a day to another, both included."""

    pool: str
    agent: str
    first: dt.date
    last: dt.date


def repair(
    plan: Plan, absences: Sequence[Absence] = (), anew: Plan | None = None
) -> tuple[Plan, tuple[Change, ...]]:
    """Return a plan with its roster repaired, and every agent's day that changes.

    Parameters
    ----------
    plan
        The plan whose roster people know.
    absences
        Who falls out. Days before the first of them stay as they are.
    anew
        The plan made again, after a forecast rose or a price changed: its heads are wanted.

    Raises
    ------
    ValueError
        If an absence names an agent whom its pool has not.
    """
    wanted = plan if anew is None else anew
    pools = wanted.pools
    for one in absences:
        pools = with_absence(
            pools, wanted.days, plan.roster, one.pool, one.agent, one.first, one.last
        )
    since = None if anew is not None else min((one.first for one in absences), default=None)
    solved = replace(wanted.allocation, pools=pools)
    found = repaired(plan.roster, pools, solved.shifts, solved.heads, wanted.days, since)
    roster = _with_left(found, wanted.roster.unplaced)
    asked = Asked(wanted.histories, wanted.forecast, wanted.queues, wanted.requirement)
    is_open = open_mask(wanted.scenario, wanted.times)
    there = there_for(wanted.scenario, asked, pools)
    demand = demand_of(wanted.scenario, asked, is_open, there)
    day = local_days(wanted.scenario, wanted.times)
    allocation = refitted(solved, roster, demand, day >= 0)
    seen = project(
        wanted.queues,
        wanted.times,
        wanted.forecast.contacts,
        wanted.forecast.aht_s,
        allocation.given(),
        wanted.interval_s,
        is_open=is_open,
        day=day,
        there=there,
    )
    projection = _with_bands(seen, wanted.projection)
    costs = costed(wanted.scenario, allocation, roster, demand, projection)
    after = replace(
        wanted,
        pools=pools,
        allocation=allocation,
        roster=roster,
        projection=projection,
        costs=costs,
    )
    return after, changes(plan.roster, roster)


def _with_left(roster: Roster, earlier: Sequence[Unplaced]) -> Roster:
    """Return a roster that still tells the heads that nobody took before."""
    found = {(left.pool, left.day, left.shift): left for left in earlier}
    for left in roster.unplaced:
        key = left.pool, left.day, left.shift
        heads = left.heads + (found[key].heads if key in found else 0)
        found[key] = replace(left, heads=heads)
    return replace(roster, unplaced=tuple(found[key] for key in sorted(found)))


def _with_bands(seen: Projection, before: Projection) -> Projection:
    """Return a projection with the bands of another, moved as its middle moved.

    A plan does not keep the forecast's sample paths, from which its bands came.
    """
    moved = seen.service_level - before.service_level
    low, high = (
        np.clip(band + moved, 0.0, 1.0)
        for band in (before.service_level_p10, before.service_level_p90)
    )
    old, new = before.daily, seen.daily
    usual = np.divide(
        new.in_time - old.in_time, old.contacts, out=np.zeros_like(old.contacts),
        where=old.contacts > 0,
    )  # fmt: skip
    in_time = np.clip(old.path_in_time + usual * old.path_contacts, 0.0, old.path_contacts)
    return replace(
        seen,
        service_level_p10=np.minimum(low, seen.service_level),
        service_level_p90=np.maximum(high, seen.service_level),
        daily=Daily(new.contacts, new.in_time, old.path_contacts, in_time),
    )
