"""What a plan made against several demand paths costs on each: a table, a summary, words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from planner.export.tables import defused
from planner.export.wording import Table, counted, money, number, percent
from staffing.coverage import weeks_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.plan import Plan
    from staffing.several import FloatArray, PathCosts

_HOURS, _MONEY, _COUNT = 3, 2, 3  # decimals


def later_pools(plan: Plan) -> dict[str, int]:
    """Return the pools that may be decided later, with their numbers: overtime, or on the day."""
    return {
        pool.name: p
        for p, pool in enumerate(plan.pools)
        if pool.decided == "on_the_day" or pool.contract.overtime_hours_per_week > 0
    }


def paths_table(plan: Plan) -> pd.DataFrame | None:
    """Return ``paths.csv``, a row per path and week; None where the plan is made for one quantile.

    Columns: path and week (its first day); contacts; cost of what is decided ahead and of what the
    path then takes, missing positions at their price; cost_of_middle, the same for the plan that
    staffs the middle of the forecast alone; shortage_hours on the line; overtime_hours and
    called_hours, paid hours decided on the day, in all and, after a colon, by pool;
    unhandled_contacts, paid by a commitment for nothing.
    """
    found = plan.allocation.paths
    if found is None:
        return None
    paths, weeks = found.cost.shape
    firsts = [plan.days[first].isoformat() for first, _ in weeks_of(plan.days)]
    overtime, called = _overtime_and_called(plan, found)
    by_pool = {
        f"{_kind_of(plan, p)}_hours:{defused(name)}": found.later_hours[:, p]
        for name, p in later_pools(plan).items()
    }
    numbers: Mapping[str, tuple[FloatArray, int]] = {
        "contacts": (found.contacts, _COUNT),
        "cost": (found.cost, _MONEY),
        "cost_of_middle": (found.cost_of_middle, _MONEY),
        "shortage_hours": (found.shortage_hours, _HOURS),
        "overtime_hours": (overtime, _HOURS),
        "called_hours": (called, _HOURS),
        "unhandled_contacts": (found.unhandled.sum(axis=1), _COUNT),
        **{name: (hours, _HOURS) for name, hours in by_pool.items()},
    }
    told = {name: np.round(v, places).ravel() + 0.0 for name, (v, places) in numbers.items()}
    head = {"path": np.repeat(np.arange(1, paths + 1), weeks), "week": firsts * paths}
    return pd.DataFrame({**head, **told})


def _kind_of(plan: Plan, p: int) -> str:
    return "called" if plan.pools[p].decided == "on_the_day" else "overtime"


def _overtime_and_called(plan: Plan, found: PathCosts) -> tuple[FloatArray, FloatArray]:
    """Return paid hours of overtime, and of pools called on the day ``[R, W]``."""
    hours = found.later_hours
    on_the_day = np.array([pool.decided == "on_the_day" for pool in plan.pools])
    return hours[:, ~on_the_day].sum(axis=1), hours[:, on_the_day].sum(axis=1)


def paths_summary(plan: Plan) -> dict[str, Any]:
    """Return what ``summary.json`` says of the paths; nothing where there are none."""
    found = plan.allocation.paths
    if found is None:
        return {}
    later = {
        name: {
            "decided": _kind_of(plan, p),
            "mean_hours": round(float(hours.mean()), 2),
            "most_hours": round(float(hours.max()), 2),
        }
        for name, p in later_pools(plan).items()
        for hours in [found.later_hours[:, p].sum(axis=1)]
    }
    return {
        "paths": {
            "count": len(found.cost),
            "worst": found.worst,
            "weight": found.weight,
            "expected_cost": round(found.expected, 2),
            "cost_in_the_worst": round(found.in_the_worst, 2),
            "expected_cost_of_middle": round(found.expected_of_middle, 2),
            "cost_in_the_worst_of_middle": round(found.in_the_worst_of_middle, 2),
            "saved": round(found.saved, 2),
            "gap": round(found.gap, 6),
            "shortage_hours_mean": round(float(found.shortage_hours.sum(axis=1).mean()), 2),
            "shortage_hours_most": round(float(found.shortage_hours.sum(axis=1).max()), 2),
            "later": later,
        }
    }


def paths_lines(plan: Plan) -> list[str]:
    """Return what the terminal says of the paths; nothing where there are none."""
    found = plan.allocation.paths
    if found is None:
        return []
    head = f"Cost against {len(found.cost)} demand paths"
    rows = [
        ("this plan", found.expected, found.in_the_worst),
        ("staffing the middle alone", found.expected_of_middle, found.in_the_worst_of_middle),
    ]
    saved = "saves" if found.saved >= 0 else "costs"
    return [
        f"{head:<32} {'mean':>12} {f'worst {found.worst:.0%}':>12}",
        *(f"  {name:<30} {mean:>12,.0f} {high:>12,.0f}" for name, mean, high in rows),
        f"  Missing positions count at their price, the worst with a weight of "
        f"{found.weight:.0%}. Deciding ahead for the paths {saved} "
        f"{plan.scenario.currency} {abs(found.saved):,.0f};",
        f"  in whole heads that is {max(found.gap, 0.0):.1%} more than in fractions of heads.",
        *(
            f"  {name}: {_later_words(plan, p)} {mean:,.0f} h on average, {most:,.0f} h at most."
            for name, p, mean, most in _later(plan, found)
        ),
    ]


def _later(plan: Plan, found: PathCosts) -> list[tuple[str, int, float, float]]:
    """Return the pools decided later with their mean and most hours over the paths."""
    return [
        (name, p, float(hours.mean()), float(hours.max()))
        for name, p in later_pools(plan).items()
        for hours in [found.later_hours[:, p].sum(axis=1)]
    ]


def _later_words(plan: Plan, p: int) -> str:
    return "called on the day" if _kind_of(plan, p) == "called" else "overtime"


def paths_report(plan: Plan) -> Table | None:
    """Return the report's table of the paths; None where the plan is made for one quantile."""
    found = plan.allocation.paths
    if found is None:
        return None
    currency = plan.scenario.currency
    rows = [
        (
            name,
            money(mean, currency),
            money(high, currency),
        )
        for name, mean, high in (
            ("this plan", found.expected, found.in_the_worst),
            ("staffing the middle alone", found.expected_of_middle, found.in_the_worst_of_middle),
        )
    ]
    rows += [
        (f"{name}, {_later_words(plan, p)}, hours: mean and most", number(mean), number(most))
        for name, p, mean, most in _later(plan, found)
    ]
    caption = (
        f"What is decided ahead, held against {counted(len(found.cost), 'demand path')}, missing "
        f"positions at their price; the worst share weighs {percent(found.weight)}"
    )
    header = ("", "mean of the paths", f"the worst {percent(found.worst)}")
    return Table(caption, header, tuple(rows), frozenset({0}))
