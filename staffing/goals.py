"""What a tour is worth beyond its rules: money, wishes, fair shares, steady starts."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from staffing.people import Wish
from staffing.pools import Pool
from staffing.rules import RULES, Rule, overtime_minutes, weekends_worked
from staffing.tours import BoolArray, IntArray, Terms, Tours

FloatArray = npt.NDArray[np.float64]

HARD = 1e6
"""Price of breaking a rule that is not to be bent: dearer than a head that nobody takes."""

UNPLACED = 1e4
"""Price of a head that nobody takes."""

#: Prices of an agent's comfort, in the scenario's currency: what a planner would pay to give it.
_WISH = 10.0  # not kept, by its weight
_SENIORITY = 0.1  # more for the most senior of the pool
SINGLE_DAY_OFF = 4.0  # off between two days of work
_MOVED = 0.5  # an hour by which the start moves from one day of work to the next
#: Squares, so that of two agents with equal rights none gets all: per night, weekend, early start.
_NIGHT, _WEEKEND, _EARLY = 0.5, 2.0, 0.1
SPREAD = 0.02  # square of hours away from the contract's, by week
_EARLY_START = 8 * 60  # local minutes: a start before is early


@dataclass(frozen=True, slots=True, eq=False)
class Goals:
    """Prices of what a pool's tours hold.

    Parameters
    ----------
    overtime
        Price of an hour beyond an agent's ordinary ones.
    kinds
        What each kind of day costs each agent in wishes not kept, ``[D, K, A]``; none: nothing.
    rules
        Those that bind.
    """

    overtime: float
    kinds: npt.NDArray[np.float32] | None
    rules: tuple[Rule, ...] = RULES

    def cost(self, tours: Tours, kinds: IntArray) -> FloatArray:
        """Return what each tour costs, ``[N]``, broken rules included; ``kinds`` are its days'."""
        terms = tours.terms
        cost = np.zeros(len(tours.agents))
        for rule in self.rules:
            price = terms.contract.bend.get(rule.name, HARD)
            cost += price * rule.measure(tours).broken[terms.before :].sum(axis=0)
        over = (tours.by_week(tours.paid) - terms.minutes[:, tours.agents]) / 60
        cost += self.overtime * overtime_minutes(tours).sum(axis=0) / 60
        cost += SPREAD * (over * over).sum(axis=0)
        cost += _WEEKEND * weekends_worked(tours).sum(axis=0) ** 2
        cost += _NIGHT * tours.night.sum(axis=0) ** 2
        cost += _EARLY * early_starts(tours).sum(axis=0) ** 2
        cost += SINGLE_DAY_OFF * single_days_off(tours.works)
        cost += _MOVED / 60 * _moved(tours)
        if self.kinds is not None:
            day = np.arange(len(kinds))[:, None]
            cost += self.kinds[day, kinds, tours.agents[None, :]].sum(axis=0)
        return cost

    def with_changes(self, terms: Terms, old: IntArray, price: float) -> Goals:
        """Return these goals with a price on each day of an agent that is not as it was.

        ``old`` are the kinds that everybody's days had, ``[D, A]``.
        """
        kind = np.arange(terms.off + 1)[None, :, None]
        changed = np.float32(price) * (kind != old[:, None, :])
        return replace(self, kinds=changed if self.kinds is None else self.kinds + changed)


def goals_of(pool: Pool, terms: Terms) -> Goals:
    """Return the prices of a pool's tours; an hour of overtime costs what the pool pays for it."""
    contract = pool.contract
    factor = contract.overtime_cost_factor - (contract.paid == "scheduled")
    overtime = max((pool.cost_per_hour or 0.0) * factor, 1.0)
    rules = tuple(rule for rule in RULES if rule.binds(contract))
    return Goals(overtime, _wishes(pool, terms), rules)


def wish_kept(terms: Terms, kinds: IntArray, day: int, wish: Wish) -> BoolArray:
    """Return which kinds of a horizon's day keep a wish: a shift inside, or none that touches."""
    held = terms.kinds
    works, at = held.start[day] >= 0, held.at[day]
    end = at + held.end[day] - held.start[day]
    inside = works & (at >= wish.within[0]) & (end <= wish.within[1])
    touches = works & (at < wish.within[1]) & (end > wish.within[0])
    return np.asarray((inside if wish.on else ~touches)[kinds], dtype=bool)


def early_starts(tours: Tours) -> BoolArray:
    """Return the days with a start before 08:00 that is no night, ``[D, N]``."""
    return np.asarray(tours.works & (tours.at < _EARLY_START) & (tours.night == 0))


def single_days_off(works: BoolArray) -> npt.NDArray[np.int64]:
    """Return how many days off lie alone between two days of work ``[D, N]``, ``[N]``."""
    return np.asarray((works[:-2] & ~works[1:-1] & works[2:]).sum(axis=0))


def _wishes(pool: Pool, terms: Terms) -> npt.NDArray[np.float32] | None:
    """Return what kinds of days cost in wishes, those of the most senior a little dearer."""
    if not any(agent.wishes for agent in pool.people):
        return None
    every = np.arange(terms.off + 1, dtype=np.int32)
    days = {day: d for d, day in enumerate(terms.days[terms.before :])}
    found = np.zeros((len(days), len(every), terms.agents), dtype=np.float32)
    most = max(max(agent.seniority for agent in pool.people), 1e-9)
    for a, agent in enumerate(pool.people):
        for wish in agent.wishes:
            if wish.day in days:
                d = days[wish.day]
                kept = wish_kept(terms, every, d, wish)
                price = _WISH * wish.weight * (1 + _SENIORITY * agent.seniority / most)
                found[d, ~kept, a] += price
    return found


def _moved(tours: Tours) -> FloatArray:
    """Return the minutes by which starts move between days of work that follow, ``[N]``."""
    number = np.arange(len(tours.works), dtype=np.int32)[:, None]
    last = np.maximum.accumulate(np.where(tours.works, number, -1), axis=0)[:-1]
    before = np.take_along_axis(tours.at, np.maximum(last, 0), axis=0)
    both = tours.works[1:] & (last >= 0)
    moved = np.abs(tours.at[1:] - before)
    return np.asarray(np.where(both, np.minimum(moved, 1440 - moved), 0).sum(axis=0), dtype=float)
