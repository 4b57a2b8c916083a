"""Whether the parts of a plan from a file fit together: its axis, its queues, its pools."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from forecasting.history import slots_per_day
from planner.inputs import time_axis
from planner.packing import MisfitError
from planner.roster_parts import check_roster
from planner.scenario.types import FIRST_DATE, LAST_DATE
from staffing.coverage import weeks_of
from staffing.requirement import BOUND_BY

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from forecasting.forecast import Forecast
    from forecasting.queue_forecast import QueueForecast
    from planner.plan import Plan
    from staffing.projection import Projection
    from staffing.requirement import Requirement
    from staffing.several import PathCosts
    from staffing.worth import Worth

_LONGEST_MINUTES = 5 * 1440  # a shift's last, after midnight of the day it starts


def check_parts(plan: Plan) -> None:
    """Raise unless every part of a plan is about the same queues, days, intervals and pools.

    Raises
    ------
    MisfitError
        Naming the first part that does not fit.
    """
    _check_axis(plan)
    shape = (len(plan.queues), len(plan.times))
    for stage in (plan.forecast, plan.requirement, plan.projection):
        for name, array in _arrays(stage):
            _same(f"{type(stage).__name__}.{name}", array.shape[-2:], shape)
    for told in plan.forecast.by_queue:
        days = (len(plan.days), slots_per_day(plan.interval_s))
        for name, array in _arrays(told):
            _same(f"by_queue.{name}", array.shape, days[: array.ndim])
    bound = plan.requirement.bound_by
    _true("bound_by", bool(((bound >= 0) & (bound < len(BOUND_BY))).all()))
    _check_history(plan)
    _check_pools(plan)
    check_roster(plan)


def _check_axis(plan: Plan) -> None:
    scenario = plan.scenario
    axis = time_axis(scenario)
    _same("interval_s", plan.interval_s, scenario.interval_s)
    _same("days", plan.days, scenario.days)
    _true("times", len(plan.times) == len(axis) and bool((plan.times == axis).all()))
    names = tuple(queue.name for queue in scenario.queues)
    _same("queues", tuple(queue.name for queue in plan.queues), names)
    _same("by_queue", tuple(told.queue for told in plan.forecast.by_queue), names)
    _true("quantiles", {0.1, 0.9} <= set(plan.forecast.quantiles))
    for part in (plan.forecast, plan.requirement, plan.allocation, plan.projection):
        _same(f"{type(part).__name__}.queues", part.queues, names)


def _check_history(plan: Plan) -> None:
    for past in plan.histories:
        _same(f"the history of {past.queue}", past.interval_s, plan.interval_s)
        first, days = past.first_day, len(past.contacts)
        fits = first >= FIRST_DATE and first.toordinal() + days <= LAST_DATE.toordinal()
        _true(f"the history of {past.queue}", fits)


def _check_pools(plan: Plan) -> None:
    solved, (queues, intervals) = plan.allocation, (len(plan.queues), len(plan.times))
    pools = len(solved.pools)
    names = tuple(pool.name for pool in solved.pools)
    _same("pools", tuple(pool.name for pool in plan.pools), names)
    _same("capacity", solved.capacity.shape, (pools, intervals))
    _same("serve", solved.serve.shape, (pools, queues, intervals))
    _same("understaffing", solved.understaffing.shape, (queues, intervals))
    _same("heads", (len(solved.heads), len(solved.shifts)), (pools, pools))
    if solved.worth is not None:
        _check_worth(solved.worth, names, queues, intervals)
    parts = zip(solved.pools, solved.shifts, solved.heads, solved.serve, strict=True)
    _check_paths(plan)
    for pool, shifts, heads, serve in parts:
        _same(f"heads of {pool.name}", heads.shape, (len(plan.days), len(shifts)))
        served = {solved.queues[q] for q in np.flatnonzero(serve.any(axis=1))}
        _true(f"queues of {pool.name}", served <= set(pool.speed) and pool.shrinkage < 1)
        for shift in shifts:
            starts_and_ends = 0 <= shift.start_minute < shift.end_minute <= _LONGEST_MINUTES
            _true(f"shifts of {pool.name}", starts_and_ends)
        try:
            ZoneInfo(pool.timezone)
        except (LookupError, ValueError, OSError):
            _true(f"timezone of {pool.name}", fits=False)


def _check_worth(worth: Worth, pools: Sequence[str], queues: int, intervals: int) -> None:
    shapes = {"need": queues, "relaxed_need": queues, "point": queues}
    shapes |= {"capacity": len(pools), "relaxed_capacity": len(pools)}
    for name, rows in shapes.items():
        array = getattr(worth, name)
        if array is not None:
            _same(f"worth.{name}", array.shape, (rows, intervals))
            _true(f"worth.{name}", bool(np.isfinite(array).all()))
    _true("worth.limits", {limit.pool for limit in worth.limits} <= {"", *pools})


def _check_paths(plan: Plan) -> None:
    found = plan.allocation.paths
    if found is None:
        return
    paths, weeks, pools = len(found.cost), len(weeks_of(plan.days)), len(plan.pools)
    _true("paths", paths > 0 and 0 < found.worst <= 1 and 0 <= found.weight <= 1)
    for name, array in _arrays(found):
        own = (paths, pools, weeks) if array.ndim == 3 else (paths, weeks)
        _same(f"PathCosts.{name}", array.shape, own)


def _arrays(
    part: Forecast | Requirement | Projection | QueueForecast | PathCosts,
) -> Iterator[tuple[str, npt.NDArray[Any]]]:
    """Yield the arrays of a part by their names, those of a mapping too."""
    for one in fields(part):
        value = getattr(part, one.name)
        for array in value.values() if isinstance(value, Mapping) else [value]:
            if isinstance(array, np.ndarray):
                yield one.name, array


def _same(name: str, found: object, wanted: object) -> None:
    if found != wanted:
        message = f"{name} must be {wanted!r:.80}, got {found!r:.80}"
        raise MisfitError(message)


def _true(name: str, fits: bool) -> None:
    if not fits:
        message = f"{name} must fit the scenario"
        raise MisfitError(message)
