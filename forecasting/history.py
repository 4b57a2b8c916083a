"""One queue's past on a regular grid: local days by wall-clock slots, gaps told from zeros."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

ArrayT = TypeVar("ArrayT", bound=npt.NDArray[Any])

DAY_S = 86_400
_EPOCH = dt.date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class History:
    """One queue's past contacts, day by day and slot by slot.

    Slot ``s`` of a day starts ``s * interval_s`` wall-clock seconds after local midnight. When
    clocks go back the repeated hour is added up in its slots; when they go forward the skipped
    hour's slots hold zero.

    Parameters
    ----------
    queue
        Name of the queue.
    timezone
        IANA name of the queue's time zone.
    interval_s
        Length of a slot in seconds, 300 to 86,400, a divisor of 86,400.
    first_day
        Local day of row 0.
    contacts
        Offered contacts [D, S]; NaN where unknown.
    aht_s
        Contact-weighted mean handling time in seconds [D, S], NaN where unknown; or None.
    is_open
        Slots in which contacts can arrive [7, S], Monday first.
    closed_days
        Days, past and future, on which the queue is shut whatever the weekday.

    Raises
    ------
    ValueError
        When shapes do not fit, the interval does not divide a day, or a count is negative.

    Examples
    --------
    >>> past = History("fr", "Europe/Paris", 43_200, dt.date(2024, 1, 1), np.ones((2, 2)), None,
    ...                np.ones((7, 2), dtype=bool))
    >>> past.days[-1].isoformat(), past.slots
    ('2024-01-02', 2)
    """

    queue: str
    timezone: str
    interval_s: int
    first_day: dt.date
    contacts: FloatArray
    aht_s: FloatArray | None
    is_open: BoolArray
    closed_days: frozenset[dt.date] = frozenset()

    def __post_init__(self) -> None:
        slots = slots_per_day(self.interval_s)
        if self.contacts.ndim != 2 or self.contacts.shape[1] != slots:
            msg = f"contacts must be [D, {slots}], got {self.contacts.shape}"
            raise ValueError(msg)
        if self.aht_s is not None and self.aht_s.shape != self.contacts.shape:
            msg = f"aht_s must be {self.contacts.shape} like contacts, got {self.aht_s.shape}"
            raise ValueError(msg)
        if self.is_open.shape != (7, slots):
            msg = f"is_open must be [7, {slots}], Monday first, got {self.is_open.shape}"
            raise ValueError(msg)
        if bool(np.any(self.contacts < 0)) or bool(np.any(np.isinf(self.contacts))):
            raise ValueError("contacts must be counts of zero or more, or NaN where unknown")
        for name in ("contacts", "aht_s", "is_open"):
            value = getattr(self, name)
            if value is not None:
                object.__setattr__(self, name, read_only(value))

    @property
    def slots(self) -> int:
        """Slots in a day."""
        return int(self.contacts.shape[1])

    @property
    def days(self) -> tuple[dt.date, ...]:
        """Local days of the rows."""
        return days_from(self.first_day, len(self.contacts))

    @property
    def last_day(self) -> dt.date:
        """Local day of the last row; the day before ``first_day`` when there is none."""
        return self.first_day + dt.timedelta(days=len(self.contacts) - 1)

    def until(self, day: dt.date) -> History:
        """Return the history as it was known on the morning of a day: the days before it.

        Examples
        --------
        >>> past = History("fr", "Europe/Paris", 86_400, dt.date(2024, 1, 1), np.ones((9, 1)),
        ...                None, np.ones((7, 1), dtype=bool))
        >>> past.until(dt.date(2024, 1, 4)).last_day.isoformat()
        '2024-01-03'
        """
        rows = min(max((day - self.first_day).days, 0), len(self.contacts))
        handled = None if self.aht_s is None else self.aht_s[:rows]
        return replace(self, contacts=self.contacts[:rows], aht_s=handled)


def read_only(array: ArrayT) -> ArrayT:
    """Return a view of an array that cannot be written to."""
    view: ArrayT = array.view()
    view.flags.writeable = False
    return view


def slots_per_day(interval_s: int) -> int:
    """Return the slots of a day.

    Raises
    ------
    ValueError
        When the interval is not 300 to 86,400 s or does not divide a day.

    Examples
    --------
    >>> slots_per_day(900)
    96
    """
    if not 300 <= interval_s <= DAY_S or DAY_S % interval_s:
        msg = f"interval_s must divide a day and lie in [300, 86400], got {interval_s}"
        raise ValueError(msg)
    return DAY_S // interval_s


def days_from(first_day: dt.date, count: int) -> tuple[dt.date, ...]:
    """Return ``count`` days in a row.

    Examples
    --------
    >>> [day.day for day in days_from(dt.date(2024, 2, 28), 3)]
    [28, 29, 1]
    """
    start = first_day.toordinal()
    return tuple(dt.date.fromordinal(start + i) for i in range(count))


def weekdays_from(first_day: dt.date, count: int) -> IntArray:
    """Return the weekdays of ``count`` days in a row, Monday 0.

    Examples
    --------
    >>> weekdays_from(dt.date(2024, 1, 1), 3).tolist()
    [0, 1, 2]
    """
    return (np.arange(count, dtype=np.int64) + first_day.weekday()) % 7


def local_slots(
    times: pd.DatetimeIndex, timezone: str, interval_s: int, first_day: dt.date
) -> tuple[IntArray, IntArray]:
    """Return each UTC interval's local day (counted from ``first_day``) and wall-clock slot.

    Examples
    --------
    Paris went back from 03:00 to 02:00 on 27 October 2024, so slot 2 came twice:

    >>> import pandas as pd
    >>> times = pd.date_range("2024-10-26T22:00Z", periods=5, freq="h")
    >>> day, slot = local_slots(times, "Europe/Paris", 3600, dt.date(2024, 10, 27))
    >>> day.tolist(), slot.tolist()
    ([0, 0, 0, 0, 0], [0, 1, 2, 2, 3])
    """
    # Naive wall-clock seconds: pandas units differ (us, ns), so the unit is set, not assumed.
    wall = times.tz_convert(timezone).tz_localize(None).as_unit("s").asi8.astype(np.int64)
    day = wall // DAY_S - (first_day.toordinal() - _EPOCH)
    slot = wall % DAY_S // interval_s
    return day, slot


def history_from_intervals(
    queue: str,
    timezone: str,
    interval_s: int,
    start: pd.DatetimeIndex,
    contacts: npt.ArrayLike,
    aht_s: npt.ArrayLike | None,
    is_open: BoolArray,
    *,
    absent_days: Literal["unknown", "zero"] = "unknown",
    first_day: dt.date | None = None,
    last_day: dt.date | None = None,
    closed_days: Iterable[dt.date] = (),
) -> History:
    """Return the history that a list of intervals tells.

    An interval absent from a day that has others is a zero; a day without any is unknown (NaN),
    or zero when ``absent_days`` says so. Contacts in closed slots are kept: they happened.
    Intervals finer than ``interval_s`` are added up.

    Parameters
    ----------
    start
        Starts of the intervals in UTC [N], in any order.
    contacts
        Offered contacts [N]; NaN: the row says nothing.
    aht_s
        Mean handling time in seconds [N], NaN where unknown; or None.
    first_day, last_day
        Local days to cover; left out: those of the rows.

    Raises
    ------
    ValueError
        When ``start`` has no time zone, lengths differ, or nothing says which days to cover.

    Examples
    --------
    >>> import pandas as pd
    >>> past = history_from_intervals(
    ...     "it", "Europe/Rome", 43_200,
    ...     pd.to_datetime(["2024-01-01T08:00Z", "2024-01-03T20:00Z"]), [3, 5], None,
    ...     np.ones((7, 2), dtype=bool))
    >>> past.contacts.tolist()
    [[3.0, 0.0], [nan, nan], [0.0, 5.0]]
    """
    count = _counts(start, contacts)
    known = ~np.isnan(count)
    day, slot = local_slots(start, timezone, interval_s, dt.date(1970, 1, 1))
    if first_day is None or last_day is None:
        if not known.any():
            raise ValueError("first_day and last_day must be given when there are no rows")
        first_day = first_day or dt.date.fromordinal(_EPOCH + int(day[known].min()))
        last_day = last_day or dt.date.fromordinal(_EPOCH + int(day[known].max()))
    rows, slots = (last_day - first_day).days + 1, slots_per_day(interval_s)
    day = day - (first_day.toordinal() - _EPOCH)
    known &= (day >= 0) & (day < rows)
    cell, size = (day * slots + slot)[known], max(rows, 0) * slots
    total: FloatArray = np.bincount(cell, weights=count[known], minlength=size).astype(np.float64)
    total = total.reshape(-1, slots)
    if absent_days == "unknown":
        seen = np.bincount(day[known], minlength=max(rows, 0)) > 0
        total[~seen] = np.nan
    handled = None
    if aht_s is not None:
        minutes = np.asarray(aht_s, dtype=np.float64)[known]
        handled = _mean_per_cell(cell, count[known], minutes, size).reshape(-1, slots)
    return History(
        queue, timezone, interval_s, first_day, total, handled, is_open, frozenset(closed_days)
    )


def _counts(start: pd.DatetimeIndex, contacts: npt.ArrayLike) -> FloatArray:
    """Return the contacts as an array, one per start [N]."""
    if start.tz is None:
        raise ValueError("start must be in UTC, got times without a zone")
    count = np.asarray(contacts, dtype=np.float64)
    if count.shape != (len(start),):
        msg = f"contacts must have one value per start ({len(start)}), got {count.shape}"
        raise ValueError(msg)
    return count


def _mean_per_cell(cell: IntArray, count: FloatArray, value: FloatArray, size: int) -> FloatArray:
    """Return the contact-weighted mean per cell [size], NaN where nothing is known."""
    weight = np.where(np.isnan(value), 0.0, count)
    below = np.bincount(cell, weights=weight, minlength=size)
    above = np.bincount(cell, weights=weight * np.nan_to_num(value), minlength=size)
    mean: FloatArray = np.full(size, np.nan)
    np.divide(above, below, out=mean, where=below > 0)
    return mean
