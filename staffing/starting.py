"""Work that waits already when the horizon begins: how old it is, and by when it is due."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

_WEEK_S = 7 * 86_400
_NOTHING = 1e-9  # contacts

#: Equal parts of the work that waits, each followed on its own; the shares told are that fine.
_PARTS = 1000


@dataclass(frozen=True, slots=True)
class Backlog:
    """Contacts that wait when a queue's horizon begins, oldest first, spread evenly over their age.

    Parameters
    ----------
    contacts
        How many.
    oldest_hours
        Hours since the oldest of them came; the youngest came just now. By the calendar, whatever
        the promise's clock.
    counted_s
        When they were counted, in seconds after the start of the first interval: 0 but for a
        market whose day begins later than the axis.

    Raises
    ------
    ValueError
        Unless all are finite and at least 0.
    """

    contacts: float = 0.0
    oldest_hours: float = 0.0
    counted_s: float = 0.0

    def __post_init__(self) -> None:
        """Check the numbers."""
        for name in ("contacts", "oldest_hours", "counted_s"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value >= 0):
                message = f"{name} must be a finite number of at least 0, got {value}"
                raise ValueError(message)


NOTHING_WAITS = Backlog()


@dataclass(frozen=True, slots=True)
class Standing:
    """A backlog in equal parts, the oldest first, times in seconds after the axis' start ``[K]``.

    Parameters
    ----------
    contacts
        Contacts in all.
    first_s, last_s
        When the oldest and the youngest came, in seconds after the start of the axis.
    due_s
        Deadline of the contact in the middle of each part.
    """

    contacts: float
    first_s: float
    last_s: float
    due_s: FloatArray

    @property
    def number(self) -> FloatArray:
        """Return how many contacts come before the middle of each part, ``[K]``."""
        parts = self.due_s.size
        return np.asarray((np.arange(parts) + 0.5) * (self.contacts / parts), dtype=np.float64)

    @property
    def late(self) -> float:
        """Return the contacts whose deadline had passed when they were counted."""
        return self.contacts * float(np.mean(self.due_s < self.last_s))

    def came_s(self, number: FloatArray) -> FloatArray:
        """Return when the contacts came that some numbers of contacts come before."""
        share = number / self.contacts if self.contacts > 0 else np.ones_like(number)
        return self.last_s - (self.last_s - self.first_s) * np.clip(1.0 - share, 0.0, 1.0)


def standing(
    backlog: Backlog,
    is_open: BoolArray,
    interval_s: int,
    reply_within_s: float,
    clock: Literal["calendar", "open"] = "calendar",
) -> Standing:
    """Return the backlog with its deadlines.

    Parameters
    ----------
    backlog
        What waits.
    is_open
        When the queue is open on the axis, and as far beyond as deadlines reach ``[J]``; asked by
        the "open" clock alone. Before the axis the queue was open as in the axis' first week, or
        in all of it when shorter.
    interval_s
        Length of an interval in seconds.
    reply_within_s, clock
        Seconds from arrival to deadline, counted always or only while the queue is open. The
        latest moment that the clock allows counts.

    Examples
    --------
    Thirty hours' mail, to be answered within a day: the last six hours' worth of it is late.

    >>> got = standing(Backlog(120, oldest_hours=30), np.ones(48, bool), 3600, 24 * 3600.0)
    >>> round(got.late, 6), (got.due_s[[0, -1]] / 3600).round(1).tolist()
    (24.0, [-6.0, 24.0])
    """
    age_s = backlog.oldest_hours * 3600.0
    last_s = backlog.counted_s
    came = last_s - age_s * (1.0 - (np.arange(_PARTS) + 0.5) / _PARTS)
    if clock == "calendar":
        due = came + reply_within_s
    else:
        due = _open_due(came, is_open, interval_s, reply_within_s, int(last_s // interval_s))
    contacts = backlog.contacts if backlog.contacts > _NOTHING else 0.0
    return Standing(contacts, last_s - age_s, last_s, due)


def _open_due(
    came: FloatArray, is_open: BoolArray, interval_s: int, within_s: float, first: int
) -> FloatArray:
    """Return deadlines by a clock that ticks while the queue is open."""
    week = is_open[first : first + max(_WEEK_S // interval_s, 1)]
    lasts = max(week.size, 1) * interval_s
    weeks = math.ceil(max(first * interval_s - float(came.min()), 0.0) / lasts)
    ticking = np.concatenate([np.tile(week, weeks), is_open[first:]])
    origin = first * float(interval_s) - weeks * lasts
    clock = np.concatenate([[0.0], np.cumsum(ticking * float(interval_s))])
    moments = origin + np.arange(clock.size) * float(interval_s)
    wanted = np.interp(came, moments, clock) + within_s
    at = np.searchsorted(clock, wanted, side="right") - 1
    result: FloatArray = moments[at] + (wanted - clock[at])
    return result


@dataclass(frozen=True, slots=True)
class Starting:
    """What becomes of the contacts that wait when the horizon begins, arrays ``[Q]``.

    Parameters
    ----------
    contacts
        How many wait; 0 for queues answered at once.
    late
        Those whose promise was broken before: no plan can keep it.
    out_of_reach
        Those whose promise no plan can keep, as nobody can be on duty before its end; ``late``
        included.
    in_time
        Those that are replied to within their promise.
    """

    contacts: FloatArray
    late: FloatArray
    out_of_reach: FloatArray
    in_time: FloatArray
