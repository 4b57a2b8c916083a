"""The exchange file: what a vendor is asked to staff, queue by queue and interval by interval."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from planner.export.axes import local_stamps, queue_axes
from staffing.costing import contacts_taken

if TYPE_CHECKING:
    from planner.export.axes import QueueAxis
    from planner.export.tours import Choice
    from planner.plan import Plan

COLUMNS = (
    "skillname", "startdatetime", "enddatetime", "tasks", "tasktime", "aftertasktime", "agents",
)  # fmt: skip
_TASKS, _SECONDS, _AGENTS = 3, 1, 3  # decimals


def exchange_tables(plan: Plan, choice: Choice) -> dict[str, pd.DataFrame]:
    """Return what each vendor pool is asked to staff, by its name; none in-house.

    A row per queue and interval in which the vendor is handed contacts or gives positions:

    - ``skillname``: the queue.
    - ``startdatetime``, ``enddatetime``: the interval, ISO 8601, on the market's clock with its
      offset.
    - ``tasks``: contacts planned for that are handed to this vendor. Of a queue answered at once,
      its part of those that come in the interval; of work that may wait, what it is to do then.
      All pools' tasks add up to the contacts of ``requirement.csv``.
    - ``tasktime``: seconds of handling that one contact takes at this vendor, slower or faster
      than the queue's AHT by the vendor's speed; talk, hold and wrap-up.
    - ``aftertasktime``: 0: wrap-up is in ``tasktime``, as a plan knows one handling time.
    - ``agents``: agents able to take contacts, breaks and shrinkage already off, as in
      ``coverage.csv``. Fractions where agents share their time between queues. How many to
      schedule for them is the vendor's to say; the plan's own heads are in ``allocation.csv``.
    """
    axes = queue_axes(plan.scenario, plan.times, plan.days, plan.interval_s)
    taken = contacts_taken(plan.allocation, plan.queues, plan.requirement.contacts)
    found = {}
    for p, pool in enumerate(plan.allocation.pools):
        if pool.kind == "vendor" and choice.has_pool(pool.name):
            parts = [
                _queue_rows(plan, p, q, taken[p, q], axis)
                for q, axis in enumerate(axes)
                if axis.queue in pool.speed
            ]
            rows = pd.concat(parts, ignore_index=True)
            day = rows["startdatetime"].str.slice(0, 10)
            wanted = (day >= choice.first.isoformat()) & (day <= choice.last.isoformat())
            found[pool.name] = rows[wanted]
    return found


def _queue_rows(
    plan: Plan, p: int, q: int, contacts: np.ndarray[tuple[int], np.dtype[np.float64]],
    axis: QueueAxis,
) -> pd.DataFrame:  # fmt: skip
    tasks = np.round(contacts, _TASKS)
    agents = np.round(plan.allocation.serve[p, q].astype(np.float64), _AGENTS)
    at = axis.inside[(tasks[axis.inside] > 0) | (agents[axis.inside] > 0)]
    ends = plan.times[at] + pd.Timedelta(seconds=plan.interval_s)
    speed = plan.allocation.pools[p].speed[axis.queue]
    return pd.DataFrame(
        {
            "skillname": axis.queue,
            "startdatetime": axis.stamps[at],
            "enddatetime": local_stamps(ends, axis.timezone),
            "tasks": tasks[at],
            "tasktime": np.round(plan.requirement.aht_s[q, at] / speed, _SECONDS),
            "aftertasktime": 0,
            "agents": agents[at],
        }
    )
