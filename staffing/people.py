"""Agents with names: when they are employed and there, what they wish, what they worked before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

Minutes = tuple[int, int]

ANY_TIME: Minutes = (0, 2 * 24 * 60)
"""Of a day on which an agent may work at any time, until the end of the next."""

NEVER: Minutes = (0, 0)
"""Of a day on which an agent is not there."""


@dataclass(frozen=True, slots=True)
class Wish:
    """To work or not to work on a day, in a part of it or at any time.

    ``weight`` says how much it is worth beside other wishes; ``within`` are the minutes after the
    day's local midnight in which the shift is to lie (on) or which it is not to touch (off).
    """

    day: dt.date
    on: bool
    weight: float = 1.0
    within: Minutes = ANY_TIME


@dataclass(frozen=True, slots=True, order=True)
class Worked:
    """A shift worked before the first day: the day it began, its instants, and its paid hours."""

    day: dt.date
    start: dt.datetime
    end: dt.datetime
    paid_hours: float


@dataclass(frozen=True, slots=True)
class Agent:
    """One agent of a pool.

    Parameters
    ----------
    name, number
        What the team calls the agent, unique in the pool; the personnel number, where one is given.
    hours_per_week
        Ordinary hours of the agent's own contract; left out, those of the pool's.
    first_day, last_day
        First and last day of employment; left out, always.
    times
        By weekday, Monday 0, the minutes after local midnight in which the agent may work; a
        weekday left out: at any time.
    absences
        First and last day of each absence that is known ahead: leave, training, illness.
    wishes
        Days on and off that the agent asks for.
    seniority
        Years, or another number: among equals, the wishes of the higher one count first.
    off
        Days off on which the agent cannot be asked to work after all: ill on a day off, say.
    worked
        Shifts before the first day of the horizon, which rest, runs and weeks go on from.

    Examples
    --------
    >>> away = (dt.date(2027, 2, 8), dt.date(2027, 2, 10))
    >>> ada = Agent("Ada", times={5: NEVER}, absences=(away,), first_day=dt.date(2027, 2, 2))
    >>> [ada.times_on(dt.date(2027, 2, day)) for day in (1, 2, 6, 9)]
    [(0, 0), (0, 2880), (0, 0), (0, 0)]
    """

    name: str
    number: str = ""
    hours_per_week: float | None = None
    first_day: dt.date | None = None
    last_day: dt.date | None = None
    times: Mapping[int, Minutes] = field(default_factory=dict)
    absences: tuple[tuple[dt.date, dt.date], ...] = ()
    wishes: tuple[Wish, ...] = ()
    seniority: float = 0.0
    worked: tuple[Worked, ...] = ()
    off: tuple[dt.date, ...] = ()

    def employed_on(self, day: dt.date) -> bool:
        """Whether the day lies within the agent's employment."""
        begun = self.first_day is None or self.first_day <= day
        return begun and (self.last_day is None or day <= self.last_day)

    def absent_on(self, day: dt.date) -> bool:
        """Whether the agent is known to be absent on the day."""
        return any(first <= day <= last for first, last in self.absences)

    def times_on(self, day: dt.date) -> Minutes:
        """Return the minutes after local midnight in which a shift of the day must lie."""
        if not self.employed_on(day) or self.absent_on(day) or day in self.off:
            return NEVER
        return self.times.get(day.weekday(), ANY_TIME)
