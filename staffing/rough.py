"""A week at a glance, where a plan had no time to solve it: the fullest shifts first."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from staffing.coverage import PoolCover
from staffing.demand import Demand
from staffing.rounding import respect_limits, respect_shares_of_hours
from staffing.week import Before

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

#: A shift is worth its while when this share of it meets a need.
_WORTH = 0.5


class RoughWeek:
    """Days ``[start, stop)`` of a week, planned at a glance, within the contracts.

    Pools come in the order of what a position costs; each adds the shift that meets most of what
    is still needed, until none meets enough or nobody is left. Work that may wait is needed as it
    comes. A pool with a largest share of contacts meets no more than that share of any need. It is
    an answer, far from the cheapest.

    Parameters
    ----------
    heads
        Per pool ``[days, shifts]``.
    serve
        What each pool gives to each queue, before its speed, ``[P, Q, I]``.
    """

    def __init__(
        self,
        demand: Demand,
        covers: Sequence[PoolCover],
        span: tuple[int, int],
        before: Before,
    ) -> None:
        self._covers, self._span, self._before = covers, span, before
        self._wanted = demand.positions + demand.load
        self.heads = [np.zeros((span[1] - span[0], len(c.shifts)), dtype=np.int64) for c in covers]
        prices = [c.position_price or c.contact_price for c in covers]
        self._order = sorted(range(len(covers)), key=prices.__getitem__)
        self._give_all()
        for p in self._order:
            for day in range(*span):
                self._fill(p, day)
            respect_limits(self.heads[p], self._fewer(p), covers[p], span, before.placed[p])
            self._give_all()
        fewer = [self._fewer(p) for p in range(len(covers))]
        respect_shares_of_hours(self.heads, fewer, covers)
        self._give_all()

    def _fewer(self, p: int) -> FloatArray:
        """Return fractions of a pool's heads: whoever takes some off begins where most are."""
        return np.asarray(self.heads[p] * _WORTH, dtype=np.float64)

    def _give_all(self) -> None:
        """Give what all heads make, anew, the cheapest pool's first."""
        self._left = self._wanted.copy()
        self.serve = np.zeros((len(self._covers), *self._left.shape))
        for p in self._order:
            cover = self._covers[p]
            heads = np.zeros(cover.firsts.shape)
            heads[slice(*self._span)] = self.heads[p]
            self._give(p, self._before.spill[p] + cover.positions(heads))

    def _fill(self, p: int, day: int) -> None:
        """Add a pool's best shift of a day again and again, and give what it makes."""
        cover, heads = self._covers[p], self.heads[p][day - self._span[0]]
        each, most = cover.pool.positions_per_head(day), cover.heads_a_day[day]
        if not len(heads) or each <= 0:
            return
        while heads.sum() < most:
            met = np.minimum(self._open(p).sum(axis=0), each)
            gains = np.zeros(len(heads))
            for s in range(len(heads)):
                here, on = cover.within(day, s)
                gains[s] = (met[here] * on).sum() / (each * cover.profiles[day][s].sum())
            best = int(np.argmax(gains))
            if gains[best] < _WORTH:
                return
            heads[best] += 1
            row = np.zeros(self._left.shape[1])
            here, on = cover.within(day, best)
            row[here] = each * on
            self._give(p, row)

    def _open(self, p: int) -> FloatArray:
        """Return the positions that a pool may still give to its queues, ``[its queues, I]``."""
        cover = self._covers[p]
        queues = list(cover.queue_numbers)
        speed = np.array([cover.speeds[q] for q in queues])[:, None]
        left = self._left[queues]
        if cover.pool.max_share_of == "contacts":
            most = cover.pool.max_share * self._wanted[queues]
            left = np.minimum(left, np.maximum(most - speed * self.serve[p, queues], 0.0))
        return np.asarray(left / speed)

    def _give(self, p: int, positions: FloatArray) -> None:
        """Give a pool's positions ``[I]`` to its queues, in proportion to what they still need."""
        cover, wanted = self._covers[p], self._open(p)
        total = wanted.sum(axis=0)
        met = np.minimum(positions, total)
        share = np.divide(met, total, out=np.zeros_like(total), where=total > 0)
        for row, q in enumerate(cover.queue_numbers):
            given = wanted[row] * share
            self.serve[p, q] += given
            self._left[q] -= given * cover.speeds[q]
