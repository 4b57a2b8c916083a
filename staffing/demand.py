"""What the queues ask for, as the linear program sees it: positions now, or work by a deadline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from staffing.ladder import Ladder
from staffing.queues import Promise, Queue
from staffing.starting import standing

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
        Work that may still wait at the interval's end without breaking its promise, what waits at
        the start included.
    waiting
        Work that waits when the horizon begins ``[Q]``.
    overdue
        The part of it whose promise was broken before ``[Q]``.
    unavoidable
        Work that falls overdue in the interval whatever the plan, as nobody can be on duty between
        its coming and its deadline.
    ladders
        What positions give the queues, by number, whose service is promised over the day or week:
        their ``positions`` are those that they would take by themselves.
    """

    queues: tuple[Queue, ...]
    interval_s: int
    positions: FloatArray
    load: FloatArray
    contacts: FloatArray
    contacts_per_position: FloatArray
    not_due: FloatArray
    waiting: FloatArray
    overdue: FloatArray
    unavoidable: FloatArray
    ladders: Mapping[int, Ladder] = field(default_factory=dict)

    @property
    def floors(self) -> FloatArray:
        """Return the positions needed in each interval whatever the others do, ``[Q, I]``."""
        floors = self.positions.copy()
        for q, ladder in self.ladders.items():
            floors[q] = ladder.floor
        return floors

    def missing(self, given: FloatArray) -> FloatArray:
        """Return the positions that queues miss of those given, ``[Q, I]``.

        For work that may wait: what falls overdue in the interval, the oldest work done first. What
        was overdue before the horizon began, or is ``unavoidable``, is nobody's lack. Where service
        is promised over the day or week: the fewest further positions with which it is kept.
        """
        due = self.arrived() - self.not_due
        fallen = np.diff(due, axis=1, prepend=self.overdue[:, None])
        late = np.clip(due - np.cumsum(given, axis=1), 0.0, fallen) - self.unavoidable
        deferred = np.array([queue.deferred for queue in self.queues])[:, None]
        missing = np.where(deferred, late, np.maximum(self.positions - given, 0.0))
        for q, ladder in self.ladders.items():
            missing[q] = ladder.lacking(given[q])
        return np.where(missing > _ROUNDING, missing, 0.0)

    def arrived(self) -> FloatArray:
        """Return the work that has come by the end of each interval, since ever, ``[Q, I]``."""
        return self.waiting[:, None] + np.cumsum(self.load, axis=1)


def build_demand(
    queues: Sequence[Queue],
    positions: FloatArray,
    contacts: FloatArray,
    is_open: BoolArray,
    interval_s: int,
    aht_s: FloatArray | None = None,
    reach: BoolArray | None = None,
    ladders: Mapping[int, Ladder] | None = None,
) -> Demand:
    """Return the demand for positions ``[Q, I]`` needed, or, for deferred queues, work arriving.

    Parameters
    ----------
    queues
        The queues, with what waits at the start.
    positions, contacts
        Positions needed, and contacts that come ``[Q, I]``.
    is_open
        When each queue is open ``[Q, I]``.
    interval_s
        Length of an interval in seconds.
    aht_s
        Seconds that a contact takes ``[Q, I]``; asked only where contacts wait at the start and
        none come later.
    reach
        When anybody who serves the queue can be on duty ``[Q, I]``; None: always.
    ladders
        What positions give the queues, by number, whose service is promised over the day or week,
        see ``staffing.service_ladders``; without one, positions are needed in every interval.

    Raises
    ------
    ValueError
        Where nobody knows how long the contacts take that wait at the start.

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
    not_due, unavoidable = np.zeros_like(load), np.zeros_like(load)
    waiting, overdue = np.zeros(len(queues)), np.zeros(len(queues))
    for q, queue in enumerate(queues):
        if not isinstance(queue.target, Promise):
            continue
        handling = None if aht_s is None else aht_s[q]
        each[q] = _contacts_each(queue, queue.target, contacts[q], load[q], handling, interval_s)
        due = deadlines(queue.target, is_open[q], interval_s)
        not_due[q] = _not_due(load[q], due)
        there = np.ones(is_open.shape[1], np.bool_) if reach is None else reach[q]
        unavoidable[q] = _nobody_there(load[q], np.arange(len(due)), due, there)
        if queue.backlog.contacts > 0:
            waiting[q] = queue.backlog.contacts / each[q, 0]
            late, due = _waiting_due(queue, queue.target, is_open[q], interval_s)
            part = np.full(due.size, waiting[q] / due.size)
            not_due[q] += waiting[q] - _fallen_due(part, due, len(there))
            overdue[q] = part[late].sum()
            first = np.zeros_like(due[~late])
            unavoidable[q] += _nobody_there(part[~late], first, due[~late], there)
    return Demand(
        queues=tuple(queues),
        interval_s=interval_s,
        positions=np.where(deferred, 0.0, positions),
        load=load,
        contacts=contacts,
        contacts_per_position=each,
        not_due=not_due,
        waiting=waiting,
        overdue=overdue,
        unavoidable=unavoidable,
        ladders=dict(ladders or {}),
    )


def _contacts_each(
    queue: Queue,
    promise: Promise,
    contacts: FloatArray,
    load: FloatArray,
    aht_s: FloatArray | None,
    interval_s: int,
) -> float:
    """Return the contacts that a position takes off a queue whose work may wait, in an interval."""
    if load.sum() > 0 or not queue.backlog.contacts:
        return float(contacts.sum() / max(load.sum(), 1e-9))
    known = np.array([]) if aht_s is None else aht_s[np.isfinite(aht_s) & (aht_s > 0)]
    if not known.size:
        message = f"aht_s must be known for {queue.name}, where contacts wait, got none"
        raise ValueError(message)
    return float(interval_s * promise.max_occupancy * queue.concurrency / known.mean())


def _waiting_due(
    queue: Queue, promise: Promise, is_open: BoolArray, interval_s: int
) -> tuple[BoolArray, IntArray]:
    """Return of equal parts of what waits which are overdue, and the intervals they are due in.

    As for what arrives, that is the last interval that ends before the deadline, or the first.
    """
    within_s = promise.reply_within_hours * 3600.0
    waits = standing(queue.backlog, is_open, interval_s, within_s, promise.clock)
    due = np.floor(waits.due_s / interval_s).astype(np.int64) - 1
    return waits.due_s < waits.last_s, np.clip(due, 0, is_open.size)


def _nobody_there(work: FloatArray, came: IntArray, due: IntArray, there: BoolArray) -> FloatArray:
    """Return the work that falls due in each interval with nobody there since it came, ``[I]``."""
    size = there.size
    on_duty = np.concatenate([[0], np.cumsum(there)])
    within = due < size
    none = within & (on_duty[np.minimum(due, size - 1) + 1] == on_duty[came])
    return np.asarray(np.bincount(due[none], work[none], size), dtype=np.float64)


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
    return np.asarray(np.maximum(np.cumsum(load) - _fallen_due(load, due, len(load)), 0.0))


def _fallen_due(work: FloatArray, due: IntArray, size: int) -> FloatArray:
    """Return the work that is due by the end of each interval."""
    fallen_due = np.zeros(size + 1)
    np.add.at(fallen_due, due, work)
    return np.asarray(np.cumsum(fallen_due[:-1]), dtype=np.float64)
