"""A plan's folder and a table of what came on its days so far, made up by a rule."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np

from planner.archive import ARCHIVE, pack
from planner.plan import Plan

Came = Callable[[str, float, str], float]
"""Contacts of an interval from its queue, those planned, and its local start."""


def stored(plan: Plan, folder: Path) -> Path:
    """Return a plan's folder, written into another."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ARCHIVE).write_bytes(pack(plan))
    return folder


def came(plan: Plan, file: Path, until: str, rule: Came, since: str = "2027-02-08T00:00") -> Path:
    """Return a file with what came until a local time, interval by interval."""
    with file.open("w", newline="") as opened:
        rows = csv.writer(opened)
        rows.writerow(["start", "queue", "contacts", "aht_s"])
        for q, queue in enumerate(plan.scenario.queues):
            zone = plan.scenario.market_of(queue).timezone
            local = plan.times.tz_convert(zone)
            for i in np.flatnonzero(plan.forecast.contacts[q] > 0).tolist():
                stamp = local[i].strftime("%Y-%m-%dT%H:%M")
                if since <= stamp < until:
                    planned = float(plan.forecast.contacts[q, i])
                    aht_s = plan.requirement.aht_s[q, i]
                    rows.writerow([stamp, queue.name, rule(queue.name, planned, stamp), aht_s])
    return file
