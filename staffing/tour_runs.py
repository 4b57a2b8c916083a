"""Runs of work: what one of each length may use up, and where in the horizon it may stand."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from staffing.tour_terms import TourTerms

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

Slices = tuple[slice, ...]
Push = tuple[int, int, Slices, Slices]


@dataclass(frozen=True, slots=True)
class Limits:
    """The agents' limits as arrays ``[A]``, minutes in ``unit``s."""

    unit: int
    least: IntArray
    most: IntArray
    shortest: IntArray
    longest: IntArray
    rest: IntArray
    weekends: IntArray
    kinds: IntArray  # [A, S]

    @classmethod
    def of(cls, terms: TourTerms) -> Limits:
        """Return the limits of all agents."""
        unit = int(np.gcd.reduce(terms.minutes))

        def column(name: str) -> IntArray:
            return np.array([getattr(a, name) for a in terms.agents], dtype=np.int64)

        return cls(
            unit,
            -(-column("least_minutes") // unit),
            column("most_minutes") // unit,
            column("shortest_run"),
            np.minimum(column("longest_run"), terms.weekend.size),
            column("shortest_rest"),
            column("most_weekends"),
            np.array([a.most for a in terms.agents], dtype=np.int64),
        )


def state_shape(terms: TourTerms, limits: Limits, counted: tuple[int, ...]) -> tuple[int, ...]:
    """Return how many states there are along each axis: weekends, units, each kind counted."""
    weekends = len(set(terms.weekend[terms.weekend >= 0].tolist()))
    most = limits.kinds[:, list(counted)]
    # Where more are allowed than fit, the kind need not be counted for the agent.
    possible = limits.most // (int(terms.minutes.min()) // limits.unit)
    binding = np.where(most < possible[:, None], most, 0)
    return (
        min(int(limits.weekends.max()), weekends) + 1,
        int(limits.most.max()) + 1,
        *(int(n) + 1 for n in binding.max(0)),
    )


class Runs:
    """What runs of work of each length use up: minutes, and shifts of the kinds counted.

    A tour is a row of runs with rests between them, so the search for the best one has states only
    between runs: the weekends, minutes and counted shifts used up so far. Runs of one length that
    use up the same are one ``move``. Kinds that use up the same and follow the same are one here:
    of such a ``group`` ``[S]`` a tour has the cheapest.

    Parameters
    ----------
    terms, limits
        The question.
    counted
        Kinds whose shifts are counted.
    """

    def __init__(self, terms: TourTerms, limits: Limits, counted: tuple[int, ...]) -> None:
        self.terms, self.limits, self.counted = terms, limits, counted
        self.days = terms.weekend.size
        units = terms.minutes // limits.unit
        self.uses = np.column_stack([units, np.eye(units.size, dtype=np.int64)[:, list(counted)]])
        self.shape = state_shape(terms, limits, counted)
        follow = terms.may_follow
        alike = np.column_stack([self.uses, follow, follow.T])
        _, one, self.group = np.unique(alike, axis=0, return_index=True, return_inverse=True)
        self.uses, self.may_follow = self.uses[one], follow[np.ix_(one, one)]
        self.kinds = np.unique(self.group[(limits.kinds > 0).any(0)])
        self._extend()
        self._place()

    @property
    def strides(self) -> IntArray:
        """What a step along each axis of the states is in their flat order."""
        steps = np.cumprod((1, *self.shape[:0:-1]))[::-1]
        return np.array(steps, dtype=np.int64)

    def _extend(self) -> None:
        """List what runs of each length may use up, and how one more shift leads there.

        ``steps[l]`` has for each kind the rows before and after; ``back[l]`` the row before by row
        and kind, -1 for none.
        """
        groups: dict[tuple[int, ...], list[int]] = {}
        for kind in self.kinds.tolist():
            groups.setdefault(tuple(self.uses[kind].tolist()), []).append(kind)
        top = tuple(n - 1 for n in self.shape[1:])
        before: list[tuple[int, ...]] = [(0,) * len(top)]
        rows: list[IntArray] = []
        self.steps: list[dict[int, IntArray]] = []
        self.back: list[IntArray] = []
        for _ in range(int(self.limits.longest.max())):
            longer = [[tuple(np.add(b, g).tolist()) for g in groups] for b in before]
            fits = {v for row in longer for v in row if (np.array(v) <= top).all()}
            if not fits:
                break
            after = {v: n for n, v in enumerate(sorted(fits))}
            back = np.full((len(after), self.uses.shape[0]), -1, dtype=np.int64)
            steps: dict[int, IntArray] = {}
            for g, kinds in enumerate(groups.values()):
                found = [(n, after[row[g]]) for n, row in enumerate(longer) if row[g] in after]
                pairs = np.array(found, dtype=np.int64).reshape(-1, 2)
                for kind in kinds:
                    steps[kind] = pairs
                    back[pairs[:, 1], kind] = pairs[:, 0]
            self.steps.append(steps)
            self.back.append(back)
            before = sorted(fits)
            rows.append(np.array(before, dtype=np.int64))
        self.longest = len(rows)
        self.first = np.cumsum([0, *(len(r) for r in rows)])
        self.length = np.repeat(np.arange(1, self.longest + 1), [len(r) for r in rows])
        self.used = np.concatenate(rows) if rows else np.zeros((0, len(top)), dtype=np.int64)

    def _place(self) -> None:
        """Find where runs may stand, and which part of the states each move leads to."""
        days, limits = self.days, self.limits
        allowed = np.zeros((limits.rest.size, days, self.longest + 1), dtype=bool)
        self.touched = np.zeros((days, self.longest + 1), dtype=np.int64)
        for start in range(days):
            for length in range(1, min(self.longest, days - start) + 1):
                at_an_end = start == 0 or start + length == days
                enough = (limits.shortest <= length) | at_an_end
                allowed[:, start, length] = enough & (length <= limits.longest)
                self.touched[start, length] = self._weekends(start, start + length)
        self.barred: FloatArray = np.where(allowed, 0.0, np.inf)
        low, high = self._bands()
        passed = [self._weekends(0, day) for day in range(days)]
        self.pushes: list[list[Push]] = []
        for start in range(days):
            row = []
            for move, length in enumerate(self.length.tolist()):
                end = start + length
                if end > days or not allowed[:, start, length].any():
                    continue
                use = (int(self.touched[start, length]), *self.used[move].tolist())
                top = min(self.shape[0] - 1, passed[start] + use[0])
                first = max(low[end], low[start] + use[1])
                last = min(high[end], high[start] + use[1])
                if first <= last and use[0] <= top:
                    row.append((move, end, *self._slices(use, top, first, last)))
            self.pushes.append(row)
        shapes = [
            [s.stop - s.start for s in before[1:]] for r in self.pushes for *_, before, _ in r
        ]
        rows = sum(len(back) for back in self.back)
        self.work = sum(map(math.prod, shapes)) + days * rows * self.kinds.size

    def _weekends(self, first: int, end: int) -> int:
        weekends = self.terms.weekend[first:end]
        return len(set(weekends[weekends >= 0].tolist()))

    def _slices(
        self, use: tuple[int, ...], top: int, first: int, last: int
    ) -> tuple[Slices, Slices]:
        """Return the states before a move and those after it, with an axis of agents in front."""
        rest = list(zip(self.shape[2:], use[2:], strict=True))
        before = (slice(0, top + 1 - use[0]), slice(first - use[1], last + 1 - use[1]))
        after = (slice(use[0], top + 1), slice(first, last + 1))
        every = slice(None)
        return (
            (every, *before, *(slice(0, n - u) for n, u in rest)),
            (every, *after, *(slice(u, None) for _, u in rest)),
        )

    def _bands(self) -> tuple[list[int], list[int]]:
        """Return the least and most units by each day that a whole tour can pass through."""
        largest = int(self.uses[self.kinds, 0].max()) if self.kinds.size else 0
        rest = int(self.limits.rest.min())
        cap = [0] * (self.days + 1)
        for day in range(1, self.days + 1):
            runs = range(1, min(self.longest, day) + 1)
            ends = [cap[max(day - n - rest, 0)] + n * largest for n in runs]
            cap[day] = max([cap[day - 1], *ends])
        least, most = int(self.limits.least.min()), self.shape[1] - 1
        low = [max(0, least - cap[self.days - day]) for day in range(self.days + 1)]
        return low, [min(most, cap[day]) for day in range(self.days + 1)]

    def final(self, agents: IntArray) -> FloatArray:
        """Return 0 for states that agents may end in and infinite for others ``[A, N]``."""
        limits, none = self.limits, np.zeros(agents.size, dtype=np.int64)
        allowed = np.ones((agents.size, *self.shape), dtype=bool)
        ends = [(none, limits.weekends[agents]), (limits.least[agents], limits.most[agents])]
        ends += [(none, limits.kinds[agents, kind]) for kind in self.counted]
        for axis, (low, high) in enumerate(ends):
            place = [1] * (len(self.shape) + 1)
            place[axis + 1] = -1
            step = np.arange(self.shape[axis]).reshape(place)
            wide = (-1,) + (1,) * len(self.shape)
            allowed &= (step >= low.reshape(wide)) & (step <= high.reshape(wide))
        return np.where(allowed, 0.0, np.inf).reshape(agents.size, -1)
