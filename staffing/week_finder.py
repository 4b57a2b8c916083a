"""Best tours of a pool's agents by given prices, day after day, with limits for each week."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from staffing.best_tour import BestTours
from staffing.tour_runs import Limits
from staffing.tour_states import Classes, Step
from staffing.tour_terms import OFF, FloatArray, IntArray, TourTerms

_LARGEST = 4_000_000  # numbers that one day of a sweep may hold
_FORCED = 1e7  # more than any tour costs


class WeekFinder:
    """Finds best tours by dynamic programming over the days and their states.

    Unlike ``TourFinder``, whose limits are those of the whole horizon, it knows those of each
    calendar week, and what agents worked before. Agents alike, with the same prices, are swept
    once.

    Parameters
    ----------
    terms
        The prices and heads.
    classes
        Which kinds bind alike.
    steps
        The steps of each day ``[D]``.
    starts
        Each agent's first state, by its number ``[A]``.
    weeks
        By the last day of a week: what its days and minutes cost each agent, by state after that
        day ``[A, N]``.
    """

    def __init__(
        self,
        terms: TourTerms,
        classes: Classes,
        steps: Sequence[Step],
        starts: IntArray,
        weeks: Mapping[int, FloatArray],
    ) -> None:
        self.terms, self.limits = terms, Limits.of(terms)
        self.classes, self.steps, self.starts, self.weeks = classes, steps, starts, weeks
        bound = np.column_stack([starts, *weeks.values()])
        self._alike = np.unique(bound, axis=0, return_inverse=True)[1].ravel()

    def best(self, agents: IntArray, price: FloatArray) -> BestTours:
        """Return the best tour of each of some agents ``[N]`` by prices ``[N, D, S]``."""
        first: dict[tuple[int, bytes], int] = {}
        asked = zip(self._alike[agents].tolist(), price, strict=True)
        same = [first.setdefault((a, own.tobytes()), n) for n, (a, own) in enumerate(asked)]
        rows, back = np.unique(same, return_inverse=True)
        size = max(1, _LARGEST // max(step.before.size for step in self.steps))
        parts = [rows[n : n + size] for n in range(0, rows.size, size)]
        found = [self._best(agents[part], price[part]) for part in parts]
        value = np.concatenate([value for _, value in found])[back]
        return BestTours(np.concatenate([tours for tours, _ in found])[back], value, value)

    def costs_of(self, agents: IntArray, tours: IntArray) -> FloatArray:
        """Return what tours ``[N, D]`` of agents ``[N]`` cost, infinite where they may not be."""
        held = tours[:, :, None] == np.arange(self.classes.of.size)
        price = np.where(held, self.terms.price[agents] - _FORCED, np.inf)
        found = self.best(agents, price)
        value = found.value + _FORCED * (tours != OFF).sum(1)
        costs: FloatArray = np.where((found.tours == tours).all(1), value, np.inf)
        return costs

    def _best(self, agents: IntArray, price: FloatArray) -> tuple[IntArray, FloatArray]:
        cheapest, which = self._by_class(price)
        each = np.arange(agents.size)
        values = [np.full((agents.size, int(self.starts.max()) + 1), np.inf)]
        values[0][each, self.starts[agents]] = 0.0
        for day, step in enumerate(self.steps):
            ways = values[-1].take(step.before, axis=1)
            ways += step.cost
            ways += cheapest[:, day].take(step.kind, axis=1)
            value = np.minimum.reduceat(ways, step.first[:-1], axis=1)
            if day in self.weeks:
                value += self.weeks[day][agents]
            values.append(value)
        end = values[-1].argmin(1)
        return self._back(values, cheapest, which, end), values[-1][each, end]

    def _by_class(self, price: FloatArray) -> tuple[FloatArray, IntArray]:
        """Return the lowest price of each class, a day off last, and its kind ``[N, D, C + 1]``."""
        count = len(self.classes.minutes)
        cheapest = np.zeros((*price.shape[:2], count + 1))
        which = np.full(cheapest.shape, OFF)
        for c in range(count):
            kinds = np.flatnonzero(self.classes.of == c)
            which[:, :, c] = kinds[price[:, :, kinds].argmin(2)]
            cheapest[:, :, c] = price[:, :, kinds].min(2)
        return cheapest, which

    def _back(
        self, values: Sequence[FloatArray], cheapest: FloatArray, which: IntArray, end: IntArray
    ) -> IntArray:
        """Return the tours that end in given states, by the way back from them ``[N, D]``."""
        tours = np.full(which.shape[:2], OFF, dtype=np.int64)
        for n, state in enumerate(end.tolist()):
            for day in range(len(self.steps) - 1, -1, -1):
                step = self.steps[day]
                ways = slice(step.first[state], step.first[state + 1])
                before, kind = step.before[ways], step.kind[ways]
                cost = values[day][n, before] + step.cost[ways] + cheapest[n, day, kind]
                best = int(cost.argmin())
                tours[n, day] = which[n, day, kind[best]]
                state = before[best]
        return tours
