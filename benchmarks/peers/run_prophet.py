"""Prophet, with the market's holidays or with windows around its events."""

from __future__ import annotations

import logging
import math
import sys

import numpy as np
import pandas as pd
from prophet import Prophet

from benchmarks.peers.exchange import LEVELS, Answer, Array, Job, answer, shut

for _name in ("prophet", "cmdstanpy"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)


def with_holidays(job: Job) -> Answer:
    """Let Prophet take its own table of the country's holidays."""
    model = Prophet(seasonality_mode="multiplicative")
    model.add_country_holidays(job.country)
    return _fitted(model, job)


def with_events(job: Job) -> Answer:
    """Give Prophet the events with their windows, and the public holidays.

    Prophet counts windows in calendar days, so they are widened by the closed ones.
    """
    wider = 7 / job.open_weekdays.sum()
    rows = [
        {
            "holiday": row.event,
            "ds": row.date,
            "lower_window": -math.ceil(row.before * wider),
            "upper_window": math.ceil(row.after * wider),
        }
        for row in job.events.itertuples()
    ] + [
        {"holiday": name, "ds": day, "lower_window": 0, "upper_window": 0}
        for day, name in job.holidays.items()
    ]
    return _fitted(Prophet(seasonality_mode="multiplicative", holidays=pd.DataFrame(rows)), job)


def _fitted(model: Prophet, job: Job) -> Answer:
    days = job.past_days[job.known]
    table = _long(job, days)
    table["y"] = job.past[job.known][job.timetable(days)]
    model.fit(table)
    np.random.seed(1)  # noqa: NPY002  (what Prophet draws from)
    future = _long(job, job.days)
    drawn = model.predictive_samples(future)
    grid = np.zeros((1 + len(LEVELS), len(job.days), job.slots))
    keep = job.timetable(job.days)
    grid[0][keep] = model.predict(future, vectorized=True)["yhat"].to_numpy()
    grid[1:, keep] = np.quantile(drawn["yhat"], LEVELS, axis=1)
    return shut(job, grid[0], grid[1:])


def _long(job: Job, days: pd.DatetimeIndex) -> pd.DataFrame:
    """Return the starts of the open slots of some days, in order."""
    seconds: Array = np.arange(job.slots, dtype=np.float64) * job.interval_s
    starts = days.to_numpy()[:, None] + pd.to_timedelta(seconds, unit="s").to_numpy()
    return pd.DataFrame({"ds": starts[job.timetable(days)]})


if __name__ == "__main__":
    answer({"prophet-holidays": with_holidays, "prophet-events": with_events}[sys.argv[2]])
