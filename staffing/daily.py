"""Service over whole days, queues or any group of them, with bands over replications."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Shares:
    """Service levels with the 10 % and 90 % quantiles over the forecast's replications.

    Parameters
    ----------
    service_level, p10, p90
        Shares of the contacts offered; 1 where none are.
    """

    service_level: FloatArray
    p10: FloatArray
    p90: FloatArray


@dataclass(frozen=True, slots=True)
class Daily:
    """Contacts and those answered in time, by queue and local day.

    Parameters
    ----------
    contacts, in_time
        Expected ``[Q, D]``.
    path_contacts, path_in_time
        The same in each replication ``[R, Q, D]``; R = 0 without sample paths.
    """

    contacts: FloatArray
    in_time: FloatArray
    path_contacts: FloatArray
    path_in_time: FloatArray

    def by_day(self) -> Shares:
        """Return the service level of every queue and day ``[Q, D]``.

        Examples
        --------
        >>> one = np.ones((1, 1))
        >>> day = Daily(10 * one, 8 * one, np.ones((2, 1, 1)), np.array([[[0.7]], [[0.9]]]))
        >>> shares = day.by_day()
        >>> [round(float(x[0, 0]), 2) for x in (shares.service_level, shares.p10, shares.p90)]
        [0.8, 0.7, 0.9]
        """
        return _shares(self.contacts, self.in_time, self.path_contacts, self.path_in_time)

    def by_period(self, number: IntArray) -> Shares:
        """Return the service level of every queue and period, such as weeks ``[Q, K]``.

        Parameters
        ----------
        number
            Number of each day's period, from 0 on ``[D]``.

        Examples
        --------
        >>> two = np.ones((1, 2))
        >>> day = Daily(10 * two, np.array([[8.0, 6.0]]), np.zeros((0, 1, 2)), np.zeros((0, 1, 2)))
        >>> day.by_period(np.array([0, 0])).service_level.tolist()
        [[0.7]]
        """
        belongs = (number[:, None] == np.arange(number.max(initial=-1) + 1)).astype(np.float64)
        return _shares(
            self.contacts @ belongs,
            self.in_time @ belongs,
            self.path_contacts @ belongs,
            self.path_in_time @ belongs,
        )

    def by_queue(self) -> Shares:
        """Return the service level of every queue over all days ``[Q]``."""
        return _shares(
            self.contacts.sum(axis=1),
            self.in_time.sum(axis=1),
            self.path_contacts.sum(axis=2),
            self.path_in_time.sum(axis=2),
        )

    def overall(self, queues: BoolArray | None = None) -> Shares:
        """Return the service level of some queues together over all days; arrays without axis.

        Parameters
        ----------
        queues
            Which queues to count ``[Q]``; all of them by default.
        """
        some = np.ones(self.contacts.shape[0], np.bool_) if queues is None else queues
        return _shares(
            np.asarray(self.contacts[some].sum()),
            np.asarray(self.in_time[some].sum()),
            self.path_contacts[:, some].sum(axis=(1, 2)),
            self.path_in_time[:, some].sum(axis=(1, 2)),
        )


def _shares(
    contacts: FloatArray, in_time: FloatArray, path_contacts: FloatArray, path_in_time: FloatArray
) -> Shares:
    """Return shares of contacts, and their quantiles over the first axis of the paths."""
    level = _share(in_time, contacts)
    if not path_contacts.shape[0]:
        return Shares(level, level, level)
    # so that one more replication lies between the two with a probability of 80 %
    levels = _share(path_in_time, path_contacts)
    low, high = np.quantile(levels, [0.1, 0.9], axis=0, method="weibull")
    return Shares(level, low, high)


def _share(part: FloatArray, whole: FloatArray) -> FloatArray:
    """Return part / whole, 1 where there is nothing."""
    return np.where(whole > 0, part / np.where(whole > 0, whole, 1.0), 1.0)


def utc_days(times: pd.DatetimeIndex, queues: int) -> IntArray:
    """Return the number of the UTC day of every interval, for every queue ``[Q, I]``.

    Examples
    --------
    >>> utc_days(pd.date_range("2027-02-01", periods=4, freq="12h", tz="UTC"), 1).tolist()
    [[0, 0, 1, 1]]
    """
    dates = times.normalize()
    number = np.asarray((dates - dates[0]) // pd.Timedelta(days=1), dtype=np.int64)
    return np.broadcast_to(number, (queues, number.size)).copy()


def day_sums(values: FloatArray, day: IntArray, days: int) -> FloatArray:
    """Return sums per day ``[..., D]`` of one queue's values ``[..., I]``.

    Parameters
    ----------
    values
        Per interval; leading axes are replications.
    day
        Number of each interval's day ``[I]``; below 0: outside the horizon, not counted.
    days
        Number of days D.

    Examples
    --------
    >>> day_sums(np.array([1.0, 2.0, 4.0, 8.0]), np.array([-1, 0, 0, 1]), 2).tolist()
    [6.0, 8.0]
    """
    belongs = (day[:, None] == np.arange(days)).astype(np.float64)
    result: FloatArray = values @ belongs
    return result


def sums_by_day(values: FloatArray, day: IntArray, days: int) -> FloatArray:
    """Return sums per day ``[R, Q, D]`` of several queues' values ``[R, Q, I]``.

    ``day`` holds the number of each queue's intervals' days ``[Q, I]``, see ``day_sums``.
    """
    result = np.zeros((*values.shape[:2], days))
    for q, own in enumerate(day):
        result[:, q] = day_sums(values[:, q], own, days)
    return result
