"""A running plan reviewed: what came, what is expected now, and what to move."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.moves import Moves, suggest
from planner.reforecast import DaySum, Honesty, Reforecast, Rest, day_sums, honesty, reforecast

if TYPE_CHECKING:
    from planner.actuals import Actuals
    from planner.plan import Plan


@dataclass(frozen=True, slots=True)
class Review:
    """A plan against what came so far, and the rest of it."""

    plan: Plan
    actuals: Actuals
    rest: Rest
    found: Reforecast
    honesty: Honesty
    days: tuple[DaySum, ...]
    moves: Moves


def review(plan: Plan, actuals: Actuals, rest: Rest = "day") -> Review:
    """Return a plan held against what came so far, for the rest of the day or of the week."""
    found = reforecast(plan, actuals, rest)
    return Review(
        plan,
        actuals,
        rest,
        found,
        honesty(plan, actuals, found),
        tuple(day_sums(plan, actuals, found)),
        suggest(plan, actuals, found),
    )
