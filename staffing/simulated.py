"""What a simulation saw: every replication's contacts, service and backlog, and their means."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from staffing.daily import sums_by_day
from staffing.drawn import FloatArray, between

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Simulated:
    """Counts of every replication, queue and interval, arrays ``[R, Q, I]``.

    Parameters
    ----------
    contacts
        Contacts that came in the interval.
    in_time
        Those of them answered within the threshold; for work that may wait, by its deadline.
    lost
        Those of them who were never answered.
    wait_s
        Seconds that those of them who were answered have waited, added up.
    backlog
        Contacts waiting at the end of the interval.
    busy_s
        Seconds of handling in the interval, whoever the contact is.

    Examples
    --------
    >>> row = np.full((2, 1, 3), 4.0)
    >>> seen = Simulated(row, row - 1, row * 0, row * 5, row * 0, row * 60)
    >>> seen.service_level().tolist(), seen.asa_s().tolist()
    ([[0.75, 0.75, 0.75]], [[5.0, 5.0, 5.0]])
    """

    contacts: FloatArray
    in_time: FloatArray
    lost: FloatArray
    wait_s: FloatArray
    backlog: FloatArray
    busy_s: FloatArray

    @classmethod
    def empty(cls, replications: int, queues: int, intervals: int) -> Simulated:
        """Return counts of nothing."""
        shape = (replications, queues, intervals)
        return cls(*(np.zeros(shape) for _ in fields(cls)))

    def service_level(self) -> FloatArray:
        """Return the share answered in time of all contacts that came ``[Q, I]``; 1 without any."""
        return _share(self.in_time.sum(axis=0), self.contacts.sum(axis=0), 1.0)

    def abandonment(self) -> FloatArray:
        """Return the share never answered of all contacts that came ``[Q, I]``."""
        return _share(self.lost.sum(axis=0), self.contacts.sum(axis=0), 0.0)

    def asa_s(self) -> FloatArray:
        """Return the mean wait in seconds of all who were answered ``[Q, I]``."""
        answered = (self.contacts - self.lost).sum(axis=0)
        return _share(self.wait_s.sum(axis=0), answered, 0.0)

    def daily(self, day: npt.NDArray[np.int64], days: int) -> tuple[FloatArray, FloatArray]:
        """Return contacts and those answered in time of each replication and day ``[R, Q, D]``.

        Parameters
        ----------
        day
            Day of each queue's intervals ``[Q, I]``; below 0: not counted.
        days
            Number of days D.
        """
        return sums_by_day(self.contacts, day, days), sums_by_day(self.in_time, day, days)


@dataclass(frozen=True, slots=True)
class Lives:
    """What became of one queue's contacts over R replications laid end to end, arrays ``[C]``.

    Parameters
    ----------
    interval
        Interval of the arrival, r I + i.
    early
        Whether it came before the horizon began; its interval is then the first.
    times, taken, left, done
        Seconds at arrival, when taken up (any number for those who never are), on leaving the
        queue, and at the end of handling.
    answered, in_time
        Whether it was taken up at all, and answered in time.
    """

    interval: npt.NDArray[np.int64]
    early: BoolArray
    times: FloatArray
    taken: FloatArray
    left: FloatArray
    done: FloatArray
    answered: BoolArray
    in_time: BoolArray


def count(seen: Simulated, queue: int, lives: Lives, interval_s: int) -> None:
    """Write what became of one queue's contacts into the counts.

    Parameters
    ----------
    seen
        Where to write, R replications of I intervals.
    queue
        Number of the queue.
    lives
        Its contacts.
    interval_s
        Length of an interval in seconds.
    """
    replications, _, intervals = seen.contacts.shape
    size = replications * intervals
    shape = (replications, intervals)

    def total(weight: FloatArray | BoolArray) -> FloatArray:
        sums = np.bincount(lives.interval, weight, size)[:size]
        return np.asarray(sums, np.float64).reshape(shape)

    wait = np.where(lives.answered & ~lives.early, lives.taken - lives.times, 0.0)
    seen.contacts[:, queue] = total(~lives.early)
    seen.in_time[:, queue] = total(lives.in_time & ~lives.early)
    seen.lost[:, queue] = total(~lives.answered & ~lives.early)
    seen.wait_s[:, queue] = total(wait)
    end = (lives.interval // intervals + 1) * float(intervals * interval_s)
    gone = lives.left < end
    leaves = np.bincount((lives.left[gone] / interval_s).astype(np.int64), minlength=size)
    growth = total(np.ones(lives.times.size)) - leaves[:size].reshape(shape)
    seen.backlog[:, queue] = np.cumsum(growth, axis=1)
    served = lives.answered & (lives.taken < end)
    busy = between(lives.taken[served], np.minimum(lives.done, end)[served], size, interval_s)
    seen.busy_s[:, queue] = busy.reshape(shape)


def _share(part: FloatArray, whole: FloatArray, nothing: float) -> FloatArray:
    """Return part / whole, and a number of its own where there is nothing."""
    return np.where(whole > 0, part / np.where(whole > 0, whole, 1.0), nothing)
