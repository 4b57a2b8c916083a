"""What a customer meets who joins a queue of known length: answered in time, gone, how long."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betainc, digamma, gammainc

from staffing.fluid import FloatArray, Rates


@dataclass(frozen=True, slots=True)
class Meeting:
    """What arrivals meet, on average over an interval, arrays ``[B]``.

    Parameters
    ----------
    in_time, lost
        Share of arrivals answered within the threshold, and that hang up unanswered.
    wait_s
        Mean wait of an arrival times the share of arrivals that are answered, in seconds.
    waiting, busy
        Mean number of customers waiting, and work done, in slots fully used: without slowing the
        mean number of slots busy.
    """

    in_time: FloatArray
    lost: FloatArray
    wait_s: FloatArray
    waiting: FloatArray
    busy: FloatArray


def answered_in_time(
    ahead: FloatArray, served: FloatArray, leaving: FloatArray, within_s: FloatArray
) -> FloatArray:
    """Return the probability that a customer is answered within a time.

    Parameters
    ----------
    ahead
        One more than the customers already waiting; 0 or less: a slot is free.
    served
        Contacts finished per second while all slots are busy.
    leaving
        Hang-ups per second of each waiting customer, 0: nobody hangs up.
    within_s
        Threshold in seconds.

    Notes
    -----
    Those ahead leave at rates served + i * leaving, so that exp(-leaving * wait) of a customer who
    is answered has a beta distribution with parameters served / leaving + 1 and ``ahead``:
    P = r / (r + m) * I(m, r + 1; 1 - exp(-leaving * within_s)) with r = served / leaving. Without
    hang-ups the wait is a gamma time. Both hold for fractional m as well, which serves fractions
    of an agent.

    Examples
    --------
    Nobody ahead, all busy, one contact finished per 20 s on average, nobody hangs up:

    >>> one = np.ones(1)
    >>> float(answered_in_time(one, one / 20, 0 * one, 20 * one)[0])
    0.6321
    """
    ahead, served, leaving, within_s = np.broadcast_arrays(ahead, served, leaving, within_s)
    result = np.ones(ahead.shape)
    asked = ahead > 0
    patient, hasty = asked & (leaving <= 0), asked & (leaving > 0)
    result[patient] = _gamma(ahead[patient], (served * within_s)[patient])
    ratio = served[hasty] / leaving[hasty]
    share = -np.expm1(-leaving[hasty] * within_s[hasty])
    result[hasty] = _beta(ahead[hasty], ratio, share) * ratio / (ratio + ahead[hasty])
    return result


def _beta(ahead: FloatArray, ratio: FloatArray, share: FloatArray) -> FloatArray:
    """Return I(ahead, ratio + 1; share), computed only where it is neither 0 nor 1."""
    margin = ratio * share - ahead * (1.0 - share)
    width = 8.0 * np.sqrt((ratio + ahead) * share) + 8.0
    result = np.where(margin > 0, 1.0, 0.0)
    near = np.abs(margin) < width
    result[near] = betainc(ahead[near], ratio[near] + 1.0, share[near])
    return result


def _gamma(ahead: FloatArray, finished: FloatArray) -> FloatArray:
    """Return P(ahead, finished), computed only where it is neither 0 nor 1."""
    margin = finished - ahead
    result = np.where(margin > 0, 1.0, 0.0)
    near = np.abs(margin) < 8.0 * np.sqrt(finished + ahead) + 8.0
    result[near] = gammainc(ahead[near], finished[near])
    return result


def meeting(
    mean: FloatArray, points: FloatArray, step: FloatArray, rates: Rates, within_s: FloatArray
) -> Meeting:
    """Return what arrivals meet who find the queues distributed as ``mean``.

    Parameters
    ----------
    mean, points
        Probabilities and numbers of customers ``[B, M]``.
    step
        Distance of the points ``[B]``: functions are averaged over the numbers between two points.
    rates
        Rates of the interval ``[B]``.
    within_s
        Threshold of the service level in seconds ``[B]``.
    """
    slots, leaving = rates.slots[:, None], rates.leaving[:, None]
    served = slots * rates.service[:, None]
    in_time = _in_time(mean, points, step, rates, within_s)
    ahead = np.maximum(points - slots + 1.0, 0.0)
    hangs = np.where(leaving > 0, leaving, 1.0)
    ratio = served / hangs
    gone = np.where(leaving > 0, ahead / np.maximum(ratio + ahead, 1e-300), 0.0)
    wait = (digamma(ratio + ahead + 1.0) - digamma(ratio + 1.0)) / hangs
    wait = np.where(leaving > 0, wait, ahead / np.maximum(served, 1e-300))
    waiting = np.maximum(points - slots, 0.0)
    return Meeting(
        in_time=in_time,
        lost=(mean * gone).sum(axis=1),
        wait_s=(mean * (1.0 - gone) * wait).sum(axis=1),
        waiting=(mean * waiting).sum(axis=1),
        busy=(mean * rates.done(points)).sum(axis=1),
    )


def _in_time(
    mean: FloatArray, points: FloatArray, step: FloatArray, rates: Rates, within_s: FloatArray
) -> FloatArray:
    """Return the share of arrivals answered within the threshold ``[B]``."""
    row, column = np.nonzero(mean > 1e-12)
    mass, served = mean[row, column], (rates.slots * rates.service)[row]
    ahead = points[row, column] - rates.slots[row] + 1.0
    total = np.zeros(mean.shape[0])
    offsets = int(step.max())
    for k in range(offsets):
        # lattices of different steps share a batch: each cycles through its own offsets
        own = ((k % step) - (step - 1.0) / 2.0)[row]
        share = answered_in_time(ahead + own, served, rates.leaving[row], within_s[row])
        total += np.bincount(row, mass * share, mean.shape[0])
    return total / offsets
