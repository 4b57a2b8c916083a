"""A pool's shifts matched to its agents, one day after the other, the best match for each day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

from staffing.pools import Pool
from staffing.shifts import Shift, shift_start

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]

#: What makes a match worse, by weight: work on a day off, a start that moves, more hours.
_DAY_OFF, _MOVED, _MORE_HOURS = 1000.0, 1.0, 0.1
_FORBIDDEN = 1e9

#: Agent of a place that nobody takes.
NOBODY = -1


@dataclass(slots=True)
class Place:
    """One head of a pool: the day, the shift, and the number of the agent who takes it."""

    day: int
    shift: int
    agent: int = NOBODY


@dataclass(slots=True)
class _Tours:
    """What each agent of a pool has worked so far, all ``[A]``."""

    days: IntArray
    hours: FloatArray
    run: IntArray
    free_from: FloatArray
    last_start: FloatArray
    turn: IntArray  # who has waited longest for a day off has the lowest number


def match_days(
    pool: Pool, shifts: tuple[Shift, ...], heads: IntArray, days: tuple[dt.date, ...]
) -> list[Place]:
    """Return a place for every head ``[D, S]``, with its agent where one may take it.

    Days off rotate: who needs most of them in the rest of the week is off first, and of those who
    has waited longest. Then any stretch of days whose heads leave k days off per agent gives k to
    each, so that limits that the heads keep together, each agent keeps too. Within that, start
    times move little.
    """
    size = int(pool.agents.max(initial=0))
    tours = _Tours(
        days=np.zeros(size, dtype=np.int64),
        hours=np.zeros(size),
        run=np.zeros(size, dtype=np.int64),
        free_from=np.full(size, -np.inf),
        last_start=np.full(size, np.nan),
        turn=np.arange(size),
    )
    places: list[Place] = []
    for d, day in enumerate(days):
        if day.weekday() == 0:
            tours.days[:], tours.hours[:] = 0, 0.0
        wanted = np.repeat(np.arange(len(shifts)), heads[d])
        starts = np.array([start_hour(shifts[s], day, pool.timezone) for s in wanted])
        off = _off(pool, d, 7 - day.weekday(), tours, int(pool.agents[d]) - len(wanted))
        taken = _match(pool, shifts, wanted, starts, off, int(pool.agents[d]), tours)
        places += [Place(d, s, a) for s, a in zip(wanted.tolist(), taken.tolist(), strict=True)]
        _work(tours, shifts, wanted, starts, taken)
    return places


def start_hour(shift: Shift, day: dt.date, timezone: str) -> float:
    """Return the instant at which a shift starts, in hours of one clock for all days."""
    return shift_start(shift, day, timezone).timestamp() / 3600


def _match(
    pool: Pool,
    shifts: tuple[Shift, ...],
    wanted: IntArray,
    starts: FloatArray,
    off: BoolArray,
    employed: int,
    tours: _Tours,
) -> IntArray:
    """Return the agent of each wanted shift, ``NOBODY`` where none may take it."""
    taken = np.full(len(wanted), NOBODY)
    if not len(wanted) or not employed:
        return taken
    paid = np.array([shifts[s].paid_hours for s in wanted])
    allowed = (
        _rested(pool, starts, tours)
        & _within_week(pool, paid, tours)
        & _within_run(pool, tours)[None, :]
    )
    allowed[:, employed:] = False
    clock = starts % 24
    moved = np.abs((clock[:, None] - tours.last_start[None, :] + 12) % 24 - 12)
    cost = (
        _DAY_OFF * off[None, :]
        + _MOVED * np.where(np.isnan(moved), 0.0, moved)
        + _MORE_HOURS * tours.hours[None, :]
    )
    rows, columns = linear_sum_assignment(np.where(allowed, cost, _FORBIDDEN))
    placed = allowed[rows, columns]
    taken[rows[placed]] = columns[placed]
    return taken


def _off(pool: Pool, day: int, left: int, tours: _Tours, count: int) -> BoolArray:
    """Return whose turn it is to be off, ``[A]``; ``left`` days of the week are left, today in."""
    numbers = np.arange(len(tours.turn))
    employed = (pool.agents[day : day + left, None] > numbers).sum(axis=0)
    needed = employed - (7 - pool.contract.days_off_per_week - tours.days)
    order = np.lexsort((tours.turn, -needed))
    here = order[order < pool.agents[day]]
    off = np.zeros(len(numbers), dtype=bool)
    off[here[: max(count, 0)]] = True
    return off


def _rested(pool: Pool, starts: FloatArray, tours: _Tours) -> BoolArray:
    """Rest between two shifts >= the contract's (French labour code, L3131-1: 11 hours)."""
    return starts[:, None] >= tours.free_from[None, :] + pool.contract.min_rest_hours - 1e-9


def _within_week(pool: Pool, paid: FloatArray, tours: _Tours) -> BoolArray:
    """Days worked a week <= 7 - days off; hours a week <= contract's + overtime's."""
    contract = pool.contract
    hours = contract.hours_per_week + contract.overtime_hours_per_week
    fits: BoolArray = tours.hours[None, :] + paid[:, None] <= hours + 1e-9
    return fits & (tours.days < 7 - contract.days_off_per_week)[None, :]


def _within_run(pool: Pool, tours: _Tours) -> BoolArray:
    """Days worked in a row <= the contract's (French labour code, L3132-1: 6 days)."""
    return tours.run < pool.contract.max_consecutive_days


def _work(
    tours: _Tours,
    shifts: tuple[Shift, ...],
    wanted: IntArray,
    starts: FloatArray,
    taken: IntArray,
) -> None:
    on = taken >= 0
    agents = taken[on]
    resting = np.ones(len(tours.run), dtype=bool)
    resting[agents] = False
    tours.run[resting] = 0
    # Those off go to the end of the line, in the order in which they stood.
    tours.turn[resting] = (
        tours.turn.max(initial=0) + 1 + np.argsort(np.argsort(tours.turn[resting]))
    )
    if not len(agents):
        return
    placed = [shifts[s] for s in wanted[on]]
    length = np.array([s.end_minute - s.start_minute for s in placed]) / 60
    tours.run[agents] += 1
    tours.days[agents] += 1
    tours.hours[agents] += np.array([s.paid_hours for s in placed])
    tours.free_from[agents] = starts[on] + length
    tours.last_start[agents] = starts[on] % 24
