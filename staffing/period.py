"""The fewest positions that keep a service level over a day or week, taken where they give most."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from staffing.curves import Curves, inflections, service_curves
from staffing.fewest import BOUND_BY, SLACK, Question, fewest_positions

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

#: Where nobody hangs up, a busier interval hands its queue on before it gets used to it.
BUSIEST = 0.95

_NONE, _SERVICE_LEVEL, _MINIMUM = 0, BOUND_BY.index("service_level"), BOUND_BY.index("minimum")


@dataclass(frozen=True, slots=True)
class _Floor:
    """What each interval needs whatever the others do: positions, and what bound them."""

    positions: IntArray
    bound_by: IntArray


def fewest_over_periods(
    question: Question, contacts: FloatArray, load: FloatArray, aht_s: FloatArray, period: IntArray
) -> tuple[IntArray, IntArray]:
    """Return the fewest positions whose service over each period meets the target, and their bound.

    Parameters
    ----------
    question
        Promises, patience and concurrency; a service level is among the promises.
    contacts, load, aht_s
        Contacts that weigh each interval's service, their erlangs, and seconds each takes, [I];
        every interval has contacts.
    period
        Number of the day or week that each interval belongs to, [I].

    Returns
    -------
    positions, bound_by
        [I]; ``bound_by`` indexes ``BOUND_BY``: the service level unless another promise, the
        minimum or the load alone sets the number.

    Notes
    -----
    The service level of n positions is an S over n. Every interval begins at the least that its
    other promises, its load and the inflection of that S allow; where nobody hangs up, at an
    occupancy of ``BUSIEST`` at most; but for other promises never above what the target would take
    in this interval alone. From the inflection each further position gives less than the one
    before, and every position costs the same: taking steps in the order of contacts times gain
    until the period's contact-weighted service meets the target is then the cheapest choice,
    exactly. Intervals that gain alike are taken in the order of time.

    The curve is that of a steady queue. Beyond ``BUSIEST`` an endless queue is not steady within
    an interval, and the next one pays for it; the floor costs few positions and spares customers
    the longest waits.

    Examples
    --------
    A quiet and a busy interval of three-minute contacts, together and each alone:

    >>> from staffing.queues import Target
    >>> question = Question(Target(0.8, 20, over="day"), np.inf, 1)
    >>> contacts, aht_s = np.array([20.0, 200.0]), np.array([180.0, 180.0])
    >>> load, day = contacts * aht_s / 900, np.array([0, 0])
    >>> fewest_over_periods(question, contacts, load, aht_s, day)[0].tolist()
    [5, 46]
    >>> fewest_positions(question, load, aht_s)[0].tolist()
    [7, 45]
    """
    work = np.empty(load.size, np.complex128)  # a pair of numbers that numpy can sort
    work.real, work.imag = load, aht_s
    _, pick, back = np.unique(work, return_index=True, return_inverse=True)
    load, aht_s = load[pick], aht_s[pick]
    alone, floor = _alone_and_floor(question, load, aht_s)
    _, period = np.unique(period, return_inverse=True)
    more = np.ceil(np.sqrt(load) / 4.0).astype(np.int64) + 1
    top = np.maximum(alone, floor.positions) + more
    while True:
        curves = service_curves(question, load, aht_s, floor.positions, top)
        taken = _steps(curves, back, contacts, period, question.target.service_level or 0.0)
        spent = np.zeros(load.size, np.bool_)
        spent[back[taken == (top - floor.positions)[back]]] = True
        if not spent.any():
            break
        top[spent] += 2 * (top - floor.positions)[spent]
    bound_by = np.where(taken > 0, _SERVICE_LEVEL, floor.bound_by[back])
    return floor.positions[back] + taken, bound_by


def least_positions(question: Question, load: FloatArray, aht_s: FloatArray) -> IntArray:
    """Return what each interval needs whatever the others of its day or week do, [I].

    Parameters
    ----------
    question
        Promises, patience and concurrency; a service level is among the promises.
    load, aht_s
        Erlangs of contacts, and seconds that each takes, [I]; every interval has contacts.
    """
    work = np.empty(load.size, np.complex128)  # a pair of numbers that numpy can sort
    work.real, work.imag = load, aht_s
    _, pick, back = np.unique(work, return_index=True, return_inverse=True)
    return _alone_and_floor(question, load[pick], aht_s[pick])[1].positions[back]


def _alone_and_floor(
    question: Question, load: FloatArray, aht_s: FloatArray
) -> tuple[IntArray, _Floor]:
    """Return what the target takes in each interval alone, and where each begins."""
    alone = np.maximum(fewest_positions(question, load, aht_s)[0], question.target.minimum)
    return alone, _floor(question, load, aht_s, alone)


def _floor(question: Question, load: FloatArray, aht_s: FloatArray, alone: IntArray) -> _Floor:
    """Return where each interval begins; ``alone`` is what the target takes in it alone."""
    others = replace(question, target=replace(question.target, service_level=None))
    least, bound_by = question.carries(load), np.full(load.size, _NONE)
    if others.names:
        least, bound_by = fewest_positions(others, load, aht_s)
    if np.isinf(question.patience_s):
        calm = np.ceil(load / (BUSIEST * question.concurrency) - SLACK).astype(np.int64)
        calm = np.minimum(calm, alone)
        bound_by = np.where(calm > least, _NONE, bound_by)
        least = np.maximum(least, calm)
    short = least < question.target.minimum
    least, bound_by = (
        np.where(short, question.target.minimum, least),
        np.where(short, _MINIMUM, bound_by),
    )
    bent = np.minimum(inflections(question, load, aht_s, least), alone)
    return _Floor(np.maximum(least, bent), np.where(bent > least, _SERVICE_LEVEL, bound_by))


def _steps(
    curves: Curves, back: IntArray, contacts: FloatArray, period: IntArray, level: float
) -> IntArray:
    """Return how many steps up its ladder each interval takes, [I].

    Parameters
    ----------
    curves
        The ladders.
    back
        The ladder of each interval.
    contacts, period
        Contacts and number of the period of each interval.
    level
        Share of each period's contacts to be answered in time.
    """
    periods = int(period.max()) + 1
    served = contacts * curves.level[back, 0]
    missing = np.bincount(period, (level - SLACK) * contacts - served, periods)
    worth = contacts[:, None] * curves.gain[back]
    worth[missing[period] <= 0.0] = 0.0
    who, step = np.nonzero(worth)
    worth = worth[who, step]
    order = np.lexsort((step, who, -worth, period[who]))
    who, worth = who[order], worth[order]
    before = np.cumsum(worth) - worth
    first = np.searchsorted(period[who], np.arange(periods))
    begun = np.append(before, 0.0)[first]
    needed = before - begun[period[who]] < missing[period[who]]
    return np.bincount(who[needed], minlength=contacts.size)
