"""The plan in one JSON document: cost, service, what is missing, how good the answer is."""

from __future__ import annotations

import datetime as dt
import json
import math
import platform
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.export.digest import (
    Digest,
    digest,
    missing_hours,
    notes_of,
    total_cost,
    vendor_share,
)
from planner.export.overridden import overridden
from planner.export.paths import paths_summary
from planner.export.verified import verification_summary
from planner.export.waiting import Waiting, waiting

if TYPE_CHECKING:
    from forecasting.forecast import Forecast
    from planner.plan import Plan
    from planner.scenario.model import Scenario
    from planner.verification import Verification

_PACKAGES = ("contact-centre-planner", "numpy", "pandas", "scipy", "statsmodels", "pulp", "highspy")


def summary(
    plan: Plan, sums: Digest | None = None, verified: Verification | None = None
) -> dict[str, Any]:
    """Return the content of ``summary.json``: shares as fractions, unknown numbers as None.

    Parameters
    ----------
    plan
        The plan.
    sums
        Its digest, where the caller has it already.
    verified
        What its simulation and its recount found, where they were asked for.

    Returns
    -------
    dict
        ``written_at`` and ``seconds`` alone differ between two runs of the same plan.
    """
    sums = digest(plan) if sums is None else sums
    peak = sums.peak_day
    solved = plan.allocation
    on_the_line, overdue = missing_hours(plan)
    return {
        "name": plan.scenario.name,
        "variants": list(plan.variants),
        "first_day": plan.days[0].isoformat(),
        "days": len(plan.days),
        "interval_minutes": plan.interval_s / 60,
        "currency": plan.scenario.currency,
        "cost": _plain(total_cost(plan), 2),
        "understaffing_hours": _plain(on_the_line + overdue, 2),
        "understaffing_hours_on_the_line": _plain(on_the_line, 2),
        "overdue_work_hours": _plain(overdue, 2),
        "vendor_share": _plain(vendor_share(plan), 4),
        "contacts": _plain(sums.contacts.sum(), 1),
        "peak_day": {
            "date": plan.days[peak].isoformat(),
            "contacts": _plain(sums.contacts[:, peak].sum(), 1),
        },
        "overrides": overrides_of(plan.scenario, plan.forecast),
        "forecast_methods": methods_of(plan.forecast),
        "service": _service(plan, sums),
        "waiting": {one.queue: _waits(one) for one in waiting(plan, sums)},
        "costs": {cost.pool: _plain(cost.cost, 2) for cost in plan.costs},
        **_adjusted(plan),
        "unplaced_shifts": sum(left.heads for left in plan.roster.unplaced),
        "solver": {
            "quality": solved.quality,
            "gap": _plain(solved.gap, 6),
            "stopped": solved.stopped,
            "objective": _plain(solved.cost, 2),
            "bound": _plain(solved.bound, 2),
        },
        **paths_summary(plan),
        **({"verification": verification_summary(plan, verified)} if verified else {}),
        "seed": plan.scenario.seed,
        "notes": list(notes_of(plan)),
        "versions": versions(),
        "seconds": {stage: round(spent, 3) for stage, spent in plan.seconds.items()},
        "written_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
    }


def _adjusted(plan: Plan) -> dict[str, Any]:
    """Return by pool the premiums for service in its cost, where some contract has one."""
    if not any(pool.bonus for pool in plan.pools):
        return {}
    return {"bonuses": {cost.pool: _plain(cost.bonus, 2) for cost in plan.costs}}


def overrides_of(scenario: Scenario, forecast: Forecast) -> dict[str, Any]:
    """Return by queue the days that its planner overrides, and the contacts against the model."""
    return {
        one.queue: {
            "days": [day.isoformat() for day in one.days],
            "contacts_against_model": _plain(one.against_model, 1),
            "notes": list(one.why),
        }
        for one in overridden(scenario, forecast)
    }


def methods_of(forecast: Forecast) -> dict[str, Any]:
    """Return by queue its method, and each one's weight on ordinary days and in event windows."""
    return {
        told.queue: {
            "method": told.method,
            "weights": {
                name: {"ordinary": _plain(ordinary, 4), "event": _plain(event, 4)}
                for name, (ordinary, event) in told.weights.items()
            },
        }
        for told in forecast.by_queue
    }


def summary_json(plan: Plan, verified: Verification | None = None) -> str:
    """Return ``summary.json`` as text."""
    text = json.dumps(
        summary(plan, verified=verified), ensure_ascii=False, indent=2, allow_nan=False
    )
    return text + "\n"


def versions() -> dict[str, str | None]:
    """Return the versions of Python and of the packages that a plan's numbers depend on."""
    return {"python": platform.python_version(), **{name: _version(name) for name in _PACKAGES}}


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _service(plan: Plan, sums: Digest) -> dict[str, Any]:
    level = sums.service_level
    services = {}
    for q, axis in enumerate(sums.axes):
        outcome = sums.outcome([q])
        services[axis.queue] = {
            "market": axis.market,
            "channel": axis.channel,
            "contacts": _plain(outcome.contacts, 1),
            "promised": _plain(outcome.promised, 4),
            "service_level": _plain(outcome.service_level, 4),
            "understaffing_hours": _plain(outcome.short_hours, 2),
            "by_day": {day.isoformat(): _plain(level[q, d], 4) for d, day in enumerate(plan.days)},
            **_over(plan, sums, q),
        }
    return services


def _over(plan: Plan, sums: Digest, queue: int) -> dict[str, Any]:
    """Return over what a share is promised, if not the interval, and the level of each week."""
    over, level = sums.over[queue], sums.judged_level(queue)
    if level is None:
        return {}
    if over == "day":
        return {"promised_over": over}
    first = np.unique(sums.week, return_index=True)[1]  # of a week cut off: its first day planned
    by_week = {plan.days[d].isoformat(): _plain(level[d], 4) for d in first}
    return {"promised_over": over, "by_week": by_week}


def _waits(one: Waiting) -> dict[str, Any]:
    """Return what waits at a queue; times are ISO 8601 with the market's offset."""
    gone = one.gone_at
    return {
        "at_start": _plain(one.start, 1),
        "at_start_already_late": _plain(one.late_before, 1),
        "at_start_out_of_reach": _plain(one.start_out_of_reach, 1),
        "at_start_in_time": _plain(one.start_in_time, 1),
        "largest": _plain(one.most, 1),
        "largest_at": one.most_at.isoformat(timespec="seconds"),
        "largest_answered_by": None if gone is None else gone.isoformat(timespec="seconds"),
        "oldest_hours": _plain(one.oldest_hours, 2),
        "oldest_at": one.oldest_at.isoformat(timespec="seconds"),
        "at_end": _plain(one.end, 1),
        "share_out_of_reach": _plain(one.share_out_of_reach, 4),
    }


def _plain(value: float, places: int) -> float | None:
    """Return a number that JSON knows."""
    value = float(value)
    return round(value, places) + 0.0 if math.isfinite(value) else None
