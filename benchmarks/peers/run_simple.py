"""The forecasts anybody can make: last week again, last year by event, the mean of four weeks."""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd

from benchmarks.peers.exchange import LEVELS, Answer, Array, Job, answer, shut, weekdays

_WEEKS = 8


def naive(job: Job) -> Answer:
    """Repeat the last seven days; bands from what that was off by in the past, as far ahead."""
    past = job.past[:, 0]
    ahead = np.arange(len(job.days))
    mean = past[len(past) - 7 + ahead % 7]
    quantiles = np.empty((len(LEVELS), len(ahead), 1))
    for week in np.unique(ahead // 7):
        lag = 7 * (int(week) + 1)
        mine = ahead // 7 == week
        error = np.quantile(past[lag:] - past[:-lag], LEVELS)
        quantiles[:, mine, 0] = mean[mine] + error[:, None]
    return shut(job, mean[:, None], quantiles)


def last_year(job: Job) -> Answer:
    """Take the day that lay alike last year, scaled by the growth of the last eight weeks.

    Alike is the same day around an event, else the same weekday 364 days ago.
    """
    like = _alike(job, job.whole)
    values = np.concatenate([job.past[:, 0], np.full(len(job.days), np.nan)])
    origin, recent = len(job.past), 7 * _WEEKS
    mean = _grown(values, like, origin, recent)[origin:]
    trial = [
        _grown(values, like, at, recent)[at : at + 28]
        for at in range(max(364 + recent, origin - 364), origin - 27, 28)
    ]
    quantiles = np.full((len(LEVELS), len(mean), 1), np.nan)
    if trial:
        first = max(364 + recent, origin - 364)
        expected = np.concatenate(trial)
        actual = values[first : first + len(expected)]
        known = (expected > 0) & (actual > 0)
        ratio = np.quantile(actual[known] / expected[known], LEVELS)
        quantiles[:, :, 0] = ratio[:, None] * mean
    return shut(job, mean[:, None], quantiles)


def _alike(job: Job, days: pd.DatetimeIndex) -> Array:
    """Return for each day the place of its like a year before; -1 where there is none."""
    like = np.arange(len(days)) - 364
    for event, rows in job.events.groupby("event"):
        offset = job.offsets(days, str(event))
        before, after = int(rows["before"].iloc[0]), int(rows["after"].iloc[0])
        for at in np.flatnonzero((offset >= -before) & (offset <= after)):
            window = slice(max(at - 390, 0), max(at - 338, 0))
            same = np.flatnonzero(offset[window] == offset[at])
            if len(same):
                like[at] = window.start + same[-1]
    return np.maximum(like, -1)


def _grown(values: Array, like: Array, origin: int, recent: int) -> Array:
    """Return each day's like, times the growth of the weeks before the origin."""
    place = like.astype(np.int64)
    before = np.where((place >= 0) & (place < origin), values[place], np.nan)
    lately = slice(max(origin - recent, 0), origin)
    both = ~np.isnan(before[lately])
    below = float(before[lately][both].sum())
    growth = float(np.nansum(values[lately][both])) / below if below > 0 else 1.0
    usual = np.nanmean(values[lately][-28:].reshape(-1, 7), axis=0)
    weekly = usual[(np.arange(len(values)) - origin) % 7]
    result: Array = np.where(np.isnan(before), weekly, before * growth)
    return result


def four_weeks(job: Job) -> Answer:
    """Take the mean of the last four such weekdays, slot by slot."""
    weekday, ahead = weekdays(job.past_days), weekdays(job.days)
    known = ~np.isnan(job.past).all(axis=1)
    mean = np.zeros((len(job.days), job.slots))
    errors = []
    for day in range(7):
        rows = job.past[known & (weekday == day)]
        if not len(rows):
            continue
        mean[ahead == day] = rows[-4:].mean(axis=0)
        for at in range(4, len(rows)):
            usual = rows[at - 4 : at].mean(axis=0)
            errors.append((rows[at] - usual) / np.sqrt(usual + 1))
    error = np.quantile(np.concatenate(errors), LEVELS)
    return shut(job, mean, mean + error[:, None, None] * np.sqrt(mean + 1))


if __name__ == "__main__":
    chosen = {"naive": naive, "last-year": last_year, "four-weeks": four_weeks}
    answer(chosen[sys.argv[2]])
