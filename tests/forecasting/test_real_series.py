"""A real florist's peaks, where the shared data is at hand."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from forecasting.accuracy import wape
from forecasting.calendars import GIFT_DAYS, event_dates, public_holidays
from forecasting.events import Event
from forecasting.forecast import forecast
from forecasting.history import days_from, history_from_intervals
from forecasting.queue_forecast import Circumstances

FILE = Path(__file__).resolve().parents[3] / "shared" / "data" / "florist_30min.csv"
ZONE, HALF_HOUR = "America/Chicago", 1800
pytestmark = pytest.mark.skipif(not FILE.exists(), reason="../shared/data is not at hand")


@pytest.fixture(scope="module")
def florist():
    table = pd.read_csv(FILE, parse_dates=["datetime"])
    return table.set_index("datetime")[["phone", "walkin", "relay_online"]].sum(axis=1)


def ahead(
    axis: Callable[..., pd.DatetimeIndex],
    series: pd.Series,
    last: dt.date,
    first: dt.date,
    days: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Return expected and actual contacts per day, the history ending at ``last``."""
    past = series[: f"{last} 23:59"]
    start = pd.DatetimeIndex(past.index).tz_localize(ZONE, ambiguous=True).tz_convert("UTC")
    hours = np.zeros((7, 48), dtype=bool)
    hours[:6, 14:36] = True
    history = history_from_intervals(
        "f", ZONE, HALF_HOUR, start, past.to_numpy(), None, hours,
        absent_days="zero", first_day=dt.date(2018, 1, 1), last_day=last,
    )  # fmt: skip
    horizon = days_from(first, days)
    events = [
        Event(name, event_dates(name, "US", 2017, 2023))
        for name in GIFT_DAYS
        if not name.startswith("month")
    ]
    found = forecast(
        [history], horizon, axis(horizon, ZONE, HALF_HOUR),
        known={"f": Circumstances(events, public_holidays("US", history.first_day, horizon[-1]))},
        rng=np.random.default_rng(1),
    )  # fmt: skip
    actual = series.resample("D").sum()
    index = pd.to_datetime(list(horizon))
    return found.by_queue[0].day_total, actual.reindex(index, fill_value=0).to_numpy()


def test_valentines_day_2022(florist, axis):
    expected, actual = ahead(axis, florist, dt.date(2022, 1, 31), dt.date(2022, 2, 1), 21)
    peak = actual.argmax()
    assert expected[peak] == pytest.approx(actual[peak], rel=0.2)
    assert expected.sum() == pytest.approx(actual.sum(), rel=0.2)


def test_mothers_day_2022(florist, axis):
    expected, actual = ahead(axis, florist, dt.date(2022, 4, 15), dt.date(2022, 5, 1), 15)
    peak = actual.argmax()
    assert expected[peak] == pytest.approx(actual[peak], rel=0.25)
    assert expected.sum() == pytest.approx(actual.sum(), rel=0.2)


@pytest.mark.slow
def test_a_year_of_four_week_forecasts(florist, axis):
    pairs = []
    for block in range(13):
        last = dt.date(2021, 6, 30) + dt.timedelta(days=28 * block)
        pairs.append(ahead(axis, florist, last, last + dt.timedelta(days=1), 28))
    expected, actual = (np.concatenate(x) for x in zip(*pairs, strict=True))
    assert wape(actual, expected) < 0.275  # 0.261 when written; the Poisson floor is 0.14
