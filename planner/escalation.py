"""Contacts that one queue hands on to another: level 1 asks level 2."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from forecasting.forecast import Forecast, QueueForecast
from planner.scenario.model import Scenario

FloatArray = npt.NDArray[np.float64]


def with_escalated(
    forecast: Forecast, scenario: Scenario, onward: Mapping[str, tuple[str, float]]
) -> Forecast:
    """Return the forecast of every queue of the scenario, in the scenario's order.

    A queue with a history of its own keeps its forecast: that history already counts what was
    handed on to it. A queue without one gets the shares that others hand on, at the time at which
    they arrive there; its quantiles add up its sources' quantiles.

    Parameters
    ----------
    forecast
        Forecast of the queues that have a history.
    scenario
        The question.
    onward
        By queue, where its contacts go on to and which share of them.
    """
    found = dict(zip(forecast.queues, range(len(forecast.queues)), strict=True))
    blank = np.zeros(len(forecast.times))
    rows = {
        name: _Row(
            forecast.contacts[q],
            _filled(forecast.aht_s[q]),
            tuple(values[q] for values in forecast.quantiles.values()),
            forecast.paths[:, q],
            forecast.sigma[q],
            forecast.by_queue[q],
        )
        for name, q in found.items()
    }
    missing = [queue for queue in scenario.queues if queue.name not in found]
    while missing:  # a chain of escalations is resolved from its start; loops were refused before
        ready = [
            queue
            for queue in missing
            if all(source in rows for source, (to, _) in onward.items() if to == queue.name)
        ]
        for queue in ready:
            sources = [(rows[s], share) for s, (to, share) in onward.items() if to == queue.name]
            aht_s = np.full_like(blank, queue.aht_s or np.nan)
            rows[queue.name] = _derived(queue.name, sources, aht_s, blank)
        missing = [queue for queue in missing if queue.name not in rows]
    ordered = [rows[queue.name] for queue in scenario.queues]
    return replace(
        forecast,
        queues=tuple(queue.name for queue in scenario.queues),
        contacts=np.array([row.contacts for row in ordered]),
        aht_s=np.array([row.aht_s for row in ordered]),
        quantiles={
            level: np.array([row.quantiles[k] for row in ordered])
            for k, level in enumerate(forecast.quantiles)
        },
        paths=np.stack([row.paths for row in ordered], axis=1),
        sigma=np.array([row.sigma for row in ordered]),
        by_queue=tuple(row.days for row in ordered),
    )


class _Row:
    """One queue's forecast on the interval axis."""

    __slots__ = ("aht_s", "contacts", "days", "paths", "quantiles", "sigma")

    def __init__(
        self,
        contacts: FloatArray,
        aht_s: FloatArray,
        quantiles: tuple[FloatArray, ...],
        paths: npt.NDArray[np.float32],
        sigma: FloatArray,
        days: QueueForecast,
    ) -> None:
        self.contacts, self.aht_s, self.quantiles = contacts, aht_s, quantiles
        self.paths, self.sigma, self.days = paths, sigma, days


def _derived(
    name: str, sources: Sequence[tuple[_Row, float]], aht_s: FloatArray, blank: FloatArray
) -> _Row:
    contacts = sum((share * row.contacts for row, share in sources), blank)
    variance = sum((share * row.contacts * row.sigma**2 for row, share in sources), blank)
    model = sources[0][0].days
    total = sum((share * row.days.day_total for row, share in sources), 0 * model.day_total)
    sigma = np.sqrt(np.divide(variance, contacts, out=np.zeros_like(blank), where=contacts > 0))
    days = replace(
        model,
        queue=name,
        parts={"handed on": total},
        day_total=total,
        aht_s=np.full_like(model.aht_s, aht_s[0]),
        method="escalation",
        notes=(f"{name}: contacts handed on by {', '.join(row.days.queue for row, _ in sources)}",),
    )
    paths = sum(share * row.paths for row, share in sources)
    return _Row(
        contacts,
        aht_s,
        tuple(
            sum((share * row.quantiles[k] for row, share in sources), blank)
            for k in range(len(sources[0][0].quantiles))
        ),
        np.asarray(paths, dtype=np.float32),
        sigma,
        days,
    )


def _filled(aht_s: FloatArray) -> FloatArray:
    """Return handling times with the mean of those known where an interval has none."""
    known = aht_s[np.isfinite(aht_s)]
    return np.where(np.isfinite(aht_s), aht_s, known.mean() if len(known) else 0.0)
