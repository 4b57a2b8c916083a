"""Tables of capacity: heads and hours by pool and week, needs and service by week, decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.capacity_found import total_service

if TYPE_CHECKING:
    from planner.capacity_found import Capacity
    from staffing.capacity import TeamWeeks, VendorWeeks

FloatArray = npt.NDArray[np.float64]

CAPACITY_FILES = (
    "capacity.csv",
    "capacity_weeks.csv",
    "capacity_queues.csv",
    "capacity_hires.csv",
    "capacity.json",
    "capacity.html",
)
_HEADS, _HOURS, _MONEY, _SHARE = 3, 2, 2, 4


def pools_table(found: Capacity) -> pd.DataFrame:
    """Return each pool's weeks: who comes and goes, hours and money."""
    weeks = [day.isoformat() for day in found.weeks]
    parts = [_team_rows(team, weeks) for team in found.plan.teams]
    parts += [_vendor_rows(vendor, weeks) for vendor in found.plan.vendors]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _team_rows(done: TeamWeeks, weeks: list[str]) -> pd.DataFrame:
    walk, zero = done.walk, np.zeros(len(weeks))
    kind = "temporary" if len(done.team.hiring.season) else "permanent"
    return pd.DataFrame(
        {
            "pool": done.team.name,
            "kind": kind,
            "week": weeks,
            "heads": _rounded(walk.heads, _HEADS),
            "hires": _rounded(done.hires, 0).astype(np.int64),
            "leavers": _rounded(walk.leavers, _HEADS),
            "released": _rounded(walk.released, _HEADS),
            "in_training": _rounded(walk.in_training, _HEADS),
            "on_contacts": _rounded(walk.on_contacts, _HEADS),
            "temps": _rounded(walk.heads if kind == "temporary" else zero, _HEADS),
            "overtime_hours": _rounded(done.overtime, _HOURS),
            "vendor_hours": zero,
            "paid_hours": _rounded(done.paid_hours, _HOURS),
            "cost": _rounded(done.cost, _MONEY),
        }
    )


def _vendor_rows(done: VendorWeeks, weeks: list[str]) -> pd.DataFrame:
    zero = np.zeros(len(weeks))
    return pd.DataFrame(
        {
            "pool": done.vendor.name,
            "kind": "vendor",
            "week": weeks,
            "heads": zero,
            "hires": zero.astype(np.int64),
            "leavers": zero,
            "released": zero,
            "in_training": zero,
            "on_contacts": zero,
            "temps": zero,
            "overtime_hours": zero,
            "vendor_hours": _rounded(done.ordered, _HOURS),
            "paid_hours": _rounded(done.billed, _HOURS),
            "cost": _rounded(done.cost, _MONEY),
        }
    )


def weeks_table(found: Capacity) -> pd.DataFrame:
    """Return each week's contacts, hours, service and money, all queues together."""
    asked = found.plan.question
    on_the_line, done = total_service(found)
    none = np.zeros(len(found.weeks))
    teams, vendors = found.plan.teams, found.plan.vendors
    temps = [team for team in teams if len(team.team.hiring.season)]
    return pd.DataFrame(
        {
            "week": [day.isoformat() for day in found.weeks],
            "contacts": _rounded(asked.contacts.sum(axis=0), _HOURS),
            "needed_hours": _rounded(asked.need.sum(axis=0), _HOURS),
            "given_hours": _rounded((asked.need - found.plan.missing).sum(axis=0), _HOURS),
            "missing_hours": _rounded(found.missing_by_week, _HOURS),
            "heads": _rounded(sum((team.walk.heads for team in teams), none), _HEADS),
            "temps": _rounded(sum((team.walk.heads for team in temps), none), _HEADS),
            "overtime_hours": _rounded(sum((team.overtime for team in teams), none), _HOURS),
            "vendor_hours": _rounded(sum((one.ordered for one in vendors), none), _HOURS),
            "service_on_the_line": _rounded(on_the_line, _SHARE),
            "deferred_done": _rounded(done, _SHARE),
            "cost": _rounded(found.plan.money, _MONEY),
        }
    )


def queues_table(found: Capacity) -> pd.DataFrame:
    """Return each queue's contacts, hours and service by week."""
    asked, count = found.plan.question, len(found.weeks)
    return pd.DataFrame(
        {
            "queue": np.repeat(np.array(asked.queues), count),
            "week": [day.isoformat() for _ in asked.queues for day in found.weeks],
            "contacts": _rounded(asked.contacts.ravel(), _HOURS),
            "needed_hours": _rounded(asked.need.ravel(), _HOURS),
            "given_hours": _rounded((asked.need - found.plan.missing).ravel(), _HOURS),
            "missing_hours": _rounded(found.plan.missing.ravel(), _HOURS),
            "service": _rounded(found.service.ravel(), _SHARE),
        }
    )


def decisions_table(found: Capacity) -> pd.DataFrame:
    """Return what to decide by when."""
    return pd.DataFrame(
        [
            {
                "decide_by": one.by.isoformat(),
                "what": one.kind,
                "pool": one.pool,
                "amount": round(one.amount, 1),
                "starts": one.starts.isoformat(),
                "on_contacts": one.on_contacts.isoformat() if one.on_contacts else None,
                "one_more_place_saves": round(one.worth, _MONEY) if one.worth else None,
            }
            for one in found.decisions
        ],
        columns=["decide_by", "what", "pool", "amount", "starts", "on_contacts",
                 "one_more_place_saves"],
    )  # fmt: skip


def capacity_document(found: Capacity) -> dict[str, object]:
    """Return capacity as one JSON document."""
    plan = found.plan
    return {
        "name": found.scenario.name,
        "variants": list(found.scenario.applied),
        "currency": found.scenario.currency,
        "first_week": found.weeks[0].isoformat(),
        "weeks": len(found.weeks),
        "cost": round(float(plan.money.sum()), _MONEY),
        "missing_hours": round(float(plan.missing.sum()), _HOURS),
        "needed_hours": round(float(plan.question.need.sum()), _HOURS),
        "objective": round(plan.objective, _MONEY),
        "bound": round(plan.bound, _MONEY),
        "gap": round(plan.gap, 6),
        "stopped": plan.stopped,
        "worst_week": found.weeks[found.worst_week].isoformat(),
        "hours_on_duty_per_position_hour": [
            {"week": day.isoformat(), "factor": round(fit, 4)} for day, fit in found.fit_weeks
        ],
        "nobody_hired": {
            "cost": round(found.nothing.money, _MONEY),
            "missing_hours": round(found.nothing.missing_hours, _HOURS),
        },
        "peak_all_year": {
            "cost": round(found.peak.money, _MONEY),
            "missing_hours": round(found.peak.missing_hours, _HOURS),
        },
        "decisions": _records(decisions_table(found)),
        "by_week": _records(weeks_table(found)),
        "by_pool": _records(pools_table(found)),
        "by_queue": _records(queues_table(found)),
        "notes": list(found.notes),
    }


def _rounded(values: FloatArray, places: int) -> FloatArray:
    return np.asarray(np.round(values, places) + 0.0)


def _records(table: pd.DataFrame) -> list[dict[str, object]]:
    return [
        {str(name): None if pd.isna(value) else value for name, value in row.items()}
        for row in table.to_dict("records")
    ]
