"""What really came on a plan's days so far, on the plan's own intervals."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasting.history import DAY_S
from planner.errors import Fault, InputError
from planner.inputs import local_days, open_mask, zone_of
from planner.scenario.telling import quoted
from planner.sources.table import read_like

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from planner.plan import Plan
    from planner.sources.raw_rows import RawRows
    from planner.sources.table import HistoryTable

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

#: What a table may tell of an interval beside its contacts.
MORE = ("aht_s", "answered", "abandoned", "answered_within", "wait_s", "agents")

#: So many times the busiest interval planned is no count of contacts.
_SLIP = 1000

#: Remarks on a history that are none on what came afterwards.
_OF_HISTORIES = ("left aside", "NO HISTORY", "no rows", "no row has")

_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class Actuals:
    """What came so far, arrays ``[Q, I]`` on the plan's queues and intervals, NaN where unknown.

    Parameters
    ----------
    queues, times
        The plan's queues, and starts of its intervals in UTC.
    now
        Number of the first interval that is not over yet: all from it on are the future.
    contacts
        Contacts offered.
    aht_s, wait_s
        Mean handling time and mean wait in seconds.
    answered, abandoned, answered_within
        Contacts answered, lost, and answered within the queue's threshold.
    agents
        Agents on duty.
    notes
        What was left out, and what is not known.
    file
        Where they were read, as the user named it.
    rows
        The rows as they were read, in our words.
    """

    queues: tuple[str, ...]
    times: pd.DatetimeIndex
    now: int
    contacts: FloatArray
    aht_s: FloatArray
    answered: FloatArray
    abandoned: FloatArray
    answered_within: FloatArray
    wait_s: FloatArray
    agents: FloatArray
    notes: tuple[str, ...]
    file: str
    rows: RawRows = field(repr=False)

    @property
    def known(self) -> BoolArray:
        """Return whether it is known how many contacts came, ``[Q, I]``."""
        return ~np.isnan(self.contacts)

    @property
    def moment(self) -> pd.Timestamp:
        """Return the time up to which things are known, in UTC."""
        step = self.times[1] - self.times[0] if len(self.times) > 1 else pd.Timedelta(days=1)
        return self.times[0] + self.now * step


def read_actuals(plan: Plan, path: Path, at: str | None = None) -> Actuals:
    """Return what a table says of a plan's days.

    Parameters
    ----------
    plan
        The plan; its scenario says how the table is read.
    path
        A table as the plan's history is, or with our own names, see ``planner.sources.table``.
    at
        Now: an ISO 8601 time, on the market's clock unless it has an offset, or ``HH:MM`` on the
        last day that the table tells of. Left out: the end of the last interval in it. Rows after
        it are left out.

    Raises
    ------
    InputError
        With every fault of the table, by row; if none of its rows lies on the plan's days; if now
        is no time of the plan.

    Notes
    -----
    An interval without a row on a day that has others is a zero, up to now; a day without any is
    unknown, and so is a queue without any.
    """
    if plan.interval_s >= DAY_S:
        message = "must be a plan by the hour or finer, got one by the day"
        raise InputError([Fault(str(path), None, "", message)])
    rows, table = read_like(path, plan.scenario)
    queue, place = _placed(plan, table)
    day = local_days(plan.scenario, plan.times)
    inside = (place >= 0) & (place < len(plan.times))
    inside[inside] = day[queue[inside], place[inside]] >= 0
    if not inside.any():
        raise InputError([Fault(str(path), None, "start", _elsewhere(plan, table))])
    last = int(place[inside].max())
    now = last + 1 if at is None else _now(plan, path, at, last)
    kept = inside & (place < now)
    arrays = _arrays(plan, table, queue, place, kept, now)
    _check_size(plan, path, arrays["contacts"])
    told = [note for note in table.notes if not any(word in note for word in _OF_HISTORIES)]
    notes = [*told, *_left_out(plan, inside, kept, table.file)]
    notes += _unknown(plan, arrays["contacts"], day, now)
    return Actuals(
        plan.forecast.queues,
        plan.times,
        now,
        **arrays,
        notes=tuple(notes),
        file=table.file,
        rows=rows,
    )


def _placed(plan: Plan, table: HistoryTable) -> tuple[IntArray, IntArray]:
    """Return each row's queue and interval, outside of the axis where there is none ``[N]``."""
    start = pd.DatetimeIndex(table.frame["start"])
    since = (start - plan.times[0]).total_seconds().to_numpy()
    queue = table.frame["queue"].cat.codes.to_numpy().astype(np.int64)
    return queue, np.floor(since / plan.interval_s).astype(np.int64)


def _elsewhere(plan: Plan, table: HistoryTable) -> str:
    first, last = table.frame["start"].min(), table.frame["start"].max()
    return (
        f"must have rows on days of the plan, {plan.days[0]} to {plan.days[-1]}, "
        f"got none: they are of {first.date()} to {last.date()}"
    )


def _now(plan: Plan, path: Path, at: str, last: int) -> int:
    """Return the first interval that is not over at a time; see ``read_actuals``."""
    zones = sorted({zone_of(plan.scenario, queue) for queue in plan.scenario.queues})
    day = plan.times[last].tz_convert(zones[0]).date()
    when = _time(at.strip(), day, zones)
    step = pd.Timedelta(seconds=plan.interval_s)
    if when is not None and plan.times[0] + step <= when <= plan.times[-1] + step:
        return int((when - plan.times[0]) // step)
    clocks = f", with an offset such as +01:00 as there are {len(zones)} clocks"
    message = (
        f"must be a time of the plan, {plan.days[0]} to {plan.days[-1]}, "
        f"such as {day}T11:00, or 11:00{clocks if len(zones) > 1 else ''}, got {quoted(at)}"
    )
    raise InputError([Fault(str(path), None, "--at", message)])


def _time(at: str, day: dt.date, zones: Sequence[str]) -> pd.Timestamp | None:
    """Return the time that somebody wrote; None where it is none, or on which clock is open."""
    if _CLOCK.fullmatch(at):
        at = f"{day}T{at.zfill(5)}"
    try:
        when = pd.Timestamp(dt.datetime.fromisoformat(at))
        if when.tz is not None:
            return when.tz_convert("UTC")
        if len(zones) > 1:
            return None
        local = when.tz_localize(zones[0], ambiguous=True, nonexistent="shift_forward")
        return local.tz_convert("UTC")
    except (ValueError, OverflowError):
        return None


def _arrays(
    plan: Plan, table: HistoryTable, queue: IntArray, place: IntArray, kept: BoolArray, now: int
) -> dict[str, FloatArray]:
    """Return the table's columns on the plan's intervals, zeros where a day has other rows."""
    shape = len(plan.forecast.queues), len(plan.times)
    found = {name: np.full(shape, np.nan) for name in ("contacts", *MORE)}
    for name, values in found.items():
        if name in table.frame.columns:
            column = table.frame[name].to_numpy(dtype=np.float64)
            values[queue[kept], place[kept]] = column[kept]
    day = local_days(plan.scenario, plan.times)
    contacts = found["contacts"]
    for q in range(shape[0]):
        seen = np.unique(day[q, ~np.isnan(contacts[q])])
        zero = np.isin(day[q], seen) & np.isnan(contacts[q]) & (np.arange(shape[1]) < now)
        contacts[q, zero & (day[q] >= 0)] = 0.0
    for values in found.values():
        values.setflags(write=False)
    return found


def _check_size(plan: Plan, path: Path, contacts: FloatArray) -> None:
    """Raise where so many came that it must be a slip of the pen."""
    faults = []
    for q, name in enumerate(plan.forecast.queues):
        busiest = max(float(plan.forecast.contacts[q].max()), 1.0)
        most = float(np.nanmax(contacts[q], initial=0.0))
        if most > _SLIP * busiest:
            must = f"of {name} must be at most {_SLIP} times the busiest interval planned"
            message = f"{must}, {busiest:,.1f}, got {most:,.0f} in one"
            faults.append(Fault(str(path), None, "contacts", message))
    if faults:
        raise InputError(faults)


def _left_out(plan: Plan, inside: BoolArray, kept: BoolArray, file: str) -> list[str]:
    outside, later = int((~inside).sum()), int((inside & ~kept).sum())
    notes = []
    if outside:
        span = f"{plan.days[0]} to {plan.days[-1]}"
        notes.append(f"{file}: {outside} intervals are not of the plan's days, {span}: left out")
    if later:
        notes.append(f"{file}: {later} intervals lie after now: left out")
    return notes


def _unknown(plan: Plan, contacts: FloatArray, day: IntArray, now: int) -> list[str]:
    """Return notes on queues and days of which nothing is known, queues alike told together."""
    past = np.arange(len(plan.times)) < now
    is_open, alike = open_mask(plan.scenario, plan.times), dict[str, list[str]]()
    fed = {q.escalates.to for q in plan.scenario.queues if q.escalates}
    for q, name in enumerate(plan.forecast.queues):
        known = ~np.isnan(contacts[q])
        due = np.unique(day[q, past & is_open[q] & (plan.forecast.contacts[q] > 0)])
        lacks = sorted(set(due.tolist()) - set(day[q, known].tolist()))
        if not known.any() and len(due):
            stands = "follows the queues that hand on to it" if name in fed else "stays as planned"
            alike.setdefault(f"no rows up to now, so it {stands}", []).append(name)
        elif lacks:
            days = ", ".join(str(plan.days[d]) for d in lacks[:5])
            more = f" and {len(lacks) - 5} more" if len(lacks) > 5 else ""
            said = f"no rows of {days}{more}, taken as unknown and not as zero"
            alike.setdefault(said, []).append(name)
    return [f"{some_names(names)}: {said}" for said, names in alike.items()]


def some_names(names: list[str], most: int = 3) -> str:
    """Return names of queues in a row, the first of them where they are many.

    Examples
    --------
    >>> some_names(["phone", "chat"]), some_names(["a", "b", "c", "d", "e"])
    ('phone, chat', '5 queues (a, b, c and 2 more)')
    """
    if len(names) <= most:
        return ", ".join(names)
    return f"{len(names)} queues ({', '.join(names[:most])} and {len(names) - most} more)"
