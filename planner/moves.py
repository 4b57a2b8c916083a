"""What to move for the rest of a day or week: queues, breaks, overtime, vendors, time off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from planner.move import FELT, Move, Standing
from planner.rest_of_plan import RestOfPlan
from planner.sent_home import sent_home
from planner.shift_moves import shift_moves
from planner.switches import switches
from staffing.moving import Desk

if TYPE_CHECKING:
    from planner.actuals import Actuals
    from planner.plan import Plan
    from planner.reforecast import Reforecast
    from staffing.allocation import Allocation
    from staffing.projection import Projection

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Moves:
    """The suggestions, and the rest of the plan without them and with them.

    Parameters
    ----------
    moves
        The suggestions, in the order in which they were made.
    scheduled, moved
        Who serves what as scheduled, and with all of them.
    before, after
        The service then.
    missing_before, missing_after
        Positions missing from now on ``[Q, I]``.
    spare
        Positions too many of each pool with nothing moved ``[P, I]``.
    needed
        Positions needed now ``[Q, I]``; 0 where work may wait.
    notes
        Who could not be asked, and why.
    """

    moves: tuple[Move, ...]
    scheduled: Allocation
    moved: Allocation
    before: Projection
    after: Projection
    missing_before: FloatArray
    missing_after: FloatArray
    spare: FloatArray
    needed: FloatArray
    notes: tuple[str, ...]


def suggest(plan: Plan, actuals: Actuals, found: Reforecast) -> Moves:
    """Return what to move from now on, what costs least first, and what that gives.

    A kind is suggested only where less is missing with it than without it; people are sent home
    only where nobody misses them.
    """
    rest = RestOfPlan(plan, found)
    base = rest.as_scheduled()
    before = rest.projected(base)
    state = Standing(rest, base, before, _desks(plan, actuals, found))
    missing, spare = state.missing, rest.spare(base)
    moves: list[Move] = []
    if missing.sum() * rest.hours > FELT:
        moves += switches(state)
        moves += shift_moves(state, ("break",))
        moves += shift_moves(state, ("overtime", "call"))
    moves += sent_home(state) if found.rest.any() else []
    return Moves(
        tuple(moves),
        base,
        state.allocation,
        before,
        state.projection,
        missing,
        state.missing,
        spare,
        np.where(found.rest, rest.demand.positions, 0.0),
        _notes(plan, found),
    )


def _desks(plan: Plan, actuals: Actuals, found: Reforecast) -> list[Desk | None]:
    """Return each pool's desk; None where it has no shifts or nothing is left to change."""
    asked = sorted(set(found.day[found.rest].tolist()))
    return [
        Desk(
            pool, shifts, plan.days, plan.roster.duties, plan.times, plan.interval_s,
            actuals.moment, asked,
        ) if shifts and asked else None
        for pool, shifts in zip(plan.pools, plan.allocation.shifts, strict=True)
    ]  # fmt: skip


def _notes(plan: Plan, found: Reforecast) -> tuple[str, ...]:
    """Return who could not be asked, and why."""
    days, notes = found.day[found.rest], []
    for pool in plan.pools if days.size else ():
        if days.max() < days.min() + pool.notice_days:
            ahead = "1 day" if pool.notice_days == 1 else f"{pool.notice_days} days"
            notes.append(f"{pool.name}: hours are ordered {ahead} ahead, so it is not called")
        elif pool.kind == "in_house" and not pool.contract.overtime_hours_per_week:
            notes.append(f"{pool.name}: the contract has no overtime")
    return tuple(notes)
