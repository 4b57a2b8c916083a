"""What limits, positions and promises of a plan are worth, row by row, and as a table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from planner.export.axes import by_local_day
from staffing.coverage import PoolCover, cover_of
from staffing.worth import NOTICED, best_shifts

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from planner.export.axes import QueueAxis
    from planner.plan import Plan
    from staffing.worth import Worth

Heads = Literal["fractions", "whole"]

#: What each kind of limit is called, and what one more of it is.
KINDS: Mapping[str, tuple[str, str]] = {
    "agent": ("agents employed", "agent for the week"),
    "agents": ("agents on the day", "agent for the day"),
    "days": ("days at work in the week", "day of an agent"),
    "run": ("days at work in a row", "day of an agent"),
    "hours": ("ordinary hours", "hour"),
    "contract": ("contracted hours", "hour"),
    "overtime": ("overtime", "hour"),
    "minimum": ("minimum billed", "hour less"),
    "ordered": ("hours ordered", "hour less"),
    "share": ("largest share of contacts", "point"),
    "share of hours": ("largest share of hours", "point"),
    "service": ("service promised", "point"),
    "shift": ("one more shift", "shift"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A limit and what one more unit of it is worth; for a promise, what one more point costs.

    Parameters
    ----------
    kind
        One of ``KINDS``.
    heads
        Whether it is the plan's worth with its whole heads, or the relaxed program's.
    used, allowed
        How much is taken of how much; NaN where there is no such limit.
    pay
        What the shift's own hours cost; NaN where that is not asked.
    """

    kind: str
    heads: Heads
    pool: str
    queue: str
    first: dt.date
    days: int
    limit: str
    used: float
    allowed: float
    worth: float
    unit: str
    pay: float = np.nan


def worth_rows(plan: Plan, axes: Sequence[QueueAxis]) -> tuple[Row, ...]:
    """Return what a plan's limits are worth; none where the plan does not tell."""
    worth = plan.allocation.worth
    if worth is None:
        return ()
    rows = [
        Row(one.kind, "fractions", one.pool, one.queue, one.first, one.days, KINDS[one.kind][0],
            one.used, one.allowed, one.worth, KINDS[one.kind][1])
        for one in worth.limits
    ]  # fmt: skip
    rows += _shifts(plan, worth)
    rows += _points(plan, worth, axes)
    return tuple(rows)


def covers_of(plan: Plan) -> tuple[PoolCover, ...]:
    """Return the plan's pools on its axis."""
    return tuple(
        cover_of(pool, plan.queues, plan.days, plan.times, plan.interval_s) for pool in plan.pools
    )


def _shifts(plan: Plan, worth: Worth) -> Iterator[Row]:
    """Yield each pool's best further shift of each day, on top of the plan's."""
    for one in best_shifts(covers_of(plan), worth.capacity):
        name, unit = KINDS["shift"]
        yield Row("shift", "whole", one.pool, "", one.day, 1, f"{name} {one.shift}", np.nan,
                  np.nan, one.worth, f"{unit} of {one.paid_hours:g} h", one.pay)  # fmt: skip


def _points(plan: Plan, worth: Worth, axes: Sequence[QueueAxis]) -> Iterator[Row]:
    """Yield what one more point of service in every interval costs, by queue and day."""
    if worth.point is None:
        return
    name, unit = KINDS["service"]
    prices: tuple[tuple[Heads, np.ndarray], ...] = (
        ("fractions", worth.relaxed_need),
        ("whole", worth.need),
    )
    for q, axis in enumerate(axes):
        promised = getattr(plan.queues[q].target, "service_level", None)
        if promised is None or not worth.point[q].any():
            continue
        for heads, price in prices:
            cost = price[q].astype(np.float64) * worth.point[q]
            for day, money in enumerate(by_local_day(cost, axis, len(plan.days))):
                if money >= NOTICED:
                    yield Row("service", heads, "", axis.queue, plan.days[day], 1, name, promised,
                              promised, float(money), unit)  # fmt: skip


def worth_table(rows: Sequence[Row]) -> pd.DataFrame:
    """Return ``worth.csv``: one row for each limit that binds, most worth first within a day."""
    ordered = sorted(rows, key=lambda row: (row.first, -row.worth))
    return pd.DataFrame(
        {
            "pool": [row.pool for row in ordered],
            "queue": [row.queue for row in ordered],
            "date": [row.first.isoformat() for row in ordered],
            "days": [row.days for row in ordered],
            "limit": [row.limit for row in ordered],
            "heads": [row.heads for row in ordered],
            "used": [round(row.used, 4) for row in ordered],
            "allowed": [round(row.allowed, 4) for row in ordered],
            "worth": [round(row.worth, 2) for row in ordered],
            "unit": [row.unit for row in ordered],
        }
    )
