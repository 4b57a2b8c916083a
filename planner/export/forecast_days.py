"""Every day of a queue as a person reads it: its contacts, its band, and each of its factors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner.export.day_parts import FELT, LEVELS, factors, part_words
from planner.export.overridden import reasons
from planner.export.wording import Table, day_name, number

if TYPE_CHECKING:
    from forecasting.queue_forecast import QueueForecast
    from planner.scenario.model import Scenario


def factors_table(scenario: Scenario, told: QueueForecast) -> Table:
    """Return a row per day of a queue; factors that are 1 on every day have no column."""
    low, high = (told.day_quantile(level) for level in (0.1, 0.9))
    names = [
        name
        for name in factors(told, 0)
        if name in LEVELS or bool((np.abs(told.parts[name] - 1) >= FELT).any())
    ]
    header = ("day", "contacts", "1 in 10 below", "9 in 10 below",
              *(part_words(name) for name in names), "why overridden")  # fmt: skip
    rows = tuple(
        (
            day_name(day),
            *(number(float(values[d])) for values in (told.day_total, low, high)),
            *(number(float(told.parts[n][d]), 1 if n in LEVELS else 3) for n in names),
            "; ".join(reasons(scenario, told, day)),
        )
        for d, day in enumerate(told.days)
    )
    if not told.overridden.any():
        header, rows = header[:-1], tuple(row[:-1] for row in rows)
        return Table(f"Days of {told.queue}", header, rows, frozenset({0}))
    return Table(f"Days of {told.queue}", header, rows, frozenset({0, len(header) - 1}))
