"""The ladders of the queues whose service is promised over the day or week."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from staffing.fewest import Question
from staffing.ladder import Ladder
from staffing.period import least_positions
from staffing.queues import Queue, Target
from staffing.requirement import over_period

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

#: Where the rungs end, in steps from the positions that the queue would take by itself: close
#: together there, where the plan will be, and wider further off.
_UP = (1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 24, 36)
_OFFSETS = np.array([-128, -64, *(-up for up in reversed(_UP)), 0, *_UP], dtype=np.float64)

#: A step in positions as a share of the square root of the erlangs, at least one agent: so short a
#: part of the deviation of the agents at work that no curve leaves its chord by half a point.
_WIDE = 0.15


def service_ladders(
    queues: Sequence[Queue],
    contacts: FloatArray,
    aht_s: FloatArray,
    positions: FloatArray,
    period: IntArray,
    interval_s: int,
) -> dict[int, Ladder]:
    """Return the ladder of each queue, by number, whose share is promised over the day or week.

    Parameters
    ----------
    queues
        Q queues.
    contacts, aht_s
        Contacts, and seconds that each takes, [Q, I].
    positions
        Positions that each queue would take by itself, [Q, I], see ``staffing.requirement``.
    period
        Number of the day or week of each interval, [Q, I]; below 0: the share is kept there alone.
    interval_s
        Length of an interval in seconds.

    Notes
    -----
    From the floor of ``staffing.period`` on, each further position gives less than the one before.
    Rungs are chords of the true curve between whole agents, the number that the queue would take by
    itself among their ends: they never promise more than the curve gives to whole agents, and half
    a point less at most. A fraction of an agent is one who is there for that fraction of the time,
    so that a chord is what it gives; Erlang's formulas, read at a fraction, flatter small teams by
    up to 7 points.

    Examples
    --------
    >>> queue = Queue("phone", Target(0.8, 20, over="day"))
    >>> contacts, aht_s = np.array([[20.0, 200.0]]), np.array([[180.0, 180.0]])
    >>> taken = np.array([[5.0, 46.0]])
    >>> ladder = service_ladders([queue], contacts, aht_s, taken, np.zeros((1, 2), int), 900)[0]
    >>> ladder.floor.tolist(), ladder.levels(taken[0]).round(3).tolist()
    ([5.0, 43.0], [0.504, 0.864])
    """
    return {
        q: _ladder(queue, queue.target, contacts[q], aht_s[q], positions[q], period[q], interval_s)
        for q, queue in enumerate(queues)
        if isinstance(queue.target, Target) and over_period(queue.target)
    }


def _ladder(
    queue: Queue,
    target: Target,
    contacts: FloatArray,
    aht_s: FloatArray,
    positions: FloatArray,
    period: IntArray,
    interval_s: int,
) -> Ladder:
    question = Question(target, queue.patience_s, queue.concurrency, queue.aht_alone_s)
    at = np.flatnonzero((period >= 0) & (contacts > 0))
    load = contacts[at] * aht_s[at] / interval_s
    floor, foot = positions.astype(np.float64), np.zeros(period.size)
    least = least_positions(question, load, aht_s[at]) if at.size else np.empty(0, np.int64)
    floor[at] = np.minimum(least, positions[at])
    ends = _ends(load / queue.concurrency, floor[at], positions[at])
    rows = np.repeat(np.arange(at.size), ends.shape[1])
    got = question.served(ends.ravel(), load[rows], aht_s[at][rows])
    level = got.service_level.reshape(ends.shape)
    foot[at] = level[:, 0]
    each = np.diff(ends, axis=1)
    slope = np.divide(np.diff(level, axis=1), each, out=np.full_like(each, np.inf), where=each > 0)
    slope = np.minimum.accumulate(np.maximum(slope, 0.0), axis=1)
    there = (each > 0).any(axis=0)
    width, gain = (np.zeros((period.size, int(there.sum()))) for _ in range(2))
    width[at] = each[:, there]
    gain[at] = np.where(each > 0, slope, 0.0)[:, there]
    number = np.where(contacts > 0, period, -1)
    share = np.full(period.size, target.service_level or 0.0)
    return Ladder(share, number, contacts, positions, floor, foot, width, gain)


def _ends(erlangs: FloatArray, floor: FloatArray, positions: FloatArray) -> FloatArray:
    """Return the foot and the ends of each interval's rungs, [I, K + 1], rising."""
    step = np.maximum(np.floor(_WIDE * np.sqrt(erlangs)), 1.0)
    ends = np.maximum(positions[:, None] + step[:, None] * _OFFSETS, floor[:, None])
    return np.concatenate([floor[:, None], ends], axis=1)
