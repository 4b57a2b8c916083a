"""A queue's history brought together for estimation: intervals, contacts, agents on duty."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.inputs import DAY_MINUTES, before_horizon, zone_of
from planner.scenario.queues import Promise
from planner.sources.outcomes import Contacts
from staffing.duty import agents_per_interval, on_duty
from staffing.fitting import Past
from staffing.scatter import without_chance

if TYPE_CHECKING:
    from planner.scenario.model import Scenario
    from planner.scenario.queues import Queue
    from planner.sources.table import HistoryTable

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class QueueData:
    """A queue's history before the horizon, arrays ``[I]``, NaN where unknown.

    Parameters
    ----------
    queue, first_day, last_day
        Its name, and its first and last local day with rows; None without any.
    deferred, by_day
        Whether its work may wait, and whether nothing shorter than days is known.
    contacts, aht_s, answered, abandoned, wait_s
        As in the history table.
    day
        Number of each interval's local day.
    single
        Its contacts one by one, where the table has a row for each.
    past
        The intervals for Erlang A; None without a handling time, agents on duty or a target.
    answer_within_s
        Threshold of its target; None where its work may wait.
    shared
        What to say of agents who serve other queues too.
    """

    queue: str
    first_day: str | None
    last_day: str | None
    deferred: bool
    by_day: bool
    contacts: FloatArray
    aht_s: FloatArray
    answered: FloatArray
    abandoned: FloatArray
    wait_s: FloatArray
    day: IntArray
    single: Contacts | None
    past: Past | None
    answer_within_s: float | None
    shared: str = ""

    @property
    def of_known_outcome(self) -> float:
        """Contacts of whom it is known whether they hung up."""
        if self.single is not None:
            return float(np.isfinite(self.single.abandoned).sum())
        known = np.isfinite(self.abandoned) | np.isfinite(self.answered)
        return float(self.contacts[known].sum())


def data_of(scenario: Scenario, table: HistoryTable, q: int) -> QueueData:
    """Return the history of the scenario's queue number ``q``, up to the horizon."""
    queue = scenario.queues[q]
    before = before_horizon(scenario, queue)
    frame = table.rows_of(queue.name)
    frame = frame[(frame["start"] < before).to_numpy()]
    start = pd.DatetimeIndex(frame["start"])
    days = start.tz_convert(zone_of(scenario, queue)).tz_localize(None).normalize()
    every = table.contacts
    if every is not None:
        every = every.take(every.start_s < before.timestamp())
    within = None if isinstance(queue.target, Promise) else queue.target.answer_within_s
    found = QueueData(
        queue.name,
        str(days[0].date()) if len(days) else None,
        str(days[-1].date()) if len(days) else None,
        deferred=within is None,
        by_day=scenario.interval_minutes == DAY_MINUTES,
        contacts=_column(frame, "contacts"),
        aht_s=_column(frame, "aht_s"),
        answered=_column(frame, "answered"),
        abandoned=_abandoned(frame, single=every is not None),
        wait_s=_column(frame, "wait_s"),
        day=np.asarray(days.as_unit("s").asi8 // 86_400, dtype=np.int64),
        single=None if every is None else every.take(every.queue == q),
        past=None,
        answer_within_s=within,
    )
    if within is None or found.by_day or not len(frame):
        return found
    agents, in_time, shared = _column(frame, "agents"), _column(frame, "answered_within"), ""
    if every is not None and found.single is not None:
        seconds = start.as_unit("us").asi8 / 1e6
        agents, shared = _on_duty(every, q, seconds, scenario.interval_s)
        in_time = _in_time(found.single, seconds, within, scenario.interval_s)
    past = _past(queue, scenario.interval_s, found, agents, in_time)
    return replace(found, past=past, shared=shared)


def _abandoned(frame: pd.DataFrame, *, single: bool) -> FloatArray:
    """Return who hung up; in a report by interval, those not answered where that alone is told."""
    told = _column(frame, "abandoned")
    if single:
        return told
    rest = _column(frame, "contacts") - _column(frame, "answered")
    return np.where(np.isnan(told), rest, told)


def _column(frame: pd.DataFrame, name: str) -> FloatArray:
    if name not in frame:
        return np.full(len(frame), np.nan)
    return frame[name].to_numpy(dtype=np.float64)


def _past(
    queue: Queue,
    interval_s: int,
    data: QueueData,
    agents: FloatArray,
    in_time: FloatArray,
) -> Past | None:
    """Return the intervals for Erlang A, at one handling time; None where too little is known."""
    weight, aht = data.contacts, data.aht_s
    known = np.isfinite(aht) & (weight > 0)
    if not np.isfinite(agents).any() or not (known.any() or queue.aht_s):
        return None
    mean = float(np.average(aht[known], weights=weight[known])) if known.any() else queue.aht_s
    outcome = np.isfinite(data.abandoned) | np.isfinite(in_time)
    return Past(
        np.where(outcome, agents * queue.concurrency, np.nan),
        without_chance(weight, data.day, interval_s),
        np.full(weight.size, mean or np.nan),
        data.abandoned,
        in_time,
        data.answer_within_s or 0.0,
        float(interval_s),
    )


def _on_duty(
    every: Contacts, q: int, starts: FloatArray, interval_s: int
) -> tuple[FloatArray, str]:
    """Return the agents on duty for a queue in each interval, and what to say of shared ones.

    Who serves several queues counts in each with the part of the handling that it took.
    """
    taken = (every.agent >= 0) & (every.abandoned != 1)
    begin = every.start_s + np.nan_to_num(every.wait_s)
    handled = np.nan_to_num(every.aht_s)
    agent, mine = every.agent[taken], every.queue[taken] == q
    if not mine.any():
        return np.full(starts.size, np.nan), ""
    duty = on_duty(agent, begin[taken], (begin + handled)[taken])
    size = int(agent.max()) + 1
    work = np.bincount(agent, handled[taken] + 1e-9, minlength=size)
    own = np.bincount(agent[mine], (handled[taken] + 1e-9)[mine], minlength=size)
    part = own / np.where(work > 0, work, 1.0)
    edges = np.arange(starts[0], starts[-1] + 1.5 * interval_s, interval_s)
    there = agents_per_interval(duty, edges, part[duty.agent])
    where = np.minimum(((starts - starts[0]) / interval_s).astype(np.int64), there.size - 1)
    shared = int(((part > 0) & (part < 1)).sum())
    said = f"; {shared} of them serve other queues too and count in part" if shared else ""
    return there[where], said


def _in_time(single: Contacts, starts: FloatArray, within: float, interval_s: int) -> FloatArray:
    """Return the contacts answered in time per interval; NaN where no outcome is known."""
    known = np.isfinite(single.abandoned) & np.isfinite(single.wait_s)
    at = single.start_s[known]
    where = np.searchsorted(starts, at, side="right") - 1
    inside = (where >= 0) & (at < starts[np.maximum(where, 0)] + interval_s)
    met = (single.abandoned[known] == 0) & (single.wait_s[known] <= within)
    count = np.bincount(where[inside], minlength=starts.size)
    result = np.bincount(where[inside], met[inside], minlength=starts.size)
    return np.where(count > 0, result, np.nan)
