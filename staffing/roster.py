"""Heads per shift become tours of named agents who keep their contract's limits."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from staffing.allocation import Allocation
from staffing.coverage import weeks_of
from staffing.exchange import BETTER, Draft, exchange, give_day, groups, windows
from staffing.first_roster import first_roster
from staffing.goals import Goals, goals_of
from staffing.pools import Pool
from staffing.shifts import Shift
from staffing.tours import Terms, terms_of, week_limits

Numbers = npt.NDArray[np.int64]

#: How often all days and weeks are exchanged at most, and between how many agents at once.
_ROUNDS, _GROUP = 4, 80


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


def build_roster(allocation: Allocation, stop: Callable[[], bool] = lambda: False) -> Roster:
    """Return tours for every head of the allocation; heads that nobody can take are listed.

    ``stop`` is asked now and then whether to be content with the tours found so far.
    """
    duties: list[Duty] = []
    unplaced: list[Unplaced] = []
    for pool, shifts, heads in zip(
        allocation.pools, allocation.shifts, allocation.heads, strict=True
    ):
        kinds = _Kinds(shifts)
        terms = terms_of(pool, kinds.shown, allocation.days)
        draft = best_tours(terms, goals_of(pool, terms), kinds.heads(heads), stop)
        mine, missing = kinds.shifts(draft, heads)
        days = allocation.days
        duties += [Duty(pool.name, days[d], shifts[s], pool.names[a]) for d, s, a in mine]
        unplaced += [Unplaced(pool.name, days[d], shifts[s], n) for d, s, n in missing]
    return Roster(tuple(sorted(duties)), tuple(unplaced))


def best_tours(
    terms: Terms, goals: Goals, heads: Numbers, stop: Callable[[], bool] = lambda: False
) -> Draft:
    """Return tours for heads ``[D, K]``: the first ones, then exchanged until nothing gets better.

    It ends after a number of rounds, so that the same heads have the same tours.
    """
    rng = np.random.default_rng(len(heads))
    draft = first_roster(terms, goals, heads)
    ranges = list(windows(terms))
    for _ in range(_ROUNDS if terms.agents else 0):
        gain = 0.0
        for number in rng.permutation(len(ranges)):
            first, last = ranges[number]
            for group in groups(terms.agents, _GROUP, rng):
                if stop():
                    return draft
                gain += give_day(terms, goals, draft, group, first)
                gain += exchange(terms, goals, draft, group, first, last)
        if gain <= BETTER:
            break
    return draft


def overtime_hours(
    roster: Roster, pools: Sequence[Pool], days: tuple[dt.date, ...]
) -> npt.NDArray[np.float64]:
    """Return the hours that each pool's agents work beyond their contracts by week, ``[P, W]``."""
    weeks = weeks_of(days)
    week_of = {day: w for w, (first, stop) in enumerate(weeks) for day in days[first:stop]}
    numbers = {(pool.name, name): a for pool in pools for a, name in enumerate(pool.names)}
    minutes = {pool.name: np.zeros((len(weeks), len(pool.names)), dtype=np.int64) for pool in pools}
    for duty in roster.duties:
        agent = numbers[duty.pool, duty.agent]
        minutes[duty.pool][week_of[duty.day], agent] += duty.shift.paid_minutes
    found = [
        np.maximum(minutes[pool.name] - week_limits(pool, days, weeks)[0], 0).sum(axis=1) / 60
        for pool in pools
    ]
    return np.array(found)


class _Kinds:
    """A pool's shifts by when they start and end: where their breaks lie does not bind a tour."""

    def __init__(self, shifts: Sequence[Shift]) -> None:
        spans = [(shift.start_minute, shift.end_minute, shift.paid_minutes) for shift in shifts]
        kinds = sorted(set(spans))
        self.shown = tuple(Shift(start, end, (), paid) for start, end, paid in kinds)
        self._of = np.array([kinds.index(span) for span in spans], dtype=np.int64)

    def heads(self, heads: Numbers) -> Numbers:
        """Return heads by kind, that of a day off last, of heads by shift ``[D, S]``."""
        found = np.zeros((len(heads), len(self.shown) + 1), dtype=np.int64)
        for s, kind in enumerate(self._of.tolist()):
            found[:, kind] += heads[:, s]
        return found

    def shifts(
        self, draft: Draft, heads: Numbers
    ) -> tuple[list[tuple[int, int, int]], list[tuple[int, int, int]]]:
        """Return ``(day, shift, agent)`` of each tour's days, and ``(day, shift, heads)`` left."""
        duties: list[tuple[int, int, int]] = []
        left: list[tuple[int, int, int]] = []
        for d, own in enumerate(heads):
            takers: dict[int, list[int]] = defaultdict(list)
            for a, kind in enumerate(draft.kinds[d].tolist()):
                takers[kind].append(a)
            for s in np.flatnonzero(own).tolist():
                here = takers[int(self._of[s])]
                count = min(int(own[s]), len(here))
                duties += [(d, s, here.pop(0)) for _ in range(count)]
                if count < own[s]:
                    left.append((d, s, int(own[s]) - count))
        return duties, left
