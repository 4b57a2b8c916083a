"""One interval's arithmetic, step by step, from its history to its price."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from planner.errors import PlannerError
from planner.export.axes import QueueAxis, by_local_day, queue_axes
from planner.export.explain_demand import demand_steps
from planner.export.explain_supply import supply_steps
from planner.export.steps import Place, Step
from planner.export.wording import day_name

if TYPE_CHECKING:
    import datetime as dt

    from planner.plan import Plan


@dataclass(frozen=True, slots=True)
class Explanation:
    """What one queue's interval is made of.

    Parameters
    ----------
    queue
        Name of the queue.
    start
        Start of the interval, ISO 8601 with the market's offset.
    when
        The same for a reader, on the market's clock.
    steps
        The arithmetic: history, day, contacts, load, positions, agents, price, service.
    """

    queue: str
    start: str
    when: str
    steps: tuple[Step, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the explanation as plain values, for JSON."""
        plain: dict[str, Any] = asdict(self)
        for step in plain["steps"]:
            step["value"] = step["value"] if np.isfinite(step["value"]) else None
            if step["table"] is not None:
                del step["table"]["texts"]
        return plain

    def text(self) -> str:
        """Return the explanation as lines for a terminal."""
        lines = [f"{self.queue}, {self.when}", ""]
        for n, step in enumerate(self.steps, start=1):
            lines += [f"{n}. {step.title}", *(f"   {line}" for line in step.lines)]
            if step.table is not None:
                lines += [f"     {row}" for row in _aligned(step.table.header, step.table.rows)]
            lines += [f"     {line}" for line in step.more]
            lines.append("")
        return "\n".join(lines)


def explain(plan: Plan, queue: str, at: dt.datetime) -> Explanation:
    """Return the arithmetic of the interval of a queue that contains an instant.

    Parameters
    ----------
    plan
        The plan.
    queue
        Name of the queue.
    at
        The instant; without an offset it is on the clock of the queue's market.

    Raises
    ------
    PlannerError
        If there is no such queue, or the instant is not in the plan.
    """
    axes = queue_axes(plan.scenario, plan.times, plan.days, plan.interval_s)
    names = [axis.queue for axis in axes]
    if queue not in names:
        message = f"queue must be one of {', '.join(names)}, got {queue!r}"
        raise PlannerError(message)
    q = names.index(queue)
    return explain_interval(plan, q, _interval_at(plan, axes[q], at), axes[q])


def explain_interval(plan: Plan, queue: int, interval: int, axis: QueueAxis) -> Explanation:
    """Return the arithmetic of an interval by the numbers of queue and interval."""
    place = Place(
        queue=queue,
        interval=interval,
        axis=axis,
        day=int(axis.day[interval]),
        slot=int(axis.slot[interval]),
    )
    steps = (*demand_steps(plan, place), *supply_steps(plan, place))
    local = plan.times[interval].tz_convert(axis.timezone)
    when = f"{day_name(local.date(), year=True)}, {local:%H:%M} ({axis.timezone})"
    return Explanation(axis.queue, str(axis.stamps[interval]), when, steps)


def busiest_interval(plan: Plan, axes: tuple[QueueAxis, ...]) -> tuple[int, int]:
    """Return the largest telephone queue and the busiest interval of its busiest day.

    Where there is no telephone, the largest queue that is answered at once, or else the largest.
    """
    contacts = plan.projection.contacts
    totals = np.array([contacts[q, axis.inside].sum() for q, axis in enumerate(axes)])
    phone = np.array([axis.channel == "phone" for axis in axes])
    at_once = np.array([not queue.deferred for queue in plan.queues])
    q = int(np.argmax(totals + 1e12 * phone + 1e9 * at_once))
    inside, day = axes[q].inside, axes[q].day
    daily = by_local_day(contacts[q], axes[q], len(plan.days))
    inside = inside[day[inside] == int(daily.argmax())]
    return q, int(inside[np.argmax(contacts[q, inside])])


def _interval_at(plan: Plan, axis: QueueAxis, at: dt.datetime) -> int:
    stamp = pd.Timestamp(at)
    if stamp.tzinfo is None:
        stamp = stamp.tz_localize(axis.timezone, ambiguous=True, nonexistent="shift_forward")
    found = int(np.searchsorted(plan.times.asi8, _like(plan.times, stamp), side="right")) - 1
    if found not in set(axis.inside.tolist()):
        first, last = axis.stamps[axis.inside[0]], axis.stamps[axis.inside[-1]]
        message = f"the time must lie from {first} to {last}, got {stamp.isoformat()}"
        raise PlannerError(message)
    return found


def _like(times: pd.DatetimeIndex, stamp: pd.Timestamp) -> int:
    """Return the instant in the unit of the axis."""
    return int(pd.DatetimeIndex([stamp.tz_convert("UTC")]).as_unit(times.unit).asi8[0])


def _aligned(header: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> list[str]:
    widths = [max(len(row[c]) for row in (header, *rows)) for c in range(len(header))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (header, *rows)
    ]
