"""A roster team by team: who is in it, and each agent's shifts as instants on the team's clock."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from planner.export.tables import shift_instants
from staffing.roster import Roster

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from planner.plan import Plan
    from staffing.crew import Duty
    from staffing.pools import Pool
    from staffing.roster import Unplaced


@dataclass(frozen=True, slots=True)
class Choice:
    """What of a plan is wanted; an empty choice of pools or agents is all of them.

    Examples
    --------
    >>> Choice(first=dt.date(2027, 3, 2), last=dt.date(2027, 3, 3)).days_of(
    ...     [dt.date(2027, 3, day) for day in (1, 2, 3, 4)])
    (datetime.date(2027, 3, 2), datetime.date(2027, 3, 3))
    """

    pools: frozenset[str] = field(default_factory=frozenset)
    agents: frozenset[str] = field(default_factory=frozenset)
    first: dt.date = dt.date.min
    last: dt.date = dt.date.max

    def days_of(self, days: Iterable[dt.date]) -> tuple[dt.date, ...]:
        """Return the days that are wanted."""
        return tuple(day for day in days if self.first <= day <= self.last)

    def has_pool(self, name: str) -> bool:
        """Whether a pool is wanted."""
        return not self.pools or name in self.pools

    def has_agent(self, name: str) -> bool:
        """Whether an agent is wanted."""
        return not self.agents or name in self.agents


@dataclass(frozen=True, slots=True)
class DutyRow:
    """One agent's duty on one day.

    Parameters
    ----------
    agent, pool
        Who, in which team.
    day
        The day that the duty counts for: the one on which it starts, or after which, past midnight.
    number
        Which of the agent's duties of that day, from 1, by their start.
    start, end
        Instants on the pool's clock.
    breaks
        Start and end of each, likewise.
    paid_hours
        Hours paid.
    """

    agent: str
    pool: str
    day: dt.date
    number: int
    start: dt.datetime
    end: dt.datetime
    breaks: tuple[tuple[dt.datetime, dt.datetime], ...]
    paid_hours: float


@dataclass(frozen=True, slots=True)
class Team:
    """A pool's part of a roster: its agents, those without a shift too, and its duties by day."""

    pool: str
    timezone: str
    agents: tuple[str, ...]
    rows: tuple[DutyRow, ...]
    unplaced: tuple[Unplaced, ...]


def chosen_roster(roster: Roster, choice: Choice) -> Roster:
    """Return the duties, and the heads that nobody could take, that are wanted."""

    def wanted(part: Duty | Unplaced) -> bool:
        return choice.has_pool(part.pool) and choice.first <= part.day <= choice.last

    duties = tuple(d for d in roster.duties if wanted(d) and choice.has_agent(d.agent))
    unplaced = () if choice.agents else tuple(u for u in roster.unplaced if wanted(u))
    return Roster(duties, unplaced)


def teams_of(plan: Plan, choice: Choice) -> tuple[Team, ...]:
    """Return the teams that are wanted, in the pools' order; those without agents are left out."""
    roster = chosen_roster(plan.roster, choice)
    found = []
    for pool in plan.pools:
        agents = tuple(name for name in pool.names if choice.has_agent(name))
        if agents and choice.has_pool(pool.name):
            unplaced = tuple(one for one in roster.unplaced if one.pool == pool.name)
            rows = duty_rows(roster.duties, pool)
            found.append(Team(pool.name, pool.timezone, agents, rows, unplaced))
    return tuple(found)


def duty_rows(duties: Sequence[Duty], pool: Pool) -> tuple[DutyRow, ...]:
    """Return a pool's duties by day, start and agent, each told as instants."""
    numbers: Mapping[tuple[str, dt.date], list[DutyRow]] = defaultdict(list)
    for duty in duties:
        if duty.pool == pool.name:
            (start, end), *breaks = shift_instants(duty.shift, duty.day, pool.timezone)
            row = DutyRow(duty.agent, pool.name, duty.day, 1, start, end, tuple(breaks),
                          duty.shift.paid_hours)  # fmt: skip
            numbers[duty.agent, duty.day].append(row)
    rows = [
        replace(row, number=number)
        for same in numbers.values()
        for number, row in enumerate(sorted(same, key=lambda row: row.start.timestamp()), start=1)
    ]
    return tuple(sorted(rows, key=lambda row: (row.day, row.start.timestamp(), row.agent)))
