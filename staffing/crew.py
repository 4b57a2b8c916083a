"""A pool's agents ready to be rostered: their terms, their goals, and tours laid out by day."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from staffing.exchange import Draft
from staffing.goals import Goals, goals_of
from staffing.pools import Pool
from staffing.shift_kinds import Place, ShiftKinds
from staffing.shifts import Shift
from staffing.tours import Terms, Tours, terms_of

Numbers = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, order=True)
class Duty:
    """One agent's shift on one day."""

    pool: str
    day: dt.date
    shift: Shift
    agent: str


AT_WORK = "at work that day"
"""Why an agent cannot take a shift, beside the names of the rules that it would break."""


class Crew:
    """A pool's agents, shifts and days, with what binds and what counts in their tours."""

    def __init__(self, pool: Pool, shifts: Sequence[Shift], days: Sequence[dt.date]) -> None:
        self.pool, self.shifts, self.days = pool, tuple(shifts), tuple(days)
        self.kinds = ShiftKinds(shifts)

    @cached_property
    def terms(self) -> Terms:
        """What the tours are held against."""
        return terms_of(self.pool, self.kinds.shown, self.days)

    @cached_property
    def goals(self) -> Goals:
        """What the tours are worth."""
        return goals_of(self.pool, self.terms)

    @cached_property
    def contract_hours(self) -> FloatArray:
        """Hours that each agent's contract holds for the days of employment, ``[A]``."""
        days = self.terms.days_employed.sum(axis=0)
        return np.asarray(self.pool.hours_a_week * days / 7, dtype=np.float64)

    def places(self, duties: Iterable[Duty]) -> list[Place]:
        """Return the pool's duties as ``(day, shift, agent)``, those that it still knows."""
        day = {day: d for d, day in enumerate(self.days)}
        shift = {shift: s for s, shift in enumerate(self.shifts)}
        agent = {name: a for a, name in enumerate(self.pool.names)}
        mine = (duty for duty in duties if duty.pool == self.pool.name)
        return [
            (day[one.day], shift[one.shift], agent[one.agent])
            for one in mine
            if one.day in day and one.shift in shift and one.agent in agent
        ]

    def draft(self, places: Iterable[Place], heads: Numbers) -> Draft:
        """Return tours of ``(day, shift, agent)``, and what is left of heads ``[D, S]``."""
        shape = (len(self.days), len(self.pool.names))
        kinds = np.full(shape, self.kinds.off, dtype=np.int32)
        left = self.kinds.heads(heads)
        for d, s, a in places:
            kinds[d, a] = self.kinds.of(s)
            left[d, self.kinds.of(s)] -= 1
        return Draft(kinds, left)

    def tours(self, draft: Draft) -> Tours:
        """Return everybody's tour."""
        return self.terms.tours(np.arange(self.terms.agents), draft.kinds)

    def hindrances(self, draft: Draft, day: int, kind: int) -> Mapping[str, int]:
        """Return how many agents cannot take a kind of shift on a day, by what hinders them.

        Who would break several rules counts for the first of them.
        """
        own = draft.kinds.copy()
        own[day] = kind
        asked = self.terms.tours(np.arange(self.terms.agents), own)
        now = self.tours(draft)
        at_work = draft.kinds[day] != self.kinds.off
        found = Counter({AT_WORK: int(at_work.sum())})
        open_ = ~at_work
        for rule in self.goals.rules:
            more = rule.measure(asked).broken.sum(axis=0) > rule.measure(now).broken.sum(axis=0)
            found[rule.name] = int((open_ & more).sum())
            open_ &= ~more
        return +found
