"""Poisson regression as a good analyst writes it: weekday, season, trend, windows around events."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy.stats import gamma

from benchmarks.peers.exchange import LEVELS, Answer, Array, Job, answer, shut, weekdays

_YEAR = 365.25


def run(job: Job) -> Answer:
    """Forecast by day, or by weekday and slot within the day."""
    return _daily(job) if job.slots == 1 else _intraday(job)


def _daily(job: Job) -> Answer:
    whole, known = job.whole, job.known
    years = len(job.past) / _YEAR
    table = _table(job, whole, pairs=5 if years >= 2 else 2 if years >= 1 else 0)
    for event, rows in job.events.groupby("event"):
        offset = job.offsets(whole, str(event))
        before, after = int(rows["before"].iloc[0]), int(rows["after"].iloc[0])
        table += [offset == at for at in range(-before, after + 1)]
    x = np.column_stack(table).astype(np.float64)
    mean, over = _fitted(x[known], job.past[known, 0], x[len(job.past) :])
    return shut(job, mean[:, None], _quantiles(mean, over)[:, :, None])


def _table(job: Job, days: pd.DatetimeIndex, pairs: int) -> list[Array]:
    """Return constant, weekdays, holiday, trend and yearly waves of each day."""
    age = (np.arange(len(days)) - len(job.past)) / _YEAR
    turn = 2 * np.pi * np.asarray(days.day_of_year) / _YEAR
    waves = [f(k * turn) for k in range(1, pairs + 1) for f in (np.sin, np.cos)]
    weekday = [weekdays(days) == day for day in range(1, 7)]
    holiday = np.array([day in job.holidays for day in days])
    return [np.ones(len(days)), *weekday, holiday, age, *waves]


def _intraday(job: Job) -> Answer:
    """Weekday times slot, with a trend, the day of the month and public holidays."""
    whole, known = job.whole, job.known
    age = (np.arange(len(whole)) - len(job.past)) / _YEAR
    turn = 2 * np.pi * np.asarray(whole.day) / 31
    waves = [f(k * turn) for k in (1, 2, 3) for f in (np.sin, np.cos)]
    by_day = np.column_stack([age, np.array([day in job.holidays for day in whole]), *waves])
    weekday = weekdays(whole)
    past_open = job.timetable(job.past_days[known])
    ahead = np.arange(len(job.past), len(whole))
    ahead_open = job.timetable(job.days)
    day = np.concatenate([known[np.nonzero(past_open)[0]], ahead[np.nonzero(ahead_open)[0]]])
    slot = np.concatenate([np.nonzero(past_open)[1], np.nonzero(ahead_open)[1]])
    cell = np.unique(weekday[day] * job.slots + slot, return_inverse=True)[1]
    x = np.column_stack([np.eye(int(cell.max()) + 1)[cell], by_day[day]])
    y = job.past[known][past_open]
    mean, over = _fitted(x[: len(y)], y, x[len(y) :])
    grid = np.zeros((1 + len(LEVELS), len(job.days), job.slots))
    grid[0][ahead_open] = mean
    grid[1:, ahead_open] = _quantiles(mean, over)
    return shut(job, grid[0], grid[1:])


def _fitted(past: Array, y: Array, future: Array) -> tuple[Array, float]:
    """Return the expected counts ahead, and the variance of a count over its mean.

    What the past never showed has no effect; what always brought nothing brings nothing again
    (its effect would be minus infinity).
    """
    seen = np.abs(past).sum(axis=0) > 0
    dead = seen & (((past != 0) & (y[:, None] > 0)).sum(axis=0) == 0)
    shut_past, shut_ahead = (np.any(part[:, dead] != 0, axis=1) for part in (past, future))
    kept = seen & ~dead
    found = sm.GLM(y[~shut_past], past[~shut_past][:, kept], family=sm.families.Poisson()).fit()
    over = float(found.pearson_chi2 / max(found.df_resid, 1))
    mean = np.where(shut_ahead, 0.0, np.asarray(found.predict(future[:, kept])))
    return mean, max(over, 1.0)


def _quantiles(mean: Array, over: float) -> Array:
    """Return quantiles of counts of that mean and dispersion [4, N]."""
    shape = np.maximum(mean, 1e-9) / over
    return np.asarray(gamma.ppf(np.array(LEVELS)[:, None], shape, scale=over))


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    answer(run)
