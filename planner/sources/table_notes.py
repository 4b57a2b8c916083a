"""What is worth knowing about a history table and is no fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from planner.sources.starts import DAY_US, EPOCH, THURSDAY

if TYPE_CHECKING:
    import pandas as pd

    from planner.scenario.model import Scenario

IntArray = npt.NDArray[np.int64]
DAY_MINUTES = 1440


def notes_of(
    frame: pd.DataFrame, wall: IntArray, scenario: Scenario, steps: IntArray, file: str
) -> tuple[str, ...]:
    """Return remarks on a table's rows, sorted by queue and start, with their wall clocks [N]."""
    queue = np.asarray(frame["queue"].cat.codes, dtype=np.int64)
    contacts = frame["contacts"].to_numpy()
    day = wall // DAY_US
    result = [
        *_finer(scenario, steps, file),
        *_coarser(scenario, steps, file),
        *_outside_hours(scenario, queue, wall, day, contacts, file),
        *_absent_days(scenario, queue, day, file),
        *_beyond(scenario, day, file),
    ]
    return (*result, *_silent(scenario, queue, day, file))


def _silent(scenario: Scenario, queue: IntArray, day: IntArray, file: str) -> list[str]:
    """Tell the queues of which nothing is known before the horizon."""
    first_day = scenario.horizon.first_day.toordinal() - EPOCH
    known = set(np.unique(queue[day < first_day]).tolist())
    fed = {q.escalates.to for q in scenario.queues if q.escalates}
    silent = [q.name for i, q in enumerate(scenario.queues) if i not in known]
    taking = [name for name in silent if name in fed]
    idle = [name for name in silent if name not in fed]
    result = []
    if taking:
        result.append(f"{file}: no rows for {', '.join(taking)}: fed by escalation alone")
    if idle:
        result.append(
            f"{file}: NO HISTORY before {scenario.horizon.first_day} for {', '.join(idle)}: "
            "forecast as ZERO contacts"
        )
    return result


def _coarser(scenario: Scenario, steps: IntArray, file: str) -> list[str]:
    """Tell which queues' rows are longer than an interval."""
    result = []
    for size in np.unique(steps[steps > scenario.interval_minutes]).tolist():
        names = _some([q.name for i, q in enumerate(scenario.queues) if steps[i] == size])
        if size == DAY_MINUTES:
            said = "history is by day: contacts are spread evenly over opening hours"
        else:
            said = f"rows of {size} minutes are spread evenly over their open intervals"
        result.append(f"{file}: {said}, as the shape within is not known: {names}")
    return result


def _finer(scenario: Scenario, steps: IntArray, file: str) -> list[str]:
    finer = (steps > 0) & (steps < scenario.interval_minutes)
    if not finer.any():
        return []
    sizes = ", ".join(str(size) for size in np.unique(steps[finer]))
    total = f"added up to {scenario.interval_minutes} minutes"
    return [f"{file}: rows of {sizes} minutes in {int(finer.sum())} queues were {total}"]


def _outside_hours(
    scenario: Scenario,
    queue: IntArray,
    wall: IntArray,
    day: IntArray,
    contacts: npt.NDArray[np.float64],
    file: str,
) -> list[str]:
    """Count contacts that came while their queue was closed: they are kept, as they happened."""
    week = np.stack([q.open.slots(scenario.interval_s) for q in scenario.queues])
    slot = wall % DAY_US // (scenario.interval_s * 1_000_000)
    shut = ~week[queue, (day + THURSDAY) % 7, slot] & (contacts > 0)
    result = []
    if shut.any():
        total = f"{contacts[shut].sum():,.0f} contacts in {int(shut.sum()):,} intervals"
        names = [scenario.queues[i].name for i in np.unique(queue[shut])]
        result.append(f"{file}: {total} came outside opening hours: {_some(names)}")
    dates = [[d.toordinal() - EPOCH for d in scenario.market_of(q).closed] for q in scenario.queues]
    if any(dates):
        on = np.zeros(len(queue), dtype=bool)
        for q, closed in enumerate(dates):
            on |= (queue == q) & np.isin(day, closed) & (contacts > 0)
        if on.any():
            total = f"{contacts[on].sum():,.0f} contacts in {int(on.sum()):,} intervals"
            result.append(f"{file}: {total} came on dates that are closed")
    return result


def _absent_days(scenario: Scenario, queue: IntArray, day: IntArray, file: str) -> list[str]:
    """Count the days without any row between a queue's first and last, where it opens then."""
    new = np.r_[True, (np.diff(queue) != 0) | (np.diff(day) != 0)]
    queue, day = queue[new], day[new]
    absent, names = 0, []
    for i, q in enumerate(scenario.queues):
        days = day[queue == i]
        if not days.size:
            continue
        opens = np.array([bool(ranges) for ranges in q.open.week])
        every = np.arange(days[0], days[-1] + 1)
        closed = [d.toordinal() - EPOCH for d in scenario.market_of(q).closed]
        asked = every[opens[(every + THURSDAY) % 7] & ~np.isin(every, closed)]
        missing = int((~np.isin(asked, days)).sum())
        absent += missing
        names += [q.name] if missing else []
    if not absent:
        return []
    meaning = "no contacts" if scenario.history.absent_days == "zero" else "unknown"
    return [f"{file}: {absent:,} open days have no rows and count as {meaning}: {_some(names)}"]


def _beyond(scenario: Scenario, day: IntArray, file: str) -> list[str]:
    first = scenario.horizon.first_day
    late = int((day >= first.toordinal() - EPOCH).sum())
    return [f"{file}: {late:,} intervals from {first} on are left aside"] if late else []


def _some(names: list[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
