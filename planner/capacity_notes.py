"""What capacity assumes where the scenario says nothing, and what it leaves aside, in words."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from planner.capacity_asked import USUAL_SPEED
from planner.notes import forecast_notes

if TYPE_CHECKING:
    from planner.plan import Asked
    from planner.scenario.model import Scenario
    from planner.scenario.pools import Pool
    from planner.sources.table import HistoryTable


def capacity_notes(
    scenario: Scenario, table: HistoryTable, asked: Asked, first: dt.date
) -> tuple[str, ...]:
    """Return what is assumed and left aside, then what to know of the forecast."""
    own = [pool for pool in scenario.pools if pool.kind == "in_house"]
    vendors = [pool for pool in scenario.pools if pool.kind == "vendor"]
    began = min(past.first_day for past in asked.histories)
    return (
        *_assumed(own),
        *_left_aside(own, vendors, first),
        *forecast_notes(scenario, table, asked.forecast, began),
    )


def _assumed(own: list[Pool]) -> list[str]:
    found = []
    silent = [pool.name for pool in own if pool.hiring is None]
    if silent:
        found.append(
            f"{_names(silent)} without hiring: classes of 1 to 20 in any week, decided 6 weeks "
            "before, 30 % leave in a year, nobody is let go, a hire costs nothing but wages"
        )
    plain = [pool.name for pool in own if pool.newcomers is None]
    if plain:
        training = sum(speed == 0 for speed in USUAL_SPEED)
        later = ", ".join(f"{100 * speed:.0f} %" for speed in USUAL_SPEED[training:])
        found.append(
            f"{_names(plain)} without newcomers: {training} weeks of training, then {later} of "
            "full speed week by week"
        )
    return found


def _left_aside(own: list[Pool], vendors: list[Pool], first: dt.date) -> list[str]:
    dated = [pool.name for pool in own
             if any(day is not None and day > first for day, _ in pool.agents.steps)]  # fmt: skip
    tiers = [pool.name for pool in vendors if pool.tiers]
    terms = [pool.name for pool in vendors if pool.penalty or pool.bonus]
    told = {
        f"numbers of agents from dates after {first} on are left aside, as they are decided here":
            dated,
        "prices beyond a volume are left aside: the first price counts": tiers,
        "penalties and bonuses are left aside": terms,
    }  # fmt: skip
    return [f"{_names(names)}: {what}" for what, names in told.items() if names]


def _names(names: list[str]) -> str:
    return ", ".join(names)
