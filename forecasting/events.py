"""Events and the windows around them, counted in open days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import datetime as dt

    from forecasting.history import BoolArray, FloatArray, IntArray

OUTSIDE = 9_999
"""Offset of a day that lies in no window of the event."""

# Open days before and after. Gifts are ordered in the weeks before; complaints come after. A window
# that is too long costs little, since the evidence shrinks what it does not need.
_WINDOWS = {
    "valentines_day": (14, 4),
    "womens_day": (4, 1),
    "grandmothers_day": (5, 1),
    "mothers_day": (14, 5),
    "fathers_day": (10, 3),
    "easter": (10, 3),
    "all_saints": (6, 2),
    "halloween": (4, 1),
    "thanksgiving": (7, 2),
    "black_friday": (3, 4),
    "christmas": (30, 6),
    "new_year": (2, 3),
    "month_start": (0, 3),
    "month_end": (3, 0),
}
_OTHER_WINDOW = (3, 5)
# An edge of the month on a closed day is felt on the next open day inside that month.
_ROLLS = {"month_start": 1, "month_end": -1}


@dataclass(frozen=True, slots=True)
class Event:
    """Something dated that moves contacts.

    Parameters
    ----------
    name
        Name; those of ``forecasting.calendars.GIFT_DAYS`` have windows of their own.
    dates
        All occurrences, in history and horizon.
    days_before, days_after
        Window around each date in open days; None: the default of the event's kind.
    multiplier
        Scale of the event's own effect: a factor f becomes ``1 + multiplier * (f - 1)``, never
        below 0. A scenario's tenfold Valentine's Day is 10.
    uplift
        Stated factor at the peak, used where history knows nothing of the event.
    like
        Name of the event that it takes after, for one that history knows nothing of: that event's
        window, unless stated, and its effect.
    strength
        Scale of the effect it takes over: a factor f of the other event is ``1 + strength *
        (f - 1)`` here.

    Raises
    ------
    ValueError
        When a window, multiplier, uplift or strength is negative, or the event is like itself, or
        has both an uplift and an event it is like.

    Examples
    --------
    >>> import datetime as dt
    >>> Event("spring mailing", (dt.date(2027, 2, 23),), days_before=0, uplift=1.4).window
    (0, 5)
    >>> Event("thank-you day", (dt.date(2027, 3, 20),), like="mothers_day", strength=0.5).window
    (14, 5)
    """

    name: str
    dates: tuple[dt.date, ...]
    days_before: int | None = None
    days_after: int | None = None
    multiplier: float = 1.0
    uplift: float | None = None
    like: str | None = None
    strength: float = 1.0

    def __post_init__(self) -> None:
        for field in ("days_before", "days_after", "multiplier", "uplift", "strength"):
            value = getattr(self, field)
            if value is not None and not value >= 0:
                msg = f"{field} of event {self.name} must be 0 or more, got {value}"
                raise ValueError(msg)
        if self.like == self.name:
            msg = f"like of event {self.name} must name another event, got its own name"
            raise ValueError(msg)
        if self.like is not None and self.uplift is not None:
            msg = f"event {self.name} must have either uplift or like, got both"
            raise ValueError(msg)
        object.__setattr__(self, "dates", tuple(sorted(set(self.dates))))

    @property
    def kind(self) -> str:
        """Name of the event whose window is this one's by default: its own, or that it is like."""
        return self.like or self.name

    @property
    def window(self) -> tuple[int, int]:
        """Open days before and after the date that belong to the event."""
        before, after = _WINDOWS.get(self.kind, _OTHER_WINDOW)
        return (
            before if self.days_before is None else self.days_before,
            after if self.days_after is None else self.days_after,
        )

    def shape(self, offsets: IntArray) -> FloatArray:
        """Return how much of a stated uplift falls on each open-day offset, 0 to 1.

        A gift day with its default window ramps up to its date and halves after it; a stated
        window counts in full, and a side left out is empty.
        """
        before, after = self.window
        if self.kind in _WINDOWS and self.days_before is None and self.days_after is None:
            ramp = np.where(offsets <= 0, 1 + offsets / (before + 1), 0.5 ** np.abs(offsets))
        else:
            before, after = self.days_before or 0, self.days_after or 0
            ramp = np.ones(len(offsets))
        shape: FloatArray = np.where((offsets >= -before) & (offsets <= after), ramp, 0.0)
        return shape

    @property
    def is_yearly(self) -> bool:
        """Whether the event is rare enough that its days need a long memory."""
        if len(self.dates) < 2:
            return True
        span = (self.dates[-1] - self.dates[0]).days
        return (len(self.dates) - 1) * 365.25 / span <= 4.0


def open_day_offsets(
    event: Event, first_day: dt.date, is_open: BoolArray
) -> tuple[IntArray, IntArray]:
    """Return each day's offset from the event in open days, and which occurrence it belongs to.

    The day of the event is 0 when it is open. Around a closed day the open day before is -1 and
    the one after +1, so a Monday after a closed Sunday sees the Saturday at -1 as well. Where
    windows overlap the nearer occurrence wins.

    Parameters
    ----------
    event
        The event with its window.
    first_day
        Day of element 0.
    is_open
        Whether each day is open [T].

    Returns
    -------
    offsets, occurrence
        Arrays [T]: the offset, ``OUTSIDE`` on closed days and outside of windows; and the index
        into ``event.dates``, -1 there.

    Notes
    -----
    Dates outside the axis do not count: let it reach a window's length beyond the days you need.

    Examples
    --------
    Monday 14 February 2022 after a closed Sunday:

    >>> import datetime as dt
    >>> event = Event("valentines_day", (dt.date(2022, 2, 14),), days_before=2, days_after=1)
    >>> open_days = np.array([1, 1, 1, 0, 1, 1], dtype=bool)          # Thursday to Tuesday
    >>> open_day_offsets(event, dt.date(2022, 2, 10), open_days)[0].tolist()
    [9999, -2, -1, 9999, 0, 1]
    """
    count = len(is_open)
    offsets = np.full(count, OUTSIDE, dtype=np.int64)
    occurrence = np.full(count, -1, dtype=np.int64)
    open_days = np.flatnonzero(is_open)
    before, after = event.window
    for number, date in enumerate(event.dates):
        at = (date - first_day).days
        if not 0 <= at < count:
            continue
        rank = int(np.searchsorted(open_days, at))  # open days before the date
        shut = not is_open[at]
        roll = _ROLLS.get(event.kind, 0) if shut else 0
        centre = rank - 1 if roll < 0 else rank
        low, high = max(centre - before, 0), centre + after + 1
        gap = shut and roll == 0  # nothing holds offset 0
        chosen = open_days[low : max(high - gap, low)]
        offset = np.arange(low, low + len(chosen)) - centre
        if gap:
            offset = np.where(offset >= 0, offset + 1, offset)
        nearer = np.abs(offset) < np.abs(offsets[chosen])
        offsets[chosen[nearer]] = offset[nearer]
        occurrence[chosen[nearer]] = number
    return offsets, occurrence
