"""A plan verified: service projected against simulated, and an audit, as tables and in words."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from planner.export.tables import defused
from planner.export.wording import day_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.audit.judged import Judged
    from planner.errors import Fault
    from planner.plan import Plan
    from planner.verification import Service, Verification

_FAULTS_TOLD = 5
AUDIT_COLUMNS = ("rule", "checked", "faults", "file", "line", "field", "message")
_POINT = 0.01


def verification_table(plan: Plan, found: Verification) -> pd.DataFrame:
    """Return a row per queue and day on which contacts are expected.

    Columns: queue, date, contacts, then as shares of them service_level, simulated and its
    standard_error, shared, service_level_p10, service_level_p90, share_in_band, abandonment,
    abandonment_simulated, abandonment_shared.
    """
    rows = np.argwhere(found.projected.contacts > 0)
    q, d = rows[:, 0], rows[:, 1]
    columns = {
        "contacts": found.projected.contacts,
        "service_level": found.projected.service_level,
        "simulated": found.simulated.service_level,
        "standard_error": found.error,
        "shared": found.shared.service_level,
        "service_level_p10": found.low,
        "service_level_p90": found.high,
        "share_in_band": found.inside,
        "abandonment": _lost(found.projected),
        "abandonment_simulated": _lost(found.simulated),
        "abandonment_shared": _lost(found.shared),
    }
    return pd.DataFrame(
        {
            "queue": [defused(plan.queues[n].name) for n in q],
            "date": [plan.days[n].isoformat() for n in d],
            **{name: np.round(values[q, d], 6) for name, values in columns.items()},
        }
    )


def _lost(some: Service) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.where(some.contacts > 0, some.lost / np.maximum(some.contacts, 1e-12), 0.0)


def verification_summary(plan: Plan, found: Verification) -> dict[str, Any]:
    """Return what ``summary.json`` says of a verification: shares as fractions."""
    came = found.projected.contacts > 0
    apart = np.abs(found.apart)[came]
    return {
        "replications": dict(zip(("simulated", "shared", "band"), found.replications, strict=True)),
        "mean_difference_by_day": round(float(apart.mean()), 5) if apart.size else 0.0,
        "largest_difference_by_day": round(float(apart.max(initial=0.0)), 5),
        "share_of_days_in_band": _in_band(found),
        "service": {
            queue.name: {
                name: round(_level(some, q), 5)
                for name, some in (
                    ("projected", found.projected),
                    ("simulated", found.simulated),
                    ("shared", found.shared),
                )
            }
            for q, queue in enumerate(plan.queues)
        },
        "recount": {one.what: [str(fault) for fault in one.faults] for one in found.counts},
    }


def _level(some: Service, q: int) -> float:
    came = float(some.contacts[q].sum())
    return float(some.in_time[q].sum()) / came if came > 0 else 1.0


def _band_cell(found: Verification, q: int) -> str:
    came = found.projected.contacts[q] > 0
    return f"{found.inside[q][came].mean():>9.0%}" if came.any() else f"{'-':>9}"


def _in_band(found: Verification) -> float:
    """Return the share of simulated days in their band, each queue's day counted alike."""
    came = found.projected.contacts > 0
    return round(float(found.inside[came].mean()), 4) if came.any() else 1.0


def verification_words(plan: Plan, found: Verification) -> str:
    """Return a verification for the terminal."""
    often, less, paths = found.replications
    width = max([len(queue.name) for queue in plan.queues] + [20])
    lines = [
        "Verified by simulation, contact by contact:",
        f"  {'answered in time':<{width}}   contacts  projected  simulated  apart     shared"
        + ("  in band" if paths else ""),
    ]
    legend = [
        f"  simulated: each queue with the positions planned for it, {often} times over; apart: "
        "projected less simulated, in points",
        "  shared: agents take the next contact of any queue that their pool serves, and do the "
        f"planned work that may wait, {less} times",
        "    over: above simulated where queues lend each other agents, below where they are at "
        "other work when a contact comes",
    ]
    for q, queue in enumerate(plan.queues):
        levels = [_level(one, q) for one in (found.projected, found.simulated, found.shared)]
        lines.append(
            f"  {queue.name:<{width}} {found.projected.contacts[q].sum():>10,.0f} "
            f"{levels[0]:>10.1%} {levels[1]:>10.1%} {_points(levels[0] - levels[1]):>+6.1f} "
            f"{levels[2]:>10.1%}{_band_cell(found, q) if paths else ''}"
        )
    return "\n".join(
        [*lines, *legend, *_days_words(plan, found, paths), *_count_words(found.counts)]
    )


def _points(apart: float) -> float:
    """Return a difference of shares in points, never a zero below zero."""
    return round(apart / _POINT, 1) + 0.0


def _days_words(plan: Plan, found: Verification, paths: int) -> list[str]:
    came = found.projected.contacts > 0
    if not came.any():
        return []
    apart = found.apart
    q, d = np.unravel_index(int(np.abs(apart).argmax()), apart.shape)
    mean, most = np.abs(apart)[came].mean() / _POINT, apart[q, d] / _POINT
    noise = found.error[q, d] / _POINT
    said = [
        f"Projected and simulated differ by {mean:.1f} points in the mean of a queue's day, at "
        f"most {most:+.1f} ({plan.queues[q].name}, {day_name(plan.days[d])}, "
        f"{found.projected.contacts[q, d]:,.0f} contacts; the simulation is known to "
        f"{2 * noise:.1f}).",
    ]
    if paths:
        said.append(
            f"Of days drawn from the forecast's paths {_in_band(found):.0%} lie in the band from "
            "p10 to p90, which is to hold 80%; work that is always in time is always in its band."
        )
    return said


def audit_words(counts: Sequence[Judged]) -> str:
    """Return an audit for the terminal."""
    return "\n".join(_count_words(counts))


def _count_words(counts: Sequence[Judged]) -> list[str]:
    if not counts:
        return []
    lines = ["Worked out again from the scenario and the files alone, apart from the planning:"]
    for one in counts:
        if not one.number and not one.faults:
            continue
        verdict = "all agree" if not one.faults else f"{len(one.faults):,} do not agree"
        lines.append(f"  {one.number:>10,.0f} {one.what}: {verdict}")
        if one.bent:
            lines[-1] += f", {len(one.bent):,} bent at their price"
        for some in (one.faults, one.bent):
            lines += [f"             {fault}" for fault in some[:_FAULTS_TOLD]]
            if len(some) > _FAULTS_TOLD:
                lines.append(f"             and {len(some) - _FAULTS_TOLD:,} more")
    wrong = sum(len(one.faults) for one in counts)
    if wrong:
        lines.append(f"{wrong:,} {'fault' if wrong == 1 else 'faults'}: do not rely on this plan.")
    return lines


def audit_document(counts: Sequence[Judged]) -> dict[str, Any]:
    """Return an audit as one JSON document: by rule what was looked at, and every fault.

    Of rules with a price in their contract, what was bent too.
    """
    return {
        "faults": sum(len(one.faults) for one in counts),
        "rules": {
            one.rule: {
                "what": one.what,
                "checked": round(one.number, 2),
                "faults": [str(fault) for fault in one.faults],
                **({"bent": [str(fault) for fault in one.bent]} if one.bent else {}),
            }
            for one in counts
        },
    }


def audit_table(counts: Sequence[Judged]) -> pd.DataFrame:
    """Return a row per rule and fault; a rule without any has one row with nothing behind it.

    Columns: rule, checked (how many things it looked at), faults, file, line, field, message.
    """
    rows: list[dict[str, Any]] = []
    for one in counts:
        head = {"rule": one.rule, "checked": round(one.number, 2), "faults": len(one.faults)}
        rows += [head | _told(fault) for fault in one.faults] or [head | _told(None)]
    table = pd.DataFrame(rows, columns=[*AUDIT_COLUMNS])
    return table.astype({"line": "Int64"})


def _told(fault: Fault | None) -> dict[str, Any]:
    if fault is None:
        return {"file": "", "line": None, "field": "", "message": ""}
    name = PurePath(fault.file).name
    return {"file": name, "line": fault.line, "field": fault.field, "message": fault.message}
