"""What contacts of the past tell of handling times and of customers who call again."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

SHORT_S = 10.0  # handling that took less was hardly a contact
REDIAL_HOURS = 24.0  # in which a customer who hung up is taken to call about the same


@dataclass(frozen=True, slots=True)
class HandlingTime:
    """How long contacts take, in seconds.

    Parameters
    ----------
    mean_s
        Mean, weighted by contacts.
    median_s, variation
        Median, and standard deviation over mean: of contacts where ``by_contact``, otherwise of
        intervals' means weighted by contacts, which vary less.
    contacts
        How many it is known of.
    very_short
        Share of contacts that took less than ten seconds; None where only means are known.
    by_contact
        Whether it is known contact by contact.
    """

    mean_s: float
    median_s: float
    variation: float
    contacts: float
    very_short: float | None
    by_contact: bool


def handling_time(aht_s: npt.ArrayLike, contacts: npt.ArrayLike | None = None) -> HandlingTime:
    """Return how long contacts take.

    Parameters
    ----------
    aht_s
        Seconds that each contact took, or means of intervals; those unknown are left out ``[N]``.
    contacts
        Contacts in each interval; None: each is one contact ``[N]``.

    Raises
    ------
    ValueError
        When the two do not fit each other, or nothing is known.

    Examples
    --------
    >>> got = handling_time([4, 100, 196, float("nan")])
    >>> got.mean_s, got.median_s, round(got.variation, 2), round(got.very_short, 2)
    (100.0, 100.0, 0.78, 0.33)
    >>> handling_time([100, 200], [3, 1]).mean_s
    125.0
    """
    aht = np.asarray(aht_s, np.float64)
    single = contacts is None
    weight = np.ones_like(aht) if contacts is None else np.asarray(contacts, np.float64)
    if aht.shape != weight.shape:
        message = f"contacts must have the shape of aht_s, {aht.shape}, got {weight.shape}"
        raise ValueError(message)
    known = np.isfinite(aht) & (aht >= 0) & (weight > 0)
    if not known.any():
        raise ValueError("aht_s must hold a handling time of a contact, got none")
    aht, weight = aht[known], weight[known]
    total = float(weight.sum())
    mean = float(np.average(aht, weights=weight))
    spread = math.sqrt(float(np.average(np.square(aht - mean), weights=weight)))
    return HandlingTime(
        mean_s=mean,
        median_s=_median(aht, weight),
        variation=spread / mean if mean > 0 else 0.0,
        contacts=total,
        very_short=float((aht < SHORT_S).mean()) if single else None,
        by_contact=single,
    )


def _median(values: FloatArray, weight: FloatArray) -> float:
    order = np.argsort(values, kind="stable")
    below = np.cumsum(weight[order])
    return float(values[order][np.searchsorted(below, below[-1] / 2.0)])


@dataclass(frozen=True, slots=True)
class Redials:
    """Customers who hung up and came again.

    Parameters
    ----------
    share
        Share of hang-ups that come again because they were not answered: those who came again,
        less the rate at which answered customers do; not below 0.
    standard_error
        Its standard error.
    after_hangup, after_answer
        Share of those who hung up, and of those answered, who came again within ``within_hours``.
    hangups, answered
        How many of each there were whose next ``within_hours`` are known.
    within_hours
        Hours within which a customer who comes again counts.
    """

    share: float
    standard_error: float
    after_hangup: float
    after_answer: float
    hangups: int
    answered: int
    within_hours: float


def redials(
    customer: npt.ArrayLike,
    at_s: npt.ArrayLike,
    hung_up: npt.ArrayLike,
    *,
    within_hours: float = REDIAL_HOURS,
) -> Redials | None:
    """Return the share of hang-ups that come again; None where too little is known to say.

    Parameters
    ----------
    customer
        A number for each contact's customer; below 0 where that is not known ``[N]``.
    at_s
        When each contact came, in seconds on one clock ``[N]``.
    hung_up
        Whether the customer hung up; otherwise the contact was answered ``[N]``.
    within_hours
        Hours within which a customer who comes again counts.

    Raises
    ------
    ValueError
        When the arrays do not fit each other.

    Notes
    -----
    Contacts in the last ``within_hours`` of the data are not asked what came after them. Both
    hang-ups and answered contacts must be among the others.

    Examples
    --------
    Two hung up; one of them called again an hour later and was answered:

    >>> got = redials([7, 7, 8, 9, 9], [0, 3600, 100, 0, 500_000], [1, 0, 1, 0, 0])
    >>> got.share, got.after_hangup, got.after_answer
    (0.5, 0.5, 0.0)
    """
    who, at = np.asarray(customer, np.int64), np.asarray(at_s, np.float64)
    gone = np.asarray(hung_up, np.bool_)
    if not who.shape == at.shape == gone.shape:
        message = f"at_s and hung_up must have the shape of customer, {who.shape}"
        raise ValueError(message)
    known = who >= 0
    who, at, gone = who[known], at[known], gone[known]
    order = np.lexsort((at, who))
    who, at, gone = who[order], at[order], gone[order]
    again = np.zeros(who.size, np.bool_)
    again[:-1] = (np.diff(who) == 0) & (np.diff(at) <= within_hours * 3600.0)
    seen = at <= at.max(initial=0.0) - within_hours * 3600.0
    left, served = again[seen & gone], again[seen & ~gone]
    if not left.size or not served.size:
        return None
    after, usual = float(left.mean()), float(served.mean())
    variance = after * (1 - after) / left.size + usual * (1 - usual) / served.size
    return Redials(
        max(after - usual, 0.0),
        math.sqrt(variance),
        after,
        usual,
        int(left.size),
        int(served.size),
        within_hours,
    )
