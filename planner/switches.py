"""Agents who serve another queue of their pool for a while: what costs nothing comes first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.move import FELT, Move

if TYPE_CHECKING:
    from planner.move import Standing

_LEAST_HOURS = 0.25  # position hours


def switches(state: Standing) -> list[Move]:
    """Return agents who go to a queue that is short, from one that is not or that may wait."""
    rest, base = state.rest, state.allocation
    moved = rest.moved(base, base.capacity)
    filled = np.maximum(rest.missing(base) - rest.missing(moved), 0.0)
    if rest.lack(base) - rest.lack(moved) <= FELT:
        return []
    change = (moved.serve - base.serve).astype(np.float64)
    found, zero = [], base.times[0]
    step = pd.Timedelta(seconds=rest.plan.interval_s)
    for p, pool in enumerate(base.pools):
        for q, queue in enumerate(base.queues):
            for start, end in runs((filled[q] > 1e-3) & (change[p, q] > 0.05)):
                lent = change[p, :, start:end].sum(axis=1)
                source = int(np.argmin(lent))
                hours = float(change[p, q, start:end].sum()) * rest.hours
                if hours < _LEAST_HOURS or lent[source] >= 0:
                    continue
                mean = float(change[p, q, start:end].mean())
                heads = max(round(mean / (1.0 - pool.shrinkage)), 1)
                gain = min(float(filled[q, start:end].sum()) * rest.hours, hours)
                found.append(
                    Move("switch", pool.name, queue, base.queues[source], (), heads, start, end,
                         zero + start * step, zero + end * step, "", "", 0.0, 0.0, gain)
                )  # fmt: skip
    return state.accept(moved, found) if found else []


def runs(mask: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return the stretches of true, each with its first and the one after its last.

    Examples
    --------
    >>> runs(np.array([True, True, False, True]))
    [(0, 2), (3, 4)]
    """
    edges = np.flatnonzero(np.diff(np.r_[False, mask, False].astype(np.int8)))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
