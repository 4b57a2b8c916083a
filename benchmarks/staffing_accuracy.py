"""How far the projection of a day is from the same day simulated contact by contact."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.staffing_days import INTERVAL_S, OPEN, PROMISE, SPIKE, Day
from staffing.projection import Projection, project
from staffing.queues import Queue

FloatArray = npt.NDArray[np.float64]

BEFORE, ALL = 32, 96  # intervals before opening, and of the whole day
_CHANCE = math.sqrt(2.0 / math.pi)  # mean absolute value of a normal number, in deviations


@dataclass(frozen=True, slots=True)
class Counts:
    """What a witness counted, integers ``[R, I]``.

    Parameters
    ----------
    offered, in_time, lost
        Contacts that came in the interval; of them answered in time, and never answered.
    waiting
        Customers waiting at the end of the interval.
    left
        Customers who hung up in the interval, whenever they came; None: not told.
    """

    offered: FloatArray
    in_time: FloatArray
    lost: FloatArray
    waiting: FloatArray
    left: FloatArray | None = None

    @classmethod
    def of(cls, answer: Mapping[str, object]) -> Counts:
        """Return a witness's answer as arrays."""
        return cls(**{name: np.array(counts, np.float64) for name, counts in answer.items()})


def share(part: FloatArray, whole: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the ratio of two means over the first axis, and its standard error.

    Examples
    --------
    >>> got, error = share(np.array([1.0, 3.0]), np.array([2.0, 4.0]))
    >>> round(float(got), 3), round(float(error), 3)
    (0.667, 0.079)
    """
    total = whole.sum(axis=0)
    safe = np.where(total > 0, total, 1.0)
    ratio = np.where(total > 0, part.sum(axis=0) / safe, 1.0)
    residual = np.square(part - ratio * whole).sum(axis=0)
    return ratio, np.sqrt(residual) / safe


@dataclass(frozen=True, slots=True)
class Difference:
    """Projected less simulated, on one day; shares as fractions.

    Parameters
    ----------
    simulated, day, day_error
        Service over the day: simulated, difference, and the simulation's standard error.
    intervals, weighted, noise
        Mean absolute difference of the intervals' service, plain and by contacts, and what chance
        alone would make of the plain one.
    largest, at
        Largest difference of an interval, and which one.
    abandonment
        Over the day.
    backlog_end, backlog_after
        Relative, of the customers waiting at the end of the spike, and on average in the interval
        after it (from those who hang up in it); NaN where that is not known.
    """

    simulated: float
    day: float
    day_error: float
    intervals: float
    weighted: float
    noise: float
    largest: float
    at: int
    abandonment: float
    backlog_end: float
    backlog_after: float


def projected(day: Day) -> Projection:
    """Return the projection of a day, closed before and after."""
    contacts, positions, aht = np.zeros((1, ALL)), np.zeros((1, ALL)), np.full((1, ALL), day.aht_s)
    is_open = np.zeros((1, ALL), np.bool_)
    opened = slice(BEFORE, BEFORE + OPEN)
    contacts[0, opened], positions[0, opened], is_open[0, opened] = day.contacts, day.positions, 1
    times = pd.date_range("2027-02-01", periods=ALL, freq=f"{INTERVAL_S}s", tz="UTC")
    queue = Queue("phone", PROMISE, day.patience_s)
    return project([queue], times, contacts, aht, positions, INTERVAL_S, is_open=is_open)


def difference(day: Day, counts: Counts) -> Difference:
    """Return how far the projection of a day is from its simulation."""
    found = projected(day)
    opened = slice(BEFORE, BEFORE + OPEN)
    level, lost = found.service_level[0, opened], found.abandonment[0, opened]
    contacts = day.contacts
    whole, whole_error = share(counts.in_time.sum(axis=1), counts.offered.sum(axis=1))
    gone, _ = share(counts.lost.sum(axis=1), counts.offered.sum(axis=1))
    each, error = share(counts.in_time, counts.offered)
    off = level - each
    end = after = math.nan
    if day.spike > 1:
        last = SPIKE.stop - 1
        end = float(found.backlog[0, BEFORE + last] / counts.waiting[:, last].mean()) - 1.0
        if counts.left is not None and math.isfinite(day.patience_s):
            left = counts.left[:, last + 1].mean()
            after = float(found.abandoned[0, BEFORE + last + 1] / left) - 1.0
    at = int(np.abs(off).argmax())
    return Difference(
        simulated=float(whole),
        day=float((level * contacts).sum() / contacts.sum() - whole),
        day_error=float(whole_error),
        intervals=float(np.abs(off).mean()),
        weighted=float((np.abs(off) * contacts).sum() / contacts.sum()),
        noise=float(_CHANCE * error.mean()),
        largest=float(off[at]),
        at=at,
        abandonment=float((lost * contacts).sum() / contacts.sum() - gone),
        backlog_end=end,
        backlog_after=after,
    )
