"""Service over days, weeks and the whole horizon, each with its band: a table for managers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from planner.export.digest import Digest, digest, ratio

if TYPE_CHECKING:
    from planner.plan import Plan

_SHARE, _COUNT = 4, 3  # decimals


def service_table(plan: Plan, sums: Digest | None = None) -> pd.DataFrame:
    """Return a row per queue and day, then per week, Monday to Sunday, then for the whole horizon.

    Columns: queue, period (day, week or horizon), first_day, days, contacts; service_level with its
    10 % and 90 % quantiles, which hold the forecast's uncertainty and chance; abandonment.
    """
    sums = digest(plan) if sums is None else sums
    count = len(plan.days)
    week = sums.week - sums.week.min()
    numbers = {"day": np.arange(count), "week": week, "horizon": np.zeros(count, np.int64)}
    lost = np.where(sums.deferred[:, None], 0.0, np.maximum(sums.contacts - sums.answered, 0.0))
    names = [queue.name for queue in plan.queues]
    parts = []
    for period, number in numbers.items():
        first = np.unique(number, return_index=True)[1]
        shares = plan.projection.daily.by_period(number)
        contacts = np.add.reduceat(sums.contacts, first, axis=1)
        levels = {
            "service_level": shares.service_level,
            "service_level_p10": shares.p10,
            "service_level_p90": shares.p90,
            "abandonment": ratio(np.add.reduceat(lost, first, axis=1), contacts),
        }
        head = {
            "queue": np.repeat(np.array(names, object), first.size),
            "period": period,
            "first_day": [plan.days[d].isoformat() for d in first] * len(names),
            "days": np.tile(np.bincount(number), len(names)),
            "contacts": np.round(contacts, _COUNT).ravel(),
        }
        told = {name: np.round(values, _SHARE).ravel() for name, values in levels.items()}
        parts.append(pd.DataFrame({**head, **told}))
    return pd.concat(parts, ignore_index=True)
