"""How near each method came: errors over all days, on peaks, and how often its bands held."""

from __future__ import annotations

import datetime as dt
import json
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from benchmarks.forecast_series import NEAR_DAYS
from forecasting.accuracy import coverage, wape
from forecasting.history import BoolArray, FloatArray, days_from

if TYPE_CHECKING:
    from benchmarks.forecast_series import Series
    from benchmarks.forecast_tasks import Task

_HALF = 0.5  # counts are whole numbers, bands are not
NOTHING = float("nan")


@dataclass(frozen=True, slots=True)
class Found:
    """What a method wrote: per task mean and four quantiles [5, H, S], seconds, and its faults."""

    grids: dict[str, FloatArray]
    seconds: dict[str, float]
    errors: dict[str, str]


@dataclass(frozen=True, slots=True)
class Scores:
    """A method's row: errors and coverages as fractions, NaN where there is nothing to judge.

    ``peaks`` holds each peak's task with its signed errors on the peak day and of the window.
    """

    wape: float
    day_wape: float
    peak: float
    window: float
    ordinary_80: float
    ordinary_95: float
    event_80: float
    event_95: float
    seconds: float
    peaks: tuple[tuple[str, float, float], ...] = ()


def read_found(folder: Path, method: str) -> Found:
    """Return what a method wrote."""
    told = json.loads((folder / f"{method}.json").read_text(encoding="utf-8"))
    table = pd.read_csv(folder / f"{method}.csv")
    grids = {}
    for task, rows in table.groupby("task"):
        slots = int(rows["slot"].max()) + 1
        values = rows.iloc[:, 3:].to_numpy(dtype=np.float64)
        grids[str(task)] = values.T.reshape(values.shape[1], -1, slots)
    return Found(grids, told["seconds"], told["errors"])


def peak_error(actual: FloatArray, mean: FloatArray) -> float:
    """Return the signed relative error on the day that turned out highest.

    Examples
    --------
    >>> peak_error(np.array([10.0, 40.0, 20.0]), np.array([10.0, 30.0, 60.0]))
    -0.25
    """
    top = int(actual.argmax())
    return float(mean[top] / actual[top] - 1.0)


def total_error(actual: FloatArray, mean: FloatArray) -> float:
    """Return the signed relative error of a window's total.

    Examples
    --------
    >>> total_error(np.array([10.0, 30.0]), np.array([20.0, 30.0]))
    0.25
    """
    return float(mean.sum() / actual.sum() - 1.0)


def band_coverage(actual: FloatArray, low: FloatArray, high: FloatArray) -> float:
    """Return the share of counts inside a band, whose edges round to the next count.

    Examples
    --------
    >>> band_coverage(np.array([3.0, 9.0]), np.array([3.4, 2.0]), np.array([5.0, 8.0]))
    0.5
    """
    if np.isnan(low).any():
        return NOTHING
    return coverage(actual, low - _HALF, high + _HALF)


def score(series: Series, tasks: Sequence[Task], found: Found) -> Scores:
    """Return a method's scores on one series, all of whose tasks it must have answered."""
    actual, grid, near = [], [], []
    peaks, windows = [], []
    for task in tasks:
        came = series.actual(task.first, task.days)
        told = found.grids[task.name]
        days = days_from(task.first, task.days)
        if task.event is None:
            actual.append(came)
            grid.append(told)
            near.append([series.near_event(day) for day in days])
            continue
        inside = _within(days, task.event)
        windows.append((came[inside], told[:, inside]))
        total, mean = came[inside].sum(axis=1), told[0, inside].sum(axis=1)
        peaks.append((task.name, peak_error(total, mean), total_error(total, mean)))
    all_actual, all_grid = np.concatenate(actual), np.concatenate(grid, axis=1)
    is_near = np.concatenate(near).astype(np.bool_)
    is_open = _open_slots(series, tasks, all_actual)
    ordinary = _bands([(all_actual, all_grid)], [is_open & ~is_near[:, None]])
    event = _bands(
        [(all_actual, all_grid), *windows],
        [is_open & is_near[:, None], *(came > 0 for came, _ in windows)],
    )
    return Scores(
        wape(all_actual, all_grid[0]),
        wape(all_actual.sum(axis=1), all_grid[0].sum(axis=1)),
        statistics.fmean(abs(peak) for _, peak, _ in peaks) if peaks else NOTHING,
        statistics.fmean(abs(window) for *_, window in peaks) if peaks else NOTHING,
        *ordinary,
        *event,
        statistics.median(found.seconds[task.name] for task in tasks),
        tuple(peaks),
    )


def _within(days: Sequence[dt.date], event: dt.date) -> BoolArray:
    return np.array([abs((day - event).days) <= NEAR_DAYS for day in days], dtype=np.bool_)


def _open_slots(series: Series, tasks: Sequence[Task], actual: FloatArray) -> BoolArray:
    """Return the slots that were open [N, S]: on the timetable, on a day that brought something."""
    weekday = np.concatenate(
        [[d.weekday() for d in days_from(t.first, t.days)] for t in tasks if t.event is None]
    ).astype(np.int64)
    is_open: BoolArray = series.is_open[weekday] & (actual.sum(axis=1) > 0)[:, None]
    return is_open


def _bands(
    parts: Sequence[tuple[FloatArray, FloatArray]], chosen: Sequence[BoolArray]
) -> tuple[float, float]:
    """Return how often the 80 % and the 95 % band held what came."""
    actual = np.concatenate([came[mask] for (came, _), mask in zip(parts, chosen, strict=True)])
    grid = np.concatenate(
        [told[:, mask] for (_, told), mask in zip(parts, chosen, strict=True)], axis=1
    )
    if not len(actual):
        return NOTHING, NOTHING
    return band_coverage(actual, grid[2], grid[3]), band_coverage(actual, grid[1], grid[4])
