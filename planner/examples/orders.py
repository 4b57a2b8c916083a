"""A shop's orders by day, past and planned, which its contacts follow."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from pathlib import Path

FloatArray = npt.NDArray[np.float64]

PADDING_DAYS = 60  # before the first day and after the last: events may reach beyond a history
MEMORY = 0.9  # share of a day's deviation from the season that the next day keeps


@dataclass(frozen=True, slots=True)
class Orders:
    """The figures of a shop's orders.

    Parameters
    ----------
    a_month
        Mean of a month at the middle of the history.
    first_day, last_day
        Days of the table: the past, and the plan up to the horizon's end.
    weekday
        Relative weight of each weekday, Monday first.
    season
        Relative weight of each month.
    growth
        Relative change a year.
    sales
        Factor on the orders of dates: a sale, a campaign.
    stray_sd
        Long-run standard deviation of the log around all that: what no calendar knows.
    file
        Name of the table, columns ``date`` and ``value``.
    seed
        Seed of the straying.
    foreseen_until
        Last day of the table, where it goes on beyond ``last_day``, with the same days up to there.
    """

    a_month: float
    first_day: datetime.date
    last_day: datetime.date
    weekday: tuple[float, ...] = (1.0,) * 7
    season: tuple[float, ...] = (1.0,) * 12
    growth: float = 0.0
    sales: Mapping[datetime.date, float] = field(default_factory=dict)
    stray_sd: float = 0.1
    file: str = "orders.csv"
    seed: int = 1
    foreseen_until: datetime.date | None = None

    @property
    def last_written(self) -> datetime.date:
        """Last day of the table."""
        return self.foreseen_until or self.last_day

    def by_day(self, first_day: datetime.date, last_day: datetime.date) -> FloatArray:
        """Return the orders of some days, up to ``PADDING_DAYS`` beyond the table, ``[D]``.

        A day has the same number whatever days are asked for.
        """
        start = self.first_day - datetime.timedelta(days=PADDING_DAYS)
        count = (self.last_written - start).days + 1 + PADDING_DAYS
        dates = [start + datetime.timedelta(days=i) for i in range(count)]
        month = np.array([date.month - 1 + (date.day - 0.5) / 30.5 for date in dates])
        season = np.interp(month, np.arange(12) + 0.5, np.array(self.season), period=12)
        weekday = np.array(self.weekday)[[date.weekday() for date in dates]]
        middle = (self.last_day - self.first_day).days / 2 + PADDING_DAYS
        years = (np.arange(count) - middle) / 365.25
        orders = self.a_month * 12 / 365.25 * season / np.mean(self.season)
        orders *= weekday / np.mean(self.weekday) * (1.0 + self.growth) ** years
        orders *= np.array([self.sales.get(date, 1.0) for date in dates])
        orders = np.rint(orders * self._stray(count))
        inside = slice((first_day - start).days, (last_day - start).days + 1)
        result: FloatArray = orders[inside]
        return result

    def _stray(self, count: int) -> FloatArray:
        sequence = np.random.SeedSequence([self.seed, crc32(b"orders")])
        rng = np.random.Generator(np.random.PCG64(sequence))
        steps = rng.normal(0.0, self.stray_sd * (1 - MEMORY**2) ** 0.5, count)
        state = np.zeros(count)
        for day in range(1, count):
            state[day] = MEMORY * state[day - 1] + steps[day]
        return np.exp(state)


def write_orders(orders: Orders, directory: Path) -> Path:
    """Return the path of the table of orders, written into a directory."""
    path = directory / orders.file
    values = orders.by_day(orders.first_day, orders.last_written)
    first = orders.first_day
    rows = [f"{first + datetime.timedelta(days=i)},{value:.0f}" for i, value in enumerate(values)]
    path.write_text("\n".join(["date,value", *rows, ""]), encoding="utf-8", newline="\n")
    return path
