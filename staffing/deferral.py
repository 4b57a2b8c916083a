"""What becomes of one queue whose work may wait: in the mean, and on each sample path."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from staffing.backlog import Desk, WorkedOff, desk, out_of_reach, work_off
from staffing.queues import Promise, Queue

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

_DRAWS = 60  # of the contacts that come and the work they are, for a mean over chance


@dataclass(frozen=True, slots=True)
class Deferral:
    """One queue whose work may wait, arrays ``[I]``.

    Parameters
    ----------
    service_level, asa_s, occupancy, backlog, oldest_s
        See ``staffing.projection.Projection``.
    low, high
        Its service level's 10 % and 90 % quantiles over the sample paths.
    out_of_reach
        Share of the contacts that nobody can reply to in time, whatever the plan.
    paths, path_level
        Contacts of each sample path and their service level ``[R, I]``; None without paths.
    starting
        Contacts that wait when the horizon begins: all of them, those late already, those out of
        reach, those replied to in time.
    """

    service_level: FloatArray
    asa_s: FloatArray
    occupancy: FloatArray
    backlog: FloatArray
    oldest_s: FloatArray
    low: FloatArray
    high: FloatArray
    out_of_reach: FloatArray
    paths: FloatArray | None
    path_level: FloatArray | None
    starting: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Desked:
    """Who works on a queue whose work may wait: arrays ``[I]``, intervals in seconds.

    Parameters
    ----------
    positions, aht_s
        Agents, in units of the queue's AHT, and the seconds that a contact takes.
    is_open, there
        When the queue is open, and when anybody can be on duty.
    interval_s
        Length of an interval.
    """

    positions: FloatArray
    aht_s: FloatArray
    is_open: BoolArray
    there: BoolArray
    interval_s: int

    def desk(self, queue: Queue, promise: Promise) -> Desk:
        """Return the queue's capacity and deadlines."""
        within = promise.reply_within_hours * 3600.0
        return desk(
            self.positions * self.interval_s / self.aht_s,
            self.is_open,
            self.interval_s,
            within,
            promise.clock,
            queue.backlog,
        )


def defer(
    queue: Queue,
    promise: Promise,
    contacts: FloatArray,
    desked: Desked,
    paths: npt.NDArray[np.floating] | None = None,
    rng: np.random.Generator | None = None,
) -> Deferral:
    """Return what becomes of a queue's contacts ``[I]``, and of those of sample paths ``[R, I]``.

    With ``rng`` service levels hold the chance in how many contacts come and how long each takes:
    work without it, all of it planned for just in time, would never be late.

    Examples
    --------
    >>> row, always = np.array([10.0, 0.0]), np.ones(2, np.bool_)
    >>> promise = Promise(reply_within_hours=1, max_occupancy=1.0)
    >>> desked = Desked(np.ones(2), np.full(2, 720.0), always, always, 3600)
    >>> got = defer(Queue("mail", promise), promise, row, desked)
    >>> got.backlog.tolist(), got.occupancy.tolist()
    ([5.0, 0.0], [1.0, 1.0])
    """
    at = desked.desk(queue, promise)
    worked = work_off(contacts, at)
    expected = worked.service_level
    if rng is not None:
        expected = _strayed(np.broadcast_to(contacts, (_DRAWS, contacts.size)), at, rng).mean(
            axis=0
        )
    low, high, path, level = expected, expected, None, None
    if paths is not None and paths.shape[0]:
        path = np.maximum(np.asarray(paths, np.float64), 0.0)
        known = work_off(path, at, waits=False).service_level
        low, high = np.quantile(known, [0.1, 0.9], axis=0)
        level = known if rng is None else _strayed(path, at, rng)
    shares, starting = out_of_reach(at, desked.there)
    waits = at.starting
    return Deferral(
        service_level=expected,
        asa_s=worked.wait_s,
        occupancy=_occupancy(worked, desked),
        backlog=worked.backlog,
        oldest_s=worked.oldest_s,
        low=low,
        high=high,
        out_of_reach=shares,
        paths=path,
        path_level=level,
        starting=(
            waits.contacts,
            waits.late,
            waits.contacts * starting,
            float(worked.starting_in_time),
        ),
    )


def _strayed(contacts: FloatArray, at: Desk, rng: np.random.Generator) -> FloatArray:
    """Return service levels ``[R, I]`` where contacts come, and take their time, by chance.

    As many come as a Poisson draw says, each taking an exponential time: their work is a gamma draw
    of that shape. An interval that happens to bring nothing has the level of its expected work.
    """
    work = rng.standard_gamma(rng.poisson(contacts))
    level = work_off(work, at, waits=False).service_level
    return np.where(work > 0, level, work_off(contacts, at, waits=False).service_level)


def _occupancy(worked: WorkedOff, desked: Desked) -> FloatArray:
    """Return the share of their time that agents are on contacts."""
    paid_s = desked.positions * desked.interval_s
    busy = worked.handled * desked.aht_s / np.where(paid_s > 0, paid_s, 1.0)
    return np.where(paid_s > 0, np.minimum(busy, 1.0), 0.0)
