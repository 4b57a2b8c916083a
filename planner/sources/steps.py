"""The steps in which a history's rows come, by queue, and the rows that lie off them."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.scenario.telling import quoted
from planner.sources.row_faults import RowFaults
from planner.sources.starts import DAY_US, MINUTE_US, SHORTEST_US, Starts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.scenario.model import Scenario

IntArray = npt.NDArray[np.int64]

DAY_MINUTES = 1440
ENOUGH_ROWS = 20  # to tell a table in hours from a queue that happened to be asked on the hour
MOST_IN_A_ROW = 3 / 4  # of the rows
ENOUGH_TIMES = 5  # of the day, to tell the same
INTERVALS = (5, 10, 15, 30, 60, DAY_MINUTES)
DIVISORS = tuple(n for n in range(DAY_MINUTES, 0, -1) if DAY_MINUTES % n == 0)
ON_GRID = 0.99  # share of rows on a step that makes it theirs; those off it are faults


def steps_of(starts: Starts, queue: IntArray, scenario: Scenario, faults: RowFaults) -> IntArray:
    """Return the minutes between starts that each queue's rows keep to, ``[Q]``; 0 without rows.

    A step is the largest divisor of a day on which 99 of 100 rows lie; rows off it are faults of
    their own. It may be a part of the scenario's interval or a multiple of it: a multiple short
    of a day takes twenty rows to be believed, at five times of the day or most of them in a row,
    for a few may lie on the hour by chance. Rows are by day when all lie at midnight, local or of
    UTC, or when twenty or more keep one time of the day; their wall clocks are put on their date.
    """
    interval = scenario.interval_minutes
    result = np.zeros(len(scenario.queues), dtype=np.int64)
    for q, rows in _rows_by_queue(queue, len(result)):
        mine = rows[starts.good[rows]]
        if not mine.size:
            continue
        step = DAY_MINUTES if _by_day(starts, mine) else _step(starts, mine, interval)
        if step % interval and interval % step:
            works = [str(n) for n in INTERVALS if n % step == 0 or step % n == 0]
            must = f"must come in steps of interval_minutes ({interval}), a part or a multiple"
            hint = f" (interval_minutes of {', '.join(works)} would do)" if works else ""
            name = quoted(scenario.queues[q].name)
            message = f"{must}, got steps of {step} minutes for {name}{hint}"
            faults.add_whole("start", message)
            step = 0
        result[q] = step
    return result


def _rows_by_queue(queue: IntArray, count: int) -> Iterator[tuple[int, IntArray]]:
    order = np.argsort(queue, kind="stable")
    bounds = np.searchsorted(queue[order], np.arange(count + 1))
    for q, (first, end) in enumerate(pairwise(bounds)):
        yield q, order[first:end]


def _by_day(starts: Starts, rows: IntArray) -> bool:
    """Return whether rows are days, and put their walls on the date."""
    wall, utc = starts.wall[rows], starts.utc[rows]
    time = wall % DAY_US
    if not time.any():
        return True
    if not (utc % DAY_US).any() and rows.size > 1:
        starts.wall[rows] = utc  # midnights of UTC: the date that was written is the one meant
        return True
    if rows.size >= ENOUGH_ROWS and bool(np.all(time == time[0])):
        starts.wall[rows] = wall - time
        return True
    return False


def _step(starts: Starts, rows: IntArray, interval: int) -> int:
    """Return the longest step that rows keep and that there is reason to believe."""
    counts = np.bincount(starts.wall[rows] // MINUTE_US % DAY_MINUTES, minlength=DAY_MINUTES)
    kept = [step for step in DIVISORS if counts[::step].sum() >= ON_GRID * rows.size]
    longest = kept[0]
    if interval % longest and not _believed(starts, rows, longest, int((counts > 0).sum())):
        parts = (step for step in kept if interval % step == 0 and step >= SHORTEST_US // MINUTE_US)
        return next(parts, next(step for step in kept if step <= interval))
    return longest


def _believed(starts: Starts, rows: IntArray, step: int, times: int) -> bool:
    """Return whether a step is more than chance: rows at five times of the day, or in a row."""
    if rows.size < ENOUGH_ROWS:
        return False
    apart = np.diff(np.sort(starts.utc[rows]))
    return times >= ENOUGH_TIMES or bool(np.mean(apart == step * MINUTE_US) > MOST_IN_A_ROW)


def check_grid(starts: Starts, queue: IntArray, steps: IntArray, faults: RowFaults) -> None:
    """Tell starts that lie between the intervals."""
    step = np.array([*steps, 0])[queue] * MINUTE_US
    asked = starts.good & (step > 0)
    off = asked & (starts.wall % np.where(asked, step, 1) != 0)
    for size in np.unique(step[off]):
        must = f"be on the grid of {size // MINUTE_US} minutes that the queue's other rows keep"
        where = np.flatnonzero(off & (step == size))
        faults.add(where, "start", must, lambda row: _clock(starts, row))
    starts.good[off] = False


def _clock(starts: Starts, row: int) -> str:
    return str(pd.Timestamp(int(starts.wall[row]), unit="us"))


def check_unique(starts: Starts, queue: IntArray, faults: RowFaults) -> None:
    """Tell rows of a queue whose interval came before."""
    rows = np.flatnonzero(starts.good & (queue >= 0))
    where, utc = queue[rows], starts.utc[rows]
    same = np.diff(where) == 0
    if np.all(np.diff(where) >= 0) and np.all(np.diff(utc)[same] > 0):
        return  # sorted, as most tables are: nothing can come twice
    keys = pd.DataFrame({"queue": where, "utc": utc})
    again = np.flatnonzero(keys.duplicated().to_numpy())
    firsts = keys.reset_index().groupby(["queue", "utc"])["index"].transform("min") \
        if again.size else None  # fmt: skip

    def found(row: int) -> str:
        position = int(np.searchsorted(rows, row))
        first = faults.number(int(rows[firsts.iloc[position]])) if firsts is not None else 0
        return f"{_clock(starts, row)} again (first in row {first})"

    faults.add(rows[again], "start", "be unique for its queue", found)
