"""The tables of a backtest: what each method expected of each day, and how good it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from planner.backtest import Judgement

ALL_QUEUES = "all queues"
_COUNT, _SHARE, _HOURS, _MONEY = 3, 5, 2, 2
_SHARES = ("wape", "bias", "wape_events", "peak_error", "coverage", "mase")


def tried_days_table(judged: Judgement) -> pd.DataFrame:
    """Return a row per queue, day and method: queue, origin, day, method, expected, actual, ...

    ``low`` and ``high`` are the combination's band of 80 %, ``in_event`` the nearest yearly event.
    """
    table = judged.found.frame()
    counts = {name: table[name].round(_COUNT) + 0.0 for name in ("expected", "low", "high")}
    return table.assign(**counts)


def scores_table(judged: Judgement) -> pd.DataFrame:
    """Return a row per queue and method, all queues together first: errors, hours and money.

    Hours and money are a week's, and empty where no handling time or no price is known.
    """
    rows = []
    for key, score in judged.scores.items():
        cost = judged.costs[key]
        shares = {name: round(getattr(score, name), _SHARE) + 0.0 for name in _SHARES}
        rows.append(
            {
                "queue": score.queue or ALL_QUEUES,
                "method": score.method,
                "days": score.days,
                "contacts": round(score.contacts, _COUNT),
                **shares,
                "pinball": round(score.pinball, _COUNT),
                "hours_too_many_per_week": round(cost.too_many, _HOURS),
                "hours_too_few_per_week": round(cost.too_few, _HOURS),
                "cost_too_many_per_week": round(cost.idle, _MONEY),
                "cost_too_few_per_week": round(cost.missing, _MONEY),
            }
        )
    return pd.DataFrame(rows, columns=_COLUMNS)


_COLUMNS = [
    "queue", "method", "days", "contacts", *_SHARES, "pinball", "hours_too_many_per_week",
    "hours_too_few_per_week", "cost_too_many_per_week", "cost_too_few_per_week",
]  # fmt: skip


def scores_document(judged: Judgement) -> dict[str, object]:
    """Return the backtest as one JSON document: scores, weights, notes; unknown numbers null."""
    table = scores_table(judged)
    rows = [
        {name: None if isinstance(v, float) and np.isnan(v) else v for name, v in row.items()}
        for row in table.to_dict("records")
    ]
    return {
        "scenario": judged.scenario.name,
        "variants": list(judged.scenario.applied),
        "days": judged.days,
        "windows": judged.windows,
        "origins": sorted({str(day) for day in judged.found.origin}),
        "currency": judged.scenario.currency,
        "scores": rows,
        "weights": {
            kind: {name: {"ordinary": w[0], "event": w[1]} for name, w in own.items()}
            for kind, own in judged.classes.items()
        },
        "notes": list(judged.notes),
        "seconds": round(judged.seconds, 1),
    }
