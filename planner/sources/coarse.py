"""History coarser than the plan: a day's or an hour's contacts over its open intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from planner.sources.numbers import COUNTS, LEVELS
from planner.sources.starts import (
    DAY_US,
    EPOCH,
    MINUTE_US,
    THURSDAY,
    Rows,
    Starts,
    utc_of,
    wall_of,
)
from planner.sources.steps import DAY_MINUTES

if TYPE_CHECKING:
    from planner.scenario.model import Scenario
    from planner.scenario.queues import Queue

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


def spread_coarse(rows: Rows, steps: IntArray, scenario: Scenario) -> Rows:
    """Return the rows with those longer than the scenario's interval spread over theirs.

    A row's counts go to the intervals that it covers and that its queue is open in, the same to
    each, so that they add up to the row's; where the queue is closed throughout, to all that it
    covers. Means are those of the row, agents on duty too, but unknown within a row by day, which
    covers its local day, of 23, 24 or 25 hours.

    Parameters
    ----------
    rows
        The rows, all of them good.
    steps
        Minutes that each queue's rows cover, ``[Q]``.
    """
    coarse = np.flatnonzero(steps > scenario.interval_minutes)
    if not coarse.size:
        return rows
    starts = rows.starts
    fine = np.flatnonzero(~np.isin(rows.queue, coarse))
    parts = [(fine, starts.utc[fine], starts.wall[fine], np.ones(len(fine)))]
    for q in coarse.tolist():
        mine = np.flatnonzero(rows.queue == q)
        parts.append(_spread(starts, mine, int(steps[q]), scenario.queues[q], scenario))
    source, utc, wall, share = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    spread = {
        name: value[source] * (share if name in COUNTS else 1.0)
        for name, value in rows.columns.items()
    }
    for name in LEVELS:
        if name in spread:  # a day's mean is nobody's number of agents on duty
            spread[name][steps[rows.queue[source]] == DAY_MINUTES] = np.nan
    return Rows(Starts(utc, wall, np.ones(len(utc), dtype=bool)), rows.queue[source], spread)


def _spread(
    starts: Starts, rows: IntArray, step: int, queue: Queue, scenario: Scenario
) -> tuple[IntArray, IntArray, IntArray, FloatArray]:
    """Return the intervals of rows: whose each is, its starts, and its share of the row."""
    zone, length = scenario.market_of(queue).timezone, scenario.interval_minutes * MINUTE_US
    first, end = _bounds(starts.utc[rows], starts.wall[rows], step, zone)
    number = np.maximum((end - first) // length, 1)
    parent = np.repeat(np.arange(len(rows)), number)
    place = np.arange(len(parent)) - np.repeat(np.cumsum(number) - number, number)
    utc = first[parent] + place * length
    wall = wall_of(utc, zone)
    is_open = _open(wall, queue, scenario)
    ever = np.bincount(parent, weights=is_open, minlength=len(rows)) > 0
    kept = is_open | ~ever[parent]
    parent, utc, wall = parent[kept], utc[kept], wall[kept]
    share = 1.0 / np.bincount(parent, minlength=len(rows))[parent]
    return rows[parent], utc, wall, share


def _bounds(utc: IntArray, wall: IntArray, step: int, zone: str) -> tuple[IntArray, IntArray]:
    """Return where rows begin and end in UTC.

    Examples
    --------
    Paris left an hour out on 28 March 2027:

    >>> day = np.array(["2027-03-28"], dtype="M8[us]").view(np.int64)
    >>> first, end = _bounds(day, day, DAY_MINUTES, "Europe/Paris")
    >>> ((end - first) // (60 * MINUTE_US)).tolist()
    [23]
    """
    if step <= 60:  # each hour of a repeated one has a row of its own
        return utc, utc + step * MINUTE_US
    first = utc_of(wall, zone) if step == DAY_MINUTES else utc
    return first, utc_of(wall + step * MINUTE_US, zone)


def _open(wall: IntArray, queue: Queue, scenario: Scenario) -> BoolArray:
    day, slot = wall // DAY_US, wall % DAY_US // (scenario.interval_minutes * MINUTE_US)
    closed = [date.toordinal() - EPOCH for date in scenario.market_of(queue).closed]
    is_open: BoolArray = queue.open.slots(scenario.interval_s)[(day + THURSDAY) % 7, slot]
    return is_open & ~np.isin(day, closed)
