"""Heads per shift become tours of named agents who keep their contract's limits."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

from staffing.allocation import Allocation
from staffing.pools import Pool
from staffing.shifts import Shift, shift_start

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]

#: What makes a tour worse, in the order of its weight: uneven days, long runs, a start that moves.
_UNEVEN, _RUN, _MOVED = 100.0, 10.0, 1.0
_FORBIDDEN = 1e9


@dataclass(frozen=True, slots=True, order=True)
class Duty:
    """One agent's shift on one day."""

    pool: str
    day: dt.date
    shift: Shift
    agent: str


@dataclass(frozen=True, slots=True)
class Unplaced:
    """Heads that no agent could take without breaking a rule."""

    pool: str
    day: dt.date
    shift: Shift
    heads: int


@dataclass(frozen=True, slots=True)
class Roster:
    """All tours, by pool, day, shift and agent, and what could not be placed."""

    duties: tuple[Duty, ...]
    unplaced: tuple[Unplaced, ...]


@dataclass(slots=True)
class _Tours:
    """What each agent of a pool has worked so far, all ``[A]``."""

    days: IntArray
    hours: FloatArray
    run: IntArray
    free_from: FloatArray
    last_start: FloatArray


def build_roster(allocation: Allocation) -> Roster:
    """Return tours for every head of the allocation, day after day, the best match for each day.

    Each agent keeps the contract's rest, days and hours a week (Monday to Sunday) and run of days;
    within that, work is spread evenly and start times move little.
    """
    duties: list[Duty] = []
    unplaced: list[Unplaced] = []
    for pool, shifts, heads in zip(
        allocation.pools, allocation.shifts, allocation.heads, strict=True
    ):
        _roster_pool(pool, shifts, heads, allocation.days, duties, unplaced)
    return Roster(tuple(sorted(duties)), tuple(unplaced))


def _roster_pool(
    pool: Pool,
    shifts: tuple[Shift, ...],
    heads: IntArray,
    days: tuple[dt.date, ...],
    duties: list[Duty],
    unplaced: list[Unplaced],
) -> None:
    size = int(pool.agents.max(initial=0))
    tours = _Tours(
        days=np.zeros(size, dtype=np.int64),
        hours=np.zeros(size),
        run=np.zeros(size, dtype=np.int64),
        free_from=np.full(size, -np.inf),
        last_start=np.full(size, np.nan),
    )
    for d, day in enumerate(days):
        if day.weekday() == 0:
            tours.days[:], tours.hours[:] = 0, 0.0
        wanted = np.repeat(np.arange(len(shifts)), heads[d])
        starts = np.array(
            [shift_start(shifts[s], day, pool.timezone).timestamp() / 3600 for s in wanted]
        )
        taken = _match(pool, shifts, wanted, starts, int(pool.agents[d]), tours)
        missing = dict.fromkeys(wanted[taken < 0].tolist(), 0)
        for s, agent in zip(wanted.tolist(), taken.tolist(), strict=True):
            if agent < 0:
                missing[s] += 1
            else:
                duties.append(Duty(pool.name, day, shifts[s], pool.names[agent]))
        unplaced.extend(Unplaced(pool.name, day, shifts[s], n) for s, n in missing.items())
        _work(tours, shifts, wanted, starts, taken)


def _match(
    pool: Pool,
    shifts: tuple[Shift, ...],
    wanted: IntArray,
    starts: FloatArray,
    employed: int,
    tours: _Tours,
) -> IntArray:
    """Return the agent of each wanted shift, ``-1`` where nobody may take it."""
    taken = np.full(len(wanted), -1)
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
        _UNEVEN * tours.days[None, :]
        + _RUN * tours.run[None, :]
        + _MOVED * np.where(np.isnan(moved), 0.0, moved)
        + 0.1 * tours.hours[None, :]
    )
    rows, columns = linear_sum_assignment(np.where(allowed, cost, _FORBIDDEN))
    placed = allowed[rows, columns]
    taken[rows[placed]] = columns[placed]
    return taken


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
    if not len(agents):
        return
    placed = [shifts[s] for s in wanted[on]]
    length = np.array([s.end_minute - s.start_minute for s in placed]) / 60
    tours.run[agents] += 1
    tours.days[agents] += 1
    tours.hours[agents] += np.array([s.paid_hours for s in placed])
    tours.free_from[agents] = starts[on] + length
    tours.last_start[agents] = starts[on] % 24
