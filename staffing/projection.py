"""What service customers get, interval after interval, from the positions given to each queue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt
import pandas as pd

from staffing.bands import clustered, interpolated, quantiles
from staffing.carryover import carry
from staffing.daily import Daily, day_sums, utc_days
from staffing.deferral import Desked, defer
from staffing.lines import Lines, check_shapes, known_aht, stacked
from staffing.queues import Promise, Queue, Target
from staffing.slowing import Slowing
from staffing.starting import Starting

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

#: What is found of queues answered at once.
_SERVED = ("service_level", "asa_s", "abandonment", "occupancy", "backlog", "abandoned")

#: What is found of queues whose work may wait.
_WAITS = (
    "service_level", "low", "high", "asa_s", "occupancy", "backlog", "oldest_s", "out_of_reach",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Projection:
    """Service of every queue and interval, arrays ``[Q, I]``; never NaN, never infinite.

    Parameters
    ----------
    queues, times
        Names, and starts of the intervals in UTC.
    contacts, positions
        Offered, expected; and agents serving the queue, net of shrinkage.
    service_level
        Share of the interval's contacts answered within the threshold, hang-ups counted as missed;
        for deferred work, replied to within the promise. 1 where no contact comes.
    service_level_p10, service_level_p90
        Its 10 % and 90 % quantiles over the forecast's sample paths.
    asa_s
        Mean wait of answered contacts in seconds. Where nobody is answered, how long they waited
        until they hung up or the queue closed; for deferred work, mean time to reply.
    abandonment
        Share of the interval's contacts that are never answered.
    occupancy
        Share of their time that agents are on contacts; where they handle several at once, work
        done over what they do with all of them open.
    backlog
        Contacts waiting at the end of the interval.
    answered, abandoned
        Contacts taken up and lost during the interval, whenever they came: contacts = answered +
        abandoned + growth of the backlog.
    daily
        Service over days, queues and all of it.
    oldest_s
        Age in seconds, at the end of the interval, of the contact that has waited longest of those
        whose work may wait; 0 where none waits, and for queues answered at once.
    out_of_reach
        Share of the interval's contacts that nobody can reply to in time, whatever the plan: nobody
        can be on duty between their coming and their deadline; 0 for queues answered at once.
    starting
        What becomes of the contacts that wait when the horizon begins: they are in ``backlog`` and
        ``answered``, and in no share of the contacts that come.
    """

    queues: tuple[str, ...]
    times: pd.DatetimeIndex
    contacts: FloatArray
    positions: FloatArray
    service_level: FloatArray
    service_level_p10: FloatArray
    service_level_p90: FloatArray
    asa_s: FloatArray
    abandonment: FloatArray
    occupancy: FloatArray
    backlog: FloatArray
    answered: FloatArray
    abandoned: FloatArray
    daily: Daily
    oldest_s: FloatArray
    out_of_reach: FloatArray
    starting: Starting

    def __post_init__(self) -> None:
        """Check shapes and make the arrays read-only."""
        shape = (len(self.queues), len(self.times))
        for field in fields(self):
            value = getattr(self, field.name)
            if not isinstance(value, np.ndarray):
                continue
            if value.shape != shape:
                message = f"{field.name} must have shape {shape}, got {value.shape}"
                raise ValueError(message)
            value.setflags(write=False)


def project(
    queues: Sequence[Queue],
    times: pd.DatetimeIndex,
    contacts: FloatArray,
    aht_s: FloatArray,
    positions: FloatArray,
    interval_s: int,
    *,
    is_open: BoolArray,
    paths: npt.NDArray[np.floating] | None = None,
    day: IntArray | None = None,
    rng: np.random.Generator | None = None,
    there: BoolArray | None = None,
) -> Projection:
    """Return the service that customers get, in overload too, the queue carried over.

    Parameters
    ----------
    queues
        The queues, Q of them.
    times
        Starts of the I intervals, UTC, regular.
    contacts, aht_s
        Expected contacts, and seconds each takes ``[Q, I]``; an AHT that is unknown or 0 is read as
        the queue's mean.
    positions
        Agents serving each queue, net of shrinkage, in units of its AHT ``[Q, I]``; fractions are
        agents present for a part of the time.
    interval_s
        Length of an interval in seconds.
    is_open
        When customers can queue ``[Q, I]``. A queue with positions counts as open.
    paths
        Expected contacts in each replication ``[R, Q, I]``; None: bands without width.
    day
        Number of each interval's local day ``[Q, I]``, below 0 outside the horizon; None: UTC days.
    rng
        Source of the chance in bands of days and longer; None: the forecast's uncertainty alone.
    there
        When anybody who serves the queue can be on duty ``[Q, I]``; None: always.

    Returns
    -------
    Projection
        See there.

    Raises
    ------
    ValueError
        When an array does not fit the queues and times; all of them are told.

    Notes
    -----
    Queues answered at once: ``staffing.carryover.carry``; at concurrency c an agent is c slots at
    the AHT measured there, and faster with fewer contacts open where ``aht_alone_s`` is stated
    (``staffing.slowing``). Deferred work: ``staffing.deferral.defer``; the part of the time that
    ``max_occupancy`` left free when it was planned is there for days that bring more.

    Bands of queues answered at once: the same projection is made of the 10 % and 90 % quantiles of
    each interval's contacts over the paths, which is exact where a path is low or high for a whole
    day; a path's own service follows from its contacts, linearly between the three. Deferred work
    is projected path by path. Bands of an interval hold the forecast's uncertainty, not the chance
    of a single interval's callers; those of days and longer hold both, with the variance of
    ``staffing.chance``, where ``rng`` is given.

    Examples
    --------
    >>> times = pd.date_range("2027-02-01 08:00", periods=2, freq="30min", tz="UTC")
    >>> row = np.ones((1, 2))
    >>> got = project([Queue("phone", Target(0.8, 20))], times, 100 * row, 180 * row, 14 * row,
    ...     1800, is_open=row > 0)
    >>> got.service_level.round(3).tolist()
    [[0.924, 0.888]]
    """
    shape = (len(queues), len(times))
    check_shapes(
        shape,
        contacts=contacts,
        aht_s=aht_s,
        positions=positions,
        is_open=is_open,
        day=day,
        there=there,
    )
    if paths is not None and paths.shape[1:] != shape:
        message = f"paths must have shape (R, {shape[0]}, {shape[1]}), got {paths.shape}"
        raise ValueError(message)
    contacts = np.maximum(np.nan_to_num(np.asarray(contacts, np.float64)), 0.0)
    positions = np.maximum(np.nan_to_num(np.asarray(positions, np.float64)), 0.0)
    given = _Given(
        tuple(queues),
        contacts,
        known_aht(np.asarray(aht_s, np.float64), interval_s),
        positions,
        np.asarray(is_open, np.bool_),
        interval_s,
        np.ones(shape, np.bool_) if there is None else np.asarray(there, np.bool_),
    )
    result = _Result.empty(contacts)
    sums = _Sums.empty(shape[0], day if day is not None else utc_days(times, shape[0]), paths)
    _at_once(given, result, sums, paths, rng)
    starting = _deferred(given, result, sums, paths, rng)
    return _projection(given, times, result, sums, starting)


@dataclass(frozen=True, slots=True)
class _Given:
    """What ``project`` was asked, cleaned."""

    queues: tuple[Queue, ...]
    contacts: FloatArray
    aht_s: FloatArray
    positions: FloatArray
    is_open: BoolArray
    interval_s: int
    there: BoolArray

    def lines(self, rows: IntArray, contacts: FloatArray) -> Lines:
        """Return some queues answered at once, with these contacts."""
        targets = [self.queues[row].target for row in rows]
        within = [t.answer_within_s if isinstance(t, Target) else 0.0 for t in targets]
        at_once = np.array([float(self.queues[row].concurrency) for row in rows])[:, None]
        return Lines(
            contacts=contacts,
            aht_s=self.aht_s[rows],
            slots=self.positions[rows] * at_once,
            is_open=self.is_open[rows] | (self.positions[rows] > 0),
            answer_within_s=np.array(within),
            patience_s=np.array([self.queues[row].patience_s for row in rows]),
            interval_s=self.interval_s,
            slowing=Slowing.of(at_once, self.aht_s[rows], _alone([self.queues[q] for q in rows])),
        )

    def desked(self, row: int) -> Desked:
        """Return who works on a queue whose work may wait."""
        each_s = self.aht_s[row] / self.queues[row].concurrency  # of an agent's time
        given = (self.positions[row], each_s, self.is_open[row], self.there[row])
        return Desked(*given, self.interval_s)


def _alone(queues: Sequence[Queue]) -> FloatArray | None:
    """Return handling times with one contact open ``[N, 1]``, unknown where none is stated."""
    stated = [queue.aht_alone_s for queue in queues]
    if all(alone is None for alone in stated):
        return None
    return np.array([np.nan if alone is None else alone for alone in stated])[:, None]


@dataclass(frozen=True, slots=True)
class _Result:
    """What ``project`` has found so far, arrays ``[Q, I]``."""

    service_level: FloatArray
    low: FloatArray
    high: FloatArray
    asa_s: FloatArray
    abandonment: FloatArray
    occupancy: FloatArray
    backlog: FloatArray
    abandoned: FloatArray
    oldest_s: FloatArray
    out_of_reach: FloatArray

    @classmethod
    def empty(cls, like: FloatArray) -> _Result:
        """Return room for an answer."""
        return cls(*(np.zeros_like(like) for _ in fields(cls)))


@dataclass(frozen=True, slots=True)
class _Sums:
    """Contacts and those in time of every replication and day, ``[R, Q, D]``."""

    day: IntArray
    days: int
    contacts: FloatArray
    in_time: FloatArray

    @classmethod
    def empty(cls, queues: int, day: IntArray, paths: npt.NDArray[np.floating] | None) -> _Sums:
        """Return sums of nothing."""
        days = int(day.max(initial=-1)) + 1
        shape = (0 if paths is None else paths.shape[0], queues, days)
        return cls(day, days, np.zeros(shape), np.zeros(shape))

    def add(self, row: int, contacts: FloatArray, service_level: FloatArray) -> None:
        """Add one queue's replications ``[R, I]``."""
        day = self.day[row]
        self.contacts[:, row] = day_sums(contacts, day, self.days)
        self.in_time[:, row] = day_sums(contacts * service_level, day, self.days)

    def stray(self, row: int, variance: FloatArray, rng: np.random.Generator) -> None:
        """Let one queue's contacts in time stray by chance, of this variance ``[R, I]``."""
        drawn = rng.standard_normal(self.in_time[:, row].shape)
        strayed = drawn * np.sqrt(day_sums(variance, self.day[row], self.days))
        self.in_time[:, row] += strayed
        np.clip(self.in_time[:, row], 0.0, self.contacts[:, row], out=self.in_time[:, row])

    def daily(self, contacts: FloatArray, service_level: FloatArray) -> Daily:
        """Return the sums with those of the expected contacts."""
        rows = zip(contacts, contacts * service_level, self.day, strict=True)
        sums = [
            (day_sums(offered, day, self.days), day_sums(met, day, self.days))
            for offered, met, day in rows
        ]
        shape = (contacts.shape[0], self.days)
        offered = np.array([one for one, _ in sums]).reshape(shape)
        met = np.array([one for _, one in sums]).reshape(shape)
        return Daily(offered, met, self.contacts, self.in_time)


def _projection(
    given: _Given,
    times: pd.DatetimeIndex,
    result: _Result,
    sums: _Sums,
    starting: Starting,
) -> Projection:
    """Return what was found as the answer."""
    growth = np.diff(result.backlog, axis=1, prepend=starting.contacts[:, None])
    return Projection(
        queues=tuple(queue.name for queue in given.queues),
        times=times,
        contacts=given.contacts.copy(),
        positions=given.positions.copy(),
        service_level=result.service_level,
        service_level_p10=result.low,
        service_level_p90=result.high,
        asa_s=result.asa_s,
        abandonment=result.abandonment,
        occupancy=result.occupancy,
        backlog=result.backlog,
        answered=given.contacts - result.abandoned - growth,
        abandoned=result.abandoned,
        daily=sums.daily(given.contacts, result.service_level),
        oldest_s=result.oldest_s,
        out_of_reach=result.out_of_reach,
        starting=starting,
    )


def _at_once(
    given: _Given,
    result: _Result,
    sums: _Sums,
    paths: npt.NDArray[np.floating] | None,
    rng: np.random.Generator | None,
) -> None:
    """Project the queues answered at once, with few and with many contacts too."""
    rows = np.array([q for q, queue in enumerate(given.queues) if not queue.deferred], np.int64)
    if not rows.size:
        return
    contacts = [given.contacts[rows]]
    if paths is not None and paths.shape[0]:
        contacts.extend(quantiles(paths[:, rows]))
    lines = [given.lines(rows, few) for few in contacts]
    carried = carry(stacked(lines))
    for name in _SERVED:
        getattr(result, name)[rows] = getattr(carried, name)[: rows.size]
    levels = carried.service_level.reshape(len(contacts), *contacts[0].shape)
    result.low[rows], result.high[rows] = levels.min(axis=0), levels.max(axis=0)
    if paths is None or not paths.shape[0]:
        return
    factors = clustered(lines[0]) if rng is not None else np.zeros(contacts[0].shape)
    for k, row in enumerate(rows):
        path = np.maximum(np.asarray(paths[:, row], np.float64), 0.0)
        level = interpolated(path, [few[k] for few in contacts], levels[:, k])
        sums.add(int(row), path, level)
        if rng is not None:
            sums.stray(int(row), path * level * (1.0 - level) * factors[k], rng)


def _deferred(
    given: _Given,
    result: _Result,
    sums: _Sums,
    paths: npt.NDArray[np.floating] | None,
    rng: np.random.Generator | None,
) -> Starting:
    """Project the queues whose work may wait, path by path; return what becomes of the backlogs."""
    starting = np.zeros((4, len(given.queues)))
    for row, queue in enumerate(given.queues):
        if not isinstance(queue.target, Promise):
            continue
        own = None if paths is None else paths[:, row]
        found = defer(queue, queue.target, given.contacts[row], given.desked(row), own, rng)
        for name in _WAITS:
            getattr(result, name)[row] = getattr(found, name)
        starting[:, row] = found.starting
        if found.paths is not None and found.path_level is not None:
            sums.add(row, found.paths, found.path_level)
    return Starting(*starting)
