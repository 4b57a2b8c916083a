"""Agents by name as an auditor reads them: employed, away, at what times, at work before."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.scenario.agents import Person
    from planner.scenario.contract import Contract

WHOLE = (0, 2880)
"""Minutes after midnight of an agent who may work at any time."""


def is_employed(agent: Person, day: dt.date) -> bool:
    """Return whether a day lies from an agent's first to the last, both in.

    Examples
    --------
    >>> from planner.scenario.agents import Person
    >>> first = dt.date(2027, 2, 2)
    >>> [is_employed(Person("Ada", first_day=first), dt.date(2027, 2, day)) for day in (1, 2)]
    [False, True]
    """
    begun = not agent.first_day or day >= agent.first_day
    return begun and not (agent.last_day and day > agent.last_day)


def is_away(agent: Person, day: dt.date) -> bool:
    """Return whether a day lies in one of an agent's absences, both ends in."""
    return any(begin <= day <= end for begin, end in agent.absences)


def hours_of(agent: Person, day: dt.date) -> tuple[int, int] | None:
    """Return the minutes after midnight in which an agent may work on a weekday; None for none."""
    begin, end = agent.times.get(day.weekday(), WHOLE)
    return (begin, end) if end > begin else None


def is_there(agent: Person, day: dt.date) -> bool:
    """Return whether an agent can work on a day at all: employed, not away, not off."""
    return is_employed(agent, day) and not is_away(agent, day) and hours_of(agent, day) is not None


def week_of(agent: Person, contract: Contract) -> Fraction:
    """Return the ordinary hours a week of an agent, exactly."""
    own = contract.hours_per_week if agent.hours_per_week is None else agent.hours_per_week
    return Fraction(str(own))


def hours_contracted(
    people: Sequence[Person], contract: Contract, days: Sequence[dt.date]
) -> Fraction:
    """Return the hours that contracts pay over some days: a seventh of each agent's week a day."""
    return sum(
        (
            week_of(agent, contract) * sum(is_employed(agent, day) for day in days) / 7
            for agent in people
        ),
        Fraction(0),
    )


def ordinary_hours(agent: Person, contract: Contract, days: Sequence[dt.date]) -> Fraction:
    """Return the hours that an agent may work over days of one week before overtime begins.

    A day of absence takes hours_per_week / (7 - days_off_per_week) of the week's, all at most.

    Parameters
    ----------
    days
        Those of a calendar week that are looked at.
    """
    week = week_of(agent, contract)
    away = sum(is_employed(agent, day) and is_away(agent, day) for day in days)
    return week * (1 - min(Fraction(away, 7 - contract.days_off_per_week), Fraction(1)))
