"""A centre's worth of queues in one call: 35 queues, three years of quarter hours, made up.

Run as a module it forecasts once and prints seconds and peak memory as JSON; ``measure`` runs that
in a process of its own, so that the memory is the forecast's.
"""

from __future__ import annotations

import datetime as dt
import json
import resource
import subprocess
import sys
import time

import numpy as np
import pandas as pd

from benchmarks.forecast_methods import ROOT
from benchmarks.forecast_series import GIFTS
from forecasting.calendars import event_dates, public_holidays
from forecasting.events import Event
from forecasting.forecast import forecast
from forecasting.history import History, days_from
from forecasting.queue_forecast import Circumstances

QUEUES, YEARS, AHEAD = 35, 3, 28
TARGET_S, TARGET_MIB = 15.0, 1024.0
_ZONE, _COUNTRY = "Europe/Berlin", "DE"


def measure() -> dict[str, float]:
    """Return the seconds of one ``forecast`` call and the peak memory in MiB of its process."""
    told = subprocess.run(
        [sys.executable, "-m", "benchmarks.forecast_speed"],
        check=True,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    found: dict[str, float] = json.loads(told.stdout)
    return found


def histories(rng: np.random.Generator) -> list[History]:
    """Return queues open on weekdays and Saturdays, with weeks, seasons, gift days and noise."""
    first, days = dt.date(2022, 1, 3), round(YEARS * 365.25)
    age = np.arange(days)
    weekday = age % 7
    hours = np.zeros((7, 96), dtype=np.bool_)
    hours[:6, 32:80] = True
    bell = np.exp(-(((np.arange(96) - 50) / 14.0) ** 2)) * hours[0]
    made = []
    for number in range(QUEUES):
        level = rng.uniform(50, 2000) * np.exp(0.1 * np.sin(2 * np.pi * age / 365.25 + number))
        for day in event_dates("valentines_day", _COUNTRY, 2022, 2025):
            level = level * (1 + 3 * np.exp(-np.abs((day - first).days - age) / 2))
        daily = level * np.array([1.2, 1.05, 1.0, 1.0, 1.1, 0.6, 0.0])[weekday]
        counts = rng.poisson(daily[:, None] * bell / bell.sum()).astype(np.float64)
        made.append(History(f"q{number}", _ZONE, 900, first, counts, None, hours))
    return made


def main() -> None:
    """Forecast once and print what it took."""
    past = histories(np.random.default_rng(1))
    days = days_from(past[0].last_day + dt.timedelta(days=1), AHEAD)
    edges = pd.Timestamp(days[0]), pd.Timestamp(days[-1]) + pd.Timedelta(days=1)
    start, end = (edge.tz_localize(_ZONE).tz_convert("UTC") for edge in edges)
    events = [Event(name, event_dates(name, _COUNTRY, 2021, 2026)) for name in GIFTS]
    events = [event for event in events if event.dates]
    holidays = public_holidays(_COUNTRY, past[0].first_day, days[-1] + dt.timedelta(days=31))
    began = time.perf_counter()
    forecast(
        past,
        days,
        pd.date_range(start, end, freq="15min", inclusive="left"),
        known={history.queue: Circumstances(events, holidays) for history in past},
        rng=np.random.default_rng(1),
    )
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "peak_mib": peak}))


if __name__ == "__main__":
    main()
