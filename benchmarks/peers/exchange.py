"""Plain files between the benchmark and a method that runs in an environment of its own.

The benchmark writes a folder: ``series.json``, per series ``NAME.csv`` (date, slot, count),
``NAME.events.csv`` (event, date, before, after) and ``NAME.holidays.csv`` (date, name), and
``tasks.csv`` (task, series, last, first, days). A method writes ``METHOD.csv`` (task, date, slot,
mean, four quantiles) and ``METHOD.json`` (seconds and errors by task). What a method is handed for
a task ends at the task's last day: nothing later is in reach.
"""

from __future__ import annotations

import csv
import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Indices = npt.NDArray[np.int64]
LEVELS = (0.025, 0.1, 0.9, 0.975)
COLUMNS = ("task", "date", "slot", "mean", *(f"q{level}" for level in LEVELS))
FAR = 9_999
"""Offset of a day that belongs to no event."""
_SHUT_SHARE, _RECENT_DAYS, _MARGIN_DAYS = 0.8, 371, 90


@dataclass(frozen=True)
class Job:
    """One task as a method sees it.

    Parameters
    ----------
    series, timezone, interval_s, country
        Name, IANA zone, length of a slot in seconds, ISO code of the market.
    past_days, past
        Days up to the origin [D] and their counts [D, S]; NaN where unknown.
    days
        Days to forecast, in a row [H].
    is_open
        Timetable [7, S], Monday first.
    events
        Table of event, date, before, after: windows in open days.
    holidays
        Public holidays in past and future, by day.
    """

    series: str
    timezone: str
    interval_s: int
    country: str
    past_days: pd.DatetimeIndex
    past: Array
    days: pd.DatetimeIndex
    is_open: Flags
    events: pd.DataFrame
    holidays: dict[pd.Timestamp, str]

    @property
    def slots(self) -> int:
        """Slots of a day."""
        return int(self.past.shape[1])

    @property
    def whole(self) -> pd.DatetimeIndex:
        """Days of past and future in a row [D + H]."""
        return pd.DatetimeIndex(self.past_days.append(self.days))

    @property
    def known(self) -> Indices:
        """Rows of the past that are on open weekdays and known."""
        known = self.opened(self.past_days) & ~np.isnan(self.past).all(axis=1)
        return np.flatnonzero(known).astype(np.int64)

    @property
    def open_weekdays(self) -> Flags:
        """Weekdays [7] on the timetable that the last year does not show empty."""
        total = np.nansum(self.past, axis=1)[-_RECENT_DAYS:]
        known: Flags = np.array(~np.isnan(self.past[-_RECENT_DAYS:]).all(axis=1))
        weekday = weekdays(self.past_days[-_RECENT_DAYS:])
        result: Flags = np.array(self.is_open.any(axis=1))
        for day in range(7):
            mine = known & (weekday == day)
            if mine.any() and float(np.mean(total[mine] == 0)) >= _SHUT_SHARE:
                result[day] = False
        return result

    def opened(self, days: pd.DatetimeIndex) -> Flags:
        """Return whether each day's weekday is open."""
        result: Flags = self.open_weekdays[weekdays(days)]
        return result

    def timetable(self, days: pd.DatetimeIndex) -> Flags:
        """Return which slots of each day are open by the timetable [N, S]."""
        result: Flags = self.is_open[weekdays(days)]
        return result

    def offsets(self, days: pd.DatetimeIndex, event: str) -> Indices:
        """Return each day's offset in open days from the nearest date of an event.

        Days in a row; ``FAR`` on closed ones. Around a shut event the offsets are -1 and 1.
        """
        margin = pd.Timedelta(days=_MARGIN_DAYS)  # windows may overhang
        axis = pd.date_range(days[0] - margin, days[-1] + margin)
        is_open = self.opened(axis)
        rank: Indices = np.cumsum(is_open) - is_open  # open days before each day
        best = np.full(len(axis), FAR)
        for date in self.events.loc[self.events["event"] == event, "date"]:
            at = (date - axis[0]).days
            if 0 <= at < len(axis):
                offset = rank - rank[at]
                if not is_open[at]:  # nothing holds offset 0
                    offset = np.where(offset >= 0, offset + 1, offset)
                best = np.where(np.abs(offset) < np.abs(best), offset, best)
        return np.where(is_open, best, FAR)[_MARGIN_DAYS:-_MARGIN_DAYS]


def weekdays(days: pd.DatetimeIndex) -> Indices:
    """Return the weekday of each day, Monday 0."""
    return np.asarray(days.day_of_week, dtype=np.int64)


@dataclass(frozen=True)
class Answer:
    """Means [H, S] and quantiles [4, H, S] at ``LEVELS``; NaN quantiles where there are none."""

    mean: Array
    quantiles: Array


def shut(job: Job, mean: Array, quantiles: Array) -> Answer:
    """Return an answer without negative counts and with closed weekdays and slots at zero."""
    keep = job.timetable(job.days) & job.opened(job.days)[:, None]
    return Answer(
        np.where(keep, np.maximum(mean, 0.0), 0.0),
        np.where(keep, np.maximum(quantiles, 0.0), 0.0),
    )


def read_jobs(folder: Path) -> Iterator[tuple[str, Job]]:
    """Yield each task's name and job, its past cut at its origin."""
    facts = json.loads((folder / "series.json").read_text(encoding="utf-8"))
    tasks = pd.read_csv(folder / "tasks.csv", parse_dates=["last", "first"])
    for name, rows in tasks.groupby("series", sort=False):
        fact = facts[name]
        long = pd.read_csv(folder / f"{name}.csv", parse_dates=["date"])
        is_open = np.array(fact["is_open"], dtype=bool)
        grid = long["count"].to_numpy(dtype=np.float64).reshape(-1, is_open.shape[1])
        dates = pd.DatetimeIndex(long["date"].unique())
        events = pd.read_csv(folder / f"{name}.events.csv", parse_dates=["date"])
        named = pd.read_csv(folder / f"{name}.holidays.csv", parse_dates=["date"])
        holidays = dict(zip(named["date"], named["name"], strict=True))
        for task, last, first, days in zip(
            rows["task"], rows["last"], rows["first"], rows["days"], strict=True
        ):
            past = dates <= last
            job = Job(
                str(name),
                fact["timezone"],
                fact["interval_s"],
                fact["country"],
                dates[past],
                grid[past],
                pd.date_range(first, periods=days),
                is_open,
                events,
                holidays,
            )
            yield str(task), job


def answer(method: Callable[[Job], Answer]) -> None:
    """Answer every task of the folder named on the command line, and tell how long each took.

    ``python -m SCRIPT FOLDER METHOD``; says ``done N`` on standard output after each task.
    """
    folder, name = Path(sys.argv[1]), sys.argv[2]
    seconds: dict[str, float] = {}
    errors: dict[str, str] = {}
    with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for number, (task, job) in enumerate(read_jobs(folder)):
            start = time.perf_counter()
            try:
                found = method(job)
            except Exception as error:  # noqa: BLE001  (a method's fault is a result here)
                errors[task] = f"{type(error).__name__}: {error}"
            else:
                seconds[task] = time.perf_counter() - start
                _write(writer, task, job, found)
            print(f"done {number + 1}", flush=True)
    result = json.dumps({"seconds": seconds, "errors": errors})
    (folder / f"{name}.json").write_text(result, encoding="utf-8")


def _write(writer: Any, task: str, job: Job, found: Answer) -> None:  # noqa: ANN401
    for row, day in enumerate(job.days):
        for slot in range(job.slots):
            numbers = (found.mean[row, slot], *found.quantiles[:, row, slot])
            shown = [f"{value:.4f}" for value in numbers]
            writer.writerow([task, f"{day:%Y-%m-%d}", slot, *shown])
