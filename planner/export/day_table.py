"""The forecast by day as a table: a queue's day in a row, with the factors that it is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from forecasting.methods import OTHERS
from forecasting.queue_forecast import OVERRIDE
from planner.escalation import HANDED_ON
from planner.export.day_parts import FELT
from planner.export.overridden import reasons

if TYPE_CHECKING:
    from forecasting.forecast import Forecast
    from forecasting.history import FloatArray
    from forecasting.queue_forecast import QueueForecast
    from planner.scenario.model import Scenario

_COUNT, _FACTOR = 3, 6  # decimals: a product of ten such factors is right to half a contact
SINGLE = ("weekday", "season", "month", "holiday", "school")
GROUPS = ("event", "driver")


def days_table(scenario: Scenario, forecast: Forecast) -> pd.DataFrame:
    """Return one row per queue and local day of the horizon.

    ``contacts`` and its quantiles are of the whole day. ``level`` is in contacts (of a queue
    without a history what others hand on), the factors after it multiply it to ``contacts``;
    ``event`` and ``driver`` are the products over all of them, and ``events`` names those events
    that are not 1. ``contacts_model`` is what the model expects without ``override``, and
    ``note`` why there is one.
    """
    parts = [_of_queue(scenario, told) for told in forecast.by_queue]
    return pd.concat(parts, ignore_index=True)


def _of_queue(scenario: Scenario, told: QueueForecast) -> pd.DataFrame:
    counts = {
        "contacts": told.day_total,
        "contacts_p10": told.day_quantile(0.1),
        "contacts_p90": told.day_quantile(0.9),
        "contacts_model": told.model_total,
    }
    factors = {"level": _part(told, HANDED_ON) * _part(told, "level")}
    factors |= {name: _part(told, name) for name in SINGLE}
    factors |= {name: _product(told, name) for name in GROUPS}
    factors |= {"other_methods": _part(told, OTHERS), OVERRIDE: _part(told, OVERRIDE)}
    table: dict[str, Any] = {
        "queue": np.full(len(told.days), told.queue, dtype=object),
        "date": [day.isoformat() for day in told.days],
        **{name: np.round(values, _COUNT) for name, values in counts.items()},
        **{name: np.round(values, _FACTOR) for name, values in factors.items()},
        "events": [_events(told, d) for d in range(len(told.days))],
        "note": ["; ".join(reasons(scenario, told, day)) for day in told.days],
    }
    return pd.DataFrame(table)


def _part(told: QueueForecast, name: str) -> FloatArray:
    return np.asarray(told.parts.get(name, np.ones(len(told.days))), dtype=np.float64)


def _product(told: QueueForecast, kind: str) -> FloatArray:
    every = [part for name, part in told.parts.items() if name.startswith(f"{kind} ")]
    return np.asarray(np.prod([np.ones(len(told.days)), *every], axis=0), dtype=np.float64)


def _events(told: QueueForecast, day: int) -> str:
    names = [
        name.removeprefix("event ")
        for name, part in told.parts.items()
        if name.startswith("event ") and abs(float(part[day]) - 1) >= FELT
    ]
    return ";".join(names) if told.day_total[day] > 0 else ""
