"""One interval's arithmetic, step by step, from its history to its price."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.export.asked_interval import asked_interval
from planner.export.axes import QueueAxis, queue_axes
from planner.export.explain_demand import demand_steps
from planner.export.explain_supply import supply_steps
from planner.export.steps import Place, Step
from planner.export.wording import day_name

if TYPE_CHECKING:
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
    note
        How the time that was asked for was understood, where the clock shows it twice or never.
    """

    queue: str
    start: str
    when: str
    steps: tuple[Step, ...]
    note: str = ""

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
        lines = [f"{self.queue}, {self.when}", *([self.note] if self.note else []), ""]
        for n, step in enumerate(self.steps, start=1):
            lines += [f"{n}. {step.title}", *(f"   {line}" for line in step.lines)]
            if step.table is not None:
                lines += [f"     {row}" for row in _aligned(step.table.header, step.table.rows)]
            lines += [f"     {line}" for line in step.more]
            lines.append("")
        return "\n".join(lines)


def explain(
    plan: Plan, queue: str | None = None, at: str | None = None, source: str = "the plan"
) -> Explanation:
    """Return the arithmetic of the interval of a queue that a person asks about.

    Parameters
    ----------
    plan
        The plan.
    queue
        Name of the queue; left out, the largest telephone queue.
    at
        A time within the interval, see ``planner.export.asked_interval.asked_interval``; left out,
        the busiest.
    source
        What a fault names as the place of the plan.

    Raises
    ------
    InputError
        If there is no such queue, or the time cannot be read or lies outside of the plan.
    """
    axes = queue_axes(plan.scenario, plan.times, plan.days, plan.interval_s)
    asked = asked_interval(plan, axes, queue, at, source)
    found = explain_interval(plan, asked.queue, asked.interval, axes[asked.queue])
    return replace(found, note=asked.note)


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


def _aligned(header: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> list[str]:
    widths = [max(len(row[c]) for row in (header, *rows)) for c in range(len(header))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (header, *rows)
    ]
