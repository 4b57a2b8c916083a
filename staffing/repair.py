"""A roster changed as little as possible, after somebody fell ill or heads changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from staffing.crew import Crew
from staffing.exchange import BETTER, Draft, exchange, give_day
from staffing.people import Agent
from staffing.pools import Pool
from staffing.roster import Roster, joined, roster_of
from staffing.rules import there, times
from staffing.shift_kinds import Place
from staffing.shifts import Shift

Numbers = npt.NDArray[np.int64]

#: Price of a changed day of an agent: more than any comfort, less than a head that nobody takes.
_CHANGED = 500.0

#: Part of a shift that another pool's is to cover to stand in for it.
_ENOUGH = 0.75

#: Days that are exchanged around one on which something changed, and rounds at most.
_AROUND, _ROUNDS = 7, 3


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """An agent's day before and after; None is a day off."""

    pool: str
    day: dt.date
    agent: str
    before: Shift | None
    after: Shift | None


def repaired(
    roster: Roster,
    pools: Sequence[Pool],
    shifts: Sequence[Sequence[Shift]],
    heads: Sequence[Numbers],
    days: Sequence[dt.date],
    since: dt.date | None = None,
) -> Roster:
    """Return the roster that keeps the pools' terms with the fewest days changed.

    Parameters
    ----------
    roster
        The tours so far.
    pools
        The pools as they are now: with those who fell ill absent, newcomers, other limits.
    shifts, heads
        By pool its shifts, and the heads that are wanted now, ``[D, S]``.
    since
        Days before it stay as they are; left out, all may change.
    """
    first = sum(day < since for day in days) if since else 0
    crews = [Crew(pool, own, days) for pool, own in zip(pools, shifts, strict=True)]
    wanted = [own.copy() for own in heads]
    places = [crew.places(roster.duties) for crew in crews]
    drafts = [_repaired(*parts, first) for parts in zip(crews, places, wanted, strict=True)]
    for p in range(len(crews)):
        _lend(crews, drafts, wanted, p, first)
    return joined(
        [
            roster_of(crew, draft, own, set(before))
            for crew, draft, own, before in zip(crews, drafts, wanted, places, strict=True)
        ]
    )


def _repaired(crew: Crew, places: Sequence[Place], heads: Numbers, first: int) -> Draft:
    """Return a pool's tours: those that still fit are kept, what is missing is given out anew."""
    old = crew.draft(places, np.zeros_like(heads))
    draft, touched = _kept(crew, old, heads, first)
    if not touched or not crew.terms.agents:
        return draft
    goals = crew.goals.with_changes(crew.terms, old.kinds, _CHANGED)
    everybody = np.arange(crew.terms.agents)
    for _ in range(_ROUNDS):
        gain = 0.0
        for day in touched:
            gain += give_day(crew.terms, goals, draft, everybody, day)
            for other in _near(day, first, len(crew.days)):
                if not draft.left[day].any():
                    break
                span = min(day, other), max(day, other) + 1
                gain += exchange(crew.terms, goals, draft, everybody, *span)
                gain += give_day(crew.terms, goals, draft, everybody, other)
                gain += give_day(crew.terms, goals, draft, everybody, day)
        if gain <= BETTER:
            break
    return draft


def _lend(
    crews: Sequence[Crew], drafts: Sequence[Draft], wanted: list[Numbers], p: int, first: int
) -> None:
    """Give heads that nobody of a pool takes to pools that serve all its queues, cheapest first."""
    own = crews[p]
    able = [
        q
        for q, crew in enumerate(crews)
        if q != p and crew.terms.agents and set(crew.pool.speed) >= set(own.pool.speed)
    ]
    able.sort(key=lambda q: crews[q].pool.cost_per_hour or 0.0)
    _, left = own.kinds.placed(drafts[p].kinds, wanted[p])
    for d, s, count in left:
        for _ in range(count if d >= first else 0):
            for q in able:
                shift = _like(crews[q], own.shifts[s])
                if shift is not None and _taken(crews[q], drafts[q], d, shift):
                    wanted[q][d, shift] += 1
                    wanted[p][d, s] -= 1
                    break
    drafts[p].left[:] = own.kinds.heads(wanted[p]) - own.kinds.worked(drafts[p].kinds)


def _like(crew: Crew, shift: Shift) -> int | None:
    """Return the pool's shift that covers most of another; None where none covers enough."""
    length = shift.end_minute - shift.start_minute

    def likeness(one: Shift) -> tuple[int, int, bool]:
        shared = min(one.end_minute, shift.end_minute) - max(one.start_minute, shift.start_minute)
        return shared, one.start_minute - one.end_minute, one.breaks == shift.breaks

    best = max(crew.shifts, key=likeness, default=shift)
    enough = best in crew.shifts and likeness(best)[0] >= _ENOUGH * length
    return crew.shifts.index(best) if enough else None


def _taken(crew: Crew, draft: Draft, day: int, shift: int) -> bool:
    """Whether somebody who is off takes one more head on a day without another day changed."""
    kind = crew.kinds.of(shift)
    draft.left[day, kind] += 1
    goals = crew.goals.with_changes(crew.terms, draft.kinds, _CHANGED)
    give_day(crew.terms, goals, draft, np.arange(crew.terms.agents), day)
    if draft.left[day, kind]:
        draft.left[day, kind] -= 1
        return False
    return True


def _kept(crew: Crew, old: Draft, heads: Numbers, first: int) -> tuple[Draft, list[int]]:
    """Return the tours without what is no longer possible or wanted, and the days it touches.

    Days before ``first`` stay as they are, and so do shifts outside of times that may be bent.
    """
    kinds, left = old.kinds.copy(), crew.kinds.heads(heads)
    left[:first] -= crew.kinds.worked(kinds)[:first]
    now = crew.tours(old)
    away = there(now).broken
    if "times" not in crew.pool.contract.bend:
        away |= times(now).broken
    away = away[crew.terms.before :]
    away[:first] = False
    kinds[away] = crew.kinds.off
    touched = set(np.flatnonzero(away.any(axis=1)).tolist())
    for d, row in enumerate(kinds[first:], start=first):
        for kind in range(crew.kinds.off):
            takers = np.flatnonzero(row == kind)
            gone = takers[left[d, kind] :]
            row[gone] = crew.kinds.off
            left[d, kind] -= len(takers) - len(gone)
            if len(gone) or left[d, kind]:
                touched.add(d)
    return Draft(kinds, left), sorted(touched)


def _near(day: int, first: int, days: int) -> list[int]:
    """Return the days around one from the first that may change on, the nearest first."""
    found = [day + step * sign for step in range(1, _AROUND) for sign in (1, -1)]
    return [other for other in found if first <= other < days]


def changes(before: Roster, after: Roster) -> tuple[Change, ...]:
    """Return every agent's day that differs, by pool, day and agent.

    Examples
    --------
    >>> from staffing.crew import Duty
    >>> early, late = Shift(480, 720, (), 240), Shift(720, 960, (), 240)
    >>> monday = dt.date(2027, 2, 1)
    >>> was = Roster((Duty("paris", monday, early, "Ada"),), ())
    >>> now = Roster((Duty("paris", monday, late, "Ada"),), ())
    >>> [(c.agent, c.before.label, c.after.label) for c in changes(was, now)]
    [('Ada', '08:00-12:00', '12:00-16:00')]
    """
    was, now = _by_agent(before), _by_agent(after)
    return tuple(
        sorted(
            (
                Change(*key, was.get(key), now.get(key))
                for key in was.keys() | now.keys()
                if was.get(key) != now.get(key)
            ),
            key=lambda change: (change.pool, change.day, change.agent),
        )
    )


def _by_agent(roster: Roster) -> Mapping[tuple[str, dt.date, str], Shift]:
    return {(duty.pool, duty.day, duty.agent): duty.shift for duty in roster.duties}


def with_absence(
    pools: Sequence[Pool],
    days: Sequence[dt.date],
    roster: Roster,
    pool: str,
    agent: str,
    first: dt.date,
    last: dt.date,
) -> tuple[Pool, ...]:
    """Return the pools with an agent absent from a day to another.

    Only the days on which the roster has a shift for the agent count as absence, and so as work;
    the others are days off as they were, on which the agent is not there.

    Raises
    ------
    ValueError
        If no pool of this name has an agent of that name.
    """
    found = {one.name: one for one in pools}
    if pool not in found or agent not in found[pool].names:
        message = f"agent must be one of a pool, got {agent!r} of {pool!r}"
        raise ValueError(message)
    ill = found[pool].people or counted_people(found[pool], days)
    a = found[pool].names.index(agent)
    working = {d.day for d in roster.duties if (d.pool, d.agent) == (pool, agent)}
    gone = [day for day in days if first <= day <= last and not ill[a].absent_on(day)]
    away = replace(
        ill[a],
        absences=(*ill[a].absences, *((day, day) for day in gone if day in working)),
        off=(*ill[a].off, *(day for day in gone if day not in working)),
    )
    people = (*ill[:a], away, *ill[a + 1 :])
    return tuple(replace(one, people=people) if one.name == pool else one for one in pools)


def counted_people(pool: Pool, days: Sequence[dt.date]) -> tuple[Agent, ...]:
    """Return the agents of a pool that are only counted: who is employed on which days.

    Days between the first and the last on which an agent is not employed are days off.
    """
    found = []
    for a, name in enumerate(pool.names):
        there = np.flatnonzero(pool.agents > a)
        if not len(there):
            found.append(Agent(name, first_day=days[-1] + dt.timedelta(days=1)))
            continue
        first, last = int(there[0]), int(there[-1])
        gap = [d for d in range(first, last) if pool.agents[d] <= a]
        found.append(
            Agent(
                name,
                first_day=days[first] if first else None,
                last_day=days[last] if last + 1 < len(days) else None,
                off=tuple(days[d] for d in gap),
            )
        )
    return tuple(found)
