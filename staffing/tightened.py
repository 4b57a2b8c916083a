"""Heads that could not be made into tours, told to the program: it is to plan others."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from staffing.allocation import Allocation
from staffing.pools import Pool
from staffing.roster import Roster, Unplaced
from staffing.shifts import Shift


def tightened(allocation: Allocation, roster: Roster) -> tuple[Pool, ...]:
    """Return the pools with a ceiling where the roster could not place all heads.

    On such a day shifts that share most of their time with one that nobody took are to have no more
    heads, together, than agents took: what stands in their way, rest or a long week, stands in the
    way of all of these. Other hours, other days and other pools are free.
    """
    return tuple(
        replace(
            pool,
            ceilings=(
                *pool.ceilings,
                *(
                    _ceiling(allocation, p, left)
                    for left in roster.unplaced
                    if left.pool == pool.name
                ),
            ),
        )
        for p, pool in enumerate(allocation.pools)
    )


def _ceiling(allocation: Allocation, p: int, left: Unplaced) -> tuple[int, tuple[int, ...], int]:
    """Return the day, the shifts alike, and how many heads on them were made into tours."""
    shifts, day = allocation.shifts[p], allocation.days.index(left.day)
    alike = tuple(s for s, shift in enumerate(shifts) if _shared(shift, left.shift) >= 0.5)
    taken = int(allocation.heads[p][day, list(alike)].sum())
    return day, alike, taken


def _shared(one: Shift, other: Shift) -> float:
    """Return the part of a shift that lies within another.

    Examples
    --------
    >>> _shared(Shift(480, 960, (), 480), Shift(720, 1200, (), 480))
    0.5
    """
    shared = min(one.end_minute, other.end_minute) - max(one.start_minute, other.start_minute)
    return float(np.clip(shared / (one.end_minute - one.start_minute), 0.0, 1.0))
