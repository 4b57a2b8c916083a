"""Heads per shift become tours of named agents who keep their contract's limits."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from staffing.allocation import Allocation
from staffing.matching import NOBODY, match_days
from staffing.shifts import Shift


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


def build_roster(allocation: Allocation) -> Roster:
    """Return tours for every head of the allocation.

    Days are matched one after the other, see ``staffing.matching``; heads that nobody can take are
    listed.
    """
    duties: list[Duty] = []
    unplaced: list[Unplaced] = []
    days = allocation.days
    for pool, shifts, heads in zip(
        allocation.pools, allocation.shifts, allocation.heads, strict=True
    ):
        places = match_days(pool, shifts, heads, days)
        duties += [
            Duty(pool.name, days[p.day], shifts[p.shift], pool.names[p.agent])
            for p in places
            if p.agent != NOBODY
        ]
        missing = Counter((p.day, p.shift) for p in places if p.agent == NOBODY)
        unplaced += [Unplaced(pool.name, days[d], shifts[s], n) for (d, s), n in missing.items()]
    return Roster(tuple(sorted(duties)), tuple(unplaced))
