"""Heads at a glance, for weeks that a plan had no time to solve: the fullest shifts first."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from staffing.coverage import PoolCover
from staffing.demand import Demand
from staffing.rounding import respect_limits

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

#: A shift is worth its while when this share of it meets a need.
_WORTH = 0.5


def rough_heads(
    demand: Demand,
    covers: Sequence[PoolCover],
    span: tuple[int, int],
    on_duty: FloatArray,
    placed: Sequence[IntArray],
) -> list[IntArray]:
    """Return heads ``[days, shifts]`` per pool for days ``[start, stop)`` that meet most of a need.

    Pools come in the order of what a position costs; each adds the shift that meets most of what
    is still needed, until none meets enough or nobody is left. Work that may wait is needed as it
    comes. It is an answer within the contracts, far from the cheapest.

    Parameters
    ----------
    on_duty
        Positions of shifts that began before, per pool ``[P, I]``.
    placed
        Heads of earlier days per pool ``[D]``.
    """
    need = demand.positions + demand.load
    for p, cover in enumerate(covers):
        _serve(need, cover, on_duty[p], np.ones(need.shape[1], dtype=bool))
    found = [np.zeros((span[1] - span[0], len(c.shifts)), dtype=np.int64) for c in covers]
    prices = [c.position_price or c.contact_price for c in covers]
    for p in sorted(range(len(covers)), key=prices.__getitem__):
        cover = covers[p]
        for day in range(*span):
            _fill(need, cover, day, found[p][day - span[0]])
        respect_limits(found[p], found[p].astype(np.float64), cover, span, placed[p])
    return found


def _fill(need: FloatArray, cover: PoolCover, day: int, heads: IntArray) -> None:
    """Add the day's best shift again and again, and take what it meets off the need."""
    each = cover.pool.positions_per_head(day)
    size = need.shape[1]
    if not len(heads) or each <= 0:
        return
    while heads.sum() < cover.pool.agents[day]:
        open_need = np.minimum(need[list(cover.queue_numbers)].sum(axis=0), each)
        gains = np.zeros(len(heads))
        for s in range(len(heads)):
            first, profile = cover.on_duty(day, s)
            start, stop = max(first, 0), min(first + len(profile), size)
            if start < stop:
                on = profile[start - first : stop - first]
                gains[s] = (open_need[start:stop] * on).sum() / (each * profile.sum())
        best = int(np.argmax(gains))
        if gains[best] < _WORTH:
            return
        heads[best] += 1
        row = np.zeros(size)
        first, profile = cover.on_duty(day, best)
        start, stop = max(first, 0), min(first + len(profile), size)
        row[start:stop] = each * profile[start - first : stop - first]
        _serve(need, cover, row, row > 0)


def _serve(
    need: FloatArray, cover: PoolCover, positions: FloatArray, where: npt.NDArray[np.bool_]
) -> None:
    """Take what positions meet off the need of the pool's queues, in proportion."""
    queues = list(cover.queue_numbers)
    wanted = need[queues][:, where]
    total = wanted.sum(axis=0)
    share = np.divide(
        np.minimum(positions[where], total), total, out=np.zeros_like(total), where=total > 0
    )
    rows = need[queues]
    rows[:, where] = wanted * (1.0 - share)
    need[queues] = rows
