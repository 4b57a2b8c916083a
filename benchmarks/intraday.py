"""What the morning tells of the rest of the day: on real series, against scaling and waiting."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.forecast_series import DATA, Series, load
from forecasting.accuracy import coverage, wape
from forecasting.calendars import GIFT_DAYS, event_dates
from forecasting.events import Event
from forecasting.forecast import Forecast, forecast
from forecasting.history import History, local_slots
from forecasting.intraday import anchor, learn_habits, outages
from forecasting.queue_forecast import Circumstances

CUTS = (10, 12, 14)
WEEKS = 16
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rest:
    """One rest of a day: what came, and what each way expected, with our band."""

    cut: int
    actual: float
    plan: float
    scaled: float
    ours: float
    low: float
    high: float


def _florist() -> Series:
    table = pd.read_csv(DATA / "florist_30min.csv", parse_dates=["datetime"]).set_index("datetime")
    counts = table.sum(axis=1).resample("30min").sum()
    first, last = counts.index[0].normalize(), counts.index[-1].normalize()
    axis = pd.date_range(first, periods=((last - first).days + 1) * 48, freq="30min")
    grid = counts.reindex(axis).fillna(0.0).to_numpy(dtype=np.float64).reshape(-1, 48)
    hours = np.zeros((7, 48), dtype=np.bool_)
    hours[:, 14:40] = True
    events = tuple(
        Event(name, event_dates(name, "US", 2017, 2023))
        for name in GIFT_DAYS
        if not name.startswith("month")
    )
    return Series("florist", "florist 30 min", "America/Chicago", 1800, "US", first.date(),
                  grid, hours, events)  # fmt: skip


def _assessor() -> Series:
    table = pd.read_csv(DATA / "assessor_calls_hourly.csv", parse_dates=["datetime"])
    counts = table.set_index("datetime")["calls"].resample("h").sum(min_count=1)
    first, last = counts.index[0].normalize(), counts.index[-1].normalize()
    axis = pd.date_range(first, periods=((last - first).days + 1) * 24, freq="h")
    grid = counts.reindex(axis).to_numpy(dtype=np.float64).reshape(-1, 24)
    grid = np.where(np.isnan(grid).all(axis=1)[:, None], np.nan, np.nan_to_num(grid))
    hours = np.zeros((7, 24), dtype=np.bool_)
    hours[:5] = np.nansum(grid, axis=0) > 0
    daily = load("assessor")
    return Series("assessor", "assessor 60 min", "America/Chicago", 3600, "US", first.date(),
                  grid, hours, daily.events)  # fmt: skip


def every_series() -> list[Series]:
    """Return the four series by the hour or finer."""
    return [load("bank"), _florist(), load("technion"), _assessor()]


def _week_forecast(series: Series, origin: dt.date) -> tuple[History, Forecast]:
    past = History(series.name, series.timezone, series.interval_s, series.first_day,
                   series.contacts, None, series.is_open).until(origin)  # fmt: skip
    days = [origin + dt.timedelta(days=d) for d in range(7)]
    zone = series.timezone
    start, end = (pd.Timestamp(day).tz_localize(zone).tz_convert("UTC")
                  for day in (days[0], days[-1] + dt.timedelta(days=1)))  # fmt: skip
    step = pd.Timedelta(seconds=series.interval_s)
    times = pd.date_range(start, end, freq=step, inclusive="left")
    known = {series.name: Circumstances(events=series.events, holidays=series.holidays)}
    told = forecast([past], days, times, known=known, rng=np.random.default_rng(1), replications=2)
    return past, told


def rests(series: Series, weeks: int = WEEKS, *, carried: bool = True) -> list[Rest]:
    """Return the rests of all held-out days, of forecasts made a week at a time."""
    last = series.days[-1] + dt.timedelta(days=1)
    found = []
    for week in range(weeks, 0, -1):
        origin = last - dt.timedelta(days=7 * week)
        past, told = _week_forecast(series, origin)
        habits = learn_habits(past)
        day, slot = local_slots(told.times, series.timezone, series.interval_s, origin)
        hour = slot * series.interval_s // 3600
        at = (origin - series.first_day).days
        came = series.contacts[at : at + 7][day, slot]
        mean, sigma = told.contacts[0], told.sigma[0]
        for d in range(7):
            total = np.nansum(came[day == d])
            if mean[day == d].sum() <= 0 or not total or np.isnan(came[day == d]).any():
                continue
            for cut in CUTS:
                known = (day < d) | ((day == d) & (hour < cut))
                if not carried:
                    known &= day == d
                seen = np.where(known, came, np.nan)
                seen[outages(mean, seen, sigma, habits.noise)] = np.nan
                ours = anchor(mean, seen, sigma, day, hour, habits)
                rest = (day == d) & (hour >= cut) & (mean > 0)
                now = (day == d) & (hour < cut) & (mean > 0)
                planned = float(mean[rest].sum())
                before = float(mean[now].sum())
                ratio = float(came[now].sum()) / before if before > 0 else 1.0
                found.append(
                    Rest(cut, float(came[rest].sum()), planned, planned * ratio, *ours.total(rest))
                )
    return found


def _row(title: str, cut: str, some: list[Rest]) -> str:
    actual = [one.actual for one in some]
    errors = [wape(actual, [getattr(one, name) for one in some])
              for name in ("plan", "scaled", "ours")]  # fmt: skip
    inside = coverage(actual, [one.low for one in some], [one.high for one in some])
    cells = "  ".join(f"{100 * error:6.1f} %" for error in errors)
    return f"{title:<18} {cut:<6} {len(some):>5}  {cells}  {100 * inside:6.1f} %"


def main() -> None:
    """Print the table."""
    print(f"{'series':<18} {'at':<6} {'days':>5}  {'plan':>8}  {'scaled':>8}  {'ours':>8}  in 80 %")
    for series in every_series():
        found = rests(series)
        for cut in CUTS:
            print(_row(series.title, f"{cut}:00", [one for one in found if one.cut == cut]))
        print(_row(series.title, "all", found))


if __name__ == "__main__":
    main()
