"""Our own forecast of the benchmark's tasks, asked for as ``planner.service`` asks for it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.peers.exchange import LEVELS, Answer, Job, answer
from forecasting.events import Event
from forecasting.forecast import forecast
from forecasting.history import History, days_from, local_slots
from forecasting.queue_forecast import Circumstances


def run(job: Job) -> Answer:
    """Forecast one task."""
    history = History(
        job.series,
        job.timezone,
        job.interval_s,
        job.past_days[0].date(),
        job.past,
        None,
        job.is_open,
    )
    days = days_from(job.days[0].date(), len(job.days))
    edges = (job.days[0], job.days[-1] + pd.Timedelta(days=1))
    start, end = (edge.tz_localize(job.timezone).tz_convert("UTC") for edge in edges)
    times = pd.date_range(start, end, freq=f"{job.interval_s}s", inclusive="left")
    events = [
        Event(str(name), tuple(rows["date"].dt.date)) for name, rows in job.events.groupby("event")
    ]
    holidays = {day.date(): str(name) for day, name in job.holidays.items()}
    found = forecast(
        [history],
        days,
        times,
        known={job.series: Circumstances(events, holidays)},
        rng=np.random.default_rng(1),
    )
    day, slot = local_slots(times, job.timezone, job.interval_s, days[0])
    grid = np.zeros((1 + len(LEVELS), len(days), job.slots))
    for row, values in enumerate([found.contacts, *(found.quantiles[level] for level in LEVELS)]):
        np.add.at(grid[row], (day, slot), values[0])
    return Answer(grid[0], grid[1:])


if __name__ == "__main__":
    answer(run)
