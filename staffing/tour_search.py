"""Tours for all agents of a pool: a bound, good tours, and better ones by opening parts again."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from staffing.best_tour import TourFinder
from staffing.tour_dive import dive
from staffing.tour_master import NEAR, Stop, TourMaster
from staffing.tour_terms import OFF, IntArray, TourTerms
from staffing.tour_window import window

#: Share of a time limit that is over, at most, after the first tours, the bound and the dive.
_FIRST, _BOUND, _DIVE = 0.1, 0.4, 0.7
#: How often each agent's first tour is found anew.
_SWEEPS = 4
#: Rounds of tours added for the first bound and for a part.
_FIRST_ROUNDS, _ROUNDS = 400, 60
#: Agents x days x kinds of a first window, and of the largest question solved as a whole.
_WINDOW, _WHOLE = 15_000, 20_000
#: Most days of a question solved as a whole.
_WHOLE_DAYS = 56
#: Fewest and most days of a window at first, and most days of any.
_FEWEST, _FIRST_DAYS, _MOST_DAYS = 7, 28, 84
#: A part opened grows or shrinks by this; it is too large where it takes more work than this, or
#: this share of the work that the first bound took.
_GROWTH, _SHRINKING, _TOO_MUCH, _HALF = 1.05, 0.85, 2e8, 0.5
_KINDS_OF_PART = 3
#: Sizes of parts at first, of each kind, as shares of what a first window is.
_STARTS = (0.7, 0.3, 0.3)
#: Share of the value that the bound may be below it for the search to end.
_CLOSE = 1e-4


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to search: by work, so that a seed gives the same tours anywhere, or by time.

    Parameters
    ----------
    parts
        How many parts are opened again.
    seed
        Seed of all chance.
    limit_s
        Seconds after which it ends, None for no limit: then the answer depends on the machine.
    stop
        Asked all the while whether to end.
    """

    parts: int = 100
    seed: int = 0
    limit_s: float | None = None
    stop: Stop = lambda: False


@dataclass(frozen=True, slots=True)
class Tours:
    """Tours of all agents, kinds or ``OFF`` ``[A, D]``, their value, and a bound of any tours'."""

    kinds: IntArray
    value: float
    bound: float


def find_tours(
    terms: TourTerms,
    effort: Effort = Effort(),
    told: Callable[[float, float], None] = lambda _value, _bound: None,
) -> Tours:
    """Return tours of low value, each keeping all that its agent's tour must keep.

    Column generation gives a bound and shares of tours (Dantzig and Wolfe 1960), a dive makes them
    whole; then parts of the answer are opened again, agents, days or both, and solved in the same
    way (large-neighbourhood search, Shaw 1998), until the bound is met or the effort is spent.

    Parameters
    ----------
    terms
        The question.
    effort
        How long to search.
    told
        Called with each better value, and the bound.

    Raises
    ------
    ValueError
        When an agent's own terms allow no tour; the message names all such agents by number.

    Examples
    --------
    >>> from staffing.tour_terms import AgentTerms
    >>> agent = AgentTerms((3, 3), 960, 960, 1, 2, 1, 1)
    >>> one = np.ones((3, 2))
    >>> early_late = np.array([[True, True], [False, True]])
    >>> terms = TourTerms((agent, agent), np.array([480, 480]), early_late, np.full(3, -1),
    ...     np.zeros((2, 3, 2)), np.array([[1, 0], [1, 1], [0, 1]]), 10 * one, one)
    >>> found = find_tours(terms)
    >>> found.value, found.bound
    (0.0, 0.0)
    """
    return _Search(terms, effort, told).run()


class _Search:
    """The tours so far, and what is known of better ones."""

    def __init__(
        self, terms: TourTerms, effort: Effort, told: Callable[[float, float], None]
    ) -> None:
        self.terms, self.effort, self.told = terms, effort, told
        self.finder, self.rng = TourFinder(terms), np.random.default_rng(effort.seed)
        self.began, self.bound = time.monotonic(), -np.inf
        self.step = 1.0 if terms.is_whole else NEAR
        self.everyone = np.arange(len(terms.agents))
        days, kinds = terms.wanted.shape
        self.is_large = self.everyone.size * days * kinds > _WHOLE or days > _WHOLE_DAYS
        few = _WINDOW // (self.everyone.size * kinds)
        self.longest, self.enough = min(days, _MOST_DAYS), _TOO_MUCH
        self.window = min(days, max(_FEWEST, min(_FIRST_DAYS, few)))
        self.tours = self._first_tours()
        self.value = terms.value_of(self.tours)
        self.told(self.value, self.bound)

    def run(self) -> Tours:
        """Return the best tours found."""
        if self.is_large:
            self._open_in_turn()
        else:
            self._dive_whole()
        sizes = np.array(_STARTS) * min(1.0, self.window / self.longest)
        for _ in range(self.effort.parts):
            if self._is_met() or self._stop():
                break
            kind = int(self.rng.integers(_KINDS_OF_PART))
            agents, first, end = self._part(kind, float(sizes[kind]))
            sizes[kind] = min(1.0, sizes[kind] * self._open_again(agents, first, end, self.enough))
        return Tours(self.tours, self.value, min(self.bound, self.value))

    def _open_in_turn(self) -> None:
        """Open days in a row of all agents, from the first days to the last."""
        total = self.terms.weekend.size
        for first in range(0, total, self.window):
            if self._stop():
                break
            self._open_again(self.everyone, first, min(total, first + self.window), np.inf)

    def _is_met(self) -> bool:
        """Return whether the bound is so near that more search is not worth it."""
        return self.value - self.bound <= max(NEAR, _CLOSE * abs(self.value))

    def _until(self, share: float) -> Stop:
        """Return the question whether a share of the time is over."""
        effort = self.effort
        end = np.inf if effort.limit_s is None else self.began + share * effort.limit_s
        return lambda: time.monotonic() >= end or effort.stop()

    def _stop(self) -> bool:
        return self._until(1.0)()

    def _after(self, finder: TourFinder, work: float) -> Stop:
        """Return the question whether a finder has done so much work, or time is over."""
        return lambda: finder.work > work or self._stop()

    def _first_tours(self) -> IntArray:
        """Give agents, in any order and more than once, their best tours by what heads lack."""
        terms = self.terms
        tours = np.full((self.everyone.size, terms.weekend.size), OFF, dtype=np.int64)
        heads = np.zeros(terms.wanted.shape, dtype=np.int64)
        without: set[int] = set()
        value, until = np.inf, self._until(_FIRST)
        for _ in range(1 if self.is_large else _SWEEPS):
            for agent in self.rng.permutation(self.everyone):
                if until() and np.isfinite(value):
                    return tours
                heads -= terms.heads_of(tours[[agent]])
                margin = np.where(heads < terms.wanted, -terms.under, terms.over)
                best = self.finder.best(np.array([agent]), (terms.price[agent] + margin)[None])
                if np.isinf(best.value[0]):
                    without.add(int(agent))
                tours[agent] = best.tours[0]
                heads += terms.heads_of(best.tours)
            if without:
                message = f"no tour keeps the terms of agents {sorted(without)}"
                raise ValueError(message)
            before, value = value, terms.value_of(tours)
            if value >= before:
                break
        return tours

    def _dive_whole(self) -> None:
        """Find the bound, and whole tours near it."""
        terms = self.terms
        every_day = np.ones(terms.weekend.size, dtype=bool)
        none = np.zeros(terms.wanted.shape, dtype=np.int64)
        master = TourMaster(self.finder, self.everyone, None, none, every_day)
        master.add(self.everyone, self.tours)
        relaxed = master.improve(_FIRST_ROUNDS, np.inf, self._until(_BOUND))
        self.bound = self._rounded(relaxed.bound)
        self.enough = min(_TOO_MUCH, _HALF * self.finder.work)
        self.told(self.value, self.bound)
        found = dive(master, relaxed, self._better_than(self.value), None, self._until(_DIVE))
        if found is not None:
            self._take(found)

    def _rounded(self, bound: float) -> float:
        return float(np.ceil(bound - NEAR)) if self.step == 1.0 else bound

    def _better_than(self, value: float) -> float:
        """Return the value that an answer must stay below to be better."""
        return value - self.step + NEAR if self.step == 1.0 else value - NEAR

    def _take(self, tours: IntArray) -> bool:
        """Keep tours where they are better, and return whether they are."""
        value = self.terms.value_of(tours)
        better = value < self.value - NEAR / 2
        if better:
            self.tours, self.value = tours, value
            self.told(self.value, self.bound)
        return better

    def _open_again(self, agents: IntArray, first: int, end: int, most: float) -> float:
        """Open days of some agents, solve them, and return by how much parts should grow."""
        part = window(self.terms, self.tours, agents, first, end)
        kept = self.tours[agents, part.first : part.end]
        rows = np.arange(agents.size)
        others = self.terms.heads_of(self.tours)[part.first : part.end] - part.terms.heads_of(kept)
        costs = part.terms.cover_costs(part.terms.heads_of(kept) + others)
        now = float(part.terms.prices_of(rows, kept).sum() + costs[part.is_open].sum())
        finder, cutoff = TourFinder(part.terms), self._better_than(now)
        master = TourMaster(finder, rows, kept, others, part.is_open)
        relaxed = master.improve(_ROUNDS, cutoff, self._after(finder, most))
        if relaxed.bound >= cutoff:
            return _GROWTH  # nothing better in there
        found = dive(master, relaxed, cutoff, self.rng, self._after(finder, 2 * most))
        if found is not None:
            tours = self.tours.copy()
            tours[agents, part.first : part.end] = found
            self._take(tours)
        return _SHRINKING if finder.work > most else 1.0

    def _part(self, kind: int, size: float) -> tuple[IntArray, int, int]:
        """Return agents and days to open: some days of all, all days of some, some of both."""
        rng, total = self.rng, self.terms.weekend.size
        costs = self.terms.cover_costs(self.terms.heads_of(self.tours))
        shares = ((1.0, size), (size, 1.0), (size**0.5, size**0.5))[kind]
        count = max(2, round(shares[0] * self.everyone.size))
        length = min(total, max(2, round(shares[1] * self.longest)))
        amiss = costs.sum(1)
        chance = amiss + 0.1 * amiss.mean() + 1e-9
        day = int(rng.choice(total, p=chance / chance.sum()))
        first = int(np.clip(day - rng.integers(length), 0, total - length))
        if count >= self.everyone.size:
            return self.everyone, first, first + length
        weight = np.full(self.everyone.size, 0.2)
        if rng.random() < 0.5:  # those who might work, or do work, what is amiss
            wanted = int(costs[day].argmax())
            weight += self.finder.limits.kinds[:, wanted] > 0
            weight += self.tours[:, day] == wanted
        chosen = rng.choice(self.everyone, count, replace=False, p=weight / weight.sum())
        return np.sort(chosen), first, first + length
