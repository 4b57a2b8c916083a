"""Figures known beforehand that contacts follow: orders, campaigns, prices, by day."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from forecasting.history import BoolArray, FloatArray, IntArray, weekdays_from

if TYPE_CHECKING:
    from collections.abc import Mapping

Effect = Literal["rate", "log", "linear"]

_FLOOR = 0.01  # of the past's mean: what a rate of nothing counts as, for its log has no end
_RECENT_WEEKS = 53


@dataclass(frozen=True, slots=True)
class Driver:
    """A figure by day that contacts follow, known for the past and planned for days to come.

    Parameters
    ----------
    name
        Its name, such as orders.
    values
        The figure by local day; days left out are unknown.
    effect
        How contacts follow it. ``rate``: in proportion, as a contact rate times orders; ``log``:
        by an elasticity, as with prices; ``linear``: a factor per standard deviation of its past.
    lag_days
        Contacts follow so many days later.

    Raises
    ------
    ValueError
        When the effect is unknown, the lag negative, a value no number, one of a rate below 0 or
        one of a log not above 0.

    Examples
    --------
    >>> orders = Driver("orders", {dt.date(2027, 2, 1): 100.0}, "rate", lag_days=2)
    >>> orders.last_day
    datetime.date(2027, 2, 3)
    """

    name: str
    values: Mapping[dt.date, float]
    effect: Effect = "rate"
    lag_days: int = 0

    def __post_init__(self) -> None:
        if self.effect not in get_args(Effect):
            must = ", ".join(get_args(Effect))
            msg = f"effect of driver {self.name} must be one of {must}, got {self.effect}"
            raise ValueError(msg)
        if self.lag_days < 0:
            msg = f"lag_days of driver {self.name} must be 0 or more, got {self.lag_days}"
            raise ValueError(msg)
        for day, value in self.values.items():
            if not allows(self.effect, value):
                msg = f"driver {self.name} must {must_be(self.effect)}, got {value} on {day}"
                raise ValueError(msg)
        object.__setattr__(self, "values", dict(sorted(self.values.items())))

    @property
    def last_day(self) -> dt.date | None:
        """The last day whose contacts it speaks for, its lag counted; None without values."""
        last = max(self.values, default=None)
        return None if last is None else last + dt.timedelta(days=self.lag_days)

    def knows(self, day: dt.date) -> bool:
        """Return whether it has the value that a day's contacts follow."""
        return day - dt.timedelta(days=self.lag_days) in self.values

    def column(
        self, first_day: dt.date, count: int, known_until: int
    ) -> tuple[FloatArray, BoolArray]:
        """Return the driver as a regressor of the log of contacts, and where it is known.

        Parameters
        ----------
        first_day
            Day of element 0.
        count
            Number of days T.
        known_until
            Elements before it are the past, which alone gives the mean and the spread; later
            values are plans, and are used as such.

        Returns
        -------
        column, known
            Arrays [T]. For ``rate`` and ``log`` the log of the value over the past's mean, so that
            a coefficient of 1 means in proportion; for ``linear`` the value less that mean, over
            the past's standard deviation. An unknown day counts as usual for its weekday: the mean
            of the column on that weekday over the past year, which is 0 for a weekday like the
            others. A driver that says nothing of its past (no value, none above 0, no spread where
            that is the unit) is 0 and unknown throughout.

        Notes
        -----
        A day of no orders has no log. Such a day counts as one hundredth of the past's mean, and
        so does every smaller value of a rate: it is still the quietest of days, and cannot rule
        the fit.

        Examples
        --------
        Two days of the past, a planned double, and a day that nobody planned:

        >>> start = dt.date(2027, 2, 1)
        >>> plan = {start: 80.0, dt.date(2027, 2, 2): 120.0, dt.date(2027, 2, 3): 200.0}
        >>> column, known = Driver("orders", plan).column(start, 4, known_until=2)
        >>> np.exp(column).round(2).tolist(), known.tolist()
        ([0.8, 1.2, 2.0, 1.0], [True, True, True, False])
        """
        values = self._by_day(first_day, count)
        past = values[:known_until]
        unit = _unit(past[~np.isnan(past)], self.effect)
        if unit is None:
            return np.zeros(count), np.zeros(count, dtype=np.bool_)
        mean, spread = unit
        if self.effect == "linear":
            column = (values - mean) / spread
        else:
            low = mean * _FLOOR if self.effect == "rate" else 0.0
            column = np.log(np.maximum(values, low) / mean)
        known: BoolArray = ~np.isnan(column)
        usual = _usual(column[:known_until], weekdays_from(first_day, count)[:known_until])
        return np.where(known, column, usual[weekdays_from(first_day, count)]), known

    def _by_day(self, first_day: dt.date, count: int) -> FloatArray:
        """Return the value that each day's contacts follow [T], NaN where unknown."""
        start = first_day.toordinal() - self.lag_days
        result = np.full(count, np.nan)
        for day, value in self.values.items():
            if 0 <= day.toordinal() - start < count:
                result[day.toordinal() - start] = value
        return result


def allows(effect: Effect, value: float) -> bool:
    """Return whether a driver of this effect can have a value.

    Examples
    --------
    >>> allows("rate", 0.0), allows("log", 0.0), allows("linear", -1.0)
    (True, False, True)
    """
    if not math.isfinite(value):
        return False
    return value >= 0 if effect == "rate" else value > 0 if effect == "log" else True


def must_be(effect: Effect) -> str:
    """Return what a value must be, in words.

    Examples
    --------
    >>> must_be("rate")
    'be a number >= 0'
    """
    return {"rate": "be a number >= 0", "log": "be a number > 0", "linear": "be a number"}[effect]


def _unit(past: FloatArray, effect: Effect) -> tuple[float, float] | None:
    """Return mean and spread of the past's known values, None where they give no unit."""
    if not past.size:
        return None
    mean, spread = float(past.mean()), float(past.std())
    if effect == "linear":
        return (mean, spread) if spread > 1e-12 * max(abs(mean), 1e-300) else None
    return (mean, spread) if mean > 0 else None


def _usual(past: FloatArray, weekday: IntArray) -> FloatArray:
    """Return the mean of each weekday's known days of the past year [7], 0 where none is known."""
    result = np.zeros(7)
    for w in range(7):
        mine = past[(weekday == w) & ~np.isnan(past)][-_RECENT_WEEKS:]
        result[w] = mine.mean() if mine.size else 0.0
    return result
