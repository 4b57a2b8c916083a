"""One sweep over the days for the best tours of some agents, and the way back along them."""

from __future__ import annotations

import numpy as np

from staffing.tour_runs import Runs
from staffing.tour_terms import OFF, FloatArray, IntArray


class Sweep:
    """The least cost of every state by every day, for some agents ``[N]`` by prices ``[N, D, S]``.

    ``value`` is what each one's best tour costs, infinite where none is possible.
    """

    def __init__(self, runs: Runs, agents: IntArray, price: FloatArray) -> None:
        self.runs, self.agents = runs, agents
        self.rest = runs.limits.rest[agents]
        groups = [np.flatnonzero(runs.group == g) for g in range(len(runs.uses))]
        self.cheapest = [kinds[price[:, :, kinds].argmin(2)] for kinds in groups]
        self._price_runs(np.stack([price[:, :, kinds].min(2) for kinds in groups], axis=2))
        self._sweep()
        last = self.done[-1].reshape(agents.size, -1) + runs.final(agents)
        self.end = last.argmin(1)
        self.value: FloatArray = last[np.arange(agents.size), self.end]

    def _price_runs(self, price: FloatArray) -> None:
        """Price runs: ``inner[l]`` by agent, first day, use and last kind; ``best`` over kinds."""
        runs, (size, days, kinds) = self.runs, price.shape
        self.best = np.full((size, days, runs.length.size), np.inf)
        self.inner: list[FloatArray] = []
        follows = runs.may_follow
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
        tours = grouped = np.full((size, runs.days), OFF, dtype=np.int64)
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
                self._fill(grouped, rows, start, move)
                day[rows] = np.maximum(start - self.rest[rows], 0)
        for group, kinds in enumerate(self.cheapest):
            tours = np.where(grouped == group, kinds, tours)
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
            fits = (length[here] == n)[:, None] | runs.may_follow.T[kind[here]]
            kind[here] = np.where(fits, cost, np.inf).argmin(1)
            tours[rows[here], start[here] + n - 1] = kind[here]
            use[here] = runs.back[n - 1][use[here], kind[here]]
