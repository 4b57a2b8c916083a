"""The table of activities: what each agent of the roster does from when to when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from planner.export.axes import local_stamps
from staffing.activities import BREAK, SPARE, Activities, activities

if TYPE_CHECKING:
    from planner.plan import Plan

_COLUMNS = ["agent", "pool", "date", "start", "end", "activity", "kind"]


@dataclass(frozen=True, slots=True)
class Activity:
    """What an agent is at: a queue's name, "break" or "spare", and its kind.

    The kind is "live" for a queue whose customers wait on the line, "deferred" for work that may
    wait, "break", or "spare" for time that the plan gives to no queue.
    """

    name: str
    kind: str


def known_activities(plan: Plan) -> dict[int, Activity]:
    """Return what the numbers of ``staffing.activities`` stand for, queues in the plan's order."""
    queues = {
        q: Activity(queue.name, "deferred" if queue.deferred else "live")
        for q, queue in enumerate(plan.queues)
    }
    return {**queues, BREAK: Activity("break", "break"), SPARE: Activity("spare", "spare")}


def activities_table(plan: Plan) -> pd.DataFrame:
    """Return one row per stretch of an agent's shift, in the roster's order.

    Times are on the pool's clock, as the roster's are. The rows of a shift follow each other
    without a gap, from its start to its end.
    """
    found = activities(plan.allocation, plan.roster, plan.interval_s)
    duties, known = plan.roster.duties, known_activities(plan)
    number = found.duty.tolist()
    told = [known[code] for code in found.activity.tolist()]
    rows = {
        "agent": [duties[n].agent for n in number],
        "pool": [duties[n].pool for n in number],
        "date": [duties[n].day.isoformat() for n in number],
        "start": _stamps(plan, found, found.start_minute),
        "end": _stamps(plan, found, found.end_minute),
        "activity": [one.name for one in told],
        "kind": [one.kind for one in told],
    }
    return pd.DataFrame(rows, columns=_COLUMNS, dtype=object)


def _stamps(
    plan: Plan,
    found: Activities,
    minute: np.ndarray[tuple[int], np.dtype[np.int64]],
) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    """Return instants as texts on their pools' clocks."""
    pool = np.array([duty.pool for duty in plan.roster.duties], dtype=object)[found.duty]
    texts = np.empty(len(minute), dtype=object)
    for one in plan.pools:
        here = np.flatnonzero(pool == one.name)
        each, place = np.unique(minute[here], return_inverse=True)
        instants = plan.times[0] + pd.to_timedelta(each, unit="min")
        texts[here] = local_stamps(pd.DatetimeIndex(instants), one.timezone)[place]
    return texts
