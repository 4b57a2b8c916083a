"""statsforecast: AutoETS, MSTL and the dynamic optimised theta method, with weekly seasons."""

from __future__ import annotations

import sys
import warnings

import numpy as np
from statsforecast.models import MSTL, AutoETS, DynamicOptimizedTheta

from benchmarks.peers.exchange import Answer, Job, answer, shut

_YEAR = 365


def run(job: Job) -> Answer:
    """Forecast the days of one series; closed weekdays are left out of season and series."""
    is_open = job.opened(job.past_days)
    past = job.past[is_open, 0]
    week = int(job.open_weekdays.sum())
    year = round(_YEAR * week / 7)
    ahead = job.opened(job.days)
    found = _model(sys.argv[2], week, year, len(past)).forecast(
        y=past, h=int(ahead.sum()), level=[80, 95]
    )
    mean = np.zeros((len(job.days), 1))
    quantiles = np.zeros((4, len(job.days), 1))
    mean[ahead, 0] = found["mean"]
    for number, name in enumerate(("lo-95", "lo-80", "hi-80", "hi-95")):
        quantiles[number, ahead, 0] = found[name]
    return shut(job, mean, quantiles)


def _model(name: str, week: int, year: int, length: int) -> AutoETS | MSTL | DynamicOptimizedTheta:
    if name == "ets":
        return AutoETS(season_length=week)
    if name == "theta":
        return DynamicOptimizedTheta(season_length=week)
    # A season of a year takes two of them; with less there is the week alone.
    return MSTL(season_length=[week, year] if length >= 2 * year else [week])


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    answer(run)
