"""Shares of tours become whole tours: hold what is nearly decided, ask for tours again, repeat."""

from __future__ import annotations

import numpy as np

from staffing.tour_master import Relaxed, Stop, TourMaster
from staffing.tour_terms import OFF, BoolArray, FloatArray, IntArray

#: A share from which a tour or a day counts as decided, and the rounds between two decisions.
_ALL, _ROUNDS = 1.0 - 1e-6, 10
#: Of the undecided shares, the part decided at a time; a share that always is, one that may be.
_PART, _SURE, _LIKELY = 0.05, 0.95, 0.5


def dive(
    master: TourMaster, start: Relaxed, cutoff: float, rng: np.random.Generator | None, stop: Stop
) -> IntArray | None:
    """Return whole tours of the master's agents ``[N, D]`` that cost less than ``cutoff``, or None.

    What is held are days at kinds, not whole tours, so that the last agents are not left with what
    nobody else wants.

    Parameters
    ----------
    master, start
        The program and its answer in shares.
    cutoff
        Where no answer can cost less, the dive ends.
    rng
        Blurs a little what is decided first, for different tours another time.
    stop
        Asked all the while.
    """
    found = start
    while found.bound < cutoff and not stop():
        tours = _whole(master, found.shares)
        if tours is not None:
            return tours if found.value < cutoff else None
        _decide(master, found.shares, rng)
        master.shut_out()
        _, bound = master.price(-np.inf)
        if np.isinf(bound) and bound > 0:
            return None
        found = master.improve(_ROUNDS, cutoff, stop)
    return None


def _whole(master: TourMaster, shares: FloatArray) -> IntArray | None:
    """Return the tours where each agent has a whole one."""
    chosen = np.flatnonzero(shares > _ALL)
    if chosen.size != master.agents.size:
        return None
    tours = np.zeros((chosen.size, master.tours.shape[1]), dtype=np.int64)
    tours[master.owners[chosen]] = master.tours[chosen]
    return tours


def _decide(master: TourMaster, shares: FloatArray, rng: np.random.Generator | None) -> None:
    """Hold the days of agents at kinds whose share is largest, one at least."""
    share = day_shares(master, shares)
    kinds = share.shape[2] - 1
    open_: BoolArray = (share > 1e-6) & ~master.held[:, :, None]
    rank = share if rng is None else share + rng.uniform(0.0, _PART, share.shape)
    rank = np.where(open_, rank, -1.0)
    split = np.sort(rank[open_ & (share < _ALL)])[::-1]
    least = min(float(split[int(_PART * split.size)]), _SURE) if split.size else 0.0
    chosen = np.argwhere((rank >= least) & (share > _LIKELY))
    if not chosen.size:
        best = np.where(share < _ALL, rank, -1.0).argmax()
        chosen = np.array([np.unravel_index(best, share.shape)])
    for row, day, kind in chosen.tolist():
        master.hold(row, day, kind if kind < kinds else OFF)


def day_shares(master: TourMaster, shares: FloatArray) -> FloatArray:
    """Return the share of each kind, the last being off, by agent and day ``[N, D, S + 1]``."""
    size, days = master.agents.size, np.arange(master.tours.shape[1])
    total = np.zeros((size, days.size, master.shut.shape[2] + 1))
    for tour in np.flatnonzero(shares > 1e-6):
        # OFF is -1, the last kind.
        total[master.owners[tour], days, master.tours[tour]] += shares[tour]
    return total
