"""Heads per shift become tours of named agents who keep their contract's limits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from staffing.allocation import Allocation
from staffing.crew import Crew, Duty
from staffing.exchange import Draft, exchange, give_day, groups, release, windows
from staffing.first_roster import first_roster
from staffing.goals import Goals
from staffing.pool_tours import choose_together
from staffing.pools import Pool
from staffing.rules import overtime_minutes
from staffing.shift_kinds import Place
from staffing.shifts import Shift
from staffing.tours import Terms

Numbers = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
Watch = Callable[[int, int], bool]
"""Told how many steps are done, and of how many; answers whether to stop."""

#: How often all days and weeks are exchanged at most, and between how many agents at once.
_ROUNDS, _GROUP = 4, 80

#: Days around a change in which tours are looked at again.
_AROUND = 7


@dataclass(frozen=True, slots=True)
class Unplaced:
    """Heads that no agent could take, and how many agents are hindered by what."""

    pool: str
    day: dt.date
    shift: Shift
    heads: int
    hindered: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Roster:
    """All tours, by pool, day, shift and agent, and what could not be placed."""

    duties: tuple[Duty, ...]
    unplaced: tuple[Unplaced, ...]


def unwatched(done: int, of: int) -> bool:
    """Go on, whatever is done."""
    return done > of


def build_roster(allocation: Allocation, watch: Watch = unwatched) -> Roster:
    """Return tours for every head of the allocation; heads that nobody can take are listed.

    ``watch`` is told how far it is, and may stop: the tours found so far are kept.
    """
    parts = zip(allocation.pools, allocation.shifts, allocation.heads, strict=True)
    count = len(allocation.pools)
    found = []
    for p, (pool, shifts, heads) in enumerate(parts):
        crew = Crew(pool, shifts, allocation.days)
        draft = best_tours(
            crew.terms,
            crew.goals,
            crew.kinds.heads(heads),
            _part_of(watch, p, count),
        )
        found.append(roster_of(crew, draft, heads))
    return joined(found)


def _part_of(watch: Watch, part: int, parts: int) -> Watch:
    """Return a watch that tells the steps of one of several equal parts."""
    return lambda done, of: watch(part * of + done, parts * of)


def joined(rosters: Sequence[Roster]) -> Roster:
    """Return the rosters of pools as one."""
    duties = sorted(duty for roster in rosters for duty in roster.duties)
    return Roster(tuple(duties), tuple(left for roster in rosters for left in roster.unplaced))


def roster_of(
    crew: Crew, draft: Draft, heads: Numbers, before: AbstractSet[Place] = frozenset()
) -> Roster:
    """Return a pool's tours with their shifts, those of ``before`` where the kind allows."""
    name, days, shifts = crew.pool.name, crew.days, crew.shifts
    mine, left = crew.kinds.placed(draft.kinds, heads, before)
    duties = (Duty(name, days[d], shifts[s], crew.pool.names[a]) for d, s, a in mine)
    unplaced = (
        Unplaced(name, days[d], shifts[s], n, crew.hindrances(draft, d, crew.kinds.of(s)))
        for d, s, n in left
    )
    return Roster(tuple(sorted(duties)), tuple(unplaced))


def best_tours(terms: Terms, goals: Goals, heads: Numbers, watch: Watch = unwatched) -> Draft:
    """Return tours for heads ``[D, K]``: the first ones, then exchanged until nothing gets better.

    Where heads are left to nobody, tours are chosen together, and exchanged again. It ends after an
    amount of work, so that the same heads have the same tours.
    """
    draft = first_roster(terms, goals, heads)
    release(terms, goals, draft)
    _exchange_all(terms, goals, draft, watch)
    if draft.left.any() and choose_together(terms, goals, draft, lambda: watch(1, 1)):
        _exchange_all(terms, goals, draft, lambda _done, _of: watch(1, 1))
    return draft


def _exchange_all(terms: Terms, goals: Goals, draft: Draft, watch: Watch) -> None:
    """Exchange days and weeks, in any order, until nothing gets better."""
    rng = np.random.default_rng(len(draft.kinds))
    ranges = list(windows(terms))
    changed = np.ones(len(draft.kinds), dtype=bool)
    for round_ in range(_ROUNDS if terms.agents else 0):
        recent, changed = changed, np.zeros_like(changed)
        for n, number in enumerate(rng.permutation(len(ranges))):
            if watch(round_ * len(ranges) + n, _ROUNDS * len(ranges)):
                return
            first, last = ranges[number]
            if not (recent | changed)[max(first - _AROUND, 0) : last + _AROUND].any():
                continue
            for group in groups(terms.agents, _GROUP, rng):
                changed[first] |= give_day(terms, goals, draft, group, first) > 0
                changed[first:last] |= exchange(terms, goals, draft, group, first, last) > 0


def overtime_hours(
    roster: Roster,
    pools: Sequence[Pool],
    shifts: Sequence[Sequence[Shift]],
    days: Sequence[dt.date],
) -> FloatArray:
    """Return the hours that each pool's agents work beyond their contracts by week, ``[P, W]``.

    Where hours are averaged over the horizon, what is beyond them is in the last week.
    """
    found = []
    for pool, own in zip(pools, shifts, strict=True):
        crew = Crew(pool, own, days)
        draft = crew.draft(crew.places(roster.duties), np.zeros((len(days), len(own)), np.int64))
        week = crew.terms.week_of(crew.terms.before)
        found.append(overtime_minutes(crew.tours(draft))[week:].sum(axis=1) / 60)
    return np.array(found)
