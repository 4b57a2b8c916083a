"""Made-up queues whose truth is known, and one door to the forecast."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest

from forecasting.events import Event
from forecasting.forecast import Forecast, forecast
from forecasting.history import History, days_from
from forecasting.queue_forecast import Circumstances

MONDAY = dt.date(2021, 1, 4)


def _axis(days: Sequence[dt.date], timezone: str, interval_s: int) -> pd.DatetimeIndex:
    """Return the UTC starts from the first local midnight to the one after the last day."""
    edges = [days[0], days[-1] + dt.timedelta(days=1)]
    start, end = (pd.Timestamp(day).tz_localize(timezone).tz_convert("UTC") for day in edges)
    return pd.date_range(start, end, freq=f"{interval_s}s", inclusive="left")


def _make_history(
    means: np.ndarray,
    *,
    interval_s: int = 3600,
    timezone: str = "Europe/Paris",
    first_day: dt.date = MONDAY,
    is_open: np.ndarray | None = None,
    noise: np.random.Generator | None = None,
    closed_days: frozenset[dt.date] = frozenset(),
) -> History:
    """Return a history with these daily means, spread over 08:00 to 20:00 or the whole day."""
    slots = 86_400 // interval_s
    if is_open is None:
        hours = np.arange(slots) * interval_s
        is_open = np.tile((hours >= 8 * 3600) & (hours < 20 * 3600) | (slots == 1), (7, 1))
    share = is_open[0] / is_open[0].sum()
    expected = means[:, None] * share
    counts = expected if noise is None else noise.poisson(expected).astype(float)
    return History("q", timezone, interval_s, first_day, counts, None, is_open, closed_days)


Run = Callable[..., Forecast]


@pytest.fixture(scope="session")
def axis() -> Callable[..., pd.DatetimeIndex]:
    """Return the function that makes a horizon's UTC axis."""
    return _axis


@pytest.fixture(scope="session")
def make_history() -> Callable[..., History]:
    """Return the function that makes a history from daily means."""
    return _make_history


@pytest.fixture
def run() -> Run:
    """Return a function that forecasts one queue after its history ends."""

    def one(
        history: History,
        days: int = 28,
        events: Sequence[Event] = (),
        holidays: dict[dt.date, str] | None = None,
        gap: int = 0,
        seed: int = 1,
        **more: Any,
    ) -> Forecast:
        horizon = days_from(history.last_day + dt.timedelta(days=1 + gap), days)
        return forecast(
            [history],
            horizon,
            _axis(horizon, history.timezone, history.interval_s),
            known={history.queue: Circumstances(events, holidays or {}, **more)},
            rng=np.random.default_rng(seed),
        )

    return one
