"""What positions give a queue whose service is promised over the day or week, rung by rung."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

#: Share of a period's contacts too small to be told missing: what pools give has seven digits.
_ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class Ladder:
    """One queue's service over its positions, in every interval: I intervals, K rungs each.

    Parameters
    ----------
    share
        Share of its period's contacts to be answered in time, [I]; the same throughout a period.
    period
        Number of the day or week of each interval, [I]; below 0: none, its positions are needed.
    contacts
        Contacts, the weight of each interval's service, [I].
    positions
        Positions that the queue would take by itself, [I].
    floor
        Positions that each interval needs whatever the others do, [I].
    foot
        Service level of the floor, [I].
    width
        Positions that each rung takes, [I, K]; 0: no such rung.
    gain
        Service level that a position on it adds, [I, K], falling.

    Examples
    --------
    Two intervals of a day, the second with twice the contacts:

    >>> ladder = Ladder(
    ...     np.array([0.8, 0.8]), np.array([0, 0]), np.array([10.0, 20.0]), np.array([3.0, 4.0]),
    ...     np.array([2.0, 3.0]), np.array([0.5, 0.6]),
    ...     np.array([[1.0, 1.0], [1.0, 1.0]]), np.array([[0.3, 0.1], [0.2, 0.1]]),
    ... )
    >>> ladder.levels(np.array([3.5, 1.0])).round(3).tolist()
    [0.85, 0.6]

    Of the 24 contacts to be answered in time the floors lack 7; a position gives 4 in the busy
    interval and 3 in the quiet one:

    >>> ladder.lacking(np.array([2.0, 2.0])).round(3).tolist()
    [1.0, 2.0]
    """

    share: FloatArray
    period: IntArray
    contacts: FloatArray
    positions: FloatArray
    floor: FloatArray
    foot: FloatArray
    width: FloatArray
    gain: FloatArray

    @property
    def worth(self) -> FloatArray:
        """Return the contacts that a position on each rung answers in time, [I, K]."""
        return np.asarray(self.contacts[:, None] * self.gain)

    def levels(self, given: FloatArray) -> FloatArray:
        """Return the service level of positions given, [I]; below the floor, the floor's."""
        return np.asarray(self.foot + (self.gain * (self.width - self._left(given))).sum(axis=1))

    def in_time(self, given: FloatArray) -> FloatArray:
        """Return the contacts that positions given answer in time, [I]."""
        return np.asarray(self.contacts * self.levels(given))

    def in_period(self, values: FloatArray) -> FloatArray:
        """Return the sum of values over each interval's day or week, [I]; 0 where it has none."""
        inside = self.period >= 0
        found = np.zeros(self.period.size)
        if inside.any():
            _, number = np.unique(self.period[inside], return_inverse=True)
            found[inside] = np.bincount(number, values[inside])[number]
        return found

    def margin(self) -> FloatArray:
        """Return what the queue's last position in the period answers in time, [I].

        That is the least that a position gives which the queue would take by itself; where the
        floors are enough for the period, the most that one more would give. 1 where there is none.
        """
        taken = self._left(self.floor) > self._left(self.positions)
        last = np.where(taken, self.worth, np.inf).min(axis=1, initial=np.inf)
        more = self.worth.max(axis=1, initial=0.0)
        found = np.ones(self.period.size)
        for number in np.unique(self.period[self.period >= 0]):
            those = self.period == number
            least, most = last[those].min(), more[those].max()
            found[those] = least if np.isfinite(least) and least > 0 else most or 1.0
        return found

    def lacking(self, given: FloatArray) -> FloatArray:
        """Return the fewest further positions with which every period keeps its share, [I].

        First those below the floors; then, where the period's service still falls short, those that
        give most.
        """
        short = np.maximum(self.floor - given, 0.0)
        inside = self.period >= 0
        if not inside.any():
            return short
        number = np.zeros(self.period.size, np.int64)
        _, number[inside] = np.unique(self.period[inside], return_inverse=True)
        count = int(number.max()) + 1
        weight = np.where(inside, self.contacts, 0.0)
        due = (self.share - self.levels(given)) * weight
        missing = np.bincount(number, due, count).astype(np.float64)
        missing[missing <= _ROUNDING * np.bincount(number, weight, count)] = 0.0
        return np.asarray(short + self._climbed(given, number, missing, inside))

    def _left(self, given: FloatArray) -> FloatArray:
        """Return the positions that each rung still has to take, [I, K]."""
        above = np.maximum(given - self.floor, 0.0)[:, None]
        return np.asarray(np.clip(np.cumsum(self.width, axis=1) - above, 0.0, self.width))

    def _climbed(
        self, given: FloatArray, number: IntArray, missing: FloatArray, inside: NDArray[np.bool_]
    ) -> FloatArray:
        """Return the positions that make up for contacts missing in each period, best first."""
        left, worth = self._left(given), self.worth
        who, rung = np.nonzero((left > 0) & (worth > 0) & inside[:, None])
        order = np.lexsort((rung, who, -worth[who, rung], number[who]))
        who, rung = who[order], rung[order]
        each = (left * worth)[who, rung]
        before = np.append(0.0, np.cumsum(each))
        first = before[np.searchsorted(number[who], np.arange(missing.size))]
        to_come = missing[number[who]] - (before[:-1] - first[number[who]])
        taken = left[who, rung] * np.clip(to_come / each, 0.0, 1.0)
        return np.asarray(np.bincount(who, taken, self.period.size), dtype=np.float64)
