"""Erlang B, C and A on arrays: how long customers wait for so many agents."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from staffing.blocking import blocking, slowed_blocking
from staffing.erlang_a import wait_integrals
from staffing.slowing import Slowing

FloatArray = NDArray[np.float64]

_LARGEST = 1e12  # positions, erlangs and seconds beyond this are read as this
_ENDLESS = 1e9  # patience over AHT beyond which nobody hangs up


@dataclass(frozen=True, slots=True)
class Service:
    """What customers and agents live through in a steady queue; arrays of one shape.

    Parameters
    ----------
    wait_probability
        Share of offered contacts that are not answered at once.
    service_level
        Share of offered contacts answered within the threshold; those who hang up count as missed.
    asa_s
        Mean wait of answered contacts in seconds, those answered at once included; infinite where
        nobody is ever answered.
    abandonment
        Share of offered contacts that hang up.
    occupancy
        Share of their time that agents are on contacts.
    queue_length
        Mean number of customers waiting; infinite where the queue grows without end.
    waited_in_time
        Share of offered contacts whose wait ended within the threshold, by an answer or by hanging
        up: those who left quickly count.
    service_level_of_answered
        Contacts answered within the threshold over contacts answered; 0 where nobody is answered.
        Without hang-ups these two equal the service level.
    """

    wait_probability: FloatArray
    service_level: FloatArray
    asa_s: FloatArray
    abandonment: FloatArray
    occupancy: FloatArray
    queue_length: FloatArray
    waited_in_time: FloatArray
    service_level_of_answered: FloatArray


def erlang_b(positions: ArrayLike, load: ArrayLike) -> FloatArray:
    """Return the share of contacts blocked when nobody can wait (M/M/N/N).

    Parameters
    ----------
    positions
        Agents; fractions are allowed, see notes. Below 0 or unknown counts as 0.
    load
        Erlangs; below 0 or unknown counts as 0. The two broadcast.

    Returns
    -------
    ndarray
        Shares in [0, 1]. Relative error below 1e-12 up to 100,000 positions; values that a double
        cannot hold (below 1e-308) are 0.

    Notes
    -----
    B(k) = a B(k-1) / (k + a B(k-1)), started nine standard deviations below the smaller of
    positions and load with B = 1 - k/a, whose error is forgotten on the way. Fractions of agents
    follow the continuous extension B(x) = a^x e^-a / Gamma(x + 1, a), which obeys the same
    recursion. Source: D. L. Jagerman, "Some properties of the Erlang loss function", Bell System
    Technical Journal 53 (1974).

    Examples
    --------
    A published value (``tests/reference``): 150 contacts an hour at 3/4 an hour each, 190 lines.

    >>> round(float(erlang_b(190, 200)), 12)
    0.088696843869
    """
    n, a = np.broadcast_arrays(_tame(positions), _tame(load))
    with np.errstate(all="ignore"):
        return blocking(n.ravel(), a.ravel()).reshape(n.shape)


def erlang_c(positions: ArrayLike, load: ArrayLike) -> FloatArray:
    """Return the share of contacts that wait when nobody hangs up (M/M/N).

    Parameters
    ----------
    positions
        Agents; fractions are allowed, as in ``erlang_b``.
    load
        Erlangs. The two broadcast.

    Returns
    -------
    ndarray
        Shares in [0, 1]; 1 where the load is not below the positions; 0 where there is no load.

    Notes
    -----
    C = B / (1 - rho (1 - B)) with rho = load / positions. Source: A. K. Erlang (1917); R. B.
    Cooper, "Introduction to Queueing Theory" (1981).

    Examples
    --------
    >>> round(float(erlang_c(14, 10)), 7)
    0.1741319
    """
    n, a = np.broadcast_arrays(_tame(positions), _tame(load))
    with np.errstate(all="ignore"):
        return _waiting(n.ravel(), a.ravel()).reshape(n.shape)


def service(
    positions: ArrayLike,
    contacts: ArrayLike,
    aht_s: ArrayLike,
    interval_s: ArrayLike,
    answer_within_s: ArrayLike = 20.0,
    patience_s: ArrayLike = np.inf,
    *,
    slowing: Slowing | None = None,
) -> Service:
    """Return how a steady queue serves, with customers who hang up (Erlang A) or not (Erlang C).

    Parameters
    ----------
    positions
        Agents on contacts; fractions are allowed. Where an agent handles c contacts at once, c
        times as many.
    contacts
        Offered in the interval.
    aht_s
        Average handling time in seconds; of an agent who handles c contacts at once.
    interval_s
        Length of the interval in seconds.
    answer_within_s
        Threshold of the service level in seconds.
    patience_s
        Mean time a customer would wait, in seconds; infinite: nobody hangs up.
    slowing
        How agents slow down with each contact open, of a shape that broadcasts with the others;
        None: they take ``aht_s`` however many are open.

    Returns
    -------
    Service
        Arrays of the shape to which all parameters broadcast; never NaN. No contacts: nobody waits.
        No positions: everybody waits. Too few positions and endless patience: nobody is served in
        time, the queue is endless. Values below 0 or unknown count as 0.

    Notes
    -----
    Erlang C: P(W > t) = C e^(-(N - a) t / AHT). Erlang A, with x = N patience/AHT,
    y = a patience/AHT, eps = 1/B(N-1, a) and K of ``staffing.erlang_a``:
    P(wait) = y K / (eps + y K); the service level counts served in time over offered, and two
    other conventions stand beside it. Agents who slow down change B alone: whoever waits finds all
    of them with as many contacts as they handle.
    Sources: A. K. Erlang (1917); C. Palm (1957); S. Zeltyn and A. Mandelbaum, "Call centers with
    impatient customers", Queueing Systems 51 (2005).

    Examples
    --------
    100 contacts in half an hour of three minutes each, answered by 14 (published by CRAN ErlangC):

    >>> got = service(14, 100, 180, 1800, 20)
    >>> round(float(got.service_level), 5), round(float(got.asa_s), 9)
    (0.88835, 7.835937012)

    With 12 and customers who wait three minutes at most on average, some hang up:

    >>> got = service([11, 12], 100, 180, 1800, 20, patience_s=180)
    >>> got.abandonment.round(4).tolist()
    [0.0834, 0.0531]
    """
    given = (positions, contacts, aht_s, interval_s, answer_within_s, patience_s)
    pace = () if slowing is None else (slowing.concurrency, slowing.alone)
    tame = (_tame(v, keep_inf=i == 5) for i, v in enumerate(given))
    arrays = np.broadcast_arrays(*tame, *pace)
    shape = arrays[0].shape
    with np.errstate(all="ignore"):
        n, count, aht, length, within, patience, *how = (v.ravel() for v in arrays)
        rate = np.where(count > 0.0, count / np.maximum(length, 1e-9), 0.0)
        out = _idle(n, rate)
        busy = (n > 0.0) & (rate * aht > 0.0)
        leaves = busy & (patience < _ENDLESS * aht)
        for where, measure in ((busy & ~leaves, _patient), (leaves, _impatient)):
            at = np.flatnonzero(where)
            if at.size:
                slow = Slowing(*how).at(at) if how else None
                values = measure(n[at], rate[at], aht[at], within[at], patience[at], slow)
                for whole, value in zip(out, values, strict=True):
                    whole[at] = value
        _unattended(out, (n <= 0.0) & (rate > 0.0), rate, within, patience)
    return Service(*(v.reshape(shape) for v in out))


def _tame(values: ArrayLike, *, keep_inf: bool = False) -> FloatArray:
    """Return floats that no formula can choke on."""
    array = np.asarray(values, dtype=np.float64)
    tame = np.clip(np.where(np.isnan(array), 0.0, array), 0.0, _LARGEST)
    return np.where(array >= _LARGEST, np.inf, tame) if keep_inf else tame


def _idle(n: FloatArray, rate: FloatArray) -> tuple[FloatArray, ...]:
    """Return measures of a queue without load, in the order of ``Service``."""
    zero = np.zeros_like(n)
    zeros = (zero.copy() for _ in range(4))
    return zero, np.ones_like(n), *zeros, np.ones_like(n), np.ones_like(n)


def _unattended(
    out: tuple[FloatArray, ...],
    where: NDArray[np.bool_],
    rate: FloatArray,
    within: FloatArray,
    patience: FloatArray,
) -> None:
    """Write what happens when there are contacts and no agent at all."""
    endless = np.isinf(patience)
    leaving = np.where(endless, 0.0, 1.0)[where]
    one, none = np.ones(leaving.size), np.zeros(leaving.size)
    gone = -np.expm1(-within / np.maximum(patience, 1e-300))[where]
    queue = (rate * patience)[where]
    values = (one, none, one * np.inf, leaving, one, queue, gone, none)
    for whole, value in zip(out, values, strict=True):
        whole[where] = value


def _patient(
    n: FloatArray,
    rate: FloatArray,
    aht: FloatArray,
    within: FloatArray,
    _: FloatArray,
    slowing: Slowing | None,
) -> tuple[FloatArray, ...]:
    """Return the measures of Erlang C."""
    a = rate * aht
    wait = _waiting(n, a, slowing)
    spare = n - a
    enough = spare > 0.0
    level = np.where(enough, 1.0 - wait * np.exp(-np.maximum(spare, 0.0) * within / aht), 0.0)
    asa = np.where(enough, wait * aht / spare, np.inf)
    occupancy = np.minimum(a / n, 1.0)
    return wait, level, asa, np.zeros_like(n), occupancy, asa * rate, level, level


def _impatient(
    n: FloatArray,
    rate: FloatArray,
    aht: FloatArray,
    within: FloatArray,
    patience: FloatArray,
    slowing: Slowing | None,
) -> tuple[FloatArray, ...]:
    """Return the measures of Erlang A."""
    a = rate * aht
    mean = np.maximum(patience, 1e-12 * aht)  # nearer to 0 nothing changes: Erlang B
    y = a * mean / aht
    weigh = wait_integrals(n * mean / aht, y, np.minimum(within / mean, 1e6))
    blocked = _one_fewer(n, a, slowing)
    now = np.exp(-weigh.log_scale) / blocked  # weight of those answered at once
    waiting = y * (weigh.served + weigh.leaving)
    total = now + waiting
    endless = np.isinf(total)  # so many agents that nobody waits
    abandonment = np.minimum(np.where(endless, 0.0, y * weigh.leaving / total), 1.0)
    ever = now + y * weigh.served
    answered = np.where(endless, 1.0, ever / total)
    in_time = np.where(endless, 1.0, (now + y * (weigh.served - weigh.late)) / total)
    asa = mean * y * weigh.wait_of_served / ever
    wait = np.minimum(waiting / total, 1.0)
    level = np.clip(in_time, 0.0, answered)
    occupancy = np.minimum(a * answered / n, 1.0)
    done = 1.0 - np.where(endless, 0.0, y * weigh.still / total)
    of_answered = np.where(endless, 1.0, np.where(ever > 0.0, 1.0 - y * weigh.late / ever, 0.0))
    conventions = (np.clip(done, level, 1.0), np.clip(of_answered, level, 1.0))
    return wait, level, asa, abandonment, occupancy, rate * mean * abandonment, *conventions


def _waiting(n: FloatArray, a: FloatArray, slowing: Slowing | None = None) -> FloatArray:
    if slowing is None:
        blocked = blocking(n, a)
    else:
        ahead = a * _one_fewer(n, a, slowing)
        blocked = ahead / np.where(n > 0.0, n + ahead, 1.0)
    wait = blocked / ((n - a) / np.where(n > 0.0, n, 1.0) + np.minimum(a / n, 1.0) * blocked)
    return np.where(a <= 0.0, 0.0, np.where(n > a, np.minimum(wait, 1.0), 1.0))


def _one_fewer(n: FloatArray, a: FloatArray, slowing: Slowing | None) -> FloatArray:
    """Return the share blocked if one slot fewer than all could be taken."""
    return blocking(n - 1.0, a) if slowing is None else slowed_blocking(n - 1.0, a, n, slowing)
