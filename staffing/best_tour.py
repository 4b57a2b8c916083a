"""The best tour of one agent by given prices, exactly, by dynamic programming over runs of work."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from staffing.tour_runs import Limits, Runs, state_shape
from staffing.tour_terms import OFF, FloatArray, IntArray, TourTerms

#: Numbers that one pass may hold for its states; one agent's may need fewer, or it is held short.
_LARGEST = 20_000_000


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
    Boland, Dethridge and Dumitrescu 2006 for paths). Where more kinds are to be counted at once
    than memory allows, the further ones are allowed only on those days of the looser best tour
    that suit them most: such a tour keeps all rules but may not be the best.

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
        self.priced = 0  # tours asked for so far: a measure of work

    def best(self, agents: IntArray, price: FloatArray) -> BestTours:
        """Return the best tour of each of some agents ``[N]`` by prices ``[N, D, S]``."""
        self.priced += agents.size
        limits = self.limits.kinds[agents]
        prices = np.where(limits[:, None, :] > 0, price, np.inf)
        tours = np.full(prices.shape[:2], OFF, dtype=np.int64)
        value, bound = np.full(agents.size, np.inf), np.full(agents.size, -np.inf)
        held = np.zeros(agents.size, dtype=bool)
        todo: dict[tuple[int, ...], list[int]] = {(): list(range(agents.size))}
        while todo:
            counted, listed = todo.popitem()
            rows = np.array(listed, dtype=np.int64)
            self._solve(counted, agents[rows], prices[rows], rows, value, tours)
            free = rows[~held[rows]]
            bound[free] = value[free]
            over = _counts(tours[rows], limits.shape[1]) > limits[rows]
            for row, broken in zip(rows[over.any(1)].tolist(), over[over.any(1)], strict=True):
                kinds = tuple(sorted({*counted, *np.flatnonzero(broken).tolist()}))
                if counted and not self._fits(kinds):
                    _hold(prices[row], tours[row], np.flatnonzero(broken), limits[row])
                    held[row], kinds = True, counted
                todo.setdefault(kinds, []).append(row)
        return BestTours(tours, value, bound)

    def _fits(self, counted: tuple[int, ...]) -> bool:
        states = np.prod(state_shape(self.terms, self.limits, counted), dtype=float)
        return bool(states * (self.terms.weekend.size + 1) <= _LARGEST)

    def _solve(
        self,
        counted: tuple[int, ...],
        agents: IntArray,
        price: FloatArray,
        rows: IntArray,
        value: FloatArray,
        tours: IntArray,
    ) -> None:
        """Fill in values and tours of some rows, as many at a time as memory allows."""
        runs = self._runs.get(counted)
        if runs is None:
            runs = self._runs[counted] = Runs(self.terms, self.limits, counted)
        each = (runs.days + 1) * int(np.prod(runs.shape)) + price[0].size * runs.length.size
        step = max(1, _LARGEST // each)
        for first in range(0, rows.size, step):
            part = slice(first, first + step)
            found = _Pass(runs, agents[part], price[part])
            value[rows[part]], tours[rows[part]] = found.value, found.tours()


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


class _Pass:
    """One sweep over the days for some agents, and the way back along the best tours."""

    def __init__(self, runs: Runs, agents: IntArray, price: FloatArray) -> None:
        self.runs, self.agents = runs, agents
        self.rest = runs.limits.rest[agents]
        self._price_runs(price)
        self._sweep()
        last = self.done[-1].reshape(agents.size, -1) + runs.final(agents)
        self.end = last.argmin(1)
        self.value: FloatArray = last[np.arange(agents.size), self.end]

    def _price_runs(self, price: FloatArray) -> None:
        """Price runs: ``inner[l]`` by agent, first day, use and last kind; ``best`` over kinds."""
        runs, (size, days, kinds) = self.runs, price.shape
        self.best = np.full((size, days, runs.length.size), np.inf)
        self.inner: list[FloatArray] = []
        follows = runs.terms.may_follow
        for n, (steps, back) in enumerate(zip(runs.steps, runs.back, strict=True)):
            starts = days - n
            inner = np.full((size, starts, len(back), kinds), np.inf)
            cheapest: dict[bytes, FloatArray] = {}
            for kind, pairs in steps.items():
                if not pairs.size:
                    continue
                today = price[:, n:, kind][:, :, None]
                if not n:
                    inner[:, :, pairs[:, 1], kind] = today
                    continue
                before = follows[:, kind]
                key = before.tobytes()
                if key not in cheapest:
                    shorter = self.inner[-1][:, :starts][..., before]
                    cheapest[key] = shorter.min(-1, initial=np.inf)
                inner[:, :, pairs[:, 1], kind] = cheapest[key][:, :, pairs[:, 0]] + today
            self.inner.append(inner)
            moves = slice(runs.first[n], runs.first[n + 1])
            barred = runs.barred[self.agents, :starts, n + 1]
            self.best[:, :starts, moves] = inner.min(-1) + barred[:, :, None]

    def _sweep(self) -> None:
        """Find the least cost of each state by the end of each day, the next day being off."""
        runs, size = self.runs, self.agents.size
        self.done = done = np.full((runs.days + 1, size, *runs.shape), np.inf)
        done.reshape(runs.days + 1, size, -1)[0, :, 0] = 0.0
        wide = (runs.days, runs.length.size, size, *(1 for _ in runs.shape))
        cost = np.ascontiguousarray(self.best.transpose(1, 2, 0)).reshape(wide)
        possible = np.isfinite(self.best).any(0).tolist()
        rests = np.unique(self.rest).tolist()
        for day, pushes in enumerate(runs.pushes):
            if day:
                np.minimum(done[day], done[day - 1], out=done[day])
            if len(rests) == 1:
                ready = done[max(day - rests[0], 0)]
            else:
                ready = done[np.maximum(day - self.rest, 0), np.arange(size)]
            for move, end, before, after in pushes:
                if possible[day][move]:
                    target = done[end][after]
                    np.minimum(target, ready[before] + cost[day, move], out=target)
        np.minimum(done[-1], done[-2], out=done[-1])

    def tours(self) -> IntArray:
        """Return the best tours ``[N, D]``, by the way back from their last states."""
        runs, size = self.runs, self.agents.size
        tours = np.full((size, runs.days), OFF, dtype=np.int64)
        flat = self.done.reshape(runs.days + 1, size, -1)
        strides = runs.strides
        rows, day = np.flatnonzero(np.isfinite(self.value)), np.full(size, runs.days)
        state = np.column_stack(np.unravel_index(self.end, runs.shape))
        while rows.size:
            column = flat[:, rows, state[rows] @ strides]
            value = column[day[rows], np.arange(rows.size)]
            end = (column <= value).argmax(0)  # the day on which the last run ended
            rows, end = rows[end > 0], end[end > 0]
            if rows.size:
                start, move, state[rows] = self._last_run(rows, end, state[rows], flat, strides)
                self._fill(tours, rows, start, move)
                day[rows] = np.maximum(start - self.rest[rows], 0)
        return tours

    def _last_run(
        self, rows: IntArray, end: IntArray, state: IntArray, flat: FloatArray, strides: IntArray
    ) -> tuple[IntArray, IntArray, IntArray]:
        """Return the first day and move of runs that end tours best, and the states before."""
        runs = self.runs
        start = end[:, None] - runs.length
        first = np.maximum(start, 0)
        weekends = runs.touched[first, runs.length]
        used = np.broadcast_to(runs.used, (rows.size, *runs.used.shape))
        before = state[:, None] - np.concatenate([weekends[:, :, None], used], axis=2)
        possible = (start >= 0) & (before >= 0).all(2)
        before = np.maximum(before, 0)
        ready = np.maximum(first - self.rest[rows][:, None], 0)
        cost = flat[ready, rows[:, None], before @ strides]
        cost = cost + self.best[rows[:, None], first, np.arange(runs.length.size)]
        move = np.where(possible, cost, np.inf).argmin(1)
        each = np.arange(rows.size)
        return first[each, move], move, before[each, move]

    def _fill(self, tours: IntArray, rows: IntArray, start: IntArray, move: IntArray) -> None:
        """Write the kinds of runs into tours, last day first."""
        runs = self.runs
        length = runs.length[move]
        use, kind = move - runs.first[length - 1], np.full(rows.size, OFF)
        for n in range(int(length.max()), 0, -1):
            here = np.flatnonzero(length >= n)
            cost = self.inner[n - 1][rows[here], start[here], use[here]]
            fits = (length[here] == n)[:, None] | runs.terms.may_follow.T[kind[here]]
            kind[here] = np.where(fits, cost, np.inf).argmin(1)
            tours[rows[here], start[here] + n - 1] = kind[here]
            use[here] = runs.back[n - 1][use[here], kind[here]]
