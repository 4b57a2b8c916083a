"""The linear program of some agents' tours, which grows by tours that its duals ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from staffing.best_tour import BestTours
from staffing.solver import Program, Status
from staffing.tour_runs import Limits
from staffing.tour_terms import OFF, BoolArray, FloatArray, IntArray, TourTerms

Stop = Callable[[], bool]

#: Weight of the duals that gave the best bound so far (Wentges 1997): they jump about less.
_KEPT = 0.5
#: A bound as near as this, in units of the objective, is met.
NEAR = 1e-3


class Finder(Protocol):
    """What finds the best tours of agents by prices, and tells what any cost."""

    terms: TourTerms
    limits: Limits

    def best(self, agents: IntArray, price: FloatArray) -> BestTours:
        """Return the best tour of each of some agents ``[N]`` by prices ``[N, D, S]``."""

    def costs_of(self, agents: IntArray, tours: IntArray) -> FloatArray:
        """Return what tours ``[N, D]`` of agents ``[N]`` cost by themselves ``[N]``."""


@dataclass(frozen=True, slots=True)
class Relaxed:
    """An answer in shares of tours: its cost, what no answer costs less than, each tour's share.

    ``bound`` is infinite where no answer is possible.
    """

    value: float
    bound: float
    shares: FloatArray


class TourMaster:
    """Shares of tours for some agents so that their heads cover best what others leave.

    Each tour is a variable; a rule for each agent has the shares add up to 1, one for each day and
    kind has heads + too few - too many = wanted (Dantzig and Wolfe 1960). Days may be held at kinds
    for any agent: tours added from then on keep to that, and others are shut out.

    Parameters
    ----------
    finder
        Finds tours by prices.
    agents
        Whose tours are sought ``[N]``.
    kept
        Their tours so far, or None ``[N, D]``: where days are not open, they are held.
    heads
        Heads of all other agents ``[D, S]``.
    is_open
        Days that are open to the agents ``[D]``.
    """

    def __init__(
        self,
        finder: Finder,
        agents: IntArray,
        kept: IntArray | None,
        heads: IntArray,
        is_open: BoolArray,
    ) -> None:
        self.finder, self.agents, terms = finder, agents, finder.terms
        self.days = np.flatnonzero(is_open)
        self.wanted = (terms.wanted - heads)[self.days]
        self._place = np.full(is_open.size, -1)
        self._place[self.days] = np.arange(self.days.size)
        self._large = _large(finder)
        shape = (agents.size, is_open.size, terms.minutes.size)
        self.shut = np.isinf(terms.price[agents]) | (finder.limits.kinds[agents] <= 0)[:, None]
        self.forced = np.zeros(shape[:2], dtype=bool)
        self.tours = np.zeros((0, is_open.size), dtype=np.int64)
        self.owners = np.zeros(0, dtype=np.int64)
        self._numbers = np.zeros(0, dtype=np.int64)
        self._known: set[tuple[int, bytes]] = set()
        self._centre: FloatArray | None = None
        self._value, self._shares = np.inf, np.zeros(0)
        self._state()
        if kept is not None:
            for row, day in np.argwhere(np.broadcast_to(~is_open, kept.shape)).tolist():
                self.hold(row, day, int(kept[row, day]))
            self.add(np.arange(agents.size), kept)

    def _state(self) -> None:
        """State the rules, before any tour: each agent may be left without, at a large price."""
        terms, days = self.finder.terms, self.days
        self.program = program = Program("tours")
        keys = [f"{day}_{kind}" for day in days for kind in range(terms.minutes.size)]
        few = program.variables("too_few", keys, cost=terms.under[days].ravel())
        many = program.variables("too_many", keys, cost=terms.over[days].ravel())
        for key, v, w, wanted in zip(keys, few, many, self.wanted.ravel(), strict=True):
            program.equal(f"cover_{key}", [(int(v), 1.0), (int(w), -1.0)], float(wanted))
        agents = [str(a) for a in self.agents]
        nobody = program.variables("without", agents, cost=self._large)
        for key, v in zip(agents, nobody, strict=True):
            program.equal(f"one_tour_{key}", [(int(v), 1.0)], 1.0)
        self._rows = np.arange(len(keys))

    def hold(self, row: int, day: int, kind: int) -> None:
        """Hold a day of an agent at a kind; ``shut_out`` then makes it so for tours there are."""
        self.shut[row, day] = True
        if kind != OFF:
            self.shut[row, day, kind] = False
            self.forced[row, day] = True

    @property
    def held(self) -> BoolArray:
        """Whether there is no choice left, by agent and day ``[N, D]``."""
        result: BoolArray = self.shut.sum(2) + self.forced >= self.shut.shape[2]
        return result

    def shut_out(self) -> None:
        """Shut out the tours that do not keep to what is held."""
        broken = self._numbers[~self._keeps(self.owners, self.tours)]
        self.program.bound(broken, np.zeros(broken.size), np.zeros(broken.size))

    def _keeps(self, owners: IntArray, tours: IntArray) -> BoolArray:
        days = np.arange(tours.shape[1])
        shut = self.shut[owners[:, None], days, np.maximum(tours, 0)] & (tours != OFF)
        result: BoolArray = ~(shut | (self.forced[owners] & (tours == OFF))).any(1)
        return result

    def add(self, owners: IntArray, tours: IntArray) -> int:
        """Add tours ``[N, D]`` of agents by row ``[N]`` and return how many are new."""
        keys = [(int(o), t.tobytes()) for o, t in zip(owners, tours, strict=True)]
        keeps = self._keeps(owners, tours)
        new = [n for n, key in enumerate(keys) if keeps[n] and key not in self._known]
        if not new:
            return 0
        self._known.update(keys[n] for n in new)
        owners, tours = owners[new], tours[new]
        rows = list(self._rules_of(owners, tours))
        costs = self.finder.costs_of(self.agents[owners], tours)
        self._numbers = np.append(self._numbers, self.program.add_columns(costs, rows))
        self.tours = np.concatenate([self.tours, tours])
        self.owners = np.concatenate([self.owners, owners])
        return len(new)

    def _rules_of(self, owners: IntArray, tours: IntArray) -> Iterable[IntArray]:
        kinds = self.shut.shape[2]
        for owner, tour in zip(owners.tolist(), tours[:, self.days], strict=True):
            worked = np.flatnonzero(tour != OFF)
            yield np.append(worked * kinds + tour[worked], self._rows.size + owner)

    def improve(self, rounds: int, cutoff: float, stop: Stop) -> Relaxed:
        """Add tours until they are best in shares, and return the answer.

        It ends before that after so many ``rounds``, or once no answer can cost less than
        ``cutoff``.
        """
        bound = -np.inf
        for number in range(rounds + 1):
            if self.program.solve("primal", stop=stop) is not Status.OPTIMAL:
                break
            self._value, self._shares = self.program.objective, self.program.values(self._numbers)
            met = self._value - bound < NEAR or bound >= cutoff
            if met or number == rounds or stop():
                break
            added, bound = self.price(bound)
            if not added:
                break
        # Where the solver was stopped, the last answer, without the tours added since.
        shares = np.zeros(self._numbers.size)
        shares[: self._shares.size] = self._shares
        return Relaxed(self._value, bound, shares)

    def price(self, bound: float) -> tuple[int, float]:
        """Add each agent's best tour by the duals; return how many are new, and the bound."""
        duals = np.zeros(self.shut.shape[1:])
        duals[self.days] = self.program.duals(self._rows).reshape(self.days.size, -1)
        tried = [duals]
        if self._centre is not None:
            tried.insert(0, _KEPT * self._centre + (1 - _KEPT) * duals)
        added = 0
        for prices in tried:
            best = self.finder.best(self.agents, self._prices(prices))
            back = self._large * self.forced.sum(1)
            value = best.value + back
            possible = value < self._large / 2
            if not (best.bound + back < self._large / 2).all():
                return 0, np.inf
            total = float((prices[self.days] * self.wanted).sum() + (best.bound + back).sum())
            if total > bound:
                bound, self._centre = total, prices
            rows = np.flatnonzero(possible)
            added = self.add(rows, best.tours[rows])
            if added:
                break
        return added, bound

    def _prices(self, duals: FloatArray) -> FloatArray:
        prices = self.finder.terms.price[self.agents] - duals
        forced = self._large * self.forced[:, :, None]
        return np.where(self.shut, np.inf, prices - forced)


def _large(finder: Finder) -> float:
    """Return more than what any tour can cost or save by prices that duals may give."""
    terms = finder.terms
    prices = np.abs(terms.price[np.isfinite(terms.price)])
    each = 1.0 + prices.max(initial=0.0) + terms.under.max() + terms.over.max()
    return float(4.0 * each * terms.weekend.size)
