"""What Erlang A must be given so that it tells the past: availability, or patience."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt
from scipy import optimize

from staffing.erlang import service

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

_AVAILABILITY = (0.1, 4.0)  # what is looked for; outside, the past is not one of this formula
_PATIENCE_S = (1.0, 1e6)
_STEP = 0.01  # of the logarithm, for slopes


@dataclass(frozen=True, slots=True)
class Past:
    """Intervals of a queue's past, arrays ``[I]``.

    Parameters
    ----------
    positions
        Agents on duty for the queue, times the contacts that each handles at once.
    contacts
        Offered, as expected: counts of short intervals should first be led through
        ``staffing.scatter.without_chance``.
    aht_s
        Seconds that one takes.
    abandoned
        Those who hung up; NaN where unknown.
    answered_within
        Those answered within ``answer_within_s``; NaN where unknown.
    answer_within_s, interval_s
        The threshold, and the length of an interval, in seconds.

    Intervals without contacts or positions, or where one is unknown, are ``left_out``.
    """

    positions: FloatArray
    contacts: FloatArray
    aht_s: FloatArray
    abandoned: FloatArray
    answered_within: FloatArray
    answer_within_s: float
    interval_s: float

    def __post_init__(self) -> None:
        """Raise unless the arrays fit each other."""
        shapes = {
            field.name: getattr(self, field.name).shape
            for field in fields(self)
            if isinstance(getattr(self, field.name), np.ndarray)
        }
        if len(set(shapes.values())) > 1 or len(self.positions.shape) != 1:
            message = f"arrays must have one shape [I], got {shapes}"
            raise ValueError(message)

    @property
    def told(self) -> npt.NDArray[np.bool_]:
        """Whether an interval had contacts and agents on duty ``[I]``."""
        known = np.isfinite(self.positions) & np.isfinite(self.contacts) & (self.aht_s > 0)
        result: npt.NDArray[np.bool_] = known & (self.positions > 0) & (self.contacts > 0)
        return result

    @property
    def left_out(self) -> float:
        """Contacts that came when nobody is known to have been on duty."""
        return float(np.nansum(self.contacts[~self.told]))


@dataclass(frozen=True, slots=True)
class Fit:
    """A number that makes Erlang A tell the past, with its standard error and 95 % limits.

    Parameters
    ----------
    value, standard_error
        The number, see the function that found it.
    low, high
        Limits that hold it with 95 %, as far as chance goes; a wrong formula they do not know of.
    observed
        What it was fitted to: so many contacts hung up, or were answered in time.
    contacts
        Out of so many.
    """

    value: float
    standard_error: float
    low: float
    high: float
    observed: float
    contacts: float


@dataclass(frozen=True, slots=True)
class Foreseen:
    """Shares of contacts that hang up, and that are answered in time, as Erlang A has them."""

    abandonment: float
    service_level: float


def foreseen(past: Past, patience_s: float, availability: float = 1.0) -> Foreseen:
    """Return what Erlang A says of the past, interval by interval, and infinite patience of C.

    Examples
    --------
    >>> got = foreseen(_example(), 180.0)
    >>> round(got.abandonment, 4), round(got.service_level, 4)
    (0.0531, 0.8023)
    """
    told = past.told
    contacts = past.contacts[told]
    if not contacts.size:
        raise ValueError("past must hold an interval with contacts and positions, got none")
    got = service(
        past.positions[told] * availability,
        contacts,
        past.aht_s[told],
        past.interval_s,
        past.answer_within_s,
        patience_s,
    )
    total = contacts.sum()
    return Foreseen(
        float((contacts * got.abandonment).sum() / total),
        float((contacts * got.service_level).sum() / total),
    )


def _example() -> Past:
    """Return an interval of 100 contacts of three minutes, twelve agents and six hang-ups."""
    one = np.ones(1)
    return Past(12 * one, 100 * one, 180 * one, 6 * one, 75 * one, 20.0, 1800.0)


def fit_availability(
    past: Past, patience_s: float, group: npt.ArrayLike | None = None
) -> Fit | None:
    """Return the factor on positions at which Erlang A has as many hang-ups as there were.

    Parameters
    ----------
    past
        The intervals.
    patience_s
        Mean patience in seconds; infinite: nobody hangs up, and the factor is that at which as
        many are answered in time as were.
    group
        A number for each interval, such as its day, of intervals that share their luck ``[I]``;
        None: each interval has its own.

    Returns
    -------
    Fit or None
        None where no interval tells it, where nobody hung up (with patience), or where no factor
        from 0.1 to 4 does it.

    Raises
    ------
    ValueError
        When the patience is not a number above 0.

    Notes
    -----
    One number, one equation: the sum of contacts times the abandonment of Erlang A over all
    intervals equals the sum of hang-ups. It is the quasi-score with equal weight for each contact,
    which no single odd interval can carry away. The standard error is that of such an equation
    with groups that share their luck (K.-Y. Liang and S. L. Zeger, Biometrika 73, 1986), and at
    least that of chance alone. In Erlang A hang-ups are the waiting over the patience: where the
    patience is that of the same past, the factor gives its mean wait too.

    Examples
    --------
    >>> got = fit_availability(_example(), 180.0)
    >>> round(got.value, 3)
    0.978
    """
    if not patience_s > 0:
        message = f"patience_s must be > 0, got {patience_s}"
        raise ValueError(message)
    impatient = math.isfinite(patience_s)
    observed = past.abandoned if impatient else past.answered_within
    if impatient and not np.nansum(observed) > 0:
        return None

    def share(factor: float, told: npt.NDArray[np.bool_]) -> FloatArray:
        got = service(
            past.positions[told] * factor,
            past.contacts[told],
            past.aht_s[told],
            past.interval_s,
            past.answer_within_s,
            patience_s,
        )
        return got.abandonment if impatient else got.service_level

    return _fitted(past, observed, share, _AVAILABILITY, group)


def fit_patience(
    past: Past, availability: float = 1.0, group: npt.ArrayLike | None = None
) -> Fit | None:
    """Return the patience in seconds at which Erlang A has as many hang-ups as there were.

    For a past that tells who hung up, but not how long customers waited. The positions are taken
    at ``availability``: without waits, the two cannot be told apart. Otherwise as
    ``fit_availability``; None where no patience from a second to a million does it.

    Examples
    --------
    >>> got = fit_patience(_example())
    >>> round(got.value)
    129
    """

    def share(patience_s: float, told: npt.NDArray[np.bool_]) -> FloatArray:
        return service(
            past.positions[told] * availability,
            past.contacts[told],
            past.aht_s[told],
            past.interval_s,
            past.answer_within_s,
            patience_s,
        ).abandonment

    if not np.nansum(past.abandoned) > 0:
        return None
    return _fitted(past, past.abandoned, share, _PATIENCE_S, group)


def _fitted(
    past: Past,
    observed: FloatArray,
    share: Callable[[float, npt.NDArray[np.bool_]], FloatArray],
    ends: tuple[float, float],
    group: npt.ArrayLike | None,
) -> Fit | None:
    """Return the number between two ends at which the sums of shares are what was observed."""
    told = past.told & np.isfinite(observed)
    contacts, seen = past.contacts[told], observed[told]

    def excess(log: float) -> float:
        return float((contacts * share(math.exp(log), told)).sum() - seen.sum())

    low, high = math.log(ends[0]), math.log(ends[1])
    if not contacts.size or excess(low) * excess(high) >= 0:
        return None
    log = float(optimize.brentq(excess, low, high, xtol=1e-6))
    slope = (excess(log + _STEP) - excess(log - _STEP)) / (2 * _STEP)
    expected = share(math.exp(log), told)
    over = seen - contacts * expected
    number = np.arange(told.size) if group is None else np.asarray(group, np.int64)
    _, which = np.unique(number[told], return_inverse=True)
    sums = np.bincount(which, over)
    few = sums.size / max(sums.size - 1, 1)
    chance = float((contacts * expected * (1.0 - expected)).sum())
    error = math.sqrt(max(few * float(np.square(sums).sum()), chance)) / abs(slope)
    value = math.exp(log)
    reach = 1.96 * error
    return Fit(
        value,
        value * error,
        value * math.exp(-min(reach, 700.0)),
        value * math.exp(min(reach, 6.0)),
        float(seen.sum()),
        float(contacts.sum()),
    )
