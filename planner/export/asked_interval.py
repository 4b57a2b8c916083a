"""Which interval a person asks about: a queue by its name, a time on its market's clock."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from planner.errors import Fault, InputError
from planner.export.axes import QueueAxis, by_local_day
from planner.scenario.telling import one_of, quoted

if TYPE_CHECKING:
    from planner.plan import Plan

_EXAMPLE = "2027-02-13T10:15"


@dataclass(frozen=True, slots=True)
class AskedInterval:
    """The numbers of a queue and an interval; how its time was understood, if that is in doubt."""

    queue: int
    interval: int
    note: str = ""


def asked_interval(
    plan: Plan,
    axes: tuple[QueueAxis, ...],
    queue: str | None,
    at: str | None,
    source: str,
) -> AskedInterval:
    """Return the interval that a person asks about.

    Parameters
    ----------
    queue
        Name of the queue; None is the largest telephone queue.
    at
        Any time within the interval, ISO 8601; without an offset on the clock of the queue's
        market. A date alone is the busiest interval of that day, None that of the busiest day.
    source
        What a fault names as the place of the plan.

    Raises
    ------
    InputError
        With every fault: no such queue, no time, a time outside of the plan.
    """
    faults = []
    names = [axis.queue for axis in axes]
    if queue is not None and queue not in names:
        faults.append(("--queue", f"must {one_of(names, queue)}, got {quoted(queue)}"))
    time = None if at is None else _time_of(at)
    if at is not None and time is None:
        must = f"must be a time such as {_EXAMPLE}, {_EXAMPLE}+01:00 or a date"
        faults.append(("--at", f"{must}, got {quoted(at)}"))
    if faults:
        raise InputError([Fault(source, None, option, message) for option, message in faults])
    q = _largest_queue(plan, axes) if queue is None else names.index(queue)
    axis = axes[q]
    if time is None:
        return AskedInterval(q, _busiest_of(plan, q, axis, None))
    if not isinstance(time, dt.datetime):
        day = (time - plan.days[0]).days
        if 0 <= day < len(plan.days):
            return AskedInterval(q, _busiest_of(plan, q, axis, day))
        found, note = (-1 if day < 0 else len(plan.times)), ""
    else:
        instant, note = _instant(time, axis.timezone)
        found = int((instant - plan.times[0].timestamp()) // plan.interval_s)
    first, last = int(axis.inside[0]), int(axis.inside[-1])
    if not first <= found <= last:
        begin, end = axis.stamps[first], axis.stamps[last]
        near = begin if found < first else end
        must = f"must lie in an interval from {begin} to {end} (nearest: {near})"
        raise InputError([Fault(source, None, "--at", f"{must}, got {quoted(at)}")])
    return AskedInterval(q, found, note)


def busiest_interval(plan: Plan, axes: tuple[QueueAxis, ...]) -> tuple[int, int]:
    """Return the largest telephone queue and the busiest interval of its busiest day.

    Where there is no telephone, the largest queue that is answered at once, or else the largest.
    """
    q = _largest_queue(plan, axes)
    return q, _busiest_of(plan, q, axes[q], None)


def _largest_queue(plan: Plan, axes: tuple[QueueAxis, ...]) -> int:
    contacts = plan.projection.contacts
    totals = np.array([contacts[q, axis.inside].sum() for q, axis in enumerate(axes)])
    phone = np.array([axis.channel == "phone" for axis in axes])
    at_once = np.array([not queue.deferred for queue in plan.queues])
    return int(np.argmax(totals + 1e12 * phone + 1e9 * at_once))


def _busiest_of(plan: Plan, queue: int, axis: QueueAxis, day: int | None) -> int:
    """Return the busiest interval of a queue's day; None is its busiest day."""
    contacts, inside = plan.projection.contacts[queue], axis.inside
    if day is None:
        day = int(by_local_day(contacts, axis, len(plan.days)).argmax())
    inside = inside[axis.day[inside] == day]
    return int(inside[np.argmax(contacts[inside])])


def _time_of(text: str) -> dt.datetime | dt.date | None:
    """Return the time or date that a text writes, None where it is neither.

    Examples
    --------
    >>> [str(_time_of(text)) for text in ("2027-02-13 10:15", "2027-02-13", "noon")]
    ['2027-02-13 10:15:00', '2027-02-13', 'None']
    """
    for kind in (dt.date, dt.datetime):
        try:
            return kind.fromisoformat(text.strip())
        except ValueError:
            continue
    return None


def _instant(time: dt.datetime, timezone: str) -> tuple[float, str]:
    """Return seconds since 1970, and how a time that the clock shows twice or never was taken.

    Examples
    --------
    >>> _instant(dt.datetime(2027, 10, 31, 2, 30), "Europe/Paris")[1]
    'Clocks go back and show 02:30 twice on this day: the first, +02:00, is taken; the second is
    +01:00.'
    >>> _instant(dt.datetime(2027, 3, 28, 2, 30), "Europe/Paris")[1]
    'Clocks go forward and never show 02:30 on this day: 03:30 is taken.'
    """
    if time.tzinfo is not None:
        return time.timestamp(), ""
    zone = ZoneInfo(timezone)
    early, late = (time.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    before, after = (local.utcoffset() or dt.timedelta() for local in (early, late))
    note = ""
    if before > after:
        first, second = (local.isoformat()[19:25] for local in (early, late))
        note = (
            f"Clocks go back and show {time:%H:%M} twice on this day: the first, {first}, is "
            f"taken; the second is {second}."
        )
    elif before < after:
        shown = f"{early + (after - before):%H:%M}"
        note = f"Clocks go forward and never show {time:%H:%M} on this day: {shown} is taken."
    return early.timestamp(), note
