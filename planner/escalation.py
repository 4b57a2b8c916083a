"""Contacts that one queue hands on to another: level 1 asks level 2."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from forecasting.forecast import Forecast
from forecasting.history import local_slots
from forecasting.queue_forecast import QueueForecast
from forecasting.uncertainty import count_quantile
from planner.inputs import local_days, open_mask, zone_of
from planner.scenario.model import Scenario
from planner.scenario.queues import Promise, Queue

BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

LEAST_TOLD = 0.05  # contacts: fewer would be told as 0.0


def with_escalated(
    forecast: Forecast, scenario: Scenario, onward: Mapping[str, tuple[str, float]]
) -> Forecast:
    """Return the forecast of every queue of the scenario, in the scenario's order.

    A queue with a history of its own keeps its forecast: that history already counts what was
    handed on to it. A queue without one gets the shares that others hand on. Work that may wait
    arrives when it is handed on; what is to be answered at once arrives at the queue's next
    opening, and what comes after the last opening of the horizon is left out, with a note.
    Its sources' days are taken to be high and low together, and quantiles are those of its sums.

    Parameters
    ----------
    forecast
        Forecast of the queues that have a history.
    scenario
        The question.
    onward
        By queue, where its contacts go on to and which share of them.
    """
    rows = {name: _row(forecast, q) for q, name in enumerate(forecast.queues)}
    takers = {taker.queue.name: taker for taker in _takers(scenario, forecast)}
    missing = [queue.name for queue in scenario.queues if queue.name not in rows]
    while missing:  # a chain of escalations is resolved from its start; loops were refused before
        ready = [
            name
            for name in missing
            if all(source in rows for source, (to, _) in onward.items() if to == name)
        ]
        for name in ready:
            sources = [(rows[s], share) for s, (to, share) in onward.items() if to == name]
            rows[name] = _derived(takers[name], sources, tuple(forecast.quantiles))
        missing = [name for name in missing if name not in rows]
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


@dataclass(frozen=True, slots=True)
class _Row:
    """One queue's forecast on the interval axis."""

    contacts: FloatArray
    aht_s: FloatArray
    quantiles: tuple[FloatArray, ...]
    paths: npt.NDArray[np.float32]
    sigma: FloatArray
    days: QueueForecast


@dataclass(frozen=True, slots=True)
class _Taker:
    """A queue that others hand contacts on to.

    ``into`` is the interval in which what arrives in each interval is taken, -1 for never;
    ``day`` (-1 outside of the horizon) and ``slot`` are those of its market's clock, all [I].
    """

    queue: Queue
    into: IntArray
    day: IntArray
    slot: IntArray


def _takers(scenario: Scenario, forecast: Forecast) -> list[_Taker]:
    times, first_day = forecast.times, scenario.horizon.first_day
    days, is_open = local_days(scenario, times), open_mask(scenario, times)
    result = []
    for q, queue in enumerate(scenario.queues):
        takes = days[q] >= 0 if isinstance(queue.target, Promise) else is_open[q]
        _, slot = local_slots(times, zone_of(scenario, queue), scenario.interval_s, first_day)
        result.append(_Taker(queue, _next(takes), days[q], slot))
    return result


def _next(takes: BoolArray) -> IntArray:
    """Return the first interval from each on that takes contacts, -1 when none is left.

    Examples
    --------
    >>> _next(np.array([False, True, False, False, True, False])).tolist()
    [1, 1, 4, 4, 4, -1]
    """
    open_at = np.flatnonzero(takes)
    at = np.searchsorted(open_at, np.arange(len(takes)))
    return np.append(open_at, -1)[at]


def _row(forecast: Forecast, q: int) -> _Row:
    return _Row(
        forecast.contacts[q],
        _filled(forecast.aht_s[q]),
        tuple(values[q] for values in forecast.quantiles.values()),
        forecast.paths[:, q],
        forecast.sigma[q],
        forecast.by_queue[q],
    )


def _derived(taker: _Taker, sources: Sequence[tuple[_Row, float]], levels: Sequence[float]) -> _Row:
    handed = [share * row.contacts for row, share in sources]
    contacts = _moved(np.sum(handed, axis=0), taker.into)
    swing = [part * row.sigma for part, (row, _) in zip(handed, sources, strict=True)]
    sigma = _ratio(_moved(np.sum(swing, axis=0), taker.into), contacts)
    paths = np.sum([share * row.paths for row, share in sources], axis=0)
    days = _days(taker, sources, contacts, sigma)
    return _Row(
        contacts,
        np.full_like(contacts, taker.queue.aht_s or np.nan),
        tuple(count_quantile(level, contacts, sigma, days.dispersion) for level in levels),
        _moved(paths, taker.into).astype(np.float32),
        sigma,
        days,
    )


def _days(
    taker: _Taker, sources: Sequence[tuple[_Row, float]], contacts: FloatArray, sigma: FloatArray
) -> QueueForecast:
    """Return a queue's days, made up of what it takes in each interval."""
    model = sources[0][0].days
    inside = taker.day >= 0
    at = taker.day[inside], taker.slot[inside]
    by_slot, swing = np.zeros_like(model.share), np.zeros_like(model.share)
    np.add.at(by_slot, at, contacts[inside])
    np.add.at(swing, at, (contacts * sigma)[inside])
    total = by_slot.sum(axis=1)
    name, names = taker.queue.name, ", ".join(row.days.queue for row, _ in sources)
    notes = [f"{name}: contacts handed on by {names}"]
    lost = sum(float(share * row.contacts[taker.into < 0].sum()) for row, share in sources)
    if lost >= LEAST_TOLD:
        notes.append(
            f"{name}: {lost:,.1f} contacts handed on after its last opening of the horizon are "
            "left out"
        )
    return replace(
        model,
        queue=name,
        parts={"handed on": total},
        day_total=total,
        share=_ratio(by_slot, total[:, None]),
        day_sigma=_ratio(swing.sum(axis=1), total),
        dispersion=_dispersion(sources),
        aht_s=np.full_like(model.aht_s, taker.queue.aht_s or np.nan),
        method="escalation",
        notes=tuple(notes),
    )


def _dispersion(sources: Sequence[tuple[_Row, float]]) -> float:
    """Return variance over mean of a sum of counts, of each of which a share was drawn.

    Drawing the share p of a count of dispersion d leaves 1 + p (d - 1): rare draws are Poisson.
    """
    weight = np.array([share * float(row.contacts.sum()) for row, share in sources])
    left = np.array([1.0 + share * (row.days.dispersion - 1.0) for row, share in sources])
    return float(np.average(left, weights=weight)) if weight.sum() > 0 else 1.0


def _moved(values: FloatArray, into: IntArray) -> FloatArray:
    """Return values [..., I] added up in the intervals that take them."""
    kept = into >= 0
    result = np.zeros(values.shape)
    np.add.at(result.T, into[kept], values.T[kept])  # the view's first axis is the interval
    return result


def _ratio(above: FloatArray, below: FloatArray) -> FloatArray:
    """Return a quotient, 0 where nothing is below."""
    result = np.zeros(above.shape)
    np.divide(above, below, out=result, where=np.broadcast_to(below > 0, above.shape))
    return result


def _filled(aht_s: FloatArray) -> FloatArray:
    """Return handling times with the mean of those known where an interval has none.

    NaN throughout where nobody knows one: a forecast may be without, staffing asks before.
    """
    known = np.isfinite(aht_s)
    return np.where(known, aht_s, aht_s[known].mean()) if known.any() else aht_s
