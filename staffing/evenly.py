"""Pools as good at the same queues share them alike, so that nobody changes queues for nothing."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from staffing.pools import Pool

Served = npt.NDArray[np.float32]
FloatArray = npt.NDArray[np.float64]

#: Pairs of pools are gone through so often at most; until no position moves by more than this.
_ROUNDS, _SETTLED = 12, 0.005


def evenly(pools: Sequence[Pool], queues: Sequence[str], serve: Served) -> Served:
    """Return who serves which queue, shared alike by pools between which that changes nothing.

    Where two pools are as good at two queues as each other, or one is slower at both by the same
    factor, a program does not care which of them serves which, and tells one thing now and another
    in the next interval. Of the time that both give to these queues, each then gives every queue
    the same share. Each queue gets what it got, and each pool is as busy as it was, in every
    interval; pools with a price or a limit that hangs on which contacts they take stay as they are.

    Parameters
    ----------
    queues
        Names, in the order of the second axis.
    serve
        Positions of a pool given to a queue, before the pool's speed, ``[P, Q, I]``.

    Examples
    --------
    >>> def team(name, speed):
    ...     served = {"phone": speed, "email": speed}
    ...     return Pool(name, "in_house", "UTC", served, np.array([5]), ())
    >>> serve = np.array([[[2.0], [0.0]], [[0.0], [4.0]]], dtype=np.float32)
    >>> evenly([team("a", 1.0), team("b", 0.5)], ["phone", "email"], serve)[:, :, 0].tolist()
    [[1.0, 1.0], [2.0, 2.0]]
    """
    found = serve.astype(np.float64)
    speed = np.array([[pool.speed.get(queue, 0.0) for queue in queues] for pool in pools])
    shared = list(_shared(pools, queues, speed))
    for _ in range(_ROUNDS):
        moved = max((_even_out(found, *pair) for pair in shared), default=0.0)
        if moved < _SETTLED:
            break
    return found.astype(np.float32)


def _shared(
    pools: Sequence[Pool], queues: Sequence[str], speed: FloatArray
) -> Iterator[tuple[int, int, list[int], float]]:
    """Yield two pools, queues that they may share alike, and how fast the first is to the other."""
    for a, b in itertools.combinations(range(len(pools)), 2):
        if not _alike(pools[a], pools[b]):
            continue
        ratios: dict[float, list[int]] = {}
        for q in np.flatnonzero((speed[a] > 0) & (speed[b] > 0)).tolist():
            name = queues[q]
            if pools[a].solved.get(name, 1.0) == pools[b].solved.get(name, 1.0):
                ratios.setdefault(round(float(speed[a, q] / speed[b, q]), 9), []).append(q)
        yield from ((a, b, some, ratio) for ratio, some in ratios.items() if len(some) > 1)


def _alike(a: Pool, b: Pool) -> bool:
    """Whether it costs and breaks nothing when one of two pools takes the other's contacts."""
    if (a.kind, a.vendor) != (b.kind, b.vendor):
        return False
    return not any(
        pool.cost_per_contact is not None
        or (pool.max_share < 1.0 and pool.max_share_of == "contacts")
        or pool.committed_share_of_forecast
        or pool.penalty
        or pool.bonus
        for pool in (a, b)
    )


def _even_out(serve: FloatArray, a: int, b: int, queues: list[int], ratio: float) -> float:
    """Give two pools the same shares of their time at some queues; return how much moved."""
    own, other = serve[a, queues], serve[b, queues]
    wanted = ratio * own + other  # in the other's time
    total = wanted.sum(axis=0)
    share = np.divide(wanted, total, out=np.zeros_like(wanted), where=total > 0)
    after = share * own.sum(axis=0)
    serve[a, queues], serve[b, queues] = after, share * other.sum(axis=0)
    return float(np.abs(after - own).max(initial=0.0))
