"""Work that may wait, first in first out: what is replied to in time, and what is left."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from staffing.starting import NOTHING_WAITS, Backlog, Standing, standing

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

_WEEK_S = 7 * 86_400
_MOST_WEEKS = 53  # beyond the horizon that deadlines are followed
_NOTHING = 1e-9  # contacts
_CRUMB = 1e-4  # contacts so few that their mean wait is that of the middle one


@dataclass(frozen=True, slots=True)
class WorkedOff:
    """Deferred work worked off, arrays ``[..., I]``.

    Parameters
    ----------
    service_level
        Share of the contacts that arrive in an interval which are replied to within the promise.
    backlog
        Contacts waiting at the end of each interval.
    handled
        Contacts finished in each interval.
    wait_s
        Mean time from arrival to reply in seconds of those that arrive in the interval; at least,
        where replies come later than the weeks followed beyond the horizon. Zero where none arrive.
    oldest_s
        Age at the end of each interval of the contact that has waited longest, in seconds; zero
        where none waits.
    starting_in_time
        Contacts that waited when the horizon began and are replied to within the promise ``[...]``.
    """

    service_level: FloatArray
    backlog: FloatArray
    handled: FloatArray
    wait_s: FloatArray
    oldest_s: FloatArray
    starting_in_time: FloatArray


@dataclass(frozen=True, slots=True)
class Desk:
    """Who works on a deferred queue, followed beyond the horizon; arrays ``[J]``, J >= I.

    Parameters
    ----------
    capacity
        Contacts that can be finished in each interval.
    due_first, due_last
        Deadline of a contact that arrives at the start, and just before the end, of an interval,
        in seconds from the start of the horizon ``[I]``.
    interval_s
        Length of an interval in seconds.
    starting
        What waits when the horizon begins, with its deadlines.
    """

    capacity: FloatArray
    due_first: FloatArray
    due_last: FloatArray
    interval_s: int
    starting: Standing


def desk(
    capacity: FloatArray,
    is_open: BoolArray,
    interval_s: int,
    reply_within_s: float,
    clock: Literal["calendar", "open"] = "calendar",
    backlog: Backlog = NOTHING_WAITS,
) -> Desk:
    """Return a deferred queue's capacity and deadlines, the last week repeated beyond the horizon.

    Parameters
    ----------
    capacity
        Contacts that can be finished in each interval of the horizon ``[I]``.
    is_open
        When the queue is open ``[I]``; asked by the "open" clock alone.
    interval_s
        Length of an interval in seconds.
    reply_within_s, clock
        Seconds from arrival to deadline, counted always or only while the queue is open. The
        latest moment that the clock allows counts: the next opening if it runs out at closing.
    backlog
        What waits when the horizon begins.

    Notes
    -----
    What is left at the end of the horizon is followed with the capacity (and the opening hours) of
    the horizon's last week, or of all of it when shorter, until its deadlines have passed. Contacts
    that arrive later do not matter: they come after.

    Examples
    --------
    Open eight hours of a day, two hours to reply: what arrives after closing is due at 10:00.

    >>> day = (np.arange(24) >= 8) & (np.arange(24) < 16)
    >>> due = desk(day * 5.0, day, 3600, 7200.0, "open").due_first / 3600
    >>> due[[8, 15, 20]].tolist()
    [10.0, 33.0, 34.0]
    """
    intervals, capacity = capacity.size, np.where(capacity > _NOTHING, capacity, 0.0)
    week = min(max(_WEEK_S // interval_s, 1), intervals)
    opened = int(is_open[-week:].sum()) * interval_s
    lasts = week * interval_s
    weeks = int(np.ceil(reply_within_s / (lasts if clock == "calendar" else max(opened, 1)))) + 1
    weeks = min(max(weeks, int(np.ceil(_WEEK_S / lasts))), int(_MOST_WEEKS * _WEEK_S / lasts) + 1)
    longer = np.concatenate([capacity, np.tile(capacity[-week:], weeks)])
    start = np.arange(intervals).astype(np.float64) * interval_s
    ticking = np.concatenate([is_open, np.tile(is_open[-week:], weeks)])
    waits = standing(backlog, ticking, interval_s, reply_within_s, clock)
    if clock == "calendar":
        first = start + reply_within_s
        return Desk(longer, first, first + interval_s, interval_s, waits)
    first, last = _open_deadlines(ticking, intervals, interval_s, reply_within_s)
    return Desk(longer, first, last, interval_s, waits)


def _open_deadlines(
    ticking: BoolArray, intervals: int, interval_s: int, reply_within_s: float
) -> tuple[FloatArray, FloatArray]:
    """Return deadlines by a clock that ticks while the queue is open."""
    clock = np.concatenate([[0.0], np.cumsum(ticking * float(interval_s))])
    wanted = clock[: intervals + 1] + reply_within_s
    latest = np.searchsorted(clock, wanted, side="right") - 1
    earliest = np.searchsorted(clock, wanted, side="left")
    late = latest * float(interval_s) + (wanted - clock[latest])
    before = np.maximum(earliest - 1, 0)
    early = before * float(interval_s) + (wanted - clock[before])
    first = late[:-1]
    last = np.where(ticking[:intervals], early[1:], first)
    return first, np.maximum(last, first)


def work_off(contacts: FloatArray, at: Desk, *, waits: bool = True) -> WorkedOff:
    """Return what becomes of deferred work, first in first out, after what waits already.

    Parameters
    ----------
    contacts
        Arriving evenly within each interval ``[..., I]``; leading axes are replications.
    at
        Capacity and deadlines.
    waits
        Whether to compute ``wait_s`` and ``oldest_s`` (zeros otherwise).

    Notes
    -----
    Fluid: with A the cumulated arrivals, begun at the contacts that wait already, and C the
    cumulated capacity, the backlog is B = X - min(0, least X so far), X = A - C; handled H = A - B;
    a contact that arrives at u with deadline d(u) is in time when H(d(u)) >= A(u). The oldest that
    waits at t is the contact that H(t) others came before: a quantile, not a mean.

    Examples
    --------
    Forty arrive in the first of four hours, ten an hour are handled, two hours to reply:

    >>> hour = np.full(4, 10.0)
    >>> got = work_off(np.array([40.0, 0, 0, 0]), desk(hour, hour > 0, 3600, 7200.0))
    >>> got.backlog.tolist(), float(got.service_level[0])
    ([30.0, 20.0, 10.0, 0.0], 0.6667)
    """
    contacts = np.asarray(contacts, dtype=np.float64)
    contacts = np.where(contacts > _NOTHING, contacts, 0.0)
    intervals, lead = contacts.shape[-1], contacts.shape[:-1]
    longer, begun = np.zeros((*lead, at.capacity.size)), at.starting.contacts
    longer[..., :intervals] = contacts
    excess = begun + np.cumsum(longer - at.capacity, axis=-1)
    left = excess - np.minimum(np.minimum.accumulate(excess, axis=-1), 0.0)
    arrived, done = (np.zeros((*lead, at.capacity.size + 1)) for _ in range(2))
    np.cumsum(longer, axis=-1, out=arrived[..., 1:])
    arrived += begun
    # rounding must neither undo finished work nor leave a crumb of it
    left[left < 1e-9 * (1.0 + arrived[..., 1:])] = 0.0
    done[..., 1:] = np.maximum.accumulate(arrived[..., 1:] - left, axis=-1)
    level = _in_time(arrived[..., : intervals + 1], done, at)
    handled = np.diff(done[..., : intervals + 1], axis=-1)
    wait, oldest = np.zeros(contacts.shape), np.zeros(contacts.shape)
    if waits:
        for index in np.ndindex(lead):
            wait[index] = _wait(arrived[index], done[index], contacts[index], at.interval_s)
            oldest[index] = _oldest(arrived[index], done[index], left[index], at)[:intervals]
    met = _at(done, at.starting.due_s, at.interval_s) >= at.starting.number - _NOTHING
    in_time = begun * met.mean(axis=-1)
    return WorkedOff(level, left[..., :intervals].copy(), handled, wait, oldest, in_time)


def out_of_reach(at: Desk, there: BoolArray) -> tuple[FloatArray, float]:
    """Return the contacts that nobody can reply to in time, as shares, whatever the plan.

    Parameters
    ----------
    at
        The queue's desk.
    there
        When anybody can be on duty ``[I]``; the last week repeated beyond.

    Returns
    -------
    shares, starting
        Of each interval's contacts ``[I]``, and of those that wait when the horizon begins.

    Examples
    --------
    Four hours to reply, people from 8:00 to 16:00: what comes from 16:00 to 4:00 is late.

    >>> day = (np.arange(24) >= 8) & (np.arange(24) < 16)
    >>> shares, starting = out_of_reach(desk(5.0 * day, day, 3600, 4 * 3600.0), day)
    >>> np.flatnonzero(shares).tolist(), float(shares[16])
    ([0, 1, 2, 3, 16, 17, 18, 19, 20, 21, 22, 23], 1.0)
    """
    size = there.size
    week = min(max(_WEEK_S // at.interval_s, 1), size)
    beyond = np.tile(there[-week:], math.ceil((at.capacity.size - size) / week))
    longer = np.concatenate([there, beyond])[: at.capacity.size]
    moments = np.where(longer, np.arange(longer.size) * float(at.interval_s), np.inf)
    after = np.minimum.accumulate(moments[::-1])[::-1]  # when somebody is there next
    first, last = at.due_first, at.due_last
    width = np.where(last > first, last - first, 1.0)
    into = np.where(last > first, (after[:size] - first) / width, after[:size] >= first)
    shares = np.where(there, 0.0, np.clip(into, 0.0, 1.0))
    due, counted = at.starting.due_s, at.starting.last_s
    return shares, float(np.mean((due < counted) | (~there[0] & (due <= after[0]))))


def _at(done: FloatArray, seconds: FloatArray, interval_s: int) -> FloatArray:
    """Return cumulated work ``[..., J + 1]`` at some moments, linear in between."""
    last = done.shape[-1] - 1
    spot = np.clip(seconds / interval_s, 0.0, last)
    before = np.minimum(spot.astype(np.int64), last - 1)
    share = spot - before
    result: FloatArray = done[..., before] * (1.0 - share) + done[..., before + 1] * share
    return result


def _in_time(arrived: FloatArray, done: FloatArray, at: Desk) -> FloatArray:
    """Return the share of each interval's arrivals that are replied to by their deadline."""
    first = _at(done, at.due_first, at.interval_s) - arrived[..., :-1]
    last = _at(done, at.due_last, at.interval_s) - arrived[..., 1:]
    crumb = 1e-7 * (1.0 + arrived[..., -1:])
    first = np.where(np.abs(first) < crumb, 0.0, first)
    last = np.where(np.abs(last) < crumb, 0.0, last)
    ahead = np.maximum(first, 0.0) + np.maximum(last, 0.0)
    behind = np.maximum(-first, 0.0) + np.maximum(-last, 0.0)
    total = ahead + behind
    return np.where(behind <= 0, 1.0, ahead / np.where(total > 0, total, 1.0))


def _wait(
    arrived: FloatArray, done: FloatArray, contacts: FloatArray, interval_s: int
) -> FloatArray:
    """Return the mean seconds from arrival to reply of each interval's arrivals ``[I]``."""
    clock = np.arange(done.size) * float(interval_s)
    middle = clock[: contacts.size] + interval_s / 2.0
    # the area under the moment of reply as a function of the contact's number
    area = np.concatenate([[0.0], np.cumsum(np.diff(done) * (clock[:-1] + interval_s / 2.0))])
    level = arrived[: contacts.size + 1]
    at = np.clip(np.searchsorted(done, level, side="right") - 1, 0, done.size - 2)
    begun, speed = level - done[at], np.diff(done)[at]
    part = np.minimum(begun / np.where(speed > 0, speed, 1.0), 1.0)
    upto = area[at] + begun * (clock[at] + np.where(speed > 0, part / 2.0, 1.0) * interval_s)
    reply = np.diff(upto) / np.maximum(contacts, _CRUMB)
    few = np.interp((level[:-1] + level[1:]) / 2.0, done, clock)
    wait = np.maximum(np.where(contacts > _CRUMB, reply, few) - middle, 0.0)
    return np.where(contacts > 0, wait, 0.0)


def _oldest(arrived: FloatArray, done: FloatArray, left: FloatArray, at: Desk) -> FloatArray:
    """Return the age in seconds of the oldest contact waiting at the end of each interval ``[J]``.

    It is the first contact that is not finished: a crumb beyond those that are.
    """
    number = done[1:] + 1e-9 * (1.0 + arrived[1:])
    interval = np.searchsorted(arrived, number, side="right") - 1
    interval = np.clip(interval, 0, np.arange(left.size))
    count = np.diff(arrived)[interval]
    into = np.clip((number - arrived[interval]) / np.where(count > 0, count, 1.0), 0.0, 1.0)
    came = np.where(
        number < at.starting.contacts,
        at.starting.came_s(number),
        (interval + into) * at.interval_s,
    )
    now = np.arange(1, left.size + 1) * float(at.interval_s)
    return np.where(left > 0, np.maximum(now - came, 0.0), 0.0)
