"""The best tour of one agent by given prices, exactly, by dynamic programming over runs of work."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from staffing.tour_runs import Limits, Runs, state_shape
from staffing.tour_sweep import Sweep
from staffing.tour_terms import OFF, FloatArray, IntArray, TourTerms

#: Numbers that one sweep may hold for its states, and those of one agent up to which kinds are
#: counted rather than made dearer.
_LARGEST, _COUNTED = 20_000_000, 400_000
#: How often kinds of which there are too many are made dearer or cheaper.
_TRIES = 8


@dataclass(frozen=True, slots=True)
class BestTours:
    """Tours ``[N, D]``, what they cost by the prices ``[N]``, and what no tour costs less than.

    Value and bound differ only where too many kinds at once are limited too closely, see
    ``TourFinder``. Both are infinite where no tour is possible.
    """

    tours: IntArray
    value: FloatArray
    bound: FloatArray


class TourFinder:
    """Finds the best tours of agents for any prices, many agents at a time.

    How often a kind is worked is counted only for agents whose best tour would otherwise have too
    many of it, so most answers come from few states (a relaxation tightened where it is broken:
    Boland, Dethridge and Dumitrescu 2006 for paths). Where counting would take too many states,
    a kind is made dearer until there are few enough of it (Lagrange's way, which bounds too), or at
    last allowed only on as many days: such a tour keeps all rules but may not be the best.

    Examples
    --------
    >>> from staffing.tour_terms import AgentTerms
    >>> agent = AgentTerms((1, 3), 0, 1440, 1, 2, 1, 1)
    >>> one = np.ones((4, 2))
    >>> terms = TourTerms((agent,), np.array([480, 480]), np.ones((2, 2), bool), np.full(4, -1),
    ...     np.zeros((1, 4, 2)), np.ones((4, 2), int), one, one)
    >>> price = np.array([[[-5.0, -1], [-4, -3], [-1, -1], [-3, -2]]])
    >>> best = TourFinder(terms).best(np.array([0]), price)
    >>> best.tours.tolist(), best.value.tolist()
    ([[0, 1, -1, 1]], [-10.0])
    """

    def __init__(self, terms: TourTerms) -> None:
        self.terms, self.limits = terms, Limits.of(terms)
        self._runs: dict[tuple[int, ...], Runs] = {}
        self.work = 0  # numbers compared so far

    def best(self, agents: IntArray, price: FloatArray) -> BestTours:
        """Return the best tour of each of some agents ``[N]`` by prices ``[N, D, S]``."""
        limits = self.limits.kinds[agents]
        prices = np.where(limits[:, None, :] > 0, price, np.inf)
        tours = np.full(prices.shape[:2], OFF, dtype=np.int64)
        found = BestTours(tours, np.full(agents.size, np.inf), np.full(agents.size, np.inf))
        todo: dict[tuple[int, ...], list[int]] = {(): list(range(agents.size))}
        dearer: list[int] = []
        while todo:
            counted, listed = todo.popitem()
            rows = np.array(listed, dtype=np.int64)
            self._solve(counted, agents[rows], prices[rows], rows, found)
            found.bound[rows] = found.value[rows]
            over = _counts(tours[rows], limits.shape[1]) > limits[rows]
            for row, broken in zip(rows[over.any(1)].tolist(), over[over.any(1)], strict=True):
                kinds = tuple(sorted({*counted, *np.flatnonzero(broken).tolist()}))
                if self._countable(kinds):
                    todo.setdefault(kinds, []).append(row)
                else:
                    dearer.append(row)
        if dearer:
            self._make_dearer(agents, prices, np.array(dearer), found)
        return found

    def costs_of(self, agents: IntArray, tours: IntArray) -> FloatArray:
        """Return what tours ``[N, D]`` of agents ``[N]`` cost by themselves ``[N]``."""
        return self.terms.prices_of(agents, tours)

    def _countable(self, counted: tuple[int, ...]) -> bool:
        states = np.prod(state_shape(self.terms, self.limits, counted), dtype=float)
        return bool(states * (self.terms.weekend.size + 1) <= _COUNTED)

    def _make_dearer(
        self, agents: IntArray, prices: FloatArray, rows: IntArray, found: BestTours
    ) -> None:
        """Find tours with few enough of each kind by what one more of it is made to cost."""
        most = self.limits.kinds[agents[rows]]
        low, high = np.zeros(most.shape), np.full(most.shape, np.inf)
        added = np.zeros(most.shape)
        step = float(self.terms.under.max()) / 2 ** (_TRIES // 2) + 1.0
        over = _counts(found.tours[rows], most.shape[1]) > most
        found.value[rows] = np.inf
        for _ in range(_TRIES):
            low = np.where(over, added, low)
            high = np.where(over | (added == 0), high, added)
            added = np.where(np.isinf(high), np.where(over, 2 * low + step, low), (low + high) / 2)
            tried = BestTours(found.tours[rows], np.empty(rows.size), np.empty(rows.size))
            each = np.arange(rows.size)
            self._solve((), agents[rows], prices[rows] + added[:, None], each, tried)
            counts = _counts(tried.tours, most.shape[1])
            over = counts > most
            own = tried.value - (added * counts).sum(1)
            limit = tried.value - (added * most).sum(1)
            found.bound[rows] = np.maximum(found.bound[rows], limit)
            better = ~over.any(1) & (own < found.value[rows])
            found.value[rows[better]] = own[better]
            found.tours[rows[better]] = tried.tours[better]
        self._hold_rest(agents, prices, rows, found, tried.tours)

    def _hold_rest(
        self,
        agents: IntArray,
        prices: FloatArray,
        rows: IntArray,
        found: BestTours,
        last: IntArray,
    ) -> None:
        """Allow the kinds of which a last tour still has too many on as many of its days."""
        for row, tour in zip(rows.tolist(), last, strict=True):
            most = self.limits.kinds[agents[row]]
            one, narrowed = np.array([row]), prices[row].copy()
            while np.isinf(found.value[row]):
                over = np.flatnonzero(_counts(tour[None], most.size)[0] > most)
                _hold(narrowed, tour, over, most)
                self._solve((), agents[one], narrowed[None], one, found)
                tour = found.tours[row]
                if np.isinf(found.value[row]):
                    break
                if (_counts(tour[None], most.size)[0] > most).any():
                    found.value[row] = np.inf

    def _solve(
        self,
        counted: tuple[int, ...],
        agents: IntArray,
        price: FloatArray,
        rows: IntArray,
        found: BestTours,
    ) -> None:
        """Fill in values and tours of some rows, as many at a time as memory allows."""
        runs = self._runs.get(counted)
        if runs is None:
            runs = self._runs[counted] = Runs(self.terms, self.limits, counted)
        each = (runs.days + 1) * int(np.prod(runs.shape)) + price[0].size * runs.length.size
        step = max(1, _LARGEST // each)
        for first in range(0, rows.size, step):
            part = slice(first, first + step)
            sweep = Sweep(runs, agents[part], price[part])
            self.work += runs.work * sweep.value.size
            found.value[rows[part]], found.tours[rows[part]] = sweep.value, sweep.tours()


def _counts(tours: IntArray, kinds: int) -> IntArray:
    """Return how often each kind is worked in tours ``[N, S]``."""
    counts: IntArray = (tours[:, :, None] == np.arange(kinds)).sum(1)
    return counts


def _hold(price: FloatArray, tour: IntArray, kinds: IntArray, most: IntArray) -> None:
    """Allow kinds only on the days of a tour that suit them most, as many as they may have."""
    for kind in kinds.tolist():
        days = np.flatnonzero(tour == kind)
        kept = days[np.argsort(price[days, kind], kind="stable")[: most[kind]]]
        prices = price[kept, kind]
        price[:, kind] = np.inf
        price[kept, kind] = prices
