"""Contacts to positions: the fewest agents that keep a queue's promises, and which bound them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from staffing.fewest import BOUND_BY, Question, fewest_positions
from staffing.period import fewest_over_periods
from staffing.queues import Promise, Queue, Target

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

__all__ = ["BOUND_BY", "Requirement", "required_positions", "requirement"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

#: Erlangs beyond which no search is begun: a double hardly tells one agent more or fewer apart.
MOST_ERLANGS = 1e11

_NONE, _DEADLINE, _MINIMUM = 0, BOUND_BY.index("deadline"), BOUND_BY.index("minimum")


@dataclass(frozen=True, slots=True)
class Requirement:
    """Positions needed per queue and interval.

    Parameters
    ----------
    queues
        Names, Q of them.
    times
        Interval starts in UTC, I of them.
    contacts
        Offered, [Q, I].
    aht_s
        Average handling time in seconds, [Q, I].
    load
        Work in erlangs of agents, [Q, I]: contacts x AHT / interval, over the concurrency (chat).
    positions
        Agents needed on contacts, net of shrinkage, [Q, I]; whole but for deferred queues.
    bound_by
        Index into ``BOUND_BY``: the promise that set the number, [Q, I].
    """

    queues: tuple[str, ...]
    times: pd.DatetimeIndex
    contacts: FloatArray
    aht_s: FloatArray
    load: FloatArray
    positions: FloatArray
    bound_by: NDArray[np.int8]


def requirement(
    queues: Sequence[Queue],
    times: pd.DatetimeIndex,
    contacts: FloatArray,
    aht_s: FloatArray,
    interval_s: int,
    period: IntArray | None = None,
) -> Requirement:
    """Return the positions that every queue needs in every interval.

    Parameters
    ----------
    queues
        Q queues.
    times
        I interval starts in UTC.
    contacts
        Offered, [Q, I].
    aht_s
        Average handling time in seconds, [Q, I]; at the queue's concurrency.
    interval_s
        Length of an interval in seconds.
    period
        Number of the day or week over which each interval's share is promised, [Q, I]; below 0:
        promised in the interval alone, as wherever ``Target.over`` says so. Needed where a share
        is promised over the day or week.

    Returns
    -------
    Requirement
        A share promised over the day or week is kept by the fewest positions in all, the contacts
        of each interval being its weight; every other promise is kept in every interval. A deferred
        queue needs its load over ``Promise.max_occupancy`` on average, bound by its
        deadline: when that work is done is for the allocation to say.

    Raises
    ------
    ValueError
        Where shapes differ, contacts or AHT are unknown or negative, or no period is given for a
        share promised over one.

    Examples
    --------
    >>> import pandas as pd
    >>> queues = [Queue("phone", Target(0.8, 20)), Queue("email", Promise(max_occupancy=0.8))]
    >>> times = pd.date_range("2027-02-01 09:00", periods=2, freq="30min", tz="UTC")
    >>> contacts = np.array([[100.0, 0.0], [10.0, 20.0]])
    >>> need = requirement(queues, times, contacts, np.full((2, 2), 180.0), 1800)
    >>> need.positions.tolist(), [BOUND_BY[i] for i in need.bound_by[:, 0]]
    ([[14.0, 0.0], [1.25, 2.5]], ['service_level', 'deadline'])
    """
    shape = (len(queues), len(times))
    counts, handling = np.asarray(contacts, np.float64), np.asarray(aht_s, np.float64)
    _check_shapes(queues, shape, counts, handling, period)
    load, positions = np.zeros(shape), np.zeros(shape)
    bound_by = np.zeros(shape, np.int8)
    for q, queue in enumerate(queues):
        load[q] = _load(counts[q], handling[q], interval_s) / queue.concurrency
        if isinstance(queue.target, Promise):
            positions[q] = load[q] / queue.target.max_occupancy
            bound_by[q] = np.where(load[q] > 0.0, _DEADLINE, _NONE)
            continue
        positions[q], bound_by[q] = required_positions(
            counts[q], handling[q], interval_s, queue.target, queue.patience_s,
            queue.concurrency, queue.aht_alone_s,
            period=None if period is None else period[q],
        )  # fmt: skip
    names = tuple(queue.name for queue in queues)
    return Requirement(names, times, counts, handling, load, positions, bound_by)


def over_period(target: Target | Promise) -> bool:
    """Return whether a share is promised over the day or week.

    Examples
    --------
    >>> over_period(Target(0.8, 20)), over_period(Target(0.8, 20, over="day"))
    (False, True)
    """
    return (
        isinstance(target, Target) and target.service_level is not None
    ) and target.over != "interval"


def _check_shapes(
    queues: Sequence[Queue],
    shape: tuple[int, int],
    contacts: FloatArray,
    aht_s: FloatArray,
    period: IntArray | None,
) -> None:
    """Raise where what was given does not fit the queues and times."""
    faults = []
    if contacts.shape != shape or aht_s.shape != shape:
        faults.append(
            f"contacts and aht_s must be {list(shape)} (queues, times), "
            f"got {list(contacts.shape)} and {list(aht_s.shape)}"
        )
    if period is not None and period.shape != shape:
        faults.append(f"period must be {list(shape)} (queues, times), got {list(period.shape)}")
    over = [queue.name for queue in queues if over_period(queue.target)]
    if period is None and over:
        faults.append(
            f"period must be given, as a share is promised over the day or week: {', '.join(over)}"
        )
    if faults:
        raise ValueError("; ".join(faults))


def required_positions(
    contacts: ArrayLike,
    aht_s: ArrayLike,
    interval_s: float,
    target: Target,
    patience_s: float = np.inf,
    concurrency: int = 1,
    aht_alone_s: float | None = None,
    *,
    period: IntArray | None = None,
) -> tuple[IntArray, IntArray]:
    """Return the fewest whole positions that keep every promise, and which promise set them.

    Parameters
    ----------
    contacts
        Offered in each interval.
    aht_s
        Average handling time in seconds, at the concurrency; may be unknown where no contacts are.
    interval_s
        Length of an interval in seconds.
    target
        The promises.
    patience_s
        Mean time a customer would wait, in seconds; infinite: nobody hangs up.
    concurrency
        Contacts that one agent handles at the same time: N agents are a queue of
        ``concurrency * N`` servers, which needs more agents than Erlang C divided by it.
    aht_alone_s
        Handling time in seconds of an agent with one contact open, who slows down with each that is
        added, up to ``aht_s`` at the concurrency; read as the nearest of ``aht_s / concurrency``
        and ``aht_s`` where it is not between them. None: ``aht_s`` however many are open.
    period
        Number of the day or week of each interval, over which the share is kept where the target
        says so; below 0, or None: it is kept in the interval alone.

    Returns
    -------
    positions, bound_by
        Of the shape to which contacts and AHT broadcast; ``bound_by`` indexes ``BOUND_BY``. Where
        two promises ask for the same number the first in that order is named; "none" where there is
        nothing to answer, or nothing was promised and the load alone sets the number.

    Raises
    ------
    ValueError
        Where contacts or AHT are unknown, negative or infinite, a promise cannot be kept, or would
        take more than a hundred thousand million agents of one contact.

    Notes
    -----
    Intervals of the same AHT share a table of the largest load each number of positions carries
    (by halving; ``numpy.searchsorted`` does the rest). Where every interval has its own AHT, tables
    at a few of them give the first guess, and the promises are then tried around it. Promises are
    taken as kept when missed by less than 1e-9.

    Examples
    --------
    1,000 contacts in half an hour at five minutes: the cap matters most at a peak.

    >>> positions, bound_by = required_positions([100, 1000], 300, 1800, Target(0.8, 20))
    >>> positions.tolist()
    [21, 176]
    >>> capped = Target(0.8, 20, max_occupancy=0.85)
    >>> positions, bound_by = required_positions([100, 1000], 300, 1800, capped)
    >>> positions.tolist(), [BOUND_BY[i] for i in bound_by]
    ([21, 197], ['service_level', 'occupancy'])

    Chats at most three at a time, 420 s each; the same where one alone takes 300 s; by telephone:

    >>> [required_positions(20, 420, 900, Target(0.9, 20), concurrency=3)[0].item(),
    ...     required_positions(20, 420, 900, Target(0.9, 20), np.inf, 3, 300)[0].item(),
    ...     required_positions(20, 420, 900, Target(0.9, 20))[0].item()]
    [5, 5, 14]

    Customers who hang up after three minutes on average leave the others a shorter queue:

    >>> required_positions(1000, 300, 1800, Target(0.8, 20), patience_s=180)[0].item()
    164
    """
    _check(target, interval_s, patience_s, concurrency, aht_alone_s)
    counts, handling = np.broadcast_arrays(
        np.asarray(contacts, np.float64), np.asarray(aht_s, np.float64)
    )
    shape = counts.shape
    load = _load(counts, handling, interval_s).ravel()
    _check_size(load, target.max_occupancy or 1.0)
    positions, bound_by = np.zeros(load.size, np.int64), np.zeros(load.size, np.int64)
    busy = np.flatnonzero(counts.ravel() > 0.0)
    if busy.size:
        question = Question(target, patience_s, concurrency, aht_alone_s)
        number = np.broadcast_to(np.int64(-1) if period is None else period, shape)
        together = (number.ravel()[busy] >= 0) & over_period(target)
        alone, at = busy[~together], busy[together]
        if alone.size:
            positions[alone], bound_by[alone] = fewest_positions(
                question, load[alone], handling.ravel()[alone]
            )
            short = alone[positions[alone] < target.minimum]
            positions[short], bound_by[short] = target.minimum, _MINIMUM
        if at.size:
            positions[at], bound_by[at] = fewest_over_periods(
                question, counts.ravel()[at], load[at], handling.ravel()[at], number.ravel()[at]
            )
    return positions.reshape(shape), bound_by.reshape(shape)


def _load(contacts: FloatArray, aht_s: FloatArray, interval_s: float) -> FloatArray:
    """Return erlangs, 0 without contacts."""
    bad = ~(np.isfinite(contacts) & (contacts >= 0.0))
    if bad.any():
        message = (
            "contacts must be finite numbers of at least 0, "
            f"got {contacts[bad][0]} and {int(bad.sum()) - 1} more"
        )
        raise ValueError(message)
    busy = contacts > 0.0
    bad = busy & ~(np.isfinite(aht_s) & (aht_s >= 0.0))
    if bad.any():
        message = (
            "aht_s must be finite seconds of at least 0 where there are contacts, "
            f"got {aht_s[bad][0]} and {int(bad.sum()) - 1} more"
        )
        raise ValueError(message)
    return np.where(busy, contacts * np.where(busy, aht_s, 0.0) / interval_s, 0.0)


def _check_size(load: FloatArray, cap: float) -> None:
    """Raise where so many positions would be needed that they cannot be told apart."""
    most = float(load.max(initial=0.0)) / cap
    if not most <= MOST_ERLANGS:
        message = (
            "contacts x AHT / interval over the highest occupancy must come to at most "
            f"{MOST_ERLANGS:,.0f} erlangs, got {most:.4g}"
        )
        raise ValueError(message)


def _check(
    target: Target,
    interval_s: float,
    patience_s: float,
    concurrency: int,
    aht_alone_s: float | None,
) -> None:
    """Raise ValueError with everything that no number of agents could satisfy."""
    level, cap = target.service_level, target.max_occupancy
    lost, asa = target.max_abandonment, target.max_asa_s
    asked = (
        ("service_level", "in (0, 1), a fraction", level, level is None or 0 < level < 1),
        ("answer_within_s", "at least 0", target.answer_within_s, target.answer_within_s >= 0),
        ("max_occupancy", "in (0, 1], a fraction", cap, cap is None or 0 < cap <= 1),
        ("max_abandonment", "in (0, 1), a fraction", lost, lost is None or 0 < lost < 1),
        ("max_asa_s", "above 0", asa, asa is None or asa > 0),
        ("minimum", "at least 0", target.minimum, target.minimum >= 0),
        ("interval_s", "above 0", interval_s, interval_s > 0),
        ("patience_s", "above 0", patience_s, patience_s > 0),
        ("concurrency", "at least 1", concurrency, concurrency >= 1),
        ("aht_alone_s", "above 0", aht_alone_s, aht_alone_s is None or aht_alone_s > 0),
    )
    faults = [
        f"{name} must be {allowed}, got {found}" for name, allowed, found, ok in asked if not ok
    ]
    if faults:
        raise ValueError("; ".join(faults))
