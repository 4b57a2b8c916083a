"""Service asked for again where the queue over time gives less than the curve of a steady one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from staffing.allocation import Allocation
from staffing.demand import Demand
from staffing.projection import project

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

#: A day or week is kept when missed by less: half a point of service.
CLOSE = 0.005

#: The highest share asked for; beyond, nothing is won by asking for more.
_MOST = 0.999

#: Share of a period's positions: where more than that is missing, there are no more agents to find.
_FEW = 0.05


def raised(
    demand: Demand, asked: Demand, allocation: Allocation, aht_s: FloatArray, is_open: BoolArray
) -> Demand | None:
    """Return the demand with higher shares asked for, or None where every promise is kept.

    Parameters
    ----------
    demand
        What is promised.
    asked
        What the allocation was made for: the same, or with shares that were raised before.
    allocation
        Who serves which queue.
    aht_s
        Seconds that a contact takes, [Q, I].
    is_open
        When each queue is open, [Q, I].

    Notes
    -----
    A ladder tells what positions give a queue that is steady within each interval. Customers who
    wait when a shift ends wait on in the next interval, and where positions change from one to the
    next, a period's service lies a point or two below. Where that is more than half a point in any
    period, each is asked for as much more as it falls short, or for as much less as it was asked
    for too much; but for no more where more than a few positions are missing, as that brings
    nobody.
    """
    given, shares, far = allocation.given(), {}, False
    for q, ladder in asked.ladders.items():
        seen = project(
            [demand.queues[q]],
            allocation.times,
            demand.contacts[[q]],
            aht_s[[q]],
            given[[q]],
            demand.interval_s,
            is_open=is_open[[q]],
        )
        offered = np.maximum(ladder.in_period(ladder.contacts), 1e-300)
        level = ladder.in_period(ladder.contacts * seen.service_level[0]) / offered
        lacks = ladder.in_period(demand.ladders[q].lacking(given[q]))
        enough = lacks <= _FEW * ladder.in_period(ladder.positions)
        short = np.where(enough & (ladder.period >= 0), demand.ladders[q].share - level, 0.0)
        far |= bool((short > CLOSE).any())
        promised = demand.ladders[q].share
        shares[q] = np.clip(ladder.share + short, promised, np.maximum(promised, _MOST))
    if not far:
        return None
    ladders = {q: replace(asked.ladders[q], share=share) for q, share in shares.items()}
    return replace(asked, ladders=ladders)
