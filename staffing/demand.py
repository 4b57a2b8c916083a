"""What the queues ask for, as the linear program sees it: positions now, or work by a deadline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from staffing.queues import Promise, Queue

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

#: Positions too few to be told missing: what pools give has seven digits.
_ROUNDING = 1e-4


@dataclass(frozen=True, slots=True)
class Demand:
    """Every queue's demand on the interval axis, all ``[Q, I]``.

    Parameters
    ----------
    positions
        Positions needed in the interval; 0 for deferred queues.
    load
        Work that arrives, in positions for the length of an interval; 0 for queues answered at
        once.
    contacts
        Contacts that arrive.
    contacts_per_position
        Contacts that one position takes off the queue in the interval.
    not_due
        Work that may still wait at the interval's end without breaking its promise.
    """

    queues: tuple[Queue, ...]
    interval_s: int
    positions: FloatArray
    load: FloatArray
    contacts: FloatArray
    contacts_per_position: FloatArray
    not_due: FloatArray

    def missing(self, given: FloatArray) -> FloatArray:
        """Return the positions that queues miss of those given, ``[Q, I]``.

        For work that may wait: what falls overdue in the interval, the oldest work done first.
        """
        due = np.cumsum(self.load, axis=1) - self.not_due
        late = np.clip(due - np.cumsum(given, axis=1), 0.0, np.diff(due, axis=1, prepend=0.0))
        deferred = np.array([queue.deferred for queue in self.queues])[:, None]
        missing = np.where(deferred, late, np.maximum(self.positions - given, 0.0))
        return np.where(missing > _ROUNDING, missing, 0.0)


def build_demand(
    queues: Sequence[Queue],
    positions: FloatArray,
    contacts: FloatArray,
    is_open: BoolArray,
    interval_s: int,
) -> Demand:
    """Return the demand for positions ``[Q, I]`` needed, or, for deferred queues, work arriving.

    Examples
    --------
    >>> queue = Queue("mail", Promise(reply_within_hours=1))
    >>> work, open_all_day = np.array([[1.0, 0.0, 2.0, 0.0]]), np.ones((1, 4), dtype=bool)
    >>> build_demand([queue], work, 6 * work, open_all_day, 1800).not_due.tolist()
    [[1.0, 0.0, 2.0, 0.0]]
    """
    deferred = np.array([queue.deferred for queue in queues])[:, None]
    load = np.where(deferred, positions, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        each = np.where(positions > 0, contacts / positions, 0.0)
    not_due = np.zeros_like(load)
    for q, queue in enumerate(queues):
        if isinstance(queue.target, Promise):
            each[q] = contacts[q].sum() / max(load[q].sum(), 1e-9)
            not_due[q] = _not_due(load[q], deadlines(queue.target, is_open[q], interval_s))
    return Demand(
        tuple(queues),
        interval_s,
        np.where(deferred, 0.0, positions),
        load,
        contacts,
        each,
        not_due,
    )


def deadlines(promise: Promise, is_open: BoolArray, interval_s: int) -> IntArray:
    """Return the interval by whose end work of each interval is due, ``[I]``; I where beyond.

    Examples
    --------
    >>> is_open = np.array([True, True, False, False, True])
    >>> deadlines(Promise(2, clock="open"), is_open, 3600).tolist()
    [1, 4, 5, 5, 5]
    """
    size = len(is_open)
    length = int(np.floor(promise.reply_within_hours * 3600 / interval_s))
    if promise.clock == "calendar":
        return np.minimum(np.arange(size) + max(length - 1, 0), size)
    worked = np.cumsum(is_open)
    wanted = worked - is_open + max(length, 1)
    return np.asarray(np.searchsorted(worked, wanted), dtype=np.int64)


def _not_due(load: FloatArray, due: IntArray) -> FloatArray:
    arrived, fallen_due = np.cumsum(load), np.zeros(len(load) + 1)
    np.add.at(fallen_due, due, load)
    return np.asarray(np.maximum(arrived - np.cumsum(fallen_due[:-1]), 0.0))
