"""LightGBM on what the calendar alone tells of a day and a slot; quantiles by their own trees."""

from __future__ import annotations

import lightgbm
import numpy as np
import pandas as pd

from benchmarks.peers.exchange import LEVELS, Answer, Array, Flags, Job, answer, shut

_TREES = 300
_PARAMETERS = {"learning_rate": 0.05, "num_leaves": 31, "verbose": -1,
               "num_threads": 1, "seed": 1}  # fmt: skip
_LEAF = {True: 10, False: 20}  # rows a leaf takes: daily series have few, 20 is the default
_FAR = 30  # days from an event beyond which it is not there


def run(job: Job) -> Answer:
    """Fit one booster for the mean and one per quantile."""
    table, rows = _features(job, job.whole), job.known
    open_past = job.timetable(job.past_days[rows])
    open_ahead = job.timetable(job.days)
    x = _by_slot(table[rows], open_past)
    y = job.past[rows][open_past]
    future = _by_slot(table[len(job.past) :], open_ahead)
    leaf = {"min_data_in_leaf": _LEAF[job.slots == 1]}
    grid = np.zeros((1 + len(LEVELS), len(job.days), job.slots))
    grid[0][open_ahead] = _boosted(x, y, future, {"objective": "poisson", **leaf})
    for number, level in enumerate(LEVELS):
        own = {"objective": "quantile", "alpha": level, **leaf}
        grid[1 + number][open_ahead] = _boosted(x, y, future, own)
    return shut(job, grid[0], grid[1:])


def _boosted(x: Array, y: Array, future: Array, own: dict[str, object]) -> Array:
    data = lightgbm.Dataset(x, y)
    found = lightgbm.train({**_PARAMETERS, **own}, data, num_boost_round=_TREES)
    return np.asarray(found.predict(future))


def _features(job: Job, days: pd.DatetimeIndex) -> Array:
    """Return each day's weekday, day of year and month, month, trend, holiday, days to events."""
    columns = [
        days.day_of_week, days.day_of_year, days.day, days.month, np.arange(len(days)),
        [day in job.holidays for day in days],
    ]  # fmt: skip
    place = days.to_numpy().astype("datetime64[D]").astype(np.int64)
    dates = [rows["date"] for _, rows in job.events.groupby("event")]
    for own in [*dates, pd.Series(list(job.holidays))]:
        at = own.to_numpy().astype("datetime64[D]").astype(np.int64)
        if len(at):
            gap = place[:, None] - at
            nearest = gap[np.arange(len(place)), np.abs(gap).argmin(axis=1)]
            columns.append(np.clip(nearest, -_FAR, _FAR))
    return np.column_stack([np.asarray(column, dtype=np.float64) for column in columns])


def _by_slot(table: Array, is_open: Flags) -> Array:
    """Return a row per open slot [N, F + 1], the slot last."""
    day, slot = np.nonzero(is_open)
    return np.column_stack([table[day], slot.astype(np.float64)])


if __name__ == "__main__":
    answer(run)
