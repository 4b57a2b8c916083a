"""How long customers would wait, from waits that ended in a hang-up or in an answer."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy import stats

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

_SURE = 0.95  # of the limits
_EDGES_S = (0.0, 15.0, 30.0, 60.0, 120.0, 240.0, math.inf)  # of the bands of the wait


@dataclass(frozen=True, slots=True)
class Band:
    """Hang-ups in a stretch of the wait, ``(from_s, to_s]``, and seconds waited in it by all."""

    from_s: float
    to_s: float
    hangups: int
    waited_s: float

    @property
    def mean_s(self) -> float | None:
        """Patience as this stretch alone tells it, in seconds; None where nobody hung up in it."""
        return self.waited_s / self.hangups if self.hangups else None


@dataclass(frozen=True, slots=True)
class Patience:
    """Mean time that customers would wait, as far as waits that ended tell it.

    Parameters
    ----------
    mean_s
        Mean patience in seconds; None where nobody hung up, so that only ``low_s`` is known.
    standard_error_s
        Its standard error; None with it.
    low_s, high_s
        Limits that hold it with 95 %; infinite above where nobody hung up.
    hangups
        Customers who hung up after a wait.
    waited_s
        Seconds that customers waited in all, whatever ended it.
    median_s
        Seconds after which half would have hung up, without assuming a shape (Kaplan and Meier);
        None where that is not known: totals alone, or waits too short to see it.
    bands
        The same by stretches of the wait; empty where only totals are known.

    Notes
    -----
    Of an exponential patience, the median is 0.693 of the mean, and every band tells the same.
    """

    mean_s: float | None
    standard_error_s: float | None
    low_s: float
    high_s: float
    hangups: int
    waited_s: float
    median_s: float | None = None
    bands: tuple[Band, ...] = ()

    @property
    def exponential_median_s(self) -> float | None:
        """The median if patience were exponential with this mean."""
        return None if self.mean_s is None else self.mean_s * math.log(2.0)


def patience_from_totals(hangups: float, waited_s: float) -> Patience:
    """Return the patience that hang-ups and the time waited by everybody tell.

    Parameters
    ----------
    hangups
        Customers who hung up after a wait.
    waited_s
        Seconds waited by all customers together, answered or not.

    Raises
    ------
    ValueError
        When one is negative or not finite, or when nobody waited.

    Notes
    -----
    Those who were answered would have waited longer: their waits are censored. Of an exponential
    patience the most likely mean is the time waited by all over the hang-ups; its standard error
    is the mean over the root of the hang-ups; limits are those of a Poisson count (F. Garwood,
    Biometrika 28, 1936). Nobody hung up: the 95 % lower limit is a third of the time waited.
    Source: J. F. Lawless, "Statistical Models and Methods for Lifetime Data" (2003), 4.1.

    Examples
    --------
    1,000 contacts that waited 36 s on average, 100 of which hung up:

    >>> got = patience_from_totals(100, 36_000)
    >>> got.mean_s, got.standard_error_s
    (360.0, 36.0)
    >>> round(got.low_s), round(got.high_s)
    (296, 442)
    >>> got = patience_from_totals(0, 3600)
    >>> got.mean_s, round(got.low_s)
    (None, 1202)
    """
    if not (math.isfinite(hangups) and hangups >= 0):
        message = f"hangups must be a number >= 0, got {hangups}"
        raise ValueError(message)
    if not (math.isfinite(waited_s) and waited_s > 0):
        message = f"waited_s must be a number > 0, got {waited_s}"
        raise ValueError(message)
    count = round(hangups)
    tail = (1.0 - _SURE) / 2.0
    if not count:
        low = waited_s / -math.log(1.0 - _SURE)
        return Patience(None, None, low, math.inf, 0, waited_s)
    mean = waited_s / count
    low = 2.0 * waited_s / float(stats.chi2.isf(tail, 2.0 * count + 2.0))
    high = 2.0 * waited_s / float(stats.chi2.ppf(tail, 2.0 * count))
    return Patience(mean, mean / math.sqrt(count), low, high, count, waited_s)


def patience_from_waits(wait_s: npt.ArrayLike, hung_up: npt.ArrayLike) -> Patience:
    """Return the patience that waits tell, contact by contact.

    Parameters
    ----------
    wait_s
        Seconds that each customer waited ``[N]``; those unknown are left out. Who was answered at
        once, or hung up at once, did not wait and tells nothing.
    hung_up
        Whether the wait ended in a hang-up; otherwise it ended in an answer ``[N]``.

    Raises
    ------
    ValueError
        When the two do not fit each other, a wait is negative, or nobody waited.

    Examples
    --------
    Four waited; after 10 s one hung up, and another after 40 s:

    >>> got = patience_from_waits([10, 20, 30, 40, 0, 0], [1, 0, 0, 1, 0, 1])
    >>> got.mean_s, got.hangups, got.median_s
    (50.0, 2, 40.0)
    """
    wait, gone = np.asarray(wait_s, np.float64), np.asarray(hung_up, np.bool_)
    if wait.shape != gone.shape or wait.ndim != 1:
        message = f"hung_up must have the shape of wait_s, {wait.shape}, got {gone.shape}"
        raise ValueError(message)
    if np.any(wait < 0):
        message = f"wait_s must be >= 0, got {wait[wait < 0][0]}"
        raise ValueError(message)
    waited = np.isfinite(wait) & (wait > 0.0)
    wait, gone = wait[waited], gone[waited]
    if not wait.size:
        message = "wait_s must hold a wait above 0, got none"
        raise ValueError(message)
    found = patience_from_totals(float(gone.sum()), float(wait.sum()))
    times, left = survival(wait, gone)
    half = np.flatnonzero(left <= 0.5)
    return Patience(
        found.mean_s,
        found.standard_error_s,
        found.low_s,
        found.high_s,
        found.hangups,
        found.waited_s,
        median_s=float(times[half[0]]) if half.size else None,
        bands=_bands(wait, gone),
    )


def survival(wait_s: FloatArray, hung_up: BoolArray) -> tuple[FloatArray, FloatArray]:
    """Return the waits at which customers hung up, and the share that would wait longer.

    The share that is left falls by one in so many as were still waiting; those answered leave the
    count without lowering it. Source: E. L. Kaplan and P. Meier, "Nonparametric estimation from
    incomplete observations", Journal of the American Statistical Association 53 (1958).

    Examples
    --------
    >>> times, left = survival(np.array([10.0, 20, 30, 40]), np.array([True, False, False, True]))
    >>> times.tolist(), left.tolist()
    ([10.0, 40.0], [0.75, 0.0])
    """
    times, gone = np.unique(wait_s[hung_up], return_counts=True)
    waiting = wait_s.size - np.searchsorted(np.sort(wait_s), times, side="left")
    left = np.asarray(np.cumprod(1.0 - gone / np.maximum(waiting, 1)), np.float64)
    return times, left


def _bands(wait: FloatArray, gone: BoolArray) -> tuple[Band, ...]:
    return tuple(
        Band(
            low,
            high,
            int((gone & (wait > low) & (wait <= high)).sum()),
            float(np.clip(wait - low, 0.0, high - low).sum()),
        )
        for low, high in pairwise(_EDGES_S)
    )
