"""How far the share answered in time strays by chance alone: those who wait come in clusters."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from staffing.chain import stationary
from staffing.fluid import Rates
from staffing.virtual_wait import answered_in_time

FloatArray = npt.NDArray[np.float64]

_BLOCK = 2_000  # queues at a time
_FEW = 1e-9  # share answered late below which nobody is


def clustering(rates: Rates, within_s: FloatArray) -> FloatArray:
    """Return how many times the variance of independent contacts a steady queue's share has.

    Of n contacts the share p answered in time has the variance p (1 - p) / n times this, over a
    time in which the queue forgets its past several times.

    Parameters
    ----------
    rates
        Rates of queues that have a steady state ``[B]``.
    within_s
        Threshold of the service level in seconds ``[B]``.

    Returns
    -------
    ndarray
        Factors ``[B]``; 1 where nobody, or everybody, is answered late.

    Notes
    -----
    With f(n) the probability that a contact who finds n others is answered in time, h = f - p,
    and pi the steady state, the sum of f over arrivals is a martingale plus what stays bounded:
    its jumps are h(n) + g(n) upwards and -g(n - 1) downwards, where g(n) = -H(n) / pi(n) and H is
    the running sum of pi h. So the variance per contact is the sum over n of
    pi ((h + g)^2 + g^2 + f (1 - f)). Source: W. Whitt, "Asymptotic formulas for Markov processes
    with applications to simulation", Operations Research 40 (1992), on birth-and-death processes.

    Examples
    --------
    Ten agents, 80 % of whose time is asked for: a day's share strays six times as far as that of as
    many calls that have nothing to do with each other.

    >>> one = [np.array([value]) for value in (8 / 300, 1 / 300, 0.0, 10.0)]
    >>> clustering(Rates(*one), np.array([20.0])).round(1).tolist()
    [35.2]
    """
    result = np.ones(rates.slots.size)
    for first in range(0, rates.slots.size, _BLOCK):
        rows = np.arange(first, min(first + _BLOCK, rates.slots.size))
        result[rows] = _factor(rates.take(rows), within_s[rows])
    return result


def _factor(rates: Rates, within_s: FloatArray) -> FloatArray:
    state = stationary(rates)
    row, mass, queues = state.row, state.mass, rates.slots.size
    late = 1.0 - answered_in_time(
        state.customers - rates.slots[row] + 1.0,
        (rates.slots * rates.service)[row],
        rates.leaving[row],
        within_s[row],
    )
    share = np.bincount(row, mass * late, queues)
    stray = late - share[row]
    running = np.cumsum(mass * stray)
    begins = np.searchsorted(row, np.arange(queues))
    before = np.where(begins > 0, running[np.maximum(begins - 1, 0)], 0.0)
    step = np.ones(queues)
    several = np.bincount(row, minlength=queues) > 1
    step[several] = np.diff(state.customers)[begins[several]]
    drawn = (running - before[row]) * step[row] / mass
    each = mass * (np.square(stray - drawn) + np.square(drawn) + late * (1.0 - late))
    plain = share * (1.0 - share)
    total = np.bincount(row, each, queues)
    return np.where(plain > _FEW, total / np.maximum(plain, _FEW), 1.0)
